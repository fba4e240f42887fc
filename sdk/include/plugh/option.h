/* The record: one row of a plugin's table, as data in an ELF note, part of the ABI.
 *
 * Authors write rows with the macros PLUGH_ABOUT, PLUGH_OPT, PLUGH_SET, PLUGH_GROUP, PLUGH_ONE_OF,
 * PLUGH_STATUS, PLUGH_EXAMPLE and PLUGH_EPILOG inside PLUGH_PLUGIN or PLUGH_COMMAND (plugin.h). A
 * row holds no pointers, so a host reads it from the file before any code of the plugin runs. What
 * a field does not use is zero. The order of the fields is part of the API, since C++20's
 * designated initialisers keep to it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_OPTION_H
#define PLUGH_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a plugin may do, and (READ and WRITE) what is done to the path that an option names. */
enum plugh_need {
	PLUGH_READ = 1 << 0,
	PLUGH_WRITE = 1 << 1,
	PLUGH_NET = 1 << 2,
	PLUGH_EXEC = 1 << 3,
	PLUGH_PTRACE = 1 << 4,
};

/* What else may be done to the path that an option names, in .access: it is that of a UNIX stream
 * socket, which the host opens (PLUGH_POWER_SOCKET). An option like that brings the need net. */
enum plugh_access {
	PLUGH_LISTEN = 1 << 8,  /* to wait for connections there */
	PLUGH_CONNECT = 1 << 9, /* to connect to who waits there */
};

/* Flags of a plugin or subcommand (PLUGH_ABOUT) and of an option (PLUGH_OPT). */
enum plugh_flag {
	/* PLUGH_ABOUT: options end at the first operand; all from there on is passed on verbatim.
	 */
	PLUGH_OPTIONS_END_AT_OPERAND = 1 << 0,
	/* PLUGH_ABOUT: run() handles SIGINT, SIGTERM and SIGHUP itself. */
	PLUGH_HANDLES_SIGNALS = 1 << 1,
	/* PLUGH_ABOUT: sockets passed by systemd (LISTEN_FDS) are kept open. */
	PLUGH_TAKES_ACTIVATION = 1 << 2,
	/* PLUGH_ABOUT: /proc/meminfo and the control groups may be read, so that run() can see how
	 * much memory it may take. */
	PLUGH_MEASURES_MEMORY = 1 << 4,
	/* PLUGH_OPT: all words after this option's first value are its values too. */
	PLUGH_ENDS_OPTIONS = 1 << 3,
};

/* What a text stands for: decides completion, checks and the name shown in help. */
enum plugh_role {
	PLUGH_ROLE_TEXT = 0,
	PLUGH_ROLE_DIRECTORY = 1,
	PLUGH_ROLE_HOST = 2,
	PLUGH_ROLE_COMMAND = 3,
};

/* The type of the member that a row fills, found by the macros. */
enum plugh_kind {
	PLUGH_KIND_BOOL = 1,
	PLUGH_KIND_INT = 2,
	PLUGH_KIND_UINT = 3, /* with .choices: an enum, the number of the choice from 0 */
	PLUGH_KIND_INT64 = 4,
	PLUGH_KIND_UINT64 = 5,
	PLUGH_KIND_DOUBLE = 6,
	PLUGH_KIND_TEXT = 7,
	PLUGH_KIND_SIZE = 8,
	PLUGH_KIND_DURATION = 9,
	PLUGH_KIND_PORT = 10,
	PLUGH_KIND_TEXTS = 11,
	PLUGH_KIND_PATHS = 12,
	PLUGH_KIND_INTS = 13,
	PLUGH_KIND_MASK = 0xff,
	PLUGH_KIND_SHARED = 0x100, /* PLUGH_SET: several rows may fill the member */
};

/* The type of a note, and so of its record. */
enum plugh_record_type {
	PLUGH_RECORD_PLUGIN = 1,   /* names: the plugin; size: of the arguments struct */
	PLUGH_RECORD_COMMAND = 2,  /* names: a subcommand; size: of its arguments struct */
	PLUGH_RECORD_ABOUT = 3,    /* help: the summary */
	PLUGH_RECORD_LISTED = 4,   /* names: a subcommand, in the order of the list */
	PLUGH_RECORD_OPTION = 5,   /* names: "-t --total", or the name of a positional */
	PLUGH_RECORD_GROUP = 6,    /* names: the group's title; ends at END */
	PLUGH_RECORD_ONE_OF = 7,   /* mutually exclusive; ends at END */
	PLUGH_RECORD_END = 8,      /* of the innermost GROUP or ONE_OF */
	PLUGH_RECORD_STATUS = 9,   /* usage_status: an exit status; help: when it is returned */
	PLUGH_RECORD_EXAMPLE = 10, /* names: a command line; help: what it does */
	PLUGH_RECORD_EPILOG = 11,  /* help: a paragraph below the help */
};

/* The head of an ELF note (System V ABI, chapter 5, Note Section), with the name padded to 4. */
struct plugh_note {
	uint32_t name_size; /* 6: "plugh" and its NUL */
	uint32_t desc_size; /* of the record behind this head */
	uint32_t type;      /* enum plugh_record_type */
	char name[8];
};

struct plugh_option {
	struct plugh_note note;

	/* Set by the macros. */
	uint32_t magic;     /* PLUGH_MAGIC in PLUGIN and COMMAND records */
	uint32_t abi_major; /* in PLUGIN and COMMAND records */
	uint32_t abi_minor; /* the lowest minor needed, likewise */
	uint32_t kind;      /* enum plugh_kind */
	uint32_t offset;    /* of the member in the arguments struct, bytes */
	uint32_t size;      /* of the member; of the struct in PLUGIN and COMMAND records */
	char names[64];
	char help[256]; /* argparse's help text; "%(default)s" and its like are expanded */

	/* Set by the author, by name and in this order. */
	char version[24];  /* PLUGH_ABOUT of a plugin */
	char metavar[48];  /* shown for the value; several words where nargs is a number */
	char nargs[8];     /* "?", "*", "+", "...", or a number */
	char default_[96]; /* converted like a word of the command line; flags: "on" */
	char const_[48];   /* the value without an argument: nargs "?" and PLUGH_SET */
	char choices[128]; /* separated by blanks */
	char action[16]; /* "store" ("store_true" for bool) by default; "append", "count", "boolean"
			    (--no-X too) ... */
	uint32_t required; /* an option that must be given */
	uint32_t role;     /* enum plugh_role */
	uint32_t access;   /* PLUGH_READ, PLUGH_WRITE, or enum plugh_access: the value is a path */
	uint32_t needs;    /* enum plugh_need bits */
	uint32_t flags;    /* enum plugh_flag bits */
	uint32_t usage_status; /* PLUGH_ABOUT: exit status of a usage error, 0 for 2; see STATUS */
};

#define PLUGH_MAGIC     0x68677570u
#define PLUGH_NOTE_NAME "plugh"

/* Values of members. Seconds and bytes are one-member structs, so that they cannot be mixed up and
 * each gets a parser of its own (units.h). A list and its items live until run() returns. An option
 * that was not given and has no default leaves its member zero (NULL, an empty list). */
typedef struct plugh_size {
	uint64_t bytes;
} plugh_size;

typedef struct plugh_duration {
	int64_t ns; /* PLUGH_FOREVER: no limit */
} plugh_duration;

#define PLUGH_FOREVER INT64_MAX

typedef struct plugh_port {
	uint16_t number;
} plugh_port;

typedef struct plugh_texts {
	size_t count;
	const char *const *item;
} plugh_texts;

typedef struct plugh_paths {
	size_t count;
	const char *const *item;
} plugh_paths;

typedef struct plugh_ints {
	size_t count;
	const int64_t *item;
} plugh_ints;

/* clang-format off */

/* What follows makes the macros work and is not to be used by itself. */

#ifdef __cplusplus
template <typename T> struct plugh_kind_of_;
template <> struct plugh_kind_of_<bool> { static constexpr uint32_t value = PLUGH_KIND_BOOL; };
template <> struct plugh_kind_of_<int> { static constexpr uint32_t value = PLUGH_KIND_INT; };
template <> struct plugh_kind_of_<unsigned> { static constexpr uint32_t value = PLUGH_KIND_UINT; };
template <> struct plugh_kind_of_<int64_t> { static constexpr uint32_t value = PLUGH_KIND_INT64; };
template <> struct plugh_kind_of_<uint64_t> { static constexpr uint32_t value = PLUGH_KIND_UINT64; };
template <> struct plugh_kind_of_<double> { static constexpr uint32_t value = PLUGH_KIND_DOUBLE; };
template <> struct plugh_kind_of_<const char *> { static constexpr uint32_t value = PLUGH_KIND_TEXT; };
template <> struct plugh_kind_of_<plugh_size> { static constexpr uint32_t value = PLUGH_KIND_SIZE; };
template <> struct plugh_kind_of_<plugh_duration> { static constexpr uint32_t value = PLUGH_KIND_DURATION; };
template <> struct plugh_kind_of_<plugh_port> { static constexpr uint32_t value = PLUGH_KIND_PORT; };
template <> struct plugh_kind_of_<plugh_texts> { static constexpr uint32_t value = PLUGH_KIND_TEXTS; };
template <> struct plugh_kind_of_<plugh_paths> { static constexpr uint32_t value = PLUGH_KIND_PATHS; };
template <> struct plugh_kind_of_<plugh_ints> { static constexpr uint32_t value = PLUGH_KIND_INTS; };
#define PLUGH_KIND_OF_(member)            plugh_kind_of_<decltype(plugh_args_::member)>::value
#define PLUGH_CHECKED_(value, ok, message) (value)
#define PLUGH_ONCE_(member)               0u
#else
#define PLUGH_KIND_OF_(member)                                                                     \
	_Generic(((plugh_args_ *)0)->member,                                                       \
		bool: PLUGH_KIND_BOOL,                                                             \
		int: PLUGH_KIND_INT,                                                               \
		unsigned: PLUGH_KIND_UINT,                                                         \
		int64_t: PLUGH_KIND_INT64,                                                         \
		uint64_t: PLUGH_KIND_UINT64,                                                       \
		double: PLUGH_KIND_DOUBLE,                                                         \
		const char *: PLUGH_KIND_TEXT,                                                     \
		plugh_size: PLUGH_KIND_SIZE,                                                       \
		plugh_duration: PLUGH_KIND_DURATION,                                               \
		plugh_port: PLUGH_KIND_PORT,                                                       \
		plugh_texts: PLUGH_KIND_TEXTS,                                                     \
		plugh_paths: PLUGH_KIND_PATHS,                                                     \
		plugh_ints: PLUGH_KIND_INTS)
/* The value, or a compile error with the message. */
#define PLUGH_CHECKED_(value, ok, message)                                                         \
	((value) + 0u * (uint32_t)sizeof(struct {                                                  \
		int unused;                                                                        \
		_Static_assert(ok, message);                                                       \
	}))
/* 0, or a compile error when the member was named before in the same table: the enumerator's scope
 * is the function round the table. */
#define PLUGH_ONCE_(member) (0u * (uint32_t)sizeof(enum { plugh_member_##member##_has_its_option }))
#endif

#define PLUGH_NOTE_(type_)                                                                         \
	{                                                                                          \
		6, (uint32_t)(sizeof(struct plugh_option) - sizeof(struct plugh_note)), type_,     \
			PLUGH_NOTE_NAME                                                            \
	}

#define PLUGH_FITS_(value, field, text)                                                            \
	PLUGH_CHECKED_(value, sizeof(text) <= sizeof(((struct plugh_option *)0)->field),           \
		"the text of '" #field "' is too long for its field")

/* Rows. Each macro's first arguments are positional, the rest are designated initialisers. */

/* The first row of each table: the summary. */
#define PLUGH_ABOUT(...) PLUGH_ABOUT_(__VA_ARGS__, )
#define PLUGH_ABOUT_(summary, ...)                                                                 \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_ABOUT),                                           \
		.kind = PLUGH_FITS_(0u, help, summary), .help = summary, __VA_ARGS__               \
	}

/* An option ("-t --total") or a positional ("file") that fills `member`. */
#define PLUGH_OPT(member, names_, ...) PLUGH_OPT_(member, names_, PLUGH_ONCE_(member), __VA_ARGS__, )

/* The same, for a member that several options fill. */
#define PLUGH_SET(member, names_, ...)                                                             \
	PLUGH_OPT_(member, names_, PLUGH_KIND_SHARED, __VA_ARGS__, )

#define PLUGH_OPT_(member, names_, extra, help_, ...)                                              \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_OPTION),                                          \
		.kind = PLUGH_FITS_((uint32_t)PLUGH_KIND_OF_(member) + extra, names, names_),      \
		.offset = PLUGH_FITS_((uint32_t)offsetof(plugh_args_, member), help, help_),       \
		.size = (uint32_t)sizeof(((plugh_args_ *)0)->member), .names = names_,             \
		.help = help_, __VA_ARGS__                                                         \
	}

/* An argument group: rows under a title of their own in the help. */
#define PLUGH_GROUP(title, ...)                                                                    \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_GROUP),                                           \
		.kind = PLUGH_FITS_(0u, names, title), .names = title                              \
	},                                                                                         \
		__VA_ARGS__,                                                                       \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_END)                                              \
	}

/* A mutually exclusive group: at most one of its rows on a command line; exactly one. */
#define PLUGH_ONE_OF(...)          PLUGH_ONE_OF_(0u, __VA_ARGS__)
#define PLUGH_ONE_OF_REQUIRED(...) PLUGH_ONE_OF_(1u, __VA_ARGS__)
#define PLUGH_ONE_OF_(required_, ...)                                                              \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_ONE_OF), .required = required_                    \
	},                                                                                         \
		__VA_ARGS__,                                                                       \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_END)                                              \
	}

/* For the man page: an exit status, an example, a paragraph (the last also ends the help). */
#define PLUGH_STATUS(status, text)                                                                 \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_STATUS), .kind = PLUGH_FITS_(0u, help, text),     \
		.help = text, .usage_status = status                                               \
	}
#define PLUGH_EXAMPLE(command, text)                                                               \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_EXAMPLE),                                         \
		.kind = PLUGH_FITS_(0u, names, command), .offset = PLUGH_FITS_(0u, help, text),    \
		.names = command, .help = text                                                     \
	}
#define PLUGH_EPILOG(text)                                                                         \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_EPILOG), .kind = PLUGH_FITS_(0u, help, text),     \
		.help = text                                                                       \
	}

/* clang-format on */

#endif

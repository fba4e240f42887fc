/* What a plugin exports, and the macros that declare it. Part of the ABI.
 *
 * All PLUGH_ macros of a plugin stand in one source file, which is itself an object of the module
 * (not in a static library that nothing refers to).
 *
 *     PLUGH_PLUGIN(name, struct args, run, PLUGH_ABOUT(...), PLUGH_OPT(...), ...);
 *
 * or, with subcommands:
 *
 *     PLUGH_COMMAND(encode, struct encode_args, encode_run, PLUGH_ABOUT(...), PLUGH_OPT(...), ...);
 *     PLUGH_COMMAND(decode, struct decode_args, decode_run, PLUGH_ABOUT(...), PLUGH_OPT(...), ...);
 *     PLUGH_PLUGIN_OF(name, PLUGH_ABOUT(...), encode, decode);
 *
 * A name is made of lower-case letters, digits and underscores.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PLUGIN_H
#define PLUGH_PLUGIN_H

#include <assert.h>

#include <plugh/host.h>
#include <plugh/option.h>
#include <plugh/version.h>

#ifdef __cplusplus
extern "C" {
#endif

struct plugh_command {
	const char *name; /* the subcommand's; the plugin's own where it has none */
	uint64_t args_size;

	/* Do the work. Returns an exit status (0 to 255, or PLUGH_EXIT_BY_SIGNAL + the signal) or a
	 * negative errno that was reported.
	 * host and args live until it returns. [main-thread], once */
	int (*run)(const struct plugh_host *host, const void *args);

	/* The rows as the program's memory holds them, compared with what the file held.
	 * [main-thread], before run */
	const struct plugh_option *(*records)(uint64_t *ret_count);
};

struct plugh_plugin {
	uint32_t size; /* of this struct */
	uint32_t abi_major;
	uint32_t abi_minor;
	uint32_t command_size; /* of struct plugh_command */
	uint64_t command_count;
	const struct plugh_command *const *command;
};

/* clang-format off */

#ifdef __cplusplus
}
#define PLUGH_EXTERN_ extern "C"
#else
#define PLUGH_EXTERN_ extern
#endif

/* Each record is a whole note: 4 is the alignment at which a chain of them stays a chain. */
#if defined(__clang__)
#define PLUGH_NOTES_                                                                               \
	__attribute__((section(".note.plugh"), used, aligned(4), no_sanitize("address")))
#else
#define PLUGH_NOTES_ __attribute__((section(".note.plugh"), used, aligned(4)))
#endif

#define PLUGH_HEAD_(name_, type_, size_)                                                           \
	{                                                                                          \
		.note = PLUGH_NOTE_(type_), .magic = PLUGH_MAGIC, .abi_major = PLUGH_ABI_MAJOR,    \
		.abi_minor = PLUGH_ABI_MINOR_NEEDED, .kind = PLUGH_FITS_(0u, names, #name_),       \
		.size = size_, .names = #name_                                                     \
	}

#ifdef __cplusplus
#define PLUGH_RUN_CHECK_(args, run_)
#else
#define PLUGH_RUN_CHECK_(args, run_)                                                               \
	_Static_assert(_Generic(&run_,                                                             \
			int (*)(const struct plugh_host *, const args *): 1,                       \
			default: 0),                                                               \
		"'" #run_ "' must be: int " #run_                                                  \
		"(const struct plugh_host *host, const " #args " *args)");
#endif

/* C++ counts the fields that a row leaves zero as missing. */
#ifdef __cplusplus
#define PLUGH_TABLES_                                                                              \
	_Pragma("GCC diagnostic push")                                                             \
	_Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")
#define PLUGH_TABLES_END_ _Pragma("GCC diagnostic pop")
#else
#define PLUGH_TABLES_
#define PLUGH_TABLES_END_
#endif

/* The rows are a static of a function of their own, in which plugh_args_ names the struct. */
#define PLUGH_TABLE_(name_, args, run_, type_, ...)                                                \
	PLUGH_RUN_CHECK_(args, run_)                                                               \
	PLUGH_TABLES_                                                                              \
	static const struct plugh_option *plugh_records_##name_(uint64_t *ret_count)               \
	{                                                                                          \
		typedef args plugh_args_;                                                          \
		static const struct plugh_option records[] PLUGH_NOTES_ = {                        \
			PLUGH_HEAD_(name_, type_, (uint32_t)sizeof(plugh_args_)), __VA_ARGS__      \
		};                                                                                 \
		*ret_count = sizeof records / sizeof records[0];                                   \
		return records;                                                                    \
	}                                                                                          \
	PLUGH_TABLES_END_                                                                          \
	static int plugh_run_##name_(const struct plugh_host *host, const void *args_)             \
	{                                                                                          \
		return run_(host, (const args *)args_);                                            \
	}

#define PLUGH_COMMAND_INIT_(name_, args)                                                           \
	{                                                                                          \
		#name_, sizeof(args), plugh_run_##name_, plugh_records_##name_                     \
	}

#define PLUGH_EXPORT_(name_, count, list)                                                          \
	PLUGH_EXTERN_ __attribute__((visibility("default"))) const struct plugh_plugin             \
		plugh_plugin_##name_;                                                              \
	const struct plugh_plugin plugh_plugin_##name_ = { sizeof(struct plugh_plugin),            \
		PLUGH_ABI_MAJOR, PLUGH_ABI_MINOR_NEEDED, sizeof(struct plugh_command), count, list }

/* A plugin that is one command. */
#define PLUGH_PLUGIN(name_, args, run_, ...)                                                       \
	PLUGH_TABLE_(name_, args, run_, PLUGH_RECORD_PLUGIN, __VA_ARGS__)                          \
	static const struct plugh_command plugh_only_##name_ = PLUGH_COMMAND_INIT_(name_, args);   \
	static const struct plugh_command *const plugh_commands_##name_[] = { &plugh_only_##name_ }; \
	PLUGH_EXPORT_(name_, 1, plugh_commands_##name_)

/* A subcommand: an error at compile time unless PLUGH_PLUGIN_OF lists it (C++ leaves that to the
 * manifest check). */
#define PLUGH_COMMAND(name_, args, run_, ...)                                                      \
	PLUGH_TABLE_(name_, args, run_, PLUGH_RECORD_COMMAND, __VA_ARGS__)                         \
	PLUGH_MUST_BE_LISTED_                                                                      \
	static const struct plugh_command plugh_subcommand_##name_ =                               \
		PLUGH_COMMAND_INIT_(name_, args);                                                  \
	PLUGH_MUST_BE_LISTED_END_                                                                  \
	static_assert(sizeof(args) > 0, "a subcommand has an arguments struct")

#ifdef __cplusplus
#define PLUGH_MUST_BE_LISTED_
#define PLUGH_MUST_BE_LISTED_END_
#else
#define PLUGH_MUST_BE_LISTED_                                                                      \
	_Pragma("GCC diagnostic push")                                                             \
	_Pragma("GCC diagnostic error \"-Wunused-const-variable\"")
#define PLUGH_MUST_BE_LISTED_END_ _Pragma("GCC diagnostic pop")
#endif

/* A plugin of subcommands (up to 24), in the order of the help. */
#define PLUGH_PLUGIN_OF(name_, about, ...)                                                         \
	PLUGH_TABLES_                                                                              \
	static const struct plugh_option *plugh_records_##name_(uint64_t *ret_count)               \
	{                                                                                          \
		static const struct plugh_option records[] PLUGH_NOTES_ = {                        \
			PLUGH_HEAD_(name_, PLUGH_RECORD_PLUGIN, 0u), about,                        \
			PLUGH_EACH_(PLUGH_LISTED_, __VA_ARGS__)                                    \
		};                                                                                 \
		*ret_count = sizeof records / sizeof records[0];                                   \
		return records;                                                                    \
	}                                                                                          \
	PLUGH_TABLES_END_                                                                          \
	static const struct plugh_command plugh_root_##name_ = { #name_, 0, 0,                     \
		plugh_records_##name_ };                                                           \
	static const struct plugh_command *const plugh_commands_##name_[] = {                      \
		&plugh_root_##name_, PLUGH_EACH_(PLUGH_POINTER_, __VA_ARGS__)                      \
	};                                                                                         \
	PLUGH_EXPORT_(name_, sizeof plugh_commands_##name_ / sizeof plugh_commands_##name_[0],     \
		plugh_commands_##name_)

#define PLUGH_LISTED_(name_)                                                                       \
	{                                                                                          \
		.note = PLUGH_NOTE_(PLUGH_RECORD_LISTED), .names = #name_                          \
	}
#define PLUGH_POINTER_(name_) &plugh_subcommand_##name_

/* m(a), m(b), ... for up to 24 names. */
#define PLUGH_EACH_(m, ...)                                                                        \
	PLUGH_PICK_(__VA_ARGS__, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, \
		7, 6, 5, 4, 3, 2, 1, 0)                                                            \
	(m, __VA_ARGS__)
#define PLUGH_PICK_(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17,    \
	_18, _19, _20, _21, _22, _23, _24, n, ...)                                                 \
	PLUGH_EACH_##n##_
#define PLUGH_EACH_1_(m, a)       m(a)
#define PLUGH_EACH_2_(m, a, ...)  m(a), PLUGH_EACH_1_(m, __VA_ARGS__)
#define PLUGH_EACH_3_(m, a, ...)  m(a), PLUGH_EACH_2_(m, __VA_ARGS__)
#define PLUGH_EACH_4_(m, a, ...)  m(a), PLUGH_EACH_3_(m, __VA_ARGS__)
#define PLUGH_EACH_5_(m, a, ...)  m(a), PLUGH_EACH_4_(m, __VA_ARGS__)
#define PLUGH_EACH_6_(m, a, ...)  m(a), PLUGH_EACH_5_(m, __VA_ARGS__)
#define PLUGH_EACH_7_(m, a, ...)  m(a), PLUGH_EACH_6_(m, __VA_ARGS__)
#define PLUGH_EACH_8_(m, a, ...)  m(a), PLUGH_EACH_7_(m, __VA_ARGS__)
#define PLUGH_EACH_9_(m, a, ...)  m(a), PLUGH_EACH_8_(m, __VA_ARGS__)
#define PLUGH_EACH_10_(m, a, ...) m(a), PLUGH_EACH_9_(m, __VA_ARGS__)
#define PLUGH_EACH_11_(m, a, ...) m(a), PLUGH_EACH_10_(m, __VA_ARGS__)
#define PLUGH_EACH_12_(m, a, ...) m(a), PLUGH_EACH_11_(m, __VA_ARGS__)
#define PLUGH_EACH_13_(m, a, ...) m(a), PLUGH_EACH_12_(m, __VA_ARGS__)
#define PLUGH_EACH_14_(m, a, ...) m(a), PLUGH_EACH_13_(m, __VA_ARGS__)
#define PLUGH_EACH_15_(m, a, ...) m(a), PLUGH_EACH_14_(m, __VA_ARGS__)
#define PLUGH_EACH_16_(m, a, ...) m(a), PLUGH_EACH_15_(m, __VA_ARGS__)
#define PLUGH_EACH_17_(m, a, ...) m(a), PLUGH_EACH_16_(m, __VA_ARGS__)
#define PLUGH_EACH_18_(m, a, ...) m(a), PLUGH_EACH_17_(m, __VA_ARGS__)
#define PLUGH_EACH_19_(m, a, ...) m(a), PLUGH_EACH_18_(m, __VA_ARGS__)
#define PLUGH_EACH_20_(m, a, ...) m(a), PLUGH_EACH_19_(m, __VA_ARGS__)
#define PLUGH_EACH_21_(m, a, ...) m(a), PLUGH_EACH_20_(m, __VA_ARGS__)
#define PLUGH_EACH_22_(m, a, ...) m(a), PLUGH_EACH_21_(m, __VA_ARGS__)
#define PLUGH_EACH_23_(m, a, ...) m(a), PLUGH_EACH_22_(m, __VA_ARGS__)
#define PLUGH_EACH_24_(m, a, ...) m(a), PLUGH_EACH_23_(m, __VA_ARGS__)

/* clang-format on */

#endif

/* SPDX-License-Identifier: MIT */
/* The host's configuration: layers of ini files and the environment, merged; each value keeps its
 * origin.
 *
 * Layers, the later wins where no rule below says otherwise: plugh.ini of the system's folder, the
 * files conf.d/NAME.ini there in byte order, the user's file, the extra file (--config or
 * $PLUGH_CONFIG), the environment.
 *
 * A later layer never undoes a restriction of an earlier one:
 *
 *	enabled   each one of the system's is a ceiling; the last one of the others narrows it
 *	disabled  adds up
 *	sandbox   the strictest of all layers; the built-in `on` counts only where none sets it
 *	deny      adds up, and beats every `allow`
 *	sha256    the system's first one stands; a different one later is an error
 *	path      adds up, the system's first
 *
 * What is wrong in a file becomes a struct config_problem with file and line. Nothing is printed
 * here, and the other files and lines stay readable, so --help and `config check` work with a
 * broken ini.
 *
 * All that a look-up returns is borrowed from the struct config and lives as long as it.
 * Threads: one struct config is for one thread at a time; several are independent.   Since: 0.1 */
#ifndef PLUGH_CONFIG_H
#define PLUGH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;

/* Where to read. All members are borrowed until config_load returns. */
struct config_sources {
	const char *system_dir;   /* "/etc/plugh"; NULL: no system layer */
	const char *user_file;    /* see config_user_file; NULL: none */
	const char *extra_file;   /* --config FILE, else $PLUGH_CONFIG; NULL: none */
	const char *home;         /* for ~/ in `path`; NULL: ~/ is an error */
	char *const *environment; /* as environ; NULL: no such layer */
	bool trusted_only;        /* a set-id start: read system_dir, ignore all others */
};

enum config_layer {
	CONFIG_DEFAULT,     /* built in */
	CONFIG_SYSTEM,      /* a file below system_dir */
	CONFIG_USER,        /* the user's file */
	CONFIG_EXTRA,       /* --config or $PLUGH_CONFIG */
	CONFIG_ENVIRONMENT, /* a variable PLUGH_... */
};

/* One value as one layer gave it. */
struct config_value {
	const char *text;        /* unquoted; several lines are joined by one blank; never NULL */
	const char *const *item; /* its lines that are not empty, each unquoted: what an option */
	size_t count;            /* that takes several values is given */
	enum config_layer layer;
	const char *origin; /* "/etc/plugh/plugh.ini:3", "environment PLUGH_PERMS_LIMIT" */
	const char *file;   /* NULL where no file holds it */
	unsigned line;      /* of the key, from 1; 0 where no file holds it */
};

/* ---- Loading ---- */

/* The value of a variable, borrowed from ENVIRONMENT (as environ; may be NULL), or NULL. */
const char *config_getenv(char *const *environment, const char *name);

/* The user's ini: $XDG_CONFIG_HOME/plugh/plugh.ini, else $HOME/.config/plugh/plugh.ini. By the XDG
 * Base Directory Specification a variable that is empty or no absolute path counts as unset.
 *
 * environment  as environ; may be NULL
 * ret_path     receives the path, the caller's to free, or NULL where neither variable is set
 *
 * Returns 0 or -ENOMEM.   Since: 0.1 */
int config_user_file(char *const *environment, char **ret_path);

/* Read and merge all layers.
 *
 * A missing system or user file is no problem; one that cannot be read is an error (of the user's a
 * warning, if it is for want of permission), and so is an extra file that is missing. Files of more
 * than 1 MiB are errors, and so is what is not a regular file, save as the extra file: there a FIFO
 * or /dev/fd/N is read to its end.
 *
 * ret_config  receives the configuration, also when it has problems; see config_destroy
 *
 * Returns 0 or -ENOMEM.   Since: 0.1 */
int config_load(const struct config_sources *sources, struct config **ret_config);

/* Free it with all that was borrowed from it; NULL is fine. */
void config_destroy(struct config *config);

/* ---- Problems ---- */

enum config_severity {
	CONFIG_WARNING, /* a line in `config check`; a run goes on in silence */
	CONFIG_ERROR,   /* a run is refused */
};

struct config_problem {
	enum config_severity severity;
	const char *file; /* as it was opened; "environment PLUGH_X" for a variable */
	unsigned line;    /* from 1; 0: the file as a whole */
	const char *text; /* one line; bytes that a terminal might obey are escaped */
	const char *hint; /* one line, "did you mean 'sandbox'?", or NULL */
};

/* config_load finds those of syntax (in every file), [plugh], policies and unknown sections; the
 * config_check_ functions append theirs. Of one file at most 50 are kept; the last then says so. */
size_t config_count_problems(const struct config *config);

/* The INDEX-th problem; INDEX is below the count. */
const struct config_problem *config_get_problem(const struct config *config, size_t index);

/* Is there a problem with CONFIG_ERROR? */
bool config_has_errors(const struct config *config);

/* Write `FILE:LINE: error: TEXT` (or `FILE: warning: TEXT`) without a newline, cut at SIZE bytes
 * with the NUL. Returns BUFFER. */
const char *config_problem_format(const struct config_problem *problem, char *buffer, size_t size);

/* What one plugin's manifest says of keys, so that this module need not know manifests. */
struct config_options {
	void *ctx;

	/* The INDEX-th subcommand, or NULL after the last. What this and the next function return
	 * is borrowed until either is called again. */
	const char *(*get_sub)(void *ctx, size_t index);

	/* The INDEX-th key (an option's first long name, without dashes) of SUB, or of the plugin
	 * itself where SUB is NULL; NULL after the last. */
	const char *(*get_key)(void *ctx, const char *sub, size_t index);

	/* Is VALUE good for an option that get_key gave? Returns 0, or -EINVAL with one line in
	 * ERROR, SIZE bytes large: "invalid int value: 'ten'". */
	int (*check)(void *ctx, const char *sub, const char *key, const struct config_value *value,
		char *error, size_t size);
};

/* Check [plugin:NAME], each [plugin:NAME SUB] and the variables of the plugin's options against
 * its manifest: unknown subcommands and keys (with suggestions) and bad values are errors. A value
 * that a later layer replaces is checked too: its file is wrong whoever overrides it.
 *
 * options  borrowed for the call; its functions are called by this one only
 *
 * Returns the number of errors found, or -ENOMEM.   Since: 0.1 */
int config_check_plugin(
	struct config *config, const char *name, const struct config_options *options);

/* Warn of sections and of words in `enabled` and `disabled` that name none of the COUNT plugins in
 * NAMES, with suggestions: for `config check` only. Returns 0 or -ENOMEM.   Since: 0.1 */
int config_check_names(struct config *config, const char *const *names, size_t count);

/* ---- Look-ups: [plugh] ---- */

/* Is the plugin enabled?
 *
 * ret_reason  if not, receives one line: "not in enabled= of /etc/plugh/plugh.ini:3", "disabled by
 *             /home/u/.config/plugh/plugh.ini:7"; untouched otherwise; may be NULL   Since: 0.1 */
bool config_is_enabled(const struct config *config, const char *name, const char **ret_reason);

enum config_sandbox {
	CONFIG_SANDBOX_OFF,
	CONFIG_SANDBOX_ON,
	CONFIG_SANDBOX_REQUIRE,
};

/* The level in force.
 *
 * ret_origin  receives where it was set, "default" if nowhere; may be NULL   Since: 0.1 */
enum config_sandbox config_get_sandbox(const struct config *config, const char **ret_origin);

/* "off", "on" or "require". */
const char *config_sandbox_name(enum config_sandbox sandbox);

enum config_when {
	CONFIG_AUTO,
	CONFIG_ALWAYS,
	CONFIG_NEVER,
};

/* "auto", "always" or "never". */
const char *config_when_name(enum config_when when);

/* Which runs have a process beside them that tells of a crash with the calls that led there, and
 * keeps it, by the last layer that sets `crash-reports`:
 *
 *   auto    those of plugins that did not come with plugh, those that have one anyway, and those
 *           that are not confined: they can start one when it is too late for others
 *   always  all that are confined
 *   never   those that have one anyway
 *
 * ret_origin  receives where it was set, "default" if nowhere; may be NULL   Since: 0.1 */
enum config_when config_get_crash_reports(const struct config *config, const char **ret_origin);

/* "auto", "always" or "never" by the last layer that sets `color`; "auto" if none does.
 *
 * ret_origin  receives where it was set, "default" if nowhere; may be NULL   Since: 0.1 */
const char *config_get_color(const struct config *config, const char **ret_origin);

/* A folder of plugins, or a path that a policy opens. */
struct config_path {
	const char *path; /* absolute */
	enum config_layer layer;
	const char *origin;
};

/* The words of `path` without repetitions: CONFIG_SYSTEM's first, then the others, each in the
 * order of the layers. */
size_t config_count_paths(const struct config *config);

/* The INDEX-th folder; INDEX is below the count. */
const struct config_path *config_get_path(const struct config *config, size_t index);

/* ---- Look-ups: policies ---- */

/* What the sections [policy:NAME] of all layers say together. */
struct config_policy {
	uint32_t deny;      /* bits PLUGH_READ ... PLUGH_PTRACE of <plugh/option.h> */
	uint32_t allow;     /* what is granted and nowhere denied */
	const char *sha256; /* the pin, 64 lower-case hexadecimal digits; NULL: none. A malformed */
	const char *sha256_origin; /* one (an error) stays as it is, so that it matches no file */
	const struct config_path *read;
	size_t read_count; /* 0 where deny has PLUGH_READ */
	const struct config_path *write;
	size_t write_count; /* 0 where deny has PLUGH_WRITE */
};

/* The policy of one plugin, or NULL if no layer has one for it.   Since: 0.1 */
const struct config_policy *config_find_policy(const struct config *config, const char *name);

/* The origin of the first line that denies NEED (one bit) to the plugin, or NULL. */
const char *config_find_denial(const struct config *config, const char *name, uint32_t need);

/* The origin of the first line that allows NEED (one bit) to the plugin; NULL if none does, or if
 * it is denied. */
const char *config_find_grant(const struct config *config, const char *name, uint32_t need);

/* The word for one need in ini files ("net"), or NULL if NEED is not one known bit. */
const char *config_need_name(uint32_t need);

/* ---- Look-ups: defaults of options ---- */

enum { CONFIG_VARIABLE_SIZE = 256 };

/* The variable of an option: PLUGH_PERMS_SEPARATOR, PLUGH_BWT_ENCODE_BLOCK_SIZE. ASCII letters in
 * upper case, digits as they are, any other byte an underscore.
 *
 * plugin  NULL for a key of [plugh]: PLUGH_SANDBOX
 * sub     NULL for the plugin's own options
 * buffer  receives the name; CONFIG_VARIABLE_SIZE bytes
 *
 * Returns BUFFER, or NULL if the name does not fit: then there is no such variable.   Since: 0.1 */
const char *config_variable(const char *plugin, const char *sub, const char *key, char *buffer);

/* The value that the layers give an option, or NULL if none does and the manifest's default holds.
 *
 * sub  NULL for the plugin's own options
 * key  the option's first long name, without dashes   Since: 0.1 */
const struct config_value *config_find_option(
	const struct config *config, const char *plugin, const char *sub, const char *key);

/* Read a flag: on, yes, true, 1 or off, no, false, 0, in any letter case.
 * Returns 0 or -EINVAL.   Since: 0.1 */
int config_parse_flag(const char *text, bool *ret_flag);

/* ---- Everything, for `config show` and `config path` ---- */

/* One key of one file, or one variable PLUGH_..., in the order of layers and lines. */
struct config_entry {
	const char *section; /* "plugh", "plugin:bwt encode", "policy:perms"; "" for a variable */
	const char *key;     /* "block-size"; "PLUGH_BWT_ENCODE_BLOCK_SIZE" */
	struct config_value value;
};

size_t config_count_entries(const struct config *config);

/* The INDEX-th entry; INDEX is below the count. */
const struct config_entry *config_get_entry(const struct config *config, size_t index);

/* A file that was looked for, in the order of the layers. */
struct config_file {
	const char *path;
	enum config_layer layer;
	int error; /* 0: read; -ENOENT: not there; another -errno: cannot be read */
};

size_t config_count_files(const struct config *config);

/* The INDEX-th file; INDEX is below the count. */
const struct config_file *config_get_file(const struct config *config, size_t index);

/* "default", "system", "user", "extra" or "environment". */
const char *config_layer_name(enum config_layer layer);

#endif

/* The last crash of each plugin, kept in the user's state folder.
 *
 * $XDG_STATE_HOME/plugh/crash-NAME.ini (without that variable ~/.local/state/plugh), an ini file
 * that is written beside and renamed:
 *
 *     [crash]
 *     version = "1.0.0"
 *     signal = "Segmentation fault (SIGSEGV)"
 *     time = "2026-01-31T12:00:00Z"
 *     file = "/usr/lib/plugh/plugins/name.so"
 *     call = "write_it at one.c:12 (one.so+0x1139)"
 *            "one_run at one.c:20 (one.so+0x1180)"
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_CRASH_STATE_H
#define PLUGH_CRASH_STATE_H

#include <stddef.h>

enum { CRASH_STATE_CALLS = 64 };

struct crash_state {
	char name[64]; /* of the plugin */
	char version[64], signal[64], time[32];
	char file[512];
	size_t call_count;
	char call[CRASH_STATE_CALLS][256]; /* the innermost first */
};

/* The folder; the caller frees it. NULL where neither variable names one, or memory is short. */
char *crash_state_folder(char *const *environment);

/* Keep it in place of the one before of this plugin; the folder is made (mode 0700). Texts are cut
 * to what their fields hold, control characters become '?'. Returns 0 or -errno. */
int crash_state_write(const char *folder, const struct crash_state *state);

/* Hand over each that is kept, by name; what is no such file, or holds anything that is not for a
 * terminal, is passed over. `each` returns 0 to go on. Returns 0, -errno, or what `each` returned.
 */
int crash_state_each(
	const char *folder, int (*each)(void *ctx, const struct crash_state *state), void *ctx);

#endif

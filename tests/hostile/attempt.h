/* What a hostile plugin tries, one function an attempt.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_ATTEMPT_H
#define PLUGH_TEST_ATTEMPT_H

#include <stdint.h>
#include <sys/types.h>

/* What the test has prepared, from the variables PLUGH_HOSTILE_NAME, which every plugin sees. */
struct facts {
	const char *dir;      /* a folder with files for this stage, see test_hostile.py */
	const char *home;     /* with .ssh/id_rsa */
	const char *abstract; /* name of an abstract socket that listens */
	uint16_t tcp_port;    /* of 127.0.0.1, where somebody listens */
	uint16_t other_port;  /* likewise; never named to the host */
	uint16_t udp_port;
	pid_t victim;      /* a process of the same user */
	uintptr_t address; /* of a byte in it */
	int fd;            /* a descriptor that was open at the start */
	uid_t user;        /* somebody else */
};

struct attempt {
	const char *name;
	/* Returns 0: done, or -errno. Runs in a process of its own. */
	int (*run)(const struct facts *facts);
};

/* Each ends with a row whose name is NULL. */
extern const struct attempt attempts_on_files[];
extern const struct attempt attempts_on_attributes[];
extern const struct attempt attempts_on_sockets[];
extern const struct attempt attempts_on_processes[];
extern const struct attempt attempts_on_the_system[];
extern const struct attempt attempts_on_what_is_open[];
extern const struct attempt attempts_by_rare_calls[];

/* Make every attempt and write a line for each to standard output: "STAGE NAME RESULT", RESULT
 * being "ok", an errno's name ("EPERM"), or a signal's ("SIGSYS"). */
void attempts_make(const char *stage);

/* What a call that says -1 and errno has come to. */
int result_of(long r);

/* The path of a name in the folder; valid until the next call. */
const char *in_dir(const struct facts *facts, const char *name);

#endif

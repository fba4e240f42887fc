/* Ctrl-C, SIGTERM and SIGHUP while a command runs.
 *
 * What the terminal sends goes to the command too, which may well handle it: then nothing is done
 * but to remember it. What a process sends to this one is passed on: a descriptor becomes readable,
 * and the command is to be ended by the same signal. So is it when the terminal sends a second one.
 * One more ends this process at once. What was ignored at the start stays so.
 *
 * SIGPIPE is ignored meanwhile, so that a reader who is gone is an error with time to clean up.
 *
 * Signal dispositions belong to the process, so there is one state and no struct to pass.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RUN_SIGNALS_H
#define PLUGH_RUN_SIGNALS_H

#include <stdint.h>

#include <plugh/process.h>

/* Take over the signals.
 *
 * ending  how the command is ended: when the descriptor becomes readable its signal and its grace
 *         have been set, by the handler. Borrowed until signals_stop; NULL: nothing is ended
 *
 * Returns a descriptor that belongs to this module and is never to be read from, or -errno.
 * Threads: the main one, while there is no other. */
int signals_start(struct plugh_ending *ending);

/* The first that came; 0: none. */
int signals_first(void);

/* Those that a child keeps ignored, for struct plugh_process_spec. */
uint64_t signals_kept(void);

/* Put back what was before, and close the descriptor. */
void signals_stop(void);

/* End the process by a signal, with its default effect. Returns only in process 1 of a container.
 */
void signals_end(int signal);

#endif

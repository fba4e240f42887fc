/* Results: to standard output, or to a file that is written whole or not at all.
 *
 * A failed write sticks: what follows returns the same error, so a loop need not look at each call;
 * the last one tells, and the host reports a failure on standard output by itself.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_OUTPUT_H
#define PLUGH_OUTPUT_H

#include <stdarg.h>
#include <stddef.h>

#include <plugh/host.h>
#include <plugh/sink.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Write to standard output: n bytes; text formatted as by printf.
 * Returns 0 or -errno. Threads: the main one.   Since: 0.1 */
int plugh_write(const struct plugh_host *host, const void *bytes, size_t n);
int plugh_print(const struct plugh_host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

struct plugh_output;

/* Open the destination that an option named.
 *
 * host     NULL: a program without a host. The SDK does the same by itself then: it
 *          reports nothing, takes over signals as a scope does (plugh/scope.h) where it needs a
 *          temporary name, and SIGKILL may leave such a name (.plugh-*) behind
 * path     borrowed for the life of the output; NULL and "-" are standard output. A regular file,
 * or one that does not exist, is written beside and renamed by plugh_output_close; a device, FIFO
 * or /dev/fd/N is written in place. Returns 0, -ENOMEM, or what opening met; the failure is
 * reported already. Threads: the main one.   Since: 0.1 */
int plugh_output_open(
	const struct plugh_host *host, const char *path, struct plugh_output **ret_output);

/* As plugh_write and plugh_print, to the output. Since: 0.1 */
int plugh_output_write(struct plugh_output *output, const void *bytes, size_t n);
int plugh_output_print(struct plugh_output *output, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Write out what is held back, so that a reader at the other end sees it now. Since: 0.1 */
int plugh_output_flush(struct plugh_output *output);

/* A sink (sink.h) that writes to the output; for the JSON writer. Since: 0.1 */
struct plugh_sink plugh_output_sink(struct plugh_output *output);

/* End the output and free it.
 *
 * r        how the work ended: 0 (or a status > 0) puts the file in place; a negative errno removes
 *          what was written
 * Returns r, or, where r is not negative, -errno of the first failed write or of the commit:
 * reported already, and nothing has been replaced. NULL is accepted.   Since: 0.1 */
int plugh_output_close(struct plugh_output *output, int r);

#ifdef __cplusplus
}
#endif

#endif

/* Make the n-th allocation fail. A program that uses it is linked with
 * --wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup (each as an option of its own).
 *
 *     for (size_t n = 0;; n++) {
 *             failing_alloc_start(n);
 *             int r = work();
 *             if (!failing_alloc_stop())
 *                     break;                    (fewer than n allocations: work() has seen each
 * fail) assert_int_equal(r, -ENOMEM);
 *     }
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_FAILING_ALLOC_H
#define PLUGH_TEST_FAILING_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* Let `after` allocations of the code under test succeed, and the one behind them fail. */
void failing_alloc_start(size_t after);

/* Back to normal. Has one failed? */
bool failing_alloc_stop(void);

#endif

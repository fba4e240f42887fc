/* The ways to crash.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_CRASH_OBJECT_H
#define PLUGH_TEST_CRASH_OBJECT_H

void crash_null(void);
void crash_call_null(void);
void crash_divide(void);
void crash_trap(void);
void crash_bus(void);
void crash_abort(void);
void crash_system_call(void);
void crash_breakpoint(void);
void crash_overflow(void);

#endif

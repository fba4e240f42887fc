/* What every cmocka program includes: cmocka and the four headers that it wants before it. */
/* SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_H
#define PLUGH_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif

/* SPDX-License-Identifier: MIT */
/* What the tests of host/config*.c share: a temporary folder with layers in it, loaded. */
#ifndef PLUGH_CONFIG_FIXTURE_H
#define PLUGH_CONFIG_FIXTURE_H

#include <stddef.h>

#include "config.h"

/* What the layers of one row hold; NULL: there is none. */
enum {
	SYSTEM,    /* etc/plugh.ini */
	CONF_D,    /* etc/conf.d/10-a.ini */
	USER,      /* user.ini */
	EXTRA,     /* extra.ini */
	VARIABLE,  /* NAME=value */
	VARIABLE2, /* NAME=value */
	LAYERS,
};

/* Set-up and teardown of a test: it runs in an empty temporary folder with etc/conf.d. */
int fixture_make(void **state);
int fixture_remove(void **state);

#define FIXTURE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_remove)

/* Write a file; NULL: have none. */
void fixture_put(const char *path, const char *text);
void fixture_put_bytes(const char *path, const char *bytes, size_t n);

/* Load what the sources, the layers, the user's file alone hold; the test fails if that fails. */
struct config *fixture_load_sources(const struct config_sources *sources);
struct config *fixture_load(const char *const layers[LAYERS]);
struct config *fixture_load_user(const char *ini);

/* The problems are these: one a line, each hint on a line of its own after a tab. */
void fixture_assert_problems(const struct config *config, const char *expected);

#endif

/* A message without memory for its quotation marks.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <stdlib.h>

#include "failing_alloc.h"
#include "quote.h"

static void a_word_is_quoted_or_told_to_have_no_memory(void **state)
{
	(void)state;
	size_t n = 0;

	for (;; n++) {
		failing_alloc_start(n);
		char *quoted = quote("a\nb");
		if (!failing_alloc_stop()) {
			assert_string_equal(quoted, "'a\\nb'");
			free(quoted);
			break;
		}
		assert_null(quoted);
	}
	assert_true(n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_quoted_or_told_to_have_no_memory),
	};

	setenv("LC_ALL", "C", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

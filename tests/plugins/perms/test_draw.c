/* The generator gives the numbers that its authors' own programs give.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include "draw.h"

/* SplitMix64 from seed 1234567: the values of the test in Vigna's splitmix64.c as widely published
 * (e.g. Rosetta Code, "Pseudo-random numbers/Splitmix64"). They are the first state. */
static void test_the_seed_is_spread_by_splitmix64(void **state)
{
	(void)state;
	struct draw_generator generator;

	draw_seed(&generator, 1234567);
	assert_true(generator.state[0] == UINT64_C(6457827717110365317));
	assert_true(generator.state[1] == UINT64_C(3203168211198807973));
	assert_true(generator.state[2] == UINT64_C(9817491932198370423));
	assert_true(generator.state[3] == UINT64_C(4593380528125082431));
}

/* xoshiro256** from the state 1, 2, 3, 4: the values that the crate rand_xoshiro tests against the
 * reference implementation. */
static void test_xoshiro256_starstar(void **state)
{
	(void)state;
	struct draw_generator generator = { { 1, 2, 3, 4 } };
	static const uint64_t expected[] = { UINT64_C(11520), UINT64_C(0), UINT64_C(1509978240),
		UINT64_C(1215971899390074240), UINT64_C(1216172134540287360),
		UINT64_C(607988272756665600), UINT64_C(16172922978634559625),
		UINT64_C(8476171486693032832), UINT64_C(10595114339597558777),
		UINT64_C(2904607092377533576) };

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		assert_true(draw_next(&generator) == expected[i]);
}

static void test_a_bound_of_one_has_one_number(void **state)
{
	(void)state;
	struct draw_generator generator;
	mpz_t bound, number;

	draw_seed(&generator, 1);
	mpz_init_set_ui(bound, 1);
	mpz_init_set_ui(number, 5);
	draw_below(&generator, bound, number);
	assert_int_equal(mpz_get_ui(number), 0);
	mpz_clears(bound, number, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_seed_is_spread_by_splitmix64),
		cmocka_unit_test(test_xoshiro256_starstar),
		cmocka_unit_test(test_a_bound_of_one_has_one_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

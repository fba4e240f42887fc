/* train - the options of a training script, as argparse scripts have them.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <plugh/sdk.h>

#include "units.h"

struct train_args {
	int epochs;
	const char *num_hidden_units;
	bool batch_norm;
};

static int print_units(const struct plugh_host *host, const struct units *units)
{
	plugh_print(host, "num_hidden_units = [");
	for (size_t i = 0; i < units->count; i++)
		plugh_print(host, "%s%" PRId64, i > 0 ? ", " : "", units->item[i]);
	return plugh_print(host, "]\n");
}

static int train_run(const struct plugh_host *host, const struct train_args *args)
{
	struct units units = { 0 };
	const char *bad = "";

	int r = units_parse(args->num_hidden_units, &units, &bad);
	if (r == -EINVAL || r == -ERANGE)
		return plugh_fail(host, PLUGH_EXIT_USAGE,
			"--num_hidden_units: '%.*s' in '%s' is not a whole number",
			(int)strcspn(bad, ","), bad, args->num_hidden_units);
	if (r < 0)
		return plugh_fail(host, r, "cannot read --num_hidden_units");

	plugh_print(host, "epochs = %d, batch_norm = %s, ", args->epochs,
		args->batch_norm ? "True" : "False");
	r = print_units(host, &units);
	units_release(&units);
	return r;
}

/* clang-format off */
PLUGH_PLUGIN(train, struct train_args, train_run,
	PLUGH_ABOUT("train a network (it only shows its options)", .version = "1.0.0"),
	PLUGH_OPT(epochs, "--epochs", "Number of epochs to train", .default_ = "1"),
	PLUGH_OPT(num_hidden_units, "--num_hidden_units", "Number of hidden units per layer", .default_ = "20,20"),
	PLUGH_OPT(batch_norm, "--batch_norm", "Use batch normalization"));

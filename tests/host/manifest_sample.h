/* A plugin whose manifest the tests read, as it is and damaged.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_MANIFEST_SAMPLE_H
#define PLUGH_TEST_MANIFEST_SAMPLE_H

#include <plugh/plugin.h>

extern const struct plugh_plugin plugh_plugin_sample;

/* The rows in the order in which sample_rows copies them. */
enum sample_row {
	ROW_PLUGIN,
	ROW_ABOUT,
	ROW_LISTED_PACK,
	ROW_LISTED_LISTING,
	ROW_PACK,
	ROW_PACK_ABOUT,
	ROW_BLOCK,
	ROW_GROUP,
	ROW_FORCE,
	ROW_ONE_OF,
	ROW_JSON,
	ROW_TEXT,
	ROW_ONE_OF_END,
	ROW_GROUP_END,
	ROW_LEVEL,
	ROW_FILE,
	ROW_LISTING,
	ROW_LISTING_ABOUT,
	ROW_VERBOSITY,
	ROW_WIDTH,
	ROW_PORT,
	ROW_HOST,
	ROW_STATUS,
	ROW_EXAMPLE,
	ROW_EPILOG,
	SAMPLE_ROWS
};

/* Copy all rows. Returns how many there are: SAMPLE_ROWS. */
size_t sample_rows(struct plugh_option row[SAMPLE_ROWS]);

#endif

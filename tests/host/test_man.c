/* SPDX-License-Identifier: MIT */
/* Man pages from manifests: what stands in the source. How it is shown, and that groff and mandoc
 * have nothing to say against it, is in tests/cli/test_man.py. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plugh_test.h>

#include "failing_alloc.h"
#include "man.h"
#include "surfaces/surfaces.h"

/* The host's real table. */
static struct host_rows rows;
static const struct man_about about = { "2026-01-31", &rows };

static struct manifest *read_plugin(const struct plugh_plugin *linked)
{
	struct manifest *manifest = NULL;
	struct reason why = { "" };

	if (manifest_of_linked(linked, &manifest, &why) != 0)
		fail_msg("%s", why.text);
	return manifest;
}

/* The page of a plugin, or of a subcommand; to be freed. */
static char *page_of(const struct plugh_plugin *linked, const char *sub)
{
	struct manifest *manifest = read_plugin(linked);
	const struct manifest_command *command = sub != NULL ? manifest_find_command(manifest, sub)
							     : NULL;
	struct plugh_buf page = { 0 };

	assert_int_equal(man_page(&page, manifest, command, &about), 0);
	manifest_destroy(manifest);
	return plugh_buf_take(&page);
}

static void check_has(const char *page, const char *const part[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strstr(page, part[i]) == NULL)
			fail_msg("no '%s' in:\n%s", part[i], page);
	}
}

#define CHECK_HAS(page, ...)                                                                       \
	check_has(page, (const char *const[]){ __VA_ARGS__ },                                      \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void a_page_has_its_head_and_name(void **state)
{
	(void)state;
	char *page = page_of(&plugh_plugin_kit, NULL);

	CHECK_HAS(page, ".TH \"PLUGH\\-KIT\" 1 2026-01-31 \"kit 2.5.0\" \"plugh manual\"\n",
		"plugh\\-kit \\- try everything: 100% of \\(aqit\\(aq, a\\eb and \\(dqc\\(dq\n",
		"The first paragraph of plugh kit.\n", "\n\\&.The second one is 100% plain\n");
	free(page);
}

static void a_synopsis_has_all_that_the_usage_has(void **state)
{
	(void)state;
	char *page = page_of(&plugh_plugin_kit, NULL);

	CHECK_HAS(page, ".SY \"plugh kit\"\n[\\fB\\-h\\fR]\n[\\fB\\-a\\fR]\n",
		"[\\fB\\-\\-both\\fR | \\%\\fB\\-\\-none\\fR]\n",
		"(\\fB\\-\\-machine\\fR | \\%\\fB\\-\\-text\\fR | \\%\\fB\\-\\-mode\\fR "
		"\\%\\fIMODE\\fR)\n",
		"\n\\%\\fB\\-\\-wait\\fR \\%\\fIDURATION\\fR\n",
		"[\\fB\\-\\-when\\fR [\\fI{now,later}\\fR]]\n",
		"[\\fB\\-\\-pair\\fR \\%\\fILOW\\fR \\%\\fIHIGH\\fR]\n",
		"[\\fIfile\\fR ...]\\&\n.YS\n");
	free(page);
}

static void an_option_has_its_names_values_and_help(void **state)
{
	(void)state;
	char *page = page_of(&plugh_plugin_kit, NULL);

	CHECK_HAS(page, ".SH \"ARGUMENTS\"\n.TP\n\\%\\fIfile\\fR\nwhat to read\n",
		".TP\n\\%\\fB\\-a\\fR, \\%\\fB\\-\\-all\\fR\ntake all; by default: False\n",
		"\nwhich one (default: 3, a int)\n",
		"\\fB\\-\\-block\\-size\\fR \\%\\fISIZE\\fR\nbytes in a block.\nDefault: "
		"\\%\\fB64M\\fR.\n",
		"more of it.\nMay be given several times.\n", "\n\\&.begins with a dot\n",
		"\n\\(aqquoted\\(aq at the start\n",
		"\\[u00E9]t\\[u00E9] \\[u20AC]: back\\eslash, \\(titilde\\(ha\n",
		"an enum.\nNeeds the right to: exec.\n",
		"as in MODE.\nOne of: \\%\\fBjson\\fR, \\%\\fBtext\\fR, \\%\\fBa:b\\fR, "
		"\\%\\fB$HOME\\fR, \\%\\fBit\\(aqs\\fR.\n");
	free(page);
}

static void a_group_is_a_section_under_its_title(void **state)
{
	(void)state;
	char *page = page_of(&plugh_plugin_kit, NULL);

	const char *group = strstr(page, ".SS \"output: where\"\n");
	assert_non_null(group);
	CHECK_HAS(group, "\\fB\\-\\-output\\fR \\%\\fIOUT\\fR\nwrite to OUT, 50% of it\n",
		"\\fB\\-\\-machine\\fR\nfor machines\n");
	/* What follows the group in the table stands before it, among those without one. */
	assert_true(strstr(page, "bytes in a block") < group);
	free(page);
}

static void statuses_are_the_plugins_own_or_the_usual_ones(void **state)
{
	(void)state;
	char *kit = page_of(&plugh_plugin_kit, NULL);
	char *limit = page_of(&plugh_plugin_limit, NULL);
	char *encode = page_of(&plugh_plugin_pack, "encode");

	CHECK_HAS(kit, "\\fB0\\fR\nThe work is done.\n.TP\n\\fB1\\fR\nnothing was found\n.TP\n"
		       "\\fB2\\fR\nThe command line is wrong.\n.TP\n\\fB7\\fR\nthe seventh\n");
	CHECK_HAS(limit, "\\fB1\\fR\nThe work failed or found nothing.\n.TP\n\\fB124\\fR\n"
			 "the time was over\n.TP\n\\fB125\\fR\nThe command line is wrong.\n");
	assert_null(strstr(limit, "\\fB2\\fR\n"));
	CHECK_HAS(encode, "\\fB3\\fR\nit was packed before\n");
	free(kit);
	free(limit);
	free(encode);
}

static void variables_and_keys_are_listed(void **state)
{
	(void)state;
	char *kit = page_of(&plugh_plugin_kit, NULL);
	char *pack = page_of(&plugh_plugin_pack, NULL);

	CHECK_HAS(kit, "\\fBPLUGH_KIT_BLOCK_SIZE\\fR\nThe default of \\fB\\-\\-block\\-size\\fR.\n",
		"\\fB[plugin:kit]\\fR\n\\%\\fBall\\fR, \\%\\fBboth\\fR, ");
	CHECK_HAS(pack,
		"\\fBPLUGH_PACK_ENCODE_FORCE\\fR\nThe default of \\fB\\-\\-force\\fR of "
		"\\%\\fBencode\\fR.\n",
		"\\fB[plugin:pack encode]\\fR\n\\%\\fBforce\\fR, \\%\\fBoutput\\fR\n",
		"\\fB[plugin:pack listen]\\fR\n\\%\\fBexec\\fR\n");
	free(kit);
	free(pack);
}

static void rights_are_told(void **state)
{
	(void)state;
	char *kit = page_of(&plugh_plugin_kit, NULL);
	char *pack = page_of(&plugh_plugin_pack, NULL);
	char *record = page_of(&plugh_plugin_record, NULL);

	CHECK_HAS(kit,
		"The command asks for the right to: read the files that the command line "
		"names, write the files that the command line names, use the network, start "
		"other programs.\n.PP\nWhat starts or traces other programs runs without the "
		"sandbox.\n");
	CHECK_HAS(pack, "\\fBlisten\\fR\nstart other programs.\n");
	CHECK_HAS(record, "nothing beyond its standard streams.\n");
	free(kit);
	free(pack);
	free(record);
}

static void a_plugin_shows_its_subcommands(void **state)
{
	(void)state;
	char *pack = page_of(&plugh_plugin_pack, NULL);

	CHECK_HAS(pack, ".SH \"COMMANDS\"\n.SS \"encode\"\n.SY \"plugh pack encode\"\n",
		"Transform a file into a container.\n", ".PP\n\\%\\fBoutput\\fR\n.TP\n",
		"Exit status:\n.TP\n\\fB3\\fR\nit was packed before\n", ".SS \"listen\"\n",
		"\\fBplugh\\-pack\\-encode\\fR(1),\n\\%\\fBplugh\\-pack\\-listen\\fR(1),\n");
	free(pack);
}

static void a_subcommand_has_a_page_of_its_own(void **state)
{
	(void)state;
	char *encode = page_of(&plugh_plugin_pack, "encode");

	CHECK_HAS(encode, ".TH \"PLUGH\\-PACK\\-ENCODE\" 1 2026-01-31 \"pack 1.0.0\"",
		"plugh\\-pack\\-encode \\- transform a file into a container\n",
		"pack a file\n.PP\n.RS 4\n.EX\nplugh pack encode a.txt \\-o a.pack\n.EE\n.RE\n",
		".SH \"SEE ALSO\"\n\\%\\fBplugh\\-pack\\fR(1),\n");
	assert_null(strstr(encode, "listen"));
	free(encode);
}

static void options_that_end_at_the_operand_are_told(void **state)
{
	(void)state;
	char *limit = page_of(&plugh_plugin_limit, NULL);
	char *kit = page_of(&plugh_plugin_kit, NULL);
	char *record = page_of(&plugh_plugin_record, NULL);

	CHECK_HAS(limit, "Options end at the first operand");
	assert_null(strstr(kit, "Options end at the first operand"));
	CHECK_HAS(record, "(\\fB\\-p\\fR \\%\\fIPID\\fR | \\%\\fIcommand\\fR)\n[\\fIarg\\fR ...]");
	free(limit);
	free(kit);
	free(record);
}

static void the_hosts_options_are_named_but_not_where_they_are_hidden(void **state)
{
	(void)state;
	char *kit = page_of(&plugh_plugin_kit, NULL);

	CHECK_HAS(kit, "may stand here too, spelled in full:\n", "\\fB\\-\\-trace\\fR",
		"\\fB\\-v\\fR, \\%\\fB\\-\\-verbose\\fR");
	assert_null(strstr(kit, "\\-\\-plugin\\-path"));
	free(kit);
}

static void the_page_of_plugh_has_the_table_and_the_commands(void **state)
{
	(void)state;
	struct manifest *manifest[] = { read_plugin(&plugh_plugin_kit),
		read_plugin(&plugh_plugin_pack) };
	struct plugh_buf page = { 0 };

	int r = man_plugh(&page, (const struct manifest *const *)manifest, 2, "9.8.7", &about);

	assert_int_equal(r, 0);
	CHECK_HAS(page.data, ".TH \"PLUGH\" 1 2026-01-31 \"plugh 9.8.7\" \"plugh manual\"\n",
		"[\\fB\\-\\-plugin\\-path\\fR \\%\\fIDIR\\fR]\n", ".SS \"kit\"\n",
		".SS \"pack encode\"\n", ".SS \"pack listen\"\n", ".SH EXIT STATUS\n");
	assert_null(strchr(page.data, '@'));
	const char *behind = strstr(page.data, ".SS \"Before the command or behind it\"\n");
	assert_non_null(behind);
	assert_true(strstr(page.data, "\\fB\\-\\-safe\\fR\n") < behind);
	CHECK_HAS(behind, "\\fB\\-\\-trace\\fR\n");
	plugh_buf_release(&page);
	manifest_destroy(manifest[0]);
	manifest_destroy(manifest[1]);
}

static void the_date_is_that_of_the_epoch(void **state)
{
	(void)state;
	static const struct {
		const char *epoch, *date;
	} cases[] = {
		{ NULL, MAN_RELEASE_DATE },
		{ "0", "1970-01-01" },
		{ "86399", "1970-01-01" },
		{ "1700000000", "2023-11-14" },
		{ "253402300799", "9999-12-31" },
		{ "253402300800", MAN_RELEASE_DATE },
		{ "99999999999999999999999", MAN_RELEASE_DATE },
		{ "", MAN_RELEASE_DATE },
		{ "-1", MAN_RELEASE_DATE },
		{ " 1", MAN_RELEASE_DATE },
		{ "12x", MAN_RELEASE_DATE },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char date[MAN_DATE_SIZE];
		man_date(cases[i].epoch, date);
		assert_string_equal(date, cases[i].date);
	}
}

static void a_full_buffer_is_an_error(void **state)
{
	(void)state;
	struct manifest *manifest = read_plugin(&plugh_plugin_pack);
	struct plugh_buf page = { 0 };
	assert_int_equal(man_page(&page, manifest, NULL, &about), 0);
	size_t whole = page.size;
	plugh_buf_release(&page);

	/* At whichever place it is full, the error comes out. */
	for (size_t limit = 1; limit < whole; limit += 7) {
		page = (struct plugh_buf){ .limit = limit };
		assert_int_not_equal(man_page(&page, manifest, NULL, &about), 0);
		plugh_buf_release(&page);
	}
	manifest_destroy(manifest);
}

static void each_allocation_that_fails_is_reported(void **state)
{
	(void)state;
	struct manifest *kit = read_plugin(&plugh_plugin_kit);
	struct manifest *pack = read_plugin(&plugh_plugin_pack);
	const struct manifest *const builtin[] = { kit, pack };
	size_t n = 0;

	for (;; n++) {
		struct plugh_buf page = { 0 };
		failing_alloc_start(n);
		int r = man_page(&page, kit, NULL, &about);
		if (r == 0)
			r = man_page(&page, pack, NULL, &about);
		if (r == 0)
			r = man_plugh(&page, builtin, 2, "1.0.0", &about);
		bool has_failed = failing_alloc_stop();
		plugh_buf_release(&page);
		if (!has_failed)
			break;
		assert_int_equal(r, -ENOMEM);
	}
	assert_true(n > 10);
	manifest_destroy(kit);
	manifest_destroy(pack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_its_head_and_name),
		cmocka_unit_test(a_synopsis_has_all_that_the_usage_has),
		cmocka_unit_test(an_option_has_its_names_values_and_help),
		cmocka_unit_test(a_group_is_a_section_under_its_title),
		cmocka_unit_test(statuses_are_the_plugins_own_or_the_usual_ones),
		cmocka_unit_test(variables_and_keys_are_listed),
		cmocka_unit_test(rights_are_told),
		cmocka_unit_test(a_plugin_shows_its_subcommands),
		cmocka_unit_test(a_subcommand_has_a_page_of_its_own),
		cmocka_unit_test(options_that_end_at_the_operand_are_told),
		cmocka_unit_test(the_hosts_options_are_named_but_not_where_they_are_hidden),
		cmocka_unit_test(the_page_of_plugh_has_the_table_and_the_commands),
		cmocka_unit_test(the_date_is_that_of_the_epoch),
		cmocka_unit_test(a_full_buffer_is_an_error),
		cmocka_unit_test(each_allocation_that_fails_is_reported),
	};

	if (host_rows_init(&rows) < 0)
		return 1;
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	host_rows_release(&rows);
	return r;
}

/* Owner and mode of a file and of the folders above it. Other owners need root: a child drops its
 * privileges; without root those tests are skipped.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "child.h"
#include "plugh_test.h"
#include "temp_dir.h"
#include "trust.h"

enum { SOMEBODY = 12345, ANOTHER = 23456, A_GROUP = 34567 };

/* A file of a mode, judged. `expected` is NULL where it is trusted, else a printf text of its path.
 */
static void assert_file(const char *path, bool root_only, const char *expected)
{
	struct reason why = { "" };
	char message[512] = "";

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	CHILD_CHECK(fd >= 0);
	int r = trust_check_file(fd, path, root_only, &why);
	close(fd);
	if (expected != NULL)
		snprintf(message, sizeof message, "'%s' %s", path, expected);
	if (strcmp(why.text, message) != 0)
		dprintf(STDERR_FILENO, "got: %s\nnot: %s\n", why.text, message);
	CHILD_CHECK(strcmp(why.text, message) == 0);
	CHILD_CHECK(r == (expected != NULL ? -EACCES : 0));
}

static void modes_of_ones_own_file(void **state)
{
	static const struct {
		mode_t mode;
		bool is_trusted;
	} row[] = {
		{ 0644, true }, { 0400, true }, { 0755, true }, { 04755, true }, { 0646, false },
		{ 0666, false }, { 01646, false }, /* sticky helps folders only */
	};
	struct temp_dir dir;
	(void)state;

	temp_dir_create(&dir);
	temp_dir_write(&dir, "one.so", "x");
	char *path = temp_dir_path(&dir, "one.so"), expected[256];
	snprintf(expected, sizeof expected, "is writable by others: chmod go-w '%s'", path);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		assert_return_code(chmod(path, row[i].mode), errno);
		assert_file(path, false, row[i].is_trusted ? NULL : expected);
	}
	free(path);
	temp_dir_destroy(&dir);
}

static void each_folder_above_counts(void **state)
{
	struct temp_dir dir;
	struct reason why = { "" };
	char message[256];
	(void)state;

	temp_dir_create(&dir);
	char *outer = temp_dir_path(&dir, "outer"), *inner = temp_dir_path(&dir, "outer/inner");
	assert_return_code(mkdir(outer, 0755), errno);
	assert_return_code(mkdir(inner, 0755), errno);

	assert_int_equal(trust_check_folder(inner, false, &why), 0);
	assert_return_code(chmod(outer, 0757), errno);
	assert_int_equal(trust_check_folder(inner, false, &why), -EACCES);
	snprintf(message, sizeof message, "'%s' is writable by others: chmod go-w '%s'", outer,
		outer);
	assert_string_equal(why.text, message);

	assert_return_code(chmod(outer, 0755), errno);
	assert_return_code(rmdir(inner), errno);
	assert_int_equal(trust_check_folder(inner, false, &why), -EACCES);
	snprintf(message, sizeof message, "cannot look at '%s'", inner);
	assert_string_equal(why.text, message);
	free(outer);
	free(inner);
	temp_dir_destroy(&dir);
}

static void the_root_folder_and_a_sticky_one_are_accepted(void **state)
{
	struct reason why = { "" };
	struct stat st;
	(void)state;

	assert_int_equal(trust_check_folder("/", false, &why), 0);
	assert_return_code(stat("/tmp", &st), errno);
	if ((st.st_mode & S_ISVTX) && st.st_uid == 0)
		assert_int_equal(trust_check_folder("/tmp", false, &why), 0);
}

static void a_path_too_long_is_refused(void **state)
{
	char path[PATH_MAX + 2];
	struct reason why = { "" };
	(void)state;

	memset(path, 'x', sizeof path - 1);
	path[0] = '/';
	path[sizeof path - 1] = '\0';
	assert_int_equal(trust_check_folder(path, false, &why), -EACCES);
	assert_memory_equal(why.text, "the path '/xxx", 14);
}

/* ---- Other owners ---- */

struct stranger {
	const char *path;
	uid_t owner;
	gid_t group;
	mode_t mode;
	uid_t user; /* who asks; the group's number is gid */
	gid_t gid;
	bool root_only;
	const char *expected; /* NULL: trusted */
};

static int ask(void *arg)
{
	const struct stranger *s = (const struct stranger *)arg;

	CHILD_CHECK(chown(s->path, s->owner, s->group) == 0);
	CHILD_CHECK(chmod(s->path, s->mode) == 0);
	CHILD_CHECK(setgroups(0, NULL) == 0 && setgid(s->gid) == 0 && setuid(s->user) == 0);
	assert_file(s->path, s->root_only, s->expected);
	return 0;
}

static void files_of_others(void **state)
{
	struct temp_dir dir;
	char by_group[160];
	(void)state;

	if (geteuid() != 0) {
		print_message("SKIPPED: files of other owners need root\n");
		skip();
	}
	temp_dir_create(&dir);
	temp_dir_write(&dir, "one.so", "x");
	assert_return_code(chmod(dir.path, 0755), errno);
	char *path = temp_dir_path(&dir, "one.so");
	snprintf(by_group, sizeof by_group, "is writable by its group: chmod g-w '%s'", path);
	const char *of_another =
		"belongs to user 23456, neither to root nor to you: chown it, or move it";
	const struct stranger row[] = {
		{ path, SOMEBODY, SOMEBODY, 0644, SOMEBODY, SOMEBODY, false, NULL },
		{ path, ANOTHER, SOMEBODY, 0644, SOMEBODY, SOMEBODY, false, of_another },
		{ path, 0, 0, 0644, SOMEBODY, SOMEBODY, false, NULL },
		{ path, 0, 0, 0644, SOMEBODY, SOMEBODY, true, NULL },
		{ path, ANOTHER, 0, 0644, 0, 0, false, of_another },
		/* The private group has the user's own number; root's group is root's. */
		{ path, SOMEBODY, SOMEBODY, 0664, SOMEBODY, SOMEBODY, false, NULL },
		{ path, SOMEBODY, A_GROUP, 0664, SOMEBODY, SOMEBODY, false, by_group },
		{ path, SOMEBODY, A_GROUP, 0664, SOMEBODY, A_GROUP, false, by_group },
		{ path, 0, 0, 0664, SOMEBODY, SOMEBODY, false, NULL },
		{ path, 0, A_GROUP, 0664, 0, 0, false, by_group },
		/* In a set-id start the private group is that of whom it is to be kept from. */
		{ path, 0, SOMEBODY, 0664, SOMEBODY, SOMEBODY, false, NULL },
		{ path, 0, SOMEBODY, 0664, SOMEBODY, SOMEBODY, true, by_group },
	};
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_int_equal(child_run(ask, (void *)&row[i], NULL), 0);

	char only_root[160];
	snprintf(only_root, sizeof only_root,
		"belongs to user %d, neither to root nor to you: chown it, or move it", SOMEBODY);
	struct stranger set_id = { path, SOMEBODY, SOMEBODY, 0644, SOMEBODY, SOMEBODY, true,
		only_root };
	assert_int_equal(child_run(ask, &set_id, NULL), 0);
	free(path);
	temp_dir_destroy(&dir);
}

static int ask_for_folder(void *arg)
{
	const struct stranger *s = (const struct stranger *)arg;
	struct reason why = { "" };

	CHILD_CHECK(chown(s->path, s->owner, s->group) == 0);
	CHILD_CHECK(chmod(s->path, s->mode) == 0);
	CHILD_CHECK(setgroups(0, NULL) == 0 && setgid(s->gid) == 0 && setuid(s->user) == 0);
	int r = trust_check_folder(s->path, s->root_only, &why);
	CHILD_CHECK(r == (s->expected != NULL ? -EACCES : 0));
	CHILD_CHECK(s->expected == NULL || strstr(why.text, s->expected) != NULL);
	return 0;
}

static void folders_of_others(void **state)
{
	struct temp_dir dir;
	(void)state;

	if (geteuid() != 0) {
		print_message("SKIPPED: folders of other owners need root\n");
		skip();
	}
	temp_dir_create(&dir);
	assert_return_code(chmod(dir.path, 0755), errno);
	char *path = temp_dir_path(&dir, "folder");
	assert_return_code(mkdir(path, 0755), errno);
	const struct stranger row[] = {
		{ path, SOMEBODY, SOMEBODY, 0755, SOMEBODY, SOMEBODY, false, NULL },
		{ path, ANOTHER, SOMEBODY, 0755, SOMEBODY, SOMEBODY, false, "belongs to user" },
		/* Sticky helps only where root owns it: its owner may rename all that is in it. */
		{ path, 0, 0, 01777, SOMEBODY, SOMEBODY, false, NULL },
		{ path, SOMEBODY, SOMEBODY, 01777, SOMEBODY, SOMEBODY, false,
			"is writable by others" },
		{ path, ANOTHER, ANOTHER, 01777, SOMEBODY, SOMEBODY, false, "belongs to user" },
		{ path, 0, 0, 0777, SOMEBODY, SOMEBODY, false, "is writable by others" },
	};
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
		assert_int_equal(child_run(ask_for_folder, (void *)&row[i], NULL), 0);
	assert_return_code(chown(path, 0, 0), errno);
	free(path);
	temp_dir_destroy(&dir);
}

/* ---- Links ---- */

static void the_folder_behind_a_link_counts(void **state)
{
	struct temp_dir dir;
	struct reason why = { "" };
	char expected[256];
	(void)state;

	temp_dir_create(&dir);
	char *open_folder = temp_dir_path(&dir, "open"), *file = temp_dir_path(&dir, "open/one.so"),
	     *link = temp_dir_path(&dir, "two.so");
	assert_return_code(mkdir(open_folder, 0755), errno);
	temp_dir_write(&dir, "open/one.so", "x");
	assert_return_code(symlink(file, link), errno);
	assert_file(link, false, NULL);

	assert_return_code(chmod(open_folder, 0757), errno);
	int fd = open(link, O_RDONLY | O_CLOEXEC);
	assert_int_equal(trust_check_file(fd, link, false, &why), -EACCES);
	close(fd);
	snprintf(expected, sizeof expected, "'%s' is writable by others: chmod go-w '%s'",
		open_folder, open_folder);
	assert_string_equal(why.text, expected);
	free(open_folder);
	free(file);
	free(link);
	temp_dir_destroy(&dir);
}

/* In a sticky folder anybody can make a link to what is trusted, and lead it elsewhere later. */
static void a_link_of_somebody_else_is_refused(void **state)
{
	struct temp_dir dir;
	struct reason why = { "" };
	(void)state;

	if (geteuid() != 0) {
		print_message("SKIPPED: links of other owners need root\n");
		skip();
	}
	temp_dir_create(&dir);
	char *link = temp_dir_path(&dir, "link");
	assert_return_code(chmod(dir.path, 01777), errno);
	assert_return_code(symlink("/usr/lib", link), errno);
	assert_int_equal(trust_check_folder(link, false, &why), 0);

	assert_return_code(lchown(link, SOMEBODY, SOMEBODY), errno);
	assert_int_equal(trust_check_folder(link, false, &why), -EACCES);
	assert_non_null(
		strstr(why.text, "link' belongs to user 12345, neither to root nor to you"));
	free(link);
	temp_dir_destroy(&dir);
}

/* ---- Access lists ---- */

/* acl(5) as the kernel's attribute has it. */
struct acl_entry {
	uint16_t tag, rights;
	uint32_t id;
};

static void an_access_list_that_lets_others_write_is_refused(void **state)
{
	enum { USER_OBJ = 1, USER = 2, GROUP_OBJ = 4, MASK = 16, OTHER = 32 };
	const struct {
		uint32_t version;
		struct acl_entry entry[5];
	} acl = { 2,
		{ { USER_OBJ, 6, UINT32_MAX }, { USER, 6, ANOTHER }, { GROUP_OBJ, 4, UINT32_MAX },
			{ MASK, 6, UINT32_MAX }, { OTHER, 4, UINT32_MAX } } };
	struct temp_dir dir;
	(void)state;

	temp_dir_create(&dir);
	temp_dir_write(&dir, "one.so", "x");
	char *path = temp_dir_path(&dir, "one.so"), expected[256];
	/* Accepted by their group: root's, or the user's private one. */
	assert_return_code(chmod(path, 0664), errno);
	assert_file(path, false, NULL);
	if (setxattr(path, "system.posix_acl_access", &acl, sizeof acl, 0) < 0) {
		print_message("SKIPPED: no access lists here\n");
		free(path);
		temp_dir_destroy(&dir);
		skip();
	}
	snprintf(expected, sizeof expected,
		"is writable by whom its access list names: chmod g-w '%s'", path);
	assert_file(path, false, expected);
	/* The cure works: the list's mask is cut. */
	assert_return_code(chmod(path, 0644), errno);
	assert_file(path, false, NULL);
	free(path);
	temp_dir_destroy(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_of_ones_own_file),
		cmocka_unit_test(each_folder_above_counts),
		cmocka_unit_test(the_root_folder_and_a_sticky_one_are_accepted),
		cmocka_unit_test(a_path_too_long_is_refused),
		cmocka_unit_test(files_of_others),
		cmocka_unit_test(folders_of_others),
		cmocka_unit_test(the_folder_behind_a_link_counts),
		cmocka_unit_test(a_link_of_somebody_else_is_refused),
		cmocka_unit_test(an_access_list_that_lets_others_write_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

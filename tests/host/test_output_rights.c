/* Outputs: modes, owners, ACLs and who may write what.
 *
 * Changing owners and users takes root; as another user these tests are skipped.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "output.h"
#include "output_fixture.h"
#include "plugh_test.h"

enum { USER = 4711, GROUP = 4711, OTHER = 4712 };

static struct stat stat_of(const struct fixture *f, const char *name)
{
	char *path = temp_dir_path(&f->dir, name);
	struct stat st;

	assert_return_code(lstat(path, &st), errno);
	free(path);
	return st;
}

static void assert_mode(const struct fixture *f, const char *name, mode_t mode)
{
	assert_int_equal(stat_of(f, name).st_mode & 07777, mode);
}

/* An existing file, by mode and owner. */
static void make_file(
	const struct fixture *f, const char *name, mode_t mode, uid_t owner, gid_t group)
{
	char *path = temp_dir_path(&f->dir, name);

	temp_dir_write(&f->dir, name, "old");
	if (geteuid() == 0)
		assert_return_code(chown(path, owner, group), errno);
	assert_return_code(chmod(path, mode), errno);
	free(path);
}

static void make_folder_of_user(const struct fixture *f)
{
	assert_return_code(chown(f->dir.path, USER, GROUP), errno);
}

/* In a child: become an ordinary user. */
static void become_user(void)
{
	CHILD_CHECK(setgroups(0, NULL) == 0);
	CHILD_CHECK(setresgid(GROUP, GROUP, GROUP) == 0);
	CHILD_CHECK(setresuid(USER, USER, USER) == 0);
}

static void need_root(void)
{
	if (geteuid() != 0)
		skip();
}

static void a_new_file_gets_the_mode_of_the_umask(void **state)
{
	static const mode_t mask[] = { 022, 027, 077, 0 };
	struct fixture *f = (struct fixture *)*state;

	for (size_t i = 0; i < sizeof mask / sizeof mask[0]; i++) {
		char name[2] = { (char)('a' + i), '\0' };
		mode_t before = umask(mask[i]);
		int fd = open_and_write(f, name, "x");
		assert_int_equal(outputs_commit(f->outputs, fd), 0);
		umask(before);
		assert_mode(f, name, 0666 & ~mask[i]);
	}
}

static void a_replaced_file_keeps_its_mode_whatever_the_umask(void **state)
{
	static const struct {
		mode_t before, after;
	} row[] = {
		{ 0600, 0600 },
		{ 0640, 0640 },
		{ 0751, 0751 },
		{ 0666, 0666 },
		{ 0777, 0777 },
		{ 04755, 0755 },
		{ 02755, 0755 },
		{ 01644, 0644 },
	};
	struct fixture *f = (struct fixture *)*state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		make_file(f, "out", row[i].before, geteuid(), getegid());
		int fd = open_and_write(f, "out", "new");
		assert_int_equal(outputs_commit(f->outputs, fd), 0);
		assert_content(f, "out", "new");
		assert_mode(f, "out", row[i].after);
	}
}

static void a_temporary_of_what_is_replaced_is_private(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct stat st;
	make_file(f, "secret", 0600, geteuid(), getegid());
	mode_t before = umask(0);

	int fd = open_and_write(f, "secret", "new");
	umask(before);

	assert_return_code(fstat(fd, &st), errno);
	assert_int_equal(st.st_mode & 0777, 0600);
	outputs_discard(f->outputs, fd);
}

static void root_keeps_owner_and_group(void **state)
{
	need_root();
	struct fixture *f = (struct fixture *)*state;
	make_file(f, "out", 0640, USER, OTHER);

	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "out", "new")), 0);

	assert_mode(f, "out", 0640);
	assert_int_equal(stat_of(f, "out").st_uid, USER);
	assert_int_equal(stat_of(f, "out").st_gid, OTHER);
}

static int commit_as_user(void *arg)
{
	struct fixture *f = (struct fixture *)arg;

	become_user();
	return -outputs_commit(f->outputs, open_and_write(f, "out", "new"));
}

/* The user may not give the file to the group that could read it, so the user's own group gets no
 * more than everybody. */
static void a_group_that_cannot_be_kept_gives_the_new_one_nothing(void **state)
{
	need_root();
	static const struct {
		mode_t before, after;
	} row[] = {
		{ 0660, 0600 },
		{ 0664, 0644 },
		{ 0646, 0646 },
		{ 0777, 0777 },
		{ 0604, 0604 },
	};
	struct fixture *f = (struct fixture *)*state;
	make_folder_of_user(f);

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		make_file(f, "out", row[i].before, USER, OTHER);
		assert_int_equal(child_run(commit_as_user, f, NULL), 0);
		assert_content(f, "out", "new");
		assert_int_equal(stat_of(f, "out").st_gid, GROUP);
		assert_mode(f, "out", row[i].after);
	}
}

/* Another's file in the user's own folder, which everybody may write: the content may be replaced.
 */
static void an_owner_that_cannot_be_kept_is_no_error(void **state)
{
	need_root();
	struct fixture *f = (struct fixture *)*state;
	make_folder_of_user(f);
	make_file(f, "out", 0666, OTHER, GROUP);

	assert_int_equal(child_run(commit_as_user, f, NULL), 0);

	assert_content(f, "out", "new");
	assert_mode(f, "out", 0666);
	assert_int_equal(stat_of(f, "out").st_uid, USER);
	assert_int_equal(stat_of(f, "out").st_gid, GROUP);
}

static int open_as_user(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	char *path = temp_dir_path(&f->dir, "out");

	become_user();
	int fd = outputs_open(f->outputs, path);
	free(path);
	outputs_discard_open(f->outputs);
	return fd < 0 ? -fd : 0;
}

static void a_file_that_may_not_be_written_is_refused_in_a_folder_that_may(void **state)
{
	need_root();
	struct fixture *f = (struct fixture *)*state;
	make_folder_of_user(f);

	make_file(f, "out", 0444, USER, GROUP);
	assert_int_equal(child_run(open_as_user, f, NULL), EACCES << 8);
	make_file(f, "out", 0644, OTHER, OTHER);
	assert_int_equal(child_run(open_as_user, f, NULL), EACCES << 8);
	make_file(f, "out", 0200, USER, GROUP);
	assert_int_equal(child_run(open_as_user, f, NULL), 0);

	assert_content(f, "out", "old");
	assert_int_equal(temp_dir_count(&f->dir), 1);
}

static void a_folder_that_may_not_be_written_is_refused(void **state)
{
	need_root();
	struct fixture *f = (struct fixture *)*state;
	assert_return_code(chmod(f->dir.path, 0755), errno);

	assert_int_equal(child_run(open_as_user, f, NULL), EACCES << 8);
	make_file(f, "out", 0666, USER, GROUP);
	assert_int_equal(child_run(open_as_user, f, NULL), EACCES << 8);

	assert_content(f, "out", "old");
}

static int lose_the_folder(void *arg)
{
	struct fixture *f = (struct fixture *)arg;

	become_user();
	int fd = open_and_write(f, "out", "new");
	CHILD_CHECK(chmod(f->dir.path, 0500) == 0);
	return -outputs_commit(f->outputs, fd);
}

static void a_folder_that_is_closed_meanwhile_keeps_the_old(void **state)
{
	need_root();
	struct fixture *f = (struct fixture *)*state;
	make_folder_of_user(f);
	make_file(f, "out", 0644, USER, GROUP);

	assert_int_equal(child_run(lose_the_folder, f, NULL), EACCES << 8);

	assert_content(f, "out", "old");
}

/* The format of the attribute system.posix_acl_access (linux/posix_acl_xattr.h). */
struct acl {
	uint32_t version;
	struct {
		uint16_t tag, rights;
		uint32_t id;
	} entry[5];
};

static const struct acl user_may_write = { 2,
	{ { 0x01, 6, UINT32_MAX }, { 0x02, 6, OTHER }, { 0x04, 0, UINT32_MAX },
		{ 0x10, 6, UINT32_MAX }, { 0x20, 0, UINT32_MAX } } };

static void an_acl_is_kept(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *path = temp_dir_path(&f->dir, "out");
	struct acl acl;
	make_file(f, "out", 0600, geteuid(), getegid());
	if (setxattr(path, "system.posix_acl_access", &user_may_write, sizeof user_may_write, 0) <
		0)
		skip();
	assert_mode(f, "out", 0660); /* the mask */

	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "out", "new")), 0);

	assert_content(f, "out", "new");
	assert_mode(f, "out", 0660);
	assert_int_equal(getxattr(path, "system.posix_acl_access", &acl, sizeof acl), sizeof acl);
	assert_memory_equal(&acl, &user_may_write, sizeof acl);
	free(path);
}

static void the_folders_default_acl_is_for_new_files_only(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	char *out = temp_dir_path(&f->dir, "out"), *new = temp_dir_path(&f->dir, "new");
	struct acl acl;
	make_file(f, "out", 0640, geteuid(), getegid());
	if (setxattr(f->dir.path, "system.posix_acl_default", &user_may_write,
		    sizeof user_may_write, 0) < 0)
		skip();

	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "out", "new")), 0);
	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "new", "new")), 0);

	assert_int_equal(getxattr(out, "system.posix_acl_access", &acl, sizeof acl), -1);
	assert_int_equal(errno, ENODATA);
	assert_mode(f, "out", 0640);
	assert_int_equal(getxattr(new, "system.posix_acl_access", &acl, sizeof acl), sizeof acl);
	assert_memory_equal(&acl, &user_may_write, sizeof acl);
	free(out), free(new);
}

/* As Linux with fs.protected_symlinks: whoever may write /tmp must not choose where others write.
 */
static void a_strangers_link_in_a_sticky_folder_is_not_followed(void **state)
{
	need_root();
	struct fixture *f = (struct fixture *)*state;
	char *link = temp_dir_path(&f->dir, "link");
	temp_dir_write(&f->dir, "victim", "old");
	assert_return_code(symlink("victim", link), errno);
	assert_return_code(lchown(link, USER, GROUP), errno);

	assert_return_code(chmod(f->dir.path, 01777), errno);
	expect_open(f, "link", -EACCES);
	assert_return_code(chmod(f->dir.path, 0777), errno);
	outputs_discard(f->outputs, open_and_write(f, "link", "x"));
	assert_return_code(chmod(f->dir.path, 01777), errno);
	assert_return_code(chown(f->dir.path, USER, GROUP), errno);
	outputs_discard(f->outputs, open_and_write(f, "link", "x"));
	assert_return_code(chown(f->dir.path, OTHER, GROUP), errno);
	expect_open(f, "link", -EACCES);
	assert_return_code(lchown(link, 0, 0), errno);
	assert_int_equal(outputs_commit(f->outputs, open_and_write(f, "link", "new")), 0);

	assert_content(f, "victim", "new");
	free(link);
}

#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, output_set_up, output_tear_down),                    \
		cmocka_unit_test_setup_teardown(name, output_set_up_named, output_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_file_gets_the_mode_of_the_umask),
		TEST(a_replaced_file_keeps_its_mode_whatever_the_umask),
		TEST(a_temporary_of_what_is_replaced_is_private),
		TEST(root_keeps_owner_and_group),
		TEST(a_group_that_cannot_be_kept_gives_the_new_one_nothing),
		TEST(an_owner_that_cannot_be_kept_is_no_error),
		TEST(a_file_that_may_not_be_written_is_refused_in_a_folder_that_may),
		TEST(a_folder_that_may_not_be_written_is_refused),
		TEST(a_folder_that_is_closed_meanwhile_keeps_the_old),
		TEST(an_acl_is_kept),
		TEST(the_folders_default_acl_is_for_new_files_only),
		TEST(a_strangers_link_in_a_sticky_folder_is_not_followed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

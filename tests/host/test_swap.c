/* A plugin's file that is exchanged, or overwritten, between the check and the loading: ten
 * thousand times, while somebody else does nothing but that. The other code must never run.
 *
 * SWAP_FILE is a plugin whose constructor tells if a byte of it was changed.
 *
 * SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config_fixture.h"
#include "plugh_test.h"
#include "plugin.h"
#include "registry.h"
#include "sha256.h"
#include "swap_constructor.h"
#include "temp_dir.h"
#include "trust.h"

enum { ROUNDS = 10000, LOADED = 0, REFUSED = 1 };

struct content {
	char *bytes;
	size_t size;
	size_t mark; /* where the byte is */
};

struct scene {
	struct temp_dir dir;
	char *file, *other;          /* sample.so; what it is exchanged with */
	struct content content;      /* of the good one */
	char hash[SHA256_TEXT_SIZE]; /* of the good one */
	struct config *config;
	pid_t swapper;
};

static struct content read_all(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	struct content content = { (char *)malloc((size_t)st.st_size), (size_t)st.st_size, 0 };
	assert_non_null(content.bytes);
	assert_int_equal(read(fd, content.bytes, content.size), content.size);
	close(fd);
	char *mark = memmem(content.bytes, content.size, SWAP_MARK "0", sizeof SWAP_MARK);
	assert_non_null(mark);
	content.mark = (size_t)(mark - content.bytes) + sizeof SWAP_MARK - 1;
	return content;
}

static int set_mark(int fd, const struct content *content, char mark)
{
	return pwrite(fd, &mark, 1, (off_t)content->mark) == 1 ? 0 : -1;
}

static void put(const char *path, const struct content *content, char mark, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0 && fchmod(fd, mode) == 0);
	assert_int_equal(write(fd, content->bytes, content->size), content->size);
	assert_int_equal(set_mark(fd, content, mark), 0);
	close(fd);
}

static void make(struct scene *scene, bool is_pinned, mode_t mode_of_other)
{
	char ini[256] = "";

	*scene = (struct scene){ .swapper = -1 };
	temp_dir_create(&scene->dir);
	scene->file = temp_dir_path(&scene->dir, "sample.so");
	scene->other = temp_dir_path(&scene->dir, "other");
	scene->content = read_all(SWAP_FILE);
	put(scene->file, &scene->content, '0', 0644);
	put(scene->other, &scene->content, '1', mode_of_other);
	int fd = open(scene->file, O_RDONLY | O_CLOEXEC);
	assert_int_equal(sha256_file(fd, scene->hash), 0);
	close(fd);
	if (is_pinned)
		snprintf(ini, sizeof ini, "[policy:sample]\nsha256 = %s\n", scene->hash);
	scene->config = fixture_load_user(ini);
}

static void exchange(const struct scene *scene)
{
	while (renameat2(AT_FDCWD, scene->file, AT_FDCWD, scene->other, RENAME_EXCHANGE) == 0)
		;
}

static void overwrite(const struct scene *scene)
{
	int fd = open(scene->file, O_WRONLY | O_CLOEXEC);

	while (set_mark(fd, &scene->content, '1') == 0 && set_mark(fd, &scene->content, '0') == 0)
		;
}

/* Start the one who swaps; it ends with this process. */
static void start(struct scene *scene, void (*swap)(const struct scene *scene))
{
	pid_t parent = getpid();

	scene->swapper = fork();
	assert_true(scene->swapper >= 0);
	if (scene->swapper > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		swap(scene);
	_exit(1);
}

static void release(struct scene *scene)
{
	if (scene->swapper > 0) {
		kill(scene->swapper, SIGKILL);
		waitpid(scene->swapper, NULL, 0);
	}
	config_destroy(scene->config);
	free(scene->content.bytes);
	free(scene->file);
	free(scene->other);
	temp_dir_destroy(&scene->dir);
}

/* As the host does it. */
static int load(const struct scene *scene)
{
	static const char *const none[] = { NULL };
	const struct options options = { .plugin_path = scene->dir.path };
	const struct registry_spec spec = {
		.config = scene->config, .options = &options, .bundled = none
	};
	const struct registry_entry *entry = NULL;
	const struct plugh_plugin *plugin = NULL;
	struct registry *registry = NULL;
	struct reason why = { "" };

	if (registry_create(&spec, &registry) < 0 ||
		registry_find(registry, "sample", &entry) < 0 || entry->status != REGISTRY_ENABLED)
		return REFUSED;
	const struct plugin_file file = { entry->fd, entry->file, entry->manifest };
	return plugin_load(&file, &plugin, &why) < 0 ? REFUSED : LOADED;
}

/* As one might think it could be done: the same checks, then the path. */
static int load_by_path(const struct scene *scene)
{
	struct reason why = { "" };
	int fd = open(scene->file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || trust_check_file(fd, scene->file, false, &why) < 0)
		return REFUSED;
	return dlopen(scene->file, RTLD_NOW | RTLD_LOCAL) == NULL ? REFUSED : LOADED;
}

static int load_pinned_by_path(const struct scene *scene)
{
	char hash[SHA256_TEXT_SIZE];
	int fd = open(scene->file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || sha256_file(fd, hash) < 0 || strcmp(hash, scene->hash) != 0)
		return REFUSED;
	return dlopen(scene->file, RTLD_NOW | RTLD_LOCAL) == NULL ? REFUSED : LOADED;
}

/* One round in a process of its own. Returns LOADED, REFUSED or SWAP_OTHER_RAN. */
static int one_round(const struct scene *scene, int (*loader)(const struct scene *scene))
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(loader(scene));
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : REFUSED;
}

static void assert_never(struct scene *scene, void (*swap)(const struct scene *scene))
{
	size_t loaded = 0, refused = 0;

	start(scene, swap);
	for (size_t i = 0; i < ROUNDS; i++) {
		int r = one_round(scene, load);
		if (r == SWAP_OTHER_RAN)
			fail_msg("the other code ran in round %zu", i);
		loaded += r == LOADED;
		refused += r == REFUSED;
	}
	/* Both were there to be found. */
	print_message("loaded %zu times, refused %zu times\n", loaded, refused);
	assert_true(loaded > 0 && refused > 0);
	release(scene);
}

/* The test can fail: a loader that goes by the path is caught. */
static void assert_some_time(struct scene *scene, void (*swap)(const struct scene *scene),
	int (*loader)(const struct scene *scene))
{
	bool has_run = false;

	start(scene, swap);
	for (size_t i = 0; i < ROUNDS && !has_run; i++)
		has_run = one_round(scene, loader) == SWAP_OTHER_RAN;
	assert_true(has_run);
	release(scene);
}

static void a_file_that_is_exchanged_is_refused_or_the_one_checked(void **state)
{
	struct scene scene;
	(void)state;

	make(&scene, false, 0646);
	assert_never(&scene, exchange);
}

static void a_pinned_file_that_is_exchanged_is_refused_or_the_one_pinned(void **state)
{
	struct scene scene;
	(void)state;

	make(&scene, true, 0644);
	assert_never(&scene, exchange);
}

static void a_pinned_file_that_is_overwritten_is_refused_or_the_one_pinned(void **state)
{
	struct scene scene;
	(void)state;

	make(&scene, true, 0644);
	assert_never(&scene, overwrite);
}

static void a_loader_by_path_is_caught(void **state)
{
	struct scene scene;
	(void)state;

	make(&scene, false, 0646);
	assert_some_time(&scene, exchange, load_by_path);
	make(&scene, true, 0644);
	assert_some_time(&scene, overwrite, load_pinned_by_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_file_that_is_exchanged_is_refused_or_the_one_checked),
		FIXTURE_TEST(a_pinned_file_that_is_exchanged_is_refused_or_the_one_pinned),
		FIXTURE_TEST(a_pinned_file_that_is_overwritten_is_refused_or_the_one_pinned),
		FIXTURE_TEST(a_loader_by_path_is_caught),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

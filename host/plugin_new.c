/* `plugh plugin new`.
 *
 * The templates are part of the binary, so that what is written fits this very release.
 *
 * SPDX-License-Identifier: MIT */
#include "plugin_new.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "bundled.h"
#include "command.h"
#include "embedded.h"
#include "join.h"
#include "manifest_check.h"

enum { NAME_MAX_LENGTH = 40 }; /* leaves room in messages, variables and symbols */

enum { TEMPLATES = 9 };

struct template
{
	const char *file;
	const char *text;
};

/* What is filled into a template: @NAME@ ... */
struct word {
	const char *key;
	const char *value;
};

static const struct language {
	const char *name, *extension;
	struct template template[TEMPLATES];
} languages[] = {
	[PLUGIN_NEW_C] = { "C", "c",
		{
			{ "CMakeLists.txt", embedded_new_c_cmakelists },
			{ "CMakePresets.json", embedded_new_presets },
			{ "README.md", embedded_new_readme },
			{ ".gitignore", embedded_new_gitignore },
			{ "plugin.h", embedded_new_c_plugin_h },
			{ "plugin.c", embedded_new_c_plugin },
			{ "greeting.h", embedded_new_c_greeting_h },
			{ "greeting.c", embedded_new_c_greeting },
			{ "test_plugin.c", embedded_new_c_test },
		} },
	[PLUGIN_NEW_CXX] = { "C++20", "cc",
		{
			{ "CMakeLists.txt", embedded_new_cxx_cmakelists },
			{ "CMakePresets.json", embedded_new_presets },
			{ "README.md", embedded_new_readme },
			{ ".gitignore", embedded_new_gitignore },
			{ "plugin.h", embedded_new_cxx_plugin_h },
			{ "plugin.cc", embedded_new_cxx_plugin },
			{ "greeting.h", embedded_new_cxx_greeting_h },
			{ "greeting.cc", embedded_new_cxx_greeting },
			{ "test_plugin.cc", embedded_new_cxx_test },
		} },
};

/* ---- Names ---- */

static bool is_listed(const char *name, const char *const list[])
{
	while (*list != NULL && strcmp(*list, name) != 0)
		list++;
	return *list != NULL;
}

/* What the name is already, or NULL. */
static const char *find_use(const char *name)
{
	/* CMake's policy CMP0037, and a target that it makes for Makefiles. */
	static const char *const cmake[] = { "all", "clean", "edit_cache", "install", "package",
		"package_source", "preinstall", "rebuild_cache", "test", NULL };
	/* In the table of the plugin would stand what they stand for. */
	static const char *const macros[] = { "bool", "errno", "false", "sched_priority",
		"static_assert", "true", NULL };

	if (strcmp(name, "plugh") == 0)
		return "plugh itself";
	if (command_find(name) != NULL)
		return "the name of a built-in command";
	if (is_listed(name, bundled_names))
		return "bundled with plugh, and no other file can serve that name";
	if (is_listed(name, cmake))
		return "a name that CMake keeps for itself";
	if (is_listed(name, macros))
		return "a macro of C's headers";
	return NULL;
}

static int check_name(const struct plugh_host *host, const char *name)
{
	if (!manifest_is_name(name))
		return plugh_fail(host, PLUGH_EXIT_USAGE,
			"'%s' is no name: lower-case letters, digits and _ are, a letter first",
			name);
	if (strlen(name) > NAME_MAX_LENGTH)
		return plugh_fail(host, PLUGH_EXIT_USAGE, "'%s' is too long: at most %d letters",
			name, NAME_MAX_LENGTH);
	const char *use = find_use(name);
	return use != NULL ? plugh_fail(host, PLUGH_EXIT_USAGE, "'%s' is %s", name, use) : 0;
}

/* ---- Texts ---- */

enum { WORDS = 4 };

static void fill_upper(const char *name, char ret_upper[NAME_MAX_LENGTH + 1])
{
	size_t i = 0;

	for (; name[i] != '\0'; i++)
		ret_upper[i] = (char)toupper((unsigned char)name[i]);
	ret_upper[i] = '\0';
}

/* The word whose key stands there, or NULL. */
static const struct word *find_word(const struct word word[WORDS], const char *at)
{
	for (size_t i = 0; i < WORDS; i++) {
		if (strncmp(at, word[i].key, strlen(word[i].key)) == 0)
			return &word[i];
	}
	return NULL;
}

/* The template with the words filled in. Any other '@' stays. */
static int render(const char *from, const struct word word[WORDS], struct plugh_buf *ret_text)
{
	while (*from != '\0') {
		size_t plain = strcspn(from, "@");
		plugh_buf_append(ret_text, from, plain);
		from += plain;
		const struct word *found = find_word(word, from);
		if (found != NULL) {
			plugh_buf_append_text(ret_text, found->value);
			from += strlen(found->key);
		} else if (*from != '\0') {
			plugh_buf_append_char(ret_text, *from++);
		}
	}
	return ret_text->error;
}

/* ---- Files ---- */

static int write_file(const struct plugh_host *host, int folder, const struct template *template,
	const struct word word[WORDS])
{
	struct plugh_buf text = { 0 };

	int r = render(template->text, word, &text);
	int fd = r == 0 ? openat(folder, template->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
				  0666)
			: -1;
	if (r == 0 && fd < 0)
		r = -errno;
	if (r == 0)
		r = plugh_fd_write(host, fd, text.data, text.size);
	if (fd >= 0 && close(fd) < 0 && r == 0)
		r = -errno;
	plugh_buf_release(&text);
	return r;
}

static void remove_all(int folder, const char *path, const struct language *language)
{
	for (size_t i = 0; i < TEMPLATES; i++)
		unlinkat(folder, language->template[i].file, 0);
	rmdir(path);
}

static int fill(const struct plugh_host *host, const char *path, const char *name,
	const struct language *language)
{
	char upper[NAME_MAX_LENGTH + 1];
	const struct word word[WORDS] = { { "@NAME@", name }, { "@UPPER@", upper },
		{ "@EXT@", language->extension }, { "@LANGUAGE@", language->name } };

	fill_upper(name, upper);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = folder < 0 ? -errno : 0;

	for (size_t i = 0; r == 0 && i < TEMPLATES; i++) {
		const struct template *template = &language->template[i];
		r = write_file(host, folder, template, word);
		if (r < 0)
			plugh_fail(host, r, "cannot write '%s/%s'", path, template->file);
	}
	if (folder < 0)
		return plugh_fail(host, r, "cannot open '%s'", path);
	if (r < 0)
		remove_all(folder, path, language);
	close(folder);
	return r;
}

int plugin_new(const struct plugh_host *host, const struct plugin_new *what)
{
	const char *dir = what->dir, *name = what->name;

	int r = check_name(host, name);
	if (r != 0)
		return r;
	bool is_here = strcmp(dir, ".") == 0;
	char *path = is_here ? JOIN_NEW(name) : JOIN_NEW(dir, "/", name);
	if (path == NULL)
		return plugh_fail(host, -ENOMEM, "cannot name the folder");
	if (mkdir(path, 0777) < 0)
		r = plugh_fail(host, -errno, "cannot make the folder '%s'", path);
	else
		r = fill(host, path, name, &languages[what->language]);
	if (r == 0)
		r = plugh_print(host,
			"%s: a plugin in %zu files: %s/README.md tells how to build it\n", path,
			(size_t)TEMPLATES, path);
	free(path);
	return r;
}

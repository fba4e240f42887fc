/* The validator's tests that read the file as data.
 *
 * SPDX-License-Identifier: MIT */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf_object.h"
#include "manifest_lint.h"
#include "validator_internal.h"

enum { TEXT_SIZE = 256 };

int validator_try_manifest(void *subject, struct trial *trial, struct reason *why)
{
	const struct validator_spec *spec = ((const struct validator_subject *)subject)->spec;
	struct manifest *manifest = NULL;

	(void)trial;
	int r = manifest_read(spec->fd, &manifest, why);
	if (r == 0)
		r = manifest_lint_name(manifest, spec->path, why);
	manifest_destroy(manifest);
	return r;
}

/* The object, or a reason. */
static int read_object(
	const struct validator_subject *subject, struct elf_object *ret_object, struct reason *why)
{
	if (elf_object_read(subject->spec->fd, ret_object))
		return 0;
	return reason_set(why, -ENOEXEC, "its dynamic section cannot be read");
}

/* ---- Exports ---- */

struct exports {
	char table[TEXT_SIZE]; /* the one name that is expected */
	bool has_table;
	char other[TEXT_SIZE]; /* the first other name */
	size_t others;
};

/* Of the linker, and of the runtime of sanitizers and coverage: the author cannot hide them. */
static bool is_runtime(const char *name)
{
	static const char *const whole[] = { "_init", "_fini", "_edata", "_end", "__bss_start" };
	static const char *const first[] = { "__asan_", "__odr_asan", "__ubsan_", "__sanitizer_",
		"__tsan_", "__gcov_", "mangle_path" };

	for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
		if (strcmp(name, whole[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
		if (strncmp(name, first[i], strlen(first[i])) == 0)
			return true;
	}
	return false;
}

static int note_export(void *ctx, const ElfW(Sym) * symbol, const char *name)
{
	struct exports *exports = (struct exports *)ctx;

	if (symbol->st_shndx == SHN_UNDEF || ELF64_ST_BIND(symbol->st_info) == STB_LOCAL)
		return 0;
	if (strcmp(name, exports->table) == 0)
		exports->has_table = true;
	else if (!is_runtime(name) && exports->others++ == 0)
		snprintf(exports->other, sizeof exports->other, "%s", name);
	return 0;
}

int validator_try_exports(void *subject, struct trial *trial, struct reason *why)
{
	const struct validator_subject *s = (const struct validator_subject *)subject;
	struct exports exports = { .has_table = false };
	struct elf_object object;

	(void)trial;
	snprintf(
		exports.table, sizeof exports.table, "plugh_plugin_%s", manifest_name(s->manifest));
	int r = read_object(s, &object, why);
	if (r < 0)
		return r;
	if (elf_object_walk(&object, note_export, &exports) < 0)
		return reason_set(why, -ENOEXEC, "its symbols cannot be read");
	if (!exports.has_table)
		return reason_set(why, -EINVAL, "has no symbol '%s'", exports.table);
	if (exports.others > 0)
		return reason_set(why, -EINVAL,
			"exports '%s'%s: link with -fvisibility=hidden and -Wl,--exclude-libs,ALL",
			exports.other, exports.others > 1 ? " and others" : "");
	return 0;
}

/* ---- RUNPATH ---- */

/* One folder of the list. */
static int check_folder(const char *folder, struct reason *why)
{
	if (strstr(folder, "$ORIGIN") != NULL || strstr(folder, "${ORIGIN}") != NULL)
		return reason_set(why, -EINVAL,
			"RUNPATH has '%s', and $ORIGIN cannot work: a plugin is loaded by its "
			"descriptor; name the folder itself",
			folder);
	if (folder[0] != '/')
		return reason_set(why, -EINVAL,
			"RUNPATH has '%s', which depends on the user's current folder", folder);
	return 0;
}

int validator_try_runpath(void *subject, struct trial *trial, struct reason *why)
{
	struct elf_object object;
	char list[4096];
	uint64_t offset;

	(void)trial;
	int r = read_object((const struct validator_subject *)subject, &object, why);
	if (r < 0)
		return r;
	if (!elf_object_find(&object, DT_RUNPATH, &offset) &&
		!elf_object_find(&object, DT_RPATH, &offset))
		return 0;
	if (!elf_object_string(&object, offset, list, sizeof list))
		return reason_set(why, -ENOEXEC, "its RUNPATH cannot be read");
	for (char *folder = list; r == 0 && folder != NULL;) {
		char *colon = strchr(folder, ':');
		if (colon != NULL)
			*colon++ = '\0';
		r = check_folder(folder, why);
		folder = colon;
	}
	return r;
}

/* ---- Memory that is writable and executable ---- */

int validator_try_stack(void *subject, struct trial *trial, struct reason *why)
{
	struct elf_object object;
	uint64_t value;

	(void)trial;
	int r = read_object((const struct validator_subject *)subject, &object, why);
	if (r < 0)
		return r;
	const ElfW(Phdr) *stack = elf_object_segment(&object, PT_GNU_STACK);
	if (stack == NULL || (stack->p_flags & PF_X) != 0)
		return reason_set(why, -EINVAL,
			"asks for an executable stack: link with -Wl,-z,noexecstack, and write no "
			"nested functions");
	for (size_t i = 0; i < object.segments; i++) {
		const ElfW(Phdr) *segment = &object.segment[i];
		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) != 0 &&
			(segment->p_flags & PF_X) != 0)
			return reason_set(
				why, -EINVAL, "has a segment that is writable and executable");
	}
	if (elf_object_find(&object, DT_TEXTREL, &value))
		return reason_set(
			why, -EINVAL, "changes its code when it is loaded: compile with -fPIC");
	return 0;
}

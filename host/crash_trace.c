/* The calls that a crashed thread was in.
 *
 * SPDX-License-Identifier: MIT */
#include "crash_trace.h"

#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is used of libdw, by name. */
#define EACH_FUNCTION(X)                                                                           \
	X(dwfl_begin)                                                                              \
	X(dwfl_end)                                                                                \
	X(dwfl_linux_proc_report)                                                                  \
	X(dwfl_report_end)                                                                         \
	X(dwfl_linux_proc_attach)                                                                  \
	X(dwfl_linux_proc_find_elf)                                                                \
	X(dwfl_standard_find_debuginfo)                                                            \
	X(dwfl_getthread_frames)                                                                   \
	X(dwfl_frame_pc)                                                                           \
	X(dwfl_addrmodule)                                                                         \
	X(dwfl_module_addrname)                                                                    \
	X(dwfl_module_getsrc)                                                                      \
	X(dwfl_lineinfo)                                                                           \
	X(dwfl_module_info)

static struct {
#define DECLARE(name) __typeof__(name) *name;
	EACH_FUNCTION(DECLARE)
#undef DECLARE
} libdw;

/* libdw's callbacks have no argument for it. */
static const char *plugin_file;

struct walk {
	const struct crash_trace *trace;
	Dwfl *dwfl;
	unsigned count;
	bool has_begun;
};

static int load(void)
{
	void *handle = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		return -ENOSYS;
#define FIND(name) *(void **)&libdw.name = dlsym(handle, #name);
	EACH_FUNCTION(FIND)
#undef FIND
#define CHECK(name)                                                                                \
	if (libdw.name == NULL)                                                                    \
		return -ENOSYS;
	EACH_FUNCTION(CHECK)
#undef CHECK
	return 0;
}

static bool is_sealed_copy(const char *name)
{
	return strncmp(name, "/memfd:plugh-plugin", strlen("/memfd:plugh-plugin")) == 0;
}

static int find_elf(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
	char **ret_file, Elf **ret_elf)
{
	if (!is_sealed_copy(name))
		return libdw.dwfl_linux_proc_find_elf(
			module, userdata, name, base, ret_file, ret_elf);
	*ret_file = strdup(plugin_file);
	return *ret_file != NULL ? open(plugin_file, O_RDONLY | O_CLOEXEC) : -1;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

static void describe(
	const struct walk *walk, uint64_t counter, bool is_exact, char *ret_text, size_t size)
{
	/* A return address may be behind the end of the function that called. */
	Dwarf_Addr at = is_exact ? counter : counter - 1;
	Dwfl_Module *module = libdw.dwfl_addrmodule(walk->dwfl, at);
	Dwarf_Addr start = 0;
	int line = 0;

	if (module == NULL) {
		snprintf(ret_text, size, "address %#llx", (unsigned long long)counter);
		return;
	}
	const char *object = libdw.dwfl_module_info(
		module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
	const char *name = libdw.dwfl_module_addrname(module, at);
	Dwfl_Line *source = libdw.dwfl_module_getsrc(module, at);
	const char *file = source != NULL
				   ? libdw.dwfl_lineinfo(source, NULL, &line, NULL, NULL, NULL)
				   : NULL;
	object = object == NULL ? "?" : base_name(is_sealed_copy(object) ? plugin_file : object);
	char place[256] = "";
	if (file != NULL)
		snprintf(place, sizeof place, " at %s:%d", base_name(file), line);
	snprintf(ret_text, size, "%s%s (%s+%#llx)", name != NULL ? name : "?", place, object,
		(unsigned long long)(counter - start));
}

static int take(Dwfl_Frame *frame, void *arg)
{
	struct walk *walk = (struct walk *)arg;
	Dwarf_Addr counter;
	char text[512];
	bool is_exact = false;

	if (!libdw.dwfl_frame_pc(frame, &counter, &is_exact))
		return DWARF_CB_ABORT;
	walk->has_begun = walk->has_begun || counter == walk->trace->counter;
	if (!walk->has_begun)
		return DWARF_CB_OK;
	describe(walk, counter, is_exact, text, sizeof text);
	if (walk->trace->call(walk->trace->ctx, walk->count++, text) != 0 ||
		walk->count == CRASH_TRACE_MAX)
		return DWARF_CB_ABORT;
	return DWARF_CB_OK;
}

int crash_trace_run(const struct crash_trace *trace)
{
	struct walk walk = { .trace = trace };

	if (load() < 0)
		return -ENOSYS;
	plugin_file = trace->file;
	const Dwfl_Callbacks callbacks = {
		.find_elf = find_elf,
		.find_debuginfo = libdw.dwfl_standard_find_debuginfo,
	};
	walk.dwfl = libdw.dwfl_begin(&callbacks);
	if (walk.dwfl == NULL)
		return -EIO;
	if (libdw.dwfl_linux_proc_report(walk.dwfl, trace->process) == 0 &&
		libdw.dwfl_report_end(walk.dwfl, NULL, NULL) == 0 &&
		libdw.dwfl_linux_proc_attach(walk.dwfl, trace->process, false) == 0)
		(void)libdw.dwfl_getthread_frames(walk.dwfl, trace->thread, take, &walk);
	/* The crashed process goes on by that. */
	libdw.dwfl_end(walk.dwfl);
	return walk.count > 0 ? 0 : -EIO;
}

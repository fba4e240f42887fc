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
#include <sys/stat.h>
#include <unistd.h>

/* What is used of libdw, by name. */
#define EACH_FUNCTION(X)                                                                           \
	X(dwfl_begin)                                                                              \
	X(dwfl_linux_proc_maps_report)                                                             \
	X(dwfl_report_end)                                                                         \
	X(dwfl_attach_state)                                                                       \
	X(dwfl_standard_find_debuginfo)                                                            \
	X(dwfl_getthread_frames)                                                                   \
	X(dwfl_thread_state_registers)                                                             \
	X(dwfl_thread_state_register_pc)                                                           \
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

/* The callbacks for files have no argument for it. */
static const char *plugin_file;

struct walk {
	const struct crash_trace *trace;
	struct crash_event start; /* where the next walk begins */
	Dwfl *dwfl;
	int out;
	unsigned count;
};

static int load(void)
{
	/* With it libdw would ask the network. */
	unsetenv("DEBUGINFOD_URLS");
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

/* ---- Files ---- */

static bool is_sealed_copy(const char *name)
{
	return strncmp(name, "/memfd:plugh-plugin", strlen("/memfd:plugh-plugin")) == 0;
}

/* The path of a line of /proc/PID/maps, or NULL. Cuts the line's end. */
static const char *mapped_path(char *line)
{
	char *path = strchr(line, '/');

	if (path != NULL)
		path[strcspn(path, "\n")] = '\0';
	return path;
}

/* What follows a mapping of the same file is passed over; a file may still come twice. */
static size_t open_mapped(FILE *maps, int *ret_readable, size_t max)
{
	char *line = NULL, *last = NULL;
	size_t size = 0, n = 0;

	while (n < max && getline(&line, &size, maps) >= 0) {
		const char *path = mapped_path(line);
		if (path == NULL || (last != NULL && strcmp(path, last) == 0))
			continue;
		free(last);
		last = strdup(path);
		ret_readable[n] = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		n += ret_readable[n] >= 0;
	}
	free(last);
	free(line);
	return n;
}

int crash_trace_prepare(const struct crash_trace *trace, int *ret_readable, size_t max)
{
	int r = load();
	if (r < 0)
		return r;
	if (max < 3)
		return -EINVAL;
	ret_readable[0] = open("/usr/lib/debug", O_PATH | O_CLOEXEC);
	ret_readable[1] = open(trace->file, O_PATH | O_CLOEXEC);
	int copy = fcntl(trace->maps, F_DUPFD_CLOEXEC, 0);
	FILE *maps = copy >= 0 ? fdopen(copy, "r") : NULL;
	if (maps == NULL)
		return -errno;
	(void)open_mapped(maps, ret_readable + 2, max - 2);
	fclose(maps);
	return lseek(trace->maps, 0, SEEK_SET) == 0 ? 0 : -errno;
}

static int find_elf(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
	char **ret_file, Elf **ret_elf)
{
	struct stat st;

	(void)module, (void)userdata, (void)base, (void)ret_elf;
	if (name[0] != '/')
		return -1;
	const char *path = is_sealed_copy(name) ? plugin_file : name;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	*ret_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? strdup(path) : NULL;
	if (*ret_file != NULL)
		return fd;
	close(fd);
	return -1;
}

/* ---- The state of the thread ---- */

static pid_t next_thread(Dwfl *dwfl, void *arg, void **thread)
{
	const struct walk *walk = (const struct walk *)arg;

	(void)dwfl;
	if (*thread != NULL)
		return 0;
	*thread = arg;
	return walk->trace->process;
}

static bool read_memory(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *ret_word, void *arg)
{
	const struct walk *walk = (const struct walk *)arg;

	(void)dwfl;
	return pread(walk->trace->memory, ret_word, sizeof *ret_word, (off_t)address) ==
	       sizeof *ret_word;
}

static bool set_registers(Dwfl_Thread *thread, void *arg)
{
	const struct walk *walk = (const struct walk *)arg;

	libdw.dwfl_thread_state_register_pc(thread, walk->start.counter);
	return libdw.dwfl_thread_state_registers(thread, 0, CRASH_REGISTERS, walk->start.reg);
}

/* ---- Calls ---- */

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
	/* Only the first one stands at the instruction itself. */
	describe(walk, counter, is_exact || walk->count == 0, text, sizeof text);
	/* A line a call: a symbol may hold any byte. */
	for (char *end = text; (end = strchr(end, '\n')) != NULL;)
		*end = '?';
	dprintf(walk->out, "%s\n", text);
	return ++walk->count == CRASH_TRACE_MAX ? DWARF_CB_ABORT : DWARF_CB_OK;
}

/* A call of what is no code has pushed where it came from, and nothing else: the walk begins there.
 */
static void step_back(struct walk *walk)
{
	struct crash_event *start = &walk->start;

	if (libdw.dwfl_addrmodule(walk->dwfl, start->counter) != NULL)
		return;
	dprintf(walk->out, "address %#llx\n", (unsigned long long)start->counter);
	walk->count++;
#if defined(__x86_64__)
	Dwarf_Word back = 0;
	if (!read_memory(walk->dwfl, start->reg[CRASH_STACK_REGISTER], &back, walk))
		return;
	start->reg[CRASH_STACK_REGISTER] += sizeof back;
	start->reg[CRASH_REGISTERS - 1] = start->counter = back;
#else
	start->counter = start->reg[30];
#endif
}

static int begin(struct walk *walk, const Dwfl_Callbacks *callbacks)
{
	FILE *maps = fdopen(walk->trace->maps, "r");
	if (maps == NULL)
		return -errno;
	walk->dwfl = libdw.dwfl_begin(callbacks);
	if (walk->dwfl == NULL || libdw.dwfl_linux_proc_maps_report(walk->dwfl, maps) != 0 ||
		libdw.dwfl_report_end(walk->dwfl, NULL, NULL) != 0)
		return -EIO;
	return 0;
}

int crash_trace_run(const struct crash_trace *trace, int out)
{
	static const Dwfl_Thread_Callbacks thread = {
		.next_thread = next_thread,
		.memory_read = read_memory,
		.set_initial_registers = set_registers,
	};
	const Dwfl_Callbacks files = {
		.find_elf = find_elf,
		.find_debuginfo = libdw.dwfl_standard_find_debuginfo,
	};
	struct walk walk = { .trace = trace, .start = *trace->event, .out = out };

	plugin_file = trace->file;
	int r = begin(&walk, &files);
	if (r < 0)
		return r;
	step_back(&walk);
	/* Its process ends now: nothing is released. */
	if (libdw.dwfl_attach_state(walk.dwfl, NULL, trace->process, &thread, &walk))
		(void)libdw.dwfl_getthread_frames(walk.dwfl, trace->process, take, &walk);
	return walk.count > 0 ? 0 : -EIO;
}

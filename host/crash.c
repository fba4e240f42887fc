/* The crash handler.
 *
 * The process may be broken in any way by then, so the handler allocates nothing, takes no lock,
 * and calls what is async-signal-safe. All texts are prepared by crash_start. Only the place of the
 * crash is looked up in the handler: the loader's list of objects and their program headers are
 * read as plain memory, without the lock that dl_iterate_phdr takes. Looking it up beforehand would
 * miss what matters: a plugin whose constructor crashes, while dlopen has not yet returned, and
 * what a plugin loads itself. If even that memory is broken, the handler is entered again, and the
 * line is written without the place.
 *
 * SPDX-License-Identifier: MIT */
#include "crash.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "cancel.h"
#include "cleanup.h"
#include "sanitizer.h"

/* The address sanitizer reports those of the first rows better, on a stack of its own. */
static const struct {
	int number;
	const char *text;
} row[] = {
#ifndef HAS_ADDRESS_SANITIZER
	{ SIGSEGV, "Segmentation fault (SIGSEGV)" },
	{ SIGBUS, "Bus error (SIGBUS)" },
	{ SIGILL, "Illegal instruction (SIGILL)" },
	{ SIGFPE, "Floating point exception (SIGFPE)" },
#endif
	{ SIGABRT, "Aborted (SIGABRT)" },
	{ SIGSYS, "Bad system call (SIGSYS)" },
	{ SIGTRAP, "Trace/breakpoint trap (SIGTRAP)" },
};

enum { ROWS = sizeof row / sizeof row[0], LINE_SIZE = 2048, STACK_SIZE = 64 * 1024, DEPTH_MAX = 8 };

struct line {
	size_t size;
	char text[LINE_SIZE];
};

static struct {
	bool is_started;
	pid_t process;
	int fd;
	struct line begin; /* "plugh extract: error: plugin crashed" */
	struct line who;   /* " in extract 1.0.0" */
	char file[256];
	struct sigaction before[ROWS];
	stack_t stack_before;
	_Atomic(const struct outputs *) outputs;
	_Atomic(const char *) stage;
	void (*report)(void *ctx, const struct crash_event *event);
	void *report_ctx;
	atomic_int depth;  /* how often the handler was entered */
	atomic_int thread; /* by which thread */
	atomic_bool is_told;
	_Alignas(16) char stack[STACK_SIZE]; /* untouched until then */
} state;

static void append(struct line *line, const char *text)
{
	/* One byte is kept for the newline. */
	while (*text != '\0' && line->size < sizeof line->text - 1)
		line->text[line->size++] = *text++;
}

static void append_hex(struct line *line, uintptr_t number)
{
	char digits[2 * sizeof number + 1];
	size_t at = sizeof digits;

	digits[--at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[number & 15];
		number >>= 4;
	} while (number != 0);
	append(line, "0x");
	append(line, digits + at);
}

static const char *base_name(const char *path)
{
	const char *name = path;

	for (; *path != '\0'; path++)
		if (*path == '/')
			name = path + 1;
	return name;
}

static const void *memory_at(uintptr_t address)
{
	return (const void *)address; /* NOLINT(performance-no-int-to-ptr): the loader's integer */
}

/* Does the object that is loaded at `base` hold the address? A program at fixed addresses has base
 * 0. */
static bool holds(uintptr_t base, uintptr_t address)
{
	const ElfW(Ehdr) *head = memory_at(base);
	if (head == NULL || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0)
		return false;

	const ElfW(Phdr) *segment = memory_at(base + head->e_phoff);
	for (size_t i = 0; i < head->e_phnum; i++)
		if (segment[i].p_type == PT_LOAD &&
			address - base - segment[i].p_vaddr < segment[i].p_memsz)
			return true;
	return false;
}

static void append_place(struct line *line, uintptr_t address)
{
	const struct link_map *object = _r_debug.r_map;

	while (object != NULL && !holds(object->l_addr, address))
		object = object->l_next;
	append(line, " at ");
	if (object == NULL) {
		append(line, "address ");
		append_hex(line, address);
		return;
	}
	/* The program itself has no name, and what was loaded by descriptor only the descriptor's.
	 */
	if (object->l_name[0] == '\0')
		append(line, "plugh");
	else if (strncmp(object->l_name, "/proc/", 6) == 0)
		append(line, state.file);
	else
		append(line, base_name(object->l_name));
	append(line, "+");
	append_hex(line, address - object->l_addr);
}

static uintptr_t program_counter(const void *context)
{
	const ucontext_t *user = (const ucontext_t *)context;
#if defined(__x86_64__)
	return (uintptr_t)user->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return (uintptr_t)user->uc_mcontext.pc;
#else
#error "say where this machine keeps its program counter"
#endif
}

static void read_registers(const void *context, uint64_t ret_reg[CRASH_REGISTERS])
{
	const ucontext_t *user = (const ucontext_t *)context;
#if defined(__x86_64__)
	static const int order[CRASH_REGISTERS] = { REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI,
		REG_RDI, REG_RBP, REG_RSP, REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13,
		REG_R14, REG_R15, REG_RIP };
	for (size_t i = 0; i < CRASH_REGISTERS; i++)
		ret_reg[i] = (uint64_t)user->uc_mcontext.gregs[order[i]];
#else
	memcpy(ret_reg, user->uc_mcontext.regs, sizeof user->uc_mcontext.regs);
	ret_reg[CRASH_STACK_REGISTER] = user->uc_mcontext.sp;
#endif
}

const char *crash_signal_text(int signal)
{
	for (size_t i = 0; i < ROWS; i++)
		if (row[i].number == signal)
			return row[i].text;
	return "unknown signal";
}

static void append_signal(struct line *line, int signal)
{
	const char *stage = atomic_load(&state.stage);

	if (stage != NULL) {
		append(line, " ");
		append(line, stage);
	}
	append(line, ": ");
	append(line, crash_signal_text(signal));
	append(line, state.who.text);
}

/* Write it once, in one piece. */
static void tell(struct line *line)
{
	if (atomic_exchange(&state.is_told, true))
		return;
	line->text[line->size++] = '\n';
	ssize_t put = write(state.fd, line->text, line->size);
	(void)put; /* there is no better place for it */
}

/* One thread tells; one that crashes meanwhile waits for the end. */
static int enter(void)
{
	int free = 0;
	int self = gettid();

	if (!atomic_compare_exchange_strong(&state.thread, &free, self) && free != self)
		for (;;)
			pause();
	return atomic_fetch_add(&state.depth, 1);
}

static void tell_more(int signal, const void *context)
{
	struct crash_event event = { .signal = signal, .counter = program_counter(context) };

	read_registers(context, event.reg);
	state.report(state.report_ctx, &event);
}

static void on_crash(int signal, siginfo_t *info, void *context)
{
	(void)info;
	if (getpid() != state.process) {
		cleanup_run(signal);
		cancel_end(signal);
		return;
	}
	int depth = enter();
	if (depth < 2) {
		struct line line = state.begin;
		append_signal(&line, signal);
		if (depth == 0)
			append_place(&line, program_counter(context));
		tell(&line);
		if (depth == 0 && state.report != NULL)
			tell_more(signal, context);
		outputs_discard_all(atomic_load(&state.outputs));
	}
	/* It is the plugin's code, which may crash too: the rest of it is done then. */
	if (depth < DEPTH_MAX)
		cleanup_run(signal);
	cancel_end(signal);
}

static int prepare(const struct crash_spec *spec)
{
	struct plugh_buf text = { 0 };

	log_begin(spec->log, PLUGH_LEVEL_ERROR, &text);
	plugh_buf_append_text(&text, "plugin crashed");
	int r = text.error;
	if (r == 0) {
		state.begin.size = state.who.size = 0;
		memset(&state.who, 0, sizeof state.who);
		append(&state.begin, plugh_buf_text(&text));
		append(&state.who, " in ");
		append(&state.who, spec->name);
		append(&state.who, " ");
		append(&state.who, spec->version);
		memset(state.file, 0, sizeof state.file);
		memcpy(state.file, spec->file, strnlen(spec->file, sizeof state.file - 1));
	}
	plugh_buf_release(&text);
	return r;
}

int crash_start(const struct crash_spec *spec)
{
	int r = prepare(spec);
	if (r < 0)
		return r;
#ifndef HAS_ADDRESS_SANITIZER
	stack_t stack = { .ss_sp = state.stack, .ss_size = sizeof state.stack };
	if (sigaltstack(&stack, &state.stack_before) < 0)
		return -errno;
#endif
	state.process = getpid();
	state.fd = spec->log->fd;
	atomic_store(&state.outputs, NULL);
	atomic_store(&state.stage, NULL);
	state.report = NULL;
	atomic_store(&state.depth, 0);
	atomic_store(&state.thread, 0);
	atomic_store(&state.is_told, false);

	/* SA_NODEFER: a crash in the handler enters it again. */
	struct sigaction action = { .sa_sigaction = on_crash,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ROWS; i++) {
		sigaction(row[i].number, NULL, &state.before[i]);
		/* What is ignored is so for the programs that are started, too; a crash ends this
		 * process all the same. */
		if (state.before[i].sa_handler != SIG_IGN)
			sigaction(row[i].number, &action, NULL);
	}
	state.is_started = true;
	return 0;
}

void crash_set_stage(const char *stage)
{
	atomic_store(&state.stage, stage);
}

void crash_set_reporter(void (*report)(void *ctx, const struct crash_event *event), void *ctx)
{
	state.report_ctx = ctx;
	state.report = report;
}

void crash_set_outputs(const struct outputs *outputs)
{
	atomic_store(&state.outputs, outputs);
}

void crash_stop(void)
{
	if (!state.is_started)
		return;
	for (size_t i = 0; i < ROWS; i++)
		sigaction(row[i].number, &state.before[i], NULL);
#ifndef HAS_ADDRESS_SANITIZER
	sigaltstack(&state.stack_before, NULL);
#endif
	state.is_started = false;
}

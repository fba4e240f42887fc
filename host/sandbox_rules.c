/* What a grant allows, rule by rule.
 *
 * SPDX-License-Identifier: MIT */
#include "sandbox_rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf_needed.h"
#include "output_target.h"
#include "seccomp_filter.h"

enum {
	READ_FILE = LANDLOCK_READ_FILE,
	READ = LANDLOCK_READ_FILE | LANDLOCK_READ_DIR,
	WRITE = LANDLOCK_WRITE_FILE | LANDLOCK_TRUNCATE,
	CHANGE = WRITE | LANDLOCK_MAKE_REG | LANDLOCK_MAKE_DIR | LANDLOCK_MAKE_SYM |
		 LANDLOCK_MAKE_FIFO | LANDLOCK_MAKE_SOCK | LANDLOCK_REMOVE_FILE |
		 LANDLOCK_REMOVE_DIR | LANDLOCK_REFER,

	DNS = 53, /* over TCP, for long answers */
};

struct rules {
	const struct sandbox_spec *spec;
	const struct landlock_handled *handled;
	int set;
};

/* What libraries read on their own account, and the need that makes them do so; 0: any plugin may
 * cause it. None of it is secret. */
static const struct bundle {
	uint32_t need;
	uint32_t access;
	const char *path;
	const char *why;
} bundles[] = {
	{ 0, READ, "/usr/lib/locale", "locale" },
	{ 0, READ, "/usr/share/locale", "locale" },
	{ 0, READ, "/usr/share/locale-langpack", "locale" },
	{ 0, READ_FILE, "/etc/localtime", "time zone" },
	{ 0, READ, "/usr/share/zoneinfo", "time zone" },
	{ 0, READ_FILE | WRITE, "/dev/null", "null device" },
	{ 0, READ, PLUGH_GCONV_DIR, "character sets" },

	{ PLUGH_NET, READ_FILE, "/etc/resolv.conf", "resolver" },
	{ PLUGH_NET, READ_FILE, "/etc/hosts", "resolver" },
	{ PLUGH_NET, READ_FILE, "/etc/host.conf", "resolver" },
	{ PLUGH_NET, READ_FILE, "/etc/nsswitch.conf", "resolver" },
	{ PLUGH_NET, READ_FILE, "/etc/gai.conf", "resolver" },
	{ PLUGH_NET, READ_FILE, "/etc/services", "resolver" },
	{ PLUGH_NET, READ_FILE, "/etc/protocols", "resolver" },
	{ PLUGH_NET, READ, "/etc/ssl/certs", "certificates" },
	{ PLUGH_NET, READ_FILE, "/etc/ssl/openssl.cnf", "certificates" },
	{ PLUGH_NET, READ, "/etc/pki/tls/certs", "certificates" },
	{ PLUGH_NET, READ, "/etc/pki/ca-trust/extracted", "certificates" },
	{ PLUGH_NET, READ, "/usr/share/ca-certificates", "certificates" },
	{ PLUGH_NET, READ, "/usr/local/share/ca-certificates", "certificates" },
};

/* What a plugin reads that fits its work to the memory that is free. It opens for those alone that
 * say so: the groups' names tell what else is running. */
static const char *const memory_files[] = { "/proc/meminfo", "/proc/self/cgroup",
	"/sys/fs/cgroup" };

/* Where the loader looks by itself. A RUNPATH is not followed: it is the plugin's own word, and
 * could name any folder. A policy's allow-read opens what lies elsewhere. */
static const char *const library_folders[] = {
	"/etc/ld.so.cache",
	"/lib",
	"/lib64",
	"/usr/lib",
	"/usr/lib64",
	"/usr/local/lib",
};

static void tell(const struct rules *rules, uint64_t access, const char *path, const char *why)
{
	struct reason shown;
	const char *verb = (access & CHANGE) == 0 ? "read"
			   : (access & READ) == 0 ? "write"
						  : "read, write";

	if (!rules->spec->trace->enabled)
		return;
	reason_set(&shown, 0, "%s '%s' (%s)", verb, path, why);
	trace_step(rules->spec->trace, "rule", "%s", shown.text);
}

static int allow_descriptor(
	const struct rules *rules, int fd, uint64_t access, const char *path, const char *why)
{
	struct stat st;

	access &= rules->handled->files;
	if ((access & ~(uint64_t)LANDLOCK_FILES_ONLY) != 0) {
		if (fstat(fd, &st) < 0)
			return -errno;
		if (!S_ISDIR(st.st_mode))
			access &= LANDLOCK_FILES_ONLY;
	}
	int r = landlock_allow_file(rules->set, fd, access);
	if (r == 0)
		tell(rules, access, path, why);
	/* What lies in no file system needs no rule. */
	return r == -EBADFD ? 0 : r;
}

/* Links are followed now; that a path may later lead elsewhere gives no right to what is there. */
static int allow_path(const struct rules *rules, uint64_t access, const char *path, const char *why)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : 0;

	int r = allow_descriptor(rules, fd, access, path, why);
	close(fd);
	return r;
}

static int allow_bundles(const struct rules *rules)
{
	uint32_t needs = rules->spec->grant->needs;
	int r = 0;

	for (size_t i = 0; i < sizeof bundles / sizeof bundles[0] && r == 0; i++)
		if ((bundles[i].need & needs) == bundles[i].need)
			r = allow_path(rules, bundles[i].access, bundles[i].path, bundles[i].why);
	return r;
}

static int allow_memory_files(const struct rules *rules)
{
	int r = 0;

	if (!rules->spec->measures_memory)
		return 0;
	for (size_t i = 0; i < sizeof memory_files / sizeof memory_files[0] && r == 0; i++)
		r = allow_path(rules, LANDLOCK_READ_FILE, memory_files[i], "free memory");
	return r;
}

static int allow_libraries(const struct rules *rules)
{
	int r = 0;

	for (size_t i = 0; i < sizeof library_folders / sizeof library_folders[0] && r == 0; i++)
		r = allow_path(rules, LANDLOCK_READ_FILE, library_folders[i], "libraries");
	return r;
}

/* The user's own certificates: OpenSSL's names; the folder may be a list with colons. */
static int allow_certificates(const struct rules *rules)
{
	const char *file = config_getenv(rules->spec->environment, "SSL_CERT_FILE");
	const char *folders = config_getenv(rules->spec->environment, "SSL_CERT_DIR");
	int r = file != NULL ? allow_path(rules, READ, file, "certificates") : 0;

	while (folders != NULL && r == 0) {
		const char *colon = strchr(folders, ':');
		size_t size = colon != NULL ? (size_t)(colon - folders) : strlen(folders);
		char *one = strndup(folders, size);
		if (one == NULL)
			return -ENOMEM;
		r = allow_path(rules, READ, one, "certificates");
		free(one);
		folders = colon != NULL ? colon + 1 : NULL;
	}
	return r;
}

/* What is written in place. The rest was opened before, and is put in place by the broker. */
static int allow_output(const struct rules *rules, const char *path)
{
	struct output_target target;
	int r = output_target_resolve(path, &target);

	if (r < 0)
		return r == -EMFILE || r == -ENFILE || r == -ENOMEM ? r : 0;
	if (output_target_descriptor(&target) < 0 && target.exists &&
		!S_ISREG(target.before.st_mode))
		r = allow_path(rules, WRITE, path, "named");
	close(target.folder);
	return r;
}

static int allow_named(const struct rules *rules)
{
	const struct grant *grant = rules->spec->grant;
	int r = 0;

	for (size_t i = 0; i < grant->count && r == 0; i++) {
		const struct grant_path *one = &grant->path[i];
		if (grant_is_standard_stream(one))
			continue;
		if ((one->access & PLUGH_READ) != 0)
			r = allow_path(rules, READ, one->path, "named");
		if (r == 0 && (one->access & PLUGH_WRITE) != 0)
			r = allow_output(rules, one->path);
	}
	return r;
}

static int allow_policy(const struct rules *rules)
{
	const struct config_policy *policy = rules->spec->policy;
	int r = 0;

	if (policy == NULL)
		return 0;
	for (size_t i = 0; i < policy->read_count && r == 0; i++)
		r = allow_path(rules, READ, policy->read[i].path, policy->read[i].origin);
	for (size_t i = 0; i < policy->write_count && r == 0; i++)
		r = allow_path(rules, CHANGE, policy->write[i].path, policy->write[i].origin);
	return r;
}

static int allow_ports(const struct rules *rules)
{
	const struct ports *ports = &rules->spec->ports;
	uint64_t access = rules->handled->ports;
	int r = 0;

	if ((rules->spec->grant->needs & PLUGH_NET) == 0 || access == 0)
		return 0;
	for (size_t i = 0; i < ports->count && r == 0; i++) {
		r = landlock_allow_port(rules->set, ports->number[i], access);
		trace_step(rules->spec->trace, "rule", "TCP port %u (named)", ports->number[i]);
	}
	if (r == 0 && (access & LANDLOCK_CONNECT_TCP) != 0)
		r = landlock_allow_port(rules->set, DNS, LANDLOCK_CONNECT_TCP);
	return r;
}

struct landlock_handled sandbox_handled(const struct sandbox_spec *spec)
{
	struct landlock_handled handled = { LANDLOCK_ALL_FILES, LANDLOCK_ALL_PORTS,
		LANDLOCK_ALL_SCOPES };

	/* A command that takes no port (it may take a URL) can be held to none. */
	if ((spec->grant->needs & PLUGH_NET) != 0 && !spec->ports.is_declared)
		handled.ports = LANDLOCK_BIND_TCP;
	return handled;
}

int sandbox_add_rules(
	const struct sandbox_spec *spec, const struct landlock_handled *handled, int set)
{
	const struct rules rules = { spec, handled, set };
	bool has_net = (spec->grant->needs & PLUGH_NET) != 0;

	int r = allow_descriptor(
		&rules, spec->plugin_fd, LANDLOCK_READ_FILE, "the plugin's file", "to load it");
	/* The resolver loads modules. */
	if (r == 0 && (has_net || elf_needs_more(spec->plugin_fd)))
		r = allow_libraries(&rules);
	if (r == 0)
		r = allow_bundles(&rules);
	if (r == 0)
		r = allow_memory_files(&rules);
	if (r == 0 && has_net)
		r = allow_certificates(&rules);
	if (r == 0 && spec->scratch != NULL)
		r = allow_path(&rules, READ | CHANGE, spec->scratch, "temporary files");
	if (r == 0)
		r = allow_named(&rules);
	if (r == 0)
		r = allow_policy(&rules);
	return r < 0 ? r : allow_ports(&rules);
}

unsigned sandbox_program(const struct sandbox_spec *spec)
{
	unsigned set = 0;

	if ((spec->grant->needs & PLUGH_NET) != 0)
		set |= SECCOMP_NET;
	/* To wait for connections without naming a port is to let the kernel pick one. */
	if (set != 0 && spec->ports.count > 0)
		set |= SECCOMP_LISTEN;
	return set;
}

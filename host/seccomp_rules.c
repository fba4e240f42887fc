/* The system calls that a confined plugin may make.
 *
 * Allowed is what works on memory, on descriptors that are open, on the process itself and its
 * children, and what Landlock judges (paths, signals). Refused is what reaches beyond and is judged
 * by nobody else: the attributes of files by path, other processes, other programs, the machine.
 *
 * SPDX-License-Identifier: MIT */
#include "seccomp_rules.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/ioprio.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/resource.h>
#include <sys/socket.h>

/* clang-format off */

const struct seccomp_call seccomp_plain[] = {
	/* descriptors */
	{ "read", 0 }, { "readv", 0 }, { "pread64", 0 }, { "preadv", 0 }, { "preadv2", 0 },
	{ "write", 0 }, { "writev", 0 }, { "pwrite64", 0 }, { "pwritev", 0 }, { "pwritev2", 0 },
	{ "close", 0 }, { "close_range", 0 }, { "dup", 0 }, { "dup2", 0 }, { "dup3", 0 },
	{ "pipe", 0 }, { "pipe2", 0 }, { "lseek", 0 }, { "sendfile", 0 }, { "splice", 0 },
	{ "tee", 0 }, { "vmsplice", 0 }, { "copy_file_range", 0 }, { "flock", 0 }, { "fsync", 0 },
	{ "fdatasync", 0 }, { "sync_file_range", 0 }, { "sync", 0 }, { "syncfs", 0 },
	{ "ftruncate", 0 }, { "fallocate", 0 }, { "fadvise64", 0 }, { "readahead", 0 },
	{ "fstat", 0 }, { "fstatfs", 0 }, { "getdents", 0 }, { "getdents64", 0 },
	{ "eventfd", 0 }, { "eventfd2", 0 }, { "signalfd", 0 }, { "signalfd4", 0 },
	{ "timerfd_create", 0 }, { "timerfd_settime", 0 }, { "timerfd_gettime", 0 },
	{ "memfd_create", 0 }, { "cachestat", 451 },

	/* waiting */
	{ "poll", 0 }, { "ppoll", 0 }, { "select", 0 }, { "pselect6", 0 }, { "epoll_create", 0 },
	{ "epoll_create1", 0 }, { "epoll_ctl", 0 }, { "epoll_wait", 0 }, { "epoll_pwait", 0 },
	{ "epoll_pwait2", 0 }, { "pause", 0 }, { "nanosleep", 0 }, { "clock_nanosleep", 0 },

	/* paths: Landlock judges those that change or open something */
	{ "open", 0 }, { "openat", 0 }, { "openat2", 0 }, { "creat", 0 }, { "truncate", 0 },
	{ "mkdir", 0 }, { "mkdirat", 0 }, { "rmdir", 0 }, { "mknod", 0 }, { "mknodat", 0 },
	{ "link", 0 }, { "linkat", 0 }, { "symlink", 0 }, { "symlinkat", 0 }, { "unlink", 0 },
	{ "unlinkat", 0 }, { "rename", 0 }, { "renameat", 0 }, { "renameat2", 0 },
	{ "access", 0 }, { "faccessat", 0 }, { "faccessat2", 0 }, { "stat", 0 }, { "lstat", 0 },
	{ "newfstatat", 0 }, { "statx", 0 }, { "statfs", 0 }, { "readlink", 0 },
	{ "readlinkat", 0 }, { "name_to_handle_at", 0 }, { "getcwd", 0 }, { "chdir", 0 },
	{ "fchdir", 0 }, { "umask", 0 },
	/* Attributes hold data of their own, which Landlock does not judge: of what is open only. */
	{ "fgetxattr", 0 }, { "flistxattr", 0 },

	/* memory */
	{ "brk", 0 }, { "mmap", 0 }, { "munmap", 0 }, { "mremap", 0 }, { "mprotect", 0 },
	{ "msync", 0 }, { "mincore", 0 }, { "madvise", 0 }, { "mlock", 0 }, { "mlock2", 0 },
	{ "munlock", 0 }, { "mlockall", 0 }, { "munlockall", 0 }, { "mbind", 0 },
	{ "get_mempolicy", 0 }, { "set_mempolicy", 0 }, { "set_mempolicy_home_node", 450 },
	{ "pkey_alloc", 0 }, { "pkey_free", 0 }, { "pkey_mprotect", 0 }, { "membarrier", 0 },
	{ "map_shadow_stack", 453 }, { "mseal", 462 },

	/* threads, children, signals: Landlock keeps signals inside. No session of one's own: a
	 * process that is left behind in one could read the terminal before the user's shell. */
	{ "fork", 0 }, { "vfork", 0 }, { "exit", 0 }, { "exit_group", 0 }, { "wait4", 0 },
	{ "waitid", 0 }, { "set_tid_address", 0 }, { "set_robust_list", 0 },
	{ "get_robust_list", 0 }, { "rseq", 0 }, { "futex", 0 }, { "futex_waitv", 449 },
	{ "futex_wake", 454 }, { "futex_wait", 455 }, { "futex_requeue", 456 },
	{ "arch_prctl", 0 }, { "restart_syscall", 0 }, { "sched_yield", 0 }, { "pidfd_open", 0 },
	{ "pidfd_send_signal", 0 }, { "kill", 0 }, { "tkill", 0 }, { "tgkill", 0 },
	{ "rt_sigqueueinfo", 0 }, { "rt_tgsigqueueinfo", 0 }, { "rt_sigaction", 0 },
	{ "rt_sigprocmask", 0 }, { "rt_sigreturn", 0 }, { "rt_sigpending", 0 },
	{ "rt_sigtimedwait", 0 }, { "rt_sigsuspend", 0 }, { "sigaltstack", 0 }, { "alarm", 0 },
	{ "getitimer", 0 }, { "setitimer", 0 }, { "timer_create", 0 }, { "timer_settime", 0 },
	{ "timer_gettime", 0 }, { "timer_getoverrun", 0 }, { "timer_delete", 0 },
	{ "setpgid", 0 }, { "setrlimit", 0 },
	/* only to be made by the kernel itself, in a process that somebody else traces */
	{ "uretprobe", 335 }, { "uprobe", 336 },

	/* to take rights away */
	{ "seccomp", 0 }, { "landlock_create_ruleset", 0 }, { "landlock_add_rule", 0 },
	{ "landlock_restrict_self", 0 }, { "capset", 0 },

	/* questions */
	{ "getpid", 0 }, { "getppid", 0 }, { "gettid", 0 }, { "getpgid", 0 }, { "getpgrp", 0 },
	{ "getsid", 0 }, { "getuid", 0 }, { "geteuid", 0 }, { "getgid", 0 }, { "getegid", 0 },
	{ "getresuid", 0 }, { "getresgid", 0 }, { "getgroups", 0 }, { "capget", 0 },
	{ "getpriority", 0 }, { "ioprio_get", 0 }, { "getrlimit", 0 }, { "getrusage", 0 },
	{ "getcpu", 0 }, { "sched_getaffinity", 0 }, { "sched_getattr", 0 },
	{ "sched_getparam", 0 }, { "sched_getscheduler", 0 }, { "sched_get_priority_max", 0 },
	{ "sched_get_priority_min", 0 }, { "sched_rr_get_interval", 0 }, { "times", 0 },
	{ "time", 0 }, { "gettimeofday", 0 }, { "clock_gettime", 0 }, { "clock_getres", 0 },
	{ "uname", 0 }, { "sysinfo", 0 }, { "getrandom", 0 },

	/* standard streams may be sockets */
	{ "getsockname", 0 }, { "getpeername", 0 }, { "getsockopt", 0 }, { "recvfrom", 0 },
	{ "recvmsg", 0 }, { "recvmmsg", 0 }, { "shutdown", 0 },

	{ NULL, 0 },
};

/* Linux 6.18's; seccomp_plain has what is harmless. */
const struct seccomp_call seccomp_absent[] = {
	{ "clone3", 435 }, /* its flags lie in memory, where no program sees them */
	{ "statmount", 457 }, { "listmount", 458 }, { "lsm_get_self_attr", 459 },
	{ "lsm_set_self_attr", 460 }, { "lsm_list_modules", 461 }, { "setxattrat", 463 },
	{ "getxattrat", 464 }, { "listxattrat", 465 }, { "removexattrat", 466 },
	{ "open_tree_attr", 467 }, { "file_getattr", 468 }, { "file_setattr", 469 },
	{ NULL, 0 },
};

enum {
	TYPE_MASK = 0xf, /* of a socket's type, beside SOCK_CLOEXEC and SOCK_NONBLOCK */
	/* CLONE_PARENT would make the child one of whoever started us. */
	CLONE_REFUSED = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
			CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_PARENT,
};

#define IS(index, number) { index, 0xffffffffu, (uint32_t)(number) }
#define WITHOUT(index, bits) { index, (uint32_t)(bits), 0 }

#define CALL(call, sets, ...) \
	{ .name = call, .needs = sets, .argument = { __VA_ARGS__ }, \
	  .count = sizeof((struct seccomp_argument[]){ __VA_ARGS__ }) / \
		sizeof(struct seccomp_argument) }
#define FREE(call, sets) { .name = call, .needs = sets }
#define SOCKET(family, type, protocol) \
	CALL("socket", SECCOMP_NET, IS(0, family), { 1, TYPE_MASK, type }, IS(2, protocol))
#define IOCTL(command) CALL("ioctl", 0, IS(1, command))
#define FCNTL(command) CALL("fcntl", 0, IS(1, command))
#define OPTION(level, option) CALL("setsockopt", SECCOMP_NET, IS(1, level), IS(2, option))
#define PRCTL(option) CALL("prctl", 0, IS(0, option))

const struct seccomp_rule seccomp_rule[] = {
	CALL("clone", 0, WITHOUT(0, CLONE_REFUSED)),

	/* Of this process only: 0. */
	CALL("prlimit64", 0, IS(0, 0)),
	CALL("sched_setaffinity", 0, IS(0, 0)),
	CALL("sched_setattr", 0, IS(0, 0)),
	CALL("sched_setparam", 0, IS(0, 0)),
	CALL("sched_setscheduler", 0, IS(0, 0)),
	CALL("setpriority", 0, IS(0, PRIO_PROCESS), IS(1, 0)),
	CALL("ioprio_set", 0, IS(0, IOPRIO_WHO_PROCESS), IS(1, 0)),

	/* No owner for signals, no lease, no notice of what happens in a folder. */
	FCNTL(F_DUPFD), FCNTL(F_DUPFD_CLOEXEC), FCNTL(F_GETFD), FCNTL(F_SETFD), FCNTL(F_GETFL),
	FCNTL(F_SETFL), FCNTL(F_GETLK), FCNTL(F_SETLK), FCNTL(F_SETLKW), FCNTL(F_OFD_GETLK),
	FCNTL(F_OFD_SETLK), FCNTL(F_OFD_SETLKW), FCNTL(F_GETOWN), FCNTL(F_GETOWN_EX),
	FCNTL(F_GETSIG), FCNTL(F_GETLEASE), FCNTL(F_GETPIPE_SZ), FCNTL(F_SETPIPE_SZ),
	FCNTL(F_ADD_SEALS), FCNTL(F_GET_SEALS), FCNTL(F_GET_RW_HINT), FCNTL(F_SET_RW_HINT),
	FCNTL(F_GET_FILE_RW_HINT), FCNTL(F_SET_FILE_RW_HINT),

	/* Terminals, but nothing that types (TIOCSTI, TIOCLINUX); files, but not their flags. */
	IOCTL(TCGETS), IOCTL(TCSETS), IOCTL(TCSETSW), IOCTL(TCSETSF), IOCTL(TIOCGWINSZ),
	IOCTL(TIOCGPGRP), IOCTL(TIOCOUTQ), IOCTL(FIONREAD), IOCTL(FIONBIO), IOCTL(FIOCLEX),
	IOCTL(FIONCLEX), IOCTL(FICLONE), IOCTL(FICLONERANGE), IOCTL(FS_IOC_GETFLAGS),
	IOCTL(BLKGETSIZE64),
	CALL("ioctl", SECCOMP_NET, IS(1, SIOCATMARK)),
	CALL("ioctl", SECCOMP_NET, IS(1, SIOCGIFINDEX)),
	CALL("ioctl", SECCOMP_NET, IS(1, SIOCGIFNAME)),

	PRCTL(PR_SET_NAME), PRCTL(PR_GET_NAME), PRCTL(PR_SET_PDEATHSIG), PRCTL(PR_GET_PDEATHSIG),
	PRCTL(PR_SET_DUMPABLE), PRCTL(PR_GET_DUMPABLE), PRCTL(PR_SET_NO_NEW_PRIVS),
	PRCTL(PR_GET_NO_NEW_PRIVS), PRCTL(PR_SET_SECCOMP), PRCTL(PR_GET_SECCOMP),
	PRCTL(PR_SET_VMA), PRCTL(PR_SET_THP_DISABLE), PRCTL(PR_GET_THP_DISABLE),
	PRCTL(PR_CAPBSET_READ), PRCTL(PR_SET_TIMERSLACK), PRCTL(PR_GET_TIMERSLACK),
	PRCTL(PR_SET_CHILD_SUBREAPER), PRCTL(PR_GET_CHILD_SUBREAPER), PRCTL(PR_GET_SECUREBITS),

	/* TCP and UDP: no MPTCP, SCTP or UDP-Lite, no raw sockets, no other family. */
	SOCKET(AF_INET, SOCK_STREAM, 0), SOCKET(AF_INET, SOCK_STREAM, IPPROTO_TCP),
	SOCKET(AF_INET, SOCK_DGRAM, 0), SOCKET(AF_INET, SOCK_DGRAM, IPPROTO_UDP),
	SOCKET(AF_INET6, SOCK_STREAM, 0), SOCKET(AF_INET6, SOCK_STREAM, IPPROTO_TCP),
	SOCKET(AF_INET6, SOCK_DGRAM, 0), SOCKET(AF_INET6, SOCK_DGRAM, IPPROTO_UDP),
	/* No datagrams: one end of such a pair can send to any socket that has a path. */
	CALL("socketpair", SECCOMP_NET, IS(0, AF_UNIX), { 1, TYPE_MASK, SOCK_STREAM }),
	FREE("connect", SECCOMP_NET),
	FREE("bind", SECCOMP_NET),
	FREE("accept", SECCOMP_NET),
	FREE("accept4", SECCOMP_NET),
	/* Nothing that makes another kind of socket of it (TCP_ULP), connects by sending
	 * (TCP_FASTOPEN_CONNECT), runs a program or sets the machine's firewall. */
	OPTION(SOL_SOCKET, SO_REUSEADDR), OPTION(SOL_SOCKET, SO_REUSEPORT),
	OPTION(SOL_SOCKET, SO_DONTROUTE), OPTION(SOL_SOCKET, SO_BROADCAST),
	OPTION(SOL_SOCKET, SO_SNDBUF), OPTION(SOL_SOCKET, SO_RCVBUF),
	OPTION(SOL_SOCKET, SO_KEEPALIVE), OPTION(SOL_SOCKET, SO_OOBINLINE),
	OPTION(SOL_SOCKET, SO_LINGER), OPTION(SOL_SOCKET, SO_RCVLOWAT),
	OPTION(SOL_SOCKET, SO_RCVTIMEO), OPTION(SOL_SOCKET, SO_SNDTIMEO),
	OPTION(SOL_SOCKET, SO_RCVTIMEO_NEW), OPTION(SOL_SOCKET, SO_SNDTIMEO_NEW),
	OPTION(SOL_SOCKET, SO_TIMESTAMP), OPTION(SOL_SOCKET, SO_TIMESTAMPNS),
	OPTION(SOL_SOCKET, SO_RXQ_OVFL),
	OPTION(IPPROTO_TCP, TCP_NODELAY), OPTION(IPPROTO_TCP, TCP_MAXSEG),
	OPTION(IPPROTO_TCP, TCP_CORK), OPTION(IPPROTO_TCP, TCP_KEEPIDLE),
	OPTION(IPPROTO_TCP, TCP_KEEPINTVL), OPTION(IPPROTO_TCP, TCP_KEEPCNT),
	OPTION(IPPROTO_TCP, TCP_SYNCNT), OPTION(IPPROTO_TCP, TCP_LINGER2),
	OPTION(IPPROTO_TCP, TCP_DEFER_ACCEPT), OPTION(IPPROTO_TCP, TCP_WINDOW_CLAMP),
	OPTION(IPPROTO_TCP, TCP_QUICKACK), OPTION(IPPROTO_TCP, TCP_CONGESTION),
	OPTION(IPPROTO_TCP, TCP_USER_TIMEOUT), OPTION(IPPROTO_TCP, TCP_NOTSENT_LOWAT),
	OPTION(IPPROTO_UDP, UDP_SEGMENT), OPTION(IPPROTO_UDP, UDP_GRO),
	OPTION(IPPROTO_IP, IP_TOS), OPTION(IPPROTO_IP, IP_TTL), OPTION(IPPROTO_IP, IP_PKTINFO),
	OPTION(IPPROTO_IP, IP_MTU_DISCOVER), OPTION(IPPROTO_IP, IP_RECVERR),
	OPTION(IPPROTO_IP, IP_RECVTTL), OPTION(IPPROTO_IP, IP_RECVTOS),
	OPTION(IPPROTO_IP, IP_MULTICAST_IF), OPTION(IPPROTO_IP, IP_MULTICAST_TTL),
	OPTION(IPPROTO_IP, IP_MULTICAST_LOOP), OPTION(IPPROTO_IP, IP_ADD_MEMBERSHIP),
	OPTION(IPPROTO_IP, IP_DROP_MEMBERSHIP),
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY), OPTION(IPPROTO_IPV6, IPV6_UNICAST_HOPS),
	OPTION(IPPROTO_IPV6, IPV6_MULTICAST_IF), OPTION(IPPROTO_IPV6, IPV6_MULTICAST_HOPS),
	OPTION(IPPROTO_IPV6, IPV6_MULTICAST_LOOP), OPTION(IPPROTO_IPV6, IPV6_JOIN_GROUP),
	OPTION(IPPROTO_IPV6, IPV6_LEAVE_GROUP), OPTION(IPPROTO_IPV6, IPV6_MTU_DISCOVER),
	OPTION(IPPROTO_IPV6, IPV6_RECVERR), OPTION(IPPROTO_IPV6, IPV6_RECVPKTINFO),
	OPTION(IPPROTO_IPV6, IPV6_RECVHOPLIMIT), OPTION(IPPROTO_IPV6, IPV6_RECVTCLASS),
	OPTION(IPPROTO_IPV6, IPV6_TCLASS),
	/* Landlock does not see a listen that picks its own port. */
	FREE("listen", SECCOMP_NET | SECCOMP_LISTEN),
	/* Nor does it see a connection that is made by sending. */
	CALL("sendto", SECCOMP_NET, WITHOUT(3, MSG_FASTOPEN)),
	CALL("sendmsg", SECCOMP_NET, WITHOUT(2, MSG_FASTOPEN)),
	CALL("sendmmsg", SECCOMP_NET, WITHOUT(3, MSG_FASTOPEN)),

	{ .name = NULL },
};

/* clang-format on */

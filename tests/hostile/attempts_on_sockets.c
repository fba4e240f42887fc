/* Sockets of every family.
 *
 * SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { MPTCP = 262 };

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static int open_and_close(int family, int type, int protocol)
{
	return result_of(socket(family, type, protocol));
}

static int connect_to(uint16_t port, int protocol)
{
	struct sockaddr_in to = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, protocol);

	return fd < 0 ? -errno : result_of(connect(fd, (struct sockaddr *)&to, sizeof to));
}

static int tcp_connect(const struct facts *facts)
{
	return connect_to(facts->tcp_port, 0);
}

static int tcp_connect_elsewhere(const struct facts *facts)
{
	return connect_to(facts->other_port, 0);
}

static int mptcp_connect(const struct facts *facts)
{
	return connect_to(facts->tcp_port, MPTCP);
}

static int tcp_bind(const struct facts *facts)
{
	struct sockaddr_in at = loopback(0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)facts;
	return fd < 0 ? -errno : result_of(bind(fd, (struct sockaddr *)&at, sizeof at));
}

static int listen_unbound(const struct facts *facts)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)facts;
	return fd < 0 ? -errno : result_of(listen(fd, 1));
}

static int fast_open(uint16_t port)
{
	struct sockaddr_in to = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return -errno;
	return result_of(sendto(fd, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&to, sizeof to));
}

static int send_fast_open(const struct facts *facts)
{
	return fast_open(facts->other_port);
}

static int send_message_fast_open(const struct facts *facts)
{
	struct sockaddr_in to = loopback(facts->other_port);
	struct iovec part = { (char[]){ "x" }, 1 };
	struct msghdr message = {
		.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? -errno : result_of(sendmsg(fd, &message, MSG_FASTOPEN));
}

/* A socket of TCP with an option set. */
static int set_option(int level, int option, const void *value, size_t size)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? -errno : result_of(setsockopt(fd, level, option, value, (socklen_t)size));
}

static int connect_fast_open(const struct facts *facts)
{
	const int on = 1;

	(void)facts;
	return set_option(IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on);
}

static int option_high_bits(const struct facts *facts)
{
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)facts;
	return fd < 0 ? -errno
		      : result_of(syscall(SYS_setsockopt, fd, 1UL << 32 | IPPROTO_TCP,
				1UL << 32 | TCP_FASTOPEN_CONNECT, &on, sizeof on));
}

static int filter_packets(const struct facts *facts)
{
	struct sock_filter all = { BPF_RET | BPF_K, 0, 0, 0 };
	const struct sock_fprog program = { 1, &all };

	(void)facts;
	return set_option(SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static int choose_device(const struct facts *facts)
{
	(void)facts;
	return set_option(SOL_SOCKET, SO_BINDTODEVICE, "lo", sizeof "lo");
}

/* Makes another kind of socket of one that is connected. */
static int other_protocol_above(const struct facts *facts)
{
	struct sockaddr_in to = loopback(facts->tcp_port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
		return -errno;
	return result_of(setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", sizeof "tls"));
}

/* Any family and type that is not named elsewhere. */
static int any_family(const struct facts *facts)
{
	int last = 0;

	(void)facts;
	for (int family = 0; family < 64; family++) {
		for (int type = SOCK_STREAM; type <= SOCK_PACKET; type++) {
			if (family == AF_INET || family == AF_INET6)
				continue;
			last = open_and_close(family, type, 0);
			if (last == 0)
				return 0;
		}
	}
	return last;
}

/* Any protocol of the internet but TCP and UDP. */
static int any_protocol(const struct facts *facts)
{
	int last = 0;

	(void)facts;
	for (int protocol = 1; protocol <= MPTCP; protocol++) {
		for (int type = SOCK_STREAM; type <= SOCK_PACKET; type++) {
			if (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP)
				continue;
			last = open_and_close(AF_INET6, type, protocol);
			if (last == 0)
				return 0;
		}
	}
	return last;
}

static int udp_send(const struct facts *facts)
{
	struct sockaddr_in to = loopback(facts->udp_port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		return -errno;
	return result_of(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to));
}

static int udp_bind(const struct facts *facts)
{
	struct sockaddr_in at = loopback(0);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)facts;
	return fd < 0 ? -errno : result_of(bind(fd, (struct sockaddr *)&at, sizeof at));
}

static int inet6(const struct facts *facts)
{
	(void)facts;
	return open_and_close(AF_INET6, SOCK_STREAM, 0);
}

static int udplite(const struct facts *facts)
{
	(void)facts;
	return open_and_close(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
}

static int sctp(const struct facts *facts)
{
	(void)facts;
	return open_and_close(AF_INET, SOCK_STREAM, IPPROTO_SCTP);
}

static int raw(const struct facts *facts)
{
	(void)facts;
	return open_and_close(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static int packet(const struct facts *facts)
{
	(void)facts;
	return open_and_close(AF_PACKET, SOCK_DGRAM, 0);
}

static int netlink(const struct facts *facts)
{
	(void)facts;
	return open_and_close(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

static int vsock(const struct facts *facts)
{
	(void)facts;
	return open_and_close(AF_VSOCK, SOCK_STREAM, 0);
}

static int alg(const struct facts *facts)
{
	(void)facts;
	return open_and_close(AF_ALG, SOCK_SEQPACKET, 0);
}

static int high_bits(const struct facts *facts)
{
	struct sockaddr_in to = loopback(facts->udp_port);
	long fd = syscall(SYS_socket, 1UL << 32 | AF_INET, 1UL << 32 | SOCK_DGRAM, 1UL << 32);

	if (fd < 0)
		return -errno;
	return result_of(sendto((int)fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to));
}

static int netlink_high_bits(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_socket, 1UL << 32 | AF_NETLINK, 1UL << 32 | SOCK_RAW, 0));
}

static struct sockaddr_un path_of(const struct facts *facts, const char *name)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof to.sun_path, "%s/%s", facts->dir, name);
	return to;
}

static int unix_connect(const struct facts *facts)
{
	struct sockaddr_un to = path_of(facts, "stream");
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd < 0 ? -errno : result_of(connect(fd, (struct sockaddr *)&to, sizeof to));
}

static int unix_send(const struct facts *facts)
{
	struct sockaddr_un to = path_of(facts, "datagram");
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (fd < 0)
		return -errno;
	return result_of(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to));
}

static int unix_bind(const struct facts *facts)
{
	struct sockaddr_un at = path_of(facts, "new-socket");
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd < 0 ? -errno : result_of(bind(fd, (struct sockaddr *)&at, sizeof at));
}

static int abstract_connect(const struct facts *facts)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = strnlen(facts->abstract, sizeof to.sun_path - 1);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(to.sun_path + 1, facts->abstract, n);
	if (fd < 0)
		return -errno;
	return result_of(connect(fd, (struct sockaddr *)&to,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n)));
}

/* One end of a pair of datagram sockets can send to any path. */
static int pair_send(const struct facts *facts)
{
	struct sockaddr_un to = path_of(facts, "datagram");
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
		return -errno;
	return result_of(sendto(pair[0], "x", 1, 0, (struct sockaddr *)&to, sizeof to));
}

static int pair_of_streams(const struct facts *facts)
{
	int pair[2];

	(void)facts;
	return result_of(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

const struct attempt attempts_on_sockets[] = {
	{ "tcp-connect", tcp_connect },
	{ "tcp-connect-elsewhere", tcp_connect_elsewhere },
	{ "tcp-bind", tcp_bind },
	{ "listen-unbound", listen_unbound },
	{ "fast-open", send_fast_open },
	{ "fast-open-message", send_message_fast_open },
	{ "fast-open-connect", connect_fast_open },
	{ "setsockopt-high-bits", option_high_bits },
	{ "packet-filter", filter_packets },
	{ "bind-to-device", choose_device },
	{ "upper-protocol", other_protocol_above },
	{ "any-family", any_family },
	{ "any-protocol", any_protocol },
	{ "udp-send", udp_send },
	{ "udp-bind", udp_bind },
	{ "inet6", inet6 },
	{ "socket-high-bits", high_bits },
	{ "mptcp", mptcp_connect },
	{ "udplite", udplite },
	{ "sctp", sctp },
	{ "raw", raw },
	{ "packet", packet },
	{ "netlink", netlink },
	{ "netlink-high-bits", netlink_high_bits },
	{ "vsock", vsock },
	{ "alg", alg },
	{ "unix-connect", unix_connect },
	{ "unix-send", unix_send },
	{ "unix-bind", unix_bind },
	{ "unix-abstract", abstract_connect },
	{ "socketpair-datagram", pair_send },
	{ "socketpair-stream", pair_of_streams },
	{ NULL, NULL },
};

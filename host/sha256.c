/* The SHA-256 of a file.
 *
 * SPDX-License-Identifier: MIT */
#include "sha256.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include <sha2.h>

int sha256_file(int fd, char ret_text[SHA256_TEXT_SIZE])
{
	uint8_t bytes[32 * 1024], digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX state;
	off_t at = 0;

	SHA256Init(&state);
	for (;;) {
		ssize_t n = pread(fd, bytes, sizeof bytes, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		SHA256Update(&state, bytes, (size_t)n);
		at += n;
	}
	SHA256Final(digest, &state);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(ret_text + 2 * i, 3, "%02x", digest[i]);
	return 0;
}

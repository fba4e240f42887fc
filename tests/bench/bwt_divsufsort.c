/* libdivsufsort as a program, to be timed beside ours.
 *   forward BLOCKS FILE   read, transform so many blocks in parallel, write to standard output
 *   inverse FILE          prints the seconds that inverse_bw_transform takes for the transform
 * SPDX-License-Identifier: MIT */
#include <divsufsort.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_BLOCKS = 64 };

struct block {
	uint8_t *bytes;
	int32_t size, index;
};

static uint8_t *read_file(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "rb");

	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		return NULL;
	size_t size = (size_t)ftell(file);
	rewind(file);
	uint8_t *bytes = malloc(size);
	if (bytes != NULL && fread(bytes, 1, size, file) != size)
		bytes = NULL;
	(void)fclose(file);
	*ret_size = size;
	return bytes;
}

static void *transform(void *arg)
{
	struct block *block = arg;

	block->index = divbwt(block->bytes, block->bytes, NULL, block->size);
	return NULL;
}

static int forward(uint8_t *bytes, size_t size, size_t blocks)
{
	struct block block[MOST_BLOCKS];
	pthread_t thread[MOST_BLOCKS];

	for (size_t i = 0; i < blocks; i++) {
		size_t from = size * i / blocks;
		block[i] = (struct block){ bytes + from, (int32_t)(size * (i + 1) / blocks - from),
			0 };
		if (pthread_create(&thread[i], NULL, transform, &block[i]) != 0)
			return 1;
	}
	for (size_t i = 0; i < blocks; i++) {
		pthread_join(thread[i], NULL);
		if (block[i].index < 0)
			return 1;
	}
	return fwrite(bytes, 1, size, stdout) != size;
}

static int inverse(uint8_t *bytes, size_t size)
{
	struct timespec start, end;
	struct block block = { bytes, (int32_t)size, 0 };

	transform(&block);
	clock_gettime(CLOCK_MONOTONIC, &start);
	if (block.index < 0 ||
		inverse_bw_transform(bytes, bytes, NULL, block.size, block.index) != 0)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%.6f\n",
		(double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec));
	return 0;
}

int main(int argc, char **argv)
{
	size_t size = 0, blocks = argc == 4 ? strtoul(argv[2], NULL, 10) : 1;

	if (argc < 3 || blocks < 1 || blocks > MOST_BLOCKS) {
		(void)fprintf(stderr, "usage: forward BLOCKS FILE | inverse FILE\n");
		return 2;
	}
	uint8_t *bytes = read_file(argv[argc - 1], &size);
	if (bytes == NULL)
		return 1;
	return strcmp(argv[1], "forward") == 0 ? forward(bytes, size, blocks)
					       : inverse(bytes, size);
}

/* DT_NEEDED, read from the file (System V ABI, chapter 5, Dynamic Linking).
 *
 * SPDX-License-Identifier: MIT */
#include "elf_needed.h"

#include <string.h>

#include "elf_object.h"

enum { NAME_SIZE = 128 };

static int compare_name(struct dl_phdr_info *info, size_t size, void *name)
{
	const char *slash = strrchr(info->dlpi_name, '/');

	(void)size;
	return strcmp(slash != NULL ? slash + 1 : info->dlpi_name, (const char *)name) == 0;
}

bool elf_needs_more(int fd)
{
	struct elf_object object;
	char name[NAME_SIZE];

	if (!elf_object_read(fd, &object))
		return true;
	for (size_t i = 0; i < object.entries; i++) {
		if (object.entry[i].d_tag != DT_NEEDED)
			continue;
		if (!elf_object_string(&object, object.entry[i].d_un.d_val, name, sizeof name) ||
			dl_iterate_phdr(compare_name, name) == 0)
			return true;
	}
	return false;
}

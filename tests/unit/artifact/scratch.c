/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700
#include "scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void scratch_make(struct scratch *scratch)
{
	snprintf(scratch->path, sizeof scratch->path, "/tmp/mr_artifact_XXXXXX");
	if (!mkdtemp(scratch->path))
		abort();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void scratch_remove(struct scratch *scratch)
{
	nftw(scratch->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void path_of(const struct scratch *scratch, const char *name, char out[4096], bool make_parents)
{
	snprintf(out, 4096, "%s%s%s", scratch->path, *name ? "/" : "", name);
	for (char *at = out + strlen(scratch->path) + 1; make_parents && (at = strchr(at, '/')) != NULL; at++) {
		*at = 0;
		mkdir(out, 0755);
		*at = '/';
	}
}

void scratch_write_bytes(const struct scratch *scratch, const char *name, const void *bytes, size_t n)
{
	char path[4096];
	FILE *file;

	path_of(scratch, name, path, true);
	file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, n, file) != n || fclose(file))
		abort();
}

void scratch_write(const struct scratch *scratch, const char *name, const char *text)
{
	scratch_write_bytes(scratch, name, text, strlen(text));
}

void scratch_mkdir(const struct scratch *scratch, const char *name)
{
	char path[4096];

	path_of(scratch, name, path, true);
	if (mkdir(path, 0755))
		abort();
}

void scratch_link(const struct scratch *scratch, const char *name, const char *target)
{
	char path[4096];

	path_of(scratch, name, path, true);
	if (symlink(target, path))
		abort();
}

const char *scratch_read(const struct scratch *scratch, const char *name)
{
	static char text[65536];
	char path[4096];
	FILE *file;
	size_t n;

	path_of(scratch, name, path, false);
	file = fopen(path, "rb");
	if (!file)
		return NULL;
	n = fread(text, 1, sizeof text - 1, file);
	text[n] = 0;
	fclose(file);
	return text;
}

int64_t scratch_size(const struct scratch *scratch, const char *name)
{
	char path[4096];
	struct stat st;

	path_of(scratch, name, path, false);
	return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

static int counted;

static int count_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)type;
	counted += ftw->level > 0;
	return 0;
}

int scratch_count(const struct scratch *scratch, const char *name)
{
	char path[4096];

	path_of(scratch, name, path, false);
	counted = 0;
	nftw(path, count_one, 16, FTW_PHYS);
	return counted;
}

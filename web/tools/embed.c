// SPDX-License-Identifier: Apache-2.0
/*
 * Turns the built web pages into C: embed MANIFEST OUTPUT.c
 *
 * The manifest, which build.mjs writes beside the files, has a line a file: URL path, file, compressed file, content
 * type, hash, and 1 if the file never changes under its name; tabs stand between. The output is the table that
 * src/server/web_assets.h declares. C arrays, and not an assembler's .incbin, so that every compiler, sanitizer and
 * link-time optimisation takes it as it is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 6, MAX_ASSETS = 64, MAX_LINE = 1024, MAX_PATH_LEN = 4096, BYTES_A_LINE = 24 };

struct asset {
	char line[MAX_LINE];
	const char *field[FIELDS]; // into line
};

enum field { PATH, FILE_NAME, GZ_NAME, CONTENT_TYPE, HASH, IMMUTABLE };

static int by_path(const void *a, const void *b)
{
	const struct asset *left = a;
	const struct asset *right = b;
	return strcmp(left->line, right->line); // a line begins with its path, and a tab sorts before all that follows
}

static int split(struct asset *asset)
{
	char *at = asset->line;
	for (int i = 0; i < FIELDS; i++) {
		if (!at)
			return -1;
		asset->field[i] = at;
		at = strchr(at, i == FIELDS - 1 ? '\n' : '\t');
		if (at)
			*at++ = '\0';
	}
	return 0;
}

static int read_manifest(const char *name, struct asset *assets, size_t *count)
{
	FILE *in = fopen(name, "r");
	if (!in) {
		fprintf(stderr, "embed: %s: %s\n", name, strerror(errno));
		return -1;
	}
	int failed = 0;
	*count = 0;
	while (*count < MAX_ASSETS && fgets(assets[*count].line, MAX_LINE, in))
		*count += 1;
	if (fgetc(in) != EOF) {
		fprintf(stderr, "embed: %s: more than %d files\n", name, MAX_ASSETS);
		failed = -1;
	}
	fclose(in);
	// Sorted as whole lines: the fields will point into them.
	qsort(assets, *count, sizeof *assets, by_path);
	for (size_t i = 0; i < *count && !failed; i++) {
		failed = split(&assets[i]);
		if (failed)
			fprintf(stderr, "embed: %s: a line has too few fields: %s\n", name, assets[i].line);
	}
	return failed;
}

// The bytes of a file of the manifest's folder, as the array `name`.
static int write_array(FILE *out, const char *folder, const char *file, const char *prefix, size_t index)
{
	char path[MAX_PATH_LEN];
	if (snprintf(path, sizeof path, "%s%s", folder, file) >= (int)sizeof path) {
		fprintf(stderr, "embed: %s: the path is too long\n", file);
		return -1;
	}
	FILE *in = fopen(path, "rb");
	if (!in) {
		fprintf(stderr, "embed: %s: %s\n", path, strerror(errno));
		return -1;
	}
	fprintf(out, "static const unsigned char %s_%zu[] = {", prefix, index);
	int byte;
	for (size_t at = 0; (byte = fgetc(in)) != EOF; at++)
		fprintf(out, "%s%d,", at % BYTES_A_LINE ? "" : "\n\t", byte);
	fputs("\n};\n", out);
	int failed = ferror(in);
	fclose(in);
	if (failed)
		fprintf(stderr, "embed: %s: cannot be read\n", path);
	return failed ? -1 : 0;
}

static void write_table(FILE *out, const struct asset *assets, size_t count)
{
	fputs("const struct mr_web_asset mr_web_assets[] = {\n", out);
	for (size_t i = 0; i < count; i++) {
		const char *const *field = assets[i].field;
		fprintf(out, "\t{ \"%s\", \"%s\", \"\\\"%s\\\"\",\n", field[PATH], field[CONTENT_TYPE], field[HASH]);
		fprintf(out, "\t  data_%zu, sizeof data_%zu, gz_%zu, sizeof gz_%zu, %s },\n", i, i, i, i, field[IMMUTABLE]);
	}
	fprintf(out, "};\n\nconst size_t mr_web_assets_count = %zu;\n", count);
}

static int write_all(FILE *out, const char *manifest, const struct asset *assets, size_t count)
{
	char folder[MAX_PATH_LEN];
	const char *slash = strrchr(manifest, '/');
	int length = slash ? (int)(slash - manifest) + 1 : 0;
	if (snprintf(folder, sizeof folder, "%.*s", length, manifest) >= (int)sizeof folder)
		return -1;
	fputs("/* Made by web/tools/embed.c from the built web pages. */\n#include \"server/web_assets.h\"\n\n", out);
	for (size_t i = 0; i < count; i++) {
		if (write_array(out, folder, assets[i].field[FILE_NAME], "data", i) ||
		    write_array(out, folder, assets[i].field[GZ_NAME], "gz", i))
			return -1;
	}
	write_table(out, assets, count);
	return 0;
}

int main(int argc, char **argv)
{
	static struct asset assets[MAX_ASSETS];
	size_t count;
	if (argc != 3) {
		fputs("usage: embed MANIFEST OUTPUT.c\n", stderr);
		return 2;
	}
	if (read_manifest(argv[1], assets, &count))
		return 1;
	FILE *out = fopen(argv[2], "w");
	if (!out) {
		fprintf(stderr, "embed: %s: %s\n", argv[2], strerror(errno));
		return 1;
	}
	int failed = write_all(out, argv[1], assets, count);
	if (fclose(out) && !failed) {
		fprintf(stderr, "embed: %s: %s\n", argv[2], strerror(errno));
		failed = -1;
	}
	if (failed)
		remove(argv[2]);
	return failed ? 1 : 0;
}

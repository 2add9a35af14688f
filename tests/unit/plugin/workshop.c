/* SPDX-License-Identifier: Apache-2.0 */
#include "workshop.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((format(printf, 1, 2))) static void run(const char *format, ...)
{
	char *command;
	va_list args;

	va_start(args, format);
	assert_true(vasprintf(&command, format, args) > 0);
	va_end(args);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
	free(command);
}

void workshop_open(char out[256])
{
	const char *build = getenv("MILLRACE_BUILD");

	umask(022);
	snprintf(out, 256, "%s/millrace-test-XXXXXX", build ? build : "/tmp");
	assert_non_null(mkdtemp(out));
}

void workshop_close(const char *folder)
{
	run("rm -rf '%s'", folder);
}

void workshop_build(const char *folder, const char *name, const char *source, const char *flags)
{
	const char *root = getenv("MILLRACE_SOURCE");
	char path[512];
	FILE *out;

	snprintf(path, sizeof path, "%s/%s.c", folder, name);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(source, out);
	fclose(out);
	run("cc -std=c11 -pedantic -Wall -Wextra -Werror -fPIC -shared -I'%s/include' -o '%s/%s.so' '%s' %s", root ? root : ".",
	    folder, name, path, flags);
	unlink(path);
}

const char *workshop_context(const char *name, const char *word)
{
	static char source[4096];

	snprintf(source, sizeof source,
		 "#include <millrace/run_context.h>\n"
		 "static mr_code tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err)\n"
		 "{ (void)host; (void)call; return visit(arg, mr_str_from(\"word\"), mr_str_from(\"%s\"), err); }\n"
		 "static const struct mr_run_context_ops ops = {sizeof(struct mr_run_context_ops), NULL, tags};\n"
		 "static const struct mr_request_auth { size_t size; void *none; } auth = {sizeof auth, NULL};\n"
		 "#define ENTRIES(ENTRY) ENTRY(MR_GROUP_RUN_CONTEXT, \"word\", &ops, NULL, 0) "
		 "ENTRY(MR_GROUP_REQUEST_AUTH, \"key\", &auth, NULL, 0)\n"
		 "MR_PLUGIN_EXPORT(\"%s\", \"1.2.3\", \"Says %s.\", \"Apache-2.0\", ENTRIES)\n",
		 word, name, word);
	return source;
}

static FILE *open_in(const char *folder, const char *file, const char *mode)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, file);
	f = fopen(path, mode);
	assert_non_null(f);
	return f;
}

void workshop_patch(const char *folder, const char *file, long offset, const void *bytes, size_t n)
{
	FILE *f = open_in(folder, file, "r+");

	assert_int_equal(fseek(f, offset, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

void workshop_cut(const char *folder, const char *file, long size)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", folder, file);
	assert_int_equal(truncate(path, size), 0);
}

long workshop_size(const char *folder, const char *file)
{
	char path[512];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", folder, file);
	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

void workshop_copy(const char *from_folder, const char *from, const char *to_folder, const char *to)
{
	run("cp '%s/%s' '%s/%s'", from_folder, from, to_folder, to);
}

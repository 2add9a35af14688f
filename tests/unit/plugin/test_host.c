/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugin host with real plugins: found without running them, loaded on
 * first use, refused with a reason, chosen by the one rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <millrace/request_auth.h>
#include <millrace/run_context.h>
#include <millrace/tracking_store.h>

#include "plugin/groups.h"
#include "plugin/host.h"
#include "workshop.h"

static char near_folder[256], far_folder[256];

static int setup(void **state)
{
	char home[300];

	(void)state;
	workshop_open(near_folder);
	workshop_open(far_folder);
	snprintf(home, sizeof home, "%s/none", far_folder);
	setenv("XDG_DATA_HOME", home, 1);
	setenv("MILLRACE_PLUGINS", "-example,-git-context", 1); /* which the build tree brings along */
	unsetenv("MILLRACE_PLUGIN_PATH");
	mr_plugins_reset();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mr_plugins_reset();
	workshop_close(near_folder);
	workshop_close(far_folder);
	return 0;
}

static void use_path(const char *first, const char *second)
{
	char path[600];

	snprintf(path, sizeof path, "%s:%s", first, second);
	setenv("MILLRACE_PLUGIN_PATH", path, 1);
	mr_plugins_reset();
}

static const struct mr_plugin_info *find(const char *name)
{
	const struct mr_plugin_info *const *list;
	size_t n;
	mr_error err;

	mr_error_init(&err);
	assert_int_equal(mr_plugins_list(&list, &n, &err), MR_OK);
	for (size_t i = 0; i < n; i++)
		if (mr_str_is(list[i]->name, name))
			return list[i];
	return NULL;
}

static mr_code keep_word(void *arg, mr_str key, mr_str value, mr_error *err)
{
	(void)key;
	(void)err;
	snprintf(arg, 64, "%.*s", MR_STR_ARG(value));
	return MR_OK;
}

/* The word of the context that speaks last. */
static void last_word(char out[64])
{
	const struct mr_entry *const *list;
	size_t n;
	mr_error err;

	out[0] = 0;
	mr_error_init(&err);
	assert_int_equal(mr_plugins_in_order(MR_GROUP_RUN_CONTEXT, &list, &n, &err), MR_OK);
	for (size_t i = 0; i < n; i++) {
		const struct mr_run_context_ops *ops = list[i]->ops;

		assert_int_equal(ops->tags(list[i]->host, keep_word, out, NULL, &err), MR_OK);
	}
}

static mr_code use_key(mr_error *err)
{
	const struct mr_entry *entry;

	mr_error_init(err);
	return mr_plugins_by_name(MR_GROUP_REQUEST_AUTH, mr_str_from("key"), &entry, err);
}

static void test_listing_runs_nothing(void **state)
{
	char source[4400], marker[300];
	const struct mr_plugin_info *info;
	char word[64];

	(void)state;
	snprintf(marker, sizeof marker, "%s/ran", near_folder);
	snprintf(source, sizeof source,
		 "#include <stdio.h>\n%s\nstatic __attribute__((constructor)) void born(void)\n"
		 "{ FILE *f = fopen(\"%s\", \"w\"); if (f) fclose(f); }\n",
		 workshop_context("alpha", "a"), marker);
	workshop_build(near_folder, "alpha", source, "");
	use_path(near_folder, far_folder);
	info = find("alpha");
	assert_non_null(info);
	assert_true(mr_str_is(info->version, "1.2.3"));
	assert_true(mr_str_is(info->description, "Says a."));
	assert_int_equal(info->entries_n, 2);
	assert_true(mr_str_is(info->entries[0].group, MR_GROUP_RUN_CONTEXT));
	assert_int_equal(info->state, MR_PLUGIN_FOUND);
	assert_int_not_equal(access(marker, F_OK), 0);
	last_word(word);
	assert_string_equal(word, "a");
	assert_int_equal(access(marker, F_OK), 0);
	assert_int_equal(info->state, MR_PLUGIN_LOADED);
}

static void test_nearer_source_wins(void **state)
{
	char word[64], file[300];
	mr_error err;

	(void)state;
	workshop_build(near_folder, "alpha", workshop_context("alpha", "near"), "");
	workshop_build(far_folder, "beta", workshop_context("beta", "far"), "");
	use_path(near_folder, far_folder);
	last_word(word);
	assert_string_equal(word, "near");
	assert_null(find("alpha")->entries[1].shadowed_by);
	assert_ptr_equal(find("beta")->entries[1].shadowed_by, find("alpha"));
	assert_null(find("beta")->entries[0].shadowed_by); /* ordered: nothing is shadowed */
	use_path(near_folder, far_folder);
	snprintf(file, sizeof file, "%s/beta.so", far_folder);
	mr_error_init(&err);
	assert_int_equal(mr_plugins_add_file(mr_str_from(file), &err), MR_OK);
	assert_ptr_equal(find("alpha")->entries[1].shadowed_by, find("beta"));
	assert_int_equal(find("beta")->source, MR_SOURCE_FLAG);
}

static void test_one_key_twice(void **state)
{
	mr_error err;

	(void)state;
	workshop_build(near_folder, "alpha", workshop_context("alpha", "a"), "");
	workshop_build(near_folder, "beta", workshop_context("beta", "b"), "");
	use_path(near_folder, far_folder);
	assert_int_equal(use_key(&err), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "alpha.so"));
	assert_non_null(strstr(err.message, "beta.so"));
	setenv("MILLRACE_PLUGINS", "-beta", 1);
	mr_plugins_reset();
	assert_int_equal(use_key(&err), MR_OK);
	setenv("MILLRACE_PLUGINS", "beta", 1);
	mr_plugins_reset();
	assert_int_equal(use_key(&err), MR_OK);
	assert_int_equal(find("alpha")->state, MR_PLUGIN_DENIED);
	assert_non_null(strstr(find("alpha")->why.ptr, "MILLRACE_PLUGINS"));
}

/* An entry "key" in each group there is, in two plugins of two sources. */
static void build_all_groups(const char *folder, const char *name)
{
	char source[8192] = "#include <millrace/plugin.h>\n"
			    "static const struct { size_t size; } ops = {sizeof ops};\n#define ENTRIES(ENTRY) ";
	size_t n = strlen(source);

	for (size_t i = 0; i < mr_groups_n; i++)
		n += (size_t)snprintf(source + n, sizeof source - n, "ENTRY(\"%s\", \"key\", &ops, NULL, 0) ",
				      mr_groups[i].name);
	snprintf(source + n, sizeof source - n, "\nMR_PLUGIN_EXPORT(\"%s\", \"1\", \"All.\", \"Apache-2.0\", ENTRIES)\n", name);
	workshop_build(folder, name, source, "");
}

/* Whose entry "key" a lookup in the group finds; NULL: none, with the reason in err. */
static const struct mr_plugin_info *owner(const struct mr_group *group, mr_error *err)
{
	const struct mr_entry *const *list, *entry = NULL;
	const struct mr_plugin_info *last = NULL;
	size_t n;

	mr_error_init(err);
	switch (group->lookup) {
	case MR_LOOKUP_SCHEME:
		mr_plugins_by_uri(group->name, mr_str_from("key:x"), &entry, err);
		break;
	case MR_LOOKUP_NAME:
		mr_plugins_by_name(group->name, mr_str_from("key"), &entry, err);
		break;
	case MR_LOOKUP_ORDER:
		assert_int_equal(mr_plugins_in_order(group->name, &list, &n, err), MR_OK);
		for (size_t i = 0; i < n; i++)
			last = mr_str_is(list[i]->name, "key") ? list[i]->plugin : last;
		return last;
	}
	return entry ? entry->plugin : NULL;
}

static void test_denied_in_every_group(void **state)
{
	static const struct {
		const char *setting, *owner;
	} cases[] = {{"-example,-git-context", "near"},
		     {"-example,-git-context,-near", "far"},
		     {"far", "far"},
		     {"near,far", "near"},
		     {"other", NULL},
		     {"-near,-far", NULL}};
	const struct mr_plugin_info *found;
	mr_error err;

	(void)state;
	build_all_groups(near_folder, "near");
	build_all_groups(far_folder, "far");
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		setenv("MILLRACE_PLUGINS", cases[c].setting, 1);
		use_path(near_folder, far_folder);
		for (size_t i = 0; i < mr_groups_n; i++) {
			found = owner(&mr_groups[i], &err);
			if (!cases[c].owner) {
				assert_null(found);
				assert_true(mr_groups[i].lookup == MR_LOOKUP_ORDER ||
					    strstr(err.message, "near is denied by MILLRACE_PLUGINS"));
				continue;
			}
			assert_non_null(found);
			assert_true(mr_str_is(found->name, cases[c].owner));
		}
	}
	assert_int_equal(find("near")->state, MR_PLUGIN_DENIED); /* and was not loaded for it */
}

static void expect_refusal(const char *name, const char *why)
{
	const struct mr_plugin_info *info = find(name);

	assert_non_null(info);
	assert_int_equal(info->state, MR_PLUGIN_REFUSED);
	if (!strstr(info->why.ptr, why))
		fail_msg("expected \"%s\" in \"%s\"", why, info->why.ptr);
}

static void test_other_abi(void **state)
{
	char source[4400];
	mr_error err;

	(void)state;
	snprintf(source, sizeof source, "#include <millrace/plugin.h>\n#undef MR_ABI_MAJOR\n#define MR_ABI_MAJOR 77\n%s",
		 workshop_context("future", "f"));
	workshop_build(near_folder, "future", source, "");
	use_path(near_folder, far_folder);
	expect_refusal("future", "plugin ABI 77");
	assert_int_equal(use_key(&err), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "future.so"));
	assert_non_null(strstr(err.message, "update Millrace"));
}

static void test_other_architecture(void **state)
{
	static const unsigned char riscv[2] = {243, 0}, bits32[1] = {1};

	(void)state;
	workshop_build(near_folder, "alpha", workshop_context("alpha", "a"), "");
	workshop_copy(near_folder, "alpha.so", near_folder, "old.so");
	workshop_copy(near_folder, "alpha.so", near_folder, "text.so");
	workshop_patch(near_folder, "alpha.so", 18, riscv, 2);
	workshop_patch(near_folder, "old.so", 4, bits32, 1);
	workshop_patch(near_folder, "text.so", 0, "#!/bin/sh\n", 10);
	use_path(near_folder, far_folder);
	expect_refusal("alpha.so", "built for RISC-V");
	expect_refusal("old.so", "64-bit");
	expect_refusal("text.so", "not an ELF");
}

/* At every length the file is refused, never loaded: dlopen would die of SIGBUS. */
static void test_cut_file(void **state)
{
	long size;
	mr_error err;

	(void)state;
	workshop_build(far_folder, "alpha", workshop_context("alpha", "a"), "");
	size = workshop_size(far_folder, "alpha.so");
	for (long n = 0; n < size; n += n < 1024 ? 64 : 1021) {
		workshop_copy(far_folder, "alpha.so", near_folder, "cut.so");
		workshop_cut(near_folder, "cut.so", n);
		use_path(near_folder, near_folder);
		assert_int_not_equal(use_key(&err), MR_OK);
	}
}

static void test_missing_dependency(void **state)
{
	char flags[400], path[300];
	mr_error err;

	(void)state;
	workshop_build(far_folder, "libgone", "int gone(void);\nint gone(void) { return 1; }\n", "");
	snprintf(flags, sizeof flags, "-Wl,--no-as-needed '%s/libgone.so'", far_folder);
	workshop_build(near_folder, "needy", workshop_context("needy", "n"), flags);
	snprintf(path, sizeof path, "%s/libgone.so", far_folder);
	unlink(path);
	use_path(near_folder, far_folder);
	assert_int_equal(find("needy")->state, MR_PLUGIN_FOUND);
	assert_int_equal(use_key(&err), MR_INVALID_STATE);
	assert_non_null(strstr(err.message, "libgone.so"));
	assert_non_null(strstr(err.message, "ldd"));
	assert_int_equal(use_key(&err), MR_INVALID_STATE); /* and says it again */
}

static void test_writable_by_others(void **state)
{
	char path[300], word[64];

	(void)state;
	workshop_build(near_folder, "alpha", workshop_context("alpha", "a"), "");
	snprintf(path, sizeof path, "%s/alpha.so", near_folder);
	assert_int_equal(chmod(path, 0666), 0);
	use_path(near_folder, far_folder);
	expect_refusal("alpha.so", "chmod go-w");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(chmod(near_folder, 0777), 0);
	use_path(near_folder, far_folder);
	assert_null(find("alpha"));
	last_word(word);
	assert_string_equal(word, "");
	assert_int_equal(chmod(near_folder, 01777), 0); /* sticky helps above, not here */
	use_path(near_folder, far_folder);
	assert_null(find("alpha"));
}

static void test_not_a_plugin(void **state)
{
	mr_error err;

	(void)state;
	workshop_build(near_folder, "library", "int nothing(void);\nint nothing(void) { return 0; }\n", "");
	use_path(near_folder, far_folder);
	expect_refusal("library.so", "no MILLRACE note");
	assert_int_equal(use_key(&err), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "There is no request auth provider"));
	assert_non_null(strstr(err.message, "millrace plugins list"));
}

/* A note that lies about the descriptor. */
static void test_lying_note(void **state)
{
	static const char lie[] =
		"#undef MR_PLUGIN_NOTE_ENTRY\n"
		"#define MR_PLUGIN_NOTE_ENTRY(group, name, ops, options, flags) \"entry \" group \" other\\n\"\n"
		"#define MR_LIE 1\n";
	char source[8800];
	const char *honest = workshop_context("liar", "l");
	const char *split = strstr(honest, "#define ENTRIES");
	const struct mr_entry *entry;
	mr_error err;

	(void)state;
	snprintf(source, sizeof source, "%.*s%s%s", (int)(split - honest), honest, lie, split);
	workshop_build(near_folder, "liar", source, "");
	use_path(near_folder, far_folder);
	mr_error_init(&err);
	assert_int_equal(mr_plugins_by_name(MR_GROUP_REQUEST_AUTH, mr_str_from("other"), &entry, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "not what its note says"));
}

/* A plugin compiled when the table was shorter: what it lacks is absent, not garbage. */
static void test_shorter_table(void **state)
{
	static const char source[] =
		"#include <millrace/plugin.h>\n"
		"static const struct { size_t size; uint32_t flags; uint32_t junk[3]; } ops = {16, 1u, {9, 9, 9}};\n"
		"#define ENTRIES(ENTRY) ENTRY(MR_GROUP_TRACKING_STORE, \"short\", &ops, NULL, 0)\n"
		"MR_PLUGIN_EXPORT(\"short\", \"1\", \"Short.\", \"Apache-2.0\", ENTRIES)\n";
	const struct mr_entry *entry;
	const struct mr_tracking_store_ops *ops;
	mr_error err;

	(void)state;
	workshop_build(near_folder, "short", source, "");
	use_path(near_folder, far_folder);
	mr_error_init(&err);
	assert_int_equal(mr_plugins_by_uri(MR_GROUP_TRACKING_STORE, mr_str_from("SHORT+driver://x/y"), &entry, &err), MR_OK);
	ops = entry->ops;
	assert_int_equal(ops->size, sizeof *ops);
	assert_int_equal(ops->flags, MR_STORE_NEVER_BLOCKS);
	assert_null(ops->open);
	assert_null(ops->facets);
	assert_null(ops->group);
}

static const struct mr_option_desc declared[] = {
	{"bucket", MR_OPTION_STRING, "main", "Where."}, {"parts", MR_OPTION_INT, "4", "How many."},
	{"fast", MR_OPTION_BOOL, "false", "Whether."},  {"wait", MR_OPTION_DURATION, "250ms", "How long."},
	{"ratio", MR_OPTION_DOUBLE, NULL, "Share."},    {NULL, 0, NULL, NULL},
};

static void expect_option_error(struct mr_entry *entry, const char *uri, const char *why)
{
	mr_options *options;
	mr_str clean;
	mr_error err;

	mr_error_init(&err);
	assert_int_equal(mr_options_make(entry, mr_str_from(uri), NULL, 0, &options, &clean, &err),
			 MR_INVALID_PARAMETER_VALUE);
	if (!strstr(err.message, why))
		fail_msg("expected \"%s\" in \"%s\"", why, err.message);
}

static void test_options(void **state)
{
	struct mr_plugin_info info = {.name = {"p", 1}};
	struct mr_entry entry = {.plugin = &info, .options = declared};
	mr_options *options;
	mr_str clean;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_options_make(&entry, mr_str_from("x://h/p?wait=2s&fast=yes&bucket=a%20b&millrace.plugin=p#f"), NULL,
					 0, &options, &clean, &err),
			 MR_OK);
	assert_true(mr_str_is(clean, "x://h/p#f"));
	mr_options_free(options);
	expect_option_error(&entry, "x://h?parts=many", "whole number");
	expect_option_error(&entry, "x://h?wait=2", "duration");
	expect_option_error(&entry, "x://h?color=red", "has no option 'color'; it has: bucket, parts, fast, wait, ratio");
	expect_option_error(&entry, "x://h?millrace.color=red", "millrace.plugin");
	entry.flags = MR_ENTRY_OWN_QUERY;
	assert_int_equal(mr_options_make(&entry, mr_str_from("x://h?driver=a+b&millrace.plugin=p&color=red"), NULL, 0, &options,
					 &clean, &err),
			 MR_OK);
	assert_true(mr_str_is(clean, "x://h?driver=a+b&color=red"));
	mr_options_free(options);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_listing_runs_nothing), TEST(test_nearer_source_wins), TEST(test_one_key_twice),
		TEST(test_other_abi),            TEST(test_other_architecture), TEST(test_cut_file),
		TEST(test_missing_dependency),   TEST(test_writable_by_others), TEST(test_not_a_plugin),
		TEST(test_lying_note),           TEST(test_shorter_table),      TEST(test_options),
		TEST(test_denied_in_every_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

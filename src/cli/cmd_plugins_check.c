/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace plugins check: the conformance kit.
 */
#include <dirent.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/os.h"
#include "cli/plugins.h"
#include "client/locate.h"
#include "conform/conform.h"
#include "plugin/host.h"

#define AT(member) offsetof(struct mr_plugins_flags, member)
const struct mr_opt mr_plugins_check_options[] = {
	{"builtin", 0, MR_OPT_TEXT, AT(builtin), "NAME", NULL, NULL, 0, 0,
	 "Check a plugin that is built in or installed, by its name, in place of a file."},
	{"entry", 0, MR_OPT_TEXT, AT(entry), "NAME", NULL, NULL, 0, 0, "Check only the entries of this name."},
	{"group", 0, MR_OPT_TEXT, AT(group), "GROUP", NULL, NULL, 0, 0,
	 "Check only the entries of this group, such as artifact_repository."},
	{"rule", 0, MR_OPT_LIST, AT(rules), "ID", NULL, NULL, 0, 0,
	 "Run only the rules whose ids begin so, such as artifact.push. May be repeated."},
	{"uri", 0, MR_OPT_LIST, AT(uris), "URI", NULL, NULL, 0, 0,
	 "What to open for the entries whose name is the URI's scheme. {folder} stands for an empty folder that each "
	 "rule gets "
	 "anew. Without it, NAME://{folder}/data is tried. A flavor is given the folder of a saved model: "
	 "NAME:/folder. What rules write there they name so that nothing else is touched. "
	 "May be repeated."},
	{"option", 0, MR_OPT_LIST, AT(pairs), "KEY=VALUE", NULL, NULL, 0, 0,
	 "A value for an option that the plugin declares; {folder} as in a URI. May be repeated."},
	{"model", 0, MR_OPT_TEXT, AT(model), "URI", NULL, NULL, 0, 0,
	 "A model for deployment targets to deploy. Without it, a folder that only looks like one is tried."},
	{"timeout", 0, MR_OPT_DURATION, AT(timeout_ms), "TIME", NULL, NULL, 1, 3600000,
	 "The deadline of each rule. Default: 10s."},
	{"junit", 0, MR_OPT_TEXT, AT(junit), "FILE", NULL, NULL, 0, 0, "Write the report as JUnit's XML, too."},
	{"sanitize", 0, MR_OPT_FLAG, AT(sanitize), NULL, NULL, NULL, 0, 0,
	 "Find wrong uses of memory and leaks: by valgrind, which must be installed. A Millrace that is built with a "
	 "sanitizer "
	 "needs no more than a plugin that is, too."},
	{"rules", 0, MR_OPT_FLAG, AT(rules_only), NULL, NULL, NULL, 0, 0, "List the rules and check nothing."},
};
_Static_assert(sizeof mr_plugins_check_options / sizeof *mr_plugins_check_options == MR_PLUGINS_CHECK_OPTIONS,
	       "count them");
#undef AT

#define VALGRIND_VARIABLE "MILLRACE_CHECK_VALGRIND" /* tells the program under valgrind where the logs are */

#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* ---- valgrind ---- */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/* The same command under valgrind, in a process of its own; *status is its exit status. */
static mr_code run_under_valgrind(struct mr_cli *cli, int *status)
{
	char logs[] = "/tmp/millrace-valgrind.XXXXXX", pattern[64], line[1 << 16];
	const char *argv[256] = {"valgrind",
				 "--quiet",
				 "--child-silent-after-fork=no",
				 "--error-exitcode=86",
				 "--leak-check=full",
				 "--errors-for-leak-kinds=definite",
				 "--show-leak-kinds=definite",
				 pattern,
				 NULL};
	FILE *in = fopen("/proc/self/cmdline", "re");
	size_t n = in ? fread(line, 1, sizeof line - 1, in) : 0, used = 8;
	pid_t pid;

	if (in)
		fclose(in);
	if (!n || !mkdtemp(logs))
		return mr_error_set(&cli->err, MR_IO_ERROR, "valgrind cannot be started");
	line[n] = 0;
	snprintf(pattern, sizeof pattern, "--log-file=%s/%%p", logs);
	argv[used++] = mr_arena_strdup(cli->arena, mr_os_executable(cli->arena).ptr);
	for (char *word = line + strlen(line) + 1; word < line + n && used < 255; word += strlen(word) + 1)
		argv[used++] = word;
	pid = fork();
	if (pid == 0) {
		setenv(VALGRIND_VARIABLE, logs, 1);
		execvp(argv[0], (char **)argv);
		_exit(127);
	}
	waitpid(pid, status, 0);
	nftw(logs, remove_one, 4, FTW_DEPTH | FTW_PHYS);
	*status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 1;
	if (*status == 127)
		return mr_error_set(
			&cli->err, MR_INVALID_STATE,
			"--sanitize needs valgrind; install it with: apt install valgrind (or your system's way)");
	return *status == 0 ? MR_OK
			    : mr_error_set(&cli->err, MR_INVALID_STATE, "under valgrind the plugin does not pass");
}

/* ---- which plugins ---- */

static int is_plugin_file(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 3 && strcmp(entry->d_name + n - 3, ".so") == 0;
}

/* The files, made known to the plugin host; none for a built-in. */
static mr_code add_files(struct mr_cli *cli, mr_str word, struct mr_opt_list *out)
{
	struct dirent **names = NULL;
	struct stat st;
	mr_code code = MR_OK;
	int n = stat(word.ptr, &st) == 0 && S_ISDIR(st.st_mode) ? scandir(word.ptr, &names, is_plugin_file, alphasort)
								: -1;

	out->items = mr_arena_alloc(cli->arena, (n > 0 ? (size_t)n : 1) * sizeof *out->items);
	out->n = 0;
	if (!out->items)
		code = mr_error_no_memory(&cli->err);
	if (code == MR_OK && n < 0)
		out->items[out->n++] = word;
	for (int i = 0; i < n; i++) {
		if (code == MR_OK)
			out->items[out->n++] =
				mr_arena_printf(cli->arena, "%.*s/%s", MR_STR_ARG(word), names[i]->d_name);
		free(names[i]);
	}
	free(names);
	if (code == MR_OK && n == 0)
		code = mr_error_set(&cli->err, MR_RESOURCE_DOES_NOT_EXIST, "There is no .so file in %.*s",
				    MR_STR_ARG(word));
	for (size_t i = 0; i < out->n && code == MR_OK; i++)
		code = mr_plugins_add_file(out->items[i], &cli->err);
	return code;
}

/* ---- printing ---- */

static mr_code print_buffer(struct mr_cli *cli, mr_buf *buf, FILE *out)
{
	mr_code code = mr_buf_check(buf, &cli->err);

	if (code == MR_OK)
		fprintf(out, "%.*s\n", MR_STR_ARG(mr_buf_view(buf)));
	mr_buf_dispose(buf);
	return code;
}

static mr_code print_rules_json(struct mr_cli *cli, const struct mr_conform_result *list, size_t n)
{
	mr_json_writer w;
	mr_buf buf;

	mr_buf_init(&buf, 16 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; i < n; i++) {
		const char *const members[][2] = {
			{"rule", list[i].id}, {"says", list[i].says}, {"source", list[i].source}};

		mr_json_write_begin(&w, '{');
		for (size_t k = 0; k < 3; k++) {
			mr_json_write_key(&w, mr_str_from(members[k][0]));
			mr_json_write_string(&w, mr_str_from(members[k][1]));
		}
		mr_json_write_end(&w, '}');
	}
	mr_json_write_end(&w, ']');
	return print_buffer(cli, &buf, stdout);
}

static mr_code print_rules(struct mr_cli *cli)
{
	static const char *const headings[] = {"RULE", "SAYS", "SOURCE"};
	struct mr_rows_printer rows;
	size_t n;
	const struct mr_conform_result *list = mr_conform_rules(cli->arena, &n);

	if (!list)
		return mr_error_no_memory(&cli->err);
	if (cli->output == MR_OUTPUT_JSON)
		return print_rules_json(cli, list, n);
	mr_print_begin(&rows, cli->arena, cli->output, headings, 3);
	for (size_t i = 0; i < n; i++) {
		mr_str cells[3] = {mr_str_from(list[i].id), mr_str_from(list[i].says), mr_str_from(list[i].source)};

		mr_print_row(&rows, cells);
	}
	mr_print_end(&rows, NULL);
	return MR_OK;
}

static mr_code write_junit(struct mr_cli *cli, mr_str path, const struct mr_conform_report *reports, size_t n)
{
	mr_buf buf;
	mr_code code;

	mr_buf_init(&buf, 256 << 20);
	mr_conform_write_junit(reports, n, &buf);
	code = mr_buf_check(&buf, &cli->err);
	if (code == MR_OK)
		code = mr_file_write_atomic(path, mr_buf_view(&buf), &cli->err);
	mr_buf_dispose(&buf);
	return code;
}

static mr_code print_reports(struct mr_cli *cli, const struct mr_plugins_flags *f,
			     const struct mr_conform_report *reports, size_t n)
{
	bool colour = mr_is_terminal(STDOUT_FILENO) && !mr_getenv("NO_COLOR");
	size_t failed = 0;
	mr_buf buf;
	mr_code code = MR_OK;

	for (size_t i = 0; i < n; i++) {
		failed += reports[i].failed;
		if (cli->output != MR_OUTPUT_JSON)
			mr_conform_print(&reports[i], colour, stdout);
	}
	if (cli->output == MR_OUTPUT_JSON) {
		mr_buf_init(&buf, 256 << 20);
		mr_conform_write_json(reports, n, &buf);
		code = print_buffer(cli, &buf, stdout);
	}
	fflush(stdout); /* before what is said on standard error */
	if (code == MR_OK && f->junit.len)
		code = write_junit(cli, f->junit, reports, n);
	if (code == MR_OK && failed)
		return mr_error_set(&cli->err, MR_INVALID_STATE,
				    "%zu rule%s failed; the lines under each say why, and --rule ID runs one alone",
				    failed, failed == 1 ? "" : "s");
	return code;
}

static mr_code run_all(struct mr_cli *cli, struct mr_plugins_flags *f, struct mr_conform_options *o,
		       const struct mr_opt_list *files)
{
	size_t n = files->n ? files->n : 1;
	struct mr_conform_report *reports = mr_arena_zalloc(cli->arena, n * sizeof *reports);
	mr_code code = reports ? MR_OK : mr_error_no_memory(&cli->err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		o->file = files->n ? files->items[i] : mr_str_from("");
		code = mr_conform_run(o, cli->arena, &reports[i], &cli->err);
	}
	return code == MR_OK ? print_reports(cli, f, reports, n) : code;
}

static mr_code take_pairs(struct mr_cli *cli, const struct mr_opt_list *list, struct mr_conform_options *o)
{
	struct mr_map_string *pairs = mr_arena_alloc(cli->arena, (list->n + 1) * sizeof *pairs);
	mr_code code = pairs ? MR_OK : mr_error_no_memory(&cli->err);

	for (size_t i = 0; i < list->n && code == MR_OK; i++)
		code = mr_cli_pair(cli, list->items[i], &pairs[i].key, &pairs[i].value);
	o->pairs = pairs;
	o->pairs_n = list->n;
	return code;
}

mr_code mr_plugins_check(struct mr_cli *cli, void *flags)
{
	struct mr_plugins_flags *f = flags;
	struct mr_conform_options o = {.builtin = f->builtin,
				       .entry = f->entry,
				       .group = f->group,
				       .rules = f->rules.items,
				       .rules_n = f->rules.n,
				       .uris = f->uris.items,
				       .uris_n = f->uris.n,
				       .timeout_ms = f->timeout_ms,
				       .model_uri = f->model,
				       .valgrind_logs = mr_str_from(mr_getenv(VALGRIND_VARIABLE))};
	struct mr_opt_list files = {NULL, 0};
	mr_code code;
	int status;

	if (f->rules_only)
		return print_rules(cli);
	code = mr_cli_need(cli, (cli->words.n == 1) != (f->builtin.len > 0),
			   "The file or folder of a plugin, or --builtin NAME,");
	if (code == MR_OK && f->sanitize && !SANITIZED && !o.valgrind_logs.len)
		return run_under_valgrind(cli, &status);
	if (code == MR_OK)
		code = take_pairs(cli, &f->pairs, &o);
	if (code == MR_OK && (f->common.tracking_uri.len || mr_getenv("MLFLOW_TRACKING_URI"))) {
		o.tracking_uri = mr_tracking_uri(cli->arena, f->common.tracking_uri.ptr);
		o.registry_uri = mr_registry_uri(cli->arena, f->common.registry_uri.ptr, o.tracking_uri);
		mr_host_set_uris(o.tracking_uri, o.registry_uri);
	}
	if (code == MR_OK && !f->builtin.len)
		code = add_files(cli, cli->words.items[0], &files);
	return code == MR_OK ? run_all(cli, f, &o, &files) : code;
}

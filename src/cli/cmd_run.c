/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace run, with the flags of `mlflow run`.
 */
#include <errno.h>
#include <fcntl.h>
#include <millrace/project.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/sub.h"
#include "api/tables.h"

enum { EXIT_INTERRUPTED = 130 };

struct flags {
	struct mr_common_flags common;
	mr_str entry_point, version, experiment_name, experiment_id, backend, backend_config, env_manager, storage_dir, run_id, run_name;
	mr_str attach;
	struct mr_opt_list params, docker_args;
	bool build_image, discard;
	bool behind; /* --no-block */
};

#define AT(member) offsetof(struct flags, member)
static const struct mr_opt options[] = {
	{"entry-point", 'e', MR_OPT_TEXT, AT(entry_point), "NAME", NULL, NULL, 0, 0,
	 "Entry point of the project, or a script in it (.py, .sh, .R). Default: main."},
	{"version", 'v', MR_OPT_TEXT, AT(version), "VERSION", NULL, NULL, 0, 0, "Of a git project: a branch, tag or commit."},
	{"param-list", 'P', MR_OPT_LIST, AT(params), "NAME=VALUE", NULL, NULL, 0, 0,
	 "A parameter. One that the entry point does not declare follows its command as --NAME VALUE. May be repeated."},
	{"docker-args", 'A', MR_OPT_LIST, AT(docker_args), "NAME[=VALUE]", NULL, NULL, 0, 0,
	 "An argument of `docker run`: gpus=all is --gpus all, t is -t. May be repeated."},
	{"experiment-name", 0, MR_OPT_TEXT, AT(experiment_name), "NAME", NULL, NULL, 0, 0,
	 "The experiment of the run; it is made when there is none. Default: MLFLOW_EXPERIMENT_ID, MLFLOW_EXPERIMENT_NAME, else 0."},
	{"experiment-id", 0, MR_OPT_TEXT, AT(experiment_id), "ID", NULL, NULL, 0, 0, "Its id, instead of the name."},
	{"backend", 'b', MR_OPT_TEXT, AT(backend), "NAME", NULL, NULL, 0, 0,
	 "Where it runs: local, slurm, or a plugin's (millrace plugins list). Default: local."},
	{"backend-config", 'c', MR_OPT_TEXT, AT(backend_config), "FILE|JSON", NULL, NULL, 0, 0,
	 "Settings of the backend: a file that ends in .json, or JSON. Of slurm: options of sbatch, {\"partition\": \"gpu\"}."},
	{"env-manager", 0, MR_OPT_TEXT, AT(env_manager), "NAME", NULL, NULL, 0, 0,
	 "local (nothing is made), virtualenv, uv or conda. Default: what the project has a file for."},
	{"storage-dir", 0, MR_OPT_TEXT, AT(storage_dir), "DIR", "MLFLOW_TMP_DIR", NULL, 0, 0,
	 "Where what is downloaded stays: parameters of type path, and git and zip projects while they run. Default: a "
	 "temporary folder, removed at the end."},
	{"run-id", 0, MR_OPT_TEXT, AT(run_id), "ID", NULL, NULL, 0, 0, "Use this run instead of a new one."},
	{"run-name", 0, MR_OPT_TEXT, AT(run_name), "NAME", NULL, NULL, 0, 0, "Name of the run. Default: an invented one."},
	{"build-image", 0, MR_OPT_FLAG, AT(build_image), NULL, NULL, NULL, 0, 0,
	 "Of a Docker project: build an image with the project's files in it."},
	{"no-block", 0, MR_OPT_FLAG, AT(behind), NULL, NULL, "block", 0, 0,
	 "Leave as soon as the command was handed over; the run goes on in the background. Default: wait for its end."},
	{"attach", 0, MR_OPT_TEXT, AT(attach), "RUN_ID", NULL, NULL, 0, 0,
	 "Without a URI: follow a run in the background whose process is gone, such as after a reboot, and end it as its job "
	 "ends. Needs a backend that finds its jobs again: slurm."},
	{"no-keep-output", 0, MR_OPT_FLAG, AT(discard), NULL, NULL, NULL, 0, 0,
	 "Do not keep what the command says as the run's artifact mlproject.log."},
};

/* ---- what the flags say ---- */

static mr_code split(struct mr_cli *cli, mr_str text, char letter, bool may_be_flag, struct mr_map_string *out)
{
	const char *equals = text.len ? memchr(text.ptr, '=', text.len) : NULL;

	if (!equals && !may_be_flag)
		return mr_error_set(&cli->err, MR_BAD_REQUEST, "Invalid format for -%c parameter: '%.*s'. Use -%c name=value.", letter,
				    MR_STR_ARG(text), letter);
	out->key = mr_str_make(text.ptr, equals ? (size_t)(equals - text.ptr) : text.len);
	out->value = equals ? mr_str_make(equals + 1, text.len - out->key.len - 1) : mr_str_make(NULL, 0);
	return out->key.len ? MR_OK
			    : mr_error_set(&cli->err, MR_BAD_REQUEST, "-%c needs a name before '=', not '%.*s'", letter, MR_STR_ARG(text));
}

static mr_code pairs(struct mr_cli *cli, const struct mr_opt_list *list, char letter, bool may_be_flag,
		     const struct mr_map_string **out)
{
	struct mr_map_string *all = mr_arena_alloc(cli->arena, (list->n + 1) * sizeof *all);
	mr_code code = all ? MR_OK : mr_error_no_memory(&cli->err);

	for (size_t i = 0; i < list->n && code == MR_OK; i++) {
		code = split(cli, list->items[i], letter, may_be_flag, &all[i]);
		for (size_t k = 0; k < i && code == MR_OK; k++)
			if (mr_str_eq(all[i].key, all[k].key))
				code = mr_error_set(&cli->err, MR_BAD_REQUEST, "Repeated parameter: '%.*s'", MR_STR_ARG(all[i].key));
	}
	*out = all;
	return code;
}

static mr_code read_flags(struct mr_cli *cli, const struct flags *f, struct mr_project_options *o)
{
	mr_code code;

	if (f->attach.len && !cli->words.n) {
		*o = (struct mr_project_options){.size = sizeof *o, .run_id = f->attach.ptr, .discard_output = f->discard};
		return MR_OK;
	}
	if (cli->words.n != 1 || f->attach.len)
		return mr_error_set(&cli->err, MR_BAD_REQUEST, "One project must be named. See millrace run --help");
	if (f->experiment_id.len && f->experiment_name.len)
		return mr_error_set(&cli->err, MR_BAD_REQUEST, "Specify only one of 'experiment-name' or 'experiment-id' options.");
	*o = (struct mr_project_options){.size = sizeof *o,
					 .uri = cli->words.items[0].ptr,
					 .entry_point = f->entry_point.ptr,
					 .version = f->version.ptr,
					 .parameters_n = f->params.n,
					 .docker_args_n = f->docker_args.n,
					 .experiment_name = f->experiment_name.ptr,
					 .experiment_id = f->experiment_id.ptr,
					 .backend = f->backend.ptr,
					 .backend_config = f->backend_config.ptr,
					 .env_manager = f->env_manager.ptr,
					 .storage_dir = f->storage_dir.ptr,
					 .run_id = f->run_id.ptr,
					 .run_name = f->run_name.ptr,
					 .build_image = f->build_image,
					 .discard_output = f->discard};
	code = pairs(cli, &f->params, 'P', false, &o->parameters);
	return code == MR_OK ? pairs(cli, &f->docker_args, 'A', true, &o->docker_args) : code;
}

/* ---- signals ---- */

static atomic_int interrupts; /* read by threads, too; without a lock, so a handler may raise it */

/* Who asks a third time is let go, whatever does not come back. */
static void on_signal(int number)
{
	static const char last[] = "\nmillrace run: left without an end; the run may be RUNNING in the store still\n";

	(void)number;
	if (atomic_fetch_add(&interrupts, 1) < 2)
		return;
	if (write(STDERR_FILENO, last, sizeof last - 1) < 0)
		_exit(EXIT_INTERRUPTED);
	_exit(EXIT_INTERRUPTED);
}

static int asked_to_end(void *arg)
{
	(void)arg;
	return atomic_load(&interrupts);
}

/* The first one ends the command and all that it started, the second kills it. */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, ignore = {.sa_handler = SIG_IGN};

	sigemptyset(&action.sa_mask);
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGPIPE, &ignore, NULL); /* a reader of our output that leaves does not end the run */
}

/* ---- running ---- */

struct session {
	struct mr_cli *cli;
	int report; /* of a run in the background: where the one who waits is told; else -1 */
};

static void show_line(void *arg, const char *line)
{
	(void)arg;
	fprintf(stderr, "=== %s ===\n", line);
}

static void to_stderr(void *arg, bool is_stderr, const char *bytes, size_t n)
{
	(void)arg;
	(void)is_stderr;
	fwrite(bytes, 1, n, stderr);
}

static void drop(void *arg, bool is_stderr, const char *bytes, size_t n)
{
	(void)arg;
	(void)is_stderr;
	(void)bytes;
	(void)n;
}

static void print_json(const struct mr_project_result *result)
{
	mr_json_writer w;
	mr_buf buf;

	mr_buf_init(&buf, 65536);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("run_id"));
	mr_json_write_string(&w, mr_str_from(result->run_id));
	mr_json_write_key(&w, mr_str_from("status"));
	mr_json_write_string(&w, mr_str_from(mr_enum_name(&mr_desc_enum_run_status, result->status)));
	mr_json_write_key(&w, mr_str_from("exit_code"));
	mr_json_write_int(&w, result->exit_code);
	mr_json_write_end(&w, '}');
	printf("%.*s\n", MR_STR_ARG(mr_buf_view(&buf)));
	mr_buf_dispose(&buf);
}

static mr_code run_in_front(struct mr_cli *cli, struct mr_project_options *o)
{
	struct mr_project_result result = {.size = sizeof result};
	mr_client *client;
	mr_code code = mr_cli_client(cli, &client);

	if (code != MR_OK)
		return code;
	o->progress = show_line;
	o->cancelled = asked_to_end;
	o->output = cli->output == MR_OUTPUT_JSON ? to_stderr : NULL;
	code = (o->uri ? mr_project_run : mr_project_attach)(client, o, &result, &cli->err);
	if (cli->output == MR_OUTPUT_JSON && result.run_id[0])
		print_json(&result);
	if (code == MR_OK)
		fprintf(stderr, "=== Run (ID '%s') succeeded ===\n", result.run_id);
	return code;
}

/* ---- in the background ---- */

static void report(int fd, char kind, const char *text)
{
	if (write(fd, &kind, 1) != 1 || write(fd, text, strlen(text)) < 0)
		return; /* nobody waits any more */
}

static void tell_started(void *arg, const char *run_id)
{
	struct session *s = arg;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	report(s->report, 'r', run_id);
	close(s->report);
	s->report = -1;
	for (int fd = 0; fd < 3 && null >= 0; fd++)
		dup2(null, fd); /* whoever reads our output does not wait for the run */
}

static _Noreturn void run_behind(struct mr_cli *cli, struct mr_project_options *o, int fd)
{
	struct session s = {cli, fd};
	mr_client *client;
	mr_code code;

	setsid();
	o->progress = show_line;
	o->cancelled = asked_to_end;
	o->output = drop;
	o->started = tell_started;
	o->arg = &s;
	code = mr_cli_client(cli, &client);
	if (code == MR_OK)
		code = (o->uri ? mr_project_run : mr_project_attach)(client, o, NULL, &cli->err);
	if (s.report >= 0)
		report(s.report, 'e', cli->err.message);
	mr_client_close(cli->client);
	_exit(code == MR_OK ? MR_EXIT_OK : MR_EXIT_FAILED);
}

static mr_code hear_report(struct mr_cli *cli, int fd)
{
	char text[MR_ERROR_MESSAGE_MAX + 1];
	size_t n = 0;
	ssize_t got;

	while (n < sizeof text - 1 && ((got = read(fd, text + n, sizeof text - 1 - n)) > 0 || (got < 0 && errno == EINTR)))
		n += got > 0 ? (size_t)got : 0;
	text[n] = 0;
	if (n == 0)
		return mr_error_set(&cli->err, MR_INTERNAL_ERROR, "The process in the background ended without a word");
	if (text[0] == 'e')
		return mr_error_set(&cli->err, MR_ABORTED, "%s", text + 1);
	if (cli->output == MR_OUTPUT_JSON)
		printf("{\n  \"run_id\": \"%s\",\n  \"status\": \"RUNNING\"\n}\n", text + 1);
	else
		printf("%s\n", text + 1);
	fprintf(stderr, "=== Run (ID '%s') goes on in the background ===\n", text + 1);
	return MR_OK;
}

/* Everything happens in the child, from the start: nothing of ours survives a fork but plain memory. */
static mr_code run_in_background(struct mr_cli *cli, struct mr_project_options *o)
{
	int ends[2];
	pid_t child;
	mr_code code;

	if (pipe2(ends, O_CLOEXEC) != 0 || (child = fork()) < 0)
		return mr_error_set(&cli->err, MR_RESOURCE_EXHAUSTED, "Cannot start a process in the background: %s", strerror(errno));
	if (child == 0) {
		close(ends[0]);
		run_behind(cli, o, ends[1]);
	}
	close(ends[1]);
	code = hear_report(cli, ends[0]);
	close(ends[0]);
	return code;
}

static mr_code run(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_project_options o;
	mr_code code = read_flags(cli, f, &o);

	if (code != MR_OK)
		return code;
	catch_signals();
	return f->behind ? run_in_background(cli, &o) : run_in_front(cli, &o);
}

int mr_cmd_run(int argc, char **argv)
{
	static const struct mr_sub sub = {
		.name = "run",
		.summary = "Runs an MLflow project: a folder, FOLDER#SUBFOLDER, a zip (a path or URL), or a git repository (a URL), "
			   "with a file MLproject that names its entry points. Ctrl-C ends the command and all that it started.",
		.options = options,
		.options_n = sizeof options / sizeof *options,
		.words = "URI",
		.run = run,
		.example = "millrace run ./train -P alpha=0.5 --experiment-name pumps\n"
			   "  millrace run https://github.com/mlflow/mlflow-example -v master -e main\n"
			   "  millrace run ./train -b slurm -c '{\"partition\": \"gpu\", \"gres\": \"gpu:1\"}' --no-block"};

	int status = mr_sub_run_one(&sub, sizeof(struct flags), argc, argv);

	return status == MR_EXIT_FAILED && interrupts ? EXIT_INTERRUPTED : status;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a project with mr_project_run: project URI ENTRY_POINT BACKEND. It prints what its callbacks are told, and cancels
 * the entry point "sleep" a little after it has started.
 */
#include <millrace.h>
#include <stdlib.h>
#include <time.h>

struct state {
	const char *entry_point;
	time_t started;
};

static void hear(void *arg, bool is_stderr, const char *bytes, size_t size)
{
	(void)arg;
	printf("%s %.*s", is_stderr ? "err" : "out", (int)size, bytes);
}

static void started(void *arg, const char *run_id)
{
	((struct state *)arg)->started = time(NULL);
	printf("started %s\n", run_id);
}

static int cancelled(void *arg)
{
	const struct state *s = arg;

	return s->started && strcmp(s->entry_point, "sleep") == 0 && time(NULL) - s->started > 1;
}

int main(int argc, char **argv)
{
	struct mr_map_string parameters[] = {{mr_str_from("name"), mr_str_from("from c")}};
	struct mr_project_options options = {.size = sizeof options, .output = hear, .started = started, .cancelled = cancelled};
	struct mr_project_result result = {.size = sizeof result};
	struct state state = {argc > 2 ? argv[2] : "", 0};
	mr_client *client = NULL;
	mr_error err;

	setvbuf(stdout, NULL, _IONBF, 0);
	mr_error_init(&err);
	if (argc < 4 || mr_client_open(NULL, NULL, &client, &err) != MR_OK)
		return 1;
	options.uri = argv[1];
	options.entry_point = argv[2];
	options.backend = argv[3];
	options.parameters = parameters;
	options.parameters_n = strcmp(argv[2], "main") == 0;
	options.arg = &state;
	if (mr_project_run(client, &options, &result, &err) != MR_OK)
		printf("error %s\n", err.message);
	printf("result %s %s %d\n", result.run_id,
	       result.status == MR_RUN_STATUS_FINISHED ? "FINISHED" : result.status == MR_RUN_STATUS_KILLED ? "KILLED" : "FAILED",
	       (int)result.exit_code);
	mr_client_close(client);
	return 0;
}

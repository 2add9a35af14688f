/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace doctor: what somebody who helps wants to know, and what is wrong.
 */
#include <stdlib.h>
#include <sys/utsname.h>

#include "base/os.h"
#include "base/uri.h"
#include "cli/sub.h"
#include "client/locate.h"
#include "client/orphans.h"
#include "plugin/listing.h"

struct flags {
	struct mr_common_flags common;
	bool mask;
};

static const struct mr_opt options[] = {
	{"mask-envs", 0, MR_OPT_FLAG, offsetof(struct flags, mask), NULL, NULL, NULL, 0, 0,
	 "Print only the names of variables, not their values."},
};

extern char **environ;

/* Values that may be secret are never printed; options of apps may, whatever they are called. */
static bool is_secret(mr_str name)
{
	static const char app[] = "MILLRACE_APP_";
	static const char *const parts[] = {"PASSWORD", "TOKEN", "SECRET", "KEY", "CREDENTIAL", "PASSPHRASE"};

	if (name.len > sizeof app - 1 && memcmp(name.ptr, app, sizeof app - 1) == 0)
		return true;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (memmem(name.ptr, name.len, parts[i], strlen(parts[i])))
			return true;
	return false;
}

static void print_environment(struct mr_cli *cli, bool mask)
{
	for (char **e = environ; *e; e++) {
		const char *equals = strchr(*e, '=');
		mr_str name = mr_str_make(*e, equals ? (size_t)(equals - *e) : 0);

		if (name.len < 7 || (memcmp(name.ptr, "MLFLOW_", 7) && (name.len < 9 || memcmp(name.ptr, "MILLRACE_", 9))))
			continue;
		printf("  %.*s = %s\n", MR_STR_ARG(name),
		       mask || is_secret(name) ? "***" : mr_uri_redact(cli->arena, mr_str_from(equals + 1)).ptr);
	}
}

static void count_records(void *arg, mr_spool *spool)
{
	struct mr_spool_record r;
	uint64_t cursor = mr_spool_head(spool);

	while (mr_spool_read(spool, &cursor, &r))
		++*(uint64_t *)arg;
	mr_spool_close(spool);
}

static size_t print_plugins(const struct mr_plugin_info *const *list, size_t n)
{
	size_t troubled = 0;

	for (size_t i = 0; i < n; i++) {
		if (list[i]->state != MR_PLUGIN_REFUSED)
			continue;
		troubled++;
		printf("  refused: %.*s: %.*s\n", MR_STR_ARG(list[i]->file), MR_STR_ARG(list[i]->why));
	}
	return troubled;
}

static mr_code run(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	mr_str tracking = mr_tracking_uri(cli->arena, f->common.tracking_uri.ptr);
	mr_str registry = mr_registry_uri(cli->arena, f->common.registry_uri.ptr, tracking);
	const struct mr_plugin_info *const *list;
	struct mr_search_experiments request = {0};
	uint64_t waiting = 0;
	struct utsname name;
	void *response;
	size_t n, troubled;
	mr_error ignored;
	mr_code code;

	uname(&name);
	printf("Millrace      %s, for MLflow 3.17.2\n", MR_VERSION);
	printf("system        %s %s %s\n", name.sysname, name.release, name.machine);
	printf("program       %.*s\n", MR_STR_ARG(mr_os_executable(cli->arena)));
	printf("modules       %.*s\n", MR_STR_ARG(mr_os_module_dir(cli->arena)));
	printf("tracking URI  %.*s\n", MR_STR_ARG(mr_uri_redact(cli->arena, tracking)));
	printf("registry URI  %.*s\n", MR_STR_ARG(mr_uri_redact(cli->arena, registry)));
	printf("environment\n");
	print_environment(cli, f->mask);
	code = mr_plugins_list(&list, &n, &cli->err);
	if (code != MR_OK)
		return code;
	printf("plugins       %zu found\n", n);
	troubled = print_plugins(list, n);
	mr_error_init(&ignored);
	mr_orphans_each(mr_spool_folder(cli->arena), NULL, count_records, &waiting, &ignored);
	printf("spool         %llu records of processes that are gone%s\n", (unsigned long long)waiting,
	       waiting ? " (millrace spool flush sends them)" : "");
	mr_search_experiments_set_max_results(&request, 1);
	code = mr_cli_call(cli, &mr_op_search_experiments, &request, &response);
	printf("store         %s\n", code == MR_OK ? "answers" : "does not answer");
	if (code == MR_OK && troubled)
		return mr_error_set(&cli->err, MR_INVALID_STATE, "%zu plugins are refused, see above", troubled);
	return code;
}

int mr_cmd_doctor(int argc, char **argv)
{
	static const struct mr_sub sub = {"doctor", "Prints versions, settings and plugins, and says what is wrong.", options, 1,
					  NULL, run, "millrace doctor"};

	return mr_sub_run_one(&sub, sizeof(struct flags), argc, argv);
}

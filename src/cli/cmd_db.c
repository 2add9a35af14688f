/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace db status|upgrade|check|hand-back
 */
#include <inttypes.h>

#include "base/uri.h"
#include "cli/sub.h"
#include "sql/admin.h"

struct flags {
	struct mr_common_flags common;
};

static mr_code the_uri(struct mr_cli *cli, mr_str *uri)
{
	mr_code code = mr_cli_need(cli, cli->words.n == 1, "One URI (sqlite:///FILE)");

	if (code == MR_OK)
		*uri = cli->words.items[0];
	return code;
}

static mr_code status(struct mr_cli *cli, void *flags)
{
	struct mr_db_status s;
	mr_str uri;
	mr_code code = the_uri(cli, &uri);

	(void)flags;
	if (code == MR_OK)
		code = mr_db_status_get(uri, cli->arena, &s, &cli->err);
	if (code != MR_OK)
		return code;
	if (!s.exists) {
		printf("There is no database at %.*s yet; `millrace db upgrade` or a server makes it.\n", MR_STR_ARG(uri));
		return MR_OK;
	}
	if (cli->output == MR_OUTPUT_JSON) {
		printf("{\"revision\": \"%.*s\", \"expected\": \"%s\", \"bytes\": %" PRId64 ", \"experiments\": %" PRId64
		       ", \"runs\": %" PRId64 ", \"metrics\": %" PRId64 ", \"own_indexes\": %zu, \"own_indexes_of\": %zu}\n",
		       MR_STR_ARG(s.revision), s.expected, s.bytes, s.experiments, s.runs, s.metrics, s.own_indexes,
		       s.own_indexes_of);
		return MR_OK;
	}
	printf("revision     %.*s%s\n", MR_STR_ARG(s.revision.len ? s.revision : mr_str_from("none")),
	       mr_str_is(s.revision, s.expected) ? " (the one that is needed)" : "");
	if (!mr_str_is(s.revision, s.expected))
		printf("needed       %s\n", s.expected);
	printf("size         %.*s\n", MR_STR_ARG(mr_print_size(cli->arena, s.bytes)));
	printf("experiments  %" PRId64 "\nruns         %" PRId64 "\nmetrics      %" PRId64 "\n", s.experiments, s.runs, s.metrics);
	printf("own indexes  %zu of %zu\n", s.own_indexes, s.own_indexes_of);
	return MR_OK;
}

static mr_code upgrade(struct mr_cli *cli, void *flags)
{
	mr_str uri;
	mr_code code = the_uri(cli, &uri);

	(void)flags;
	if (code == MR_OK)
		code = mr_db_upgrade(uri, &cli->err);
	if (code == MR_OK)
		fprintf(stderr, "%.*s is at the revision that is needed.\n", MR_STR_ARG(uri));
	return code;
}

static mr_code check(struct mr_cli *cli, void *flags)
{
	mr_buf report;
	mr_str uri;
	bool sound = false;
	mr_code code = the_uri(cli, &uri);

	(void)flags;
	mr_buf_init(&report, 16 << 20);
	if (code == MR_OK)
		code = mr_db_check(uri, &report, &sound, &cli->err);
	if (code == MR_OK)
		printf("%.*s%s", MR_STR_ARG(mr_buf_view(&report)), sound ? "sound\n" : "");
	mr_buf_dispose(&report);
	if (code == MR_OK && !sound)
		return mr_error_set(&cli->err, MR_DATA_LOSS, "the database is not sound; restore a backup, or see sqlite3's .recover");
	return code;
}

static mr_code hand_back(struct mr_cli *cli, void *flags)
{
	size_t dropped = 0;
	mr_str uri;
	mr_code code = the_uri(cli, &uri);

	(void)flags;
	if (code == MR_OK)
		code = mr_db_hand_back(uri, &dropped, &cli->err);
	if (code == MR_OK)
		fprintf(stderr, "Removed %zu indexes of ours; the database is as mlflow server left it.\n", dropped);
	return code;
}

static const struct mr_sub subs[] = {
	{"status", "revision, size and rows of a database", NULL, 0, "URI", status, "millrace db status sqlite:///mlflow.db"},
	{"upgrade", "makes the schema in a new database; says how to upgrade an old one", NULL, 0, "URI", upgrade,
	 "millrace db upgrade sqlite:///mlflow.db"},
	{"check", "looks for damage", NULL, 0, "URI", check, "millrace db check sqlite:///mlflow.db"},
	{"hand-back", "removes what Millrace added, for going back to mlflow server", NULL, 0, "URI", hand_back,
	 "millrace db hand-back sqlite:///mlflow.db"},
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_db(int argc, char **argv)
{
	static const struct mr_sub_table table = {"db", "Databases of MLflow's schema.", sizeof(struct flags), subs};

	return mr_sub_run(&table, argc, argv);
}

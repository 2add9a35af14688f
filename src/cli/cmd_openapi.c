/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace openapi: the OpenAPI document, made from the tables.
 */
#include "api/request.h"
#include "cli/sub.h"

struct flags {
	struct mr_common_flags common;
};

static mr_code run(struct mr_cli *cli, void *flags)
{
	mr_buf buf;
	mr_code code;

	(void)flags;
	mr_buf_init(&buf, 64 << 20);
	code = mr_openapi_write(&buf, &cli->err);
	if (code == MR_OK)
		printf("%.*s\n", MR_STR_ARG(mr_buf_view(&buf)));
	mr_buf_dispose(&buf);
	return code;
}

int mr_cmd_openapi(int argc, char **argv)
{
	static const struct mr_sub sub = {
		"openapi", "Prints the OpenAPI 3 document of the REST API.", NULL, 0, NULL, run, "millrace openapi > millrace.json"};

	return mr_sub_run_one(&sub, sizeof(struct flags), argc, argv);
}

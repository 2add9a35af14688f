/* SPDX-License-Identifier: Apache-2.0
 *
 * Default experiment providers that do one thing wrong.
 */
#define _GNU_SOURCE
#include <millrace/default_experiment.h>
#include <unistd.h>

static mr_code good_id(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	(void)host;
	(void)call;
	(void)err;
	*out = mr_str_from("17");
	return MR_OK;
}

static mr_code blank_id(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	good_id(host, out, call, err);
	*out = mr_str_from("17\n");
	return MR_OK;
}

static mr_code changing_id(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	static int calls;

	good_id(host, out, call, err);
	if (calls++ % 2)
		*out = mr_str_from("18");
	return MR_OK;
}

static bool slow_context(const mr_host *host, mr_call *call)
{
	(void)host;
	(void)call;
	usleep(200000);
	return true;
}

static const struct mr_default_experiment_ops good = {.size = sizeof good, .experiment_id = good_id};
static const struct mr_default_experiment_ops blank = {.size = sizeof blank, .experiment_id = blank_id};
static const struct mr_default_experiment_ops changing = {.size = sizeof changing, .experiment_id = changing_id};
static const struct mr_default_experiment_ops slow = {
	.size = sizeof slow, .in_context = slow_context, .experiment_id = good_id};

#define E(ENTRY, rule, ops) ENTRY(MR_GROUP_DEFAULT_EXPERIMENT, rule, &ops, NULL, 0)
#define ENTRIES(ENTRY)                                                                                                 \
	E(ENTRY, "experiment.none", good)                                                                              \
	E(ENTRY, "experiment.can-be-asked-for", blank)                                                                 \
	E(ENTRY, "experiment.in-context-is-quick", slow)                                                               \
	E(ENTRY, "experiment.can-be-asked-again", changing)

MR_PLUGIN_EXPORT("broken-experiment", "1", "Each breaks one rule.", "Apache-2.0", ENTRIES)

/* SPDX-License-Identifier: Apache-2.0 */
#include "scripted_store.h"

#include <millrace/tracking_store.h>

struct scripted scripted;

void scripted_reset(void)
{
	memset(&scripted, 0, sizeof scripted);
	scripted.last_step = -1;
}

static mr_code open_store(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	(void)args;
	(void)err;
	*self = (void *)(uintptr_t)host;
	return MR_OK;
}

static void take_metric(const struct mr_metric *m)
{
	if (mr_str_is(m->key, "loss") && m->step != atomic_exchange(&scripted.last_step, m->step) + 1)
		scripted.disorder++;
	scripted.metrics++;
}

static mr_code log_batch(void *self, const struct mr_log_batch *request, struct mr_log_batch_response *response,
			 mr_call *call, mr_error *err)
{
	(void)self;
	(void)response;
	(void)call;
	scripted.batches++;
	if (scripted.away)
		return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "away");
	if (scripted.broken)
		return mr_error_set(err, MR_INTERNAL_ERROR, "broken");
	for (size_t i = 0; i < request->params_n; i++)
		if (mr_str_is(request->params[i]->key, "bad"))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "param 'bad' is not taken");
	for (size_t i = 0; i < request->metrics_n; i++)
		take_metric(request->metrics[i]);
	scripted.params += (long)request->params_n;
	scripted.tags += (long)request->tags_n;
	for (size_t i = 0; i < request->tags_n; i++)
		snprintf(scripted.last_tag, sizeof scripted.last_tag, "%.*s", MR_STR_ARG(request->tags[i]->value));
	return MR_OK;
}

static mr_code update_run(void *self, const struct mr_update_run *request, struct mr_update_run_response *response,
			  mr_call *call, mr_error *err)
{
	(void)self;
	(void)response;
	(void)call;
	if (scripted.away)
		return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "away");
	scripted.status = request->status;
	scripted.status_at = scripted.metrics;
	return MR_OK;
}

/* Runs are numbered; the tags of the last one are kept as the last tag. */
static mr_code create_run(void *self, const struct mr_create_run *request, struct mr_create_run_response *response,
			  mr_call *call, mr_error *err)
{
	const mr_host *host = self;
	static atomic_int number;
	char id[33];

	(void)request;
	snprintf(id, sizeof id, "%032d", ++number);
	mr_create_run_response_set_run(response, host->msg_new(call, MR_MSG_RUN));
	if (!response->run)
		return mr_error_no_memory(err);
	mr_run_set_info(response->run, host->msg_new(call, MR_MSG_RUN_INFO));
	if (!response->run->info)
		return mr_error_no_memory(err);
	mr_run_info_set_run_id(response->run->info, host->copy(call, mr_str_from(id)));
	return MR_OK;
}

static const struct mr_runs_ops runs = {
	.size = sizeof runs, .log_batch = log_batch, .update_run = update_run, .create_run = create_run};
static const struct mr_tracking_facets facets = {.size = sizeof facets, .runs = &runs};
static const struct mr_tracking_store_ops ops = {.size = sizeof ops, .open = open_store, .facets = &facets};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_TRACKING_STORE, "scripted", &ops, NULL, 0)
MR_PLUGIN_BUILTIN(scripted_store, "scripted", "1", "For tests.", "Apache-2.0", ENTRIES)

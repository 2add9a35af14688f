/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_store.h"

#include <stdlib.h>
#include <unistd.h>

#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>

#include "api/call.h"
#include "api/gen_descs.h"

struct fake_control fake;
static int the_file; /* its address is the group's key */

void fake_reset(void)
{
	memset(&fake, 0, sizeof fake);
}

static mr_code create(void *self, const struct mr_create_experiment *request,
		      struct mr_create_experiment_response *response, mr_call *call, mr_error *err)
{
	(void)self;
	(void)call;
	if (fake.write_us)
		usleep((useconds_t)fake.write_us);
	fake.writes++;
	fake.write_thread = (unsigned long)pthread_self();
	if (mr_str_is(request->name, "taken"))
		return mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS, "Experiment(name=taken) already exists.");
	fake.created++;
	response->experiment_id = request->name;
	MR_SET(response, MR_CREATE_EXPERIMENT_RESPONSE_HAS_EXPERIMENT_ID);
	return MR_OK;
}

static mr_code get(void *self, const struct mr_get_experiment *request, struct mr_get_experiment_response *response,
		   mr_call *call, mr_error *err)
{
	(void)self;
	fake.read_thread = (unsigned long)pthread_self();
	usleep((useconds_t)fake.read_ms * 1000);
	if (mr_str_is(request->experiment_id, "404"))
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "No Experiment with id=404 exists");
	response->experiment = mr_msg_new(call, &mr_desc_experiment);
	if (!response->experiment)
		return mr_error_no_memory(err);
	response->experiment->experiment_id = request->experiment_id;
	MR_SET(response->experiment, MR_EXPERIMENT_HAS_EXPERIMENT_ID);
	MR_SET(response, MR_GET_EXPERIMENT_RESPONSE_HAS_EXPERIMENT);
	return MR_OK;
}

static mr_code search(void *self, const struct mr_search_experiments *request,
		      struct mr_search_experiments_response *response, mr_call *call, mr_error *err)
{
	struct mr_experiment *row = mr_msg_new(call, &mr_desc_experiment);

	(void)self;
	(void)response;
	if (!row)
		return mr_error_no_memory(err);
	fake.searching++;
	usleep((useconds_t)fake.search_ms * 1000);
	while (fake.held)
		usleep(1000);
	fake.searching--;
	for (int64_t i = 0; i < request->max_results; i++) {
		row->name = mr_str_from("an experiment");
		MR_SET(row, MR_EXPERIMENT_HAS_NAME);
		if (mr_call_emit(call, row, err) != MR_OK)
			return err->code;
	}
	return MR_OK;
}

static const struct mr_experiments_ops experiments = {
	.size = sizeof experiments,
	.create_experiment = create,
	.get_experiment = get,
	.search_experiments = search,
};

static const struct mr_tracking_facets facets = {.size = sizeof facets, .experiments = &experiments};

/* ---- groups ---- */

static const void *key(void *self)
{
	(void)self;
	return &the_file;
}

static mr_code begin(void *self, mr_error *err)
{
	(void)self;
	(void)err;
	return MR_OK;
}

static mr_code member_end(void *self, bool keep, bool *alive, mr_error *err)
{
	(void)self;
	(void)keep;
	(void)alive;
	(void)err;
	return MR_OK;
}

static mr_code commit(void *self, mr_error *err)
{
	(void)self;
	fake.commits++;
	if (fake.commits_failing > 0 && fake.commits_failing-- > 0)
		return mr_error_set(err, MR_IO_ERROR, "the disk is gone");
	return MR_OK;
}

static void rollback(void *self)
{
	(void)self;
}

static const struct mr_group_ops group = {sizeof group, key, begin, begin, member_end, commit, rollback};

/* ---- the plugin ---- */

static mr_code open_store(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	(void)host;
	(void)args;
	(void)err;
	*self = &the_file;
	return MR_OK;
}

static void close_store(void *self)
{
	(void)self;
}

static const struct mr_tracking_store_ops tracking = {
	.size = sizeof tracking,
	.flags = MR_STORE_NEVER_BLOCKS,
	.open = open_store,
	.close = close_store,
	.facets = &facets,
	.group = &group,
};

static const struct mr_model_registry_store_ops registry = {
	.size = sizeof registry,
	.flags = MR_STORE_NEVER_BLOCKS,
	.open = open_store,
	.close = close_store,
	.group = &group,
};

#define ENTRIES(ENTRY)                                                                                                 \
	ENTRY(MR_GROUP_TRACKING_STORE, "fake", &tracking, NULL, 0)                                                     \
	ENTRY(MR_GROUP_MODEL_REGISTRY_STORE, "fake", &registry, NULL, 0)
MR_PLUGIN_BUILTIN(fake_store, "fake", "1.0.0", "A store that does what a test says.", "Apache-2.0", ENTRIES)

/* SPDX-License-Identifier: Apache-2.0 */
#include "client/experiment.h"

static mr_code by_name(mr_client *client, mr_str name, mr_call *call, mr_str *id, mr_error *err)
{
	struct mr_get_experiment_by_name request = {0};
	struct mr_get_experiment_by_name_response *found;
	void *response;
	mr_code code;

	mr_get_experiment_by_name_set_experiment_name(&request, name);
	code = mr_client_invoke(client, &mr_op_get_experiment_by_name, &request, &response, call, err);
	if (code != MR_OK)
		return code;
	found = response;
	if (!found->experiment)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The store answered for experiment '%.*s' without one", MR_STR_ARG(name));
	if (mr_str_is(found->experiment->lifecycle_stage, "deleted"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Cannot set a deleted experiment '%.*s' as the active experiment. You can restore the "
				    "experiment, or permanently delete the experiment to create a new one.",
				    MR_STR_ARG(name));
	*id = found->experiment->experiment_id;
	return MR_OK;
}

static mr_code create(mr_client *client, mr_str name, mr_call *call, mr_str *id, mr_error *err)
{
	struct mr_create_experiment request = {0};
	void *response;
	mr_code code;

	mr_create_experiment_set_name(&request, name);
	code = mr_client_invoke(client, &mr_op_create_experiment, &request, &response, call, err);
	if (code == MR_OK)
		*id = ((struct mr_create_experiment_response *)response)->experiment_id;
	return code;
}

mr_code mr_experiment_ensure(mr_client *client, mr_str name, mr_call *call, mr_str *id, mr_error *err)
{
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = by_name(client, name, call, id, &why);
	if (code == MR_RESOURCE_DOES_NOT_EXIST) {
		mr_error_init(&why);
		code = create(client, name, call, id, &why);
		if (code == MR_RESOURCE_ALREADY_EXISTS) { /* somebody was faster */
			mr_error_init(&why);
			code = by_name(client, name, call, id, &why);
		}
	}
	return code == MR_OK ? MR_OK : mr_error_set(err, code, "%s", why.message);
}

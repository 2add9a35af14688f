/* SPDX-License-Identifier: Apache-2.0
 *
 * Source of the rules: _create_run in mlflow/projects/utils.py and _wait_for in mlflow/projects/__init__.py of the reference.
 */
#include "project/record.h"

#include "api/codec.h"
#include "base/os.h"
#include "base/uri.h"
#include "client/experiment.h"
#include "client/session.h"

enum { PARAMS_A_BATCH = 100 };

/* ---- the experiment ---- */

mr_code record_experiment(struct record *r, const struct mr_project_options *o, mr_error *err)
{
	const char *name = o->experiment_name, *id = o->experiment_id;

	if (name && id)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Specify only one of 'experiment_name' or 'experiment_id'.");
	if (!name && !id && !mr_session_has_experiment()) {
		name = mr_getenv("MLFLOW_EXPERIMENT_NAME");
		id = name ? NULL : mr_getenv("MLFLOW_EXPERIMENT_ID");
	}
	if (id) {
		r->experiment_id = mr_call_copy(r->call, mr_str_from(id));
		return r->experiment_id.ptr ? MR_OK : mr_error_no_memory(err);
	}
	if (name)
		return mr_experiment_ensure(r->client, mr_str_from(name), r->call, &r->experiment_id, err);
	return mr_session_experiment(r->call, &r->experiment_id, err);
}

/* ---- the run ---- */

static mr_code put(struct mr_tag_set *tags, const char *key, mr_str value, mr_error *err)
{
	return value.len ? mr_tag_set_put(tags, mr_str_from(key), value, err) : MR_OK;
}

static mr_code make_tags(struct record *r, struct mr_tag_set *tags, const struct record_facts *facts, mr_error *err)
{
	const char *login = mr_getenv("MLFLOW_TRACKING_USERNAME");
	const struct mr_open_run *above = mr_session_run();
	const struct source *s = facts->source;
	mr_code code = put(tags, "mlflow.user", login ? mr_str_from(login) : mr_os_user(r->call->arena), err);

	if (code == MR_OK)
		code = put(tags, "mlflow.source.name", s->name, err);
	if (code == MR_OK)
		code = put(tags, "mlflow.source.type", mr_str_from("PROJECT"), err);
	if (code == MR_OK)
		code = put(tags, "mlflow.project.entryPoint", facts->entry_point, err);
	if (code == MR_OK)
		code = put(tags, "mlflow.source.git.commit", s->commit, err);
	if (code == MR_OK)
		code = put(tags, "mlflow.source.git.repoURL", s->repo_url, err);
	if (code == MR_OK)
		code = put(tags, "mlflow.source.git.branch", s->branch, err);
	return code == MR_OK && above ? put(tags, "mlflow.parentRunId", mr_str_from(above->id), err) : code;
}

static mr_code create(struct record *r, const struct mr_project_options *o, const struct record_facts *facts, mr_error *err)
{
	struct mr_tag_set tags = {.call = r->call};
	struct mr_create_run request = {0};
	const struct mr_run_info *info;
	void *response;
	mr_code code = make_tags(r, &tags, facts, err);

	if (code == MR_OK && o->run_name)
		code = put(&tags, "mlflow.runName", mr_str_from(o->run_name), err);
	if (code != MR_OK)
		return code;
	mr_create_run_set_experiment_id(&request, r->experiment_id);
	mr_create_run_set_user_id(&request, mr_tag_set_get(&tags, "mlflow.user"));
	mr_create_run_set_start_time(&request, mr_time_ms());
	if (o->run_name)
		mr_create_run_set_run_name(&request, mr_str_from(o->run_name));
	request.tags = tags.tags;
	request.tags_n = tags.n;
	code = mr_client_invoke(r->client, &mr_op_create_run, &request, &response, r->call, err);
	if (code != MR_OK)
		return code;
	info = ((struct mr_create_run_response *)response)->run->info;
	r->run_id = info->run_id;
	r->artifact_uri = info->artifact_uri;
	return MR_OK;
}

static mr_code get_run(struct record *r, const struct mr_run **run, mr_error *err)
{
	struct mr_get_run request = {0};
	void *response;
	mr_code code;

	mr_get_run_set_run_id(&request, r->run_id);
	code = mr_client_invoke(r->client, &mr_op_get_run, &request, &response, r->call, err);
	if (code == MR_OK)
		*run = ((struct mr_get_run_response *)response)->run;
	return code;
}

static mr_code get(struct record *r, const struct mr_run_info **info, mr_error *err)
{
	const struct mr_run *run;
	mr_code code = get_run(r, &run, err);

	if (code == MR_OK)
		*info = run->info;
	return code;
}

static bool is_open(const struct mr_run_info *info)
{
	return info->status == MR_RUN_STATUS_RUNNING || info->status == MR_RUN_STATUS_SCHEDULED;
}

static mr_code update(struct record *r, int32_t status, const char *name, mr_error *err)
{
	struct mr_update_run request = {0};
	void *response;

	mr_update_run_set_run_id(&request, r->run_id);
	mr_update_run_set_status(&request, status);
	if (status != MR_RUN_STATUS_RUNNING)
		mr_update_run_set_end_time(&request, mr_time_ms());
	if (name)
		mr_update_run_set_run_name(&request, mr_str_from(name));
	return mr_client_invoke(r->client, &mr_op_update_run, &request, &response, r->call, err);
}

static mr_code resume(struct record *r, const struct mr_project_options *o, mr_error *err)
{
	const struct mr_run_info *info = NULL;
	mr_code code;

	r->run_id = mr_call_copy(r->call, mr_str_from(o->run_id));
	code = r->run_id.ptr ? get(r, &info, err) : mr_error_no_memory(err);
	if (code == MR_OK && mr_str_is(info->lifecycle_stage, "deleted"))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Run %s is deleted; `millrace runs restore` brings it back",
				    o->run_id);
	if (code != MR_OK) {
		r->run_id = mr_str_make("", 0); /* it is not ours to end */
		return code;
	}
	r->experiment_id = info->experiment_id;
	r->artifact_uri = info->artifact_uri;
	return update(r, MR_RUN_STATUS_RUNNING, o->run_name, err);
}

/* ---- parameters ---- */

static struct mr_param *make_param(struct record *r, mr_str key, mr_str value)
{
	struct mr_param *p = mr_msg_new(r->call, &mr_desc_param);

	if (p) {
		mr_param_set_key(p, key);
		mr_param_set_value(p, value);
	}
	return p && key.ptr && value.ptr ? p : NULL;
}

static mr_code send_params(struct record *r, struct mr_param **all, size_t n, mr_error *err)
{
	mr_code code = MR_OK;

	for (size_t i = 0; i < n && code == MR_OK; i += PARAMS_A_BATCH) {
		struct mr_log_batch request = {0};
		void *response;

		mr_log_batch_set_run_id(&request, r->run_id);
		request.params = all + i;
		request.params_n = n - i < PARAMS_A_BATCH ? n - i : PARAMS_A_BATCH;
		code = mr_client_invoke(r->client, &mr_op_log_batch, &request, &response, r->call, err);
	}
	return code;
}

/* As MLflow logs them: quoted, as they stand in the command. */
static mr_code log_params(struct record *r, const struct params *p, mr_error *err)
{
	mr_arena *arena = r->call->arena;
	struct mr_param **all = mr_call_alloc(r->call, (p->declared_n + p->extra_n + 1) * sizeof *all);
	size_t n = 0;

	if (!all)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < p->declared_n; i++)
		if (!(all[n++] = make_param(r, p->declared[i].name, shell_quote(arena, p->declared[i].value))))
			return mr_error_no_memory(err);
	for (size_t i = 0; i < p->extra_n; i++)
		if (!(all[n++] = make_param(r, shell_quote(arena, p->extra[i].name), shell_quote(arena, p->extra[i].value))))
			return mr_error_no_memory(err);
	return send_params(r, all, n, err);
}

mr_code record_tag(struct record *r, const char *key, mr_str value, mr_error *err)
{
	struct mr_set_tag request = {0};
	void *response;

	mr_set_tag_set_run_id(&request, r->run_id);
	mr_set_tag_set_key(&request, mr_str_from(key));
	mr_set_tag_set_value(&request, value);
	return mr_client_invoke(r->client, &mr_op_set_tag, &request, &response, r->call, err);
}

mr_code record_begin(struct record *r, const struct mr_project_options *o, const struct record_facts *facts, mr_error *err)
{
	mr_code code = o->run_id ? resume(r, o, err) : create(r, o, facts, err);

	if (code == MR_OK && !o->run_id)
		code = log_params(r, facts->params, err);
	if (code == MR_OK && facts->env_manager.len)
		code = record_tag(r, "mlflow.project.env", facts->env_manager, err);
	return code == MR_OK ? record_tag(r, "mlflow.project.backend", facts->backend, err) : code;
}

static mr_str tag_of(const struct mr_run *run, const char *key)
{
	for (size_t i = 0; run->data && i < run->data->tags_n; i++)
		if (mr_str_is(run->data->tags[i]->key, key))
			return run->data->tags[i]->value;
	return mr_str_make("", 0);
}

mr_code record_find(struct record *r, mr_str run_id, mr_str *backend, const char *job_tag, mr_str *job, mr_error *err)
{
	const struct mr_run *run = NULL;
	mr_code code;

	r->run_id = mr_call_copy(r->call, run_id);
	code = r->run_id.ptr ? get_run(r, &run, err) : mr_error_no_memory(err);
	if (code != MR_OK)
		return code;
	r->experiment_id = run->info->experiment_id;
	r->artifact_uri = run->info->artifact_uri;
	*backend = tag_of(run, "mlflow.project.backend");
	*job = tag_of(run, job_tag);
	if (!is_open(run->info))
		return mr_error_set(err, MR_INVALID_STATE, "Run %.*s has ended already: it is %s", MR_STR_ARG(run_id),
				    mr_enum_name(&mr_desc_enum_run_status, run->info->status));
	if (!backend->len || !job->len)
		return mr_error_set(err, MR_INVALID_STATE,
				    "Run %.*s has no job that another process could follow (no tag %s); backends such as slurm leave one",
				    MR_STR_ARG(run_id), job_tag);
	return MR_OK;
}

/* ---- the end ---- */

mr_code record_end(struct record *r, int32_t status, int32_t *now, mr_error *err)
{
	const struct mr_run_info *info;
	mr_code code = get(r, &info, err);

	if (code != MR_OK)
		return code;
	*now = info->status;
	if (!is_open(info) && (status == MR_RUN_STATUS_FINISHED || info->status != MR_RUN_STATUS_FINISHED))
		return MR_OK;
	*now = status;
	return update(r, status, NULL, err);
}

mr_str record_child_uri(mr_arena *arena, mr_str uri)
{
	mr_str path;
	mr_uri parsed;

	if (mr_uri_parse(uri, &parsed, NULL) != MR_OK || parsed.authority.len)
		return uri;
	if (!parsed.scheme.len)
		return mr_os_absolute(arena, uri);
	if (!mr_str_is(mr_uri_dialect(&parsed), "sqlite") || mr_uri_to_local_path(arena, uri, &path, NULL) != MR_OK || !path.len ||
	    path.ptr[0] == '/' || path.ptr[0] == ':')
		return uri;
	return mr_arena_printf(arena, "%.*s:///%.*s%s%.*s", MR_STR_ARG(parsed.scheme), MR_STR_ARG(mr_os_absolute(arena, path)),
			       parsed.query.len ? "?" : "", MR_STR_ARG(parsed.query));
}

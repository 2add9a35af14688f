/* SPDX-License-Identifier: Apache-2.0
 *
 * The entries of a Python distribution as entries of a plugin, and what its
 * adapters share. Nothing of Python runs here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <millrace/app.h>
#include <millrace/artifact_repository.h>
#include <millrace/default_experiment.h>
#include <millrace/deployments.h>
#include <millrace/model_evaluator.h>
#include <millrace/model_flavor.h>
#include <millrace/model_registry_store.h>
#include <millrace/project_backend.h>
#include <millrace/request_auth.h>
#include <millrace/run_context.h>
#include <millrace/tracking_store.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fork.h"
#include "base/os.h"
#include "plugin/python.h"

enum { PARAMS_MAX = 1 << 28 };

const void *python_ops_for(mr_str group)
{
	static const struct {
		const char *group;
		const void *ops;
	} tables[] = {
		{MR_GROUP_TRACKING_STORE, &python_tracking_ops},
		{MR_GROUP_MODEL_REGISTRY_STORE, &python_registry_ops},
		{MR_GROUP_ARTIFACT_REPOSITORY, &python_artifact_ops},
		{MR_GROUP_RUN_CONTEXT, &python_context_ops},
		{MR_GROUP_DEFAULT_EXPERIMENT, &python_experiment_ops},
		{MR_GROUP_REQUEST_HEADER, &python_header_ops},
		{MR_GROUP_REQUEST_AUTH, &python_auth_ops},
		{MR_GROUP_PROJECT_BACKEND, &python_project_ops},
		{MR_GROUP_DEPLOYMENTS, &python_deployments_ops},
		{MR_GROUP_MODEL_EVALUATOR, &python_evaluator_ops},
		{MR_GROUP_MODEL_FLAVOR, &python_flavor_ops},
		{MR_GROUP_APP, &python_app_ops},
		{"mlflow.dataset_source", &python_dataset_ops}, /* no group of ours */
	};

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (mr_str_is(group, tables[i].group))
			return tables[i].ops;
	return NULL;
}

static mr_code find_host_file(mr_arena *arena, mr_str *out, mr_error *err)
{
	mr_str dir = mr_os_module_dir(arena);

	*out = mr_arena_printf(arena, "%.*s/python/millrace_host.py", MR_STR_ARG(dir));
	if (!out->ptr)
		return mr_error_no_memory(err);
	if (!dir.len || access(out->ptr, R_OK) != 0)
		return mr_error_set(err, MR_INVALID_STATE,
				    "Python plugins need %s, which is not there; install Millrace again", dir.len ? out->ptr
				    : "lib/millrace/python/millrace_host.py beside the program");
	return MR_OK;
}

mr_code python_adopt(struct registry *r, struct plugin *p, mr_error *err)
{
	struct python_entry *entries = mr_arena_zalloc(r->arena, p->info.entries_n * sizeof *entries);
	mr_str file;
	mr_code code = entries ? find_host_file(r->arena, &file, err) : mr_error_no_memory(err);

	for (size_t i = 0; i < p->info.entries_n && code == MR_OK; i++) {
		struct python_entry *e = &entries[i];
		const struct mr_group *group = mr_group_get(p->info.entries[i].group);
		const void *ops = python_ops_for(p->info.entries[i].group);
		struct mr_entry *to = &p->entries[i];

		host_table_init(&e->host, p);
		e->plugin = p;
		e->info = &p->info.entries[i];
		e->file = file;
		to->plugin = &p->info;
		to->host = &e->host;
		to->group = e->info->group;
		to->name = e->info->name;
		to->flags = MR_ENTRY_OWN_QUERY; /* as MLflow hands the URI over */
		to->ops = group && ops ? mr_group_adopt(group, ops, r->arena) : ops;
		if (ops && !to->ops)
			code = mr_error_no_memory(err);
	}
	if (code != MR_OK)
		return code;
	p->python = entries;
	p->info.state = MR_PLUGIN_LOADED;
	return MR_OK;
}

/* ---- the folder where files are handed over ---- */

static struct {
	struct mr_fork_lock lock;
	char path[4096];
	pid_t owner;
} spool = {.lock = MR_FORK_LOCK_INIT};

mr_code python_spool(mr_arena *arena, mr_str *out, mr_error *err)
{
	const char *tmp = mr_getenv("TMPDIR");
	mr_code code = MR_OK;

	mr_fork_lock_take(&spool.lock);
	/* It may have been swept away; a child of a fork has its own. */
	if (spool.owner != getpid() || access(spool.path, W_OK) != 0) {
		spool.owner = 0;
		if ((size_t)snprintf(spool.path, sizeof spool.path, "%s/millrace-spool-%d-XXXXXX", tmp ? tmp : "/tmp",
				     (int)getpid()) >= sizeof spool.path ||
		    !mkdtemp(spool.path))
			code = mr_error_set(err, MR_IO_ERROR,
					    "Cannot make a folder in %s for the files of Python plugins: %s; TMPDIR names another place",
					    tmp ? tmp : "/tmp", strerror(errno));
		else
			spool.owner = getpid();
	}
	if (code == MR_OK) {
		*out = mr_arena_copy(arena, mr_str_from(spool.path));
		if (!out->ptr)
			code = mr_error_no_memory(err);
	}
	mr_fork_lock_give(&spool.lock);
	return code;
}

void python_spool_leave(void)
{
	mr_fork_lock_take(&spool.lock);
	if (spool.owner == getpid() && rmdir(spool.path) == 0)
		spool.owner = 0;
	mr_fork_lock_give(&spool.lock);
}

/* ---- parameters ---- */

void python_params_begin(struct python_params *p)
{
	mr_buf_init(&p->buf, PARAMS_MAX);
	mr_json_write_init(&p->w, &p->buf, MR_JSON_COMPACT);
	mr_json_write_begin(&p->w, '{');
}

void python_params_text(struct python_params *p, const char *key, mr_str value)
{
	mr_json_write_key(&p->w, mr_str_from(key));
	mr_json_write_string(&p->w, value);
}

mr_str python_params_end(struct python_params *p)
{
	mr_json_write_end(&p->w, '}');
	return p->buf.failed ? mr_str_make(NULL, 0) : mr_buf_view(&p->buf);
}

void python_params_dispose(struct python_params *p)
{
	mr_buf_dispose(&p->buf);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The target "local": models served on this machine. What is done here is to
 * write down what is wanted, to see to it that the folder's supervisor lives,
 * and to wait until what is wanted is so, or is known not to become so.
 */
#include <millrace/deployments.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "api/call.h"
#include "base/inject.h"
#include "base/os.h"
#include "deploy/deploy.h"
#include "deploy/folder.h"
#include "deploy/launch.h"
#include "deploy/local_parts.h"
#include "deploy/logs.h"
#include "deploy/record.h"

enum { NAME_MAX_LEN = 100, POLL_FIRST_MS = 10, POLL_MAX_MS = 200, MARGIN_MS = 30000 };

static mr_code local_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct local *l = mr_calloc(1, sizeof *l);
	mr_code code = l ? folder_open(args->uri, &l->state, err) : mr_error_no_memory(err);

	if (code == MR_OK) {
		l->host = host;
		*self = l;
	} else if (l) {
		mr_state_close(&l->state);
		mr_free(l);
	}
	return code;
}

static void local_close(void *self)
{
	struct local *l = self;

	mr_state_close(&l->state);
	mr_free(l);
}

/* ---- what is given ---- */

static mr_code check_name(mr_str name, mr_error *err)
{
	bool fine = name.len > 0 && name.len <= NAME_MAX_LEN && name.ptr[0] != '.' && name.ptr[0] != '-';

	for (size_t i = 0; i < name.len && fine; i++) {
		char c = name.ptr[i];

		fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
	}
	return fine ? MR_OK
		    : mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				   "'%.*s' is no name for a deployment: letters, digits, '-', '_' and '.' are allowed, %d at most, and "
				   "a letter or digit comes first", MR_STR_ARG(name), NAME_MAX_LEN);
}

static mr_code check_spec(const struct mr_deployment_spec *spec, mr_error *err)
{
	mr_code code = check_name(spec->name, err);

	if (code == MR_OK && spec->endpoint.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The target local has no endpoints: leave --endpoint out");
	return code;
}

static bool has_key(const struct mr_deployment_spec *spec, const char *key)
{
	for (size_t i = 0; i < spec->config_n; i++)
		if (mr_str_is(spec->config[i].key, key))
			return true;
	return false;
}

/* The next revision: before (number 0: none) with what is given. fetched is the model's files, if a model was given. */
static mr_code make_revision(struct local *l, const struct mr_deployment_spec *spec, const struct mr_revision *before,
			     struct mr_revision *out, struct folder_model *fetched, mr_call *call, mr_error *err)
{
	mr_arena *arena = call->arena;
	struct deploy_settings settings;
	mr_code code;

	*out = *before;
	*fetched = (struct folder_model){0};
	out->number = before->number + 1;
	out->made_ms = mr_time_ms();
	code = deploy_settings_merge(before->config, before->config_n, spec->config, spec->config_n, arena, &out->config,
				 &out->config_n, err);
	if (code == MR_OK)
		code = deploy_settings_read(out->config, out->config_n, &settings, err);
	if (code == MR_OK)
		code = deploy_settings_environment(out->config, out->config_n, arena, &out->environment, &out->environment_n, err);
	if (code == MR_OK && spec->flavor.len && !spec->model_uri.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "To change the flavor, give the model, too (--model-uri)");
	if (code != MR_OK)
		return code;
	if (spec->model_uri.len) {
		out->model_uri = memchr(spec->model_uri.ptr, ':', spec->model_uri.len) ? spec->model_uri
										      : mr_os_absolute(arena, spec->model_uri);
		code = folder_fetch(&l->state, spec->model_uri, spec->flavor, settings.copy, !settings.command.len, call, arena,
				    fetched, err);
		out->model = fetched->model;
		out->flavor = fetched->flavor;
		out->flavor_chosen = spec->flavor.len > 0;
	}
	return code;
}

/* What could be wrong with its command is found before anything is changed. */
static mr_code check_launch(struct local *l, mr_str name, const struct mr_revision *r, mr_call *call, mr_error *err)
{
	struct launch launch;

	return launch_prepare(&l->state, name, r, "127.0.0.1", 1, call->arena, &launch, err);
}

/* ---- waiting ---- */

static void pause_ms(int64_t ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* Asks again and again, while the supervisor works; done says whether it is over. */
typedef bool done_fn(const struct mr_record *record, int64_t revision);

static mr_code wait_until(struct local *l, mr_str name, int64_t revision, done_fn *done, int64_t timeout_ms,
			  struct mr_record *out, mr_call *call, mr_error *err)
{
	int64_t until = mr_monotonic_ns() + timeout_ms * 1000000, turn = POLL_FIRST_MS;

	for (;;) {
		mr_code code = mr_state_read(&l->state, name, call->arena, out, err);

		if (code != MR_OK || done(out, revision))
			return code;
		if (mr_call_is_cancelled(call))
			return mr_error_set(err, MR_CANCELLED, "Not waited for any longer; `get` tells what becomes of '%.*s'",
					    MR_STR_ARG(name));
		if (mr_monotonic_ns() > until)
			return mr_error_set(err, MR_DEADLINE_EXCEEDED,
					    "The supervisor of %s has not dealt with '%.*s' in %lld s; see supervisor.log there",
					    l->state.folder.ptr, MR_STR_ARG(name), (long long)(timeout_ms / 1000));
		code = launch_supervisor(&l->state, err);
		if (code != MR_OK)
			return code;
		pause_ms(turn);
		turn = 2 * turn < POLL_MAX_MS ? 2 * turn : POLL_MAX_MS;
	}
}

static bool is_decided(const struct mr_record *record, int64_t revision)
{
	return record->deleting || record->current.number >= revision || record->failed >= revision;
}

static bool never(const struct mr_record *record, int64_t revision)
{
	(void)record;
	(void)revision;
	return false;
}

/* The supervisor lives, and looks at what has changed. */
static mr_code wake(struct local *l, mr_error *err)
{
	mr_code code = launch_supervisor(&l->state, err);

	mr_state_wake(&l->state);
	return code;
}

static mr_code await_removal(struct local *l, mr_str name, mr_call *call, mr_error *err)
{
	struct mr_record record;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = wake(l, &why);
	if (code == MR_OK)
		code = wait_until(l, name, 0, never, 2 * MARGIN_MS + 60000, &record, call, &why);
	if (code == MR_RESOURCE_DOES_NOT_EXIST)
		return MR_OK;
	return mr_error_set(err, code, "%s", why.message);
}

/* ---- operations ---- */

/* With the lock held; fails with what is there when there is one. */
static mr_code check_absent(struct local *l, mr_str name, mr_call *call, mr_error *err)
{
	struct mr_record record;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = mr_state_read(&l->state, name, call->arena, &record, &why);
	if (code == MR_RESOURCE_DOES_NOT_EXIST)
		return MR_OK;
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", why.message);
	return mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS,
			    "There is a deployment '%.*s' in %s (%.*s). Use update to change it, or delete it first",
			    MR_STR_ARG(name), l->state.folder.ptr, MR_STR_ARG(record.state.len ? record.state : mr_str_from("STARTING")));
}

static mr_code locked_absent(struct local *l, mr_str name, mr_call *call, mr_error *err)
{
	mr_code code = mr_state_lock(&l->state, err);

	if (code != MR_OK)
		return code;
	code = check_absent(l, name, call, err);
	mr_state_unlock(&l->state);
	return code;
}

/* Puts the new deployment into the folder, unless somebody else has done so meanwhile. */
static mr_code write_new(struct local *l, const struct mr_deployment_spec *spec, struct mr_revision *revision,
			 struct folder_model *fetched, mr_call *call, mr_error *err)
{
	struct mr_record record = {.name = spec->name, .created_ms = mr_time_ms()};
	struct deploy_settings settings;
	mr_code code = deploy_settings_read(revision->config, revision->config_n, &settings, err);

	if (code == MR_OK)
		code = mr_state_lock(&l->state, err);
	if (code != MR_OK)
		return code;
	code = check_absent(l, spec->name, call, err);
	if (code == MR_OK)
		code = folder_keep(&l->state, spec->name, revision->number, call->arena, fetched, err);
	if (code == MR_OK) {
		revision->model = fetched->model;
		record.host = settings.host;
		record.port = settings.port;
		record.wanted = *revision;
		code = mr_state_write(&l->state, &record, err);
	}
	mr_state_unlock(&l->state);
	return code;
}

static mr_code mark_deleting(struct local *l, mr_str name, mr_call *call, mr_error *err)
{
	struct mr_record record;
	mr_code code = mr_state_lock(&l->state, err);

	if (code != MR_OK)
		return code;
	code = mr_state_read(&l->state, name, call->arena, &record, err);
	record.deleting = true;
	if (code == MR_OK)
		code = mr_state_write(&l->state, &record, err);
	mr_state_unlock(&l->state);
	return code;
}

/* The revision did not become healthy: says why, with the end of the log. */
static mr_code failed(struct local *l, const struct mr_record *r, int64_t revision, mr_call *call, mr_error *err)
{
	mr_str log = mr_state_path(&l->state, call->arena, "logs", r->name, ".log");

	return mr_error_set(err, MR_INVALID_STATE, "The server of '%.*s' (revision %lld) did not come up: %.*s. %s%s ends with:\n%s",
			    MR_STR_ARG(r->name), (long long)revision, MR_STR_ARG(r->failed_why),
			    r->current.number ? "What was deployed before goes on. " : "", log.ptr,
			    logs_tail(log, call->arena).ptr);
}

/* Until the revision is healthy. */
static mr_code await_revision(struct local *l, mr_str name, const struct mr_revision *revision, struct mr_record *record,
			      mr_call *call, mr_error *err)
{
	struct deploy_settings settings;
	mr_code code = deploy_settings_read(revision->config, revision->config_n, &settings, err);

	if (code == MR_OK)
		code = wake(l, err);
	if (code == MR_OK)
		code = wait_until(l, name, revision->number, is_decided, 2 * settings.startup_timeout + MARGIN_MS, record, call, err);
	if (code == MR_OK && record->current.number < revision->number)
		code = record->deleting ? mr_error_set(err, MR_ABORTED, "'%.*s' is being deleted", MR_STR_ARG(name))
					: failed(l, record, revision->number, call, err);
	return code;
}

static mr_code create(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out, mr_call *call,
		      mr_error *err)
{
	static const struct mr_revision none;
	struct folder_model fetched = {0};
	struct mr_revision revision;
	struct mr_record record;
	struct local *l = self;
	mr_code code = check_spec(spec, err);

	if (code == MR_OK)
		code = locked_absent(l, spec->name, call, err);
	if (code == MR_OK)
		code = make_revision(l, spec, &none, &revision, &fetched, call, err);
	if (code == MR_OK)
		code = check_launch(l, spec->name, &revision, call, err);
	if (code == MR_OK)
		code = write_new(l, spec, &revision, &fetched, call, err);
	folder_drop(&fetched);
	if (code != MR_OK)
		return code;
	code = await_revision(l, spec->name, &revision, &record, call, err);
	if (code == MR_INVALID_STATE && mark_deleting(l, spec->name, call, NULL) == MR_OK)
		await_removal(l, spec->name, call, NULL); /* nothing is left of it but its log */
	return code == MR_OK ? local_describe(l, &record, true, out, call->arena, err) : code;
}

/* With the lock held. */
static mr_code read_to_update(struct local *l, mr_str name, struct mr_record *record, mr_call *call, mr_error *err)
{
	mr_code code = mr_state_read(&l->state, name, call->arena, record, err);

	if (code == MR_OK && record->deleting)
		code = mr_error_set(err, MR_RESOURCE_CONFLICT, "'%.*s' is being deleted", MR_STR_ARG(name));
	if (code == MR_OK && record->wanted.number != record->current.number && record->wanted.number != record->failed)
		code = mr_error_set(err, MR_RESOURCE_CONFLICT, "'%.*s' is being changed already (revision %lld)", MR_STR_ARG(name),
				    (long long)record->wanted.number);
	return code;
}

static mr_code locked_read(struct local *l, mr_str name, struct mr_record *record, mr_call *call, mr_error *err)
{
	mr_code code = mr_state_lock(&l->state, err);

	if (code != MR_OK)
		return code;
	code = read_to_update(l, name, record, call, err);
	mr_state_unlock(&l->state);
	return code;
}

/* A revision that failed has used its number. */
static void count_on(struct mr_revision *revision, const struct mr_record *record)
{
	if (revision->number <= record->failed)
		revision->number = record->failed + 1;
}

static mr_code write_update(struct local *l, mr_str name, const struct mr_record *before, struct mr_revision *revision,
			    struct folder_model *fetched, mr_call *call, mr_error *err)
{
	struct mr_record record;
	mr_code code = mr_state_lock(&l->state, err);

	if (code != MR_OK)
		return code;
	code = read_to_update(l, name, &record, call, err);
	if (code == MR_OK && record.wanted.number != before->wanted.number)
		code = mr_error_set(err, MR_RESOURCE_CONFLICT, "'%.*s' was changed by somebody else meanwhile; try again",
				    MR_STR_ARG(name));
	if (code == MR_OK) {
		count_on(revision, &record);
		code = folder_keep(&l->state, name, revision->number, call->arena, fetched, err);
	}
	if (code == MR_OK) {
		if (fetched->model.len)
			revision->model = fetched->model;
		record.wanted = *revision;
		code = mr_state_write(&l->state, &record, err);
	}
	mr_state_unlock(&l->state);
	return code;
}

static mr_code update(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out, mr_call *call,
		      mr_error *err)
{
	struct folder_model fetched = {0};
	struct mr_revision revision;
	struct mr_record record;
	struct local *l = self;
	mr_code code = check_spec(spec, err);

	if (code == MR_OK && (has_key(spec, "port") || has_key(spec, "host")))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The port and host of a deployment stay what create made them; delete it to choose others");
	if (code == MR_OK)
		code = locked_read(l, spec->name, &record, call, err);
	if (code == MR_OK && !spec->model_uri.len && !spec->config_n && !spec->flavor.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is nothing to update: give --model-uri or -C");
	if (code == MR_OK)
		code = make_revision(l, spec, &record.wanted, &revision, &fetched, call, err);
	if (code == MR_OK)
		code = check_launch(l, spec->name, &revision, call, err);
	if (code == MR_OK)
		code = write_update(l, spec->name, &record, &revision, &fetched, call, err);
	folder_drop(&fetched);
	if (code == MR_OK)
		code = await_revision(l, spec->name, &revision, &record, call, err);
	return code == MR_OK ? local_describe(l, &record, true, out, call->arena, err) : code;
}

static mr_code remove_one(void *self, const struct mr_deployment_spec *spec, mr_call *call, mr_error *err)
{
	struct local *l = self;
	mr_error why;
	mr_code code = check_spec(spec, err);

	if (code == MR_OK && spec->config_n)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The target local has no settings for delete, such as '%.*s'",
				    MR_STR_ARG(spec->config[0].key));
	if (code != MR_OK)
		return code;
	mr_error_init(&why);
	code = mark_deleting(l, spec->name, call, &why);
	if (code == MR_RESOURCE_DOES_NOT_EXIST)
		return MR_OK;
	return code == MR_OK ? await_removal(l, spec->name, call, err) : mr_error_set(err, code, "%s", why.message);
}

/* What was found is told; a supervisor that is away is started again afterwards. */
static void repair(struct local *l, bool supervised, size_t deployments)
{
	mr_error why;

	if (supervised || !deployments)
		return;
	mr_error_init(&why);
	if (launch_supervisor(&l->state, &why) == MR_OK)
		l->host->log(l->host, MR_PLUGIN_WARNING, "The supervisor of %s was not running and has been started again",
			     l->state.folder.ptr);
	else
		l->host->log(l->host, MR_PLUGIN_ERROR, "%s", why.message);
}

static mr_code list(void *self, mr_str endpoint, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct local *l = self;
	bool supervised = mr_state_supervised(&l->state);
	mr_str *names;
	size_t n;
	mr_code code = mr_state_names(&l->state, call->arena, &names, &n, err);

	if (code == MR_OK && endpoint.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The target local has no endpoints: leave --endpoint out");
	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_deployment_info info;
		struct mr_record record;
		mr_error why;

		mr_error_init(&why);
		code = mr_state_read(&l->state, names[i], call->arena, &record, &why);
		if (code == MR_RESOURCE_DOES_NOT_EXIST) { /* it has just gone */
			code = MR_OK;
			continue;
		}
		if (code == MR_OK)
			code = local_describe(l, &record, supervised, &info, call->arena, err);
		else
			mr_error_set(err, code, "%s", why.message);
		if (code == MR_OK)
			code = visit(arg, &info, err);
	}
	repair(l, supervised, n);
	return code;
}

static mr_code get(void *self, mr_str name, mr_str endpoint, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	struct local *l = self;
	bool supervised = mr_state_supervised(&l->state);
	struct mr_record record;
	mr_code code = check_name(name, err);

	if (code == MR_OK && endpoint.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The target local has no endpoints: leave --endpoint out");
	if (code == MR_OK)
		code = mr_state_read(&l->state, name, call->arena, &record, err);
	if (code == MR_OK)
		code = local_describe(l, &record, supervised, out, call->arena, err);
	repair(l, supervised, code == MR_OK);
	return code;
}

mr_code local_find(struct local *l, mr_str name, struct mr_record *out, mr_call *call, mr_error *err)
{
	mr_code code = check_name(name, err);

	if (code == MR_OK)
		code = mr_state_read(&l->state, name, call->arena, out, err);
	return code == MR_OK ? launch_supervisor(&l->state, err) : code;
}

static mr_code target_help(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	mr_buf buf;

	(void)host;
	mr_buf_init(&buf, 1 << 20);
	mr_buf_c(&buf, "The target local: models served on this machine.\n\n"
		       "  -t local           deployments are kept in MILLRACE_DEPLOYMENTS_DIR, else in\n"
		       "                     ~/.local/state/millrace/deployments\n"
		       "  -t local:/folder   they are kept in this folder\n\n"
		       "A deployment is a scoring server behind a port that stays the same: POST URL/invocations. A supervisor\n"
		       "keeps it up: one that crashes or does not answer /ping is started again, with back-off. update starts the\n"
		       "new server beside the old one, and lets it have the requests when it is healthy; when it does not become\n"
		       "so, the old one goes on. list and get tell what is up and what is not. After a restart of the machine any\n"
		       "command, or `millrace deployments supervise -t local` at start-up, brings the deployments up again.\n\n"
		       "Settings (-C):\n");
	deploy_settings_describe(&buf);
	mr_buf_c(&buf, "\nModels are served by `millrace models serve`, natively or through the Python of VIRTUAL_ENV or\n"
		       "MILLRACE_PYTHON. MLflow's own server does as well:\n"
		       "  -C 'command=mlflow models serve --env-manager local -m {model_uri} -h {host} -p {port}'");
	*out = mr_call_copy(call, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

static const struct mr_deployments_ops local = {
	.size = sizeof local,
	.open = local_open,
	.close = local_close,
	.create = create,
	.update = update,
	.remove = remove_one,
	.list = list,
	.get = get,
	.predict = local_predict,
	.run_local = local_run,
	.target_help = target_help,
};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_DEPLOYMENTS, "local", &local, NULL, 0)

MR_PLUGIN_BUILTIN(mr_builtin_deploy_local, "local-deployments", MR_VERSION,
		  "Deployment target local: models served on this machine, supervised.", "Apache-2.0", ENTRIES)

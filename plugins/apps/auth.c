/* SPDX-License-Identifier: Apache-2.0
 *
 * basic-auth: who somebody is (HTTP Basic, against a file of hashes), and what they
 * may do (a file of permissions for experiments and registered models). Runs, logged
 * models and artifacts belong to an experiment, versions to a model.
 */
#include <stdlib.h>

#include <millrace/gen/operations.h>

#include "auth_rules.h"
#include "credentials.h"

struct auth {
	const mr_host *host;
	struct users *users;
	struct grants *grants;
	mr_store_handle *tracking; /* NULL: the server has no runs */
	char *open; /* comma-separated paths that need no password */
	char challenge[160];
};

const struct mr_option_desc basic_auth_options[] = {
	{"users", MR_OPTION_STRING, NULL, "File with a line \"name:hash\" or \"name:hash:admin\" a user; hashes by: openssl passwd -6"},
	{"permissions", MR_OPTION_STRING, NULL, "File with a line \"user experiment|model id LEVEL\" a permission; who creates something gets MANAGE there."},
	{"default_permission", MR_OPTION_STRING, "READ", "What users may where no line says it: NO_PERMISSIONS, READ, USE, EDIT or MANAGE."},
	{"realm", MR_OPTION_STRING, "mlflow", "What a browser calls the server when it asks for the password."},
	{"open", MR_OPTION_STRING, "", "Paths that need no password, separated by commas, such as /health,/version"},
	{NULL, 0, NULL, NULL},
};

static void auth_close(void *self)
{
	struct auth *auth = self;

	if (auth->tracking)
		auth->host->store_close(auth->tracking);
	grants_close(auth->grants);
	users_close(auth->users);
	free(auth->open);
	free(auth);
}

static mr_code read_options(struct auth *auth, const mr_options *options, mr_error *err)
{
	const mr_host *host = auth->host;
	mr_str users = host->option_string(options, "users"), realm = host->option_string(options, "realm");
	mr_str open = host->option_string(options, "open");
	enum level otherwise;

	if (users.len == 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The app basic-auth needs a file of users: --app-config users=FILE. A line is made so: "
				    "echo \"alice:$(openssl passwd -6)\" >> FILE");
	if (!level_parse(host->option_string(options, "default_permission"), &otherwise))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "default_permission is NO_PERMISSIONS, READ, USE, EDIT or MANAGE");
	if (realm.len > 64 || (realm.len && (memchr(realm.ptr, '"', realm.len) || memchr(realm.ptr, '\\', realm.len))))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The realm is too long or has quotes");
	snprintf(auth->challenge, sizeof auth->challenge, "Basic realm=\"%.*s\", charset=\"UTF-8\"", MR_STR_ARG(realm));
	auth->open = strndup(open.ptr ? open.ptr : "", open.len);
	if (!auth->open)
		return mr_error_no_memory(err);
	if (users_open(host, users, &auth->users, err) != MR_OK)
		return err->code;
	return grants_open(host, host->option_string(options, "permissions"), otherwise, &auth->grants, err);
}

static mr_code auth_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct auth *auth = calloc(1, sizeof *auth);
	mr_code code;

	if (!auth)
		return mr_error_no_memory(err);
	auth->host = host;
	code = read_options(auth, args->options, err);
	if (code == MR_OK && args->tracking_uri.len)
		code = host->store_open(host, MR_SIDE_TRACKING, args->tracking_uri, &auth->tracking, err);
	if (code == MR_OK)
		*self = auth;
	else
		auth_close(auth);
	return code;
}

/* ---- who ---- */

static bool is_open(const struct auth *auth, mr_str path)
{
	const char *at = auth->open;

	while (*at) {
		size_t n = strcspn(at, ",");

		if (n && mr_str_eq(mr_str_make(at, n), path))
			return true;
		at += n + (at[n] == ',');
	}
	return false;
}

static mr_code challenge(struct auth *auth, struct mr_app_answer *answer, mr_call *call, mr_error *err)
{
	struct mr_header *header = auth->host->alloc(call, sizeof *header);

	if (!header)
		return mr_error_no_memory(err);
	header->name = mr_str_from("WWW-Authenticate");
	header->value = mr_str_from(auth->challenge);
	answer->status = 401;
	answer->headers = header;
	answer->headers_n = 1;
	answer->body = mr_str_from("You are not authenticated. Please see "
				   "https://www.mlflow.org/docs/latest/auth/index.html#authenticating-to-mlflow on how "
				   "to authenticate.");
	return MR_OK;
}

static mr_code auth_before(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			   mr_error *err)
{
	struct auth *auth = self;
	mr_str name, password;
	bool is_right = false;
	char text[1024];
	struct who who;
	mr_code code;

	if (request->operation.len == 0 && is_open(auth, request->path))
		return MR_OK;
	if (!credentials_read(app_header(request, "authorization"), text, sizeof text, &name, &password))
		return challenge(auth, answer, call, err);
	code = users_check(auth->users, name, password, &who, &is_right, err);
	if (code == MR_OK && is_right) {
		answer->user = auth->host->copy(call, name);
		code = answer->user.ptr ? MR_OK : mr_error_no_memory(err);
	}
	explicit_bzero(text, sizeof text);
	if (code != MR_OK || is_right)
		return code;
	auth->host->log(auth->host, MR_PLUGIN_WARNING, "a wrong name or password from %.*s", MR_STR_ARG(request->remote));
	return challenge(auth, answer, call, err);
}

/* ---- which experiment ---- */

static mr_code ask(struct auth *auth, uint32_t operation, uint32_t request_id, uint32_t response_id, mr_str value,
		   size_t offset, uint64_t has, void **out, mr_call *call, mr_error *err)
{
	char *request = auth->host->msg_new(call, request_id);

	*out = auth->host->msg_new(call, response_id);
	if (!request || !*out)
		return mr_error_no_memory(err);
	if (!auth->tracking)
		return mr_error_set(err, MR_PERMISSION_DENIED, "Permission denied");
	memcpy(request + offset, &value, sizeof value);
	memcpy(request, &has, sizeof has);
	return auth->host->store_invoke(auth->tracking, operation, request, *out, call, err);
}

static mr_code experiment_of_run(struct auth *auth, mr_str run, mr_str *out, mr_call *call, mr_error *err)
{
	struct mr_get_run_response *response;

	if (ask(auth, MR_OP_GET_RUN, MR_MSG_GET_RUN, MR_MSG_GET_RUN_RESPONSE, run, offsetof(struct mr_get_run, run_id),
		MR_GET_RUN_HAS_RUN_ID, (void **)&response, call, err) != MR_OK)
		return err->code;
	*out = response->run && response->run->info ? response->run->info->experiment_id : mr_str_make(NULL, 0);
	return MR_OK;
}

static mr_code experiment_of_model(struct auth *auth, mr_str model, mr_str *out, mr_call *call, mr_error *err)
{
	struct mr_get_logged_model_response *response;

	if (ask(auth, MR_OP_GET_LOGGED_MODEL, MR_MSG_GET_LOGGED_MODEL, MR_MSG_GET_LOGGED_MODEL_RESPONSE, model,
		offsetof(struct mr_get_logged_model, model_id), MR_GET_LOGGED_MODEL_HAS_MODEL_ID, (void **)&response, call,
		err) != MR_OK)
		return err->code;
	*out = response->model && response->model->info ? response->model->info->experiment_id : mr_str_make(NULL, 0);
	return MR_OK;
}

static mr_code experiment_of_name(struct auth *auth, mr_str name, mr_str *out, mr_call *call, mr_error *err)
{
	struct mr_get_experiment_by_name_response *response;

	if (ask(auth, MR_OP_GET_EXPERIMENT_BY_NAME, MR_MSG_GET_EXPERIMENT_BY_NAME, MR_MSG_GET_EXPERIMENT_BY_NAME_RESPONSE,
		name, offsetof(struct mr_get_experiment_by_name, experiment_name),
		MR_GET_EXPERIMENT_BY_NAME_HAS_EXPERIMENT_NAME, (void **)&response, call, err) != MR_OK)
		return err->code;
	*out = response->experiment ? response->experiment->experiment_id : mr_str_make(NULL, 0);
	return MR_OK;
}

/* "1/run/artifacts/x" is of experiment 1; above that is nobody's but the administrator's. */
static mr_str experiment_of_artifact(mr_str path)
{
	const char *slash = path.len ? memchr(path.ptr, '/', path.len) : NULL;
	size_t n = slash ? (size_t)(slash - path.ptr) : path.len;

	for (size_t i = 0; i < n; i++)
		if (path.ptr[i] < '0' || path.ptr[i] > '9')
			return mr_str_make(NULL, 0);
	return mr_str_make(path.ptr, n);
}

/* ---- what ---- */

static mr_code may(struct auth *auth, mr_str user, enum kind kind, mr_str id, enum level level, mr_error *err)
{
	enum level has;

	if (id.len && grants_level(auth->grants, user, kind, id, &has, err) != MR_OK)
		return err->code;
	return id.len && has >= level ? MR_OK : mr_error_set(err, MR_PERMISSION_DENIED, "Permission denied");
}

static mr_code check_one(struct auth *auth, const struct mr_app_request *request, const struct rule *rule, mr_str value,
			 mr_call *call, mr_error *err)
{
	enum kind kind = rule->names == NAMES_MODEL ? KIND_MODEL : KIND_EXPERIMENT;
	mr_str id = value;
	mr_code code = MR_OK;

	switch (rule->names) {
	case NAMES_EXPERIMENT_NAME:
		code = experiment_of_name(auth, value, &id, call, err);
		break;
	case NAMES_RUN:
		code = experiment_of_run(auth, value, &id, call, err);
		break;
	case NAMES_LOGGED_MODEL:
		code = experiment_of_model(auth, value, &id, call, err);
		break;
	case NAMES_ARTIFACT:
		id = experiment_of_artifact(request->artifact);
		break;
	case NAMES_ADMIN:
		return mr_error_set(err, MR_PERMISSION_DENIED, "Permission denied");
	case NAMES_NOTHING:
		return MR_OK;
	case NAMES_EXPERIMENT:
	case NAMES_MODEL:
		break;
	}
	return code == MR_OK ? may(auth, request->user, kind, id, rule->level, err) : code;
}

/* One rule, for each thing that its field names. *applied: there was one. */
static mr_code check_rule(struct auth *auth, const struct mr_app_request *request, const struct rule *rule, bool *applied,
			  mr_call *call, mr_error *err)
{
	const char *field = (const char *)request->message + rule->offset;
	mr_str one = mr_str_make(NULL, 0);
	const mr_str *values = &one;
	size_t n = 1;

	if (rule->many) { /* an array stands before its number, see millrace/api.h */
		memcpy(&values, field, sizeof values);
		memcpy(&n, field + sizeof values, sizeof n);
	} else if (rule->offset) {
		memcpy(&one, field, sizeof one);
		if (one.len == 0 && rule->message == MR_MSG_CREATE_RUN)
			one = mr_str_from("0"); /* where MLflow puts it */
		if (one.len == 0)
			return MR_OK;
	}
	for (size_t i = 0; i < n; i++) {
		*applied |= rule->names != NAMES_ADMIN;
		if (check_one(auth, request, rule, values[i], call, err) != MR_OK)
			return err->code;
	}
	return MR_OK;
}

static bool begins(mr_str s, const char *prefix)
{
	return s.len > strlen(prefix) && memcmp(s.ptr, prefix, strlen(prefix)) == 0;
}

/* What a new version points at is read by whoever may read the model. */
static mr_code check_source(struct auth *auth, const struct mr_app_request *request, mr_call *call, mr_error *err)
{
	const struct mr_create_model_version *message = request->message;
	static const struct rule run = {.names = NAMES_RUN, .level = LEVEL_READ};
	static const struct rule model = {.names = NAMES_LOGGED_MODEL, .level = LEVEL_READ};
	mr_str source = message->source;
	const char *at = source.ptr, *end = at + source.len;

	if (begins(source, "runs:/") || begins(source, "models:/m-")) {
		bool is_run = source.ptr[0] == 'r';

		at += is_run ? strlen("runs:/") : strlen("models:/");
		source = mr_str_make(at, strcspn(at, "/?#"));
		return check_one(auth, request, is_run ? &run : &model, source, call, err);
	}
	if (!begins(source, "mlflow-artifacts:/") || strstr(source.ptr, "..") || strchr(source.ptr, '%'))
		return mr_error_set(err, MR_PERMISSION_DENIED, "Permission denied: the source of a version is runs:/, models:/m- or "
							       "mlflow-artifacts:/, unless an administrator makes it");
	at += strlen("mlflow-artifacts:");
	if (at[0] == '/' && at[1] == '/')
		at = strchr(at + 2, '/') ? strchr(at + 2, '/') : end;
	at += strspn(at, "/");
	return may(auth, request->user, KIND_EXPERIMENT, experiment_of_artifact(mr_str_make(at, (size_t)(end - at))), LEVEL_READ,
		   err);
}

/* Logged models in lists of a request, which the table has no word for. */
static mr_code check_lists(struct auth *auth, const struct mr_app_request *request, mr_call *call, mr_error *err)
{
	static const struct rule read = {.names = NAMES_LOGGED_MODEL, .level = LEVEL_READ};
	static const struct rule edit = {.names = NAMES_LOGGED_MODEL, .level = LEVEL_EDIT};
	const struct mr_log_batch *batch = request->message;
	const struct mr_log_inputs *inputs = request->message;
	const struct mr_log_outputs *outputs = request->message;
	mr_code code = MR_OK;

	switch (request->message_id) {
	case MR_MSG_LOG_BATCH:
		for (size_t i = 0; code == MR_OK && i < batch->metrics_n; i++)
			if (batch->metrics[i]->model_id.len)
				code = check_one(auth, request, &edit, batch->metrics[i]->model_id, call, err);
		return code;
	case MR_MSG_LOG_INPUTS:
		for (size_t i = 0; code == MR_OK && i < inputs->models_n; i++)
			code = check_one(auth, request, &read, inputs->models[i]->model_id, call, err);
		return code;
	case MR_MSG_LOG_OUTPUTS:
		for (size_t i = 0; code == MR_OK && i < outputs->models_n; i++)
			code = check_one(auth, request, &edit, outputs->models[i]->model_id, call, err);
		return code;
	case MR_MSG_CREATE_MODEL_VERSION:
		return check_source(auth, request, call, err);
	default:
		return MR_OK;
	}
}

static mr_code auth_authorize(void *self, const struct mr_app_request *request, struct mr_app_answer *answer,
			      mr_call *call, mr_error *err)
{
	struct auth *auth = self;
	bool applied = false;

	(void)answer;
	if (users_is_admin(auth->users, request->user))
		return MR_OK;
	for (size_t i = 0; i < auth_rules_n; i++)
		if (auth_rules[i].message == request->message_id &&
		    check_rule(auth, request, &auth_rules[i], &applied, call, err) != MR_OK)
			return err->code;
	if (!applied) /* no rule allows it */
		return mr_error_set(err, MR_PERMISSION_DENIED, "Permission denied");
	return check_lists(auth, request, call, err);
}

static mr_code auth_filter(void *self, const struct mr_app_request *request, uint32_t row_id, const void *row, bool *keep,
			   mr_call *call, mr_error *err)
{
	struct auth *auth = self;
	enum kind kind = KIND_EXPERIMENT;
	enum level level;
	mr_str id;

	(void)call;
	*keep = users_is_admin(auth->users, request->user);
	if (*keep)
		return MR_OK;
	switch (row_id) {
	case MR_MSG_EXPERIMENT:
		id = ((const struct mr_experiment *)row)->experiment_id;
		break;
	case MR_MSG_RUN:
		id = ((const struct mr_run *)row)->info->experiment_id;
		break;
	case MR_MSG_LOGGED_MODEL:
		id = ((const struct mr_logged_model *)row)->info->experiment_id;
		break;
	case MR_MSG_REGISTERED_MODEL:
		kind = KIND_MODEL;
		id = ((const struct mr_registered_model *)row)->name;
		break;
	case MR_MSG_MODEL_VERSION:
		kind = KIND_MODEL;
		id = ((const struct mr_model_version *)row)->name;
		break;
	default: /* of something that authorize() was asked about by its name */
		*keep = true;
		return MR_OK;
	}
	if (grants_level(auth->grants, request->user, kind, id, &level, err) != MR_OK)
		return err->code;
	*keep = level >= LEVEL_READ;
	return MR_OK;
}

/* Who creates something manages it; what is gone is nobody's. */
static mr_code auth_after(void *self, const struct mr_app_request *request, int32_t status, const void *response,
			  mr_call *call, mr_error *err)
{
	struct auth *auth = self;
	mr_str name;

	(void)call;
	if (status != 200 || !request->message)
		return MR_OK;
	switch (request->message_id) {
	case MR_MSG_CREATE_EXPERIMENT:
		return response ? grants_add(auth->grants, request->user, KIND_EXPERIMENT,
					     ((const struct mr_create_experiment_response *)response)->experiment_id,
					     LEVEL_MANAGE, err)
				: MR_OK;
	case MR_MSG_CREATE_REGISTERED_MODEL:
		name = ((const struct mr_create_registered_model *)request->message)->name;
		return grants_add(auth->grants, request->user, KIND_MODEL, name, LEVEL_MANAGE, err);
	case MR_MSG_RENAME_REGISTERED_MODEL:
		name = ((const struct mr_rename_registered_model *)request->message)->name;
		if (grants_forget(auth->grants, KIND_MODEL, name, err) != MR_OK)
			return err->code;
		name = ((const struct mr_rename_registered_model *)request->message)->new_name;
		return grants_add(auth->grants, request->user, KIND_MODEL, name, LEVEL_MANAGE, err);
	case MR_MSG_DELETE_REGISTERED_MODEL:
		name = ((const struct mr_delete_registered_model *)request->message)->name;
		return grants_forget(auth->grants, KIND_MODEL, name, err);
	default:
		return MR_OK;
	}
}

const struct mr_app_ops basic_auth_app = {.size = sizeof basic_auth_app,
					  .open = auth_open,
					  .close = auth_close,
					  .before = auth_before,
					  .authorize = auth_authorize,
					  .filter = auth_filter,
					  .after = auth_after};

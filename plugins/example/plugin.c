/* SPDX-License-Identifier: Apache-2.0
 *
 * The example plugin: an entry of each kind, as MLflow's own mlflow-test-plugin has
 * them. `file-plugin:/path` is a tracking store, a model registry store and an
 * artifact repository that delegate to the built-in file store; besides, a run
 * context, a request header and a request auth provider, a deployment target, a
 * project backend, and an evaluator.
 * Copy what you need.
 */
#define _GNU_SOURCE
#include <millrace/artifact_repository.h>
#include <millrace/deployments.h>
#include <millrace/model_evaluator.h>
#include <millrace/model_registry_store.h>
#include <millrace/project_backend.h>
#include <millrace/request_auth.h>
#include <millrace/request_header.h>
#include <millrace/default_experiment.h>
#include <millrace/run_context.h>
#include <millrace/tracking_store.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SCHEME "file-plugin"

/* ---- the URI ---- */

/* "file-plugin:/p" and "file-plugin:///p" mean what "file:/p" and "file:///p"
 * mean. The caller frees it. */
static char *delegate_uri(mr_str uri)
{
	size_t skip = strlen(SCHEME);
	char *out = uri.len >= skip ? malloc(uri.len - skip + sizeof "file") : NULL;

	if (out) {
		memcpy(out, "file", 4);
		memcpy(out + 4, uri.ptr + skip, uri.len - skip);
		out[4 + uri.len - skip] = 0;
	}
	return out;
}

/* ---- stores: tracking and registry differ in the side alone ---- */

struct store {
	const mr_host *host;
	mr_store_handle *inner;
};

static mr_code store_open(const mr_host *host, const struct mr_open_args *args, int side, void **self, mr_error *err)
{
	struct store *store = calloc(1, sizeof *store);
	char *uri = delegate_uri(args->uri);
	mr_code code;

	if (!store || !uri) {
		code = mr_error_no_memory(err);
	} else {
		store->host = host;
		code = host->store_open(host, side, mr_str_from(uri), &store->inner, err);
	}
	free(uri);
	if (code == MR_OK)
		*self = store;
	else
		free(store);
	return code;
}

static mr_code tracking_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return store_open(host, args, MR_SIDE_TRACKING, self, err);
}

static mr_code registry_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return store_open(host, args, MR_SIDE_REGISTRY, self, err);
}

static void store_close(void *self)
{
	struct store *store = self;

	store->host->store_close(store->inner);
	free(store);
}

/* One function for every operation, those of later versions included. */
static mr_code store_invoke(void *self, uint32_t operation, const void *request, void *response, mr_call *call,
			    mr_error *err)
{
	struct store *store = self;

	return store->host->store_invoke(store->inner, operation, request, response, call, err);
}

static const struct mr_tracking_store_ops tracking_store = {
	.size = sizeof tracking_store, .open = tracking_open, .close = store_close, .invoke = store_invoke};

static const struct mr_model_registry_store_ops registry_store = {
	.size = sizeof registry_store, .open = registry_open, .close = store_close, .invoke = store_invoke};

/* ---- artifacts: the inner repository's table, called with its object ---- */

struct repository {
	const mr_host *host;
	mr_artifact_handle *inner;
	const struct mr_artifact_repository_ops *ops;
	void *object;
};

static mr_code repository_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct repository *r = calloc(1, sizeof *r);
	char *uri = delegate_uri(args->uri);
	mr_code code;

	if (!r || !uri) {
		code = mr_error_no_memory(err);
	} else {
		r->host = host;
		code = host->artifact_open(host, mr_str_from(uri), &r->inner, err);
	}
	free(uri);
	if (code != MR_OK) {
		free(r);
		return code;
	}
	r->ops = host->artifact_ops(r->inner, &r->object);
	*self = r;
	return MR_OK;
}

static void repository_close(void *self)
{
	struct repository *r = self;

	r->host->artifact_close(r->inner);
	free(r);
}

static mr_code push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->push_begin(r->object, path, size_hint, push, call, err);
}

static mr_code push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->push_write(r->object, push, bytes, size, call, err);
}

static mr_code push_commit(void *self, void *push, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->push_commit(r->object, push, call, err);
}

static void push_abort(void *self, void *push)
{
	struct repository *r = self;

	r->ops->push_abort(r->object, push);
}

static mr_code pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->pull_open(r->object, path, pull, info, call, err);
}

static mr_code pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			 mr_error *err)
{
	struct repository *r = self;

	return r->ops->pull_read(r->object, pull, offset, out, size, got, call, err);
}

static void pull_close(void *self, void *pull)
{
	struct repository *r = self;

	r->ops->pull_close(r->object, pull);
}

static mr_code list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->list(r->object, path, visit, arg, call, err);
}

static mr_code remove_path(void *self, mr_str path, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->remove(r->object, path, call, err);
}

static mr_code local_path(void *self, mr_str path, mr_str *out, mr_call *call, mr_error *err)
{
	struct repository *r = self;

	return r->ops->local_path(r->object, path, out, call, err);
}

static const struct mr_artifact_repository_ops repository = {
	.size = sizeof repository,
	.open = repository_open,
	.close = repository_close,
	.push_begin = push_begin,
	.push_write = push_write,
	.push_commit = push_commit,
	.push_abort = push_abort,
	.pull_open = pull_open,
	.pull_read = pull_read,
	.pull_close = pull_close,
	.list = list,
	.remove = remove_path,
	.local_path = local_path,
};

/* ---- run context: which machine made the run ---- */

static mr_code context_tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	FILE *in = fopen("/proc/sys/kernel/hostname", "re");
	char name[256] = "unknown";

	(void)host;
	(void)call;
	if (in && fgets(name, sizeof name, in))
		name[strcspn(name, "\n")] = 0;
	if (in)
		fclose(in);
	return visit(arg, mr_str_from("example.host"), mr_str_from(name), err);
}

static const struct mr_run_context_ops context = {.size = sizeof context, .tags = context_tags};

/* ---- default experiment: what a variable of the team says ---- */

static bool experiment_in_context(const mr_host *host, mr_call *call)
{
	(void)host;
	(void)call;
	return getenv("EXAMPLE_EXPERIMENT_ID") != NULL;
}

static mr_code experiment_id(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	const char *id = getenv("EXAMPLE_EXPERIMENT_ID");
	char *copy = id ? host->alloc(call, strlen(id) + 1) : NULL;

	if (!copy)
		return mr_error_set(err, MR_NOT_FOUND, "EXAMPLE_EXPERIMENT_ID is not set");
	strcpy(copy, id);
	*out = mr_str_from(copy);
	return MR_OK;
}

static const struct mr_default_experiment_ops experiment = {
	.size = sizeof experiment, .in_context = experiment_in_context, .experiment_id = experiment_id};

/* ---- request header: which programs call the server ---- */

static mr_code header_give(const mr_host *host, mr_header_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	(void)host;
	(void)call;
	return visit(arg, mr_str_from("X-Example-Plugin"), mr_str_from("1.0.0"), err);
}

static const struct mr_request_header_ops header = {.size = sizeof header, .headers = header_give};

/* ---- request auth: a bearer token from a file, read again for each request ---- */

static mr_code auth_authorize(const mr_host *host, const struct mr_auth_request *request, mr_header_visit *visit,
			      void *arg, mr_call *call, mr_error *err)
{
	const char *path = getenv("EXAMPLE_TOKEN_FILE");
	FILE *in = path ? fopen(path, "re") : NULL;
	char value[sizeof "Bearer " + 512] = "Bearer ";

	(void)host;
	(void)request;
	(void)call;
	if (!in)
		return mr_error_set(err, MR_UNAUTHENTICATED, "EXAMPLE_TOKEN_FILE names no file that can be read%s%s",
				    path ? ": " : "; set it to a file with a token", path ? path : "");
	if (!fgets(value + 7, sizeof value - 7, in))
		value[7] = 0;
	fclose(in);
	value[7 + strcspn(value + 7, "\r\n")] = 0;
	return visit(arg, mr_str_from("Authorization"), mr_str_from(value), err);
}

/* Refused once, the token may be a new one by now. */
static bool auth_again(const mr_host *host, const struct mr_auth_request *request, const struct mr_http_response *response, mr_call *call)
{
	(void)host;
	(void)call;
	return response->status == 401 && request->attempt == 1;
}

static const struct mr_request_auth_ops auth = {.size = sizeof auth, .authorize = auth_authorize, .on_challenge = auth_again};

/* ---- deployments: "faketarget:/folder" keeps a file for each deployment and serves none of them ---- */

struct target {
	const mr_host *host;
	char folder[2048];
};

static mr_code target_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	const char *colon = args->uri.len ? memchr(args->uri.ptr, ':', args->uri.len) : NULL;
	mr_str path = colon ? mr_str_make(colon + 1, args->uri.len - (size_t)(colon + 1 - args->uri.ptr)) : mr_str_from(".");
	struct target *t = malloc(sizeof *t);

	if (!t)
		return mr_error_no_memory(err);
	t->host = host;
	snprintf(t->folder, sizeof t->folder, "%.*s", MR_STR_ARG(path));
	*self = t;
	return MR_OK;
}

static mr_code target_path(const struct target *t, mr_str name, char out[4096], mr_error *err)
{
	if (memchr(name.ptr, '/', name.len) || name.ptr[0] == '.')
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%.*s' is no name for a deployment here", MR_STR_ARG(name));
	snprintf(out, 4096, "%s/%.*s", t->folder, MR_STR_ARG(name));
	return MR_OK;
}

/* What the file says, in the call's memory. */
static mr_code target_read(const struct target *t, mr_str name, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	struct mr_map_string *field = t->host->alloc(call, sizeof *field);
	char path[4096], flavor[256], model[2048];
	FILE *in;
	mr_code code = target_path(t, name, path, err);

	if (code != MR_OK || !field)
		return code != MR_OK ? code : mr_error_no_memory(err);
	in = fopen(path, "re");
	if (!in || !fgets(flavor, sizeof flavor, in) || !fgets(model, sizeof model, in))
		code = mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "There is no deployment '%.*s' in %s", MR_STR_ARG(name), t->folder);
	if (in)
		fclose(in);
	if (code != MR_OK)
		return code;
	field->key = mr_str_from("model_uri");
	field->value = t->host->copy(call, mr_str_make(model, strcspn(model, "\n")));
	*out = (struct mr_deployment_info){.size = sizeof *out,
					   .name = t->host->copy(call, name),
					   .flavor = t->host->copy(call, mr_str_make(flavor, strcspn(flavor, "\n"))),
					   .fields = field,
					   .fields_n = 1};
	return field->value.ptr && out->name.ptr && out->flavor.ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code target_write(const struct target *t, const struct mr_deployment_spec *spec, mr_str flavor, mr_str model,
			    bool exists, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	char path[4096];
	FILE *file;
	bool written;
	mr_code code = target_path(t, spec->name, path, err);

	for (size_t i = 0; i < spec->config_n && code == MR_OK; i++)
		if (!mr_str_is(spec->config[i].key, "raiseError"))
			code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "faketarget has no setting '%.*s'; it has: raiseError",
					    MR_STR_ARG(spec->config[i].key));
		else if (mr_str_is(spec->config[i].value, "True"))
			code = mr_error_set(err, MR_INTERNAL_ERROR, "Error requested");
	if (code != MR_OK)
		return code;
	if (!exists && access(path, F_OK) == 0)
		return mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS, "There is a deployment '%.*s' in %s", MR_STR_ARG(spec->name), t->folder);
	file = fopen(path, "we");
	written = file && fprintf(file, "%.*s\n%.*s\n", MR_STR_ARG(flavor), MR_STR_ARG(model)) > 0;
	if ((file && fclose(file) != 0) || !written)
		return mr_error_set(err, MR_IO_ERROR, "%s cannot be written", path);
	return target_read(t, spec->name, out, call, err);
}

static mr_code target_create(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out, mr_call *call,
			     mr_error *err)
{
	mr_str flavor = spec->flavor.len ? spec->flavor : mr_str_from("python_function");

	return target_write(self, spec, flavor, spec->model_uri, false, out, call, err);
}

static mr_code target_update(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out, mr_call *call,
			     mr_error *err)
{
	struct mr_deployment_info before = {.size = sizeof before};
	mr_code code = target_read(self, spec->name, &before, call, err);

	if (code != MR_OK)
		return code;
	return target_write(self, spec, spec->flavor.len ? spec->flavor : before.flavor,
			    spec->model_uri.len ? spec->model_uri : before.fields->value, true, out, call, err);
}

static mr_code target_remove(void *self, const struct mr_deployment_spec *spec, mr_call *call, mr_error *err)
{
	char path[4096];
	mr_code code = target_path(self, spec->name, path, err);

	(void)call;
	if (code == MR_OK)
		unlink(path);
	return code;
}

static mr_code target_list(void *self, mr_str endpoint, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct target *t = self;
	struct dirent **names;
	int n = scandir(t->folder, &names, NULL, alphasort);
	mr_code code = n < 0 ? mr_error_set(err, MR_NOT_FOUND, "There is no folder %s", t->folder) : MR_OK;

	(void)endpoint;
	for (int i = 0; i < n; i++) {
		struct mr_deployment_info info;

		if (code == MR_OK && names[i]->d_name[0] != '.' && target_read(t, mr_str_from(names[i]->d_name), &info, call, NULL) == MR_OK)
			code = visit(arg, &info, err);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return code;
}

static mr_code target_get(void *self, mr_str name, mr_str endpoint, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	(void)endpoint;
	return target_read(self, name, out, call, err);
}

static mr_code target_predict(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err)
{
	struct mr_deployment_info info = {.size = sizeof info};
	struct target *t = self;
	char answer[64];
	mr_code code = input->deployment.len ? target_read(t, input->deployment, &info, call, err) : MR_OK;

	if (code != MR_OK)
		return code;
	snprintf(answer, sizeof answer, "{\"predictions\": [%zu]}", input->body.len);
	*out = t->host->copy(call, mr_str_from(answer));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code target_help(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	(void)host;
	(void)call;
	(void)err;
	*out = mr_str_from("faketarget:/FOLDER keeps a file for each deployment in FOLDER; its predictions are the number of bytes\n"
			   "that it was given. -C raiseError=True makes it fail.");
	return MR_OK;
}

static const struct mr_deployments_ops target = {
	.size = sizeof target,
	.open = target_open,
	.close = free,
	.create = target_create,
	.update = target_update,
	.remove = target_remove,
	.list = target_list,
	.get = target_get,
	.predict = target_predict,
	.target_help = target_help,
};

/* ---- project backend ---- */

/* `millrace run . -b files`: the command runs here, its output and its exit status go into files of a folder, by which
 * another process finds it again. */
struct files_job {
	pid_t pid;
	bool own; /* our child, whose number cannot be another's before it was waited for */
	char folder[64], run_id[64];
	void (*output)(void *arg, bool is_stderr, const char *bytes, size_t size);
	void *output_arg;
	off_t seen; /* of the output */
	int32_t state, exit_code;
};

static mr_code files_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	(void)args;
	(void)err;
	*self = (void *)(uintptr_t)host; /* all that is needed */
	return MR_OK;
}

static struct files_job *files_new(const struct mr_project_submit *s)
{
	struct files_job *j = calloc(1, sizeof *j);

	if (j) {
		snprintf(j->run_id, sizeof j->run_id, "%.*s", MR_STR_ARG(s->run_id));
		j->output = s->output;
		j->output_arg = s->output_arg;
		j->state = MR_JOB_RUNNING;
		j->exit_code = -1;
	}
	return j;
}

/* A C string of a view that the host made; free it. */
static char *joined(mr_str a, const char *between, mr_str b)
{
	char *out = malloc(a.len + strlen(between) + b.len + 1);

	if (out)
		sprintf(out, "%.*s%s%.*s", MR_STR_ARG(a), between, MR_STR_ARG(b));
	return out;
}

/* env -C FOLDER -u GONE NAME=value ... bash -c WRAPPER bash COMMAND PLACE: the arguments need no quoting. */
static pid_t files_spawn(const struct mr_project_submit *s, const char *place)
{
	static const char *const wrapper = "bash -c \"$1\" >\"$2/output\" 2>&1; echo $? >\"$2/part\" && mv \"$2/part\" \"$2/exit\"";
	const char *const tail[] = {"bash", "-c", wrapper, "bash", s->command.ptr, place, NULL};
	const char **argv = calloc(2 * s->environment_n + 3 + sizeof tail / sizeof *tail, sizeof *argv);
	posix_spawnattr_t attributes;
	sigset_t none;
	size_t n = 0, made;
	pid_t pid = -1;

	if (!argv)
		return -1;
	argv[n++] = joined(mr_str_from("env"), "", mr_str_from(""));
	argv[n++] = joined(mr_str_from("--chdir="), "", s->work_dir);
	for (int set = 0; set < 2; set++)
		for (size_t i = 0; i < s->environment_n; i++) {
			const struct mr_map_string *v = &s->environment[i];

			if (set == (v->value.ptr != NULL))
				argv[n++] = set ? joined(v->key, "=", v->value) : joined(mr_str_from("--unset"), "=", v->key);
		}
	made = n;
	for (size_t i = 0; i + 1 < sizeof tail / sizeof *tail; i++)
		argv[n++] = tail[i];
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setpgroup(&attributes, 0); /* cancel ends the group */
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	if (posix_spawnp(&pid, "env", NULL, &attributes, (char *const *)(uintptr_t)argv, environ) != 0)
		pid = -1;
	posix_spawnattr_destroy(&attributes);
	while (made)
		free((void *)(uintptr_t)argv[--made]);
	free(argv);
	return pid;
}

/* Who the job is, for who comes later: the text of job_id is the tracking store's, and may be anything. */
static bool files_sign(const struct files_job *j)
{
	char path[80];
	FILE *out;
	bool well;

	snprintf(path, sizeof path, "%s/job", j->folder);
	out = fopen(path, "we");
	well = out && fprintf(out, "%ld %s\n", (long)j->pid, j->run_id) > 0;
	return out && fclose(out) == 0 && well;
}

static mr_code files_submit(void *self, const struct mr_project_submit *s, void **job, mr_call *call, mr_error *err)
{
	struct files_job *j = files_new(s);

	(void)self;
	(void)call;
	if (!j)
		return mr_error_no_memory(err);
	strcpy(j->folder, "/tmp/example-XXXXXX");
	if (mkdtemp(j->folder) && (j->pid = files_spawn(s, j->folder)) > 0 && files_sign(j)) {
		j->own = true;
		*job = j;
		return MR_OK;
	}
	rmdir(j->folder);
	free(j);
	return mr_error_set(err, MR_IO_ERROR, "The command cannot be started (it needs env and bash)");
}

/* A number may be another process's by now: its environment says whose it is. */
static bool files_is_of(pid_t pid, const char *run_id)
{
	char path[48], wanted[96], *bytes = malloc(1 << 20);
	int fd, n = snprintf(wanted, sizeof wanted, "MLFLOW_RUN_ID=%s", run_id);
	bool found = false;
	ssize_t size;

	snprintf(path, sizeof path, "/proc/%ld/environ", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	size = bytes && fd >= 0 ? read(fd, bytes, 1 << 20) : 0;
	for (ssize_t at = 0; at + n < size && !found; at += (ssize_t)strlen(bytes + at) + 1)
		found = memcmp(bytes + at, wanted, (size_t)n + 1) == 0;
	if (fd >= 0)
		close(fd);
	free(bytes);
	return found;
}

/* One file of the folder; -1 when it is not there. */
static int files_file(const struct files_job *j, const char *name)
{
	char path[80];

	snprintf(path, sizeof path, "%s/%s", j->folder, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void files_look(struct files_job *j)
{
	bool gone = waitpid(j->pid, NULL, WNOHANG) == j->pid || kill(j->pid, 0) != 0;
	int fd = files_file(j, "exit"), output = files_file(j, "output");
	char bytes[4096];
	ssize_t n;

	if (fd >= 0 && (n = read(fd, bytes, sizeof bytes - 1)) > 0) {
		bytes[n] = 0;
		j->exit_code = atoi(bytes);
		j->state = j->exit_code == 0 ? MR_JOB_FINISHED : j->exit_code > 128 ? MR_JOB_KILLED : MR_JOB_FAILED;
	} else if (gone) {
		j->state = MR_JOB_KILLED; /* together with the shell that would have told */
	}
	while (output >= 0 && (n = pread(output, bytes, sizeof bytes, j->seen)) > 0) {
		j->seen += n;
		j->output(j->output_arg, false, bytes, (size_t)n);
	}
	close(fd);
	close(output);
}

static mr_code files_status(void *self, void *job, bool wait, struct mr_job_status *out, mr_call *call, mr_error *err)
{
	const mr_host *host = self;
	struct files_job *j = job;
	struct timespec nap = {0, 20000000};

	(void)err;
	if (j->state == MR_JOB_RUNNING)
		files_look(j);
	while (wait && j->state == MR_JOB_RUNNING && !host->cancelled(call)) { /* which its deadline makes it, too */
		nanosleep(&nap, NULL);
		files_look(j);
	}
	out->state = j->state;
	out->exit_code = j->exit_code;
	return MR_OK;
}

static mr_code files_cancel(void *self, void *job, uint32_t flags, mr_call *call, mr_error *err)
{
	struct files_job *j = job;

	(void)self;
	(void)call;
	(void)err;
	if (j->state == MR_JOB_RUNNING && (j->own || files_is_of(j->pid, j->run_id)))
		kill(-j->pid, flags & MR_CANCEL_FORCE ? SIGKILL : SIGTERM);
	return MR_OK;
}

static void files_release(void *self, void *job)
{
	static const char *const names[] = {"output", "exit", "part", "job"};
	struct files_job *j = job;
	char path[80];

	(void)self;
	for (size_t i = 0; i < 4 && j->state != MR_JOB_RUNNING; i++) {
		snprintf(path, sizeof path, "%s/%s", j->folder, names[i]);
		unlink(path);
	}
	if (j->state != MR_JOB_RUNNING) { /* one that runs goes on, and needs them */
		rmdir(j->folder);
		waitpid(j->pid, NULL, 0);
	}
	free(j);
}

static mr_code files_id(void *self, void *job, mr_str *out, mr_call *call, mr_error *err)
{
	const mr_host *host = self;
	struct files_job *j = job;
	char text[96];

	snprintf(text, sizeof text, "%ld %s", (long)j->pid, j->folder);
	*out = host->copy(call, mr_str_from(text));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code files_find(void *self, mr_str id, const struct mr_project_submit *s, void **job, mr_call *call, mr_error *err)
{
	struct files_job *j = files_new(s);
	char text[96], path[96], run_id[64] = "", folder[8] = "";
	long pid = 0;
	FILE *in = NULL;

	(void)self;
	(void)call;
	if (!j)
		return mr_error_no_memory(err);
	snprintf(text, sizeof text, "%.*s", MR_STR_ARG(id));
	if (sscanf(text, "%*d /tmp/example-%6[A-Za-z0-9]", folder) == 1) {
		snprintf(j->folder, sizeof j->folder, "/tmp/example-%s", folder);
		snprintf(path, sizeof path, "%s/job", j->folder);
		in = fopen(path, "re");
	}
	if (in && fscanf(in, "%ld %63s", &pid, run_id) == 2 && strcmp(run_id, j->run_id) == 0) {
		fclose(in);
		j->pid = (pid_t)pid;
		*job = j;
		return MR_OK;
	}
	if (in)
		fclose(in);
	free(j);
	return mr_error_set(err, MR_NOT_FOUND, "No job of run %.*s is '%s'", MR_STR_ARG(s->run_id), text);
}

static const struct mr_project_backend_ops files = {
	.size = sizeof files,
	.open = files_open,
	.submit = files_submit,
	.status = files_status,
	.cancel = files_cancel,
	.job_release = files_release,
	.job_id = files_id,
	.job_find = files_find,
};

/* ---- evaluator: how often it is right, how far it is off, and a note of it ---- */

static bool dummy_can(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	(void)host;
	(void)config_json;
	(void)call;
	return mr_str_is(model_type, "classifier") || mr_str_is(model_type, "regressor");
}

/* The column that has the predictions: the one that was named, or the only one. */
static mr_code dummy_column(const struct mr_evaluation *in, const struct ArrowSchema *outputs, mr_str *out, mr_error *err)
{
	*out = in->predictions;
	if (!out->len && outputs->n_children == 1)
		*out = mr_str_from(outputs->children[0]->name);
	return out->len ? MR_OK : mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Name the column that has the predictions");
}

static mr_code dummy_right(const struct mr_evaluation *in, const struct ArrowSchema *schema, const struct ArrowArray *outputs, mr_str column,
			   double *value, mr_call *call, mr_error *err)
{
	const mr_str *said, *truth;
	mr_code code = in->texts(in->host_arg, schema, outputs, column, &said, call, err);

	if (code == MR_OK)
		code = in->texts(in->host_arg, in->schema, in->table, in->targets, &truth, call, err);
	*value = 0;
	for (int64_t i = 0; code == MR_OK && i < outputs->length; i++)
		*value += mr_str_eq(said[i], truth[i]) ? 1.0 / (double)outputs->length : 0;
	return code;
}

static mr_code dummy_off(const struct mr_evaluation *in, const struct ArrowSchema *schema, const struct ArrowArray *outputs, mr_str column,
			 double *value, mr_call *call, mr_error *err)
{
	const double *said, *truth;
	mr_code code = in->doubles(in->host_arg, schema, outputs, column, &said, call, err);

	if (code == MR_OK)
		code = in->doubles(in->host_arg, in->schema, in->table, in->targets, &truth, call, err);
	*value = 0;
	for (int64_t i = 0; code == MR_OK && i < outputs->length; i++)
		*value += (said[i] > truth[i] ? said[i] - truth[i] : truth[i] - said[i]) / (double)outputs->length;
	return code;
}

static mr_code dummy_note(const struct mr_evaluation *in, const char *metric, double value, mr_error *err)
{
	char folder[] = "/tmp/example-note-XXXXXX", path[64];
	mr_code code = MR_OK;
	FILE *out;

	if (!mkdtemp(folder))
		return mr_error_set(err, MR_IO_ERROR, "No folder can be made in /tmp");
	snprintf(path, sizeof path, "%s/note.txt", folder);
	out = fopen(path, "we");
	if (!out || fprintf(out, "%s %.3f\n", metric, value) < 0)
		code = mr_error_set(err, MR_IO_ERROR, "%s cannot be written", path);
	if (out && fclose(out) != 0 && code == MR_OK)
		code = mr_error_set(err, MR_IO_ERROR, "%s cannot be written", path);
	if (code == MR_OK)
		code = in->artifact(in->host_arg, mr_str_from("note"), mr_str_from(path), err);
	unlink(path);
	rmdir(folder);
	return code;
}

static mr_code dummy_evaluate(const mr_host *host, const struct mr_evaluation *in, mr_call *call, mr_error *err)
{
	bool labels = mr_str_is(in->model_type, "classifier");
	const char *metric = labels ? "dummy_accuracy" : "dummy_error";
	const struct ArrowSchema *schema;
	const struct ArrowArray *outputs;
	mr_str column;
	double value;
	mr_code code = in->outputs(in->host_arg, &schema, &outputs, call, err);

	(void)host;
	if (code == MR_OK && !in->targets.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The targets must be named");
	if (code == MR_OK)
		code = dummy_column(in, schema, &column, err);
	if (code == MR_OK)
		code = (labels ? dummy_right : dummy_off)(in, schema, outputs, column, &value, call, err);
	if (code == MR_OK)
		code = in->metric(in->host_arg, mr_str_from(metric), value, err);
	return code == MR_OK ? dummy_note(in, metric, value, err) : code;
}

static const struct mr_model_evaluator_ops dummy = {.size = sizeof dummy, .can_evaluate = dummy_can, .evaluate = dummy_evaluate};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_TRACKING_STORE, SCHEME, &tracking_store, NULL, 0)                                  \
	ENTRY(MR_GROUP_MODEL_REGISTRY_STORE, SCHEME, &registry_store, NULL, 0)                            \
	ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, SCHEME, &repository, NULL, 0)                                 \
	ENTRY(MR_GROUP_RUN_CONTEXT, "example", &context, NULL, 0)                                         \
	ENTRY(MR_GROUP_DEFAULT_EXPERIMENT, "example", &experiment, NULL, 0)                               \
	ENTRY(MR_GROUP_REQUEST_HEADER, "example", &header, NULL, 0)                                       \
	ENTRY(MR_GROUP_REQUEST_AUTH, "example", &auth, NULL, 0)                                           \
	ENTRY(MR_GROUP_PROJECT_BACKEND, "files", &files, NULL, 0)                                         \
	ENTRY(MR_GROUP_DEPLOYMENTS, "faketarget", &target, NULL, 0)                                       \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, "dummy_evaluator", &dummy, NULL, 0)

MR_PLUGIN_EXPORT("example", "1.0.0", "An entry of each kind, to start from.", "Apache-2.0", ENTRIES)

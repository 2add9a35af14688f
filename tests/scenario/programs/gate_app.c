/* SPDX-License-Identifier: Apache-2.0
 *
 * Two server apps for server_apps.py, "gate" and "second". The gate lets in who sends
 * X-Pass: NAME; what else they do a request says by its headers, each "HOOK
 * what", separated by commas: "before sleep 300", "after fail 3". Each call of a hook
 * is a line of the file in option "log".
 */
#include <millrace/app.h>
#include <stdlib.h>
#include <time.h>

struct app {
	const mr_host *host;
	const char *name;
	FILE *log;
};

static mr_code open_named(const mr_host *host, const struct mr_open_args *args, const char *name, void **self,
			  mr_error *err)
{
	struct app *app = calloc(1, sizeof *app);
	mr_str log = host->option_string(args->options, "log");

	if (!app)
		return mr_error_no_memory(err);
	app->host = host;
	app->name = name;
	app->log = log.len ? fopen(log.ptr, "ae") : NULL;
	if (app->log)
		setvbuf(app->log, NULL, _IOLBF, 1 << 12);
	if (host->option_bool(args->options, "broken")) {
		free(app);
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "the option 'broken' was set");
	}
	*self = app;
	return MR_OK;
}

static mr_code gate_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return open_named(host, args, "gate", self, err);
}

static mr_code second_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return open_named(host, args, "second", self, err);
}

static void app_close(void *self)
{
	struct app *app = self;

	if (app->log)
		fclose(app->log);
	free(app);
}

static mr_str header(const struct mr_app_request *request, const char *name)
{
	for (size_t i = 0; i < request->headers_n; i++)
		if (mr_str_is(request->headers[i].name, name))
			return request->headers[i].value;
	return mr_str_make("", 0);
}

static void note(struct app *app, const char *hook, const struct mr_app_request *r, int status, mr_str user)
{
	if (app->log)
		fprintf(app->log, "%s %s %.*s %.*s op=%.*s user=%.*s artifact=%.*s message=%d status=%d host=%.*s\n", app->name,
			hook, MR_STR_ARG(r->method), MR_STR_ARG(r->path), MR_STR_ARG(r->operation), MR_STR_ARG(r->user),
			MR_STR_ARG(r->artifact), r->message != NULL, status, MR_STR_ARG(user));
}

/* What X-Gate or X-Second asks this hook to do. */
static mr_code act(struct app *app, const char *hook, const struct mr_app_request *request, mr_error *err)
{
	mr_str orders = header(request, app->name[0] == 'g' ? "x-gate" : "x-second");
	const char *at = orders.len ? strstr(orders.ptr, hook) : NULL;
	char what[16];
	int number;

	if (!at || sscanf(at + strlen(hook), " %15s %d", what, &number) != 2)
		return MR_OK;
	if (strcmp(what, "sleep") == 0) {
		struct timespec time = {number / 1000, number % 1000 * 1000000L};

		nanosleep(&time, NULL);
		return MR_OK;
	}
	return mr_error_set(err, (mr_code)number, "a secret of the %s", app->name);
}

static mr_code gate_before(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			   mr_error *err)
{
	static const struct mr_header ask[] = {{{"WWW-Authenticate", 16}, {"Gate", 4}}};
	static const struct mr_header told[] = {{{"X-Gate-Says", 11}, {"welcome", 7}}};
	struct app *app = self;

	note(app, "before", request, 0, app->host->user(call));
	answer->user = header(request, "x-pass");
	if (answer->user.len == 0) {
		answer->status = 401;
		answer->headers = ask;
		answer->headers_n = 1;
		answer->body = mr_str_from("not without a pass");
		return MR_OK;
	}
	answer->headers = told;
	answer->headers_n = 1;
	return act(app, "before", request, err);
}

static mr_code second_before(void *self, const struct mr_app_request *request, struct mr_app_answer *answer,
			     mr_call *call, mr_error *err)
{
	struct app *app = self;

	(void)answer;
	note(app, "before", request, 0, app->host->user(call));
	return act(app, "before", request, err);
}

static mr_code authorize(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			 mr_error *err)
{
	struct app *app = self;

	note(app, "authorize", request, 0, app->host->user(call));
	if (header(request, "x-forbid").len && mr_str_eq(header(request, "x-forbid"), request->operation)) {
		answer->status = 403;
		answer->body = mr_str_from("not this");
		return MR_OK;
	}
	return act(app, "authorize", request, err);
}

/* Hides experiments whose name begins with "hidden". */
static mr_code filter(void *self, const struct mr_app_request *request, uint32_t row_id, const void *row, bool *keep,
		      mr_call *call, mr_error *err)
{
	struct app *app = self;

	(void)call;
	*keep = true;
	if (row_id == MR_MSG_EXPERIMENT) {
		mr_str name = ((const struct mr_experiment *)row)->name;

		*keep = name.len < 6 || memcmp(name.ptr, "hidden", 6) != 0;
	}
	return act(app, "filter", request, err);
}

static mr_code route(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
		     mr_error *err)
{
	static const struct mr_header type[] = {{{"Content-Type", 12}, {"text/x-gate", 11}}};
	struct app *app = self;

	note(app, "route", request, 0, app->host->user(call));
	answer->status = mr_str_is(request->path, "/gate/nothing") ? 0 : 201;
	answer->headers = type;
	answer->headers_n = 1;
	answer->body = request->body.len ? request->body : mr_str_from("an own page");
	return act(app, "route", request, err);
}

static mr_code after(void *self, const struct mr_app_request *request, int32_t status, const void *response,
		     mr_call *call, mr_error *err)
{
	struct app *app = self;

	(void)response;
	note(app, "after", request, status, app->host->user(call));
	return act(app, "after", request, err);
}

static const char *const prefixes[] = {"/gate", NULL};

static const struct mr_app_ops gate = {.size = sizeof gate,
				       .open = gate_open,
				       .close = app_close,
				       .before = gate_before,
				       .authorize = authorize,
				       .filter = filter,
				       .prefixes = prefixes,
				       .route = route,
				       .after = after};
static const struct mr_app_ops second = {.size = sizeof second,
					 .open = second_open,
					 .close = app_close,
					 .before = second_before,
					 .after = after};

static const struct mr_option_desc options[] = {
	{"log", MR_OPTION_STRING, NULL, "A file that gets a line for each call."},
	{"token", MR_OPTION_SECRET, "hunter2", "Is never shown."},
	{"broken", MR_OPTION_BOOL, "false", "Fails to open."},
	{NULL, 0, NULL, NULL},
};

#define ENTRIES(ENTRY)                                                                                                 \
	ENTRY(MR_GROUP_APP, "gate", &gate, options, 0)                                                                 \
	ENTRY(MR_GROUP_APP, "second", &second, options, 0)

MR_PLUGIN_EXPORT("gates", "1.0.0", "Apps that do what the request says.", "Apache-2.0", ENTRIES)

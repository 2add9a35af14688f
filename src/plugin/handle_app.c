/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/handle_app.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/inject.h"
#include "base/log.h"
#include "plugin/opened.h"
#include "plugin/stats.h"

struct mr_app_handle {
	struct opened opened;
	const struct mr_app_ops *ops;
	mr_str name;
};

/* ---- configuration ---- */

/* MILLRACE_APP_BASIC_AUTH_USERS for option "users" of "basic-auth". */
static const char *from_environment(mr_str app, const char *option)
{
	char name[256];
	int n = snprintf(name, sizeof name, "MILLRACE_APP_%.*s_%s", MR_STR_ARG(app), option);

	if (n < 0 || (size_t)n >= sizeof name)
		return NULL;
	for (char *c = name; *c; c++)
		*c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
	return secure_getenv(name);
}

static bool is_given(const struct mr_map_string *given, size_t n, const char *option)
{
	for (size_t i = 0; i < n; i++)
		if (mr_str_is(given[i].key, option))
			return true;
	return false;
}

/* The user's pairs, and behind them the environment's. */
static mr_code collect(const struct mr_entry *entry, const struct mr_map_string *given, size_t given_n, mr_arena *arena,
		       struct mr_map_string **out, size_t *n, mr_error *err)
{
	const struct mr_option_desc *options = entry->options;
	size_t declared = 0;

	while (options && options[declared].name)
		declared++;
	*out = mr_arena_alloc(arena, (given_n + declared + 1) * sizeof **out);
	if (!*out)
		return mr_error_no_memory(err);
	if (given_n)
		memcpy(*out, given, given_n * sizeof **out);
	*n = given_n;
	for (size_t i = 0; i < declared; i++) {
		const char *value = from_environment(entry->name, options[i].name);

		if (value && !is_given(given, given_n, options[i].name))
			(*out)[(*n)++] = (struct mr_map_string){mr_str_from(options[i].name), mr_str_from(value)};
	}
	return MR_OK;
}

static mr_code check_table(const struct mr_app_handle *app, mr_error *err)
{
	const struct mr_app_ops *ops = app->ops;
	const char *const *prefix = ops->prefixes;

	if (prefix && *prefix && !ops->route)
		return mr_error_set(err, MR_INVALID_STATE, "The app '%.*s' has prefixes but no route function",
				    MR_STR_ARG(app->name));
	for (; prefix && *prefix; prefix++)
		if ((*prefix)[0] != '/' || (*prefix)[1] == 0 || (*prefix)[strlen(*prefix) - 1] == '/')
			return mr_error_set(err, MR_INVALID_STATE,
					    "The app '%.*s' has the prefix '%s': one must begin with '/', and not end with it",
					    MR_STR_ARG(app->name), *prefix);
	return MR_OK;
}

static mr_code open_app(struct mr_app_handle *app, mr_str name, const struct mr_map_string *given, size_t given_n,
			mr_arena *arena, mr_error *err)
{
	const struct mr_entry *entry;
	struct mr_map_string *pairs = NULL;
	size_t n = 0;

	if (mr_plugins_by_name(MR_GROUP_APP, name, &entry, err) != MR_OK ||
	    collect(entry, given, given_n, arena, &pairs, &n, err) != MR_OK ||
	    opened_find_name(&app->opened, MR_GROUP_APP, name, pairs, n, err) != MR_OK)
		return err->code;
	app->ops = app->opened.entry->ops;
	app->name = app->opened.entry->name;
	if (check_table(app, err) != MR_OK)
		return err->code;
	return opened_open(&app->opened, app->ops->open, mr_str_make(NULL, 0), err);
}

mr_code mr_app_handle_open(mr_str name, const struct mr_map_string *given, size_t given_n, mr_app_handle **out,
			   mr_error *err)
{
	struct mr_app_handle *app = mr_calloc(1, sizeof *app);
	mr_arena *arena = mr_arena_new(0);
	mr_code code = app && arena ? open_app(app, name, given, given_n, arena, err) : mr_error_no_memory(err);

	mr_arena_free(arena);
	if (code == MR_OK) {
		*out = app;
		return MR_OK;
	}
	if (app)
		opened_dispose(&app->opened);
	mr_free(app);
	return code;
}

void mr_app_handle_close(mr_app_handle *app)
{
	if (!app)
		return;
	if (app->ops->close)
		app->ops->close(app->opened.self);
	opened_dispose(&app->opened);
	mr_free(app);
}

mr_str mr_app_name(const mr_app_handle *app)
{
	return app->name;
}

const struct mr_entry *mr_app_entry(const mr_app_handle *app)
{
	return app->opened.entry;
}

const struct mr_app_ops *mr_app_ops(const mr_app_handle *app)
{
	return app->ops;
}

const char *mr_app_prefix(const mr_app_handle *app, mr_str path)
{
	const char *const *prefix = app->ops->prefixes;

	for (; prefix && *prefix; prefix++) {
		size_t len = strlen(*prefix);

		if (path.len >= len && memcmp(path.ptr, *prefix, len) == 0 && (path.len == len || path.ptr[len] == '/'))
			return *prefix;
	}
	return NULL;
}

/* ---- hooks ---- */

static bool is_token(mr_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!isalnum((unsigned char)name.ptr[i]) && !strchr("!#$%&'*+-.^_`|~", name.ptr[i]))
			return false;
	return name.len > 0;
}

static bool is_value(mr_str value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.ptr[i] < ' ' || value.ptr[i] == 0x7f)
			return false;
	return true;
}

/* An answer that HTTP can carry, or the word to go on. */
static mr_code check_answer(const struct mr_app_handle *app, const char *what, bool must_answer,
			    const struct mr_app_answer *answer, mr_error *err)
{
	bool goes_on = answer->status == 0 && !must_answer;
	bool good = goes_on || (answer->status >= 200 && answer->status <= 599);

	if (!good)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The app '%.*s' answered in %s with the status %d",
				    MR_STR_ARG(app->name), what, (int)answer->status);
	for (size_t i = 0; i < answer->headers_n; i++)
		if (!is_token(answer->headers[i].name) || !is_value(answer->headers[i].value))
			return mr_error_set(err, MR_INTERNAL_ERROR,
					    "The app '%.*s' answered in %s with a header that HTTP cannot carry",
					    MR_STR_ARG(app->name), what);
	return is_value(answer->user) ? MR_OK
				      : mr_error_set(err, MR_INTERNAL_ERROR,
						     "The app '%.*s' said in %s a user with control characters",
						     MR_STR_ARG(app->name), what);
}

mr_code mr_app_ask(mr_app_handle *app, mr_app_hook hook, const struct mr_app_request *request,
		   struct mr_app_answer *answer, mr_call *call, mr_error *err)
{
	static const char *const names[] = {"before", "authorize", "route"};
	const struct mr_app_ops *ops = app->ops;
	mr_code (*functions[])(void *self, const struct mr_app_request *request, struct mr_app_answer *answer,
			       mr_call *call, mr_error *err) = {ops->before, ops->authorize, ops->route};
	int64_t began;

	*answer = (struct mr_app_answer){.size = sizeof *answer};
	if (!functions[hook])
		return MR_OK;
	began = opened_begin(&app->opened);
	if (opened_end(&app->opened, began, functions[hook](app->opened.self, request, answer, call, err), names[hook],
		       err) != MR_OK)
		return err->code;
	return check_answer(app, names[hook], hook == MR_APP_ROUTE, answer, err);
}

mr_code mr_app_after(mr_app_handle *app, const struct mr_app_request *request, int32_t status, const void *response,
		     mr_call *call, mr_error *err)
{
	int64_t began;

	if (!app->ops->after)
		return MR_OK;
	began = opened_begin(&app->opened);
	return opened_end(&app->opened, began,
			  app->ops->after(app->opened.self, request, status, response, call, err), "after", err);
}

mr_code mr_app_filter(mr_app_handle *app, const struct mr_app_request *request, uint32_t row_id, const void *row,
		      bool *keep, mr_call *call, mr_error *err)
{
	int64_t began;

	*keep = true;
	if (!app->ops->filter)
		return MR_OK;
	*keep = false;
	began = opened_begin(&app->opened);
	return opened_end(&app->opened, began,
			  app->ops->filter(app->opened.self, request, row_id, row, keep, call, err), "filter", err);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "conform/check.h"

#include <pthread.h>
#include <unistd.h>

#include "base/error.h"
#include "conform/child.h"

/* ---- outcomes ---- */

static _Noreturn void finish_with(struct check *c, int outcome, const char *format, va_list args)
{
	vsnprintf(c->shared->why, sizeof c->shared->why, format, args);
	child_finish(c, outcome);
}

void check_fail(struct check *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	finish_with(c, MR_CONFORM_FAILED, format, args);
}

void check_skip(struct check *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	finish_with(c, MR_CONFORM_SKIPPED, format, args);
}

void check_that(struct check *c, bool holds, const char *format, ...)
{
	va_list args;

	if (holds)
		return;
	va_start(args, format);
	finish_with(c, MR_CONFORM_FAILED, format, args);
}

void check_note(struct check *c, enum watch what, const char *format, ...)
{
	va_list args;

	if (c->shared->noted[what])
		return;
	va_start(args, format);
	vsnprintf(c->shared->notes[what], sizeof c->shared->notes[what], format, args);
	va_end(args);
	c->shared->noted[what] = true;
}

/* The code and the error must tell the same; gives the error's text for messages. */
static const char *take_error(struct check *c, mr_code code, const char *what)
{
	static _Thread_local char text[1200];
	const mr_error *err = &c->err;

	if (code == MR_OK && err->code != MR_OK)
		check_note(c, WATCH_ERRORS, "%s returned MR_OK and set an error: %s", what, err->message);
	else if (code != MR_OK && err->code == MR_OK)
		check_note(c, WATCH_ERRORS, "%s returned %s and set no error", what, mr_code_name(code));
	else if (code != err->code)
		check_note(c, WATCH_ERRORS, "%s returned %s, but the error that it set is %s", what, mr_code_name(code),
			   mr_code_name(err->code));
	else if (code != MR_OK && !err->length)
		check_note(c, WATCH_ERRORS, "%s failed with %s and an empty message", what, mr_code_name(code));
	snprintf(text, sizeof text, "%s%s%.1000s", mr_code_name(code), err->length ? ": " : "", err->message);
	mr_error_init(&c->err);
	return text;
}

static void end_if_starved(struct check *c, mr_code code)
{
	if (c->starved && code != MR_OK)
		_exit(0);
}

void check_ok(struct check *c, mr_code code, const char *what)
{
	const char *text;

	end_if_starved(c, code);
	text = take_error(c, code, what);
	check_that(c, code == MR_OK, "%s failed with %s", what, text);
}

void check_code(struct check *c, mr_code code, mr_code wanted, const char *what)
{
	const char *text;

	end_if_starved(c, code);
	text = take_error(c, code, what);
	check_that(c, code == wanted, "%s should fail with %s, but gave %s", what, mr_code_name(wanted),
		   code == MR_OK ? "MR_OK" : text);
}

void check_refused(struct check *c, mr_code code, const char *what)
{
	end_if_starved(c, code);
	take_error(c, code, what);
	check_that(c, code != MR_OK, "%s should fail, but gave MR_OK", what);
}

mr_str check_text(struct check *c, const char *format, ...)
{
	char text[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return mr_arena_copy(c->arena, mr_str_from(text));
}

/* ---- the plugin ---- */

static void *function_of(struct check *c, const char *name)
{
	const struct slot_table *table = slots_of(c->entry->group);
	void *function = NULL;

	for (size_t i = 0; table && i < table->n; i++)
		if (strcmp(table->slots[i].name, name) == 0)
			memcpy(&function, (const char *)c->ops + table->slots[i].offset, sizeof function);
	return function;
}

bool check_has(struct check *c, const char *function)
{
	return function_of(c, function) != NULL;
}

typedef mr_code open_fn(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);

mr_code check_open_as(struct check *c, void **self)
{
	struct mr_open_args args = {.size = sizeof args,
				    .tracking_uri = c->settings->tracking_uri,
				    .registry_uri = c->settings->registry_uri};
	void *function = function_of(c, "open");
	open_fn *open;

	memcpy(&open, &function, sizeof open);
	*self = NULL;
	if (!open) /* where it must be there, any.required-functions says so */
		return MR_OK;
	args.artifact_root = check_text(c, "%s/artifacts", c->folder);
	if (!c->options &&
	    mr_options_make(c->entry, c->uri, c->pairs, c->settings->pairs_n, &c->options, &c->uri, &c->err) != MR_OK)
		return c->err.code;
	args.uri = c->uri;
	args.options = c->options;
	return open(c->host, &args, self, &c->err);
}

void check_open(struct check *c)
{
	mr_code code = check_open_as(c, &c->self);
	const char *text;

	end_if_starved(c, code);
	text = take_error(c, code, "open");
	if (code == MR_OK)
		return;
	if (c->kind->uri && c->shared->default_uri)
		check_skip(c, "it cannot open '%.*s', which was tried: %s. Give %s", MR_STR_ARG(c->uri), text,
			   c->kind->uri[0] ? "--uri with a URI that it can open"
					   : "what it needs with --option KEY=VALUE");
	check_fail(c, "open of '%.*s' failed with %s", MR_STR_ARG(c->uri), text);
}

void check_close_as(struct check *c, void *self)
{
	void *function = function_of(c, "close");
	void (*close)(void *);

	memcpy(&close, &function, sizeof close);
	if (close)
		close(self);
}

void check_close(struct check *c)
{
	check_close_as(c, c->self);
	c->self = NULL;
}

mr_call *check_call_new(struct check *c)
{
	mr_call *call = mr_call_new(0);

	if (!call)
		check_fail(c, "out of memory");
	return call;
}

/* ---- threads ---- */

struct thread {
	struct check *c, own;
	size_t index;
	const char *(*work)(struct check *c, size_t index);
	const char *wrong;
	pthread_t id;
};

static void *thread_main(void *arg)
{
	struct thread *t = arg;

	t->own = *t->c; /* the same object; memory, calls and an error of its own */
	t->own.arena = mr_arena_new(0);
	if (!t->own.arena)
		check_fail(t->c, "out of memory");
	t->own.call = check_call_new(t->c);
	t->own.kit_call = check_call_new(t->c);
	mr_error_init(&t->own.err);
	t->wrong = t->work(&t->own, t->index);
	return NULL;
}

void check_threads(struct check *c, size_t n, const char *(*work)(struct check *c, size_t index))
{
	struct thread *threads = mr_arena_zalloc(c->arena, n * sizeof *threads);

	check_that(c, threads != NULL, "out of memory");
	for (size_t i = 0; i < n; i++) {
		threads[i].c = c;
		threads[i].index = i;
		threads[i].work = work;
		check_that(c, pthread_create(&threads[i].id, NULL, thread_main, &threads[i]) == 0,
			   "no thread could be made");
	}
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i].id, NULL);
	for (size_t i = 0; i < n; i++)
		check_that(c, !threads[i].wrong, "in one of %zu threads: %s", n, threads[i].wrong);
}

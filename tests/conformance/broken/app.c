/* SPDX-License-Identifier: Apache-2.0
 *
 * Server apps that do one thing wrong: the one that their name says, which is what they are opened with.
 */
#include <millrace/app.h>
#include <stdlib.h>
#include <unistd.h>

struct app {
	char rule[64];
};

#define IF(it) if (strcmp(((struct app *)self)->rule, "app." it) == 0)

static mr_code open_it(const mr_host *host, const struct mr_open_args *args, void **out, mr_error *err)
{
	struct app *self = calloc(1, sizeof *self);

	(void)host, (void)err;
	snprintf(self->rule, sizeof self->rule, "%.*s", MR_STR_ARG(args->uri));
	*out = self;
	return MR_OK;
}

static mr_code before(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
		      mr_error *err)
{
	static int within;

	(void)call;
	IF("answers")
	answer->status = 77;
	IF("odd-requests")
	if (request->headers[0].name.ptr[0] == 'x' || request->path.ptr[0] != '/')
		abort();
	IF("quick")
	usleep(200000);
	IF("parallel")
	{
		if (__sync_add_and_fetch(&within, 1) > 1)
			abort();
		usleep(2000);
		__sync_sub_and_fetch(&within, 1);
	}
	(void)err;
	return MR_OK;
}

static mr_code authorize(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			 mr_error *err)
{
	(void)request, (void)call, (void)err;
	IF("authorize")
	answer->status = 77;
	return MR_OK;
}

static mr_code filter(void *self, const struct mr_app_request *request, uint32_t row_id, const void *row, bool *keep,
		      mr_call *call, mr_error *err)
{
	(void)request, (void)row_id, (void)row, (void)call;
	*keep = true;
	(void)err;
	IF("filter")
	exit(1);
	return MR_OK;
}

static mr_code after(void *self, const struct mr_app_request *request, int32_t status, const void *response,
		     mr_call *call, mr_error *err)
{
	(void)request, (void)call, (void)err;
	IF("after")
	if (status == 499)
		return *(const volatile uint64_t *)response ? MR_OK : MR_IO_ERROR;
	return MR_OK;
}

static mr_code route(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
		     mr_error *err)
{
	(void)request, (void)call, (void)err;
	answer->status = 404;
	IF("route")
	answer->status = 0;
	return MR_OK;
}

static const char *const good_prefixes[] = {"/mine", NULL}, *const bad_prefixes[] = {"mine", NULL};
#define TABLE                                                                                                          \
	.open = open_it, .close = free, .before = before, .authorize = authorize, .filter = filter, .route = route,    \
	.after = after
static const struct mr_app_ops ops = {.size = sizeof ops, TABLE, .prefixes = good_prefixes};
static const struct mr_app_ops odd = {.size = sizeof odd, TABLE, .prefixes = bad_prefixes};

#define A(ENTRY, rule) ENTRY(MR_GROUP_APP, "app." rule, &ops, NULL, 0)
#define ENTRIES(ENTRY)                                                                                                 \
	A(ENTRY, "none")                                                                                               \
	A(ENTRY, "answers") A(ENTRY, "odd-requests") A(ENTRY, "authorize") A(ENTRY, "filter") A(ENTRY, "after")        \
		A(ENTRY, "route") A(ENTRY, "quick") A(ENTRY, "parallel")                                               \
			ENTRY(MR_GROUP_APP, "app.prefixes", &odd, NULL, 0)

MR_PLUGIN_EXPORT("broken-app", "1", "Each breaks one rule.", "Apache-2.0", ENTRIES)

/* SPDX-License-Identifier: Apache-2.0
 *
 * Run contexts, header and auth providers that do one thing wrong, each a table
 * of its own made by a macro; most general rules are broken by a run context,
 * the smallest kind of all.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <locale.h>
#include <millrace/request_auth.h>
#include <millrace/request_header.h>
#include <millrace/run_context.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static mr_code give(mr_tag_visit *visit, void *arg, const char *key, const char *value, mr_error *err)
{
	return visit(arg, mr_str_from(key), mr_str_from(value), err);
}
#define GIVE(key, value) give(visit, arg, key, value, err)

static unsigned calls; /* of this process */

static void *sleep_on(void *arg)
{
	pause();
	return arg;
}

static void start_thread(void)
{
	pthread_t id;

	pthread_create(&id, NULL, sleep_on, NULL);
	pthread_detach(id);
}

static void only_one_thread(void)
{
	static int within;

	if (__sync_add_and_fetch(&within, 1) > 1)
		abort();
	usleep(20000);
	__sync_sub_and_fetch(&within, 1);
}

static char *unchecked(const mr_host *host, mr_call *call)
{
	char *memory = host->alloc(call, 4000);

	memory[0] = 0;
	return memory;
}

static char *long_text(size_t n)
{
	char *text = calloc(1, n + 1);

	memset(text, 'x', n);
	return text;
}

static void become_a_child(void)
{
	if (fork() == 0) {
		sleep(60);
		_exit(0);
	}
}

/* A context whose tags() does something first and then returns something. */
#define CONTEXT(ident, first, result)                                                                                  \
	static mr_code ident##_tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err) \
	{                                                                                                              \
		(void)host, (void)visit, (void)arg, (void)call, (void)err;                                             \
		first;                                                                                                 \
		return result;                                                                                         \
	}                                                                                                              \
	static const struct mr_run_context_ops ident = {.size = sizeof ident, .tags = ident##_tags};

CONTEXT(good, , GIVE("key", "value"))
CONTEXT(works, , mr_error_set(err, MR_IO_ERROR, "I do not work"))
CONTEXT(descriptors, open("/dev/null", O_RDONLY | O_CLOEXEC), GIVE("key", "value"))
CONTEXT(threads, start_thread(), GIVE("key", "value"))
CONTEXT(memory, unchecked(host, call), GIVE("key", "value"))
CONTEXT(one_thread, only_one_thread(), GIVE("key", "value"))
CONTEXT(errors, , MR_IO_ERROR)
CONTEXT(prints, printf("hello\n"), GIVE("key", "value"))
CONTEXT(signals, signal(SIGTERM, SIG_IGN), GIVE("key", "value"))
CONTEXT(folder, if (chdir("/")) abort(), GIVE("key", "value"))
CONTEXT(environment, setenv("KEY", "value", 1), GIVE("key", "value"))
CONTEXT(locale, setlocale(LC_ALL, "C.UTF-8"), GIVE("key", "value"))
CONTEXT(children, become_a_child(), GIVE("key", "value"))
CONTEXT(long_key, char *key = long_text(300), GIVE(key, "value"))
CONTEXT(deaf, GIVE("key", "value");
	mr_error_init(err), GIVE("key2", "value") == MR_OK ? MR_OK : (mr_error_init(err), MR_OK))
CONTEXT(twice, , GIVE("key", "one") == MR_OK ? GIVE("key", "two") : err->code)
CONTEXT(changing, , calls++ ? MR_OK : GIVE("key", "value"))
static const struct mr_run_context_ops table_size = {.size = 13, .tags = good_tags};
static const struct mr_run_context_ops functions = {.size = sizeof functions};

static bool slow(const mr_host *host, mr_call *call)
{
	(void)host, (void)call;
	usleep(100000);
	return true;
}
static const struct mr_run_context_ops slow_context = {
	.size = sizeof slow_context, .in_context = slow, .tags = good_tags};
static const struct mr_option_desc options[] = {{"size", MR_OPTION_INT, "many", "How large."}, {NULL, 0, NULL, NULL}};

/* ---- headers: visit has the same type ---- */

#define HEADER(ident, from)                                                                                            \
	static const struct mr_request_header_ops ident = {.size = sizeof ident, .headers = from##_tags};
CONTEXT(line_break, , GIVE("X-Key", "a\r\nX-Other: b"))
HEADER(good_header, good)
HEADER(line_break_header, line_break)
HEADER(deaf_header, deaf)
HEADER(twice_header, twice)
HEADER(changing_header, changing)
static const struct mr_request_header_ops slow_header = {
	.size = sizeof slow_header, .in_context = slow, .headers = good_tags};

/* ---- auth ---- */

static bool never_enough(const mr_host *host, const struct mr_auth_request *request,
			 const struct mr_http_response *response, mr_call *call)
{
	(void)host, (void)request, (void)response, (void)call;
	return true;
}

#define AUTH(ident, from)                                                                                              \
	static mr_code ident##_authorize(const mr_host *host, const struct mr_auth_request *request,                   \
					 mr_header_visit *visit, void *arg, mr_call *call, mr_error *err)              \
	{                                                                                                              \
		(void)request;                                                                                         \
		return from##_tags(host, visit, arg, call, err);                                                       \
	}                                                                                                              \
	static const struct mr_request_auth_ops ident = {.size = sizeof ident, .authorize = ident##_authorize};
CONTEXT(silent, , MR_OK)
AUTH(good_auth, good)
AUTH(line_break_auth, line_break)
AUTH(silent_auth, silent)
AUTH(deaf_auth, deaf)
AUTH(twice_auth, twice)
AUTH(changing_auth, changing)
static const struct mr_request_auth_ops endless_auth = {
	.size = sizeof endless_auth, .authorize = good_auth_authorize, .on_challenge = never_enough};

#define C(ENTRY, rule, ops) ENTRY(MR_GROUP_RUN_CONTEXT, rule, &ops, NULL, 0)
#define H(ENTRY, rule, ops) ENTRY(MR_GROUP_REQUEST_HEADER, rule, &ops, NULL, 0)
#define A(ENTRY, rule, ops) ENTRY(MR_GROUP_REQUEST_AUTH, rule, &ops, NULL, 0)
#define ENTRIES(ENTRY)                                                                                                 \
	C(ENTRY, "context.none", good)                                                                                 \
	C(ENTRY, "any.table-size", table_size) C(ENTRY, "any.required-functions", functions) C(                        \
		ENTRY, "any.name:can-be-used",                                                                         \
		good) ENTRY(MR_GROUP_RUN_CONTEXT, "any.options-are-declared-well", &good, options,                     \
			    0) C(ENTRY, "any.works", works) C(ENTRY, "any.leaves-no-descriptors",                      \
							      descriptors) C(ENTRY, "any.leaves-no-threads", threads)  \
		C(ENTRY, "any.survives-no-memory", memory) C(ENTRY, "any.many-threads", one_thread) C(                 \
			ENTRY, "watch.errors-are-told",                                                                \
			errors) C(ENTRY, "watch.standard-output",                                                      \
				  prints) C(ENTRY, "watch.signals",                                                    \
					    signals) C(ENTRY, "watch.working-directory",                               \
						       folder) C(ENTRY, "watch.environment",                           \
								 environment) C(ENTRY, "watch.locale", locale)         \
			C(ENTRY, "watch.processes", children) C(ENTRY, "context.tags-can-be-stored", long_key) C(      \
				ENTRY, "context.in-context-is-quick",                                                  \
				slow_context) C(ENTRY, "context.returns-visitors-failure",                             \
						deaf) C(ENTRY, "context.gives-each-once",                              \
							twice) C(ENTRY, "context.can-be-asked-again", changing)        \
				H(ENTRY, "header.none", good_header) H(ENTRY, "header.can-be-sent", line_break_header) \
					H(ENTRY, "header.in-context-is-quick",                                         \
					  slow_header) H(ENTRY, "header.returns-visitors-failure",                     \
							 deaf_header) H(ENTRY, "header.gives-each-once", twice_header) \
						H(ENTRY, "header.can-be-asked-again", changing_header) A(              \
							ENTRY, "auth.none", good_auth) A(ENTRY, "auth.can-be-sent",    \
											 line_break_auth)              \
							A(ENTRY, "auth.says-why",                                      \
							  silent_auth) A(ENTRY, "auth.challenge-ends", endless_auth)   \
								A(ENTRY, "auth.returns-visitors-failure", deaf_auth)   \
									A(ENTRY, "auth.gives-each-once", twice_auth)   \
										A(ENTRY, "auth.can-be-asked-again",    \
										  changing_auth)

MR_PLUGIN_EXPORT("broken-request", "1", "Each breaks one rule.", "Apache-2.0", ENTRIES)

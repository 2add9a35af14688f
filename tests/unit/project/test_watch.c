/* SPDX-License-Identifier: Apache-2.0
 *
 * A call that does not come back is told about, by the plugin's name; one that does is not.
 */
#include "helper.h"

#include <pthread.h>
#include <unistd.h>

#include "base/log.h"
#include "project/watch.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char said[4096];

static void hear(void *arg, mr_str line)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	snprintf(said + strlen(said), sizeof said - strlen(said), "%.*s", MR_STR_ARG(line));
	pthread_mutex_unlock(&lock);
}

static bool was_said(const char *words)
{
	bool found;

	pthread_mutex_lock(&lock);
	found = strstr(said, words) != NULL;
	pthread_mutex_unlock(&lock);
	return found;
}

static void tells_of_a_call_that_hangs(void **state)
{
	struct watch *w;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	mr_log_set_sink(hear, NULL);
	assert_int_equal(watch_new(&w, s_("slow-plugin"), 100, &err), MR_OK);
	for (int i = 0; i < 30; i++) {
		watch_begin(w, "quick");
		usleep(10000);
		watch_end(w);
	}
	assert_false(was_said("quick"));
	watch_begin(w, "status");
	for (int i = 0; i < 200 && !was_said("slow-plugin"); i++)
		usleep(10000);
	watch_end(w);
	watch_free(w);
	watch_free(NULL);
	mr_log_set_sink(NULL, NULL);
	assert_true(was_said("The plugin slow-plugin has not come back from its function 'status'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(tells_of_a_call_that_hangs)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

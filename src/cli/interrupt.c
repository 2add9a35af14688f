/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/os.h"

enum { CALL_MAX = 16 << 20, GRACE_S = 10 };

static struct {
	pthread_mutex_t lock;
	mr_client *client;
	sigset_t signals;
	char run_id[33];
} watch = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void end_run(const char *run_id)
{
	struct mr_update_run request = {0};
	mr_call *call = mr_call_new(CALL_MAX);
	void *response;
	mr_error err;

	mr_error_init(&err);
	mr_update_run_set_run_id(&request, mr_str_from(run_id));
	mr_update_run_set_status(&request, MR_RUN_STATUS_KILLED);
	mr_update_run_set_end_time(&request, mr_time_ms());
	if (!call || mr_client_invoke(watch.client, &mr_op_update_run, &request, &response, call, &err) != MR_OK)
		fprintf(stderr, "millrace: run %s could not be ended as KILLED: %s\n", run_id, err.message);
	else
		fprintf(stderr, "millrace: interrupted; run %s is KILLED.\n", run_id);
	mr_call_free(call);
}

/* The lock is kept, so that nobody says FINISHED of a run that was killed. A second signal, or a store that does not
 * answer, ends the process at once. */
static void *wait_for_signal(void *unused)
{
	int number = 0;

	(void)unused;
	if (sigwait(&watch.signals, &number) != 0)
		return NULL;
	pthread_mutex_lock(&watch.lock);
	signal(number, SIG_DFL);
	signal(SIGALRM, SIG_DFL);
	sigaddset(&watch.signals, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &watch.signals, NULL);
	alarm(GRACE_S);
	if (watch.run_id[0])
		end_run(watch.run_id);
	_exit(128 + number);
}

static void add_unless_ignored(int number)
{
	struct sigaction action;

	if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN) /* as nohup and & have it */
		sigaddset(&watch.signals, number);
}

mr_code interrupt_watch(mr_client *client, mr_error *err)
{
	unsigned long thread;

	watch.client = client;
	sigemptyset(&watch.signals);
	add_unless_ignored(SIGINT);
	add_unless_ignored(SIGTERM);
	pthread_sigmask(SIG_BLOCK, &watch.signals, NULL);
	return mr_thread_start(&thread, "interrupt", wait_for_signal, NULL, err);
}

void interrupt_run(void *unused, const char *run_id)
{
	(void)unused;
	pthread_mutex_lock(&watch.lock);
	snprintf(watch.run_id, sizeof watch.run_id, "%s", run_id);
	pthread_mutex_unlock(&watch.lock);
}

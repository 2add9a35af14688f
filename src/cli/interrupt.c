/* SPDX-License-Identifier: Apache-2.0
 *
 * Two look after the run: a thread that waits for signals, and a process, the
 * guardian, that learns by the end of a socket that this process has crashed.
 */
#include "cli/interrupt.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/os.h"

enum { CALL_MAX = 16 << 20, GRACE_S = 10 };

static struct {
	pthread_mutex_t lock;
	mr_client *client;
	sigset_t signals;
	char run_id[33];
	int guardian; /* the socket to it; -1: there is none */
} watch = {.lock = PTHREAD_MUTEX_INITIALIZER, .guardian = -1};

/* What the guardian is told: the run under way ("": none), and what it is when we are gone. */
struct word {
	char run_id[33];
	int32_t status;
};

static void tell_guardian(const char *run_id, int32_t status)
{
	struct word word = {.status = status};

	snprintf(word.run_id, sizeof word.run_id, "%s", run_id);
	while (watch.guardian >= 0 && send(watch.guardian, &word, sizeof word, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

static bool end_run(const char *run_id, int32_t status, const char *why)
{
	const char *name = mr_enum_name(&mr_desc_enum_run_status, status);
	struct mr_update_run request = {0};
	mr_call *call = mr_call_new(CALL_MAX);
	void *response;
	mr_error err;

	mr_error_init(&err);
	mr_update_run_set_run_id(&request, mr_str_from(run_id));
	mr_update_run_set_status(&request, status);
	mr_update_run_set_end_time(&request, mr_time_ms());
	if (!call)
		mr_error_no_memory(&err);
	else
		mr_client_invoke(watch.client, &mr_op_update_run, &request, &response, call, &err);
	if (err.code != MR_OK)
		fprintf(stderr, "millrace: %s; run %s could not be ended as %s: %s\n", why, run_id, name, err.message);
	else
		fprintf(stderr, "millrace: %s; run %s is %s.\n", why, run_id, name);
	mr_call_free(call);
	return err.code == MR_OK;
}

/* The guardian's life. A Ctrl-C reaches it, too, but is for the other to answer. */
static void guard(int from)
{
	struct word word = {{0}, 0}, next;
	ssize_t n;

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	while ((n = recv(from, &next, sizeof next, 0)) > 0 || (n < 0 && errno == EINTR))
		if (n == (ssize_t)sizeof next)
			word = next;
	if (word.run_id[0])
		end_run(word.run_id, word.status,
			word.status == MR_RUN_STATUS_KILLED ? "interrupted" : "the command crashed");
	_exit(0);
}

static mr_code start_guardian(mr_error *err)
{
	int ends[2], why;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return mr_error_set(err, MR_INTERNAL_ERROR, "No socket for who looks after the run: %s", strerror(errno));
	child = fork();
	why = errno;
	if (child == 0) {
		close(ends[1]);
		guard(ends[0]);
	}
	close(ends[0]);
	watch.guardian = ends[1];
	if (child > 0)
		return MR_OK;
	close(ends[1]);
	watch.guardian = -1;
	return mr_error_set(err, MR_INTERNAL_ERROR, "No process to look after the run: %s", strerror(why));
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
	tell_guardian(watch.run_id, MR_RUN_STATUS_KILLED); /* when we do not get so far, it does */
	if (watch.run_id[0] && end_run(watch.run_id, MR_RUN_STATUS_KILLED, "interrupted"))
		tell_guardian("", 0);
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
	mr_code code;

	watch.client = client;
	code = start_guardian(err);
	if (code != MR_OK)
		return code;
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
	tell_guardian(run_id, MR_RUN_STATUS_FAILED);
	pthread_mutex_unlock(&watch.lock);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads that are a guest's: they take no signals from the host program.
 */
#define _GNU_SOURCE
#include "base/os.h"

#include <pthread.h>
#include <signal.h>

_Static_assert(sizeof(pthread_t) <= sizeof(unsigned long), "a pthread_t must fit the header's type");

mr_code mr_thread_start(unsigned long *thread, const char *name, mr_thread_main *main, void *arg, mr_error *err)
{
	sigset_t all, before;
	char brief[16]; /* the kernel's limit, with its NUL */
	pthread_t started;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&started, NULL, main, arg); /* inherits the mask */
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc)
		return mr_error_set(
			err, MR_RESOURCE_EXHAUSTED,
			"Cannot start the thread '%s': %s. Raise the limit of threads (ulimit -u) or of memory.", name,
			strerror(rc));
	snprintf(brief, sizeof brief, "%s", name);
	pthread_setname_np(started, brief);
	*thread = (unsigned long)started;
	return MR_OK;
}

void mr_thread_join(unsigned long thread)
{
	pthread_join((pthread_t)thread, NULL);
}

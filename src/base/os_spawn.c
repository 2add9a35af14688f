/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/os_spawn.h"
#include "base/process.h"

enum { FDS_MAX = 8 };

/* Above those that the child gets, so that none is overwritten before it is used. */
static int raise_fds(const int *fds, int n, int *raised)
{
	for (int i = 0; i < n; i++)
		raised[i] = -1;
	for (int i = 0; i < n; i++) {
		if (fds[i] >= 0)
			raised[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, n);
		if (fds[i] >= 0 && raised[i] < 0)
			return errno;
	}
	return 0;
}

static int describe_fds(posix_spawn_file_actions_t *actions, const int *raised, int n)
{
	int rc = 0;

	for (int i = 0; i < n && rc == 0; i++)
		rc = raised[i] < 0 ? posix_spawn_file_actions_addopen(actions, i, "/dev/null", i ? O_WRONLY : O_RDONLY, 0)
				   : posix_spawn_file_actions_adddup2(actions, raised[i], i);
	return rc;
}

int mr_spawn_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setpgroup(attributes, 0);
	return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

int mr_process_spawn(const char *const *argv, const char *const *environment, const int *fds, int fds_n, int *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int raised[FDS_MAX], rc;

	if (fds_n > FDS_MAX)
		return EINVAL;
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_init(&actions);
	rc = raise_fds(fds, fds_n, raised);
	if (rc == 0)
		rc = describe_fds(&actions, raised, fds_n);
	if (rc == 0)
		rc = mr_spawn_attributes(&attributes);
	if (rc == 0) /* the tables are read only; the type is POSIX's */
		rc = posix_spawn(pid, argv[0], &actions, &attributes, (char *const *)(uintptr_t)argv,
				 (char *const *)(uintptr_t)(environment ? environment : (const char *const *)environ));
	for (int i = 0; i < fds_n; i++)
		if (raised[i] >= 0)
			close(raised[i]);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * run-local: one scoring server in the foreground, its output where ours goes,
 * until it ends or is cancelled.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api/call.h"
#include "base/os.h"
#include "deploy/folder.h"
#include "deploy/launch.h"
#include "deploy/local_parts.h"

enum { TURN_MS = 50 };

static mr_code start(const struct launch *l, pid_t *pid, mr_error *err)
{
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	rc = posix_spawn(pid, l->program, NULL, &attributes, l->argv, l->environment);
	posix_spawnattr_destroy(&attributes);
	return rc == 0 ? MR_OK : mr_error_set(err, MR_NOT_FOUND, "Cannot run %s: %s", l->program, strerror(rc));
}

/* It is a zombie while its group is killed, so that the group's number is its own. */
static bool has_ended(pid_t pid, int *status)
{
	siginfo_t info = {.si_pid = 0};

	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0)
		return false;
	kill(-pid, SIGKILL);
	*status = 0;
	waitpid(pid, status, 0);
	return true;
}

static mr_code wait_for_end(pid_t pid, int64_t grace_ms, mr_call *call, mr_error *err)
{
	int64_t kill_ns = 0;
	int status;

	while (!has_ended(pid, &status)) {
		if (mr_call_is_cancelled(call) && !kill_ns) {
			kill_ns = mr_monotonic_ns() + grace_ms * 1000000;
			kill(-pid, SIGTERM);
		}
		if (kill_ns && mr_monotonic_ns() > kill_ns)
			kill(-pid, SIGKILL);
		nanosleep(&(struct timespec){.tv_nsec = TURN_MS * 1000000}, NULL);
	}
	if (kill_ns)
		return MR_OK;
	if (WIFSIGNALED(status))
		return mr_error_set(err, MR_ABORTED, "The server was killed by signal %d (%s)", WTERMSIG(status),
				    strsignal(WTERMSIG(status)));
	return mr_error_set(err, MR_ABORTED, "The server ended by itself with exit status %d", WEXITSTATUS(status));
}

static mr_code run(const struct mr_state *state, const struct mr_deployment_spec *spec, struct folder_model *fetched,
		   mr_call *call, mr_error *err)
{
	struct mr_revision revision = {.number = 1, .config = (struct mr_map_string *)(uintptr_t)spec->config, .config_n = spec->config_n};
	struct deploy_settings settings;
	struct launch launch;
	pid_t pid;
	mr_code code = deploy_settings_read(spec->config, spec->config_n, &settings, err);

	if (code == MR_OK)
		code = folder_fetch(state, spec->model_uri, spec->flavor, settings.copy, !settings.command.len, call, call->arena,
				    fetched, err);
	revision.model = fetched->model;
	revision.flavor = fetched->flavor;
	revision.flavor_chosen = spec->flavor.len > 0;
	if (code == MR_OK)
		code = deploy_settings_environment(spec->config, spec->config_n, call->arena, &revision.environment,
					       &revision.environment_n, err);
	if (code == MR_OK)
		code = launch_prepare(state, spec->name, &revision, mr_arena_copy(call->arena, settings.host).ptr,
				      settings.port ? (int)settings.port : 5000, call->arena, &launch, err);
	if (code == MR_OK)
		code = start(&launch, &pid, err);
	return code == MR_OK ? wait_for_end(pid, settings.stop_timeout, call, err) : code;
}

mr_code local_run(const mr_host *host, mr_str target_uri, const struct mr_deployment_spec *spec, mr_call *call, mr_error *err)
{
	struct folder_model fetched = {0};
	struct mr_state state;
	mr_code code = folder_open(target_uri, &state, err);

	(void)host;
	if (code == MR_OK)
		code = run(&state, spec, &fetched, call, err);
	folder_drop(&fetched);
	mr_state_close(&state);
	return code;
}

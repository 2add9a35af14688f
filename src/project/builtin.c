/* SPDX-License-Identifier: Apache-2.0 */
#include "project/builtin.h"

#include <signal.h>

#include "plugin/host.h"

void mr_project_register(void)
{
	mr_plugins_add_builtin(&mr_builtin_local_backend);
	mr_plugins_add_builtin(&mr_builtin_slurm_backend);
}

/* A shell tells a signal as 128 + n, too. A crash (SIGSEGV, SIGABRT, ...) is the program's failure. */
mr_job_state backend_state(int exit_code)
{
	static const int from_outside[] = {SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGTERM, SIGXCPU};

	if (exit_code == 0)
		return MR_JOB_FINISHED;
	for (size_t i = 0; i < sizeof from_outside / sizeof *from_outside; i++)
		if (exit_code == 128 + from_outside[i])
			return MR_JOB_KILLED;
	return MR_JOB_FAILED;
}

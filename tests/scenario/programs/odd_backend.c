/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin with a project backend `odd`, which does what the word in its configuration says: {"do": "WORD"}.
 */
#include <millrace/project_backend.h>
#include <stdlib.h>

struct job {
	char mode[32];
	int asked, cancels;
	const mr_host *host;
	void (*output)(void *arg, bool is_stderr, const char *bytes, size_t size);
	void *output_arg;
};

static bool is(const struct job *j, const char *mode)
{
	return strcmp(j->mode, mode) == 0;
}

static mr_code odd_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	(void)args;
	(void)err;
	*self = (void *)(uintptr_t)host;
	return MR_OK;
}

static mr_code odd_submit(void *self, const struct mr_project_submit *s, void **job, mr_call *call, mr_error *err)
{
	struct job *j = calloc(1, sizeof *j);

	(void)call;
	sscanf(s->config_json.ptr, "{\"do\": \"%31[a-z-]", j->mode);
	j->host = self;
	j->output = s->output;
	j->output_arg = s->output_arg;
	*job = j;
	if (!is(j, "refuse") && !is(j, "refuse-without-a-word"))
		return MR_OK;
	if (is(j, "refuse"))
		mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "no room for run %.*s", MR_STR_ARG(s->run_id));
	free(j);
	return MR_INVALID_PARAMETER_VALUE;
}

static mr_code odd_status(void *self, void *job, bool wait, struct mr_job_status *out, mr_call *call, mr_error *err)
{
	struct job *j = job;

	(void)self;
	(void)wait;
	j->asked++;
	out->state = j->asked < 3 ? MR_JOB_PENDING : MR_JOB_FINISHED;
	if (is(j, "deaf") && j->asked < 5) /* asking fails, the job does not */
		return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "not now");
	if (is(j, "waits"))
		out->message = j->host->copy(call, mr_str_from(j->asked == 1 ? "third in the queue" : "second in the queue"));
	if (is(j, "fails")) {
		j->output(j->output_arg, true, "half of it\n", 11);
		out->state = MR_JOB_FAILED;
		out->message = j->host->copy(call, mr_str_from("the machine burnt down"));
	}
	if (is(j, "clings")) /* until it is asked for the second time to end */
		out->state = j->cancels < 2 ? MR_JOB_RUNNING : MR_JOB_KILLED;
	return MR_OK;
}

static mr_code odd_cancel(void *self, void *job, uint32_t flags, mr_call *call, mr_error *err)
{
	struct job *j = job;

	(void)self;
	(void)flags;
	(void)call;
	return ++j->cancels < 2 ? mr_error_set(err, MR_IO_ERROR, "cannot cancel yet") : MR_OK;
}

static void odd_release(void *self, void *job)
{
	(void)self;
	free(job);
}

static const struct mr_project_backend_ops odd = {.size = sizeof odd, .open = odd_open, .submit = odd_submit, .status = odd_status,
						  .cancel = odd_cancel, .job_release = odd_release};
static const struct mr_project_backend_ops half = {.size = sizeof half, .submit = odd_submit};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_PROJECT_BACKEND, "odd", &odd, NULL, 0)                                             \
	ENTRY(MR_GROUP_PROJECT_BACKEND, "half", &half, NULL, 0)

MR_PLUGIN_EXPORT("odd-backend", "1.0.0", "A project backend that misbehaves.", "Apache-2.0", ENTRIES)

/* SPDX-License-Identifier: Apache-2.0 */
#include "project/env.h"

#include "base/nearest.h"

static const char *const names[] = {
	[ENV_LOCAL] = "local", [ENV_VIRTUALENV] = "virtualenv", [ENV_UV] = "uv", [ENV_CONDA] = "conda", [ENV_DOCKER] = "docker"};

const char *env_name(enum env_manager manager)
{
	return names[manager];
}

static mr_code unknown(mr_str asked, mr_error *err)
{
	mr_str known[ENV_DOCKER];
	mr_arena *arena = mr_arena_new(0);
	mr_str near = mr_str_make("", 0);

	for (size_t i = 0; i < ENV_DOCKER; i++)
		known[i] = mr_str_from(names[i]);
	if (arena)
		near = mr_nearest(arena, asked, known, ENV_DOCKER);
	mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
		     "There is no environment manager '%.*s'; there are local, virtualenv, uv and conda.%.*s", MR_STR_ARG(asked),
		     MR_STR_ARG(near));
	mr_arena_free(arena);
	return MR_INVALID_PARAMETER_VALUE;
}

mr_code env_choose(const struct project_spec *spec, mr_str asked, enum env_manager *out, mr_error *err)
{
	static const enum env_manager usual[] = {[SPEC_ENV_NONE] = ENV_LOCAL,
						 [SPEC_ENV_PYTHON] = ENV_VIRTUALENV,
						 [SPEC_ENV_CONDA] = ENV_CONDA,
						 [SPEC_ENV_DOCKER] = ENV_DOCKER};
	size_t i = 0;

	while (asked.len && i < ENV_DOCKER && !mr_str_is(asked, names[i]))
		i++;
	if (asked.len && i == ENV_DOCKER)
		return unknown(asked, err);
	*out = asked.len && spec->env != SPEC_ENV_DOCKER ? (enum env_manager)i : usual[spec->env];
	if (*out == ENV_CONDA && spec->env != SPEC_ENV_CONDA)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "python_env project cannot be executed using conda. Set `--env-manager` to 'virtualenv' or "
				    "'local' to execute this project.");
	if (*out == ENV_DOCKER && !spec->name.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Project name in MLProject must be specified when using docker for image tagging. (%.*s)",
				    MR_STR_ARG(spec->file));
	return MR_OK;
}

mr_code env_prepare(mr_arena *arena, const struct env_request *request, struct env *out, mr_error *err)
{
	out->activation = out->image = out->image_id = mr_str_make("", 0);
	switch (request->manager) {
	case ENV_VIRTUALENV:
	case ENV_UV:
		return env_virtualenv(arena, request, out, err);
	case ENV_CONDA:
		return env_conda(arena, request, out, err);
	case ENV_DOCKER:
		return env_docker_image(arena, request, out, err);
	default:
		return MR_OK;
	}
}

mr_code env_wrap(mr_arena *arena, const struct env_request *request, const struct env *env, mr_str command, mr_str *out,
		 mr_error *err)
{
	if (request->manager == ENV_DOCKER)
		return env_docker_command(arena, request, env->image, command, out, err);
	*out = env->activation.len
		       ? mr_arena_printf(arena, "%.*s && %.*s", MR_STR_ARG(env->activation), MR_STR_ARG(command))
		       : command;
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

uint64_t env_hash(mr_str text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)text.ptr[i]) * UINT64_C(0x100000001b3);
	return h;
}

/* ---- the programs that make environments ---- */

void env_say(const struct env_request *request, const char *format, ...)
{
	char line[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (request->progress)
		request->progress(request->arg, line);
}

enum { TAIL = 1500 };

struct listening {
	const struct env_request *request;
	mr_buf *out;
	char tail[2 * TAIL + 1];
	size_t tail_n;
};

static void hear(void *arg, bool is_stderr, const char *bytes, size_t n)
{
	struct listening *l = arg;
	size_t skip = n > TAIL ? n - TAIL : 0;

	if (!is_stderr && l->out)
		mr_buf_add(l->out, bytes, n);
	else if (l->request->output)
		l->request->output(l->request->arg, is_stderr, bytes, n);
	if (l->tail_n > TAIL) {
		memmove(l->tail, l->tail + l->tail_n - TAIL, TAIL);
		l->tail_n = TAIL;
	}
	memcpy(l->tail + l->tail_n, bytes + skip, n - skip);
	l->tail_n += n - skip;
}

static mr_stop ask(void *arg)
{
	struct listening *l = arg;

	return l->request->stop ? l->request->stop(l->request->arg) : MR_STOP_NO;
}

mr_code env_run(const struct env_request *request, const char *const *argv, const char *folder,
		const char *const *environment, mr_buf *out, mr_error *err)
{
	struct listening l = {.request = request, .out = out};
	struct mr_process p = {.argv = argv, .folder = folder, .environment = environment, .output = hear, .stop = ask, .arg = &l};
	int status = -1;
	mr_code code = mr_process_run(&p, &status, err);
	size_t cut;

	if (code != MR_OK || status == 0)
		return code;
	if (ask(&l))
		return mr_error_set(err, MR_CANCELLED, "%s was ended, because the run was cancelled", argv[0]);
	while (l.tail_n && (l.tail[l.tail_n - 1] == '\n' || l.tail[l.tail_n - 1] == ' '))
		l.tail_n--;
	cut = l.tail_n > TAIL ? l.tail_n - TAIL : 0;
	return mr_error_set(err, MR_INTERNAL_ERROR, "%s %s %s ended with status %d: %.*s", argv[0], argv[1] ? argv[1] : "",
			    argv[1] && argv[2] ? argv[2] : "", mr_process_exit_code(status), (int)(l.tail_n - cut), l.tail + cut);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/json.h"
#include "project/shell.h"
#include "project/slurm.h"

enum { SCRIPT_MAX = 8 << 20 };

/* ---- the configuration ---- */

/* What the backend itself needs as it is. */
static const char *const reserved[] = {"parsable", "wrap", "output", "error", "chdir", "wait", "test-only", "array", "quiet"};

static bool is_option(mr_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (i && (c == '-' || (c >= '0' && c <= '9')))))
			return false;
	}
	return name.len > 1;
}

static mr_code wrong(mr_str key, const char *expected, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "--backend-config of slurm: '%.*s' %s", MR_STR_ARG(key), expected);
}

static mr_code add_option(mr_arena *arena, struct slurm_config *c, mr_str key, const mr_json *value, mr_error *err)
{
	const char *text;

	if (value->type == MR_JSON_BOOL) { /* false takes nothing away: it is not given */
		if (!value->boolean)
			return MR_OK;
		text = mr_arena_printf(arena, "--%.*s", MR_STR_ARG(key)).ptr;
	} else if (value->type == MR_JSON_STRING || value->type == MR_JSON_NUMBER) {
		if (memchr(value->text.len ? value->text.ptr : "x", 0, value->text.len))
			return wrong(key, "has a NUL byte in it", err);
		text = mr_arena_printf(arena, "--%.*s=%.*s", MR_STR_ARG(key), MR_STR_ARG(value->text)).ptr;
	} else {
		return wrong(key, "must be text, a number or a boolean", err);
	}
	c->options[c->options_n++] = text;
	c->has_export |= mr_str_is(key, "export");
	c->has_name |= mr_str_is(key, "job-name");
	return text ? MR_OK : mr_error_no_memory(err);
}

static mr_code read_setup(mr_arena *arena, struct slurm_config *c, const mr_json *value, mr_error *err)
{
	mr_str key = mr_str_from("setup");
	bool one = value->type == MR_JSON_STRING;
	size_t n = one ? 1 : value->count;

	if (!one && value->type != MR_JSON_ARRAY)
		return wrong(key, "must be a line of shell, or a list of them", err);
	c->setup = mr_arena_alloc(arena, (n + 1) * sizeof *c->setup);
	for (size_t i = 0; c->setup && i < n; i++) {
		const mr_json *line = one ? value : &value->items[i];

		if (line->type != MR_JSON_STRING)
			return wrong(key, "must be a line of shell, or a list of them", err);
		c->setup[c->setup_n++] = line->text;
	}
	return c->setup ? MR_OK : mr_error_no_memory(err);
}

static mr_code read_member(mr_arena *arena, struct slurm_config *c, mr_str key, const mr_json *value, mr_error *err)
{
	if (mr_str_is(key, "setup"))
		return read_setup(arena, c, value, err);
	if (mr_str_is(key, "folder")) {
		c->folder = value->text;
		return value->type == MR_JSON_STRING && value->text.len && value->text.ptr[0] == '/'
			       ? MR_OK
			       : wrong(key, "must be an absolute path that the nodes see, too", err);
	}
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (mr_str_is(key, reserved[i]))
			return wrong(key, "is not for you to set: the backend needs it as it is", err);
	if (!is_option(key))
		return wrong(key, "is no long option of sbatch such as partition, time, mem or gres", err);
	return add_option(arena, c, key, value, err);
}

mr_code slurm_config_read(mr_arena *arena, mr_str json, struct slurm_config *out, mr_error *err)
{
	mr_json *root;
	mr_code code = mr_json_parse(json, arena, &root, err);

	memset(out, 0, sizeof *out);
	if (code == MR_OK && root->type != MR_JSON_OBJECT)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "--backend-config of slurm must be a JSON object");
	if (code != MR_OK)
		return code;
	out->options = mr_arena_alloc(arena, (root->count + 1) * sizeof *out->options);
	if (!out->options)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < root->count && code == MR_OK; i++)
		code = read_member(arena, out, root->keys[i], &root->items[i], err);
	return code;
}

/* ---- the script ---- */

mr_code slurm_script(mr_arena *arena, const struct mr_project_submit *s, const struct slurm_config *config, mr_str folder,
		     mr_str *out, mr_error *err)
{
	mr_str command = shell_quote(arena, s->command), place = shell_quote(arena, folder);
	mr_buf text;
	mr_code code;

	if (!command.ptr || !place.ptr)
		return mr_error_no_memory(err);
	mr_buf_init(&text, SCRIPT_MAX);
	mr_buf_c(&text, "#!/bin/bash\n");
	for (size_t i = 0; i < s->environment_n; i++) {
		const struct mr_map_string *v = &s->environment[i];
		mr_str value = shell_quote(arena, v->value);

		if (v->value.ptr)
			mr_buf_printf(&text, "export %.*s=%.*s\n", MR_STR_ARG(v->key), MR_STR_ARG(value));
		else
			mr_buf_printf(&text, "unset %.*s\n", MR_STR_ARG(v->key));
	}
	for (size_t i = 0; i < config->setup_n; i++)
		mr_buf_printf(&text, "%.*s\n", MR_STR_ARG(config->setup[i]));
	mr_buf_c(&text, "bash -c ");
	mr_buf_str(&text, command);
	/* The status is there whole or not at all; without it the job was ended from outside. */
	mr_buf_printf(&text, "\nstatus=$?\nprintf '%%s\\n' \"$status\" >%.*s/exit.part && mv %.*s/exit.part %.*s/exit\nexit \"$status\"\n",
		      MR_STR_ARG(place), MR_STR_ARG(place), MR_STR_ARG(place));
	code = mr_buf_check(&text, err);
	if (code == MR_OK)
		*out = mr_arena_copy(arena, mr_buf_view(&text));
	mr_buf_dispose(&text);
	return code == MR_OK && !out->ptr ? mr_error_no_memory(err) : code;
}

/* ---- what squeue says ---- */

static const struct {
	const char *name;
	mr_job_state state;
	const char *message; /* of an end */
} states[] = {
	{"PENDING", MR_JOB_PENDING, NULL},
	{"CONFIGURING", MR_JOB_PENDING, NULL},
	{"REQUEUED", MR_JOB_PENDING, NULL},
	{"REQUEUE_HOLD", MR_JOB_PENDING, NULL},
	{"REQUEUE_FED", MR_JOB_PENDING, NULL},
	{"RESV_DEL_HOLD", MR_JOB_PENDING, NULL},
	{"SPECIAL_EXIT", MR_JOB_PENDING, NULL},
	{"COMPLETED", MR_JOB_FINISHED, NULL},
	{"FAILED", MR_JOB_FAILED, NULL},
	{"NODE_FAIL", MR_JOB_FAILED, "its node failed"},
	{"BOOT_FAIL", MR_JOB_FAILED, "its node did not start"},
	{"OUT_OF_MEMORY", MR_JOB_FAILED, "it took more memory than it asked for (mem in --backend-config)"},
	{"CANCELLED", MR_JOB_KILLED, "it was cancelled"},
	{"TIMEOUT", MR_JOB_KILLED, "it took longer than its time limit (time in --backend-config)"},
	{"DEADLINE", MR_JOB_KILLED, "its deadline passed"},
	{"PREEMPTED", MR_JOB_KILLED, "another job took its place"},
	{"REVOKED", MR_JOB_KILLED, "it was revoked"},
};

mr_job_state slurm_state(mr_arena *arena, mr_str line, mr_str *message)
{
	const char *bar = line.len ? memchr(line.ptr, '|', line.len) : NULL;
	mr_str name = mr_str_make(line.ptr, bar ? (size_t)(bar - line.ptr) : line.len);
	mr_str reason = bar ? mr_str_make(bar + 1, line.len - name.len - 1) : mr_str_make("", 0);
	bool told = reason.len && !mr_str_is(reason, "None");

	*message = mr_str_make("", 0);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		if (!mr_str_is(name, states[i].name))
			continue;
		if (states[i].state == MR_JOB_PENDING && told)
			*message = mr_arena_printf(arena, "The job waits (%.*s)", MR_STR_ARG(reason));
		else if (states[i].message)
			*message = mr_arena_printf(arena, "Slurm ended the job: %s", states[i].message);
		else if (states[i].state == MR_JOB_FAILED && told && !mr_str_is(reason, "NonZeroExitCode"))
			*message = mr_arena_printf(arena, "Slurm says %.*s (%.*s)", MR_STR_ARG(name), MR_STR_ARG(reason));
		return states[i].state;
	}
	return MR_JOB_RUNNING; /* RUNNING, COMPLETING, SUSPENDED, STAGE_OUT, STOPPED, ... */
}

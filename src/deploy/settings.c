/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/settings.h"

#include <arpa/inet.h>
#include <unistd.h>

#include "base/json.h"
#include "base/nearest.h"
#include "base/os.h"

typedef enum kind { TEXT, NUMBER, FLAG, DURATION, ADDRESS } kind;

static const struct setting {
	const char *key, *value, *help;
	kind kind;
	size_t offset;
} table[] = {
#define AT(member) offsetof(struct deploy_settings, member)
	{"command", "COMMAND",
	 "what serves the model, instead of `millrace models serve`; {model_uri}, {port}, {host} and {name} stand for what it "
	 "is to use. It listens on {host} and answers /ping and /invocations.",
	 TEXT, AT(command)},
	{"port", "N", "the port that clients use, of create only. Default: a free one; it stays the same for the deployment's life.",
	 NUMBER, AT(port)},
	{"host", "ADDRESS", "the address that it listens on, of create only. Default: 127.0.0.1, which only this machine reaches.",
	 ADDRESS, AT(host)},
	{"copy", "true|false",
	 "whether the model's files are copied, so that later changes of a folder or an alias change nothing. Default: true.",
	 FLAG, AT(copy)},
	{"startup_timeout", "DURATION", "how long a server may take until it is healthy. Default: 120s.", DURATION,
	 AT(startup_timeout)},
	{"stop_timeout", "DURATION", "how long an old server may take for the requests it has, and then to end. Default: 10s.",
	 DURATION, AT(stop_timeout)},
	{"request_timeout", "DURATION", "how long a server may be silent while it answers. Default: 60s.", DURATION,
	 AT(request_timeout)},
	{"health_interval", "DURATION", "how often /ping is asked; three failures restart the server. Default: 5s.", DURATION,
	 AT(health_interval)},
	{"health_timeout", "DURATION", "how long an answer to /ping may take. Default: 5s.", DURATION, AT(health_timeout)},
#undef AT
};
enum { SETTINGS_N = sizeof table / sizeof *table };

/* "250ms", "5s", "2m"; a bare number is in seconds. */
static bool parse_duration(mr_str s, int64_t *ms)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = {{"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}, {"", 1e3}};
	size_t digits = 0;
	double number;

	while (digits < s.len && ((s.ptr[digits] >= '0' && s.ptr[digits] <= '9') || s.ptr[digits] == '.'))
		digits++;
	if (!mr_parse_double(mr_str_make(s.ptr, digits), &number))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (mr_str_is(mr_str_make(s.ptr + digits, s.len - digits), units[i].unit) &&
		    number * units[i].factor >= 1 && number * units[i].factor < 1e11) {
			*ms = (int64_t)(number * units[i].factor);
			return true;
		}
	return false;
}

static bool is_address(mr_str s)
{
	unsigned char out[sizeof(struct in6_addr)];
	char text[INET6_ADDRSTRLEN];

	if (s.len >= sizeof text)
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = 0;
	return inet_pton(AF_INET, text, out) == 1 || inet_pton(AF_INET6, text, out) == 1;
}

static const char *take(const struct setting *setting, mr_str value, struct deploy_settings *out)
{
	char *at = (char *)out + setting->offset;
	int64_t number;

	switch (setting->kind) {
	case NUMBER:
		if (!mr_parse_int64(value, &number) || number < 0 || number > 65535)
			return "a port from 0 to 65535";
		memcpy(at, &number, sizeof number);
		return NULL;
	case FLAG:
		*(bool *)at = mr_str_is(value, "true") || mr_str_is(value, "True") || mr_str_is(value, "1");
		return *(bool *)at || mr_str_is(value, "false") || mr_str_is(value, "False") || mr_str_is(value, "0") ? NULL
														       : "true or false";
	case DURATION:
		if (!parse_duration(value, &number))
			return "a duration such as 250ms, 5s or 2m";
		memcpy(at, &number, sizeof number);
		return NULL;
	case ADDRESS:
		if (!is_address(value))
			return "a numeric address such as 127.0.0.1 or ::1";
		break;
	case TEXT:
		if (!value.len)
			return "not empty";
		break;
	}
	memcpy(at, &value, sizeof value);
	return NULL;
}

static bool is_env(mr_str key)
{
	return key.len > 4 && memcmp(key.ptr, "env.", 4) == 0 && !memchr(key.ptr, '=', key.len);
}

mr_str deploy_setting_of_flavor(mr_str key)
{
	bool is = key.len > 7 && memcmp(key.ptr, "flavor.", 7) == 0 && !memchr(key.ptr, '=', key.len);

	return is ? mr_str_make(key.ptr + 7, key.len - 7) : mr_str_make(NULL, 0);
}

static mr_code unknown(mr_str key, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str names[SETTINGS_N], near = mr_str_make("", 0);
	char known[512];
	size_t used = 0;

	known[0] = 0;
	for (size_t i = 0; i < SETTINGS_N; i++) {
		names[i] = mr_str_from(table[i].key);
		used += (size_t)snprintf(known + used, sizeof known - used, "%s, ", table[i].key);
	}
	if (arena)
		near = mr_nearest(arena, key, names, SETTINGS_N);
	mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
		     "The target local has no setting '%.*s'.%.*s It has: %sflavor.KEY for the flavor, and env.NAME for the server's environment. "
		     "`millrace deployments help -t local` tells what they mean", MR_STR_ARG(key), MR_STR_ARG(near), known);
	mr_arena_free(arena);
	return MR_INVALID_PARAMETER_VALUE;
}

mr_code deploy_settings_read(const struct mr_map_string *config, size_t n, struct deploy_settings *out, mr_error *err)
{
	*out = (struct deploy_settings){.host = mr_str_from("127.0.0.1"),
				    .copy = true,
				    .startup_timeout = 120000,
				    .stop_timeout = 10000,
				    .request_timeout = 60000,
				    .health_interval = 5000,
				    .health_timeout = 5000};
	for (size_t i = 0; i < n; i++) {
		const struct setting *found = NULL;
		const char *wrong;

		for (size_t k = 0; k < SETTINGS_N && !found; k++)
			if (mr_str_is(config[i].key, table[k].key))
				found = &table[k];
		if (!found && !is_env(config[i].key) && !deploy_setting_of_flavor(config[i].key).len)
			return unknown(config[i].key, err);
		wrong = found ? take(found, config[i].value, out) : NULL;
		if (wrong)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The setting %s of the target local must be %s, got '%.*s'",
					    found->key, wrong, MR_STR_ARG(config[i].value));
	}
	return MR_OK;
}

void deploy_settings_describe(mr_buf *out)
{
	for (size_t i = 0; i < SETTINGS_N; i++)
		mr_buf_printf(out, "  %s=%s\n      %s\n", table[i].key, table[i].value, table[i].help);
	mr_buf_c(out, "  flavor.KEY=VALUE\n      an option of the flavor's plugin, as of `millrace models serve --config KEY=VALUE`.\n");
	mr_buf_c(out, "  env.NAME=VALUE\n      a variable of the server's environment. It has PATH, LD_LIBRARY_PATH, PYTHONPATH, HOME and\n"
		      "      the like, and MLFLOW_* and MILLRACE_* that are no secrets, of the command that deployed.\n");
}

mr_code deploy_settings_merge(const struct mr_map_string *before, size_t before_n, const struct mr_map_string *given,
			  size_t given_n, mr_arena *arena, struct mr_map_string **out, size_t *n, mr_error *err)
{
	struct mr_map_string *all = mr_arena_alloc(arena, (before_n + given_n + 1) * sizeof *all);

	*n = 0;
	*out = all;
	if (!all)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < before_n; i++) {
		bool again = false;

		for (size_t k = 0; k < given_n; k++)
			again |= mr_str_eq(before[i].key, given[k].key);
		if (!again)
			all[(*n)++] = before[i];
	}
	for (size_t i = 0; i < given_n; i++)
		all[(*n)++] = given[i];
	return MR_OK;
}

/* ---- the environment ---- */

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* What a program needs to run as it would from this shell; no secrets, because it is kept in a file. */
static bool is_kept(const char *variable, size_t len, const char *value)
{
	static const char *const names[] = {"PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "USER", "LOGNAME",
					    "SHELL", "LANG", "TZ", "TMPDIR", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS",
					    "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"};
	static const char *const secrets[] = {"PASS", "TOKEN", "SECRET", "KEY", "AUTH", "CRED", "PWD"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == len && begins(variable, names[i]))
			return true;
	if (begins(variable, "LC_") || begins(variable, "XDG_"))
		return true;
	if (!begins(variable, "MLFLOW_") && !begins(variable, "MILLRACE_"))
		return false;
	if (strchr(value, '@')) /* a URI with a password in it */
		return false;
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (memmem(variable, len, secrets[i], strlen(secrets[i])))
			return false;
	return true;
}

static bool add(mr_arena *arena, struct mr_map_string *list, size_t *n, mr_str key, mr_str value)
{
	size_t i = 0;

	while (i < *n && !mr_str_eq(list[i].key, key))
		i++;
	list[i].key = mr_arena_copy(arena, key);
	list[i].value = mr_arena_copy(arena, value);
	*n += i == *n;
	return list[i].key.ptr && list[i].value.ptr;
}

mr_code deploy_settings_environment(const struct mr_map_string *config, size_t n, mr_arena *arena,
				struct mr_map_string **out, size_t *out_n, mr_error *err)
{
	size_t room = n + 1;
	bool fine = true;

	for (char **e = environ; *e; e++)
		room++;
	*out = mr_arena_alloc(arena, room * sizeof **out);
	*out_n = 0;
	if (!*out)
		return mr_error_no_memory(err);
	for (char **e = environ; *e && fine; e++) {
		const char *equals = strchr(*e, '=');

		if (equals && is_kept(*e, (size_t)(equals - *e), equals + 1))
			fine = add(arena, *out, out_n, mr_str_make(*e, (size_t)(equals - *e)), mr_str_from(equals + 1));
	}
	for (size_t i = 0; i < n && fine; i++)
		if (is_env(config[i].key))
			fine = add(arena, *out, out_n, mr_str_make(config[i].key.ptr + 4, config[i].key.len - 4), config[i].value);
	return fine ? MR_OK : mr_error_no_memory(err);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's variables for requests. Source of the rules: mlflow/utils/rest_utils.py,
 * mlflow/utils/credentials.py and mlflow/environment_variables.py of the
 * reference, with their defaults, limits and messages.
 */
#include <limits.h>
#include <strings.h>

#include "base/json.h"
#include "base/os.h"
#include "plugin/outgoing_parts.h"

enum { CREDENTIALS_MAX = 1 << 20, RETRIES_LIMIT = 10, BACKOFF_LIMIT = 120 };

/* ptr NULL when out of memory. */
static mr_str text_of(mr_arena *arena, const char *name)
{
	const char *value = mr_getenv(name);

	return value ? mr_arena_copy(arena, mr_str_from(value)) : mr_str_from("");
}

static mr_code bool_of(const char *name, bool *value, mr_error *err)
{
	const char *text = mr_getenv(name);

	if (!text)
		return MR_OK;
	if (!strcasecmp(text, "true") || !strcmp(text, "1"))
		*value = true;
	else if (!strcasecmp(text, "false") || !strcmp(text, "0"))
		*value = false;
	else
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"%s value must be one of ['true', 'false', '1', '0'] (case-insensitive), but got %s", name,
			text);
	return MR_OK;
}

static mr_code int_of(const char *name, int64_t *value, mr_error *err)
{
	const char *text = mr_getenv(name);

	if (!text || mr_parse_int64(mr_str_from(text), value))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Failed to convert '%s' for %s: it must be a whole number",
			    text, name);
}

static mr_code double_of(const char *name, double *value, mr_error *err)
{
	const char *text = mr_getenv(name);

	if (!text || (mr_parse_double(mr_str_from(text), value) && *value - *value == 0))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Failed to convert '%s' for %s: it must be a number", text,
			    name);
}

/* ---- ~/.mlflow/credentials, as Python's configparser reads it ---- */

static mr_str strip(mr_str s)
{
	while (s.len && strchr(" \t\r\f\v", s.ptr[0]))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && strchr(" \t\r\f\v", s.ptr[s.len - 1]))
		s.len--;
	return s;
}

static bool is_word(mr_str s, const char *word)
{
	return s.len == strlen(word) && !strncasecmp(s.ptr, word, s.len);
}

/* "%%" is a '%', as interpolation has it. */
static mr_str value_of(mr_arena *arena, mr_str s)
{
	char *out = mr_arena_alloc(arena, s.len + 1);
	size_t n = 0;

	if (!out)
		return mr_str_make(NULL, 0);
	for (size_t i = 0; i < s.len; i++) {
		out[n++] = s.ptr[i];
		if (s.ptr[i] == '%' && i + 1 < s.len && s.ptr[i + 1] == '%')
			i++;
	}
	out[n] = 0;
	return mr_str_make(out, n);
}

struct pair {
	mr_str user, password;
};

static void take_line(mr_arena *arena, mr_str line, struct pair *pair)
{
	size_t at = 0;
	mr_str name, value;

	while (at < line.len && line.ptr[at] != '=' && line.ptr[at] != ':')
		at++;
	if (at == line.len)
		return;
	name = strip(mr_str_make(line.ptr, at));
	value = strip(mr_str_make(line.ptr + at + 1, line.len - at - 1));
	if (is_word(name, "mlflow_tracking_username"))
		pair->user = value_of(arena, value);
	else if (is_word(name, "mlflow_tracking_password"))
		pair->password = value_of(arena, value);
}

void mr_settings_credentials(mr_arena *arena, mr_str text, mr_str *user, mr_str *password)
{
	static const struct pair none = {{"", 0}, {"", 0}};
	struct pair ours = none, defaults = none, other = none;
	struct pair *section = &other;
	bool found = false;

	for (size_t at = 0, n; at < text.len; at += n + 1) {
		const char *end = memchr(text.ptr + at, '\n', text.len - at);
		mr_str line;

		n = end ? (size_t)(end - text.ptr) - at : text.len - at;
		line = strip(mr_str_make(text.ptr + at, n));
		if (!line.len || line.ptr[0] == '#' || line.ptr[0] == ';')
			continue;
		if (line.ptr[0] != '[') {
			take_line(arena, line, section);
		} else if (mr_str_is(line, "[mlflow]")) {
			section = &ours;
			found = true;
		} else {
			section = mr_str_is(line, "[DEFAULT]") ? &defaults : &other;
		}
	}
	if (!found)
		defaults = ours;
	*user = ours.user.len || !ours.user.ptr ? ours.user : defaults.user;
	*password = ours.password.len || !ours.password.ptr ? ours.password : defaults.password;
}

/* Each of the two on its own: the environment's, else the file's. */
static mr_code read_credentials(mr_arena *arena, struct settings *out, mr_error *err)
{
	mr_str home = mr_os_home(arena);
	mr_str file = mr_arena_printf(arena, "%.*s/.mlflow/credentials", MR_STR_ARG(home));
	mr_str text, user, password;
	mr_error ignored;
	mr_code code;

	out->user = text_of(arena, "MLFLOW_TRACKING_USERNAME");
	out->password = text_of(arena, "MLFLOW_TRACKING_PASSWORD");
	if (!home.ptr || !file.ptr || !out->user.ptr || !out->password.ptr)
		return mr_error_no_memory(err);
	if (out->user.len && out->password.len)
		return MR_OK;
	mr_error_init(&ignored);
	code = mr_file_read(file, CREDENTIALS_MAX, arena, &text, &ignored);
	if (code != MR_OK) /* not there, most of the time */
		return code == MR_RESOURCE_EXHAUSTED ? mr_error_set(err, code, "%s", ignored.message) : MR_OK;
	mr_settings_credentials(arena, text, &user, &password);
	out->user = out->user.len ? out->user : user;
	out->password = out->password.len ? out->password : password;
	return out->user.ptr && out->password.ptr ? MR_OK : mr_error_no_memory(err);
}

mr_str mr_settings_basic(mr_arena *arena, mr_str user, mr_str password)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	mr_str plain = mr_arena_printf(arena, "%.*s:%.*s", MR_STR_ARG(user), MR_STR_ARG(password));
	char *out = plain.ptr ? mr_arena_alloc(arena, 6 + (plain.len + 2) / 3 * 4 + 1) : NULL;
	size_t n = 6;

	if (!out)
		return mr_str_make(NULL, 0);
	memcpy(out, "Basic ", 6);
	for (size_t i = 0; i < plain.len; i += 3) {
		unsigned bits = (unsigned)(unsigned char)plain.ptr[i] << 16;

		bits |= i + 1 < plain.len ? (unsigned)(unsigned char)plain.ptr[i + 1] << 8 : 0;
		bits |= i + 2 < plain.len ? (unsigned char)plain.ptr[i + 2] : 0;
		out[n++] = digits[bits >> 18];
		out[n++] = digits[bits >> 12 & 63];
		out[n++] = i + 1 < plain.len ? digits[bits >> 6 & 63] : '=';
		out[n++] = i + 2 < plain.len ? digits[bits & 63] : '=';
	}
	out[n] = 0;
	return mr_str_make(out, n);
}

/* ---- all of them ---- */

static mr_code read_identity(mr_arena *arena, struct settings *out, mr_error *err)
{
	mr_code code = read_credentials(arena, out, err);

	if (code != MR_OK)
		return code;
	out->token = text_of(arena, "MLFLOW_TRACKING_TOKEN");
	out->auth = text_of(arena, "MLFLOW_TRACKING_AUTH");
	out->client_cert = text_of(arena, "MLFLOW_TRACKING_CLIENT_CERT_PATH");
	out->ca_bundle = text_of(arena, "MLFLOW_TRACKING_SERVER_CERT_PATH");
	if (!out->token.ptr || !out->auth.ptr || !out->client_cert.ptr || !out->ca_bundle.ptr)
		return mr_error_no_memory(err);
	code = bool_of("MLFLOW_TRACKING_AWS_SIGV4", &out->aws_sigv4, err);
	if (code == MR_OK)
		code = bool_of("MLFLOW_TRACKING_INSECURE_TLS", &out->insecure, err);
	if (code == MR_OK && out->insecure && out->ca_bundle.len)
		code = mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"When 'ignore_tls_verification' is true then 'server_cert_path' must not be set! This error "
			"may have occurred because the 'MLFLOW_TRACKING_INSECURE_TLS' and "
			"'MLFLOW_TRACKING_SERVER_CERT_PATH' environment variables are both set - only one of these "
			"environment variables may be set.");
	return code;
}

static mr_code check_limits(const struct settings *s, int64_t retries_limit, int64_t backoff_limit, mr_error *err)
{
	if (s->max_retries > retries_limit)
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"The configured max_retries value (%lld) is in excess of the maximum allowable retries (%lld)",
			(long long)s->max_retries, (long long)retries_limit);
	if (s->max_retries < 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The max_retries value must be either 0 a positive integer. Got %lld",
				    (long long)s->max_retries);
	if (s->backoff_factor > backoff_limit)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The configured backoff_factor value (%lld) is in excess of the maximum allowable "
				    "backoff_factor limit (%lld)",
				    (long long)s->backoff_factor, (long long)backoff_limit);
	if (s->backoff_factor < 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The backoff_factor value must be either 0 a positive integer. Got %lld",
				    (long long)s->backoff_factor);
	return MR_OK;
}

static mr_code read_retries(struct settings *out, mr_error *err)
{
	int64_t retries_limit = RETRIES_LIMIT, backoff_limit = BACKOFF_LIMIT, timeout_s = 120;
	mr_code code = MR_OK;
	struct {
		const char *name;
		int64_t *value;
	} ints[] = {
		{"MLFLOW_HTTP_REQUEST_MAX_RETRIES", &out->max_retries},
		{"_MLFLOW_HTTP_REQUEST_MAX_RETRIES_LIMIT", &retries_limit},
		{"MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", &out->backoff_factor},
		{"_MLFLOW_HTTP_REQUEST_MAX_BACKOFF_FACTOR_LIMIT", &backoff_limit},
		{"MLFLOW_HTTP_REQUEST_TIMEOUT", &timeout_s},
	};

	for (size_t i = 0; i < sizeof ints / sizeof *ints && code == MR_OK; i++)
		code = int_of(ints[i].name, ints[i].value, err);
	if (code == MR_OK)
		code = double_of("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", &out->backoff_jitter, err);
	if (code == MR_OK)
		code = bool_of("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER", &out->respect_retry_after, err);
	if (code == MR_OK)
		code = bool_of("MLFLOW_ALLOW_HTTP_REDIRECTS", &out->follow, err);
	if (code == MR_OK)
		code = check_limits(out, retries_limit, backoff_limit, err);
	if (code == MR_OK && (timeout_s <= 0 || timeout_s > INT32_MAX / 1000))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "MLFLOW_HTTP_REQUEST_TIMEOUT must be between 1 and %d seconds, got %lld",
				    INT32_MAX / 1000, (long long)timeout_s);
	out->timeout_ms = (int32_t)(timeout_s * 1000);
	return code;
}

mr_code mr_settings_read(mr_arena *arena, bool trusted, struct settings *out, mr_error *err)
{
	mr_code code;

	memset(out, 0, sizeof *out);
	out->max_retries = 7;
	out->backoff_factor = 2;
	out->backoff_jitter = 1.0;
	out->respect_retry_after = out->follow = true;
	code = read_retries(out, err);
	if (code == MR_OK && trusted)
		code = read_identity(arena, out, err);
	else if (code == MR_OK)
		code = bool_of("MLFLOW_S3_IGNORE_TLS", &out->insecure, err);
	if (!out->ca_bundle.len) /* as Python's requests, when nothing else was said */
		out->ca_bundle =
			text_of(arena, mr_getenv("REQUESTS_CA_BUNDLE") ? "REQUESTS_CA_BUNDLE" : "CURL_CA_BUNDLE");
	return code;
}

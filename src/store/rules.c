/* SPDX-License-Identifier: Apache-2.0 */
#include "store/rules.h"

#include <strings.h>

#include "api/python.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "base/os.h"
#include "base/utf8.h"
#include "search/repr.h"
#include "search/unicode.h"

enum { MESSAGE_MAX = 1 << 20 };

/* "metrics[3].key", or "key". */
static void add_path(mr_buf *buf, struct mr_place place, const char *member)
{
	if (place.list)
		mr_buf_printf(buf, "%s[%zu].", place.list, place.index);
	mr_buf_c(buf, member);
}

static mr_code invalid_name(mr_str name, struct mr_place place, const char *member, bool path, mr_str resolved,
			    mr_error *err)
{
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_c(&buf, "Invalid value ");
	mr_repr_json(&buf, name);
	mr_buf_c(&buf, " for parameter '");
	add_path(&buf, place, member);
	mr_buf_c(&buf, "' supplied: ");
	if (path) {
		mr_buf_c(&buf, "Names may be treated as files in certain cases, and must not resolve to other names when "
			       "treated as such. This name would resolve to ");
		mr_repr_text(&buf, resolved);
	} else {
		mr_buf_c(&buf, "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces "
			       "( ), colon(:) and slashes (/).");
	}
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

/* ^[/\w.\- :]*$, where $ also stands before a newline at the end. */
static bool has_good_characters(mr_str name)
{
	const char *at = name.ptr, *end = name.ptr + name.len;
	size_t n;

	while (at < end) {
		int32_t c = mr_utf8_get(at, end, &n);

		if (!(c >= 0 && mr_unicode_is_word((uint32_t)c)) && c != '/' && c != '.' && c != '-' && c != ' ' &&
		    c != ':' && !(c == '\n' && at + 1 == end))
			return false;
		at += n;
	}
	return true;
}

/* Python's posixpath.normpath. out has room for the name and one byte. */
static mr_str normal_path(mr_str name, char *out)
{
	size_t slashes = 0, n, i = 0, root;

	while (slashes < name.len && name.ptr[slashes] == '/')
		slashes++;
	n = slashes == 2 ? 2 : slashes > 0;
	memset(out, '/', n);
	root = n;
	while (i < name.len) {
		size_t from = i, length;

		while (i < name.len && name.ptr[i] != '/')
			i++;
		length = i - from;
		i++;
		if (length == 0 || (length == 1 && name.ptr[from] == '.'))
			continue;
		if (length == 2 && !memcmp(name.ptr + from, "..", 2)) {
			size_t last = n;

			while (last > root && out[last - 1] != '/')
				last--;
			if (n > root && !(n - last == 2 && !memcmp(out + last, "..", 2))) {
				n = last > root ? last - 1 : root;
				continue;
			}
			if (root)
				continue; /* nothing is above the root */
		}
		if (n > root)
			out[n++] = '/';
		memmove(out + n, name.ptr + from, length);
		n += length;
	}
	if (n == 0)
		out[n++] = '.';
	return mr_str_make(out, n);
}

/* A name without a slash that does not begin with a period resolves to itself. */
static bool is_plain(mr_str name)
{
	return name.len && name.ptr[0] != '.' && !memchr(name.ptr, '/', name.len);
}

static mr_code check_path(mr_str name, struct mr_place place, const char *member, mr_error *err)
{
	char room[256], *out = name.len < sizeof room ? room : NULL;
	mr_arena *arena = NULL;
	mr_code code = MR_OK;
	mr_str normal;

	if (!out) {
		arena = mr_arena_new(0);
		out = arena ? mr_arena_alloc(arena, name.len + 1) : NULL;
	}
	if (!out) {
		code = mr_error_no_memory(err);
		goto out;
	}
	normal = normal_path(name, out);
	if (!mr_str_eq(normal, name) || mr_str_is(normal, ".") || (normal.len >= 2 && !memcmp(normal.ptr, "..", 2)) ||
	    normal.ptr[0] == '/')
		code = invalid_name(name, place, member, true, normal, err);
out:
	mr_arena_free(arena);
	return code;
}

mr_code mr_rule_path(mr_str name, struct mr_place place, const char *member, mr_error *err)
{
	return is_plain(name) ? MR_OK : check_path(name, place, member, err);
}

mr_code mr_rule_name(mr_str name, struct mr_place place, const char *member, mr_error *err)
{
	if (!has_good_characters(name))
		return invalid_name(name, place, member, false, name, err);
	return mr_rule_path(name, place, member, err);
}

static mr_code too_long(const char *what, size_t limit, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%s' exceeds the maximum length of %zu characters", what,
			    limit);
}

mr_code mr_rule_length(const char *what, size_t limit, mr_str value, mr_error *err)
{
	if (value.len <= limit || mr_unicode_length(value) <= limit)
		return MR_OK;
	return too_long(what, limit, err);
}

static bool truncates(void)
{
	const char *text = mr_getenv("MLFLOW_TRUNCATE_LONG_VALUES");

	return !text || !strcasecmp(text, "true") || !strcmp(text, "1");
}

/* Cuts *value at the limit, or refuses it. */
static mr_code limit_value(const char *what, size_t limit, mr_str *value, mr_error *err)
{
	if (value->len <= limit || mr_unicode_length(*value) <= limit)
		return MR_OK;
	if (!truncates())
		return too_long(what, limit, err);
	mr_log(MR_LOG_WARNING, "store",
	       "%s '%.*s...' (%zu characters) is truncated to %zu characters to meet the length limit.", what,
	       MR_STR_ARG(mr_unicode_first(*value, 100)), mr_unicode_length(*value), limit);
	*value = mr_unicode_first(*value, limit);
	return MR_OK;
}

mr_code mr_rule_metric(mr_str key, double value, int64_t timestamp, struct mr_place place, mr_error *err)
{
	mr_code code = mr_rule_name(key, place, "name", err);
	mr_buf buf;

	if (code != MR_OK)
		return code;
	if (timestamp >= 0)
		return mr_rule_length("Metric name", MR_MAX_KEY_LENGTH, key, err);
	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_printf(&buf, "Invalid value %lld for parameter '", (long long)timestamp);
	add_path(&buf, place, "timestamp");
	mr_buf_c(&buf, "' supplied: metric '");
	mr_buf_str(&buf, key);
	mr_buf_c(&buf, "' (value=");
	mr_buf_double(&buf, value);
	mr_buf_c(&buf, "). Timestamp must be a nonnegative long (64-bit integer) ");
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

mr_code mr_rule_param(mr_str key, mr_str *value, struct mr_place place, mr_error *err)
{
	mr_code code = mr_rule_name(key, place, "key", err);

	if (code == MR_OK)
		code = mr_rule_length("Param key", MR_MAX_KEY_LENGTH, key, err);
	return code == MR_OK ? limit_value("Param value", MR_MAX_PARAM_LENGTH, value, err) : code;
}

mr_code mr_rule_tag(mr_str key, mr_str *value, struct mr_place place, mr_error *err)
{
	mr_code code = mr_rule_name(key, place, "key", err);
	char what[64];

	if (code != MR_OK)
		return code;
	if (key.len > MR_MAX_KEY_LENGTH || value->len > MR_MAX_TAG_LENGTH) {
		char in[40] = "";

		if (place.list)
			snprintf(in, sizeof in, "%s[%zu].", place.list, place.index);
		snprintf(what, sizeof what, "%skey", in);
		code = mr_rule_length(what, MR_MAX_KEY_LENGTH, key, err);
		snprintf(what, sizeof what, "%svalue", in);
		if (code == MR_OK)
			code = limit_value(what, MR_MAX_TAG_LENGTH, value, err);
	}
	return code;
}

mr_code mr_rule_run_id(mr_str run_id, mr_error *err)
{
	const char *at = run_id.ptr, *end = run_id.ptr + run_id.len;
	size_t n, length = 0;
	bool good = run_id.len && (unsigned char)at[0] < 0x80 && at[0] != '_' &&
		    mr_unicode_is_word((unsigned char)at[0]);
	mr_buf buf;

	for (; good && at < end; at += n, length++) {
		int32_t c = mr_utf8_get(at, end, &n);

		if (c == '\n' && at + 1 == end)
			break;
		good = c == '-' || (c >= 0 && mr_unicode_is_word((uint32_t)c));
	}
	if (good && length <= 256)
		return MR_OK;
	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_c(&buf, "Invalid value ");
	mr_repr_json(&buf, run_id);
	mr_buf_c(&buf, " for parameter 'run_id' supplied.");
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

mr_code mr_rule_experiment_id(mr_str text, int64_t *out, mr_error *err)
{
	struct mr_python_int value;

	if (!mr_python_int(text, &value) || !mr_python_int64(value, out))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid experiment ID '%.*s'. Experiment ID must be a valid integer.",
				    MR_STR_ARG(text));
	return MR_OK;
}

/* ---- batches ---- */

static mr_code limit_count(const char *what, size_t limit, size_t n, mr_error *err)
{
	if (n <= limit)
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "A batch logging request can contain at most %zu %s. Got %zu %s. Please split up %s across "
			    "multiple requests and try again.",
			    limit, what, n, what, what);
}

static bool key_seen(struct mr_param *const *params, size_t before, mr_str key)
{
	size_t i;

	for (i = 0; i < before; i++)
		if (mr_str_eq(params[i]->key, key))
			return true;
	return false;
}

static mr_code check_unique_keys(struct mr_param *const *params, size_t n, mr_error *err)
{
	bool any = false;
	mr_buf buf;
	size_t i;

	for (i = 0; i < n && !any; i++)
		any = key_seen(params, i, params[i]->key);
	if (!any)
		return MR_OK;
	mr_buf_init(&buf, MESSAGE_MAX);
	mr_buf_c(&buf, "Duplicate parameter keys have been submitted: [");
	for (any = false, i = 0; i < n; i++) {
		if (!key_seen(params, i, params[i]->key))
			continue;
		if (any)
			mr_buf_c(&buf, ", ");
		mr_repr_text(&buf, params[i]->key);
		any = true;
	}
	mr_buf_c(&buf, "]. Please ensure the request contains only one param value per param key.");
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

mr_code mr_rule_batch(const struct mr_log_batch *batch, mr_error *err)
{
	mr_code code = mr_rule_run_id(batch->run_id, err);
	size_t i;

	for (i = 0; i < batch->metrics_n && code == MR_OK; i++) {
		const struct mr_metric *m = batch->metrics[i];

		code = mr_rule_metric(m->key, m->value, m->timestamp, (struct mr_place){"metrics", i}, err);
	}
	for (i = 0; i < batch->params_n && code == MR_OK; i++)
		code = mr_rule_param(batch->params[i]->key, &batch->params[i]->value, (struct mr_place){"params", i},
				     err);
	for (i = 0; i < batch->tags_n && code == MR_OK; i++)
		code = mr_rule_tag(batch->tags[i]->key, &batch->tags[i]->value, (struct mr_place){"tags", i}, err);
	if (code == MR_OK)
		code = limit_count("metrics", MR_MAX_BATCH_METRICS, batch->metrics_n, err);
	if (code == MR_OK)
		code = limit_count("params", MR_MAX_BATCH_PARAMS, batch->params_n, err);
	if (code == MR_OK)
		code = limit_count("tags", MR_MAX_BATCH_PARAMS, batch->tags_n, err);
	if (code == MR_OK)
		code = limit_count("metrics, params, and tags", MR_MAX_BATCH,
				   batch->metrics_n + batch->params_n + batch->tags_n, err);
	return code == MR_OK ? check_unique_keys(batch->params, batch->params_n, err) : code;
}

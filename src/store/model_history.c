/* SPDX-License-Identifier: Apache-2.0
 *
 * The entry of one model: Model.get_tags_dict of mlflow/models/model.py.
 */
#include "store/model_history.h"

#include <time.h>

#include "store/rules.h"

static bool is_null(const mr_json *value)
{
	return !value || value->type == MR_JSON_NULL;
}

static mr_code check_fields(const mr_json *model, mr_error *err)
{
	static const char *const fields[] = {"artifact_path", "flavors", "utc_time_created", "run_id"};
	char missing[120] = "";
	size_t i, n = 0;

	for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (!mr_json_get(model, fields[i]))
			n += (size_t)snprintf(missing + n, sizeof missing - n, "%s'%s'", n ? ", " : "", fields[i]);
	if (!n)
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Model json is missing mandatory fields: {%s}", missing);
}

mr_code mr_model_history_parse(mr_str text, mr_arena *arena, mr_json **out, mr_error *err)
{
	mr_error ignored;

	mr_error_init(&ignored);
	if (mr_json_parse(text, arena, out, &ignored) != MR_OK)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Malformed model info. \n %.*s \n is not a valid JSON.", MR_STR_ARG(text));
	if ((*out)->type != MR_JSON_OBJECT)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Model json must be an object, got %.*s",
				    MR_STR_ARG(text));
	return check_fields(*out, err);
}

/* Flavors without what they were configured with. */
static void write_flavors(mr_json_writer *w, const mr_json *flavors)
{
	size_t i, j;

	if (flavors->type != MR_JSON_OBJECT) {
		mr_json_write_begin(w, '{');
		mr_json_write_end(w, '}');
		return;
	}
	mr_json_write_begin(w, '{');
	for (i = 0; i < flavors->count; i++) {
		const mr_json *flavor = &flavors->items[i];

		mr_json_write_key(w, flavors->keys[i]);
		if (flavor->type != MR_JSON_OBJECT) {
			mr_json_write_tree(w, flavor);
			continue;
		}
		mr_json_write_begin(w, '{');
		for (j = 0; j < flavor->count; j++) {
			if (mr_str_is(flavor->keys[j], "config"))
				continue;
			mr_json_write_key(w, flavor->keys[j]);
			mr_json_write_tree(w, &flavor->items[j]);
		}
		mr_json_write_end(w, '}');
	}
	mr_json_write_end(w, '}');
}

/* As Python's str(datetime): "2026-11-26 11:48:38.123000". */
static void write_time(mr_json_writer *w, const mr_json *value, int64_t now_ms)
{
	time_t seconds = (time_t)(now_ms / 1000);
	char text[80], whole[40];
	struct tm tm;

	if (!is_null(value) && value->type == MR_JSON_STRING && value->text.len) {
		mr_json_write_string(w, value->text);
		return;
	}
	if (!is_null(value) && value->type == MR_JSON_NUMBER && !mr_str_is(value->text, "0")) {
		mr_json_write_string(w, value->text);
		return;
	}
	gmtime_r(&seconds, &tm);
	strftime(whole, sizeof whole, "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(text, sizeof text, "%s.%06d", whole, (int)(now_ms % 1000) * 1000);
	mr_json_write_string(w, mr_str_from(text));
}

static void write_entry(mr_json_writer *w, const mr_json *model, int64_t now_ms)
{
	static const char *const optional[] = {"run_id", "artifact_path"};
	const mr_json *uuid = mr_json_get(model, "model_uuid");
	size_t i;

	mr_json_write_begin(w, '{');
	for (i = 0; i < 2; i++) {
		const mr_json *value = mr_json_get(model, optional[i]);

		if (is_null(value))
			continue;
		mr_json_write_key(w, mr_str_from(optional[i]));
		mr_json_write_tree(w, value);
	}
	mr_json_write_key(w, mr_str_from("utc_time_created"));
	write_time(w, mr_json_get(model, "utc_time_created"), now_ms);
	mr_json_write_key(w, mr_str_from("model_uuid"));
	if (is_null(uuid))
		mr_json_write_null(w);
	else
		mr_json_write_tree(w, uuid);
	mr_json_write_key(w, mr_str_from("flavors"));
	write_flavors(w, mr_json_get(model, "flavors"));
	mr_json_write_end(w, '}');
}

mr_code mr_model_history_add(mr_str history, const mr_json *model, mr_str run_id, int64_t now_ms, mr_arena *arena,
			     mr_buf *out, mr_error *err)
{
	mr_json *old = NULL;
	mr_json_writer w;
	mr_error ignored;
	mr_str text;
	mr_code code;

	mr_error_init(&ignored);
	if (history.ptr && (mr_json_parse(history, arena, &old, &ignored) != MR_OK || old->type != MR_JSON_ARRAY))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The tag '" MR_TAG_LOGGED_MODELS "' of run '%.*s' is not a JSON list (it may have been cut "
				    "at 8000 characters). Delete the tag, then log the model again.",
				    MR_STR_ARG(run_id));
	mr_json_write_init(&w, out, MR_JSON_SPACED);
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; old && i < old->count; i++)
		mr_json_write_tree(&w, &old->items[i]);
	write_entry(&w, model, now_ms);
	mr_json_write_end(&w, ']');
	code = mr_buf_check(out, err);
	text = mr_buf_view(out);
	/* what is stored is the whole text, as MLflow does, whose rule cuts a copy: a list that is cut is no JSON */
	return code == MR_OK ? mr_rule_tag(mr_str_from(MR_TAG_LOGGED_MODELS), &text, MR_PLACE_NONE, err) : code;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "project/yaml_read.h"

#include "base/nearest.h"
#include "base/yaml.h"

static const char *colon(const char *where)
{
	return where[0] ? ": " : "";
}

mr_code yaml_fail(struct yaml_reading *r, const char *where, const char *what)
{
	return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "%.*s: %s%s%s", MR_STR_ARG(r->file), where, colon(where), what);
}

static const char *type_name(const mr_json *value)
{
	static const char *const names[] = {[MR_JSON_NULL] = "nothing",	  [MR_JSON_BOOL] = "a boolean",
					    [MR_JSON_NUMBER] = "a number", [MR_JSON_STRING] = "text",
					    [MR_JSON_ARRAY] = "a list",	  [MR_JSON_OBJECT] = "a mapping"};

	return names[value->type];
}

mr_code yaml_wrong(struct yaml_reading *r, const char *where, const char *expected, const mr_json *found)
{
	return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "%.*s: %s%sthere should be %s, but there is %s",
			    MR_STR_ARG(r->file), where, colon(where), expected, type_name(found));
}

const char *yaml_where(struct yaml_reading *r, const char *format, ...)
{
	char text[512];
	va_list args;
	const char *kept;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	kept = mr_arena_strdup(r->arena, text);
	return kept ? kept : "";
}

mr_code yaml_read(struct yaml_reading *r, mr_str text, const char *expected, mr_json **out)
{
	mr_error why;

	mr_error_init(&why);
	if (mr_yaml_parse(text, r->arena, out, &why) != MR_OK)
		return mr_error_set(r->err, why.code == MR_RESOURCE_EXHAUSTED ? why.code : MR_INVALID_PARAMETER_VALUE,
				    "%.*s is no YAML: %s", MR_STR_ARG(r->file), why.message);
	if ((*out)->type == MR_JSON_NULL)
		**out = (mr_json){.type = MR_JSON_OBJECT};
	return (*out)->type == MR_JSON_OBJECT ? MR_OK : yaml_wrong(r, "", expected, *out);
}

mr_code yaml_check_keys(struct yaml_reading *r, const char *where, const mr_json *object, const char *const *keys)
{
	for (size_t i = 0; i < object->count; i++) {
		const char *near = NULL;
		bool known = false;

		for (size_t k = 0; keys[k] && !known; k++) {
			known = mr_str_is(object->keys[i], keys[k]);
			if (mr_edit_distance(object->keys[i], mr_str_from(keys[k])) <= (strlen(keys[k]) > 5 ? 2 : 1))
				near = keys[k];
		}
		if (!known && near)
			return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "%.*s: %s%sthe key '%.*s' is unknown. Did you mean '%s'?",
					    MR_STR_ARG(r->file), where, colon(where), MR_STR_ARG(object->keys[i]), near);
	}
	return MR_OK;
}

mr_code yaml_python_str(struct yaml_reading *r, const char *where, const mr_json *value, mr_str *out)
{
	switch (value->type) {
	case MR_JSON_BOOL:
		*out = mr_str_from(value->boolean ? "True" : "False");
		return MR_OK;
	case MR_JSON_NUMBER:
		*out = mr_str_is(value->text, "NaN")	     ? mr_str_from("nan")
		       : mr_str_is(value->text, "Infinity")  ? mr_str_from("inf")
		       : mr_str_is(value->text, "-Infinity") ? mr_str_from("-inf")
							     : value->text;
		return MR_OK;
	case MR_JSON_STRING:
		*out = value->text;
		return memchr(out->len ? out->ptr : "x", 0, out->len) ? yaml_fail(r, where, "there is a NUL in the text") : MR_OK;
	default:
		return yaml_wrong(r, where, "text, a number or a boolean", value);
	}
}

mr_code yaml_text(struct yaml_reading *r, const char *where, const mr_json *object, const char *key, mr_str *out)
{
	const mr_json *value = mr_json_get(object, key);

	if (!value || value->type == MR_JSON_NULL)
		return MR_OK;
	where = where[0] ? yaml_where(r, "%s.%s", where, key) : key;
	return value->type == MR_JSON_BOOL ? yaml_wrong(r, where, "text", value) : yaml_python_str(r, where, value, out);
}

mr_code yaml_texts(struct yaml_reading *r, const char *where, const mr_json *object, const char *key, mr_str **out, size_t *n)
{
	const mr_json *list = mr_json_get(object, key);
	mr_code code = MR_OK;

	if (!list || list->type == MR_JSON_NULL)
		return MR_OK;
	where = where[0] ? yaml_where(r, "%s.%s", where, key) : key;
	if (list->type != MR_JSON_ARRAY)
		return yaml_wrong(r, where, "a list of texts", list);
	*out = mr_arena_zalloc(r->arena, (list->count + 1) * sizeof **out);
	if (!*out)
		return mr_error_no_memory(r->err);
	for (size_t i = 0; i < list->count && code == MR_OK; i++) {
		if (list->items[i].type != MR_JSON_STRING)
			code = yaml_wrong(r, where, "a list of texts", &list->items[i]);
		(*out)[i] = list->items[i].text;
	}
	*n = list->count;
	return code;
}

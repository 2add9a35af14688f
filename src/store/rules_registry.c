/* SPDX-License-Identifier: Apache-2.0 */
#include "store/rules_registry.h"

#include <strings.h>

#include "api/python.h"
#include "base/utf8.h"
#include "search/repr.h"
#include "search/unicode.h"

enum { TAG_VALUE_MAX = 100000, ALIAS_MAX = 255, MESSAGE_MAX = 1 << 20 };

static mr_code missing(const char *what, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Missing value for required parameter '%s'.", what);
}

mr_code mr_rule_model_name(mr_str name, mr_error *err)
{
	if (mr_repr_strip(name).len == 0)
		return missing("name", err);
	if (memchr(name.ptr, '/', name.len) || memchr(name.ptr, ':', name.len))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid model name '%.*s'. Names cannot contain '/' or ':'.", MR_STR_ARG(name));
	return mr_rule_path(name, MR_PLACE_NONE, "name", err);
}

mr_code mr_rule_model_new_name(mr_str name, mr_error *err)
{
	return mr_repr_strip(name).len == 0 ? missing("new_name", err) : mr_rule_model_name(name, err);
}

mr_code mr_rule_model_version(mr_str text, int64_t *out, mr_error *err)
{
	struct mr_python_int value;

	if (mr_python_int(text, &value) && mr_python_int64(value, out))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Parameter 'version' must be an integer, got '%.*s'.",
			    MR_STR_ARG(text));
}

static mr_code tag(mr_str key, mr_str value, mr_error *err)
{
	mr_code code = mr_rule_name(key, MR_PLACE_NONE, "key", err);

	if (code == MR_OK)
		code = mr_rule_length("key", MR_MAX_KEY_LENGTH, key, err);
	return code == MR_OK ? mr_rule_length("value", TAG_VALUE_MAX, value, err) : code;
}

mr_code mr_rule_registered_model_tag(mr_str key, mr_str value, mr_error *err)
{
	return tag(key, value, err);
}

mr_code mr_rule_model_version_tag(mr_str key, mr_str value, mr_error *err)
{
	mr_error ignored;

	mr_error_init(&ignored);
	if (mr_str_is(key, "mlflow.prompt.text") && mr_rule_length("value", TAG_VALUE_MAX, value, &ignored) != MR_OK)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Prompt text exceeds max length of %d characters.",
				    TAG_VALUE_MAX);
	return tag(key, value, err);
}

/* ^[\w\-]*$, where $ also stands before a newline at the end. */
static bool has_good_characters(mr_str alias)
{
	const char *at = alias.ptr, *end = alias.ptr + alias.len;
	size_t n;

	while (at < end) {
		int32_t c = mr_utf8_get(at, end, &n);

		if (!(c >= 0 && mr_unicode_is_word((uint32_t)c)) && c != '-' && !(c == '\n' && at + 1 == end))
			return false;
		at += n;
	}
	return true;
}

/* ^[vV]\d+$ */
static bool names_version(mr_str alias)
{
	size_t digits = 0;

	while (1 + digits < alias.len && alias.ptr[1 + digits] >= '0' && alias.ptr[1 + digits] <= '9')
		digits++;
	return alias.len && (alias.ptr[0] | 0x20) == 'v' && digits && 1 + digits == alias.len;
}

mr_code mr_rule_alias(mr_str alias, bool new_one, mr_error *err)
{
	mr_code code;

	if (!alias.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Registered model alias name cannot be empty.");
	if (!has_good_characters(alias))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid alias name: '%.*s'. Names may only contain alphanumerics, underscores (_), and dashes (-).",
				    MR_STR_ARG(alias));
	code = mr_rule_length("Registered model alias name", ALIAS_MAX, alias, err);
	if (code != MR_OK || !new_one)
		return code;
	if (alias.len == 6 && strncasecmp(alias.ptr, "latest", 6) == 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'latest' alias name (case insensitive) is reserved.");
	if (names_version(alias))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Version alias name '%.*s' is reserved.", MR_STR_ARG(alias));
	return MR_OK;
}

mr_code mr_rule_stage(mr_str stage, const char **canonical, mr_error *err)
{
	static const char *const stages[] = {MR_STAGE_NONE, "Staging", "Production", MR_STAGE_ARCHIVED};

	for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
		if (strlen(stages[i]) == stage.len && strncasecmp(stages[i], stage.ptr, stage.len) == 0) {
			*canonical = stages[i];
			return MR_OK;
		}
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Invalid Model Version stage: %.*s. Value must be one of None, Staging, Production, Archived.",
			    MR_STR_ARG(stage));
}

mr_code mr_rule_archiving(mr_str stage, const char *canonical, mr_error *err)
{
	if (strcmp(canonical, "Staging") == 0 || strcmp(canonical, "Production") == 0)
		return MR_OK;
	/* MLflow gives this one no code, which makes it an internal error; it is the caller's, as the text says. */
	return mr_error_set(err, MR_INTERNAL_ERROR,
			    "Model version transition cannot archive existing model versions because '%.*s' is not an Active "
			    "stage. Valid stages are ['Staging', 'Production']",
			    MR_STR_ARG(stage));
}

mr_code mr_rule_model_exists(mr_str name, bool old_is_prompt, bool new_is_prompt, mr_error *err)
{
	mr_buf buf;

	mr_buf_init(&buf, MESSAGE_MAX);
	if (old_is_prompt == new_is_prompt) {
		mr_buf_printf(&buf, "%s (name=%.*s) already exists.", new_is_prompt ? "Prompt" : "Registered Model",
			      MR_STR_ARG(name));
		return mr_repr_error(err, MR_RESOURCE_ALREADY_EXISTS, &buf);
	}
	mr_buf_printf(&buf, "Tried to create a %s with name ", new_is_prompt ? "prompt" : "registered model");
	mr_repr_text(&buf, name);
	mr_buf_printf(&buf,
		      ", but the name is already taken by a %s. MLflow does not allow creating a model and a prompt with the "
		      "same name.",
		      old_is_prompt ? "prompt" : "registered model");
	return mr_repr_error(err, MR_RESOURCE_ALREADY_EXISTS, &buf);
}

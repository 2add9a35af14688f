/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules for experiments, data sets and logged models.
 */
#include "base/buf.h"
#include "base/json.h"
#include "base/os.h"
#include "base/uri.h"
#include "search/repr.h"
#include "search/unicode.h"
#include "store/rules.h"

enum {
	LOCATION_MAX = 2048,
	RETENTION_MAX = 32,
	DATASET_NAME_MAX = 500,
	DATASET_DIGEST_MAX = 36,
	DATASET_SOURCE_MAX = 65535,
	DATASET_SCHEMA_MAX = 1048575,
	DATASET_PROFILE_MAX = 16777215,
	INPUT_TAG_KEY_MAX = 255,
	INPUT_TAG_VALUE_MAX = 500
};

mr_code mr_rule_experiment_name(mr_str name, mr_error *err)
{
	if (name.len == 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid experiment name: ''");
	return mr_rule_length("name", MR_MAX_EXPERIMENT_NAME_LENGTH, name, err);
}

/* Whether urllib.parse.urlparse finds params: a semicolon in the last segment, of these schemes. */
static bool has_params(const mr_uri *uri)
{
	static const char *const schemes[] = {"",     "ftp",  "hdl", "prospero", "http", "https", "shttp",
					      "rtsp", "rtsps", "sip", "sips",	  "mms",  "sftp",  "tel"};
	size_t i, n = uri->path.len;

	while (n && uri->path.ptr[n - 1] != '/')
		n--;
	if (n == uri->path.len || !memchr(uri->path.ptr + n, ';', uri->path.len - n))
		return false;
	for (i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
		if (mr_str_is(uri->scheme, schemes[i]))
			return true;
	return false;
}

/* What MLflow's server checks of a location (handlers.py, _validate_storage_location_uri). */
static mr_code check_location_uri(mr_str location, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_uri uri;
	mr_code code = arena ? mr_uri_parse(location, &uri, err) : mr_error_no_memory(err);

	if (code == MR_OK && (uri.fragment.len || has_params(&uri)))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'artifact_location' URL can't include fragments or params.");
	else if (code == MR_OK && !mr_uri_append_path(arena, location, mr_str_from("x")).ptr) /* its query climbs */
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid query string");
	else if (code == MR_OK && location.len >= 5 && !memcmp(location.ptr, "runs:", 5))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Artifact location cannot be a runs:/ URI. Given: '%.*s'", MR_STR_ARG(location));
	mr_arena_free(arena);
	return code;
}

mr_code mr_rule_artifact_location(mr_str location, mr_error *err)
{
	const char *text = mr_getenv("MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH");
	int64_t limit = LOCATION_MAX;
	mr_code code = check_location_uri(location, err);

	if (code != MR_OK)
		return code;
	if (text && !mr_parse_int64(mr_str_from(text), &limit))
		limit = LOCATION_MAX;
	if (limit < 0 || mr_unicode_length(location) > (size_t)limit)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid artifact path length. The length of the artifact path cannot be greater than "
				    "%lld characters. To configure this limit, please set the "
				    "MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH environment variable.",
				    (long long)limit);
	return MR_OK;
}

/* ---- tags of experiments that steer the archival of traces ---- */

/* ^[1-9][0-9]*[mhd]$ of the stripped text. */
static mr_code check_duration(const mr_json *value, mr_error *err)
{
	mr_str s;
	size_t i;
	bool good;

	if (!value || value->type != MR_JSON_STRING)
		goto bad;
	s = mr_repr_strip(value->text);
	if (mr_unicode_length(s) > RETENTION_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Trace archival duration must be at most 32 characters.");
	good = s.len >= 2 && s.ptr[0] != '0' && memchr("mhd", s.ptr[s.len - 1], 3);
	for (i = 0; good && i + 1 < s.len; i++)
		good = s.ptr[i] >= '0' && s.ptr[i] <= '9';
	if (good)
		return MR_OK;
bad:
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Trace archival retention must be in the form `<int><unit>`, where unit is one of 'm', 'h', "
			    "or 'd'.");
}

static mr_code check_archival(mr_str text, const char *key, bool typed, mr_arena *arena, mr_error *err)
{
	const mr_json *value;
	mr_json *payload = NULL;
	mr_error ignored;

	mr_error_init(&ignored);
	if (mr_json_parse(text, arena, &payload, &ignored) != MR_OK || payload->type != MR_JSON_OBJECT)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Trace archival config must be encoded as a JSON object.");
	if (typed && !mr_str_is(mr_json_str(mr_json_get(payload, "type"), mr_str_from("")), "duration"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Trace archival config must use type 'duration'.");
	value = mr_json_get(payload, key);
	if (!typed && (!value || value->type == MR_JSON_NULL))
		return MR_OK;
	return check_duration(value, err);
}

mr_code mr_rule_experiment_tag(mr_str key, mr_str value, mr_arena *arena, mr_error *err)
{
	mr_code code = mr_rule_name(key, MR_PLACE_NONE, "key", err);

	if (code == MR_OK)
		code = mr_rule_length("key", MR_MAX_KEY_LENGTH, key, err);
	if (code == MR_OK)
		code = mr_rule_length("value", MR_MAX_EXPERIMENT_TAG_LENGTH, value, err);
	if (code == MR_OK && mr_str_is(key, "mlflow.trace.archivalRetention"))
		code = check_archival(value, "value", true, arena, err);
	if (code == MR_OK && mr_str_is(key, "mlflow.trace.archiveNow"))
		code = check_archival(value, "older_than", false, arena, err);
	return code;
}

/* ---- data sets ---- */

static mr_code check_dataset(const struct mr_dataset *d, mr_error *err)
{
	mr_code code = mr_rule_length("name", DATASET_NAME_MAX, d->name, err);

	if (code == MR_OK)
		code = mr_rule_length("digest", DATASET_DIGEST_MAX, d->digest, err);
	if (code == MR_OK)
		code = mr_rule_length("source", DATASET_SOURCE_MAX, d->source, err);
	if (code == MR_OK)
		code = mr_rule_length("schema", DATASET_SCHEMA_MAX, d->schema, err);
	return code == MR_OK ? mr_rule_length("profile", DATASET_PROFILE_MAX, d->profile, err) : code;
}

mr_code mr_rule_dataset_inputs(struct mr_dataset_input *const *inputs, size_t n, mr_error *err)
{
	static const struct mr_dataset none;
	mr_code code = MR_OK;
	size_t i, j;

	for (i = 0; i < n && code == MR_OK; i++) {
		code = check_dataset(inputs[i]->dataset ? inputs[i]->dataset : &none, err);
		for (j = 0; j < inputs[i]->tags_n && code == MR_OK; j++) {
			code = mr_rule_length("key", INPUT_TAG_KEY_MAX, inputs[i]->tags[j]->key, err);
			if (code == MR_OK)
				code = mr_rule_length("value", INPUT_TAG_VALUE_MAX, inputs[i]->tags[j]->value, err);
		}
	}
	return code;
}

/* ---- logged models ---- */

mr_code mr_rule_logged_model_name(mr_str name, mr_error *err)
{
	static const char bad[] = "/:.%\"'";
	mr_buf buf;
	size_t i;

	for (i = 0; i < name.len; i++)
		if (memchr(bad, name.ptr[i], sizeof bad - 1))
			break;
	if (i == name.len && name.len)
		return MR_OK;
	mr_buf_init(&buf, 1 << 20);
	mr_buf_c(&buf, "Invalid model name (");
	mr_repr_text(&buf, name);
	mr_buf_c(&buf, ") provided. Model name must be a non-empty string and cannot contain the following characters: "
		       "('/', ':', '.', '%', '\"', \"'\")");
	return mr_repr_error(err, MR_INVALID_PARAMETER_VALUE, &buf);
}

mr_code mr_rule_bulk_history(const struct mr_get_metric_history_bulk *request, mr_error *err)
{
	if (request->run_id_n == 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "GetMetricHistoryBulk request must specify at least one run_id.");
	if (request->run_id_n > MR_MAX_BULK_RUNS)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "GetMetricHistoryBulk request cannot specify more than %d run_ids. Received %zu run_ids.",
				    MR_MAX_BULK_RUNS, request->run_id_n);
	if (!MR_HAS(request, MR_GET_METRIC_HISTORY_BULK_HAS_METRIC_KEY))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "GetMetricHistoryBulk request must specify a metric_key.");
	return MR_OK;
}

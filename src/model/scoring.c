/* SPDX-License-Identifier: Apache-2.0 */
#include "model/scoring.h"

#include "base/error.h"

#define CSV "text/csv"
#define JSON "application/json"
#define PARQUET "application/vnd.apache.parquet"
#define PREDICTIONS_MAX ((size_t)1 << 30)

/* ---- answers ---- */

static void set_answer(struct mr_score_answer *out, int status, const char *type, mr_str body)
{
	out->status = status;
	out->content_type = type;
	out->body = body;
}

static void plain_answer(struct mr_score_answer *out, int status, mr_str body)
{
	set_answer(out, status, "text/plain; charset=utf-8", body);
}

/* The members of MLflow's exceptions behind their message. */
struct failure {
	const char *sqlstate, *error_class;
	mr_str trace; /* what the flavor said, where MLflow has a stack trace */
};

static void failed_answer(struct mr_score_answer *out, const mr_error *err, const struct failure *failure, mr_arena *arena)
{
	const struct mr_code_info *info = mr_code_info(err->code);
	mr_json_writer w;
	mr_buf buf;

	mr_buf_init(&buf, 64 << 10);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("error_code"));
	mr_json_write_string(&w, mr_str_from(info->name));
	mr_json_write_key(&w, mr_str_from("message"));
	mr_json_write_string(&w, mr_str_make(err->message, err->length));
	if (failure->sqlstate || info->sqlstate) {
		mr_json_write_key(&w, mr_str_from("sqlstate"));
		mr_json_write_string(&w, mr_str_from(failure->sqlstate ? failure->sqlstate : info->sqlstate));
	}
	if (failure->error_class || info->error_class) {
		mr_json_write_key(&w, mr_str_from("error_class"));
		mr_json_write_string(&w, mr_str_from(failure->error_class ? failure->error_class : info->error_class));
	}
	if (failure->trace.len) {
		mr_json_write_key(&w, mr_str_from("stack_trace"));
		mr_json_write_string(&w, failure->trace);
	}
	mr_json_write_end(&w, '}');
	set_answer(out, info->http_status, JSON, mr_arena_copy(arena, mr_buf_view(&buf)));
	mr_buf_dispose(&buf);
	if (!out->body.ptr)
		plain_answer(out, 503, mr_str_from("Out of memory"));
}

/* ---- the content type ---- */

static mr_str trimmed(mr_str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* Up to the separator; *s is what is behind it. */
static mr_str cut(mr_str *s, char separator)
{
	const char *at = s->len ? memchr(s->ptr, separator, s->len) : NULL;
	mr_str part = mr_str_make(s->ptr, at ? (size_t)(at - s->ptr) : s->len);

	*s = at ? mr_str_make(at + 1, s->len - part.len - 1) : mr_str_make("", 0);
	return trimmed(part);
}

static bool is_utf8(mr_str charset)
{
	return charset.len == 5 && (charset.ptr[0] | 32) == 'u' && (charset.ptr[1] | 32) == 't' &&
	       (charset.ptr[2] | 32) == 'f' && charset.ptr[3] == '-' && charset.ptr[4] == '8';
}

/* The media type without its parameters; false when an answer says what is wrong with them. */
static bool read_content_type(mr_str content_type, mr_arena *arena, mr_str *type, struct mr_score_answer *out)
{
	mr_str rest = content_type, pair, key, unknown = mr_str_make("", 0);

	*type = cut(&rest, ';');
	while (rest.len) {
		pair = cut(&rest, ';');
		key = cut(&pair, '=');
		if (mr_str_is(key, "charset") && !is_utf8(pair)) {
			plain_answer(out, 415, mr_str_from("The scoring server only supports UTF-8"));
			return false;
		}
		if (!mr_str_is(key, "charset"))
			unknown = mr_arena_printf(arena, "%.*s%s%.*s", MR_STR_ARG(unknown), unknown.len ? ", " : "",
						  MR_STR_ARG(key));
	}
	if (unknown.len)
		plain_answer(out, 415,
			     mr_arena_printf(arena, "Unrecognized content type parameters: %.*s. %s", MR_STR_ARG(unknown),
					     MR_SCORE_PROTOCOL_CHANGE));
	return !unknown.len;
}

/* ---- the whole ---- */

/* Messages name the data and the schema; both are cut so that the reason stays. */
static void fits_not(mr_model *model, const struct mr_score_input *input, mr_model_stage stage, mr_error *err,
		     struct failure *failure)
{
	const struct mr_model_schema *schema = mr_model_info(model)->inputs;
	mr_error whole;
	mr_buf data, spec;

	if (err->code == MR_RESOURCE_EXHAUSTED)
		return;
	mr_error_init(&whole);
	mr_buf_init(&data, 700);
	mr_buf_init(&spec, 1200);
	mr_score_print_data(&input->table, &data);
	if (schema)
		mr_model_schema_print(schema, &spec);
	if (stage == MR_MODEL_INPUTS) {
		mr_error_set(&whole, err->code,
			     "Failed to predict data '%.*s'. \nError: Failed to enforce schema of data '%.*s' with schema "
			     "'%.*s'. Error: %s",
			     MR_STR_ARG(mr_buf_view(&data)), MR_STR_ARG(mr_buf_view(&data)), MR_STR_ARG(mr_buf_view(&spec)),
			     err->message);
		failure->sqlstate = "KAM01";
		failure->error_class = "SCHEMA_ENFORCEMENT_FAILED";
	} else {
		mr_error_set(&whole, err->code, "Failed to predict data '%.*s'. \nError: %s", MR_STR_ARG(mr_buf_view(&data)),
			     err->message);
	}
	*err = whole;
	mr_buf_dispose(&data);
	mr_buf_dispose(&spec);
}

/* What the flavor says goes where MLflow has the stack trace; a client that gave bad data can still read it. */
static void flavor_failed(mr_error *err, mr_arena *arena, struct failure *failure)
{
	mr_error whole;

	if (err->code != MR_BAD_REQUEST && err->code != MR_INVALID_PARAMETER_VALUE)
		return;
	failure->trace = mr_arena_copy(arena, mr_str_make(err->message, err->length));
	mr_error_init(&whole);
	mr_error_set(&whole, MR_BAD_REQUEST,
		     "Encountered an unexpected error while evaluating the model. Verify that the serialized input Dataframe "
		     "is compatible with the model for inference.");
	*err = whole;
}

static mr_code read_parquet(mr_str body, const struct mr_model_schema *schema, struct mr_score_input *out, mr_error *err)
{
	mr_error why;

	mr_error_init(&why);
	out->frame = !schema || !schema->tensors;
	if (mr_table_read(body, MR_TABLE_PARQUET, &out->table, &why) == MR_OK)
		return MR_OK;
	return mr_error_set(err, MR_BAD_REQUEST,
			    "Failed to parse input as a Pandas DataFrame. Ensure that the input is a valid Parquet Pandas "
			    "DataFrame produced using the `pandas.DataFrame.to_parquet()` method. Error: '%s'",
			    why.message);
}

static mr_code predict(mr_model *model, const struct mr_score_input *input, mr_arena *arena, mr_call *call,
		       struct failure *failure, mr_str *body, mr_error *err)
{
	struct mr_table predictions;
	mr_model_stage stage;
	mr_buf text;
	mr_code code = mr_model_predict_staged(model, &input->table.schema, &input->table.array, input->params_json,
					       &predictions, &stage, call, err);

	if (code && stage == MR_MODEL_FLAVOR)
		flavor_failed(err, arena, failure);
	else if (code)
		fits_not(model, input, stage, err, failure);
	if (code)
		return code;
	mr_buf_init(&text, PREDICTIONS_MAX);
	code = mr_score_print(&predictions, input->frame, &text, err);
	*body = mr_arena_copy(arena, mr_buf_view(&text));
	mr_buf_dispose(&text);
	mr_table_release(&predictions);
	return code || body->ptr ? code : mr_error_no_memory(err);
}

void mr_score(mr_model *model, mr_str content_type, mr_str body, mr_arena *arena, mr_call *call,
	      struct mr_score_answer *out)
{
	const struct mr_model_schema *schema = mr_model_info(model)->inputs;
	struct mr_score_input input = {0};
	struct failure failure = {0};
	mr_str type, answer = mr_str_make("", 0);
	mr_error err;
	mr_code code;

	mr_error_init(&err);
	if (!read_content_type(content_type, arena, &type, out))
		return;
	if (mr_str_is(type, CSV)) {
		code = mr_score_read_csv(body, schema, arena, &input, &err);
	} else if (mr_str_is(type, JSON)) {
		code = mr_score_read_json(body, schema, arena, &input, &err);
	} else if (mr_str_is(type, PARQUET)) {
		code = read_parquet(body, schema, &input, &err);
	} else {
		plain_answer(out, 415,
			     mr_arena_printf(arena, "This predictor only supports the following content types: Types: ['" CSV
						    "', '" JSON "', '" PARQUET "']. Got '%.*s'.", MR_STR_ARG(content_type)));
		return;
	}
	if (!code)
		code = predict(model, &input, arena, call, &failure, &answer, &err);
	mr_table_release(&input.table);
	if (code)
		failed_answer(out, &err, &failure, arena);
	else
		set_answer(out, 200, JSON, answer);
}

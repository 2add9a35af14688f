/* SPDX-License-Identifier: Apache-2.0
 *
 * A tree to libyaml's events, with the choices of PyYAML's safe dumper, whose
 * emitter this is; so the text is the same to the byte.
 */
#include "base/yaml.h"

#include <yaml.h>

#include "base/utf8.h"
#include "base/yaml_scalar.h"

struct writer {
	yaml_emitter_t emitter;
	mr_buf *buf;
	mr_error *err;
	int depth;
};

static bool write_node(struct writer *w, const mr_json *value);

static int append(void *arg, unsigned char *bytes, size_t n)
{
	mr_buf *buf = arg;

	mr_buf_add(buf, bytes, n);
	return !buf->failed;
}

/* The emitter takes the event, whether it succeeds or not. */
static bool emit(struct writer *w, yaml_event_t *event, int made)
{
	if (!made) {
		mr_error_no_memory(w->err);
		return false;
	}
	if (yaml_emitter_emit(&w->emitter, event))
		return true;
	if (w->buf->failed)
		mr_buf_check(w->buf, w->err);
	else
		mr_error_set(w->err, MR_INTERNAL_ERROR, "Cannot write YAML: %s",
			     w->emitter.problem ? w->emitter.problem : "out of memory");
	return false;
}

static bool write_scalar(struct writer *w, mr_str text, bool plain, bool quoted)
{
	yaml_event_t event;
	const char *tag = quoted ? YAML_STR_TAG : YAML_INT_TAG; /* never seen: one of the two is implicit */

	if (!mr_utf8_valid(text) || text.len > INT32_MAX) {
		mr_error_set(w->err, MR_INVALID_PARAMETER_VALUE, "Cannot write YAML: a text is not valid UTF-8");
		return false;
	}
	return emit(w, &event,
		    yaml_scalar_event_initialize(&event, NULL, (const yaml_char_t *)tag,
						 (const yaml_char_t *)(text.ptr ? text.ptr : ""), (int)text.len, plain,
						 quoted, YAML_ANY_SCALAR_STYLE));
}

static bool write_text(struct writer *w, mr_str text)
{
	return write_scalar(w, text, mr_yaml_kind(text) == YAML_KIND_TEXT, true);
}

static bool is_integer(mr_str text)
{
	return text.len && !memchr(text.ptr, '.', text.len) && !memchr(text.ptr, 'e', text.len) &&
	       !memchr(text.ptr, 'E', text.len) && !memchr(text.ptr, 'N', text.len) && !memchr(text.ptr, 'I', text.len);
}

/* As PyYAML's represent_float: repr, with a ".0" where YAML 1.1 would not see a float ("1.0e+16"). */
static bool write_double(struct writer *w, double value)
{
	char text[32], with_point[36];
	size_t n = mr_format_double(text, value);
	char *e = memchr(text, 'e', n);

	if (value != value)
		return write_scalar(w, mr_str_from(".nan"), true, false);
	if (value - value != 0)
		return write_scalar(w, mr_str_from(value > 0 ? ".inf" : "-.inf"), true, false);
	if (!e || memchr(text, '.', n))
		return write_scalar(w, mr_str_make(text, n), true, false);
	n = (size_t)snprintf(with_point, sizeof with_point, "%.*s.0%s", (int)(e - text), text, e);
	return write_scalar(w, mr_str_make(with_point, n), true, false);
}

static bool write_number(struct writer *w, mr_str text)
{
	double value;

	if (mr_str_is(text, "-0")) /* an integer of Python */
		return write_scalar(w, mr_str_from("0"), true, false);
	if (is_integer(text))
		return write_scalar(w, text, true, false);
	if (mr_parse_double(text, &value))
		return write_double(w, value);
	mr_error_set(w->err, MR_INVALID_PARAMETER_VALUE, "Cannot write YAML: '%.*s' is not a number", MR_STR_ARG(text));
	return false;
}

static bool write_sequence(struct writer *w, const mr_json *value)
{
	yaml_event_t event;
	size_t i;

	if (!emit(w, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE)))
		return false;
	for (i = 0; i < value->count; i++)
		if (!write_node(w, &value->items[i]))
			return false;
	return emit(w, &event, yaml_sequence_end_event_initialize(&event));
}

static bool write_mapping(struct writer *w, const mr_json *value)
{
	yaml_event_t event;
	size_t i;

	if (!emit(w, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE)))
		return false;
	for (i = 0; i < value->count; i++)
		if (!write_text(w, value->keys[i]) || !write_node(w, &value->items[i]))
			return false;
	return emit(w, &event, yaml_mapping_end_event_initialize(&event));
}

static bool write_node(struct writer *w, const mr_json *value)
{
	bool ok;

	switch (value->type) {
	case MR_JSON_NULL:
		return write_scalar(w, mr_str_from("null"), true, false);
	case MR_JSON_BOOL:
		return write_scalar(w, mr_str_from(value->boolean ? "true" : "false"), true, false);
	case MR_JSON_NUMBER:
		return write_number(w, value->text);
	case MR_JSON_STRING:
		return write_text(w, value->text);
	case MR_JSON_ARRAY:
	case MR_JSON_OBJECT:
	default:
		break;
	}
	if (w->depth >= MR_JSON_DEPTH_MAX) {
		mr_error_set(w->err, MR_INVALID_PARAMETER_VALUE, "Cannot write YAML: nested deeper than %d levels",
			     MR_JSON_DEPTH_MAX);
		return false;
	}
	w->depth++;
	ok = value->type == MR_JSON_ARRAY ? write_sequence(w, value) : write_mapping(w, value);
	w->depth--;
	return ok;
}

static bool write_document(struct writer *w, const mr_json *value)
{
	yaml_event_t event;

	return emit(w, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING)) &&
	       emit(w, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1)) &&
	       write_node(w, value) && emit(w, &event, yaml_document_end_event_initialize(&event, 1)) &&
	       emit(w, &event, yaml_stream_end_event_initialize(&event));
}

mr_code mr_yaml_write(mr_buf *buf, const mr_json *value, mr_error *err)
{
	struct writer w;
	mr_error own;
	bool ok;

	memset(&w, 0, sizeof w);
	mr_error_init(&own);
	if (!yaml_emitter_initialize(&w.emitter))
		return mr_error_no_memory(err);
	yaml_emitter_set_output(&w.emitter, append, buf);
	yaml_emitter_set_unicode(&w.emitter, 1);
	w.buf = buf;
	w.err = err ? err : &own;
	ok = write_document(&w, value);
	yaml_emitter_delete(&w.emitter);
	return ok ? MR_OK : w.err->code;
}

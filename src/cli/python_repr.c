/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/python_repr.h"

#include "api/python.h"

static void repr_text(mr_str s, mr_buf *out)
{
	bool single = s.len && memchr(s.ptr, '\'', s.len), twice = s.len && memchr(s.ptr, '"', s.len);
	char quote = single && !twice ? '"' : '\'';

	mr_buf_char(out, quote);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c == '\\' || c == (unsigned char)quote)
			mr_buf_printf(out, "\\%c", c);
		else if (c == '\n' || c == '\r' || c == '\t')
			mr_buf_printf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
		else if (c < ' ' || c == 127)
			mr_buf_printf(out, "\\x%02x", c);
		else
			mr_buf_char(out, (char)c);
	}
	mr_buf_char(out, quote);
}

static void repr_number(mr_str text, mr_buf *out)
{
	double value;

	if (mr_python_is_float(text) && mr_parse_double(text, &value))
		mr_buf_double(out, value);
	else
		mr_buf_str(out, text);
}

static void repr_items(const mr_json *value, mr_buf *out)
{
	bool object = value->type == MR_JSON_OBJECT;

	mr_buf_char(out, object ? '{' : '[');
	for (size_t i = 0; i < value->count; i++) {
		if (i)
			mr_buf_c(out, ", ");
		if (object) {
			repr_text(value->keys[i], out);
			mr_buf_c(out, ": ");
		}
		mr_python_repr(&value->items[i], out);
	}
	mr_buf_char(out, object ? '}' : ']');
}

void mr_python_repr(const mr_json *value, mr_buf *out)
{
	switch (value->type) {
	case MR_JSON_NULL:
		mr_buf_c(out, "None");
		break;
	case MR_JSON_BOOL:
		mr_buf_c(out, value->boolean ? "True" : "False");
		break;
	case MR_JSON_NUMBER:
		repr_number(value->text, out);
		break;
	case MR_JSON_STRING:
		repr_text(value->text, out);
		break;
	case MR_JSON_ARRAY:
	case MR_JSON_OBJECT:
		repr_items(value, out);
		break;
	}
}

void mr_python_str(const mr_json *value, mr_buf *out)
{
	if (value->type == MR_JSON_STRING)
		mr_buf_str(out, value->text);
	else
		mr_python_repr(value, out);
}

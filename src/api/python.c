/* SPDX-License-Identifier: Apache-2.0 */
#include "api/python.h"

#include <stdlib.h>

enum { NUMBER_TEXT_MAX = 400 };

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static mr_str strip(mr_str s)
{
	while (s.len && is_space(s.ptr[0]))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

/* The text without blanks around it and without underscores between digits.
 * False where an underscore stands elsewhere, or there are more than fit. */
static bool plain_number(mr_str text, char room[NUMBER_TEXT_MAX], mr_str *out)
{
	size_t i, n = 0;

	text = strip(text);
	*out = text;
	if (!text.len || !memchr(text.ptr, '_', text.len))
		return text.len != 0;
	for (i = 0; i < text.len; i++) {
		if (text.ptr[i] == '_') {
			if (i == 0 || i + 1 == text.len || !is_digit(text.ptr[i - 1]) || !is_digit(text.ptr[i + 1]))
				return false;
		} else if (n < NUMBER_TEXT_MAX) {
			room[n++] = text.ptr[i];
		} else {
			return false;
		}
	}
	*out = mr_str_make(room, n);
	return true;
}

bool mr_python_int(mr_str text, struct mr_python_int *out)
{
	char room[NUMBER_TEXT_MAX];
	size_t i;

	if (!plain_number(text, room, &text))
		return false;
	out->negative = text.ptr[0] == '-';
	out->size = 0;
	i = out->negative || text.ptr[0] == '+';
	if (i == text.len)
		return false;
	for (; i < text.len; i++)
		if (!is_digit(text.ptr[i]) || __builtin_mul_overflow(out->size, (uint64_t)10, &out->size) ||
		    __builtin_add_overflow(out->size, (uint64_t)(text.ptr[i] - '0'), &out->size))
			return false;
	return true;
}

bool mr_python_int_of_float(double value, struct mr_python_int *out)
{
	double size = value < 0 ? -value : value;

	if (!(size < 18446744073709551616.0) || (double)(uint64_t)size != size)
		return false;
	out->negative = value < 0;
	out->size = (uint64_t)size;
	return true;
}

bool mr_python_int64(struct mr_python_int value, int64_t *out)
{
	if (value.size > (uint64_t)INT64_MAX + value.negative)
		return false;
	*out = value.negative ? (int64_t)(0 - value.size) : (int64_t)value.size;
	return true;
}

bool mr_python_float(mr_str text, double *out)
{
	char room[NUMBER_TEXT_MAX];

	return plain_number(text, room, &text) && mr_parse_double(text, out);
}

bool mr_python_is_float(mr_str number)
{
	size_t i;

	for (i = 0; i < number.len; i++)
		if (number.ptr[i] != '-' && !is_digit(number.ptr[i]))
			return true;
	return false;
}

const char *mr_python_type(mr_str json)
{
	json = strip(json);
	switch (json.len ? json.ptr[0] : 'n') {
	case '{':
		return "dict";
	case '[':
		return "list";
	case '"':
		return "str";
	case 't':
	case 'f':
		return "bool";
	case 'n':
		return "NoneType";
	default:
		return mr_python_is_float(json) ? "float" : "int";
	}
}

static void dump_number(mr_str text, mr_json_writer *w)
{
	mr_buf *out = w->buf;
	double value = 0;

	mr_json_write_raw(w, mr_str_from("")); /* the comma */
	if (!mr_python_is_float(text)) {
		mr_buf_str(out, mr_str_is(text, "-0") ? mr_str_from("0") : text);
		return;
	}
	mr_parse_double(text, &value);
	if (value - value == 0)
		mr_buf_double(out, value);
	else
		mr_buf_c(out, value != value ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
}

struct member {
	mr_str key;
	const mr_json *value;
	size_t at;
};

static int by_key(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	size_t n = x->key.len < y->key.len ? x->key.len : y->key.len;
	int order = n ? memcmp(x->key.ptr, y->key.ptr, n) : 0;

	if (order)
		return order;
	if (x->key.len != y->key.len)
		return x->key.len < y->key.len ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

static void dump_tree(const mr_json *value, mr_arena *arena, mr_json_writer *w);

static void dump_object(const mr_json *object, mr_arena *arena, mr_json_writer *w)
{
	struct member *members = mr_arena_alloc(arena, object->count * sizeof *members);
	size_t i;

	mr_json_write_begin(w, '{');
	for (i = 0; members && i < object->count; i++)
		members[i] = (struct member){object->keys[i], &object->items[i], i};
	if (members)
		qsort(members, object->count, sizeof *members, by_key);
	for (i = 0; members && i < object->count; i++) {
		if (i + 1 < object->count && mr_str_eq(members[i].key, members[i + 1].key))
			continue; /* the last of equal keys counts */
		mr_json_write_key(w, members[i].key);
		dump_tree(members[i].value, arena, w);
	}
	mr_json_write_end(w, '}');
}

static void dump_tree(const mr_json *value, mr_arena *arena, mr_json_writer *w)
{
	size_t i;

	if (value->type == MR_JSON_NUMBER) {
		dump_number(value->text, w);
	} else if (value->type == MR_JSON_OBJECT) {
		dump_object(value, arena, w);
	} else if (value->type == MR_JSON_ARRAY) {
		mr_json_write_begin(w, '[');
		for (i = 0; i < value->count; i++)
			dump_tree(&value->items[i], arena, w);
		mr_json_write_end(w, ']');
	} else {
		mr_json_write_tree(w, value);
	}
}

void mr_python_dump(mr_str json, mr_arena *arena, mr_buf *out)
{
	mr_json *tree = NULL;
	mr_json_writer writer;

	if (mr_json_parse(json, arena, &tree, NULL) != MR_OK)
		return;
	mr_json_write_init(&writer, out, MR_JSON_COMPACT);
	dump_tree(tree, arena, &writer);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "api/member.h"
#include "base/os.h"

mr_call *call;
mr_error err;

int call_open(void **state)
{
	(void)state;
	call = mr_call_new(0);
	mr_error_init(&err);
	return call ? 0 : -1;
}

int call_close(void **state)
{
	(void)state;
	mr_call_free(call);
	call = NULL;
	return 0;
}

void assert_str(const char *expected, mr_str got)
{
	assert_same(mr_str_from(expected), got);
}

void assert_same(mr_str expected, mr_str got)
{
	if (!mr_str_eq(expected, got))
		fail_msg("expected: %.*s\n     got: %.*s", MR_STR_ARG(expected), MR_STR_ARG(got));
}

mr_str test_data(const char *name)
{
	const char *source = mr_getenv("MILLRACE_SOURCE");
	mr_str text = {NULL, 0}, path;

	path = mr_arena_printf(call->arena, "%s/tests/unit/api/data/%s", source ? source : ".", name);
	if (mr_file_read(path, SIZE_MAX, call->arena, &text, &err))
		fail_msg("%s (set MILLRACE_SOURCE to the source tree)", err.message);
	return text;
}

bool next_line(mr_str *text, mr_str *parts, size_t n)
{
	const char *end = text->len ? memchr(text->ptr, '\n', text->len) : NULL;
	mr_str line = mr_str_make(text->ptr, end ? (size_t)(end - text->ptr) : 0);
	size_t i;

	if (!end)
		return false;
	*text = mr_str_make(end + 1, text->len - line.len - 1);
	for (i = 0; i < n; i++) {
		const char *tab = line.len ? memchr(line.ptr, '\t', line.len) : NULL;

		assert_true((tab != NULL) == (i + 1 < n));
		parts[i] = mr_str_make(line.ptr, tab ? (size_t)(tab - line.ptr) : line.len);
		if (tab)
			line = mr_str_make(tab + 1, line.len - parts[i].len - 1);
	}
	return true;
}

uint64_t test_random(void)
{
	static uint64_t state = 0x2545f4914f6cdd1du;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1du;
}

static mr_str random_text(void)
{
	static const char *const texts[] = {"",
					    "a",
					    "loss",
					    "0",
					    "\xc3\xa9",
					    "a\"b\\c/",
					    "\n\t\x7f",
					    "\x01",
					    "\xe6\x97\xa5",
					    "null",
					    "\xf0\x9f\x8f\xa0",
					    "{\"a\": [1, {}]}",
					    "a long text without anything that wants an escape, of some hundred bytes, "
					    "so that the vectors of the scanner are filled more than once"};

	return mr_str_from(texts[test_random() % (sizeof texts / sizeof *texts)]);
}

static double random_double(void)
{
	static const double some[] = {0, -0.0, 3, 0.1, 1e-5, 1e16, 1.7976931348623157e308, 5e-324};
	uint64_t bits = test_random();
	double value;

	if (bits % 3)
		return some[bits % (sizeof some / sizeof *some)];
	memcpy(&value, &bits, sizeof value);
	return value == value ? value : 1.5;
}

static void random_value(const struct mr_field_desc *field, void *to)
{
	uint64_t random = test_random();

	switch (field->kind) {
	case MR_KIND_STRING:
		*(mr_str *)to = random_text();
		break;
	case MR_KIND_BOOL:
		*(bool *)to = random & 1;
		break;
	case MR_KIND_INT32:
		*(int32_t *)to = (int32_t)random;
		break;
	case MR_KIND_INT64:
		*(int64_t *)to = (int64_t)(random >> random % 64);
		break;
	case MR_KIND_DOUBLE:
		*(double *)to = random_double();
		break;
	case MR_KIND_ENUM:
		*(int32_t *)to = field->enumeration->values[random % field->enumeration->values_n].number;
		break;
	case MR_KIND_MESSAGE:
		*(void **)to = random_message(field->message);
		break;
	case MR_KIND_MAP_STRING:
		*(struct mr_map_string *)to = (struct mr_map_string){random_text(), random_text()};
		break;
	default:
		fail_msg("%s is of a kind that the tests do not know", field->name);
	}
}

static size_t random_list(const struct mr_field_desc *field, void **items)
{
	size_t n = test_random() % 4, size = mr_kind_size(field->kind), i;

	if (field->kind == MR_KIND_MAP_STRING && n > 1)
		n = 1; /* equal keys would become one */
	*items = n ? mr_call_zalloc(call, n * size) : NULL;
	for (i = 0; i < n; i++)
		random_value(field, (char *)*items + i * size);
	return n;
}

void *random_message(const struct mr_msg_desc *desc)
{
	void *message = mr_msg_new(call, desc);
	uint32_t i;

	assert_non_null(message);
	for (i = 0; i < desc->fields_n; i++) {
		const struct mr_field_desc *field = &desc->fields[i];

		if (field->flags & MR_FIELD_REPEATED) {
			*mr_member_count(message, field) = random_list(field, mr_member(message, field));
		} else if (test_random() % 4) {
			random_value(field, mr_member(message, field));
			mr_member_set(message, i, true);
		}
	}
	return message;
}

mr_str encoded(const struct mr_msg_desc *desc, const void *message, enum mr_style style)
{
	mr_buf out;
	mr_str copy;

	mr_buf_init(&out, 1 << 24);
	if (mr_msg_encode(desc, message, style, &out, &err))
		fail_msg("%s", err.message);
	copy = mr_call_copy(call, mr_buf_view(&out));
	mr_buf_dispose(&out);
	return copy;
}

void *decoded(const struct mr_msg_desc *desc, mr_str json)
{
	void *message = NULL;

	if (mr_msg_decode(desc, json, call, &message, &err))
		fail_msg("%s: %s\n%.*s", desc->name, err.message, MR_STR_ARG(json));
	return message;
}

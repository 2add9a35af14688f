/* SPDX-License-Identifier: Apache-2.0
 *
 * Single values, with the liberties that protobuf's json_format takes: numbers
 * in texts, integers written as floats, booleans for floats, enums by number.
 */
#include "api/decode.h"

#include "api/datetime.h"
#include "api/python.h"

/* A scalar of JSON: its type and its text (of a string unescaped). */
struct scalar {
	mr_json_type type;
	mr_str text;
	bool boolean;
};

static bool to_int(const struct scalar *s, struct mr_python_int *out)
{
	double value;

	if (s->type != MR_JSON_NUMBER && s->type != MR_JSON_STRING)
		return false;
	if (s->type == MR_JSON_STRING && s->text.len && memchr(s->text.ptr, ' ', s->text.len))
		return false;
	if (mr_python_int(s->text, out))
		return true;
	return mr_python_float(s->text, &value) && mr_python_int_of_float(value, out);
}

static bool store_int(unsigned kind, struct mr_python_int value, void *to)
{
	int64_t number;

	if (kind == MR_KIND_UINT64 || kind == MR_KIND_UINT32) {
		if ((value.negative && value.size) || (kind == MR_KIND_UINT32 && value.size > UINT32_MAX))
			return false;
		if (kind == MR_KIND_UINT64)
			*(uint64_t *)to = value.size;
		else
			*(uint32_t *)to = (uint32_t)value.size;
		return true;
	}
	if (!mr_python_int64(value, &number))
		return false;
	if (kind == MR_KIND_INT64)
		*(int64_t *)to = number;
	else if (number < INT32_MIN || number > INT32_MAX)
		return false;
	else
		*(int32_t *)to = (int32_t)number;
	return true;
}

static bool store_integer(unsigned kind, const struct scalar *s, void *to)
{
	struct mr_python_int value;

	if (s->type == MR_JSON_NUMBER && kind == MR_KIND_INT64 && mr_parse_int64(s->text, to))
		return true;
	return to_int(s, &value) && store_int(kind, value, to);
}

/* What rounds to no float any more. */
#define FLOAT_END 3.4028235677973366e38

/* NaN may also come bare (the reference reads it and stores 0): a float that is not a number is meant. */
static bool store_float(unsigned kind, const struct scalar *s, void *to)
{
	double value;

	if (s->type == MR_JSON_BOOL) {
		value = s->boolean;
	} else if (s->type == MR_JSON_NUMBER) {
		if (!mr_parse_double(s->text, &value))
			return false;
		if (mr_str_is(s->text, "-0"))
			value = 0; /* an integer to Python */
		/* written with digits, but beyond all doubles */
		if (value - value != 0 && s->text.ptr[s->text.len - 1] <= '9')
			return false;
	} else if (s->type != MR_JSON_STRING || mr_str_is(s->text, "nan") || !mr_python_float(s->text, &value)) {
		return false;
	}
	if (kind == MR_KIND_DOUBLE)
		*(double *)to = value;
	else if (value - value == 0 && (value >= FLOAT_END || value <= -FLOAT_END))
		return false;
	else
		*(float *)to = (float)value;
	return true;
}

static bool store_enum(const struct mr_enum_desc *desc, const struct scalar *s, int32_t *to, bool *set)
{
	const struct mr_enum_value *value = NULL;
	struct mr_python_int number = {0, false};
	int64_t n = 0;
	double d;

	if (s->type == MR_JSON_STRING) {
		value = mr_enum_by_name(desc, s->text);
		if (!value && !mr_python_int(s->text, &number)) {
			*set = false;
			return true;
		}
	} else if (s->type == MR_JSON_BOOL) {
		number.size = s->boolean;
	} else if (s->type != MR_JSON_NUMBER || !mr_parse_double(s->text, &d) || !(d > -1e9 && d < 1e9)) {
		return false;
	} else {
		n = (int64_t)d; /* as int() cuts off */
		number.negative = n < 0;
		number.size = n < 0 ? (uint64_t)-n : (uint64_t)n;
	}
	if (!value && mr_python_int64(number, &n) && n >= INT32_MIN && n <= INT32_MAX)
		value = mr_enum_by_number(desc, (int32_t)n);
	if (value)
		*to = value->number;
	return value != NULL;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* Both alphabets, with or without padding; other characters are passed over, as Python does. */
static mr_code store_bytes(mr_str text, mr_call *call, mr_str *to)
{
	unsigned char *out = mr_call_alloc(call, text.len / 4 * 3 + 4);
	uint32_t bits = 0;
	size_t digits = 0, n = 0, i;
	int digit;

	if (!out)
		return MR_RESOURCE_EXHAUSTED;
	for (i = 0; i < text.len; i++) {
		digit = base64_digit(text.ptr[i]);
		if (digit < 0)
			continue;
		bits = bits << 6 | (uint32_t)digit;
		if (++digits % 4 == 0) {
			out[n++] = (unsigned char)(bits >> 16);
			out[n++] = (unsigned char)(bits >> 8);
			out[n++] = (unsigned char)bits;
		}
	}
	if (digits % 4 == 1)
		return MR_INVALID_PARAMETER_VALUE;
	if (digits % 4 >= 2)
		out[n++] = (unsigned char)(bits >> (digits % 4 == 2 ? 4 : 10));
	if (digits % 4 == 3)
		out[n++] = (unsigned char)(bits >> 2);
	out[n] = 0;
	*to = mr_str_make((const char *)out, n);
	return MR_OK;
}

/* "aB,c.dE" means "a_b,c.d_e". */
static mr_code store_field_mask(mr_str text, mr_call *call, mr_str *to)
{
	char *out = mr_call_alloc(call, text.len * 2 + 1);
	size_t i, n = 0;

	if (!out)
		return MR_RESOURCE_EXHAUSTED;
	for (i = 0; i < text.len; i++) {
		bool capital = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z';

		if (capital)
			out[n++] = '_';
		out[n++] = (char)(capital ? text.ptr[i] - 'A' + 'a' : text.ptr[i]);
	}
	out[n] = 0;
	*to = mr_str_make(out, n);
	return MR_OK;
}

static mr_code fits(bool good)
{
	return good ? MR_OK : MR_INVALID_PARAMETER_VALUE;
}

static mr_code store_string_like(unsigned kind, mr_str text, mr_call *call, void *to)
{
	switch (kind) {
	case MR_KIND_STRING:
		*(mr_str *)to = text;
		return MR_OK;
	case MR_KIND_BYTES:
		return store_bytes(text, call, to);
	case MR_KIND_FIELD_MASK:
		return store_field_mask(text, call, to);
	case MR_KIND_TIMESTAMP:
		return fits(mr_timestamp_parse(text, to));
	case MR_KIND_DURATION:
		return fits(mr_duration_parse(text, to));
	default:
		return MR_INVALID_PARAMETER_VALUE;
	}
}

static mr_code store(const struct mr_field_desc *field, const struct scalar *s, mr_call *call, void *to, bool *set)
{
	*set = true;
	switch (field->kind) {
	case MR_KIND_BOOL:
		*(bool *)to = s->boolean;
		return fits(s->type == MR_JSON_BOOL);
	case MR_KIND_INT32:
	case MR_KIND_INT64:
	case MR_KIND_UINT32:
	case MR_KIND_UINT64:
		return fits(store_integer(field->kind, s, to));
	case MR_KIND_FLOAT:
	case MR_KIND_DOUBLE:
		return fits(store_float(field->kind, s, to));
	case MR_KIND_ENUM:
		return fits(store_enum(field->enumeration, s, to, set));
	default:
		return s->type == MR_JSON_STRING ? store_string_like(field->kind, s->text, call, to)
						 : MR_INVALID_PARAMETER_VALUE;
	}
}

static bool scan_scalar(struct mr_decoding *d, struct scalar *s)
{
	s->boolean = false;
	s->text = mr_str_from("");
	switch (s->type) {
	case MR_JSON_STRING:
		return mr_json_scan_string(&d->sc, &s->text);
	case MR_JSON_NUMBER:
		return mr_json_scan_number(&d->sc, &s->text);
	case MR_JSON_BOOL:
		return mr_json_scan_bool(&d->sc, &s->boolean);
	default:
		return mr_json_scan_skip(&d->sc, &s->text); /* null, and what no scalar takes */
	}
}

/* Strings of a message have a NUL behind them; the scanner's views of the text have not. */
bool mr_decode_keep(struct mr_decoding *d, mr_str *s)
{
	if (s->len == 0) {
		*s = mr_str_from("");
		return true;
	}
	if (s->ptr < d->sc.start || s->ptr >= d->sc.end)
		return true; /* it had escapes and was copied */
	*s = mr_call_copy(d->call, *s);
	if (!s->ptr)
		mr_error_no_memory(d->err);
	return s->ptr != NULL;
}

bool mr_decode_value(struct mr_decoding *d, const struct mr_plan_field *field, mr_json_type type, void *to, bool *set)
{
	mr_json_scanner from;
	struct scalar s = {.type = type};
	mr_code code;
	void *child;

	*set = true;
	if (field->desc->kind == MR_KIND_JSON)
		return mr_json_scan_skip(&d->sc, to) && mr_decode_keep(d, to);
	from = d->sc;
	if (field->desc->kind != MR_KIND_MESSAGE) {
		if (!scan_scalar(d, &s) || (field->desc->kind == MR_KIND_STRING && !mr_decode_keep(d, &s.text)))
			return false;
		code = store(field->desc, &s, d->call, to, set);
		if (code == MR_RESOURCE_EXHAUSTED)
			mr_error_no_memory(d->err);
		return code == MR_OK || (code == MR_INVALID_PARAMETER_VALUE && mr_decode_wrong(d, &from));
	}
	if (type != MR_JSON_OBJECT)
		return mr_decode_wrong(d, &from);
	child = mr_msg_new(d->call, field->desc->message);
	if (!child) {
		mr_error_no_memory(d->err);
		return false;
	}
	*(void **)to = child;
	return mr_decode_object(d, field->message, child, NULL);
}

mr_code mr_decode_text(const struct mr_field_desc *field, mr_str text, mr_call *call, void *to, bool *set)
{
	struct scalar s = {MR_JSON_STRING, text, false};

	return store(field, &s, call, to, set);
}

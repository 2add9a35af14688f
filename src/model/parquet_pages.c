/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages of a column: which rows have a value (definition levels), and the
 * values, plain or as places in a dictionary.
 */
#include "base/arena.h"
#include "model/parquet.h"
#include "model/snappy.h"
#include "model/thrift.h"

#define PAGE_MAX ((int64_t)1 << 30)

enum page_type { PAGE_DATA = 0, PAGE_DICTIONARY = 2, PAGE_DATA_2 = 3 };
enum encoding { PLAIN = 0, PLAIN_DICTIONARY = 2, RLE = 3, RLE_DICTIONARY = 8 };
enum codec { UNCOMPRESSED = 0, SNAPPY = 1 };

struct page {
	int type;
	int64_t size, packed; /* bytes, and how many of the file */
	int64_t values, encoding;
	int64_t level_bytes; /* of version 2: definition levels, which are never packed */
	int64_t repetition_bytes;
	bool plain_bytes; /* of version 2: the values are not packed */
};

struct reader {
	const struct mr_parquet_column *column;
	const struct mr_parquet_chunk *chunk;
	mr_table_builder *builder;
	size_t at;
	mr_arena *arena;
	mr_error *err;
	const uint8_t *dictionary; /* plain values */
	size_t dictionary_size, entries;
	mr_str *texts; /* of a dictionary of byte arrays */
};

/* ---- headers ---- */

static void read_data_header(struct mr_thrift *t, struct page *page, bool second)
{
	int field = 0, type;
	int64_t value;

	while (mr_thrift_field(t, &field, &type)) {
		value = mr_thrift_int(t, type);
		if (field == 1)
			page->values = value;
		else if (field == (second ? 4 : 2))
			page->encoding = value;
		else if (second && field == 5)
			page->level_bytes = value;
		else if (second && field == 6)
			page->repetition_bytes = value;
		else if (second && field == 7)
			page->plain_bytes = !value;
	}
}

static bool read_header(struct mr_thrift *t, struct page *page)
{
	int field = 0, type;

	memset(page, 0, sizeof *page);
	page->type = -1;
	while (mr_thrift_field(t, &field, &type))
		if (field == 1)
			page->type = (int)mr_thrift_int(t, type);
		else if (field == 2)
			page->size = mr_thrift_int(t, type);
		else if (field == 3)
			page->packed = mr_thrift_int(t, type);
		else if ((field == 5 || field == 7 || field == 8) && type == MR_THRIFT_STRUCT)
			read_data_header(t, page, field == 8);
		else
			mr_thrift_skip(t, type);
	return !t->bad && page->size >= 0 && page->size <= PAGE_MAX && page->packed >= 0 &&
	       page->packed <= t->end - t->at && page->values >= 0 && page->level_bytes >= 0 && page->repetition_bytes >= 0;
}

static mr_code unpack(struct reader *r, mr_str from, size_t size, bool plain, const uint8_t **out)
{
	uint8_t *to;

	if (plain || r->chunk->codec == UNCOMPRESSED) {
		*out = (const uint8_t *)from.ptr;
		return from.len == size ? MR_OK : mr_parquet_broken(r->column, "a page of another size than it says", r->err);
	}
	if (r->chunk->codec != SNAPPY)
		return mr_error_set(r->err, MR_NOT_IMPLEMENTED,
				    "Column '%.*s' of the Parquet data is compressed with codec %d; write it with snappy, as "
				    "pandas does by itself, or without compression",
				    MR_STR_ARG(r->column->name), r->chunk->codec);
	to = mr_arena_alloc(r->arena, size + 1);
	*out = to;
	if (!to)
		return mr_error_no_memory(r->err);
	return mr_snappy_decompress(from, to, size) ? MR_OK
						    : mr_parquet_broken(r->column, "a page that does not unpack", r->err);
}

/* ---- runs: numbers of few bits, repeated or packed ---- */

struct runs {
	const uint8_t *at, *end;
	unsigned width;
	uint64_t left; /* of the run */
	bool packed, bad;
	uint32_t value;
	const uint8_t *group; /* where the packed run began */
	uint64_t index;
};

static uint64_t run_head(struct runs *r)
{
	uint64_t value = 0;
	int shift;

	for (shift = 0; shift < 63 && r->at < r->end; shift += 7) {
		value |= (uint64_t)(*r->at & 127) << shift;
		if (!(*r->at++ & 128))
			return value;
	}
	r->bad = true;
	return 0;
}

static void next_run(struct runs *r)
{
	uint64_t head = run_head(r), bytes, i;

	r->packed = head & 1;
	r->left = r->packed ? (head >> 1) * 8 : head >> 1;
	r->index = 0;
	r->group = r->at;
	r->value = 0;
	bytes = r->packed ? (head >> 1) * r->width : (r->width + 7) / 8;
	if (r->bad || !r->left || head >> 1 > UINT32_MAX || (!r->packed && bytes > (uint64_t)(r->end - r->at))) {
		r->bad = true;
		return;
	}
	for (i = 0; !r->packed && i < bytes; i++)
		r->value |= (uint32_t)*r->at++ << 8 * i;
	if (!r->packed)
		return;
	/* The last group may be cut: writers leave out the bytes that no value needs. */
	r->at += bytes > (uint64_t)(r->end - r->at) ? (uint64_t)(r->end - r->at) : bytes;
}

static uint32_t next_number(struct runs *r)
{
	uint64_t bit, k;
	uint32_t value = 0;

	if (!r->width)
		return 0;
	if (!r->left)
		next_run(r);
	if (r->bad)
		return 0;
	r->left--;
	if (!r->packed)
		return r->value;
	bit = r->index++ * r->width;
	if ((bit + r->width + 7) / 8 > (uint64_t)(r->at - r->group)) {
		r->bad = true;
		return 0;
	}
	for (k = 0; k < r->width; k++)
		value |= (uint32_t)(r->group[(bit + k) / 8] >> ((bit + k) % 8) & 1) << k;
	return value;
}

/* ---- values ---- */

static uint64_t little(const uint8_t *at, size_t n)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < n; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

static size_t fixed_size(int type)
{
	return type == MR_PARQUET_INT32 || type == MR_PARQUET_FLOAT ? 4 : 8;
}

static mr_code add_int(struct reader *r, int64_t value)
{
	if (r->column->factor) {
		if (value > INT64_MAX / r->column->factor || value < INT64_MIN / r->column->factor)
			return mr_parquet_broken(r->column, "a time that is too far away", r->err);
		value *= r->column->factor;
	}
	return mr_table_add_int(r->builder, r->at, value, r->err);
}

static mr_code add_fixed(struct reader *r, const uint8_t *from)
{
	uint64_t bits = little(from, fixed_size(r->column->type));
	uint32_t half = (uint32_t)bits;
	double number;
	float small;

	switch (r->column->type) {
	case MR_PARQUET_INT32:
		return add_int(r, r->column->is_unsigned ? (int64_t)half : (int64_t)(int32_t)half);
	case MR_PARQUET_INT64:
		if (r->column->is_unsigned && bits > INT64_MAX)
			return mr_error_set(r->err, MR_NOT_IMPLEMENTED,
					    "Column '%.*s' has numbers above 9223372036854775807", MR_STR_ARG(r->column->name));
		return add_int(r, (int64_t)bits);
	case MR_PARQUET_FLOAT:
		memcpy(&small, &half, sizeof small);
		return mr_table_add_double(r->builder, r->at, (double)small, r->err);
	default:
		memcpy(&number, &bits, sizeof number);
		return mr_table_add_double(r->builder, r->at, number, r->err);
	}
}

/* Where the values of a page come from, one after another. */
struct values {
	const uint8_t *at, *end;
	bool dictionary;
	struct runs runs; /* places in the dictionary, or booleans */
	uint64_t bit; /* of plain booleans */
};

static mr_code next_text(struct reader *r, const uint8_t **at, const uint8_t *end, mr_str *out)
{
	uint64_t n;

	if (end - *at < 4)
		return mr_parquet_broken(r->column, "a page that ends within a value", r->err);
	n = little(*at, 4);
	*at += 4;
	if (n > (uint64_t)(end - *at))
		return mr_parquet_broken(r->column, "a page that ends within a value", r->err);
	*out = mr_str_make((const char *)*at, (size_t)n);
	*at += n;
	return MR_OK;
}

static mr_code add_bool(struct reader *r, struct values *v)
{
	uint64_t bit = v->bit++;

	if (v->runs.width)
		return mr_table_add_int(r->builder, r->at, (int64_t)next_number(&v->runs), r->err);
	if (bit / 8 >= (uint64_t)(v->end - v->at))
		return mr_parquet_broken(r->column, "a page that ends within a value", r->err);
	return mr_table_add_int(r->builder, r->at, v->at[bit / 8] >> (bit % 8) & 1, r->err);
}

static mr_code add_value(struct reader *r, struct values *v)
{
	size_t size = fixed_size(r->column->type);
	mr_str text;
	uint32_t place;
	mr_code code;

	if (v->dictionary) {
		place = next_number(&v->runs);
		if (v->runs.bad || place >= r->entries)
			return mr_parquet_broken(r->column, "a place outside of its dictionary", r->err);
		if (r->texts)
			return mr_table_add_text(r->builder, r->at, r->texts[place], r->err);
		return add_fixed(r, r->dictionary + place * size);
	}
	if (r->column->type == MR_PARQUET_BOOLEAN)
		return add_bool(r, v);
	if (r->column->type == MR_PARQUET_BYTES) {
		code = next_text(r, &v->at, v->end, &text);
		return code ? code : mr_table_add_text(r->builder, r->at, text, r->err);
	}
	if ((size_t)(v->end - v->at) < size)
		return mr_parquet_broken(r->column, "a page that ends within a value", r->err);
	v->at += size;
	return add_fixed(r, v->at - size);
}

/* ---- pages ---- */

static mr_code read_dictionary(struct reader *r, const struct page *page, const uint8_t *bytes)
{
	const uint8_t *at = bytes, *end = bytes + page->size;
	size_t i;
	mr_code code = MR_OK;

	if (r->dictionary || (page->encoding != PLAIN && page->encoding != PLAIN_DICTIONARY) ||
	    r->column->type == MR_PARQUET_BOOLEAN || page->values > page->size)
		return mr_parquet_broken(r->column, "a dictionary that is none", r->err);
	r->dictionary = bytes;
	r->entries = (size_t)page->values;
	if (r->column->type != MR_PARQUET_BYTES)
		return r->entries <= (size_t)page->size / fixed_size(r->column->type)
			       ? MR_OK
			       : mr_parquet_broken(r->column, "a dictionary that is too short", r->err);
	r->texts = mr_arena_alloc(r->arena, (r->entries + 1) * sizeof *r->texts);
	if (!r->texts)
		return mr_error_no_memory(r->err);
	for (i = 0; !code && i < r->entries; i++)
		code = next_text(r, &at, end, &r->texts[i]);
	return code;
}

/* Version 1 has the levels in front of the values, with their length. */
static mr_code split_levels(struct reader *r, const struct page *page, struct values *v, struct runs *levels)
{
	uint64_t n = (uint64_t)page->level_bytes;

	memset(levels, 0, sizeof *levels);
	if (page->type == PAGE_DATA && r->column->optional) {
		if (v->end - v->at < 4)
			return mr_parquet_broken(r->column, "a page without levels", r->err);
		n = little(v->at, 4);
		v->at += 4;
	}
	if (page->type == PAGE_DATA && !r->column->optional)
		return MR_OK;
	if (n > (uint64_t)(v->end - v->at))
		return mr_parquet_broken(r->column, "levels that are longer than their page", r->err);
	levels->at = v->at;
	levels->end = v->at + n;
	levels->width = r->column->optional ? 1 : 0;
	v->at += n;
	return MR_OK;
}

static mr_code start_values(struct reader *r, const struct page *page, struct values *v)
{
	bool places = page->encoding == RLE_DICTIONARY || page->encoding == PLAIN_DICTIONARY;

	if (places && r->dictionary) {
		v->dictionary = true;
		if (v->at < v->end)
			v->runs = (struct runs){.at = v->at + 1, .end = v->end, .width = *v->at};
		return v->runs.width <= 32 ? MR_OK : mr_parquet_broken(r->column, "places of too many bits", r->err);
	}
	if (page->encoding == RLE && r->column->type == MR_PARQUET_BOOLEAN && v->end - v->at >= 4) {
		v->runs = (struct runs){.at = v->at + 4, .end = v->end, .width = 1};
		return MR_OK;
	}
	if (page->encoding == PLAIN)
		return MR_OK;
	return mr_error_set(r->err, MR_NOT_IMPLEMENTED,
			    "Column '%.*s' of the Parquet data has the encoding %lld, which is not read; plain and dictionary "
			    "encoding are",
			    MR_STR_ARG(r->column->name), (long long)page->encoding);
}

static mr_code read_values(struct reader *r, const struct page *page, struct values *v, struct runs *levels)
{
	mr_code code = start_values(r, page, v);
	int64_t i;

	for (i = 0; !code && i < page->values; i++) {
		if (levels->width && !next_number(levels))
			code = levels->bad ? mr_parquet_broken(r->column, "levels that end too early", r->err)
					   : mr_table_add_null(r->builder, r->at, r->err);
		else
			code = add_value(r, v);
	}
	return code;
}

/* Of version 2 the levels stand before the packed values, as they are. */
static mr_code read_data(struct reader *r, const struct page *page, mr_str bytes)
{
	size_t ahead = page->type == PAGE_DATA_2 ? (size_t)(page->level_bytes + page->repetition_bytes) : 0;
	struct values v = {0};
	struct runs levels;
	const uint8_t *values;
	mr_code code;

	if (ahead > bytes.len || ahead > (size_t)page->size)
		return mr_parquet_broken(r->column, "levels that are longer than their page", r->err);
	code = unpack(r, mr_str_make(bytes.ptr + ahead, bytes.len - ahead), (size_t)page->size - ahead, page->plain_bytes,
		      &values);
	if (code)
		return code;
	if (page->type == PAGE_DATA_2) {
		v.at = (const uint8_t *)bytes.ptr + page->repetition_bytes;
		v.end = (const uint8_t *)bytes.ptr + ahead;
		code = split_levels(r, page, &v, &levels);
		v.at = values;
		v.end = values + page->size - ahead;
	} else {
		v.at = values;
		v.end = values + page->size;
		code = split_levels(r, page, &v, &levels);
	}
	return code ? code : read_values(r, page, &v, &levels);
}

mr_code mr_parquet_chunk_read(mr_str file, const struct mr_parquet_column *column, const struct mr_parquet_chunk *chunk,
			      int64_t rows, mr_table_builder *builder, size_t at, mr_arena *arena, mr_error *err)
{
	struct reader r = {.column = column, .chunk = chunk, .builder = builder, .at = at, .arena = arena, .err = err};
	int64_t begin = chunk->dictionary_at > 0 && chunk->dictionary_at < chunk->data_at ? chunk->dictionary_at
											   : chunk->data_at;
	struct mr_thrift t = {0};
	const uint8_t *bytes;
	struct page page;
	int64_t left = rows;
	mr_code code = MR_OK;

	if (begin < 4 || chunk->size < 0 || (uint64_t)begin > file.len || (uint64_t)chunk->size > file.len - (uint64_t)begin ||
	    chunk->values != rows)
		return mr_parquet_broken(column, "values that lie outside of the file, or are too many", err);
	t.at = (const uint8_t *)file.ptr + begin;
	t.end = t.at + chunk->size;
	while (!code && left > 0) {
		if (!read_header(&t, &page))
			return mr_parquet_broken(column, "a broken page", err);
		bytes = t.at;
		t.at += page.packed;
		if (page.type == PAGE_DICTIONARY) {
			code = unpack(&r, mr_str_make((const char *)bytes, (size_t)page.packed), (size_t)page.size, false, &bytes);
			if (!code)
				code = read_dictionary(&r, &page, bytes);
		} else if (page.type == PAGE_DATA || page.type == PAGE_DATA_2) {
			if (page.values > left || !page.values)
				return mr_parquet_broken(column, "a page of more rows than there are", err);
			left -= page.values;
			code = read_data(&r, &page, mr_str_make((const char *)bytes, (size_t)page.packed));
		}
	}
	return code;
}

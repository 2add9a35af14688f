/* SPDX-License-Identifier: Apache-2.0
 *
 * Parquet files of flat columns: the footer, which says what there is and where.
 */
#include "base/utf8.h"
#include "model/parquet.h"
#include "model/table_parts.h"
#include "model/thrift.h"

#define COLUMNS_MAX 65536
#define CELLS_FREE (1u << 22)
#define CELLS_A_BYTE 1024

struct group {
	int64_t rows;
	struct mr_parquet_chunk *chunks;
	size_t chunks_n;
};

struct file {
	mr_str bytes;
	mr_arena *arena;
	mr_error *err;
	struct mr_parquet_column *columns;
	size_t columns_n;
	struct group *groups;
	size_t groups_n;
};

static mr_code broken(mr_error *err, const char *why)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The Parquet data is broken: %s", why);
}

mr_code mr_parquet_broken(const struct mr_parquet_column *column, const char *why, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The Parquet data is broken: column '%.*s' has %s",
			    MR_STR_ARG(column->name), why);
}

/* ---- the schema ---- */

struct element {
	int64_t type, repetition, children, converted;
	bool has_type;
	mr_str name;
	int64_t unit; /* of a timestamp: nanoseconds */
	int logical; /* the number of the logical type; 0: none */
	int64_t width; /* of an integer */
	bool is_signed;
};

/* TimeUnit: a union of milliseconds, microseconds, nanoseconds. */
static int64_t read_unit(struct mr_thrift *t)
{
	int64_t unit = 0;
	int field = 0, type;

	while (mr_thrift_field(t, &field, &type)) {
		unit = field == 1 ? 1000000 : field == 2 ? 1000 : 1;
		mr_thrift_skip(t, type);
	}
	return unit;
}

static void read_logical(struct mr_thrift *t, struct element *e)
{
	int field = 0, type, inner, inner_type;

	while (mr_thrift_field(t, &field, &type)) {
		e->logical = field;
		if ((field != 8 && field != 10) || type != MR_THRIFT_STRUCT) {
			mr_thrift_skip(t, type);
			continue;
		}
		inner = 0;
		while (mr_thrift_field(t, &inner, &inner_type)) {
			if (field == 8 && inner == 2 && inner_type == MR_THRIFT_STRUCT)
				e->unit = read_unit(t);
			else if (field == 10 && inner == 1)
				e->width = mr_thrift_int(t, inner_type);
			else if (field == 10 && inner == 2)
				e->is_signed = mr_thrift_int(t, inner_type) != 0;
			else
				mr_thrift_skip(t, inner_type);
		}
	}
}

static void read_element(struct mr_thrift *t, struct element *e)
{
	int field = 0, type;

	memset(e, 0, sizeof *e);
	e->converted = -1;
	e->is_signed = true;
	e->name = mr_str_make("", 0);
	while (mr_thrift_field(t, &field, &type))
		switch (field) {
		case 1:
			e->type = mr_thrift_int(t, type);
			e->has_type = true;
			break;
		case 3:
			e->repetition = mr_thrift_int(t, type);
			break;
		case 4:
			e->name = mr_thrift_binary(t, type);
			break;
		case 5:
			e->children = mr_thrift_int(t, type);
			break;
		case 6:
			e->converted = mr_thrift_int(t, type);
			break;
		case 10:
			if (type == MR_THRIFT_STRUCT)
				read_logical(t, e);
			else
				mr_thrift_skip(t, type);
			break;
		default:
			mr_thrift_skip(t, type);
		}
}

/* Which of ours the column becomes; 0: it is not read. */
static mr_column_type becomes(const struct element *e, struct mr_parquet_column *column)
{
	column->is_unsigned = !e->is_signed || (e->converted >= 11 && e->converted <= 14);
	switch (e->type) {
	case MR_PARQUET_BOOLEAN:
		return MR_COLUMN_BOOL;
	case MR_PARQUET_INT32:
		if (e->logical == 6 || e->converted == 6) {
			column->factor = INT64_C(86400000000000);
			return MR_COLUMN_DATETIME;
		}
		if (e->logical == 5 || e->converted == 5)
			return (mr_column_type)0;
		return column->is_unsigned ? MR_COLUMN_INT64 : MR_COLUMN_INT32;
	case MR_PARQUET_INT64:
		column->factor = e->logical == 8 ? e->unit : e->converted == 9 ? 1000000 : e->converted == 10 ? 1000 : 0;
		if (e->logical == 5 || e->converted == 5)
			return (mr_column_type)0;
		return column->factor ? MR_COLUMN_DATETIME : MR_COLUMN_INT64;
	case MR_PARQUET_FLOAT:
		return MR_COLUMN_FLOAT;
	case MR_PARQUET_DOUBLE:
		return MR_COLUMN_DOUBLE;
	case MR_PARQUET_BYTES:
		return e->logical == 1 || e->logical == 4 || e->logical == 12 || e->converted == 0 || e->converted == 4 ||
				       e->converted == 19
			       ? MR_COLUMN_STRING
			       : MR_COLUMN_BINARY;
	default:
		return (mr_column_type)0;
	}
}

static bool is_index(mr_str name)
{
	return name.len > 16 && !memcmp(name.ptr, "__index_level_", 14);
}

static mr_code add_column(struct file *f, const struct element *e)
{
	struct mr_parquet_column *column = &f->columns[f->columns_n];

	if (e->children || e->repetition == 2 || !e->has_type)
		return mr_error_set(f->err, MR_NOT_IMPLEMENTED,
				    "Column '%.*s' of the Parquet data is nested; only plain columns are read",
				    MR_STR_ARG(e->name));
	if (!mr_utf8_valid(e->name) || (e->name.len && memchr(e->name.ptr, 0, e->name.len)))
		return broken(f->err, "the name of a column");
	column->name = e->name;
	column->type = (int)e->type;
	column->optional = e->repetition == 1;
	column->skipped = is_index(e->name);
	column->becomes = becomes(e, column);
	if (!column->becomes)
		return mr_error_set(f->err, MR_NOT_IMPLEMENTED,
				    "Column '%.*s' of the Parquet data has a type that is not read (physical %lld, logical %d)",
				    MR_STR_ARG(e->name), (long long)e->type, e->logical);
	f->columns_n++;
	return MR_OK;
}

static mr_code read_schema(struct file *f, struct mr_thrift *t, int type)
{
	struct element e;
	int item;
	size_t n = mr_thrift_list(t, type, &item), i;
	mr_code code = MR_OK;

	if (!n || n > COLUMNS_MAX || item != MR_THRIFT_STRUCT || f->columns)
		return broken(f->err, "its schema");
	f->columns = mr_arena_zalloc(f->arena, n * sizeof *f->columns);
	if (!f->columns)
		return mr_error_no_memory(f->err);
	read_element(t, &e); /* the root */
	for (i = 1; !code && i < n && !t->bad; i++) {
		read_element(t, &e);
		code = add_column(f, &e);
	}
	return code;
}

/* ---- row groups ---- */

static void read_chunk_meta(struct mr_thrift *t, struct mr_parquet_chunk *chunk)
{
	int field = 0, type;

	while (mr_thrift_field(t, &field, &type))
		switch (field) {
		case 4:
			chunk->codec = (int)mr_thrift_int(t, type);
			break;
		case 5:
			chunk->values = mr_thrift_int(t, type);
			break;
		case 7:
			chunk->size = mr_thrift_int(t, type);
			break;
		case 9:
			chunk->data_at = mr_thrift_int(t, type);
			break;
		case 11:
			chunk->dictionary_at = mr_thrift_int(t, type);
			break;
		default:
			mr_thrift_skip(t, type);
		}
}

static void read_chunk(struct mr_thrift *t, struct mr_parquet_chunk *chunk)
{
	int field = 0, type;

	while (mr_thrift_field(t, &field, &type))
		if (field == 3 && type == MR_THRIFT_STRUCT)
			read_chunk_meta(t, chunk);
		else
			mr_thrift_skip(t, type);
}

static mr_code read_group(struct file *f, struct mr_thrift *t, struct group *group)
{
	int field = 0, type, item;
	size_t i;

	while (mr_thrift_field(t, &field, &type)) {
		if (field == 3) {
			group->rows = mr_thrift_int(t, type);
		} else if (field != 1) {
			mr_thrift_skip(t, type);
		} else {
			group->chunks_n = mr_thrift_list(t, type, &item);
			if (item != MR_THRIFT_STRUCT || group->chunks)
				return broken(f->err, "a row group");
			group->chunks = mr_arena_zalloc(f->arena, (group->chunks_n + 1) * sizeof *group->chunks);
			if (!group->chunks)
				return mr_error_no_memory(f->err);
			for (i = 0; i < group->chunks_n && !t->bad; i++)
				read_chunk(t, &group->chunks[i]);
		}
	}
	return MR_OK;
}

static mr_code read_groups(struct file *f, struct mr_thrift *t, int type)
{
	int item;
	size_t n = mr_thrift_list(t, type, &item), i;
	mr_code code = MR_OK;

	if ((n && item != MR_THRIFT_STRUCT) || f->groups)
		return broken(f->err, "its row groups");
	f->groups = mr_arena_zalloc(f->arena, (n + 1) * sizeof *f->groups);
	if (!f->groups)
		return mr_error_no_memory(f->err);
	f->groups_n = n;
	for (i = 0; !code && i < n && !t->bad; i++)
		code = read_group(f, t, &f->groups[i]);
	return code;
}

static mr_code read_footer(struct file *f)
{
	const uint8_t *bytes = (const uint8_t *)f->bytes.ptr;
	size_t size = f->bytes.len, footer;
	struct mr_thrift t;
	int field = 0, type;
	mr_code code = MR_OK;

	if (size < 12 || memcmp(bytes, "PAR1", 4) || memcmp(bytes + size - 4, "PAR1", 4))
		return broken(f->err, "it does not begin and end with PAR1");
	footer = (size_t)bytes[size - 8] | (size_t)bytes[size - 7] << 8 | (size_t)bytes[size - 6] << 16 |
		 (size_t)bytes[size - 5] << 24;
	if (footer > size - 12)
		return broken(f->err, "its footer is longer than the file");
	t = (struct mr_thrift){bytes + size - 8 - footer, bytes + size - 8, false, 0};
	while (!code && mr_thrift_field(&t, &field, &type)) {
		if (field == 2)
			code = read_schema(f, &t, type);
		else if (field == 4)
			code = read_groups(f, &t, type);
		else
			mr_thrift_skip(&t, type);
	}
	if (!code && (t.bad || !f->columns))
		code = broken(f->err, "its footer");
	return code;
}

/* A few bytes can say that billions of rows are the same; nobody sends such a table but to do harm. */
static mr_code check_size(const struct file *f)
{
	uint64_t most = CELLS_FREE + (uint64_t)f->bytes.len * CELLS_A_BYTE, rows = 0;
	size_t i;

	for (i = 0; i < f->groups_n; i++) {
		if (f->groups[i].rows < 0)
			return broken(f->err, "a row group with less than no rows");
		rows += (uint64_t)f->groups[i].rows;
		if (rows > most / (f->columns_n + 1))
			return mr_error_set(f->err, MR_RESOURCE_EXHAUSTED,
					    "The Parquet data has more rows than are unpacked from so few bytes");
	}
	return MR_OK;
}

/* ---- the whole ---- */

static mr_code read_column(struct file *f, size_t column, mr_table_builder *builder, size_t at)
{
	mr_arena_mark mark = mr_arena_mark_get(f->arena);
	mr_code code = MR_OK;
	size_t i;

	for (i = 0; !code && i < f->groups_n; i++) {
		if (f->groups[i].chunks_n != f->columns_n)
			return broken(f->err, "a row group with other columns than the schema");
		code = mr_parquet_chunk_read(f->bytes, &f->columns[column], &f->groups[i].chunks[column],
					     f->groups[i].rows, builder, at, f->arena, f->err);
		mr_arena_release(f->arena, mark);
	}
	return code;
}

mr_code mr_table_read_parquet(mr_str bytes, struct mr_table *out, mr_error *err)
{
	struct file f = {.bytes = bytes, .arena = mr_arena_new(0), .err = err};
	mr_table_builder *builder = mr_table_builder_new();
	mr_code code = f.arena && builder ? MR_OK : mr_error_no_memory(err);
	size_t i, at = 0;

	memset(out, 0, sizeof *out);
	if (!code)
		code = read_footer(&f);
	if (!code)
		code = check_size(&f);
	for (i = 0; !code && i < f.columns_n; i++) {
		if (f.columns[i].skipped)
			continue;
		code = mr_table_add_column(builder, f.columns[i].name, f.columns[i].becomes, err);
		if (!code)
			code = read_column(&f, i, builder, at++);
	}
	if (!code)
		code = mr_table_finish(builder, out, err);
	mr_table_builder_free(builder);
	mr_arena_free(f.arena);
	return code;
}

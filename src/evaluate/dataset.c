/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/dataset.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/md5.h"
#include "base/os.h"
#include "evaluate/hash.h"
#include "model/table.h"

enum { DIGEST_ROWS = 10000, SAMPLE_ROWS = 5, JSON_MAX = 64 << 20 };

static size_t rows_of(const struct dataset *d)
{
	return (size_t)d->table->length;
}

static size_t columns_of(const struct dataset *d)
{
	return (size_t)d->table->n_children;
}

static bool has_nulls(const struct dataset *d, size_t column)
{
	const struct ArrowArray *a = d->table->children[column];

	return a->null_count != 0 && a->n_buffers > 0 && a->buffers[0];
}

static bool is_text(const struct dataset *d, size_t column)
{
	const char *format = d->schema->children[column]->format;

	return d->schema->children[column]->dictionary || strcmp(format, "u") == 0 || strcmp(format, "U") == 0;
}

static bool is_number(const struct dataset *d, size_t column)
{
	const char *format = d->schema->children[column]->format;

	return !d->schema->children[column]->dictionary && format[0] && !format[1] && strchr("cCsSiIlLefg", format[0]);
}

/* ---- the digest ---- */

struct named {
	mr_str name;
	size_t column;
};

static int by_name(const void *a, const void *b)
{
	mr_str x = ((const struct named *)a)->name, y = ((const struct named *)b)->name;
	size_t n = x.len < y.len ? x.len : y.len;
	int order = n ? memcmp(x.ptr, y.ptr, n) : 0;

	return order ? order : x.len < y.len ? -1 : x.len > y.len;
}

/* The columns of texts and of numbers, whose union pandas sorts by name if there are both. */
static mr_code digest_columns(const struct dataset *d, mr_arena *arena, size_t **out, size_t *n, mr_error *err)
{
	size_t all = columns_of(d), texts = 0, numbers = 0;
	struct named *named = mr_arena_alloc(arena, (all + 1) * sizeof *named);

	*n = 0;
	*out = mr_arena_alloc(arena, (all + 1) * sizeof **out);
	if (!named || !*out)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < all; i++) {
		bool text = is_text(d, i) && !has_nulls(d, i);

		if (!text && !is_number(d, i))
			continue;
		texts += text;
		numbers += !text;
		named[(*n)++] = (struct named){mr_table_name(d->schema, i), i};
	}
	if (texts && numbers)
		qsort(named, *n, sizeof *named, by_name);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = named[i].column;
	return MR_OK;
}

static void add_le(mr_md5 *md5, uint64_t value)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(value >> (8 * i));
	mr_md5_add(md5, bytes, 8);
}

mr_code dataset_digest(const struct dataset *d, mr_arena *arena, mr_str *out, mr_error *err)
{
	size_t rows = rows_of(d) < DIGEST_ROWS ? rows_of(d) : DIGEST_ROWS, n = 0, *columns = NULL;
	uint64_t *hashes = mr_arena_alloc(arena, (rows + 1) * sizeof *hashes);
	mr_md5 md5;
	char hex[33];
	mr_code code = hashes ? digest_columns(d, arena, &columns, &n, err) : mr_error_no_memory(err);

	if (code == MR_OK)
		code = hash_rows(d->schema, d->table, columns, n, 0, rows, arena, hashes, err);
	if (code != MR_OK)
		return code;
	mr_md5_init(&md5);
	for (size_t i = 0; i < rows; i++)
		add_le(&md5, hashes[i]);
	add_le(&md5, rows_of(d));
	for (size_t i = 0; i < columns_of(d); i++) {
		mr_str name = mr_table_name(d->schema, i);

		mr_md5_add(&md5, name.ptr, name.len);
	}
	mr_md5_hex(&md5, hex);
	*out = mr_arena_copy(arena, mr_str_make(hex, 8));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

/* ---- the hash of an EvaluationDataset ---- */

static void add_be(mr_md5 *md5, const uint64_t *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char bytes[8];

		for (int k = 0; k < 8; k++)
			bytes[k] = (unsigned char)(values[i] >> (56 - 8 * k));
		mr_md5_add(md5, bytes, 8);
	}
}

/* One column as an array, or several as a DataFrame. */
static mr_code add_part(const struct dataset *d, const size_t *columns, size_t n, bool frame, size_t first, size_t rows,
			mr_arena *arena, mr_md5 *md5, mr_error *err)
{
	uint64_t *hashes = mr_arena_alloc(arena, (rows + 1) * sizeof *hashes), shape = rows;
	mr_code code = hashes ? MR_OK : mr_error_no_memory(err);

	if (code == MR_OK)
		code = frame ? hash_rows(d->schema, d->table, columns, n, first, rows, arena, hashes, err)
			     : hash_column(d->schema, d->table, *columns, first, rows, arena, hashes, err);
	if (code == MR_OK)
		add_be(md5, hashes, rows);
	if (code == MR_OK && !frame)
		add_be(md5, &shape, 1);
	return code;
}

static mr_code add_parts(const struct dataset *d, const size_t *columns, size_t n, bool frame, mr_arena *arena, mr_md5 *md5,
			 mr_error *err)
{
	uint64_t rows = rows_of(d);
	mr_code code;

	add_be(md5, &rows, 1);
	if (rows < 2 * SAMPLE_ROWS)
		return add_part(d, columns, n, frame, 0, rows, arena, md5, err);
	code = add_part(d, columns, n, frame, 0, SAMPLE_ROWS, arena, md5, err);
	return code == MR_OK ? add_part(d, columns, n, frame, rows - SAMPLE_ROWS, SAMPLE_ROWS, arena, md5, err) : code;
}

mr_code dataset_hash(const struct dataset *d, mr_arena *arena, mr_str *out, mr_error *err)
{
	size_t targets = (size_t)d->targets, predictions = (size_t)d->predictions;
	mr_md5 md5;
	char hex[33];
	mr_code code;

	mr_md5_init(&md5);
	code = add_parts(d, d->features, d->features_n, true, arena, &md5, err);
	if (code == MR_OK && d->targets >= 0)
		code = add_parts(d, &targets, 1, false, arena, &md5, err);
	if (code == MR_OK && d->predictions >= 0)
		code = add_parts(d, &predictions, 1, false, arena, &md5, err);
	if (code != MR_OK)
		return code;
	for (size_t i = 0; i < d->features_n; i++) {
		mr_str name = mr_table_name(d->schema, d->features[i]);

		mr_md5_add(&md5, ",", i ? 1 : 0);
		mr_md5_add(&md5, name.ptr, name.len);
	}
	mr_md5_hex(&md5, hex);
	*out = mr_arena_copy(arena, mr_str_make(hex, 32));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

/* ---- the rest ---- */

static const char *type_of(const char *format)
{
	if (strncmp(format, "ts", 2) == 0)
		return "datetime";
	if (!format[0] || format[1])
		return NULL;
	switch (format[0]) {
	case 'b':
		return "boolean";
	case 'c': case 'C': case 's': case 'S': case 'i':
		return "integer";
	case 'l': case 'I':
		return "long";
	case 'f':
		return "float";
	case 'g':
		return "double";
	case 'u': case 'U':
		return "string";
	case 'z': case 'Z':
		return "binary";
	default:
		return NULL;
	}
}

static mr_code finish(mr_buf *buf, mr_arena *arena, mr_str *out, mr_error *err)
{
	mr_code code = mr_buf_check(buf, err);

	if (code == MR_OK) {
		*out = mr_arena_copy(arena, mr_buf_view(buf));
		code = out->ptr ? MR_OK : mr_error_no_memory(err);
	}
	mr_buf_dispose(buf);
	return code;
}

mr_code dataset_schema(const struct dataset *d, mr_arena *arena, mr_str *out, mr_error *err)
{
	mr_json_writer w;
	mr_buf buf;

	*out = mr_str_from("");
	for (size_t i = 0; i < columns_of(d); i++)
		if (!is_text(d, i) && !type_of(d->schema->children[i]->format))
			return MR_OK;
	mr_buf_init(&buf, JSON_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("mlflow_colspec"));
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; i < columns_of(d); i++) {
		/* A column of whole numbers with empty cells is one of doubles in pandas. */
		const char *type = is_text(d, i) ? "string" : type_of(d->schema->children[i]->format);

		mr_json_write_begin(&w, '{');
		mr_json_write_key(&w, mr_str_from("type"));
		mr_json_write_string(&w, mr_str_from(is_number(d, i) && has_nulls(d, i) && *type != 'f' ? "double" : type));
		mr_json_write_key(&w, mr_str_from("name"));
		mr_json_write_string(&w, mr_table_name(d->schema, i));
		mr_json_write_key(&w, mr_str_from("required"));
		mr_json_write_bool(&w, !has_nulls(d, i));
		mr_json_write_end(&w, '}');
	}
	mr_json_write_end(&w, ']');
	mr_json_write_end(&w, '}');
	return finish(&buf, arena, out, err);
}

mr_code dataset_profile(const struct dataset *d, mr_arena *arena, mr_str *out, mr_error *err)
{
	*out = mr_arena_printf(arena, "{\"num_rows\": %zu, \"num_elements\": %zu}", rows_of(d),
			       rows_of(d) * columns_of(d));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

/* A file is a "local" source, as mlflow.data.from_pandas(df, source=path) has it; a table in memory comes from the program. */
mr_code dataset_source(const struct dataset *d, mr_arena *arena, mr_str *type, mr_str *out, mr_error *err)
{
	mr_json_writer w;
	mr_buf buf;

	if (d->source_type.len) {
		*type = d->source_type;
		*out = d->source;
		return MR_OK;
	}
	*type = mr_str_from(d->path.len ? "local" : "code");
	mr_buf_init(&buf, JSON_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from(d->path.len ? "uri" : "tags"));
	if (d->path.len) {
		mr_json_write_string(&w, d->path);
	} else {
		mr_json_write_begin(&w, '{');
		mr_json_write_key(&w, mr_str_from("mlflow.user"));
		mr_json_write_string(&w, mr_os_user(arena));
		mr_json_write_key(&w, mr_str_from("mlflow.source.name"));
		mr_json_write_string(&w, mr_os_executable(arena));
		mr_json_write_key(&w, mr_str_from("mlflow.source.type"));
		mr_json_write_string(&w, mr_str_from("LOCAL"));
		mr_json_write_end(&w, '}');
	}
	mr_json_write_end(&w, '}');
	return finish(&buf, arena, out, err);
}

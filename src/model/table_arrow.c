/* SPDX-License-Identifier: Apache-2.0
 *
 * Arrow IPC, as a stream or as a file (which is the same between its magic and
 * its footer): a schema, then batches. The batches are seen where they lie in an
 * aligned copy of the bytes, checked, and then copied into one table.
 */
#include "base/inject.h"
#include "base/utf8.h"
#include "model/flatbuffer.h"
#include "model/table_parts.h"

#define DEPTH_MAX 8
#define FIELDS_MAX 65536

enum header { HEADER_SCHEMA = 1, HEADER_DICTIONARY = 2, HEADER_BATCH = 3 };

struct message {
	struct mr_flatbuffer fb;
	int64_t type;
	mr_flat_at header;
	const uint8_t *body;
	size_t body_size;
};

struct reader {
	mr_arena *arena;
	mr_error *err;
	const uint8_t *at, *end;
	struct mr_table_piece *batches; /* struct arrays of the arena's memory */
	size_t batches_n, batches_room;
	struct ArrowSchema schema; /* owned */
};

static mr_code broken(struct reader *r, const char *why)
{
	return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "The Arrow IPC data is broken: %s", why);
}

static uint32_t word_at(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The next message; false with MR_OK at the end. */
static bool next_message(struct reader *r, struct message *m, mr_code *code)
{
	size_t left = (size_t)(r->end - r->at), size;
	mr_flat_at root;
	int64_t body;

	*code = MR_OK;
	if (left >= 4 && word_at(r->at) == 0xffffffff) { /* without it: the form before 0.15 */
		r->at += 4;
		left -= 4;
	}
	if (left < 4 || !word_at(r->at))
		return false;
	size = word_at(r->at);
	if (size > left - 4) {
		*code = broken(r, "it ends within a message");
		return false;
	}
	memset(m, 0, sizeof *m);
	m->fb.bytes = r->at + 4;
	m->fb.size = size;
	root = mr_flat_root(&m->fb);
	m->type = mr_flat_int(&m->fb, root, 1, 1, 0);
	m->header = mr_flat_ref(&m->fb, root, 2);
	body = mr_flat_int(&m->fb, root, 3, 8, 0);
	r->at += 4 + size;
	if (m->fb.bad || !m->header || body < 0 || body > r->end - r->at) {
		*code = broken(r, "a message is not complete");
		return false;
	}
	m->body = r->at;
	m->body_size = (size_t)body;
	r->at += body;
	return true;
}

/* ---- the schema ---- */

/* The format of the C data interface; NULL when we have none for it. */
static const char *format_of(struct message *m, mr_flat_at field, mr_arena *arena)
{
	static const char *const ints[] = {"C", "S", "I", "L", "c", "s", "i", "l"};
	static const char *const floats[] = {"e", "f", "g"};
	int64_t type = mr_flat_int(&m->fb, field, 2, 1, 0), n;
	mr_flat_at details = mr_flat_ref(&m->fb, field, 3);
	mr_str zone;

	switch (type) {
	case 1:
		return "n";
	case 2:
		n = mr_flat_int(&m->fb, details, 0, 4, 0);
		n = n == 8 ? 0 : n == 16 ? 1 : n == 32 ? 2 : n == 64 ? 3 : -1;
		return n < 0 ? NULL : ints[n + (mr_flat_int(&m->fb, details, 1, 1, 0) ? 4 : 0)];
	case 3:
		n = mr_flat_int(&m->fb, details, 0, 2, 0);
		return n >= 0 && n <= 2 ? floats[n] : NULL;
	case 4:
		return "z";
	case 5:
		return "u";
	case 6:
		return "b";
	case 8:
		return mr_flat_int(&m->fb, details, 0, 2, 1) ? "tdm" : "tdD";
	case 10:
		n = mr_flat_int(&m->fb, details, 0, 2, 0);
		zone = mr_flat_string(&m->fb, details, 1);
		return n >= 0 && n <= 3 && mr_utf8_valid(zone)
			       ? mr_arena_printf(arena, "ts%c:%.*s", "smun"[n], MR_STR_ARG(zone)).ptr
			       : NULL;
	case 12:
		return "+l";
	case 16:
		n = mr_flat_int(&m->fb, details, 0, 4, 0);
		return n >= 0 ? mr_arena_printf(arena, "+w:%lld", (long long)n).ptr : NULL;
	case 19:
		return "Z";
	case 20:
		return "U";
	case 21:
		return "+L";
	default:
		return NULL;
	}
}

static mr_code read_field(struct reader *r, struct message *m, mr_flat_at field, int depth, struct ArrowSchema *out)
{
	mr_str name = mr_flat_string(&m->fb, field, 0);
	mr_flat_at children = mr_flat_ref(&m->fb, field, 5);
	size_t n = mr_flat_length(&m->fb, children, 4), i;
	const char *format = format_of(m, field, r->arena);
	bool list = format && format[0] == '+';
	mr_code code;

	if (m->fb.bad || !field || depth == DEPTH_MAX || !mr_utf8_valid(name) || memchr(name.ptr, 0, name.len))
		return broken(r, "its schema");
	if (mr_flat_ref(&m->fb, field, 4))
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
				    "Column '%.*s' is dictionary-encoded (categorical); write it as plain values",
				    MR_STR_ARG(name));
	if (!format)
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
				    "Column '%.*s' has a type that is not supported: number %lld of Arrow's schema",
				    MR_STR_ARG(name), (long long)mr_flat_int(&m->fb, field, 2, 1, 0));
	if (n != (list ? 1 : 0))
		return broken(r, "a column has the wrong number of children");
	code = mr_table_schema_new(out, format, name, n, r->err);
	for (i = 0; !code && i < n; i++)
		code = read_field(r, m, mr_flat_item(&m->fb, children, i), depth + 1, out->children[i]);
	return code;
}

static mr_code read_schema(struct reader *r, struct message *m)
{
	mr_flat_at fields = mr_flat_ref(&m->fb, m->header, 1);
	size_t n = mr_flat_length(&m->fb, fields, 4), i;
	mr_code code;

	if (mr_flat_int(&m->fb, m->header, 0, 2, 0))
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "The Arrow IPC data is big-endian");
	if (m->fb.bad || n > FIELDS_MAX)
		return broken(r, "its schema");
	code = mr_table_schema_new(&r->schema, "+s", mr_str_from(""), n, r->err);
	for (i = 0; !code && i < n; i++)
		code = read_field(r, m, mr_flat_item(&m->fb, fields, i), 0, r->schema.children[i]);
	return code;
}

/* ---- batches ---- */

struct batch {
	struct message *m;
	mr_flat_at nodes, buffers;
	size_t nodes_n, buffers_n, node, buffer; /* the next of each */
};

/* The next buffer, which must have this many bytes; *out is NULL when it has none. */
static mr_code next_buffer(struct reader *r, struct batch *b, uint64_t needed, const void **out, size_t *size)
{
	int64_t offset, length;

	if (b->buffer >= b->buffers_n)
		return broken(r, "a batch has too few buffers");
	offset = mr_flat_struct_int64(&b->m->fb, b->buffers, b->buffer, 16, 0);
	length = mr_flat_struct_int64(&b->m->fb, b->buffers, b->buffer, 16, 8);
	b->buffer++;
	if (offset < 0 || length < 0 || (uint64_t)offset > b->m->body_size ||
	    (uint64_t)length > b->m->body_size - (uint64_t)offset)
		return broken(r, "a buffer lies outside its batch");
	*size = (size_t)length;
	*out = length ? b->m->body + offset : NULL;
	if ((uint64_t)length < needed)
		return broken(r, "a buffer is shorter than its rows");
	if (length && (uintptr_t)*out % 8)
		return broken(r, "a buffer is not aligned");
	return MR_OK;
}

/* Offsets must rise, and stay inside what they point into. */
static mr_code check_offsets(struct reader *r, const struct mr_column_view *view, const void *offsets, uint64_t limit)
{
	int64_t last = 0, value;
	size_t i;

	for (i = 0; view->length && i <= view->length; i++) {
		value = view->bits == 64 ? ((const int64_t *)offsets)[i] : ((const int32_t *)offsets)[i];
		if (value < last || (uint64_t)value > limit)
			return broken(r, "offsets that do not rise, or point outside");
		last = value;
	}
	return MR_OK;
}

static bool make_array(struct reader *r, size_t n_buffers, size_t n_children, struct ArrowArray *out)
{
	struct ArrowArray *children = mr_arena_zalloc(r->arena, (n_children + 1) * sizeof *children);
	size_t i;

	memset(out, 0, sizeof *out);
	out->buffers = mr_arena_zalloc(r->arena, MR_TABLE_BUFFERS_MAX * sizeof *out->buffers);
	out->children = mr_arena_alloc(r->arena, (n_children + 1) * sizeof *out->children);
	out->n_buffers = (int64_t)n_buffers;
	out->n_children = (int64_t)n_children;
	for (i = 0; children && out->children && i < n_children; i++)
		out->children[i] = &children[i];
	return children && out->buffers && out->children;
}

static mr_code read_node(struct reader *r, struct batch *b, const struct ArrowSchema *schema, struct ArrowArray *out);

/* The buffers behind the validity, and the children. */
static mr_code read_content(struct reader *r, struct batch *b, const struct mr_column_view *view,
			    struct ArrowArray *out)
{
	const struct ArrowSchema *schema = view->schema;
	uint64_t rows = view->length;
	size_t size;
	mr_code code;

	switch (view->kind) {
	case MR_ELEMENT_TEXT:
	case MR_ELEMENT_BINARY:
		code = next_buffer(r, b, rows ? (rows + 1) * ((uint64_t)view->bits / 8) : 0, &out->buffers[1], &size);
		if (!code)
			code = next_buffer(r, b, 0, &out->buffers[2], &size);
		return code ? code : check_offsets(r, view, out->buffers[1], size);
	case MR_ELEMENT_LIST:
		code = next_buffer(r, b, rows ? (rows + 1) * ((uint64_t)view->bits / 8) : 0, &out->buffers[1], &size);
		if (!code)
			code = read_node(r, b, schema->children[0], out->children[0]);
		return code ? code : check_offsets(r, view, out->buffers[1], (uint64_t)out->children[0]->length);
	case MR_ELEMENT_FIXED_LIST:
		code = read_node(r, b, schema->children[0], out->children[0]);
		if (!code && view->width && rows > (uint64_t)out->children[0]->length / view->width)
			return broken(r, "a list has too few items");
		return code;
	case MR_ELEMENT_BOOL:
		return next_buffer(r, b, (rows + 7) / 8, &out->buffers[1], &size);
	default:
		return next_buffer(r, b, rows * ((uint64_t)view->bits / 8), &out->buffers[1], &size);
	}
}

static mr_code read_node(struct reader *r, struct batch *b, const struct ArrowSchema *schema, struct ArrowArray *out)
{
	struct mr_column_view view;
	int64_t length, nulls;
	size_t size;
	mr_code code;

	if (b->node >= b->nodes_n)
		return broken(r, "a batch has too few columns");
	length = mr_flat_struct_int64(&b->m->fb, b->nodes, b->node, 16, 0);
	nulls = mr_flat_struct_int64(&b->m->fb, b->nodes, b->node, 16, 8);
	b->node++;
	if (length < 0 || length > INT32_MAX * (int64_t)1024 || nulls < 0 || nulls > length)
		return broken(r, "a column has an impossible length");
	mr_column_view_kind(&view, schema);
	view.length = (size_t)length;
	if (!make_array(r, mr_column_view_buffers(&view), (size_t)schema->n_children, out))
		return mr_error_no_memory(r->err);
	out->length = length;
	out->null_count = nulls;
	if (view.kind == MR_ELEMENT_NULL)
		return MR_OK;
	code = next_buffer(r, b, nulls ? ((uint64_t)length + 7) / 8 : 0, &out->buffers[0], &size);
	if (!code && !nulls)
		out->buffers[0] = NULL;
	return code ? code : read_content(r, b, &view, out);
}

static mr_code read_batch(struct reader *r, struct message *m)
{
	struct batch b = {.m = m};
	int64_t length = mr_flat_int(&m->fb, m->header, 0, 8, 0), i;
	struct ArrowArray *table = mr_arena_zalloc(r->arena, sizeof *table);
	mr_code code = MR_OK;

	b.nodes = mr_flat_ref(&m->fb, m->header, 1);
	b.buffers = mr_flat_ref(&m->fb, m->header, 2);
	b.nodes_n = mr_flat_length(&m->fb, b.nodes, 16);
	b.buffers_n = mr_flat_length(&m->fb, b.buffers, 16);
	if (m->fb.bad || length < 0)
		return broken(r, "a batch");
	if (mr_flat_ref(&m->fb, m->header, 3))
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
				    "The Arrow IPC data is compressed; write it without compression "
				    "(in pandas: to_feather(..., compression=\"uncompressed\"))");
	if (!table || !make_array(r, 1, (size_t)r->schema.n_children, table))
		return mr_error_no_memory(r->err);
	table->length = length;
	for (i = 0; !code && i < r->schema.n_children; i++) {
		code = read_node(r, &b, r->schema.children[i], table->children[i]);
		if (!code && table->children[i]->length != length)
			code = broken(r, "a column that is not as long as its batch");
	}
	if (code)
		return code;
	if (r->batches_n == r->batches_room) {
		r->batches = mr_arena_grow(r->arena, r->batches, r->batches_room * sizeof *r->batches,
					   (r->batches_room * 2 + 8) * sizeof *r->batches);
		r->batches_room = r->batches_room * 2 + 8;
	}
	if (!r->batches)
		return mr_error_no_memory(r->err);
	r->batches[r->batches_n++] = (struct mr_table_piece){.array = table, .length = (size_t)length};
	return MR_OK;
}

/* ---- the whole ---- */

static mr_code read_messages(struct reader *r)
{
	struct message m;
	mr_code code = MR_OK;
	bool first = true;

	for (; !code && next_message(r, &m, &code); first = false) {
		if (first != (m.type == HEADER_SCHEMA))
			code = broken(r, first ? "it does not begin with a schema" : "it has a second schema");
		else if (m.type == HEADER_SCHEMA)
			code = read_schema(r, &m);
		else if (m.type == HEADER_BATCH)
			code = read_batch(r, &m);
		else
			code = broken(r, "a message that is neither schema nor batch");
	}
	if (!code && first)
		code = broken(r, "there is no schema in it");
	return code;
}

/* All batches of each column as one. */
static mr_code join_batches(struct reader *r, struct mr_table *out)
{
	size_t n = (size_t)r->schema.n_children, i, batch;
	struct mr_table_piece *pieces = mr_arena_alloc(r->arena, (r->batches_n + 1) * sizeof *pieces);
	mr_code code = pieces ? mr_table_schema_new(&out->schema, "+s", mr_str_from(""), n, r->err)
			      : mr_error_no_memory(r->err);

	if (!code)
		code = mr_table_array_new(&out->array, 1, n, r->err);
	for (i = 0; !code && i < n; i++) {
		for (batch = 0; batch < r->batches_n; batch++) {
			pieces[batch] = r->batches[batch];
			pieces[batch].array = r->batches[batch].array->children[i];
		}
		code = mr_table_copy_column(r->schema.children[i], pieces, r->batches_n, out->schema.children[i],
					    out->array.children[i], r->err);
	}
	for (batch = 0; !code && batch < r->batches_n; batch++)
		out->array.length += (int64_t)r->batches[batch].length;
	if (code)
		mr_table_release(out);
	return code;
}

/* A table of no rows has one batch, too. */
static mr_code add_empty_batch(struct reader *r, struct ArrowArray *array, const struct ArrowSchema *schema)
{
	struct mr_column_view view;
	int64_t i;
	mr_code code = MR_OK;

	mr_column_view_kind(&view, schema);
	if (!make_array(r, mr_column_view_buffers(&view), (size_t)schema->n_children, array))
		return mr_error_no_memory(r->err);
	for (i = 0; !code && i < schema->n_children; i++)
		code = add_empty_batch(r, array->children[i], schema->children[i]);
	return code;
}

mr_code mr_table_read_arrow(mr_str bytes, struct mr_table *out, mr_error *err)
{
	struct reader r = {.arena = mr_arena_new(0), .err = err};
	struct mr_table_piece empty = {0};
	struct ArrowArray none;
	uint8_t *copy = mr_malloc(bytes.len + 1);
	mr_code code = r.arena && copy ? MR_OK : mr_error_no_memory(err);

	memset(out, 0, sizeof *out);
	if (!code) {
		memcpy(copy, bytes.ptr ? bytes.ptr : "", bytes.len);
		r.at = copy;
		r.end = copy + bytes.len;
		if (bytes.len >= 8 && !memcmp(copy, "ARROW1", 6))
			r.at += 8;
		code = read_messages(&r);
	}
	if (!code && !r.batches_n) {
		code = add_empty_batch(&r, &none, &r.schema);
		empty.array = &none;
		r.batches = &empty;
		r.batches_n = 1;
	}
	if (!code)
		code = join_batches(&r, out);
	if (r.schema.release)
		r.schema.release(&r.schema);
	mr_free(copy);
	mr_arena_free(r.arena);
	return code;
}

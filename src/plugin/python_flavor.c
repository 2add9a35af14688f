/* SPDX-License-Identifier: Apache-2.0
 *
 * The flavor python_function: any model of MLflow's, loaded and asked in the
 * host by mlflow.pyfunc. Columns of numbers go there and back as arrays of
 * eight-byte cells, texts as JSON.
 */
#include <millrace/arrow_columns.h>
#include <millrace/model_flavor.h>

#include "base/inject.h"
#include "plugin/python.h"

enum { CELLS_MAX = 1 << 30 };

struct model {
	const struct python_entry *entry;
	mr_arena *arena;
	mr_str folder, tracking_uri, registry_uri;
	mr_str predict_fn; /* "predict_proba": labels and probabilities, of what has them; else what predict gives */
};

static void model_free(struct model *m)
{
	if (!m)
		return;
	mr_arena_free(m->arena);
	mr_free(m);
}

static mr_code ask(struct model *m, const char *op, struct python_params *p, mr_str cells, struct python_answer *answer,
		   mr_call *call, mr_error *err)
{
	struct python_request rq = {.entry = m->entry, .tracking_uri = m->tracking_uri, .registry_uri = m->registry_uri,
				    .op = op, .params = python_params_end(p), .blob = cells, .limit_ms = PYTHON_STORE_MS};
	mr_code code = rq.params.ptr ? python_call(&rq, answer, call, err) : mr_error_no_memory(err);

	python_params_dispose(p);
	return code;
}

static void begin(struct python_params *p, const struct model *m)
{
	python_params_begin(p);
	python_params_text(p, "folder", m->folder);
	python_params_text(p, "predict_fn", m->predict_fn);
}

/* The last one of the name; the empty text when there is none. */
static mr_str user_setting(const struct mr_model_open *args, const char *key)
{
	for (size_t i = args->settings_n; i > 0; i--)
		if (mr_str_is(args->settings[i - 1].key, key))
			return args->settings[i - 1].value;
	return mr_str_make("", 0);
}

/* Loads it in the host, so that a model that cannot be loaded is refused here. */
static mr_code model_open(const mr_host *host, const struct mr_model_open *args, void **self, mr_error *err)
{
	struct model *m = mr_calloc(1, sizeof *m);
	mr_call *call = mr_call_new(0);
	struct python_answer answer;
	struct python_params p;
	mr_code code;

	if (!m || !call || !(m->arena = mr_arena_new(0))) {
		code = mr_error_no_memory(err);
		goto out;
	}
	m->entry = python_entry_of(host);
	m->folder = mr_arena_copy(m->arena, args->folder);
	m->predict_fn = mr_arena_copy(m->arena, user_setting(args, "predict_fn"));
	host_uris(m->arena, &m->tracking_uri, &m->registry_uri);
	begin(&p, m);
	code = ask(m, "flavor.open", &p, mr_str_make("", 0), &answer, call, err);
out:
	mr_call_free(call);
	if (code == MR_OK)
		*self = m;
	else
		model_free(m);
	return code;
}

static void model_close(void *self)
{
	struct python_answer answer;
	struct python_params p;
	mr_error ignored;

	mr_error_init(&ignored);
	begin(&p, self);
	ask(self, "flavor.close", &p, mr_str_make("", 0), &answer, NULL, &ignored);
	model_free(self);
}

/* ---- to the host ---- */

struct column {
	const struct ArrowSchema *schema, *items; /* items: at the bottom of nested lists */
	const struct ArrowArray *array;
	size_t width; /* cells of a row */
};

/* The place of a row's first cell in the array at the bottom. */
static int64_t first_cell(const struct column *c, int64_t row, const struct ArrowArray **bottom)
{
	const struct ArrowArray *array = c->array;

	for (const struct ArrowSchema *level = c->schema; level != c->items; level = level->children[0]) {
		row = (row + array->offset) * (int64_t)strtoul(level->format + 3, NULL, 10);
		array = array->children[0];
	}
	*bottom = array;
	return row;
}

static bool is_whole(const struct column *c)
{
	const struct ArrowArray *array = c->array;

	for (const struct ArrowSchema *level = c->schema; level != c->items; level = level->children[0])
		array = array->children[0];
	return strchr("lL", c->items->format[0]) && (!array->buffers[0] || !array->null_count);
}

/* Whole 64-bit numbers as they are, all others as doubles; NaN where one is missing. */
static void add_cells(mr_buf *out, const struct column *c, int64_t from, int64_t rows, bool whole)
{
	for (int64_t row = 0; row < rows; row++) {
		const struct ArrowArray *bottom;
		int64_t at = first_cell(c, from + row, &bottom);

		for (size_t k = 0; k < c->width; k++, at++) {
			double value;

			if (whole) {
				mr_buf_add(out, (const int64_t *)bottom->buffers[1] + bottom->offset + at, sizeof(int64_t));
				continue;
			}
			value = mr_arrow_number(c->items, bottom, at);
			mr_buf_add(out, &value, sizeof value);
		}
	}
}

static mr_str text_at(const struct column *c, int64_t row)
{
	const struct ArrowArray *a = c->array;
	int64_t at = row + a->offset, start, end;

	if (a->buffers[0] && !mr_arrow_bit(a->buffers[0], at))
		return mr_str_make(NULL, 0);
	if (c->schema->format[0] == 'U' || c->schema->format[0] == 'Z') {
		start = ((const int64_t *)a->buffers[1])[at];
		end = ((const int64_t *)a->buffers[1])[at + 1];
	} else {
		start = ((const int32_t *)a->buffers[1])[at];
		end = ((const int32_t *)a->buffers[1])[at + 1];
	}
	return mr_str_make((const char *)a->buffers[2] + start, (size_t)(end - start));
}

static mr_code write_column(struct python_params *p, mr_buf *cells, const struct column *c, int64_t from, int64_t rows,
			    mr_error *err)
{
	bool number = c->items && mr_arrow_is_number(c->items->format), whole = number && is_whole(c);
	const char *format = number ? c->items->format : c->schema->format;

	if (!number && !strchr("uU", format[0]))
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "Columns of the Arrow format '%s' ('%s') cannot be given to a Python model",
				    format, c->schema->name ? c->schema->name : "");
	mr_json_write_begin(&p->w, '{');
	python_params_text(p, "name", mr_str_from(c->schema->name ? c->schema->name : ""));
	python_params_text(p, "kind", mr_str_from(format));
	mr_json_write_key(&p->w, mr_str_from("whole"));
	mr_json_write_bool(&p->w, whole);
	mr_json_write_key(&p->w, mr_str_from("dims"));
	mr_json_write_begin(&p->w, '[');
	for (const struct ArrowSchema *level = c->schema; number && level != c->items; level = level->children[0])
		mr_json_write_int(&p->w, (int64_t)strtoul(level->format + 3, NULL, 10));
	mr_json_write_end(&p->w, ']');
	if (number) {
		add_cells(cells, c, from, rows, whole);
	} else {
		mr_json_write_key(&p->w, mr_str_from("texts"));
		mr_json_write_begin(&p->w, '[');
		for (int64_t row = 0; row < rows; row++) {
			mr_str text = text_at(c, from + row);

			if (text.ptr)
				mr_json_write_string(&p->w, text);
			else
				mr_json_write_null(&p->w);
		}
		mr_json_write_end(&p->w, ']');
	}
	mr_json_write_end(&p->w, '}');
	return MR_OK;
}

static mr_code write_table(struct python_params *p, mr_buf *cells, const struct ArrowSchema *schema,
			   const struct ArrowArray *table, mr_error *err)
{
	mr_code code = MR_OK;

	mr_json_write_key(&p->w, mr_str_from("rows"));
	mr_json_write_int(&p->w, table->length);
	mr_json_write_key(&p->w, mr_str_from("columns"));
	mr_json_write_begin(&p->w, '[');
	for (int64_t i = 0; i < schema->n_children && code == MR_OK; i++) {
		struct column c = {.schema = schema->children[i], .array = table->children[i]};

		c.width = mr_arrow_width(c.schema, &c.items);
		code = write_column(p, cells, &c, table->offset, table->length, err);
	}
	mr_json_write_end(&p->w, ']');
	return code == MR_OK ? mr_buf_check(cells, err) : code;
}

static void write_params(struct python_params *p, const struct mr_map_string *params, size_t n)
{
	mr_json_write_key(&p->w, mr_str_from("params"));
	mr_json_write_begin(&p->w, '{');
	for (size_t i = 0; i < n; i++) {
		mr_json_write_key(&p->w, params[i].key);
		mr_json_write_string(&p->w, params[i].value);
	}
	mr_json_write_end(&p->w, '}');
}

/* ---- and back ---- */

static mr_code malformed(const struct model *m, mr_error *err)
{
	return mr_error_set(err, MR_INTERNAL_ERROR, "The host of %.*s gave predictions that cannot be read",
			    MR_STR_ARG(m->entry->plugin->info.name));
}

/* {"name", "format", "dims", "texts"}: numbers lie in the blob, one column behind another. */
static mr_code read_column(const struct model *m, const mr_json *from, const struct python_answer *answer, size_t *at,
			   struct mr_arrow_column *out, mr_call *call, mr_error *err)
{
	const mr_json *dims = mr_json_get(from, "dims"), *texts = mr_json_get(from, "texts");
	mr_str name = mr_call_copy(call, mr_json_str(mr_json_get(from, "name"), mr_str_from("predictions")));
	mr_str format = mr_json_str(mr_json_get(from, "format"), mr_str_make("", 0));
	size_t count = 1, size = mr_str_is(format, "b") ? 1 : 8;
	mr_str *list;

	if (!name.ptr)
		return mr_error_no_memory(err);
	if (!dims || !dims->count || dims->count > MR_ARROW_DIMS_MAX)
		return malformed(m, err);
	*out = (struct mr_arrow_column){.name = name.ptr};
	for (size_t i = 0; i < dims->count; i++) {
		out->shape[i] = mr_json_int(&dims->items[i], 0);
		count *= (size_t)out->shape[i];
	}
	out->dims = dims->count;
	if (mr_str_is(format, "u")) {
		list = mr_call_alloc(call, (count + 1) * sizeof *list);
		if (!list)
			return mr_error_no_memory(err);
		if (!texts || texts->count != count)
			return malformed(m, err);
		for (size_t i = 0; i < count; i++)
			list[i] = mr_json_str(&texts->items[i], mr_str_make("", 0));
		out->format = "u";
		out->data = list;
		return MR_OK;
	}
	out->format = mr_str_is(format, "l") ? "l" : mr_str_is(format, "b") ? "b" : "g";
	if (answer->blob.len - *at < count * size)
		return malformed(m, err);
	out->data = answer->blob.ptr + *at;
	*at += (count * size + 7) / 8 * 8; /* each begins at a place for eight bytes */
	if (*at > answer->blob.len)
		*at = answer->blob.len;
	return MR_OK;
}

static mr_code read_table(const struct model *m, const struct python_answer *answer, struct ArrowSchema *schema,
			  struct ArrowArray *array, mr_call *call, mr_error *err)
{
	const mr_json *list = mr_json_get(answer->result, "columns");
	size_t n = list ? list->count : 0, at = 0;
	struct mr_arrow_column *columns = mr_call_alloc(call, (n + 1) * sizeof *columns);
	mr_code code = MR_OK;

	if (!columns)
		return mr_error_no_memory(err);
	if (!n)
		return malformed(m, err);
	for (size_t i = 0; i < n && code == MR_OK; i++)
		code = read_column(m, &list->items[i], answer, &at, &columns[i], call, err);
	return code == MR_OK ? mr_arrow_make(columns, n, schema, array, err) : code;
}

static mr_code predict(void *self, const struct ArrowSchema *schema, const struct ArrowArray *table,
		       const struct mr_map_string *params, size_t params_n, struct ArrowSchema *out_schema,
		       struct ArrowArray *out, mr_call *call, mr_error *err)
{
	struct model *m = self;
	struct python_answer answer;
	struct python_params p;
	mr_buf cells;
	mr_code code;

	mr_buf_init(&cells, CELLS_MAX);
	begin(&p, m);
	write_params(&p, params, params_n);
	code = write_table(&p, &cells, schema, table, err);
	if (code == MR_OK)
		code = ask(m, "flavor.predict", &p, mr_buf_view(&cells), &answer, call, err);
	else
		python_params_dispose(&p);
	mr_buf_dispose(&cells);
	return code == MR_OK ? read_table(m, &answer, out_schema, out, call, err) : code;
}

const struct mr_model_flavor_ops python_flavor_ops = {
	.size = sizeof python_flavor_ops,
	.open = model_open,
	.close = model_close,
	.predict = predict,
};

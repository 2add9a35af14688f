/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of model flavors, on a saved model that the user names: --uri FLAVOR:/its/folder.
 */
#include <millrace/model_flavor.h>
#include <unistd.h>

#include "conform/check.h"
#include "model/enforce.h"
#include "model/mlmodel.h"

#define OPS ((const struct mr_model_flavor_ops *)c->ops)

enum { ROWS = 5 };

/* ---- the model ---- */

struct model {
	struct mr_mlmodel *file;
	mr_str folder;
	struct mr_table table;
};

static void read_model(struct check *c, struct model *m)
{
	const char *colon = c->uri.len ? memchr(c->uri.ptr, ':', c->uri.len) : NULL;
	mr_error err;

	if (!colon)
		check_skip(c, "it needs a saved model. Give one with --uri %s:/folder", c->name);
	memset(m, 0, sizeof *m);
	m->folder = mr_str_from(colon + 1);
	mr_error_init(&err);
	if (mr_mlmodel_read(m->folder, &m->file, &err) != MR_OK)
		check_fail(c, "the model that was given cannot be read: %s", err.message);
	if (!mr_mlmodel_flavor(m->file, c->entry->name))
		check_fail(c, "the model in %s has no flavor '%s'", m->folder.ptr, c->name);
}

/* The table that the model's signature asks for, or one column of numbers. */
static void make_table(struct check *c, struct model *m, int rows)
{
	const struct mr_model_schema *inputs = m->file->inputs;
	size_t n = inputs ? inputs->n : 1;
	mr_table_builder *b = mr_table_builder_new();
	mr_error err;

	mr_error_init(&err);
	check_that(c, b != NULL, "out of memory");
	if (inputs && (inputs->tensors || !inputs->named))
		check_skip(c, "the kit makes no tensors; give a model with a signature of columns");
	for (size_t i = 0; i < n; i++)
		mr_table_add_column(b, inputs ? inputs->fields[i].name : mr_str_from("x"),
				    inputs ? inputs->fields[i].type : MR_COLUMN_DOUBLE, &err);
	for (int r = 0; r < rows; r++)
		for (size_t i = 0; i < n; i++) {
			mr_column_type type = inputs ? inputs->fields[i].type : MR_COLUMN_DOUBLE;

			if (type == MR_COLUMN_STRING)
				mr_table_add_text(b, i, mr_str_from("a"), &err);
			else if (type == MR_COLUMN_INT32 || type == MR_COLUMN_INT64 || type == MR_COLUMN_BOOL)
				mr_table_add_int(b, i, r % 2, &err);
			else
				mr_table_add_double(b, i, 0.5 * r + (double)i, &err);
		}
	if (err.code != MR_OK || mr_table_finish(b, &m->table, &err) != MR_OK)
		check_fail(c, "the kit cannot make a table for the model: %s", err.message);
	mr_table_builder_free(b);
}

static void open_model(struct check *c, struct model *m)
{
	struct mr_model_open args = {.size = sizeof args};
	const mr_json *conf;
	struct mr_map_string *settings;
	mr_str clean;
	mr_code code;

	read_model(c, m);
	conf = mr_mlmodel_flavor(m->file, c->entry->name)->conf;
	settings = mr_arena_zalloc(c->arena, (conf->count + 1) * sizeof *settings);
	check_that(c, settings != NULL, "out of memory");
	for (size_t i = 0; i < conf->count; i++) {
		mr_str text = mr_model_text_of(&conf->items[i], c->arena);

		if (text.ptr)
			settings[args.settings_n++] = (struct mr_map_string){conf->keys[i], text};
	}
	if (mr_options_make(c->entry, mr_str_from("x:"), c->pairs, c->settings->pairs_n, &c->options, &clean,
			    &c->err) != MR_OK)
		check_fail(c, "its options: %s", c->err.message);
	args.folder = m->folder;
	args.settings = settings;
	args.options = c->options;
	code = OPS->open(c->host, &args, &c->self, &c->err);
	if (code == MR_FEATURE_DISABLED)
		check_skip(c, "what it needs is not there: %.900s", c->err.message);
	check_ok(c, code, "open");
}

static void close_model(struct check *c, struct model *m)
{
	check_close(c);
	mr_options_free(c->options);
	c->options = NULL;
	mr_mlmodel_free(m->file);
	if (m->table.array.release)
		mr_table_release(&m->table);
}

static void predict(struct check *c, const struct model *m, const struct mr_map_string *params, size_t n,
		    struct mr_table *out)
{
	memset(out, 0, sizeof *out);
	check_ok(c,
		 OPS->predict(c->self, &m->table.schema, &m->table.array, params, n, &out->schema, &out->array, c->call,
			      &c->err),
		 "predict");
}

void flavor_use(struct check *c)
{
	struct mr_table out;
	struct model m;

	open_model(c, &m);
	make_table(c, &m, ROWS);
	predict(c, &m, NULL, 0, &out);
	check_that(c, out.array.release && out.schema.release, "what predict gives cannot be released");
	mr_table_release(&out);
	close_model(c, &m);
}

/* ---- rules ---- */

static void check_answer(struct check *c, const struct mr_table *out, int64_t rows)
{
	check_that(c, out->schema.format && strcmp(out->schema.format, "+s") == 0,
		   "what predict gives is no struct array");
	check_that(c, out->array.length == rows, "for %lld rows predict gives %lld", (long long)rows,
		   (long long)out->array.length);
	check_that(c, out->schema.n_children > 0 && out->schema.n_children == out->array.n_children,
		   "predict gives %lld columns in %lld arrays", (long long)out->schema.n_children,
		   (long long)out->array.n_children);
	for (int64_t i = 0; i < out->array.n_children; i++) {
		check_that(c, out->array.children[i]->length >= rows, "column %lld of the predictions is too short",
			   (long long)i);
		check_that(c, out->schema.children[i]->name && out->schema.children[i]->name[0],
			   "column %lld of the predictions has no name", (long long)i);
	}
}

static void rows_of(struct check *c, int rows)
{
	struct mr_table out;
	struct model m;

	open_model(c, &m);
	make_table(c, &m, rows);
	predict(c, &m, NULL, 0, &out);
	check_answer(c, &out, rows);
	mr_table_release(&out);
	close_model(c, &m);
}

static void answers(struct check *c)
{
	rows_of(c, ROWS);
}

static void one_row(struct check *c)
{
	rows_of(c, 1);
}

static mr_str texts_of(struct check *c, const struct mr_table *out)
{
	mr_buf buf;
	mr_str text;

	mr_buf_init(&buf, 1 << 20);
	for (size_t i = 0; i < mr_table_columns(out); i++) {
		mr_str *values;
		mr_error err;

		mr_error_init(&err);
		if (mr_table_texts(&out->schema, &out->array, i, c->arena, &values, &err) != MR_OK)
			check_skip(c, "the kit cannot read its predictions: %s", err.message);
		for (size_t r = 0; r < mr_table_rows(out); r++)
			mr_buf_printf(&buf, "%.*s;", MR_STR_ARG(values[r]));
	}
	text = mr_arena_copy(c->arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return text;
}

static const struct mr_map_string odd_params[] = {{{"conform_no_such_parameter", 25}, {"1", 1}}};

static void same_again(struct check *c)
{
	struct mr_table out;
	struct model m;
	mr_str first, second;

	open_model(c, &m);
	make_table(c, &m, ROWS);
	predict(c, &m, NULL, 0, &out);
	first = texts_of(c, &out);
	mr_table_release(&out);
	predict(c, &m, odd_params, 1, &out);
	second = texts_of(c, &out);
	mr_table_release(&out);
	check_that(c, mr_str_eq(first, second), "the same rows give '%.200s' and then '%.200s'", first.ptr, second.ptr);
	close_model(c, &m);
}

static void borrows(struct check *c)
{
	struct mr_table out;
	struct model m;
	mr_str before;

	open_model(c, &m);
	make_table(c, &m, ROWS);
	before = texts_of(c, &m.table);
	predict(c, &m, NULL, 0, &out);
	check_that(c, m.table.array.release && m.table.schema.release, "it released a table that was lent to it");
	check_that(c, mr_str_eq(before, texts_of(c, &m.table)), "it changed a table that was lent to it");
	mr_table_release(&out);
	close_model(c, &m);
}

static void outlives(struct check *c)
{
	struct mr_table out;
	struct model m;
	mr_str text;

	open_model(c, &m);
	make_table(c, &m, ROWS);
	predict(c, &m, NULL, 0, &out);
	text = texts_of(c, &out);
	mr_table_release(&m.table);
	memset(&m.table, 0, sizeof m.table);
	check_close(c);
	check_that(c, mr_str_eq(text, texts_of(c, &out)), "the predictions change when the model is closed");
	mr_table_release(&out);
	mr_options_free(c->options);
	mr_mlmodel_free(m.file);
}

static struct model shared_model;

static const char *predict_many(struct check *c, size_t index)
{
	(void)index;
	for (int i = 0; i < 10; i++) {
		struct mr_table out;

		predict(c, &shared_model, NULL, 0, &out);
		check_answer(c, &out, ROWS);
		mr_table_release(&out);
	}
	return NULL;
}

static void parallel(struct check *c)
{
	open_model(c, &shared_model);
	make_table(c, &shared_model, ROWS);
	check_threads(c, 4, predict_many);
	close_model(c, &shared_model);
}

static void describes(struct check *c)
{
	struct model m;
	mr_str out = {0};
	mr_json *tree;

	open_model(c, &m);
	check_ok(c, OPS->describe(c->self, &out, c->call, &c->err), "describe");
	check_that(c, mr_json_parse(out, c->arena, &tree, &c->err) == MR_OK && tree->type == MR_JSON_OBJECT,
		   "describe gives no JSON object");
	close_model(c, &m);
}

#define HEADER "model_flavor.h"
const struct rule flavor_rules[] = {
	{"flavor.predict", "predictions are a table with named columns and as many rows", HEADER, NULL, answers},
	{"flavor.one-row", "one row is enough", HEADER, NULL, one_row},
	{"flavor.same-again", "the same rows give the same, and parameters that are not known change nothing", HEADER,
	 NULL, same_again},
	{"flavor.borrows", "it neither changes nor releases the table", HEADER, NULL, borrows},
	{"flavor.outlives", "predictions outlive the table and the model", HEADER, NULL, outlives},
	{"flavor.parallel", "predict may run in any number of threads", HEADER, NULL, parallel},
	{"flavor.describe", "describe gives a JSON object", HEADER, "describe", describes},
};
const size_t flavor_rules_n = sizeof flavor_rules / sizeof *flavor_rules;

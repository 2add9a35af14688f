/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes the public headers and the tables from the descriptions.
 */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *begin(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out) {
		perror(path);
		exit(1);
	}
	return out;
}

static void end(FILE *out, const char *path)
{
	if (ferror(out) || fclose(out)) {
		perror(path);
		exit(1);
	}
}

static void preamble(FILE *out, const char *what)
{
	fprintf(out,
		"/* SPDX-License-Identifier: Apache-2.0\n"
		" *\n"
		" * %s\n"
		" * Made by src/api/gen from the .api files of src/api; change those and run `make generate`.\n"
		" */\n",
		what);
}

static void header_open(FILE *out, const char *guard, const char *include)
{
	fprintf(out, "#ifndef %s\n#define %s\n\n#include \"%s\"\n\n", guard, guard, include);
	fprintf(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
}

static void header_close(FILE *out)
{
	fprintf(out, "#ifdef __cplusplus\n}\n#endif\n#endif\n");
}

/* C++ does not allow its keywords as names of members. */
static const char *member(const struct field_def *f)
{
	static const char *const reserved[] = {"class", "default", "delete", "namespace", "new",  "operator",
					       "private", "public", "template", "this", "typename", "using"};
	static char name[80];

	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (strcmp(reserved[i], f->name) == 0) {
			snprintf(name, sizeof name, "%s_", f->name);
			return name;
		}
	return f->name;
}

static void c_type(const struct field_def *f, char *out, size_t size)
{
	if (f->message)
		snprintf(out, size, "struct mr_%s *", snake(f->message->name));
	else
		snprintf(out, size, "%s ", f->kind->c_type);
}

static void emit_enums(FILE *out, const struct model *model)
{
	for (size_t i = 0; i < model->enums_n; i++) {
		const struct enum_def *e = model->enums[i];

		fprintf(out, "/* %s */\nenum mr_%s {\n", e->doc, snake(e->name));
		for (size_t k = 0; k < e->n; k++)
			fprintf(out, "\tMR_%s_%s = %d%s\n", upper(e->name), e->values[k].name, e->values[k].number,
				k + 1 < e->n ? "," : "");
		fprintf(out, "};\n\n");
	}
}

static void emit_struct(FILE *out, const struct message_def *m)
{
	char type[200];

	fprintf(out, "/* %s: %s */\nstruct mr_%s {\n\tuint64_t has;\n", m->name, m->doc, snake(m->name));
	for (size_t k = 0; k < m->n; k++) {
		const struct field_def *f = &m->fields[k];

		c_type(f, type, sizeof type);
		fprintf(out, "\t%s%s%s; /* %s */\n", type, f->repeated ? "*" : "", member(f), f->doc);
		if (f->repeated)
			fprintf(out, "\tsize_t %s_n;\n", f->name);
	}
	fprintf(out, "};\n");
	for (size_t k = 0; k < m->n; k++)
		if (!m->fields[k].repeated)
			fprintf(out, "#define MR_%s_HAS_%s (UINT64_C(1) << %zu)\n", upper(m->name),
				upper(m->fields[k].name), k);
	fprintf(out, "\n");
}

static void emit_setters(FILE *out, const struct message_def *m)
{
	char type[200];

	for (size_t k = 0; k < m->n; k++) {
		const struct field_def *f = &m->fields[k];

		if (f->repeated)
			continue;
		c_type(f, type, sizeof type);
		fprintf(out,
			"static inline void mr_%s_set_%s(struct mr_%s *message, %svalue)\n"
			"{\n\tmessage->%s = value;\n\tmessage->has |= MR_%s_HAS_%s;\n}\n",
			snake(m->name), f->name, snake(m->name), type, member(f), upper(m->name), upper(f->name));
	}
	fprintf(out, "\n");
}

void emit_messages_header(const struct model *model, const char *path)
{
	FILE *out = begin(path);

	preamble(out, "The messages and enums of the API. The rules that hold for all: millrace/api.h.");
	header_open(out, "MILLRACE_GEN_MESSAGES_H", "millrace/api.h");
	emit_enums(out, model);
	fprintf(out, "/* Numbers of the messages, for host->msg_new; never reused. */\nenum mr_message_id {\n");
	for (size_t i = 0; i < model->messages_n; i++)
		fprintf(out, "\tMR_MSG_%s = %d%s\n", upper(model->messages[i]->name), model->messages[i]->id,
			i + 1 < model->messages_n ? "," : "");
	fprintf(out, "};\n\n");
	for (size_t i = 0; i < model->messages_n; i++)
		fprintf(out, "struct mr_%s;\n", snake(model->messages[i]->name));
	fprintf(out, "\n");
	for (size_t i = 0; i < model->messages_n; i++)
		emit_struct(out, model->messages[i]);
	fprintf(out, "/* Setters: the member and its presence at once. */\n\n");
	for (size_t i = 0; i < model->messages_n; i++)
		emit_setters(out, model->messages[i]);
	header_close(out);
	end(out, path);
}

static void emit_facet(FILE *out, const struct model *model, const struct facet_def *facet)
{
	fprintf(out, "/* %s */\nstruct mr_%s_ops {\n\tsize_t size; /* of this struct, as the plugin was compiled */\n",
		facet->doc, facet->name);
	for (size_t i = 0; i < model->ops_n; i++) {
		const struct op_def *op = model->ops[i];

		if (op->facet == facet)
			fprintf(out,
				"\t/* %s (%s) */\n"
				"\tmr_code (*%s)(void *self, const struct mr_%s *request,\n"
				"\t\tstruct mr_%s *response, mr_call *call, mr_error *err);\n",
				op->doc, op->work, op->name, snake(op->request->name), snake(op->response->name));
	}
	fprintf(out, "};\n\n");
}

static void emit_facets_of(FILE *out, const struct model *model, const char *side)
{
	fprintf(out,
		"/* The facets of a %s store; NULL where it has none. */\nstruct mr_%s_facets {\n"
		"\tsize_t size; /* of this struct, as the plugin was compiled */\n",
		side, side);
	for (size_t i = 0; i < model->facets_n; i++)
		if (strcmp(model->facets[i]->side, side) == 0)
			fprintf(out, "\tconst struct mr_%s_ops *%s;\n", model->facets[i]->name, model->facets[i]->name);
	fprintf(out, "};\n\n");
}

void emit_operations_header(const struct model *model, const char *path)
{
	FILE *out = begin(path);

	preamble(out, "The operations of the API, as slots that a store fills, grouped in facets.");
	header_open(out, "MILLRACE_GEN_OPERATIONS_H", "millrace/gen/messages.h");
	fprintf(out, "/* Numbers of the operations, for invoke; never reused. */\nenum mr_operation_id {\n");
	for (size_t i = 0; i < model->ops_n; i++)
		fprintf(out, "\tMR_OP_%s = %d%s\n", upper(model->ops[i]->name), model->ops[i]->id,
			i + 1 < model->ops_n ? "," : "");
	fprintf(out, "};\n\n");
	for (size_t i = 0; i < model->facets_n; i++)
		if (strcmp(model->facets[i]->side, "server") != 0)
			emit_facet(out, model, model->facets[i]);
	emit_facets_of(out, model, "tracking");
	emit_facets_of(out, model, "registry");
	header_close(out);
	end(out, path);
}

static void c_string(FILE *out, const char *s)
{
	if (!s) {
		fputs("NULL", out);
		return;
	}
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', out);
		fputc(*s, out);
	}
	fputc('"', out);
}

static void camel(FILE *out, const char *name)
{
	fputc('"', out);
	for (; *name; name++)
		if (*name == '_' && name[1])
			fputc(*++name - 'a' + 'A', out);
		else
			fputc(*name, out);
	fputc('"', out);
}

static void emit_enum_table(FILE *out, const struct enum_def *e)
{
	fprintf(out, "static const struct mr_enum_value values_%s[] = {\n", snake(e->name));
	for (size_t k = 0; k < e->n; k++)
		fprintf(out, "\t{\"%s\", %d},\n", e->values[k].name, e->values[k].number);
	fprintf(out, "};\nconst struct mr_enum_desc mr_desc_enum_%s = {\"%s\", values_%s, %zu, ", snake(e->name), e->name,
		snake(e->name), e->n);
	c_string(out, e->doc);
	fprintf(out, "};\n\n");
}

static unsigned oneof_number(const struct message_def *m, const struct field_def *f)
{
	unsigned n = 1;

	if (!f->oneof)
		return 0;
	for (size_t i = 0; i < m->n; i++) {
		if (!m->fields[i].oneof)
			continue;
		if (strcmp(m->fields[i].oneof, f->oneof) == 0)
			return n;
		n++;
	}
	return n;
}

static void emit_else(FILE *out, const struct message_def *m, const struct field_def *f)
{
	for (size_t i = 0; f->else_name && i < m->n; i++)
		if (strcmp(m->fields[i].name, f->else_name) == 0) {
			fprintf(out, "%zu", i);
			return;
		}
	fprintf(out, "MR_FIELD_NONE");
}

static bool is_rows(const struct model *model, const struct field_def *f)
{
	for (size_t i = 0; i < model->ops_n; i++)
		if (op_rows(model->ops[i]) == f)
			return true;
	return false;
}

static void emit_field(FILE *out, const struct model *model, const struct message_def *m, const struct field_def *f)
{
	fprintf(out, "\t{\"%s\", ", f->name);
	camel(out, f->name);
	fprintf(out, ", %d, %s, %s%s%s%s%s0, offsetof(struct mr_%s, %s), ", f->id, f->kind->constant,
		f->repeated ? "MR_FIELD_REPEATED | " : "", f->required ? "MR_FIELD_REQUIRED | " : "",
		f->in_path ? "MR_FIELD_IN_PATH | " : "", f->checked ? "MR_FIELD_CHECKED | " : "", is_rows(model, f) ? "MR_FIELD_ROWS | " : "", snake(m->name),
		member(f));
	if (f->repeated)
		fprintf(out, "offsetof(struct mr_%s, %s_n)", snake(m->name), f->name);
	else
		fprintf(out, "0");
	fprintf(out, ", %u, ", oneof_number(m, f));
	emit_else(out, m, f);
	fprintf(out, f->message ? ", &mr_desc_%s" : ", NULL", f->message ? snake(f->message->name) : "");
	fprintf(out, f->enumeration ? ", &mr_desc_enum_%s, " : ", NULL, ", f->enumeration ? snake(f->enumeration->name) : "");
	c_string(out, f->default_text);
	fprintf(out, ", %lld, %lld,\n\t ", f->min, f->max);
	c_string(out, f->doc);
	fprintf(out, "},\n");
}

static void emit_message_table(FILE *out, const struct model *model, const struct message_def *m)
{
	if (m->n) {
		fprintf(out, "static const struct mr_field_desc fields_%s[] = {\n", snake(m->name));
		for (size_t k = 0; k < m->n; k++)
			emit_field(out, model, m, &m->fields[k]);
		fprintf(out, "};\n");
	}
	fprintf(out, "const struct mr_msg_desc mr_desc_%s = {\"%s\", %d, sizeof(struct mr_%s), ", snake(m->name), m->name,
		m->id, snake(m->name));
	fprintf(out, m->n ? "fields_%s, %zu, " : "NULL, 0, ", snake(m->name), m->n);
	c_string(out, m->doc);
	fprintf(out, "};\n\n");
}

static void emit_slot(FILE *out, const struct op_def *op)
{
	const char *facet = op->facet->name;

	fprintf(out,
		"static mr_code slot_%s(const void *facets, void *self, const void *request, void *response,\n"
		"\tmr_call *call, mr_error *err, bool *absent)\n"
		"{\n"
		"\tconst struct mr_%s_facets *f = facets;\n\n"
		"\t*absent = !f || !f->%s || !f->%s->%s;\n"
		"\tif (*absent)\n\t\treturn MR_NOT_IMPLEMENTED;\n"
		"\treturn f->%s->%s(self, request, response, call, err);\n"
		"}\n\n",
		op->name, op->facet->side, facet, facet, op->name, facet, op->name);
}

static void emit_op_table(FILE *out, const struct op_def *op)
{
	bool stored = strcmp(op->facet->side, "server") != 0;
	const struct field_def *rows = op_rows(op);

	if (stored)
		emit_slot(out, op);
	if (op->routes_n) {
		fprintf(out, "static const struct mr_route routes_%s[] = {\n", op->name);
		for (size_t k = 0; k < op->routes_n; k++)
			fprintf(out, "\t{\"%s\", \"%s\"},\n", op->routes[k].method, op->routes[k].path);
		fprintf(out, "};\n");
	}
	fprintf(out, "const struct mr_op_desc mr_op_%s = {\"%s\", %d, \"%s\", MR_SIDE_%s, MR_WORK_%s, MR_STYLE_%s,\n",
		op->name, op->name, op->id, op->facet->name, upper(op->facet->side), upper(op->work), upper(op->style));
	fprintf(out, "\t&mr_desc_%s, &mr_desc_%s, ", snake(op->request->name), snake(op->response->name));
	if (rows)
		fprintf(out, "&fields_%s[0], ", snake(op->response->name));
	else
		fprintf(out, "NULL, ");
	fprintf(out, op->routes_n ? "routes_%s, %zu, " : "NULL, 0, ", op->name, op->routes_n);
	fprintf(out, stored ? "slot_%s,\n\t" : "NULL,\n\t", op->name);
	c_string(out, op->doc);
	fprintf(out, "};\n\n");
}

static void emit_lists(FILE *out, const struct model *model)
{
	int last_message = model->messages[model->messages_n - 1]->id, last_op = model->ops[model->ops_n - 1]->id;

	fprintf(out, "const struct mr_msg_desc *const mr_messages[] = {\n");
	for (size_t i = 0; i < model->messages_n; i++)
		fprintf(out, "\t[%d] = &mr_desc_%s,\n", model->messages[i]->id, snake(model->messages[i]->name));
	fprintf(out, "};\nconst uint32_t mr_messages_end = %d;\n\n", last_message + 1);
	fprintf(out, "const struct mr_op_desc *const mr_operations[] = {\n");
	for (size_t i = 0; i < model->ops_n; i++)
		fprintf(out, "\t[%d] = &mr_op_%s,\n", model->ops[i]->id, model->ops[i]->name);
	fprintf(out, "};\nconst uint32_t mr_operations_end = %d;\n\n", last_op + 1);
	fprintf(out, "const struct mr_enum_desc *const mr_enums[] = {\n");
	for (size_t i = 0; i < model->enums_n; i++)
		fprintf(out, "\t&mr_desc_enum_%s,\n", snake(model->enums[i]->name));
	fprintf(out, "};\nconst uint32_t mr_enums_n = %zu;\n", model->enums_n);
}

/* Facet tables of a plugin may be shorter than the host's; these let the host
 * adopt them whatever their size. */
static void emit_facet_lists(FILE *out, const struct model *model)
{
	static const char *const sides[] = {"tracking", "registry"};

	for (size_t s = 0; s < 2; s++) {
		size_t n = 0;

		fprintf(out, "\nconst struct mr_facet_desc mr_%s_facet_list[] = {\n", sides[s]);
		for (size_t i = 0; i < model->facets_n; i++) {
			const char *name = model->facets[i]->name;

			if (strcmp(model->facets[i]->side, sides[s]))
				continue;
			fprintf(out, "\t{\"%s\", offsetof(struct mr_%s_facets, %s), sizeof(struct mr_%s_ops)},\n", name,
				sides[s], name, name);
			n++;
		}
		fprintf(out, "};\nconst uint32_t mr_%s_facet_list_n = %zu;\n", sides[s], n);
	}
}

static void emit_tables_header(const struct model *model, const char *path)
{
	FILE *out = begin(path);

	preamble(out, "The descriptors of every message and operation.");
	fprintf(out, "#ifndef MR_API_GEN_DESCS_H\n#define MR_API_GEN_DESCS_H\n\n#include <millrace/gen/operations.h>\n\n");
	for (size_t i = 0; i < model->enums_n; i++)
		fprintf(out, "extern const struct mr_enum_desc mr_desc_enum_%s;\n", snake(model->enums[i]->name));
	for (size_t i = 0; i < model->messages_n; i++)
		fprintf(out, "extern const struct mr_msg_desc mr_desc_%s;\n", snake(model->messages[i]->name));
	for (size_t i = 0; i < model->ops_n; i++)
		fprintf(out, "extern const struct mr_op_desc mr_op_%s;\n", model->ops[i]->name);
	fprintf(out, "\n#endif\n");
	end(out, path);
}

void emit_tables(const struct model *model, const char *source_path, const char *header_path)
{
	FILE *out = begin(source_path);

	emit_tables_header(model, header_path);
	preamble(out, "The tables of the API.");
	fprintf(out, "#include \"api/tables.h\"\n\n");
	for (size_t i = 0; i < model->enums_n; i++)
		emit_enum_table(out, model->enums[i]);
	for (size_t i = 0; i < model->messages_n; i++)
		emit_message_table(out, model, model->messages[i]);
	for (size_t i = 0; i < model->ops_n; i++)
		emit_op_table(out, model->ops[i]);
	emit_lists(out, model);
	emit_facet_lists(out, model);
	end(out, source_path);
}

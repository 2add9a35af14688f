/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the descriptions (.api files; their language is told in src/api/README.md).
 */
#define _GNU_SOURCE
#include "model.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *current_path;
static int current_line;

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", current_path, current_line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static void *need(void *p)
{
	if (!p)
		fail("out of memory");
	return p;
}

static const struct kind_def kinds[] = {
	{"string", "MR_KIND_STRING", "mr_str", false},
	{"bytes", "MR_KIND_BYTES", "mr_str", false},
	{"bool", "MR_KIND_BOOL", "bool", false},
	{"int32", "MR_KIND_INT32", "int32_t", false},
	{"int64", "MR_KIND_INT64", "int64_t", false},
	{"uint32", "MR_KIND_UINT32", "uint32_t", false},
	{"uint64", "MR_KIND_UINT64", "uint64_t", false},
	{"float", "MR_KIND_FLOAT", "float", false},
	{"double", "MR_KIND_DOUBLE", "double", false},
	{"map<string>", "MR_KIND_MAP_STRING", "struct mr_map_string", true},
	{"map<double>", "MR_KIND_MAP_DOUBLE", "struct mr_map_double", true},
	{"json", "MR_KIND_JSON", "mr_str", false},
	{"timestamp", "MR_KIND_TIMESTAMP", "int64_t", false},
	{"duration", "MR_KIND_DURATION", "int64_t", false},
	{"fieldmask", "MR_KIND_FIELD_MASK", "mr_str", false},
};
static const struct kind_def enum_kind = {"enum", "MR_KIND_ENUM", "int32_t", false};
static const struct kind_def message_kind = {"message", "MR_KIND_MESSAGE", NULL, false};

/* The next word of the line, cut off it; NULL at its end. */
static char *word(char **line)
{
	char *s = *line + strspn(*line, " \t");
	size_t n = strcspn(s, " \t");

	if (n == 0)
		return NULL;
	*line = s + n + (s[n] != 0);
	s[n] = 0;
	return s;
}

static char *need_word(char **line, const char *what)
{
	char *w = word(line);

	if (!w)
		fail("%s is missing", what);
	return strdup(w);
}

static int need_number(char **line, const char *what)
{
	char *w = need_word(line, what), *end;
	long n = strtol(w, &end, 10);

	if (*end || n < 0 || n > INT32_MAX)
		fail("%s is not a number: %s", what, w);
	free(w);
	return (int)n;
}

/* Cuts the text between the first and the last quote off the line. */
static char *take_doc(char *line)
{
	char *first = strchr(line, '"'), *last = strrchr(line, '"');
	char *doc;

	if (!first || first == last)
		return NULL;
	*last = 0;
	doc = need(strdup(first + 1));
	*first = 0;
	return doc;
}

static void *append(void *list, size_t *n, size_t item)
{
	list = need(realloc(list, (*n + 1) * item));
	(*n)++;
	return list;
}

static struct message_def *message_add(struct model *model, char *name, int id, char *doc)
{
	struct message_def *m = need(calloc(1, sizeof *m));

	m->name = name;
	m->id = id;
	m->doc = doc;
	model->messages = append(model->messages, &model->messages_n, sizeof *model->messages);
	model->messages[model->messages_n - 1] = m;
	return m;
}

static void parse_field_attributes(struct field_def *f, char *line)
{
	char *w;

	while ((w = word(&line))) {
		if (strcmp(w, "=") == 0)
			f->default_text = need_word(&line, "the default");
		else if (strcmp(w, "max") == 0)
			f->max = need_number(&line, "max");
		else if (strcmp(w, "min") == 0)
			f->min = need_number(&line, "min");
		else if (strcmp(w, "else") == 0)
			f->else_name = need_word(&line, "the field of else");
		else if (strcmp(w, "oneof") == 0)
			f->oneof = need_word(&line, "the group of oneof");
		else
			fail("unknown attribute: %s", w);
	}
}

static void parse_field(struct message_def *m, char *line)
{
	struct field_def *f;
	size_t n;

	if (m->n == MAX_FIELDS)
		fail("%s has more than %d fields", m->name, MAX_FIELDS);
	f = &m->fields[m->n++];
	f->doc = take_doc(line);
	if (!f->doc)
		fail("a field needs its line of documentation");
	f->name = need_word(&line, "the field's name");
	for (n = strlen(f->name); n && strchr("!@*", f->name[n - 1]); f->name[--n] = 0) {
		f->required |= f->name[n - 1] == '!';
		f->in_path |= f->name[n - 1] == '@';
		f->checked |= f->name[n - 1] == '*';
	}
	f->id = need_number(&line, "the field's number");
	f->type = need_word(&line, "the field's type");
	n = strlen(f->type);
	if (n > 2 && strcmp(f->type + n - 2, "[]") == 0) {
		f->repeated = true;
		f->type[n - 2] = 0;
	}
	parse_field_attributes(f, line);
}

/* "POST [ajax|raw] 2.0 /mlflow/..." makes the /api and /ajax-api routes, the
 * /ajax-api one alone, or the path as it stands. */
static void parse_route(struct op_def *op, const char *method, char *line)
{
	static const char *const prefixes[] = {"/api/", "/ajax-api/"};
	char *w = need_word(&line, "the version");
	bool ajax = strcmp(w, "ajax") == 0, raw = strcmp(w, "raw") == 0;
	char *version = raw ? NULL : ajax ? need_word(&line, "the version") : w;
	char *path = need_word(&line, "the path");

	for (size_t i = ajax ? 1 : 0; i < (raw ? 1 : 2); i++) {
		struct route_def *r = &op->routes[op->routes_n++];

		if (op->routes_n > MAX_ROUTES)
			fail("more than %d routes", MAX_ROUTES);
		r->method = need(strdup(method));
		if (raw)
			r->path = path;
		else if (asprintf(&r->path, "%s%s%s", prefixes[i], version, path) < 0)
			fail("out of memory");
	}
}

static void parse_op_header(struct model *model, struct op_def *op, char *line, char *doc)
{
	char *style;

	if (!model->facets_n)
		fail("an operation before the facet line");
	op->facet = model->facets[model->facets_n - 1];
	op->doc = doc;
	op->name = need_word(&line, "the operation's name");
	op->id = need_number(&line, "the operation's number");
	op->work = need_word(&line, "the kind of work");
	if (strcmp(op->work, "inline") && strcmp(op->work, "pool") && strcmp(op->work, "write"))
		fail("the work of %s is not inline, pool or write: %s", op->name, op->work);
	style = word(&line);
	op->style = need(strdup(style ? style : "pretty"));
	if (strcmp(op->style, "pretty") && strcmp(op->style, "jsonify") && strcmp(op->style, "raw"))
		fail("the style of %s is not pretty, jsonify or raw: %s", op->name, op->style);
}

struct where {
	struct enum_def *enumeration;
	struct message_def *message;
	struct op_def *op;
};

static void parse_top(struct model *model, struct where *at, char *line)
{
	char *doc = take_doc(line);
	char *what = need_word(&line, "what it is");

	memset(at, 0, sizeof *at);
	if (!doc)
		fail("%s needs its line of documentation", what);
	if (strcmp(what, "facet") == 0) {
		struct facet_def *f = need(calloc(1, sizeof *f));

		f->doc = doc;
		f->name = need_word(&line, "the facet's name");
		f->id = need_number(&line, "the facet's number");
		f->side = need_word(&line, "the facet's side");
		model->facets = append(model->facets, &model->facets_n, sizeof *model->facets);
		model->facets[model->facets_n - 1] = f;
	} else if (strcmp(what, "enum") == 0) {
		struct enum_def *e = need(calloc(1, sizeof *e));

		e->doc = doc;
		e->name = need_word(&line, "the enum's name");
		model->enums = append(model->enums, &model->enums_n, sizeof *model->enums);
		model->enums[model->enums_n - 1] = e;
		at->enumeration = e;
	} else if (strcmp(what, "message") == 0) {
		char *name = need_word(&line, "the message's name");

		at->message = message_add(model, name, need_number(&line, "the message's number"), doc);
	} else if (strcmp(what, "op") == 0) {
		struct op_def *op = need(calloc(1, sizeof *op));

		parse_op_header(model, op, line, doc);
		model->ops = append(model->ops, &model->ops_n, sizeof *model->ops);
		model->ops[model->ops_n - 1] = op;
		at->op = op;
	} else {
		fail("not facet, enum, message or op: %s", what);
	}
}

static void parse_op_line(struct model *model, struct where *at, char *line)
{
	char *rest = line, *first, *copy = need(strdup(line)), *name;

	first = word(&copy);
	if (strcmp(first, "request") == 0 || strcmp(first, "response") == 0) {
		word(&rest);
		name = need_word(&rest, "the message's name");
		at->message = message_add(model, name, need_number(&rest, "the message's number"), at->op->doc);
		if (strcmp(first, "request") == 0)
			at->op->request = at->message;
		else
			at->op->response = at->message;
	} else if (isupper((unsigned char)first[0]) && isupper((unsigned char)first[1])) {
		word(&rest);
		parse_route(at->op, first, rest);
	} else if (at->message) {
		parse_field(at->message, line);
	} else {
		fail("not a route, request or response: %s", first);
	}
}

static void parse_enum_value(struct enum_def *e, char *line)
{
	if (e->n == MAX_FIELDS)
		fail("%s has more than %d values", e->name, MAX_FIELDS);
	e->values[e->n].name = need_word(&line, "the value's name");
	e->values[e->n].number = need_number(&line, "the value's number");
	e->n++;
}

void parse_file(struct model *model, const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	struct where at = {0};

	current_path = path;
	current_line = 0;
	if (!in)
		fail("cannot open it");
	while ((n = getline(&line, &room, in)) >= 0) {
		current_line++;
		while (n && isspace((unsigned char)line[n - 1]))
			line[--n] = 0;
		if (n == 0 || line[strspn(line, " \t")] == '#')
			continue;
		if (!isspace((unsigned char)line[0]))
			parse_top(model, &at, line);
		else if (at.op)
			parse_op_line(model, &at, line);
		else if (at.message)
			parse_field(at.message, line);
		else if (at.enumeration)
			parse_enum_value(at.enumeration, line);
		else
			fail("an indented line that belongs to nothing");
	}
	free(line);
	fclose(in);
}

static void resolve_field(const struct model *model, struct message_def *m, struct field_def *f)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !f->kind; i++)
		if (strcmp(kinds[i].type, f->type) == 0)
			f->kind = &kinds[i];
	for (size_t i = 0; i < model->enums_n && !f->kind; i++)
		if (strcmp(model->enums[i]->name, f->type) == 0) {
			f->enumeration = model->enums[i];
			f->kind = &enum_kind;
		}
	for (size_t i = 0; i < model->messages_n && !f->kind; i++)
		if (strcmp(model->messages[i]->name, f->type) == 0) {
			f->message = model->messages[i];
			f->kind = &message_kind;
		}
	if (!f->kind)
		fail("%s.%s: unknown type %s", m->name, f->name, f->type);
	f->repeated |= f->kind->is_map;
	for (size_t i = 0; &m->fields[i] != f; i++)
		if (m->fields[i].id == f->id || strcmp(m->fields[i].name, f->name) == 0)
			fail("%s.%s: its name or number is used twice", m->name, f->name);
}

static int by_message_id(const void *a, const void *b)
{
	return (*(struct message_def *const *)a)->id - (*(struct message_def *const *)b)->id;
}

static int by_op_id(const void *a, const void *b)
{
	return (*(struct op_def *const *)a)->id - (*(struct op_def *const *)b)->id;
}

static int by_facet_id(const void *a, const void *b)
{
	return (*(struct facet_def *const *)a)->id - (*(struct facet_def *const *)b)->id;
}

/* Rows are written before the rest of the response is known, so no member may be printed before them. */
static void check_rows(const struct op_def *op)
{
	const struct field_def *rows = op_rows(op);

	for (size_t i = 0; rows && i < op->response->n; i++)
		if (op->response->fields[i].id < rows->id)
			fail("%s.%s must have the smallest number of its message, because it is the rows of %s",
			     op->response->name, rows->name, op->name);
}

void resolve(struct model *model)
{
	current_path = "descriptions";
	current_line = 0;
	qsort(model->messages, model->messages_n, sizeof *model->messages, by_message_id);
	qsort(model->ops, model->ops_n, sizeof *model->ops, by_op_id);
	qsort(model->facets, model->facets_n, sizeof *model->facets, by_facet_id);
	for (size_t i = 0; i < model->messages_n; i++) {
		struct message_def *m = model->messages[i];

		if (i && model->messages[i - 1]->id == m->id)
			fail("messages %s and %s have one number; the next free one is %d", model->messages[i - 1]->name,
			     m->name, model->messages[model->messages_n - 1]->id + 1);
		for (size_t k = 0; k < m->n; k++)
			resolve_field(model, m, &m->fields[k]);
	}
	for (size_t i = 0; i < model->ops_n; i++) {
		struct op_def *op = model->ops[i];

		if (i && model->ops[i - 1]->id == op->id)
			fail("operations %s and %s have one number", model->ops[i - 1]->name, op->name);
		if (!op->request || !op->response)
			fail("operation %s lacks its request or response", op->name);
		check_rows(op);
	}
}

const struct field_def *op_rows(const struct op_def *op)
{
	const struct field_def *f = &op->response->fields[0];

	return strcmp(op->work, "pool") == 0 && op->response->n && f->repeated && f->message ? f : NULL;
}

static const char *convert(const char *name, bool up)
{
	static char ring[16][160];
	static unsigned next;
	char *out = ring[next++ % 16], *o = out;

	for (const char *s = name; *s && o < out + sizeof ring[0] - 3; s++) {
		if (*s == '.') {
			*o++ = '_';
			continue;
		}
		if (isupper((unsigned char)*s) && s > name && s[-1] != '.' && s[-1] != '_' &&
		    (!isupper((unsigned char)s[-1]) || (s[1] && islower((unsigned char)s[1]))))
			*o++ = '_';
		*o++ = (char)(up ? toupper((unsigned char)*s) : tolower((unsigned char)*s));
	}
	*o = 0;
	return out;
}

const char *snake(const char *name)
{
	return convert(name, false);
}

const char *upper(const char *name)
{
	return convert(name, true);
}

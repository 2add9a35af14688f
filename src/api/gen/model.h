/* SPDX-License-Identifier: Apache-2.0
 *
 * What the generator knows of the descriptions: filled by parse.c, read by the
 * emitters. Everything lives until the program ends.
 */
#ifndef MR_API_GEN_MODEL_H
#define MR_API_GEN_MODEL_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_FIELDS = 64, MAX_ROUTES = 8 };

struct enum_def {
	char *name, *doc;
	struct {
		char *name;
		int number;
	} values[MAX_FIELDS];
	size_t n;
};

struct field_def {
	char *name, *type, *doc, *default_text, *else_name, *oneof;
	int id;
	bool required, in_path, checked, repeated;
	long long min, max;
	/* resolved after parsing */
	struct message_def *message;
	struct enum_def *enumeration;
	const struct kind_def *kind;
};

struct message_def {
	char *name, *doc;
	int id;
	struct field_def fields[MAX_FIELDS];
	size_t n;
};

struct route_def {
	char *method, *path; /* the whole path */
};

struct op_def {
	char *name, *doc, *work, *style;
	int id;
	struct facet_def *facet;
	struct message_def *request, *response;
	struct route_def routes[MAX_ROUTES];
	size_t routes_n;
};

struct facet_def {
	char *name, *side, *doc;
	int id;
};

struct kind_def {
	const char *type; /* as the descriptions write it */
	const char *constant;
	const char *c_type;
	bool is_map;
};

struct model {
	struct enum_def **enums;
	size_t enums_n;
	struct message_def **messages;
	size_t messages_n;
	struct op_def **ops;
	size_t ops_n;
	struct facet_def **facets;
	size_t facets_n;
};

/* Both print what is wrong as FILE:LINE: message and exit with 1. */
void parse_file(struct model *model, const char *path);
void resolve(struct model *model);

/* "SearchRuns.Response" -> "search_runs_response", or in upper case. A static
 * ring of buffers: good for one printf. */
const char *snake(const char *name);
const char *upper(const char *name);

void emit_messages_header(const struct model *model, const char *path);
void emit_operations_header(const struct model *model, const char *path);
void emit_tables(const struct model *model, const char *source_path, const char *header_path);

/* The rows field of an operation's response, or NULL. */
const struct field_def *op_rows(const struct op_def *op);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON below the message level: a pull scanner over a complete text, an
 * emitter into a buffer, and a small tree for free-form values. The
 * table-driven codec of messages stands on these (src/api/codec.h).
 *
 * Accepted beyond RFC 8259, because Python's json reads and writes them: the
 * bare tokens NaN, Infinity, -Infinity. Invalid UTF-8 and lone surrogates in
 * escapes are errors. Errors name line and column (1-based, columns in bytes).
 */
#ifndef MR_BASE_JSON_H
#define MR_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"

#define MR_JSON_DEPTH_MAX 100

typedef enum mr_json_type {
	MR_JSON_NULL,
	MR_JSON_BOOL,
	MR_JSON_NUMBER,
	MR_JSON_STRING,
	MR_JSON_ARRAY,
	MR_JSON_OBJECT
} mr_json_type;

/* ---- scanner: no allocation but for strings that contain escapes ---- */

typedef struct mr_json_scanner {
	const char *start, *at, *end;
	mr_arena *arena; /* where unescaped strings go */
	int depth;
	mr_error *err; /* the first syntax error stands here */
} mr_json_scanner;

void mr_json_scan_init(mr_json_scanner *sc, mr_str text, mr_arena *arena, mr_error *err);
/* The type of the value that comes next, without consuming it; false at an error. */
bool mr_json_scan_peek(mr_json_scanner *sc, mr_json_type *type);
bool mr_json_scan_null(mr_json_scanner *sc);
bool mr_json_scan_bool(mr_json_scanner *sc, bool *out);
/* A number as its text ("-1.5e3", "NaN"); convert with mr_parse_int64/mr_parse_double. */
bool mr_json_scan_number(mr_json_scanner *sc, mr_str *text);
/* The unescaped string: a view of the input when it has no escapes, so it is
 * NUL-terminated only when copied. An embedded U+0000 is kept. */
bool mr_json_scan_string(mr_json_scanner *sc, mr_str *out);
/* Containers: enter, then next() until it gives false with no error, which
 * has consumed the closing bracket. */
bool mr_json_scan_enter(mr_json_scanner *sc, mr_json_type array_or_object);
bool mr_json_scan_next(mr_json_scanner *sc, mr_json_type array_or_object, bool first, mr_str *key);
/* Skips one value of any kind; out (may be NULL) gets its text. */
bool mr_json_scan_skip(mr_json_scanner *sc, mr_str *out);
/* True when only white space is left; else an error is set. */
bool mr_json_scan_end(mr_json_scanner *sc);
bool mr_json_scan_failed(const mr_json_scanner *sc);

/* ---- numbers, whatever the locale ---- */

bool mr_parse_int64(mr_str text, int64_t *out);  /* the whole text, no blanks; range checked */
bool mr_parse_double(mr_str text, double *out);  /* correctly rounded; also NaN, Infinity, -Infinity, nan, inf */
size_t mr_format_double(char out[32], double value); /* Python's repr */

/* ---- emitter ---- */

typedef enum mr_json_style {
	MR_JSON_COMPACT, /* {"a":1}      as Flask's jsonify */
	MR_JSON_SPACED,  /* {"a": 1}     as Python's json.dumps */
	MR_JSON_PRETTY   /* two-space indentation, as json.dumps(indent=2) */
} mr_json_style;

typedef struct mr_json_writer {
	mr_buf *buf;
	mr_json_style style;
	int depth;
	bool first; /* nothing stands in the open container yet */
	bool after_key;
} mr_json_writer;

void mr_json_write_init(mr_json_writer *w, mr_buf *buf, mr_json_style style);
void mr_json_write_begin(mr_json_writer *w, char bracket); /* '{' or '[' */
void mr_json_write_end(mr_json_writer *w, char bracket);   /* '}' or ']' */
void mr_json_write_key(mr_json_writer *w, mr_str key);
void mr_json_write_string(mr_json_writer *w, mr_str s); /* non-ASCII is escaped, as ensure_ascii */
/* A key of an object with a text; one that is not there is "". */
void mr_json_write_text(mr_json_writer *w, const char *key, mr_str value);
void mr_json_write_int(mr_json_writer *w, int64_t value);
void mr_json_write_double(mr_json_writer *w, double value); /* NaN and infinities as the strings "NaN", "Infinity", "-Infinity" */
void mr_json_write_bool(mr_json_writer *w, bool value);
void mr_json_write_null(mr_json_writer *w);
void mr_json_write_raw(mr_json_writer *w, mr_str json); /* a value that is JSON already */

/* ---- tree, for what has no schema ---- */

typedef struct mr_json {
	mr_json_type type;
	bool boolean;
	mr_str text;            /* string: unescaped; number: as written */
	struct mr_json *items;  /* array and object, count of them */
	mr_str *keys;           /* object */
	size_t count;
} mr_json;

mr_code mr_json_parse(mr_str text, mr_arena *arena, mr_json **out, mr_error *err);
const mr_json *mr_json_get(const mr_json *object, const char *key); /* NULL when absent; the last of duplicates */
mr_str mr_json_str(const mr_json *value, mr_str otherwise);
int64_t mr_json_int(const mr_json *value, int64_t otherwise);
void mr_json_write_tree(mr_json_writer *w, const mr_json *value);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * URIs as Python's urllib.parse.urlsplit reads them, which is what MLflow
 * means by a URI. Parts are views of the text that was parsed.
 */
#ifndef MR_BASE_URI_H
#define MR_BASE_URI_H

#include "base/arena.h"

typedef struct mr_uri {
	mr_str text;
	mr_str scheme;    /* as written; empty for a path. A dialect "db+driver" is whole here */
	mr_str authority; /* user:password@host:port, empty where there is none */
	mr_str user, password, host; /* as written, still percent-encoded; host of [::1] without brackets */
	int port;         /* -1: none; -2: there is one, but it is no number up to 65535 */
	mr_str path, query, fragment;
	bool has_authority;
} mr_uri;

mr_code mr_uri_parse(mr_str text, mr_uri *out, mr_error *err);
/* "sqlite" of "sqlite+pysqlite", as MLflow looks stores up; lower-cased compare is the caller's. */
mr_str mr_uri_dialect(const mr_uri *uri);
bool mr_uri_scheme_valid(mr_str scheme);

/* Decoded once; MR_INVALID_PARAMETER_VALUE for a NUL or a cut escape. */
mr_code mr_uri_decode(mr_arena *arena, mr_str s, mr_str *out, mr_error *err);
/* Escapes all but unreserved characters and those in keep ("/" for a path). */
mr_str mr_uri_encode(mr_arena *arena, mr_str s, const char *keep);
/* The value of a query key, decoded (the first, if there are several); false when absent. */
bool mr_uri_query_get(mr_arena *arena, mr_str query, const char *key, mr_str *out);
/* For logs and messages: passwords and secret-looking query values are "***". */
mr_str mr_uri_redact(mr_arena *arena, mr_str text);
/* Joins a path to a URI's path, before its query, as MLflow's append_to_uri_path. ptr is NULL when
 * out of memory, and when the query has ".." in it, which MLflow calls an "Invalid query string". */
mr_str mr_uri_append_path(mr_arena *arena, mr_str uri, mr_str path);
/* A local path for "/p", "p", "file:///p", "file:p", "sqlite:///p" (relative) and "sqlite:////p". */
mr_code mr_uri_to_local_path(mr_arena *arena, mr_str uri, mr_str *out, mr_error *err);
mr_str mr_uri_from_local_path(mr_arena *arena, mr_str absolute_path);

#endif

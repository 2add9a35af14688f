/* SPDX-License-Identifier: Apache-2.0
 *
 * URIs: the parts of any text lie in it, in order and apart; encoding and
 * decoding are inverse; a password never survives redaction.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* The part lies in the text at or behind from; gives where it ends. */
static const char *check_part(mr_str text, mr_str part, const char *from)
{
	if (part.len == 0)
		return from;
	require(part.ptr >= from && part.ptr + part.len <= text.ptr + text.len);
	return part.ptr + part.len;
}

static void check_parts(mr_str text)
{
	const char *at = text.ptr;
	mr_error err;
	mr_uri uri;

	mr_error_init(&err);
	if (mr_uri_parse(text, &uri, &err)) {
		require(err.code == MR_INVALID_PARAMETER_VALUE && err.length > 0);
		return;
	}
	require(uri.scheme.len == 0 || mr_uri_scheme_valid(uri.scheme));
	require(uri.port >= -2 && uri.port <= 65535);
	at = check_part(text, uri.scheme, at);
	check_part(uri.authority, uri.user, uri.authority.ptr);
	check_part(uri.authority, uri.password, uri.authority.ptr);
	check_part(uri.authority, uri.host, uri.authority.ptr);
	at = check_part(text, uri.authority, at);
	at = check_part(text, uri.path, at);
	at = check_part(text, uri.query, at);
	check_part(text, uri.fragment, at);
	require(mr_uri_dialect(&uri).len <= uri.scheme.len);
}

static void check_escapes(mr_arena *arena, mr_str text)
{
	mr_str encoded = mr_uri_encode(arena, text, ""), decoded;
	mr_error err;

	mr_error_init(&err);
	require(encoded.ptr != NULL);
	if (text.len && memchr(text.ptr, 0, text.len))
		require(mr_uri_decode(arena, encoded, &decoded, &err) == MR_INVALID_PARAMETER_VALUE);
	else
		require(mr_uri_decode(arena, encoded, &decoded, &err) == MR_OK && mr_str_eq(decoded, text));
	mr_error_init(&err);
	if (mr_uri_decode(arena, text, &decoded, &err) == MR_OK)
		require(decoded.len <= text.len && decoded.ptr[decoded.len] == 0);
}

static void check_local(mr_arena *arena, mr_str text)
{
	mr_str path, again;
	mr_error err;

	mr_error_init(&err);
	if (mr_uri_to_local_path(arena, text, &path, &err) != MR_OK)
		return;
	require(path.len == 0 || !memchr(path.ptr, 0, path.len));
	mr_error_init(&err);
	if (path.len && path.ptr[0] == '/') {
		require(mr_uri_to_local_path(arena, mr_uri_from_local_path(arena, path), &again, &err) == MR_OK);
		require(mr_str_eq(path, again));
	}
}

/* Puts a password that nothing else looks like in the place of the one that is there. */
static void check_redaction(mr_arena *arena, mr_str text)
{
	mr_uri uri;
	mr_str secret;

	require(mr_uri_redact(arena, text).ptr != NULL);
	if (mr_uri_parse(text, &uri, NULL) || uri.password.len == 0)
		return;
	if (memmem(text.ptr, text.len, "QZxv0193", 8))
		return; /* libFuzzer learns the word */
	secret = mr_arena_printf(arena, "%.*sQZxv0193%.*s", (int)(uri.password.ptr - text.ptr), text.ptr,
				 (int)(text.ptr + text.len - uri.password.ptr - uri.password.len),
				 uri.password.ptr + uri.password.len);
	require(strstr(mr_uri_redact(arena, secret).ptr, "QZxv0193") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mr_str text = mr_str_make((const char *)data, size), out;
	mr_arena *arena = mr_arena_new(0);

	if (!arena)
		return 0;
	check_parts(text);
	check_escapes(arena, text);
	check_local(arena, text);
	check_redaction(arena, text);
	mr_uri_query_get(arena, text, "key", &out);
	mr_uri_append_path(arena, text, mr_str_from("a/b"));
	mr_uri_append_path(arena, mr_str_from("s3://bucket/path?q"), text);
	mr_arena_free(arena);
	return 0;
}

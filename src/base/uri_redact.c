/* SPDX-License-Identifier: Apache-2.0
 *
 * URIs for logs and messages. In doubt something is hidden: a reader of a log
 * misses a value sooner than an operator misses a leak.
 */
#include "base/buf.h"
#include "base/uri_split.h"

#include <strings.h>

enum { TOKEN_LENGTH = 20 }; /* a user name this long without a password is a token, as in https://TOKEN@github.com */

static bool contains(mr_str s, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; i + n <= s.len; i++)
		if (!strncasecmp(s.ptr + i, word, n))
			return true;
	return false;
}

/* Parts of names; "key" is in api_key, sslkey and AccessKeyId, "sig" in Azure's and Amazon's
 * signatures, and odbc_connect has a whole connection string with its PWD= in it. */
static bool looks_secret(mr_str name)
{
	static const char *const words[] = {"pass", "pwd",  "secret", "token",	     "key",
					    "sig",  "cred", "auth",   "odbc_connect"};
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (contains(name, words[i]))
			return true;
	return false;
}

/* The name is looked at decoded, too: "p%61ssword" is one. */
static bool pair_is_secret(mr_str name)
{
	char plain[128];

	if (looks_secret(name))
		return true;
	if (name.len > sizeof plain)
		return true;
	return looks_secret(mr_str_make(plain, mr_uri_unquote(plain, name, true)));
}

static void add_query(mr_buf *buf, mr_str query)
{
	size_t at, n;
	const char *end, *equals;

	for (at = 0; at <= query.len; at += n + 1) {
		end = at < query.len ? memchr(query.ptr + at, '&', query.len - at) : NULL;
		n = end ? (size_t)(end - query.ptr) - at : query.len - at;
		equals = n ? memchr(query.ptr + at, '=', n) : NULL;
		if (at > 0)
			mr_buf_char(buf, '&');
		if (equals && pair_is_secret(mr_str_make(query.ptr + at, (size_t)(equals - query.ptr) - at))) {
			mr_buf_add(buf, query.ptr + at, (size_t)(equals - query.ptr) - at + 1);
			mr_buf_c(buf, "***");
		} else {
			mr_buf_add(buf, query.ptr + at, n);
		}
	}
}

/* How many bytes of text belong to user and password, up to and with the '@'.
 * A password with a '/' or '#' in it, which should have been escaped, ends the
 * authority too early; its port is then no number and the '@' comes later. */
static size_t userinfo_length(const mr_uri *uri)
{
	const char *from = uri->authority.ptr;
	size_t n = uri->authority.len;

	if (uri->port == -2 && !(n && memchr(from, '@', n)))
		n = (size_t)(uri->text.ptr + uri->text.len - from);
	while (n > 0 && from[n - 1] != '@')
		n--;
	return n;
}

static void add_authority(mr_buf *buf, const mr_uri *uri, size_t userinfo)
{
	const char *from = uri->authority.ptr;
	const char *colon = memchr(from, ':', userinfo);

	if (colon) {
		mr_buf_add(buf, from, (size_t)(colon - from) + 1);
		mr_buf_c(buf, "***@");
	} else if (userinfo > TOKEN_LENGTH) {
		mr_buf_c(buf, "***@");
	} else {
		mr_buf_add(buf, from, userinfo);
	}
}

mr_str mr_uri_redact(mr_arena *arena, mr_str text)
{
	mr_str out = mr_str_make(NULL, 0), rest = text;
	size_t userinfo = 0;
	const char *mark, *end;
	mr_uri uri;
	mr_buf buf;

	mr_uri_split(text, &uri);
	mr_buf_init(&buf, SIZE_MAX / 2);
	if (uri.has_authority) {
		userinfo = userinfo_length(&uri);
		mr_buf_add(&buf, text.ptr, (size_t)(uri.authority.ptr - text.ptr));
		add_authority(&buf, &uri, userinfo);
		rest = mr_str_make(uri.authority.ptr + userinfo, 0);
		rest.len = (size_t)(text.ptr + text.len - rest.ptr);
	}
	mark = rest.len ? memchr(rest.ptr, '?', rest.len) : NULL;
	end = rest.len ? memchr(rest.ptr, '#', rest.len) : NULL;
	if (mark && (!end || mark < end)) {
		mr_buf_add(&buf, rest.ptr, (size_t)(mark - rest.ptr) + 1);
		end = end ? end : rest.ptr + rest.len;
		add_query(&buf, mr_str_make(mark + 1, (size_t)(end - mark) - 1));
		rest.len = (size_t)(rest.ptr + rest.len - end);
		rest.ptr = end;
	}
	mr_buf_str(&buf, rest);
	if (!buf.failed)
		out = mr_arena_copy(arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Taking a URI apart as urllib.parse.urlsplit does. Where Python removes
 * characters (tabs and line breaks) a view cannot, and such a URI is refused.
 */
#include "base/uri.h"

#include "base/uri_split.h"

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool mr_uri_scheme_valid(mr_str scheme)
{
	size_t i;

	if (scheme.len == 0 || !is_alpha(scheme.ptr[0]))
		return false;
	for (i = 1; i < scheme.len; i++)
		if (!is_alpha(scheme.ptr[i]) && !is_digit(scheme.ptr[i]) && scheme.ptr[i] != '+' &&
		    scheme.ptr[i] != '-' && scheme.ptr[i] != '.')
			return false;
	return true;
}

mr_str mr_uri_dialect(const mr_uri *uri)
{
	mr_str dialect = uri->scheme;
	const char *plus = dialect.len ? memchr(dialect.ptr, '+', dialect.len) : NULL;

	if (plus)
		dialect.len = (size_t)(plus - dialect.ptr);
	return dialect;
}

/* Splits s at the first c: *head gets what is before it, s what is behind.
 * False, and everything in *head, when there is no c. */
static bool cut(mr_str *s, char c, mr_str *head)
{
	const char *at = s->len ? memchr(s->ptr, c, s->len) : NULL;
	size_t n = at ? (size_t)(at - s->ptr) : s->len;

	*head = mr_str_make(s->ptr, n);
	*s = mr_str_make(s->ptr + n + (at != NULL), s->len - n - (at != NULL));
	return at != NULL;
}

/* -1 for an empty one, -2 for what is no port number. */
static int port_number(mr_str text)
{
	int port = 0;
	size_t i;

	if (text.len == 0)
		return -1;
	for (i = 0; i < text.len; i++) {
		if (!is_digit(text.ptr[i]) || port > 65535)
			return -2;
		port = port * 10 + (text.ptr[i] - '0');
	}
	return port <= 65535 ? port : -2;
}

static void split_authority(mr_uri *out)
{
	mr_str rest = out->authority, ignored, user;
	size_t at;

	for (at = rest.len; at > 0 && rest.ptr[at - 1] != '@'; at--)
		;
	if (at > 0) {
		user = mr_str_make(rest.ptr, at - 1);
		if (cut(&user, ':', &out->user))
			out->password = user;
		rest = mr_str_make(rest.ptr + at, rest.len - at);
	}
	out->host = rest;
	if (cut(&rest, '[', &ignored)) {
		cut(&rest, ']', &out->host);
		cut(&rest, ':', &ignored);
	} else {
		rest = out->host;
		cut(&rest, ':', &out->host);
	}
	out->port = port_number(rest);
}

static mr_str split_scheme(mr_str rest, mr_uri *out)
{
	mr_str after = rest, scheme;

	if (!cut(&after, ':', &scheme) || !mr_uri_scheme_valid(scheme))
		return rest;
	out->scheme = scheme;
	return after;
}

void mr_uri_split(mr_str text, mr_uri *out)
{
	mr_str rest = text;
	size_t n = 2;

	memset(out, 0, sizeof *out);
	out->text = text;
	out->port = -1;
	while (rest.len && (unsigned char)rest.ptr[0] <= ' ') {
		rest.ptr++;
		rest.len--;
	}
	rest = split_scheme(rest, out);
	if (rest.len >= 2 && rest.ptr[0] == '/' && rest.ptr[1] == '/') {
		while (n < rest.len && !strchr("/?#", rest.ptr[n]))
			n++;
		out->has_authority = true;
		out->authority = mr_str_make(rest.ptr + 2, n - 2);
		rest = mr_str_make(rest.ptr + n, rest.len - n);
		split_authority(out);
	}
	if (cut(&rest, '#', &out->path))
		out->fragment = rest;
	rest = out->path;
	if (cut(&rest, '?', &out->path))
		out->query = rest;
}

static bool has_char(mr_str s, char c)
{
	return s.len && memchr(s.ptr, c, s.len);
}

mr_code mr_uri_parse(mr_str text, mr_uri *out, mr_error *err)
{
	size_t i;

	mr_uri_split(text, out);
	for (i = 0; i < text.len; i++)
		if (memchr("\0\t\r\n", text.ptr[i], 4))
			return mr_error_set(
				err, MR_INVALID_PARAMETER_VALUE,
				"Invalid URI: the character 0x%02x at position %zu is not allowed in a URI; "
				"write it as %%%02X.",
				(unsigned)(unsigned char)text.ptr[i], i, (unsigned)(unsigned char)text.ptr[i]);
	if (has_char(out->authority, '[') != has_char(out->authority, ']'))
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"Invalid IPv6 URL: '[' and ']' must stand around the address, as in http://[::1]:5000.");
	return MR_OK;
}

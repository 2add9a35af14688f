/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths in URIs and URIs of paths. Source of the rules: mlflow/utils/uri.py
 * and mlflow/utils/file_utils.py of the reference.
 */
#include "base/buf.h"
#include "base/uri_split.h"

#include <strings.h>

static bool begins(mr_str s, const char *with)
{
	size_t n = strlen(with);

	return s.len >= n && !strncasecmp(s.ptr, with, n);
}

static bool one_of(mr_str s, const char *const *names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (s.len == strlen(names[i]) && !strncasecmp(s.ptr, names[i], s.len))
			return true;
	return false;
}

/* Python's urllib.parse.uses_netloc: these get their "//" even without an authority. */
static bool wants_slashes(mr_str scheme)
{
	static const char *const names[] = {"ftp",   "http",	"gopher", "nntp",  "telnet",  "imap",	  "wais",
					    "file",  "mms",	"https",  "shttp", "snews",   "prospero", "rtsp",
					    "rtsps", "rtspu",	"rsync",  "svn",   "svn+ssh", "sftp",	  "nfs",
					    "git",   "git+ssh", "ws",	  "wss"};

	return one_of(scheme, names, sizeof names / sizeof names[0]);
}

/* Python's urllib.parse.uses_params: in these ";x" behind the last segment is no part of the path. */
static bool has_params(mr_str scheme)
{
	static const char *const names[] = {"ftp",   "hdl",   "prospero", "http", "imap", "https", "shttp", "rtsp",
					    "rtsps", "rtspu", "sip",	  "sips", "mms",  "sftp",  "tel"};

	return one_of(scheme, names, sizeof names / sizeof names[0]);
}

static mr_str split_params(mr_str *path)
{
	size_t at = path->len;
	const char *semicolon;
	mr_str params;

	while (at > 0 && path->ptr[at - 1] != '/')
		at--;
	semicolon = path->len > at ? memchr(path->ptr + at, ';', path->len - at) : NULL;
	if (!semicolon)
		return mr_str_make(NULL, 0);
	params = mr_str_make(semicolon, path->len - (size_t)(semicolon - path->ptr));
	path->len -= params.len;
	return params;
}

/* Two paths as one; an absolute second one goes below the first all the same. */
static void add_joined(mr_buf *buf, mr_str path, mr_str more)
{
	mr_buf_str(buf, path);
	if (path.len) {
		while (more.len && more.ptr[0] == '/') {
			more.ptr++;
			more.len--;
		}
		if (path.ptr[path.len - 1] != '/')
			mr_buf_char(buf, '/');
	}
	mr_buf_str(buf, more);
}

static void add_part(mr_buf *buf, char mark, mr_str part)
{
	if (part.len == 0)
		return;
	mr_buf_char(buf, mark);
	mr_buf_str(buf, part);
}

static void add_lower(mr_buf *buf, mr_str s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		mr_buf_char(buf, s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] | 0x20) : s.ptr[i]);
}

static void add_appended(mr_buf *buf, const mr_uri *uri, mr_str more)
{
	mr_str path = uri->path, params = mr_str_make(NULL, 0);
	bool absolute, two_slashes;

	if (has_params(uri->scheme))
		params = split_params(&path);
	absolute = path.len && path.ptr[0] == '/';
	two_slashes = begins(path.len ? path : more, "//"); /* must not turn into an authority */
	add_lower(buf, uri->scheme);
	mr_buf_char(buf, ':');
	if (uri->authority.len || two_slashes || (absolute && wants_slashes(uri->scheme))) {
		mr_buf_c(buf, "//");
		mr_buf_str(buf, uri->authority);
		if (uri->authority.len && !absolute && path.len + more.len && !(path.len == 0 && more.ptr[0] == '/'))
			mr_buf_char(buf, '/');
	}
	add_joined(buf, path, more);
	mr_buf_str(buf, params);
	add_part(buf, '?', uri->query);
	add_part(buf, '#', uri->fragment);
}

/* ".." in a query, however often escaped, would climb once somebody glues the pieces together. */
static bool query_climbs(mr_arena *arena, mr_str query, bool *climbs)
{
	char *text = mr_arena_alloc(arena, query.len + 1);
	size_t i, n = query.len, before = 0;

	*climbs = false;
	if (!text)
		return false;
	if (n)
		memcpy(text, query.ptr, n);
	while (n != before) { /* an escape that is decoded makes it shorter */
		before = n;
		n = mr_uri_unquote(text, mr_str_make(text, n), false);
	}
	for (i = 0; i + 1 < n; i++)
		*climbs |= text[i] == '.' && text[i + 1] == '.';
	return true;
}

mr_str mr_uri_append_path(mr_arena *arena, mr_str text, mr_str path)
{
	mr_str out = mr_str_make(NULL, 0);
	mr_uri uri;
	mr_buf buf;
	bool climbs;

	mr_uri_split(text, &uri);
	if (!query_climbs(arena, uri.query, &climbs) || climbs)
		return out;
	mr_buf_init(&buf, SIZE_MAX / 2);
	if (uri.scheme.len == 0)
		add_joined(&buf, text, path);
	else
		add_appended(&buf, &uri, path);
	if (!buf.failed)
		out = mr_arena_copy(arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

static mr_code refuse_nul(mr_str path, mr_str shown, mr_error *err)
{
	if (path.len == 0 || !memchr(path.ptr, 0, path.len))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "A NUL character is not allowed in the path '%.*s'.",
			    MR_STR_ARG(shown));
}

static mr_code sqlite_path(mr_arena *arena, const mr_uri *uri, mr_str *out, mr_error *err)
{
	mr_str path = uri->path;

	if (uri->authority.len || (path.len && path.ptr[0] != '/'))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid SQLite URL: %.*s\nValid SQLite URL forms are sqlite:///:memory: or "
				    "sqlite:////absolute/path/to/file.db",
				    MR_STR_ARG(uri->text));
	if (path.len)
		path = mr_str_make(path.ptr + 1, path.len - 1);
	*out = mr_arena_copy(arena, path);
	return out->ptr ? refuse_nul(path, path, err) : mr_error_no_memory(err);
}

static mr_code unquoted_path(mr_arena *arena, mr_str path, mr_str *out, mr_error *err)
{
	char *text = mr_arena_alloc(arena, path.len + 1);

	if (!text)
		return mr_error_no_memory(err);
	*out = mr_str_make(text, mr_uri_unquote(text, path, false));
	text[out->len] = 0;
	return refuse_nul(*out, path, err);
}

mr_code mr_uri_to_local_path(mr_arena *arena, mr_str text, mr_str *out, mr_error *err)
{
	mr_uri uri;

	mr_uri_split(text, &uri);
	if (uri.scheme.len == 0)
		return unquoted_path(arena, text, out, err);
	if (mr_str_is(mr_uri_dialect(&uri), "sqlite"))
		return sqlite_path(arena, &uri, out, err);
	if (!(uri.scheme.len == 4 && begins(uri.scheme, "file")))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'%.*s' is not a local path. Give a path, or a URI that begins with file:.",
				    MR_STR_ARG(mr_uri_redact(arena, text)));
	if (uri.host.len && !mr_str_is(uri.host, ".") && !begins(uri.host, "localhost") &&
	    !begins(uri.host, "127.0.0.1"))
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"%.*s is not a valid remote uri. For remote access on windows, please consider using "
			"a different scheme such as SMB (e.g. smb://<hostname>/<path>).",
			MR_STR_ARG(mr_uri_redact(arena, text)));
	return unquoted_path(arena, uri.path, out, err);
}

mr_str mr_uri_from_local_path(mr_arena *arena, mr_str absolute_path)
{
	mr_str escaped = mr_uri_encode(arena, absolute_path, "/");

	if (!escaped.ptr)
		return escaped;
	return mr_arena_printf(arena, "file://%s", escaped.ptr);
}

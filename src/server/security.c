/* SPDX-License-Identifier: Apache-2.0 */
#include "server/security.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <fnmatch.h>
#include <strings.h>

struct patterns {
	const char **list;
	size_t n;
	bool any; /* "*" is one of them */
};

struct mr_security {
	bool off;
	struct patterns hosts, origins;
	const char *frame_options; /* NULL: no header */
	mr_str hosts_text;
};

static const char methods[] = "GET, POST, PUT, DELETE, OPTIONS, PATCH";

static mr_str trim(mr_str s)
{
	while (s.len && isspace((unsigned char)s.ptr[0]))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && isspace((unsigned char)s.ptr[s.len - 1]))
		s.len--;
	return s;
}

static bool split(mr_arena *arena, mr_str text, struct patterns *out)
{
	size_t most = 1;

	for (size_t i = 0; i < text.len; i++)
		most += text.ptr[i] == ',';
	out->list = mr_arena_zalloc(arena, most * sizeof out->list[0]);
	if (!out->list)
		return false;
	while (text.len) {
		const char *comma = memchr(text.ptr, ',', text.len);
		size_t len = comma ? (size_t)(comma - text.ptr) : text.len;
		mr_str item = mr_arena_copy(arena, trim(mr_str_make(text.ptr, len)));

		if (!item.ptr)
			return false;
		if (item.len)
			out->list[out->n++] = item.ptr;
		out->any |= mr_str_is(item, "*");
		text = comma ? mr_str_make(comma + 1, text.len - len - 1) : mr_str_make(NULL, 0);
	}
	return true;
}

mr_security *mr_security_new(mr_arena *arena, const struct mr_security_config *config)
{
	mr_security *security = mr_arena_zalloc(arena, sizeof *security);
	mr_str frame = config->frame_options;
	char *upper;

	if (!security || !split(arena, config->allowed_hosts, &security->hosts) ||
	    !split(arena, config->allowed_origins, &security->origins))
		return NULL;
	security->off = config->off;
	security->hosts_text = mr_arena_copy(arena, config->allowed_hosts);
	upper = mr_arena_alloc(arena, frame.len + 1);
	if (!upper)
		return NULL;
	for (size_t i = 0; i < frame.len; i++)
		upper[i] = (char)toupper((unsigned char)frame.ptr[i]);
	upper[frame.len] = 0;
	security->frame_options = frame.len && strcmp(upper, "NONE") != 0 ? upper : NULL;
	return security;
}

/* Patterns mean what Python's fnmatch makes of them, and only those with a star are patterns. */
static bool matches(const struct patterns *patterns, const char *text, bool wild)
{
	for (size_t i = 0; i < patterns->n; i++) {
		const char *pattern = patterns->list[i];

		if (wild && strchr(pattern, '*') ? fnmatch(pattern, text, FNM_NOESCAPE) == 0
						 : strcmp(pattern, text) == 0)
			return true;
	}
	return patterns->any;
}

/* ---- hosts ---- */

static bool is_private_v4(const unsigned char a[4])
{
	return (a[0] == 127 && a[1] == 0 && a[2] == 0 && a[3] == 1) || (a[0] | a[1] | a[2] | a[3]) == 0 || a[0] == 10 ||
	       (a[0] == 192 && a[1] == 168) || (a[0] == 172 && a[1] >= 16 && a[1] < 32);
}

static bool is_private_v6(const unsigned char a[16])
{
	static const unsigned char loopback[16] = {[15] = 1};

	return memcmp(a, loopback, 16) == 0 || (a[0] & 0xfe) == 0xfc;
}

/* Cuts a port off; false when what follows the host is no port. */
static bool cut_port(char *host)
{
	char *colon = host[0] == '[' ? strstr(host, "]:") : strchr(host, ':');

	if (!colon)
		return true;
	colon += host[0] == '[';
	*colon++ = 0;
	for (; *colon; colon++) {
		if (!isdigit((unsigned char)*colon))
			return false;
	}
	return true;
}

/* Without brackets it is no Host, but MLflow takes it, and no name looks like that. */
static bool is_bare_private_v6(const char *text)
{
	return (strncmp(text, "fc00:", 5) == 0 || strncmp(text, "fd00:", 5) == 0) &&
	       strspn(text, "0123456789abcdef:") == strlen(text);
}

static bool is_local(const char *text)
{
	unsigned char address[16];
	char host[80];
	size_t len = strlen(text);

	if (len >= sizeof host)
		return false;
	memcpy(host, text, len + 1);
	if (is_bare_private_v6(text))
		return true;
	if (!cut_port(host))
		return false;
	if (strcmp(host, "localhost") == 0)
		return true;
	len = strlen(host);
	if (host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = 0;
		return inet_pton(AF_INET6, host + 1, address) == 1 && is_private_v6(address);
	}
	return inet_pton(AF_INET, host, address) == 1 && is_private_v4(address);
}

bool mr_security_host_is_allowed(const mr_security *security, mr_str host)
{
	char text[512];

	if (security->off || security->hosts.any)
		return true;
	if (host.len == 0 || host.len >= sizeof text)
		return false;
	memcpy(text, host.ptr, host.len);
	text[host.len] = 0;
	return security->hosts.n ? matches(&security->hosts, text, true) : is_local(text);
}

/* ---- origins ---- */

/* The host name of an origin, lower case, without brackets; empty when there is none. */
static void origin_host(const char *origin, char *out, size_t room)
{
	const char *start = strstr(origin, "://");
	size_t len;

	out[0] = 0;
	if (!start)
		return;
	start += 3;
	if (*start == '[') {
		start++;
		len = strcspn(start, "]");
	} else {
		len = strcspn(start, ":/?#");
	}
	if (len >= room || memchr(start, '@', len))
		return;
	for (size_t i = 0; i < len; i++)
		out[i] = (char)tolower((unsigned char)start[i]);
	out[len] = 0;
}

static bool is_local_origin(const char *origin)
{
	char host[80];

	origin_host(origin, host, sizeof host);
	return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0;
}

/* "http://localhost", with a port or without, and nothing else. */
static bool is_plain_local_origin(const char *origin, bool any_case)
{
	static const char *const names[] = {"http://localhost", "http://127.0.0.1", "http://[::1]"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t len = strlen(names[i]);
		const char *rest = origin + len;

		if (any_case ? strncasecmp(origin, names[i], len) != 0 : strncmp(origin, names[i], len) != 0)
			continue;
		if (*rest == 0)
			return true;
		if (*rest == ':' && rest[1] && strspn(rest + 1, "0123456789") == strlen(rest + 1))
			return true;
	}
	return false;
}

bool mr_security_is_forged(const mr_security *security, mr_str method, mr_str origin)
{
	static const char *const changing[] = {"POST", "PUT", "DELETE", "PATCH"};
	char text[512];
	bool changes = false;

	for (size_t i = 0; i < sizeof changing / sizeof changing[0]; i++)
		changes |= mr_str_is(method, changing[i]);
	if (security->off || !changes || origin.len == 0 || security->origins.any)
		return false;
	if (origin.len >= sizeof text)
		return true;
	memcpy(text, origin.ptr, origin.len);
	text[origin.len] = 0;
	return !is_local_origin(text) && !matches(&security->origins, text, true);
}

/* Values of headers have a NUL behind them. An answer is given whatever the case of the origin's letters, a
 * preflight's only as written. */
static bool may_read(const mr_security *security, mr_str origin, bool any_case)
{
	return security->origins.any || is_plain_local_origin(origin.ptr, any_case) ||
	       matches(&security->origins, origin.ptr, false);
}

size_t mr_security_fields(const mr_security *security, const mr_http_exchange *x, bool hardened,
			  struct mr_http_field *out)
{
	mr_str origin = x->headers[MR_HTTP_ORIGIN];
	size_t n = 0;

	if (security->off)
		return 0;
	if (hardened) {
		out[n++] = (struct mr_http_field){"X-Content-Type-Options", "nosniff"};
		if (security->frame_options)
			out[n++] = (struct mr_http_field){"X-Frame-Options", security->frame_options};
	}
	if (!security->origins.any)
		out[n++] = (struct mr_http_field){"Vary", "Origin"};
	if (!mr_http_has(x, MR_HTTP_ORIGIN))
		return n;
	out[n++] = (struct mr_http_field){"Access-Control-Expose-Headers", "*"};
	if (!security->origins.any)
		out[n++] = (struct mr_http_field){"Access-Control-Allow-Credentials", "true"};
	if (may_read(security, origin, true))
		out[n++] =
			(struct mr_http_field){"Access-Control-Allow-Origin", security->origins.any ? "*" : origin.ptr};
	return n;
}

bool mr_security_is_preflight(const mr_security *security, const mr_http_exchange *x)
{
	return !security->off && mr_str_is(x->method, "OPTIONS") && mr_http_has(x, MR_HTTP_ORIGIN) &&
	       mr_http_has(x, MR_HTTP_PREFLIGHT_METHOD);
}

static bool is_known_method(mr_str method)
{
	static const char *const known[] = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (mr_str_is(method, known[i]))
			return true;
	}
	return false;
}

void mr_security_answer_preflight(const mr_security *security, mr_http_exchange *x)
{
	mr_str origin = x->headers[MR_HTTP_ORIGIN], asked = x->headers[MR_HTTP_PREFLIGHT_HEADERS];
	bool may = may_read(security, origin, false), method = is_known_method(x->headers[MR_HTTP_PREFLIGHT_METHOD]);
	struct mr_http_field fields[8];
	struct mr_http_answer answer = {.status = may && method ? 200 : 400, .fields = fields};
	size_t n = 0;

	fields[n++] = (struct mr_http_field){"Content-Type", "text/plain; charset=utf-8"};
	fields[n++] =
		(struct mr_http_field){"Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, "
					       "Access-Control-Request-Private-Network"};
	fields[n++] = (struct mr_http_field){"Access-Control-Allow-Methods", methods};
	fields[n++] = (struct mr_http_field){"Access-Control-Max-Age", "600"};
	if (!security->origins.any)
		fields[n++] = (struct mr_http_field){"Access-Control-Allow-Credentials", "true"};
	if (may)
		fields[n++] =
			(struct mr_http_field){"Access-Control-Allow-Origin", security->origins.any ? "*" : origin.ptr};
	if (asked.len)
		fields[n++] = (struct mr_http_field){"Access-Control-Allow-Headers", asked.ptr};
	answer.fields_n = n;
	answer.lasting = mr_str_from(!may ? "Disallowed CORS origin" : method ? "OK" : "Disallowed CORS method");
	mr_http_answer(x, &answer);
}

mr_str mr_security_hosts_text(const mr_security *security)
{
	return security->hosts.n ? security->hosts_text : mr_str_from("localhost and private addresses");
}

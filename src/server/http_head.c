/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http_head.h"

#include <strings.h>

static const struct {
	const char *name;
	enum mr_http_header id;
	bool once;
} known[] = {
	{"Host", MR_HTTP_HOST, true},
	{"Origin", MR_HTTP_ORIGIN, false},
	{"Content-Type", MR_HTTP_CONTENT_TYPE, false},
	{"Content-Length", MR_HTTP_CONTENT_LENGTH, true},
	{"Transfer-Encoding", MR_HTTP_TRANSFER_ENCODING, true},
	{"Range", MR_HTTP_RANGE, false},
	{"If-Range", MR_HTTP_IF_RANGE, false},
	{"If-None-Match", MR_HTTP_IF_NONE_MATCH, false},
	{"Accept-Encoding", MR_HTTP_ACCEPT_ENCODING, false},
	{"X-MLFLOW-WORKSPACE", MR_HTTP_WORKSPACE, false},
	{"Access-Control-Request-Method", MR_HTTP_PREFLIGHT_METHOD, false},
	{"Access-Control-Request-Headers", MR_HTTP_PREFLIGHT_HEADERS, false},
	{"User-Agent", MR_HTTP_USER_AGENT, false},
	{"Referer", MR_HTTP_REFERER, false},
};

/* Two that say what the body is: neither counts. */
static const char ambiguous[] = "ambiguous";

static mr_str trim(mr_str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

bool mr_http_head_add(mr_http_exchange *x, mr_str name, mr_str value)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		enum mr_http_header id = known[i].id;

		if (strlen(known[i].name) != name.len || strncasecmp(known[i].name, name.ptr, name.len) != 0)
			continue;
		if (mr_http_has(x, id)) {
			if (id == MR_HTTP_CONTENT_TYPE)
				x->headers[id] = mr_str_make(ambiguous, sizeof ambiguous - 1);
			return !known[i].once;
		}
		x->headers[id] = trim(value);
		x->has_header |= 1u << id;
		return true;
	}
	return true;
}

static bool parse_length(mr_str text, int64_t *out)
{
	int64_t value = 0;

	if (text.len == 0 || text.len > 18)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		value = value * 10 + (text.ptr[i] - '0');
	}
	*out = value;
	return true;
}

bool mr_http_head_check(mr_http_exchange *x, mr_str target, bool is_http10)
{
	mr_str coding = x->headers[MR_HTTP_TRANSFER_ENCODING];

	if (x->path.len == 0 || (!mr_http_has(x, MR_HTTP_HOST) && !is_http10))
		return false;
	for (size_t i = 0; i < target.len; i++) {
		if ((unsigned char)target.ptr[i] <= ' ' || target.ptr[i] == 0x7f)
			return false;
	}
	if (mr_http_has(x, MR_HTTP_TRANSFER_ENCODING)) {
		x->content_length = -1;
		return coding.len == 7 && strncasecmp(coding.ptr, "chunked", 7) == 0 &&
		       !mr_http_has(x, MR_HTTP_CONTENT_LENGTH);
	}
	return !mr_http_has(x, MR_HTTP_CONTENT_LENGTH) ||
	       parse_length(x->headers[MR_HTTP_CONTENT_LENGTH], &x->content_length);
}

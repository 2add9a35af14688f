/* SPDX-License-Identifier: Apache-2.0
 *
 * Which operation a method and a path mean. As in Flask, a path with parameters
 * is looked at, too, when the one without does not take the method.
 */
#include "api/route.h"

static const char *const method_names[MR_METHODS] = {"DELETE", "GET", "PATCH", "POST", "PUT"};

int mr_method_index(mr_str method)
{
	int i;

	if (mr_str_is(method, "HEAD"))
		return MR_METHOD_GET;
	for (i = 0; i < MR_METHODS; i++)
		if (mr_str_is(method, method_names[i]))
			return i;
	return -1;
}

/* ---- segments ---- */

enum mr_segment_kind mr_segment_read(mr_str *text)
{
	enum mr_segment_kind kind;

	if (text->len < 2 || text->ptr[0] != '{')
		return MR_SEGMENT_TEXT;
	kind = text->ptr[1] == '*' ? MR_SEGMENT_REST : MR_SEGMENT_PARAM;
	*text = kind == MR_SEGMENT_REST ? mr_str_make(text->ptr + 2, text->len - 3)
					: mr_str_make(text->ptr + 1, text->len - 2);
	return kind;
}

mr_str mr_segment_cut(mr_str *path)
{
	const char *from = path->ptr + 1, *end = path->ptr + path->len;
	const char *slash = memchr(from, '/', (size_t)(end - from));

	if (!slash)
		slash = end;
	*path = mr_str_make(slash, (size_t)(end - slash));
	return mr_str_make(from, (size_t)(slash - from));
}

bool mr_segment_takes(enum mr_segment_kind kind, mr_str text, mr_str *path, mr_str *value)
{
	if (path->len == 0 || path->ptr[0] != '/')
		return false;
	if (kind == MR_SEGMENT_REST) {
		*value = mr_str_make(path->ptr + 1, path->len - 1);
		*path = mr_str_make(path->ptr + path->len, 0);
		return value->len > 0 && value->ptr[0] != '/';
	}
	*value = mr_segment_cut(path);
	return kind == MR_SEGMENT_PARAM ? value->len > 0 : mr_str_eq(*value, text);
}

/* ---- finding ---- */

struct search {
	struct mr_route_match *match;
	int method; /* -1: none of ours */
	unsigned methods; /* those that this path is good for, as bits */
};

static void begin(struct search *s, mr_str method, struct mr_route_match *out)
{
	out->op = NULL;
	out->params_n = 0;
	out->other_method = false;
	out->allow[0] = 0;
	s->match = out;
	s->method = mr_method_index(method);
	s->methods = 0;
}

/* True when it takes the method. */
static bool accept(struct search *s, const struct mr_endpoint *endpoint)
{
	int i;

	for (i = 0; i < MR_METHODS; i++)
		if (endpoint->ops[i])
			s->methods |= 1u << i;
	if (s->method >= 0)
		s->match->op = endpoint->ops[s->method];
	return s->match->op != NULL;
}

static void add_param(struct mr_route_match *match, const char *name, mr_str value)
{
	if (match->params_n < MR_PATH_PARAMS_MAX)
		match->params[match->params_n++] = (struct mr_path_param){name, value};
}

/* In alphabetical order; the reference's is that of a Python set, another one in each process. */
static void end(struct search *s)
{
	static const struct {
		const char *name;
		unsigned methods;
	} list[] = {
		{"DELETE", 1u << MR_METHOD_DELETE}, {"GET", 1u << MR_METHOD_GET},
		{"HEAD", 1u << MR_METHOD_GET},	    {"OPTIONS", ~0u},
		{"PATCH", 1u << MR_METHOD_PATCH},   {"POST", 1u << MR_METHOD_POST},
		{"PUT", 1u << MR_METHOD_PUT},
	};
	char *allow = s->match->allow;
	size_t i, n = 0;

	if (s->match->op || !s->methods)
		return;
	s->match->other_method = true;
	for (i = 0; i < sizeof list / sizeof *list; i++)
		if (s->methods & list[i].methods)
			n += (size_t)snprintf(allow + n, sizeof s->match->allow - n, "%s%s", n ? ", " : "",
					      list[i].name);
}

static bool find_whole(const struct mr_router *r, mr_str path, struct search *s)
{
	size_t at = mr_route_hash(path) & r->slots_mask;

	for (; r->slots[at] != MR_ROUTE_NONE; at = (at + 1) & r->slots_mask)
		if (mr_str_eq(r->endpoints[r->slots[at]].path, path))
			return accept(s, &r->endpoints[r->slots[at]]);
	return false;
}

/* As deep as the tree, whatever the path. */
static bool find_below(const struct mr_router *r, uint16_t parent, mr_str path, struct search *s)
{
	struct mr_route_match *match = s->match;
	uint16_t i;

	for (i = r->nodes[parent].child; i != MR_ROUTE_NONE; i = r->nodes[i].next) {
		const struct mr_route_node *node = &r->nodes[i];
		size_t params = match->params_n;
		mr_str rest = path, value;

		if (!mr_segment_takes(node->kind, node->segment, &rest, &value))
			continue;
		if (node->kind != MR_SEGMENT_TEXT)
			add_param(match, node->segment.ptr, value);
		if (rest.len == 0 && node->endpoint != MR_ROUTE_NONE && accept(s, &r->endpoints[node->endpoint]))
			return true;
		if (find_below(r, i, rest, s))
			return true;
		match->params_n = params;
	}
	return false;
}

mr_code mr_route_prepare(mr_error *err)
{
	return mr_router_get() ? MR_OK : mr_error_no_memory(err);
}

void mr_route_find(mr_str method, mr_str path, struct mr_route_match *out)
{
	const struct mr_router *r = mr_router_get();
	struct search s;

	begin(&s, method, out);
	if (r && !find_whole(r, path, &s))
		find_below(r, 0, path, &s);
	end(&s);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes without parameters stand in a hash table by their whole path, the
 * others in a tree by segment. One block of memory, kept until the process ends.
 */
#include "api/route.h"

#include <stdatomic.h>

#include "base/fork.h"
#include "base/inject.h"

static _Atomic(struct mr_router *) made;
static struct mr_fork_lock making = MR_FORK_LOCK_INIT;

uint64_t mr_route_hash(mr_str path)
{
	uint64_t h = path.len * UINT64_C(0x9e3779b97f4a7c15), word;
	size_t i, n;

	for (i = 0; i < path.len; i += n) {
		n = path.len - i < sizeof word ? path.len - i : sizeof word;
		word = 0;
		memcpy(&word, path.ptr + i, n);
		h = (h ^ word) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	return h;
}

static struct mr_endpoint *endpoint_of(struct mr_router *r, mr_str path)
{
	size_t i;

	for (i = 0; i < r->endpoints_n; i++)
		if (mr_str_eq(r->endpoints[i].path, path))
			return &r->endpoints[i];
	r->endpoints[r->endpoints_n].path = path;
	return &r->endpoints[r->endpoints_n++];
}

static void add_routes(struct mr_router *r)
{
	uint32_t i, k;

	for (i = 0; i < mr_operations_end; i++) {
		const struct mr_op_desc *op = mr_operations[i];

		for (k = 0; op && k < op->routes_n; k++) {
			int method = mr_method_index(mr_str_from(op->routes[k].method));
			struct mr_endpoint *e = endpoint_of(r, mr_str_from(op->routes[k].path));

			if (method >= 0 && !e->ops[method])
				e->ops[method] = op;
		}
	}
}

static void add_slot(struct mr_router *r, size_t endpoint)
{
	size_t at = mr_route_hash(r->endpoints[endpoint].path) & r->slots_mask;

	while (r->slots[at] != MR_ROUTE_NONE)
		at = (at + 1) & r->slots_mask;
	r->slots[at] = (uint16_t)endpoint;
}

static mr_str keep_name(struct mr_router *r, mr_str name)
{
	char *kept = r->names;

	memcpy(kept, name.ptr, name.len);
	kept[name.len] = 0;
	r->names += name.len + 1;
	return mr_str_make(kept, name.len);
}

/* The child that stands for the segment. Texts come first, the rest of a path last. */
static uint16_t child_of(struct mr_router *r, uint16_t parent, mr_str segment)
{
	enum mr_segment_kind kind = mr_segment_read(&segment);
	uint16_t *link = &r->nodes[parent].child;

	for (; *link != MR_ROUTE_NONE && r->nodes[*link].kind <= kind; link = &r->nodes[*link].next)
		if (r->nodes[*link].kind == kind && mr_str_eq(r->nodes[*link].segment, segment))
			return *link;
	r->nodes[r->nodes_n] = (struct mr_route_node){kind == MR_SEGMENT_TEXT ? segment : keep_name(r, segment), kind,
						      MR_ROUTE_NONE, *link, MR_ROUTE_NONE};
	*link = (uint16_t)r->nodes_n++;
	return *link;
}

static void add_path(struct mr_router *r, size_t endpoint)
{
	mr_str path = r->endpoints[endpoint].path;
	uint16_t node = 0;

	while (path.len)
		node = child_of(r, node, mr_segment_cut(&path));
	r->nodes[node].endpoint = (uint16_t)endpoint;
}

static struct mr_router *allocate(void)
{
	size_t routes = 0, segments = 1, names = 0, slots = 64;
	struct mr_router *r;
	uint32_t i, k;
	char *block;

	for (i = 0; i < mr_operations_end; i++) {
		for (k = 0; mr_operations[i] && k < mr_operations[i]->routes_n; k++, routes++) {
			const char *path = mr_operations[i]->routes[k].path;

			names += strlen(path);
			for (; *path; path++)
				segments += *path == '/';
		}
	}
	while (slots < routes * 2)
		slots *= 2;
	block = mr_calloc(1, sizeof *r + routes * sizeof *r->endpoints + segments * sizeof *r->nodes +
				     slots * sizeof *r->slots + names);
	if (!block)
		return NULL;
	r = (struct mr_router *)(void *)block;
	r->endpoints = (struct mr_endpoint *)(void *)(r + 1);
	r->nodes = (struct mr_route_node *)(void *)(r->endpoints + routes);
	r->slots = (uint16_t *)(void *)(r->nodes + segments);
	r->names = (char *)(r->slots + slots);
	r->slots_mask = slots - 1;
	memset(r->slots, 0xff, slots * sizeof *r->slots); /* MR_ROUTE_NONE */
	return r;
}

static struct mr_router *make(void)
{
	struct mr_router *r;
	size_t i;

	mr_fork_lock_take(&making);
	r = atomic_load_explicit(&made, memory_order_acquire);
	if (!r && (r = allocate()) != NULL) {
		r->nodes[0] = (struct mr_route_node){
			.child = MR_ROUTE_NONE, .next = MR_ROUTE_NONE, .endpoint = MR_ROUTE_NONE};
		r->nodes_n = 1;
		add_routes(r);
		for (i = 0; i < r->endpoints_n; i++) {
			if (memchr(r->endpoints[i].path.ptr, '{', r->endpoints[i].path.len))
				add_path(r, i);
			else
				add_slot(r, i);
		}
		atomic_store_explicit(&made, r, memory_order_release);
	}
	mr_fork_lock_give(&making);
	return r;
}

const struct mr_router *mr_router_get(void)
{
	const struct mr_router *r = atomic_load_explicit(&made, memory_order_acquire);

	return r ? r : make();
}

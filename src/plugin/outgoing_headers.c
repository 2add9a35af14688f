/* SPDX-License-Identifier: Apache-2.0 */
#include <strings.h>

#include "plugin/outgoing_parts.h"

static struct mr_header *find(const struct headers *headers, mr_str name)
{
	for (size_t i = 0; i < headers->n; i++)
		if (headers->items[i].name.len == name.len &&
		    !strncasecmp(headers->items[i].name.ptr, name.ptr, name.len))
			return &headers->items[i];
	return NULL;
}

const struct mr_header *mr_headers_get(const struct headers *headers, const char *name)
{
	return find(headers, mr_str_from(name));
}

static struct mr_header *add(struct headers *headers, mr_str name)
{
	size_t room = headers->room ? headers->room * 2 : 16;
	struct mr_header *grown;

	if (headers->n == headers->room) {
		grown = mr_arena_grow(headers->arena, headers->items, headers->room * sizeof *grown,
				      room * sizeof *grown);
		if (!grown)
			return NULL;
		headers->items = grown;
		headers->room = room;
	}
	name = mr_arena_copy(headers->arena, name);
	if (!name.ptr)
		return NULL;
	headers->items[headers->n] = (struct mr_header){name, mr_str_from("")};
	return &headers->items[headers->n++];
}

void mr_headers_set(struct headers *headers, mr_str name, mr_str value)
{
	struct mr_header *header = find(headers, name);

	if (!header)
		header = add(headers, name);
	value = mr_arena_copy(headers->arena, value);
	if (header && value.ptr)
		header->value = value;
	else
		headers->failed = true;
}

void mr_headers_join(struct headers *headers, mr_str name, mr_str value)
{
	struct mr_header *header = find(headers, name);
	mr_str joined;

	if (!header) {
		mr_headers_set(headers, name, value);
		return;
	}
	joined = mr_arena_printf(headers->arena, "%.*s %.*s", MR_STR_ARG(header->value), MR_STR_ARG(value));
	if (joined.ptr)
		header->value = joined;
	else
		headers->failed = true;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The files of a Python distribution, of any bytes: what is found lies inside
 * the text and has the shape that is promised.
 */
#include <stdlib.h>

#include "plugin/python_meta.h"

struct text {
	mr_str all;
};

static void check_inside(const struct text *t, mr_str part)
{
	if (part.len && (part.ptr < t->all.ptr || part.ptr + part.len > t->all.ptr + t->all.len))
		abort();
}

static void visit(void *arg, mr_str group, mr_str name, mr_str object)
{
	check_inside(arg, group);
	check_inside(arg, name);
	check_inside(arg, object);
	if (!name.len || !object.len || group.len < 8 || memchr(object.ptr, '[', object.len) ||
	    memchr(name.ptr, '\n', name.len) || memchr(name.ptr, '=', name.len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1); /* of its very size, so that an overrun is seen */
	struct text t = {mr_str_make(copy, size)};
	mr_arena *arena = mr_arena_new(1 << 24);
	mr_str name;

	memcpy(copy, data, size);
	mr_entry_points_parse(t.all, visit, &t);
	check_inside(&t, mr_metadata_header(t.all, "Name"));
	check_inside(&t, mr_pyvenv_value(t.all, "home"));
	name = mr_python_name(arena, t.all);
	if (name.len > size || !mr_str_eq(mr_python_name(arena, name), name))
		abort();
	mr_arena_free(arena);
	free(copy);
	return 0;
}

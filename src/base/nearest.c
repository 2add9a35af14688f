/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"

enum { NAME_MAX_LEN = 128, SHOWN = 3 };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '_' ? '-' : c;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The optimal string alignment, by three rows of its table. */
size_t mr_edit_distance(mr_str a, mr_str b)
{
	size_t rows[3][NAME_MAX_LEN + 1], *before = rows[0], *above = rows[1], *row = rows[2], *free_row;

	if (a.len > NAME_MAX_LEN || b.len > NAME_MAX_LEN)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		free_row = before;
		before = above;
		above = row;
		row = free_row;
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = lower(a.ptr[i - 1]) == lower(b.ptr[j - 1]);

			row[j] = least(above[j - 1] + !same, least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && lower(a.ptr[i - 1]) == lower(b.ptr[j - 2]) &&
			    lower(a.ptr[i - 2]) == lower(b.ptr[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[b.len];
}

/* One begins with the other, and enough of it. */
static bool is_beginning(mr_str a, mr_str b)
{
	size_t n = least(a.len, b.len);

	return n >= 3 && mr_edit_distance(mr_str_make(a.ptr, n), mr_str_make(b.ptr, n)) == 0;
}

mr_str mr_nearest(mr_arena *arena, mr_str name, const mr_str *names, size_t n)
{
	size_t found[SHOWN], distances[SHOWN], count = 0;
	mr_str text = mr_str_make("", 0);

	for (size_t i = 0; i < n && name.len; i++) {
		size_t far = mr_edit_distance(name, names[i]), limit = 1 + name.len / 4, at;

		if (far > limit && !is_beginning(name, names[i]))
			continue;
		for (at = count < SHOWN ? count++ : SHOWN; at > 0 && distances[at - 1] > far; at--) {
			if (at < SHOWN) {
				distances[at] = distances[at - 1];
				found[at] = found[at - 1];
			}
		}
		if (at < SHOWN) {
			distances[at] = far;
			found[at] = i;
		}
	}
	for (size_t i = 0; i < count && text.ptr; i++)
		text = mr_arena_printf(arena, "%s%s'%.*s'%s", text.ptr,
				       i == 0 ? " Did you mean " : i + 1 < count ? ", " : " or ", MR_STR_ARG(names[found[i]]),
				       i + 1 < count ? "" : "?");
	return text.ptr ? text : mr_str_make("", 0);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What is made of mr_arena_alloc() alone: zeroed memory and text.
 */
#include "base/arena.h"

void *mr_arena_zalloc(mr_arena *arena, size_t size)
{
	void *memory = mr_arena_alloc(arena, size);

	if (memory)
		memset(memory, 0, size);
	return memory;
}

mr_str mr_arena_copy(mr_arena *arena, mr_str s)
{
	char *copy = s.len < SIZE_MAX / 2 ? mr_arena_alloc(arena, s.len + 1) : NULL;

	if (!copy)
		return mr_str_make(NULL, 0);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = 0;
	return mr_str_make(copy, s.len);
}

char *mr_arena_strdup(mr_arena *arena, const char *c_string)
{
	return (char *)mr_arena_copy(arena, mr_str_from(c_string)).ptr;
}

mr_str mr_arena_printf(mr_arena *arena, const char *format, ...)
{
	char brief[256];
	char *text;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(brief, sizeof brief, format, args);
	va_end(args);
	if (n < 0)
		return mr_str_make(NULL, 0);
	if ((size_t)n < sizeof brief)
		return mr_arena_copy(arena, mr_str_make(brief, (size_t)n));
	text = mr_arena_alloc(arena, (size_t)n + 1);
	if (!text)
		return mr_str_make(NULL, 0);
	va_start(args, format);
	vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	return mr_str_make(text, (size_t)n);
}

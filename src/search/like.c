/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "search/search.h"

static bool same(mr_str a, mr_str b, bool ignore_case)
{
	if (a.len != b.len)
		return false;
	if (a.len == 1 && ignore_case && ((*a.ptr ^ *b.ptr) == 32) && (*a.ptr | 32) >= 'a' && (*a.ptr | 32) <= 'z')
		return true;
	return memcmp(a.ptr, b.ptr, a.len) == 0;
}

static mr_str one(mr_str text, size_t at)
{
	size_t n;

	mr_utf8_get(text.ptr + at, text.ptr + text.len, &n);
	return mr_str_make(text.ptr + at, n);
}

/* Only the last % needs to be gone back to. */
bool mr_search_like(mr_str value, mr_str pattern, bool ignore_case)
{
	size_t v = 0, p = 0, back_v = 0, back_p = 0;
	bool wild = false;

	while (v < value.len) {
		if (p < pattern.len && pattern.ptr[p] == '%') {
			wild = true;
			back_p = ++p;
			back_v = v;
		} else if (p < pattern.len && (pattern.ptr[p] == '_' || same(one(value, v), one(pattern, p), ignore_case))) {
			v += one(value, v).len;
			p += one(pattern, p).len;
		} else if (wild) {
			back_v += one(value, back_v).len;
			v = back_v;
			p = back_p;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.ptr[p] == '%')
		p++;
	return p == pattern.len;
}

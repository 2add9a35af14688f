/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/python_meta.h"

#include <strings.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static mr_str trim(mr_str s)
{
	while (s.len && is_blank(s.ptr[0]))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

/* Takes one line off the front of *rest; false at the end. */
static bool next_line(mr_str *rest, mr_str *line)
{
	const char *end;

	if (!rest->len)
		return false;
	end = memchr(rest->ptr, '\n', rest->len);
	*line = mr_str_make(rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len);
	*rest = mr_str_make(rest->ptr + line->len, rest->len - line->len);
	if (end)
		*rest = mr_str_make(rest->ptr + 1, rest->len - 1);
	return true;
}

static bool split(mr_str line, char at, mr_str *left, mr_str *right)
{
	const char *mark = line.len ? memchr(line.ptr, at, line.len) : NULL;

	if (!mark)
		return false;
	*left = trim(mr_str_make(line.ptr, (size_t)(mark - line.ptr)));
	*right = trim(mr_str_make(mark + 1, (size_t)(line.ptr + line.len - mark) - 1));
	return true;
}

/* A dotted Python name; bytes over 127 belong to letters of other scripts. */
static bool is_dotted_name(mr_str s)
{
	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
		      c > 127))
			return false;
	}
	return true;
}

/* "module", "module:attribute", each with "[extra, ...]" behind. */
static bool is_object(mr_str value, mr_str *object)
{
	const char *bracket = value.len ? memchr(value.ptr, '[', value.len) : NULL;
	mr_str module, attribute;

	if (bracket && value.ptr[value.len - 1] != ']')
		return false;
	*object = trim(mr_str_make(value.ptr, bracket ? (size_t)(bracket - value.ptr) : value.len));
	if (!split(*object, ':', &module, &attribute))
		return is_dotted_name(*object);
	return is_dotted_name(module) && is_dotted_name(attribute);
}

/* A name that people can type and a table can show. */
static bool is_name(mr_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 32 || s.ptr[i] == 127)
			return false;
	return s.len > 0;
}

static bool is_ours(mr_str group)
{
	return mr_str_is(group, MR_PYTHON_NATIVE_GROUP) || (group.len > 7 && memcmp(group.ptr, "mlflow.", 7) == 0);
}

void mr_entry_points_parse(mr_str text, mr_entry_point_visit *visit, void *arg)
{
	mr_str line, group = mr_str_make("", 0), name, value, object;

	while (next_line(&text, &line)) {
		line = trim(line);
		if (!line.len || line.ptr[0] == '#')
			continue;
		if (line.ptr[0] == '[' && line.ptr[line.len - 1] == ']') {
			group = line.len > 1 ? mr_str_make(line.ptr + 1, line.len - 2) : mr_str_make("", 0);
			continue;
		}
		if (!is_ours(group) || !is_name(group))
			continue;
		if (split(line, '=', &name, &value) && is_name(name) && is_object(value, &object))
			visit(arg, group, name, object);
	}
}

mr_str mr_metadata_header(mr_str text, const char *name)
{
	size_t n = strlen(name);
	mr_str line;

	while (next_line(&text, &line)) {
		if (!trim(line).len)
			break;
		if (line.len > n && line.ptr[n] == ':' && !strncasecmp(line.ptr, name, n))
			return trim(mr_str_make(line.ptr + n + 1, line.len - n - 1));
	}
	return mr_str_make("", 0);
}

mr_str mr_python_name(mr_arena *arena, mr_str name)
{
	char *out = mr_arena_alloc(arena, name.len + 1);
	size_t n = 0;

	if (!out)
		return mr_str_make(NULL, 0);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (c == '-' || c == '_' || c == '.') {
			if (n && out[n - 1] != '-')
				out[n++] = '-';
		} else {
			out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		}
	}
	out[n] = 0;
	return mr_str_make(out, n);
}

mr_str mr_pyvenv_value(mr_str text, const char *key)
{
	mr_str line, left, right;

	while (next_line(&text, &line))
		if (split(line, '=', &left, &right) && left.len == strlen(key) && !strncasecmp(left.ptr, key, left.len))
			return right;
	return mr_str_make("", 0);
}

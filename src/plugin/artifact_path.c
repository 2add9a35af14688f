/* SPDX-License-Identifier: Apache-2.0
 *
 * Which relative paths reach an artifact repository. MLflow refuses with
 * "Invalid path" (mlflow/utils/uri.py, validate_path_is_safe), and so do we; that
 * the path cannot leave its root is the repository's own matter all the same.
 */
#include "base/uri.h"
#include "plugin/handle.h"

enum { DECODES_MAX = 10 }; /* as MLflow: what is still encoded after that is refused */

static mr_code invalid(mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path");
}

static bool has_bad_segment(mr_str path, bool may_be_empty)
{
	size_t start = 0;

	if (path.len == 0)
		return !may_be_empty;
	for (size_t i = 0; i <= path.len; i++) {
		mr_str segment;

		if (i < path.len && path.ptr[i] != '/')
			continue;
		segment = mr_str_make(path.ptr + start, i - start);
		if (segment.len == 0 || mr_str_is(segment, ".") || mr_str_is(segment, ".."))
			return true;
		start = i + 1;
	}
	return false;
}

/* What is dangerous in any of its decodings. */
static bool is_hostile(mr_str path)
{
	size_t start = 0;

	if (path.len && (path.ptr[0] == '/' || path.ptr[0] == '\\'))
		return true;
	if (path.len >= 2 && path.ptr[1] == ':' && ((path.ptr[0] | 0x20) >= 'a' && (path.ptr[0] | 0x20) <= 'z') &&
	    (path.len == 2 || path.ptr[2] == '/' || path.ptr[2] == '\\'))
		return true;
	for (size_t i = 0; i <= path.len; i++) {
		if (i < path.len && (path.ptr[i] == '#' || path.ptr[i] == 0))
			return true;
		if (i < path.len && path.ptr[i] != '/')
			continue;
		if (mr_str_is(mr_str_make(path.ptr + start, i - start), ".."))
			return true;
		start = i + 1;
	}
	return false;
}

mr_code mr_artifact_path_check(mr_str path, bool may_be_empty, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str decoded = path;
	mr_code code = MR_OK;

	if (!arena)
		return mr_error_no_memory(err);
	if (has_bad_segment(path, may_be_empty) || is_hostile(path))
		code = invalid(err);
	for (int i = 0; code == MR_OK; i++) {
		mr_str next;
		mr_error ignored;

		mr_error_init(&ignored);
		if (memchr(decoded.ptr ? decoded.ptr : "", '%', decoded.len) == NULL)
			break;
		if (mr_uri_decode(arena, decoded, &next, &ignored) != MR_OK) {
			if (ignored.code == MR_RESOURCE_EXHAUSTED)
				code = mr_error_no_memory(err);
			break; /* a lone '%' is a character like others */
		}
		if (mr_str_eq(next, decoded))
			break;
		if (i == DECODES_MAX || is_hostile(next))
			code = invalid(err);
		decoded = next;
	}
	mr_arena_free(arena);
	return code;
}

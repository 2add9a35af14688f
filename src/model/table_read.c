/* SPDX-License-Identifier: Apache-2.0
 *
 * A table from bytes or from a file, in whichever format.
 */
#include "base/os.h"
#include "model/table_parts.h"

#define FILE_MAX ((size_t)4 << 30)

static bool ends_with(mr_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len >= n && !memcmp(s.ptr + s.len - n, suffix, n);
}

static mr_table_format by_suffix(mr_str path)
{
	static const struct {
		const char *suffix;
		mr_table_format format;
	} suffixes[] = {
		{".csv", MR_TABLE_CSV},	      {".json", MR_TABLE_JSON},	  {".jsonl", MR_TABLE_JSON_LINES},
		{".ndjson", MR_TABLE_JSON_LINES}, {".arrow", MR_TABLE_ARROW}, {".arrows", MR_TABLE_ARROW},
		{".feather", MR_TABLE_ARROW}, {".ipc", MR_TABLE_ARROW},	  {".parquet", MR_TABLE_PARQUET},
	};
	size_t i;

	for (i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
		if (ends_with(path, suffixes[i].suffix))
			return suffixes[i].format;
	return MR_TABLE_ANY;
}

static mr_table_format by_content(mr_str bytes)
{
	size_t i = 0;

	if (bytes.len >= 6 && !memcmp(bytes.ptr, "ARROW1", 6))
		return MR_TABLE_ARROW;
	if (bytes.len >= 4 && !memcmp(bytes.ptr, "\xff\xff\xff\xff", 4))
		return MR_TABLE_ARROW;
	if (bytes.len >= 4 && !memcmp(bytes.ptr, "PAR1", 4))
		return MR_TABLE_PARQUET;
	while (i < bytes.len && strchr(" \t\r\n", bytes.ptr[i]) && bytes.ptr[i])
		i++;
	return i < bytes.len && (bytes.ptr[i] == '{' || bytes.ptr[i] == '[') ? MR_TABLE_JSON : MR_TABLE_CSV;
}

mr_code mr_table_read(mr_str bytes, mr_table_format format, struct mr_table *out, mr_error *err)
{
	memset(out, 0, sizeof *out);
	if (format == MR_TABLE_ANY)
		format = by_content(bytes);
	switch (format) {
	case MR_TABLE_CSV:
		return mr_table_read_csv(bytes, NULL, 0, out, err);
	case MR_TABLE_JSON:
		return mr_table_read_json(bytes, out, err);
	case MR_TABLE_JSON_LINES:
		return mr_table_read_json_lines(bytes, out, err);
	case MR_TABLE_ARROW:
		return mr_table_read_arrow(bytes, out, err);
	case MR_TABLE_PARQUET:
		return mr_table_read_parquet(bytes, out, err);
	default:
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no table format %d", (int)format);
	}
}

mr_code mr_table_read_file(mr_str path, mr_table_format format, struct mr_table *out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_error own;
	mr_str bytes;
	mr_code code;

	memset(out, 0, sizeof *out);
	mr_error_init(&own);
	code = arena ? mr_file_read(path, FILE_MAX, arena, &bytes, &own) : mr_error_no_memory(&own);
	if (!code) {
		if (format == MR_TABLE_ANY)
			format = by_suffix(path);
		code = mr_table_read(bytes, format, out, &own);
		if (code)
			mr_error_set(err, code, "%.*s: %s", MR_STR_ARG(path), own.message);
	}
	if (code)
		mr_error_set(err, code, "%s", own.message);
	mr_arena_free(arena);
	return code;
}

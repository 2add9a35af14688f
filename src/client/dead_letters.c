/* SPDX-License-Identifier: Apache-2.0 */
#include "client/dead_letters.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "base/os.h"
#include "base/uri.h"

const char *mr_spool_kind_name(mr_spool_kind kind)
{
	switch (kind) {
	case MR_SPOOL_METRIC:
		return "metric";
	case MR_SPOOL_PARAM:
		return "param";
	case MR_SPOOL_TAG:
		return "tag";
	case MR_SPOOL_STATUS:
		return "status";
	}
	return "unknown";
}

mr_str mr_dead_letters_path(mr_arena *arena, mr_str folder)
{
	return mr_arena_printf(arena, "%.*s/dead-letters.jsonl", MR_STR_ARG(folder));
}

static void member(mr_json_writer *w, const char *key, mr_str value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value);
}

static void write_letter(mr_buf *buf, const struct mr_spool_record *r, mr_str tracking_uri, const mr_error *refusal)
{
	mr_json_writer w;

	mr_json_write_init(&w, buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("refused_at"));
	mr_json_write_int(&w, mr_time_ms());
	member(&w, "tracking_uri", tracking_uri);
	member(&w, "run_id", r->run_id);
	member(&w, "kind", mr_str_from(mr_spool_kind_name(r->kind)));
	if (r->kind != MR_SPOOL_STATUS)
		member(&w, "key", r->key);
	if (r->kind == MR_SPOOL_METRIC) {
		mr_json_write_key(&w, mr_str_from("value"));
		mr_json_write_double(&w, r->number);
	} else if (r->kind != MR_SPOOL_STATUS) {
		member(&w, "value", r->text);
	}
	if (r->kind == MR_SPOOL_METRIC || r->kind == MR_SPOOL_STATUS) {
		mr_json_write_key(&w, mr_str_from(r->kind == MR_SPOOL_METRIC ? "step" : "status"));
		mr_json_write_int(&w, r->step);
		mr_json_write_key(&w, mr_str_from("timestamp"));
		mr_json_write_int(&w, r->time_ms);
	}
	member(&w, "error_code", mr_str_from(mr_code_name(refusal->code)));
	member(&w, "message", mr_str_make(refusal->message, refusal->length));
	mr_json_write_end(&w, '}');
	mr_buf_char(buf, '\n');
}

mr_code mr_dead_letter_add(mr_str folder, const struct mr_spool_record *record, mr_str tracking_uri,
			   const mr_error *refusal, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str path, redacted;
	mr_buf buf;
	mr_code code;
	int fd = -1;

	if (!arena)
		return mr_error_no_memory(err);
	path = mr_dead_letters_path(arena, folder);
	redacted = mr_uri_redact(arena, tracking_uri);
	mr_buf_init(&buf, 64 << 20);
	write_letter(&buf, record, redacted, refusal);
	code = path.ptr ? mr_buf_check(&buf, err) : mr_error_no_memory(err);
	if (code == MR_OK) {
		fd = open(path.ptr, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 || write(fd, buf.ptr, buf.len) != (ssize_t)buf.len || fdatasync(fd) < 0)
			code = mr_error_set(err, MR_IO_ERROR, "What the store refused cannot be kept in %s: %s", path.ptr,
					    strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	mr_buf_dispose(&buf);
	mr_arena_free(arena);
	return code;
}

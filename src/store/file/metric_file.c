/* SPDX-License-Identifier: Apache-2.0
 *
 * Metric files: "timestamp value step[ dataset digest]\n", and of logged models
 * "timestamp value step run[ dataset digest]\n".
 */
#include "api/python.h"
#include "search/repr.h"
#include "store/file/runs.h"
#include "store/rules.h"

enum { FIELDS_MAX = 6 };

struct lines {
	mr_str rest, key;
	bool of_model;
};

static mr_str next_line(struct lines *l)
{
	const char *newline = l->rest.len ? memchr(l->rest.ptr, '\n', l->rest.len) : NULL;
	mr_str line = mr_str_make(l->rest.ptr, newline ? (size_t)(newline - l->rest.ptr) : 0);

	if (!newline)
		return mr_str_from(NULL);
	l->rest = mr_str_make(newline + 1, l->rest.len - line.len - 1);
	return line;
}

/* As Python's split(" "): two blanks have an empty field between them. */
static size_t split(mr_str line, mr_str fields[FIELDS_MAX + 1])
{
	size_t n = 0, from = 0;

	for (size_t i = 0; i <= line.len && n <= FIELDS_MAX; i++)
		if (i == line.len || line.ptr[i] == ' ') {
			fields[n++] = mr_str_make(line.ptr + from, i - from);
			from = i + 1;
		}
	return n;
}

static bool read_int(mr_str text, int64_t *out)
{
	struct mr_python_int value;

	return mr_parse_int64(text, out) || (mr_python_int(text, &value) && mr_python_int64(value, out));
}

static bool read_numbers(const mr_str *fields, size_t n, struct mr_file_point *p)
{
	p->step = 0;
	return read_int(fields[0], &p->timestamp) &&
	       (mr_parse_double(fields[1], &p->value) || mr_python_float(fields[1], &p->value)) &&
	       (n < 3 || read_int(fields[2], &p->step));
}

static mr_code malformed(const struct lines *l, size_t n, mr_error *err)
{
	return mr_error_set(err, MR_INTERNAL_ERROR,
			    "Metric '%.*s' is malformed; persisted metric data contained %zu fields. Expected %s fields.",
			    MR_STR_ARG(l->key), n, l->of_model ? "4 or 6" : "2, 3, or 5");
}

static mr_code read_line(const struct lines *l, mr_str line, struct mr_file_point *p, mr_error *err)
{
	mr_str fields[FIELDS_MAX + 1];
	size_t n = split(mr_repr_strip(line), fields), data = n >= 5 ? n - 2 : n;
	bool good = l->of_model ? n == 4 || n == 6 : n == 2 || n == 3 || n == 5;

	memset(p, 0, sizeof *p);
	if (!good)
		return malformed(l, n, err);
	if (!read_numbers(fields, n, p))
		return mr_error_set(err, MR_INTERNAL_ERROR,
				    "Metric '%.*s' is malformed; persisted metric data contained no number where one is "
				    "expected: %.*s",
				    MR_STR_ARG(l->key), MR_STR_ARG(line));
	if (l->of_model)
		p->run_id = fields[3];
	if (data < n) {
		p->dataset_name = fields[data];
		p->dataset_digest = fields[data + 1];
	}
	return MR_OK;
}

static mr_code read_lines(const struct mr_file_store *store, mr_str folder, mr_str key, bool of_model, mr_call *call,
			  struct lines *l, mr_error *err)
{
	mr_code code = mr_value_find(store, folder, key, call, &l->rest, err);

	l->key = key;
	l->of_model = of_model;
	return code;
}

mr_code mr_file_points_read(const struct mr_file_store *store, mr_str folder, mr_str key, bool of_model, mr_call *call,
			    struct mr_file_point **out, size_t *n, mr_error *err)
{
	struct lines l;
	size_t room = 0;
	mr_str line;
	mr_code code = read_lines(store, folder, key, of_model, call, &l, err);

	*n = 0;
	*out = NULL;
	if (code != MR_OK)
		return code;
	for (size_t i = 0; i < l.rest.len; i++)
		room += l.rest.ptr[i] == '\n';
	*out = mr_call_alloc(call, (room + 1) * sizeof **out);
	if (!*out)
		return mr_error_no_memory(err);
	while (code == MR_OK && (line = next_line(&l)).ptr) {
		code = read_line(&l, line, &(*out)[*n], err);
		(*out)[*n].line = *n;
		++*n;
	}
	return code;
}

/* As Python compares tuples: NaN is neither greater nor less. */
bool mr_file_point_after(const struct mr_file_point *a, const struct mr_file_point *b)
{
	if (a->step != b->step)
		return a->step > b->step;
	if (a->timestamp != b->timestamp)
		return a->timestamp > b->timestamp;
	return a->value > b->value;
}

mr_code mr_file_points_latest(const struct mr_file_store *store, mr_str folder, mr_str key, mr_call *call,
			      struct mr_file_point *out, bool *found, mr_error *err)
{
	struct mr_file_point p;
	struct lines l;
	mr_str line;
	mr_code code = read_lines(store, folder, key, false, call, &l, err);

	*found = false;
	while (code == MR_OK && (line = next_line(&l)).ptr) {
		code = read_line(&l, line, &p, err);
		if (code == MR_OK && (!*found || mr_file_point_after(&p, out)))
			*out = p;
		*found = true;
	}
	return code;
}

/* ---- writing ---- */

static bool fits_a_field(mr_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] <= ' ' || (unsigned char)text.ptr[i] == 0x7f)
			return false;
	return text.len > 0;
}

static mr_code check_dataset(const struct mr_metric *m, mr_error *err)
{
	if (!m->dataset_name.len || !m->dataset_digest.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Both dataset_name and dataset_digest must be provided if one is provided");
	if (fits_a_field(m->dataset_name) && fits_a_field(m->dataset_digest))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The file store cannot keep the metric '%.*s' of the data set '%.*s', because in its files a name "
			    "ends at a blank. Give the data set a name and digest without blanks, or use a database store "
			    "(sqlite:///...).",
			    MR_STR_ARG(m->key), MR_STR_ARG(m->dataset_name));
}

mr_code mr_file_append_metric(struct mr_change *change, mr_str folder, const struct mr_metric *m, mr_str run_id,
			      mr_error *err)
{
	bool has_dataset = m->dataset_name.len || m->dataset_digest.len;
	mr_str path = mr_file_join_str(change->call, folder, m->key), line;
	mr_code code = has_dataset ? check_dataset(m, err) : MR_OK;
	mr_buf buf;

	if (code != MR_OK)
		return code;
	mr_buf_init(&buf, 1 << 16);
	mr_buf_int(&buf, m->timestamp);
	mr_buf_char(&buf, ' ');
	mr_buf_double(&buf, m->value);
	mr_buf_char(&buf, ' ');
	mr_buf_int(&buf, m->step);
	if (run_id.ptr)
		mr_buf_printf(&buf, " %.*s", MR_STR_ARG(run_id));
	if (has_dataset)
		mr_buf_printf(&buf, " %.*s %.*s", MR_STR_ARG(m->dataset_name), MR_STR_ARG(m->dataset_digest));
	mr_buf_char(&buf, '\n');
	code = mr_buf_check(&buf, err);
	line = mr_call_copy(change->call, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	if (code == MR_OK)
		mr_change_append(change, path, line);
	return code;
}

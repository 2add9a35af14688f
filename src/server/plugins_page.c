/* SPDX-License-Identifier: Apache-2.0
 *
 * What the operator sees of the plugins in this process: the list with its numbers
 * as JSON, for the web page and `millrace plugins info --server`, and the numbers in /metrics.
 */
#include "plugin/listing.h"
#include "plugin/stats.h"
#include "server/hooks.h"

enum { LIST_MAX = 16 << 20 };

void plugins_answer(mr_server *server, mr_http_exchange *x)
{
	mr_json_writer w;
	mr_error err;
	mr_buf body;

	mr_error_init(&err);
	mr_buf_init(&body, LIST_MAX);
	mr_json_write_init(&w, &body, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("version"));
	mr_json_write_string(&w, mr_str_from(MR_VERSION));
	mr_json_write_key(&w, mr_str_from("apps"));
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; hooks_app(server, i); i++)
		mr_json_write_string(&w, mr_app_name(hooks_app(server, i)));
	mr_json_write_end(&w, ']');
	mr_json_write_key(&w, mr_str_from("plugins"));
	mr_plugins_write_all(&w, &err);
	mr_json_write_end(&w, '}');
	if (err.code == MR_OK && mr_buf_check(&body, &err) == MR_OK) {
		reply_taken(server, x, 200, "application/json", &body);
		return;
	}
	mr_buf_dispose(&body);
	reply_error(server, x, &err, false);
}

/* ---- metrics ---- */

struct family {
	mr_buf *out;
	const char *name;
	void (*write)(struct family *f, const struct mr_plugin_info *p, const struct mr_entry_info *e);
};

/* A label's value may hold anything that the file of a plugin says. */
static void add_label(mr_buf *out, const char *key, mr_str value)
{
	mr_buf_printf(out, "%s=\"", key);
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '"' || value.ptr[i] == '\\')
			mr_buf_char(out, '\\');
		if (value.ptr[i] == '\n')
			mr_buf_c(out, "\\n");
		else
			mr_buf_char(out, value.ptr[i]);
	}
	mr_buf_char(out, '"');
}

static void begin_sample(struct family *f, const struct mr_plugin_info *p, const struct mr_entry_info *e)
{
	mr_buf_printf(f->out, "%s{", f->name);
	add_label(f->out, "plugin", p->name);
	mr_buf_char(f->out, ',');
	add_label(f->out, "group", e->group);
	mr_buf_char(f->out, ',');
	add_label(f->out, "name", e->name);
}

static void write_count(struct family *f, const struct mr_plugin_info *p, const struct mr_entry_info *e,
			const _Atomic uint64_t *value)
{
	begin_sample(f, p, e);
	mr_buf_printf(f->out, "} %llu\n", (unsigned long long)atomic_load_explicit(value, memory_order_relaxed));
}

static void write_calls(struct family *f, const struct mr_plugin_info *p, const struct mr_entry_info *e)
{
	write_count(f, p, e, &e->stats->calls);
}

static void write_running(struct family *f, const struct mr_plugin_info *p, const struct mr_entry_info *e)
{
	write_count(f, p, e, &e->stats->running);
}

static void write_stuck(struct family *f, const struct mr_plugin_info *p, const struct mr_entry_info *e)
{
	write_count(f, p, e, &e->stats->stuck);
}

static void write_failures(struct family *f, const struct mr_plugin_info *p, const struct mr_entry_info *e)
{
	const _Atomic uint64_t *values[] = {&e->stats->refused, &e->stats->failed};
	static const char *const kinds[] = {"refused", "failed"};

	for (int i = 0; i < 2; i++) {
		begin_sample(f, p, e);
		mr_buf_printf(f->out, ",kind=\"%s\"} %llu\n", kinds[i],
			      (unsigned long long)atomic_load_explicit(values[i], memory_order_relaxed));
	}
}

static void write_seconds(struct family *f, const struct mr_plugin_info *p, const struct mr_entry_info *e)
{
	begin_sample(f, p, e);
	mr_buf_c(f->out, "} ");
	mr_buf_double(f->out, (double)atomic_load_explicit(&e->stats->ns, memory_order_relaxed) / 1e9);
	mr_buf_char(f->out, '\n');
}

static void visit(void *arg, const struct mr_plugin_info *p)
{
	struct family *f = arg;

	for (size_t i = 0; i < p->entries_n; i++)
		if (p->entries[i].stats && mr_stats_used(p->entries[i].stats))
			f->write(f, p, &p->entries[i]);
}

void plugins_write_metrics(mr_buf *out)
{
	static const struct {
		const char *name, *type, *help;
		void (*write)(struct family *f, const struct mr_plugin_info *p, const struct mr_entry_info *e);
	} families[] = {
		{"millrace_plugin_calls_total", "counter", "Calls of a plugin's functions that returned.", write_calls},
		{"millrace_plugin_failures_total", "counter", "Those of them that gave an error: refused is the caller's fault.",
		 write_failures},
		{"millrace_plugin_seconds_total", "counter", "Time that they took.", write_seconds},
		{"millrace_plugin_calls_running", "gauge", "Calls that have not returned yet.", write_running},
		{"millrace_plugin_calls_stuck", "gauge", "Calls that go on although their client was answered.", write_stuck},
	};

	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		struct family family = {out, families[i].name, families[i].write};
		mr_error ignored;

		mr_error_init(&ignored);
		mr_metrics_write_head(out, families[i].name, families[i].type, families[i].help);
		mr_plugins_each(visit, &family, &ignored);
	}
}

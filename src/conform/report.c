/* SPDX-License-Identifier: Apache-2.0
 *
 * What was found, for people and for programs.
 */
#include "base/json.h"
#include "conform/conform.h"
#include "conform/rule.h"

static const char *const outcomes[] = {"passed", "failed", "skipped"};

/* ---- for people ---- */

static void print_why(FILE *out, mr_str why)
{
	while (why.len) {
		const char *end = memchr(why.ptr, '\n', why.len);
		size_t n = end ? (size_t)(end - why.ptr) : why.len;

		fprintf(out, "           %.*s\n", (int)n, why.ptr);
		why = mr_str_make(why.ptr + n + (end != NULL), why.len - n - (end != NULL));
	}
}

static void print_result(FILE *out, const struct mr_conform_result *r, bool colour)
{
	static const char *const colours[] = {"\033[32m", "\033[31m", "\033[33m"};

	fprintf(out, "  %s%-7s%s  %s: %s\n", colour ? colours[r->outcome] : "", outcomes[r->outcome],
		colour ? "\033[0m" : "", r->id, r->says);
	if (r->outcome == MR_CONFORM_PASSED)
		return;
	print_why(out, r->why);
	if (r->outcome == MR_CONFORM_FAILED)
		fprintf(out, "           (the rule is from %s)\n", r->source);
}

static void print_entry(FILE *out, const struct mr_conform_entry *e, bool colour)
{
	size_t counts[3] = {0}, follow = 0;

	fprintf(out, "%.*s %.*s\n", MR_STR_ARG(e->group), MR_STR_ARG(e->name));
	if (!e->results) {
		fprintf(out, "  skipped  %.*s\n\n", MR_STR_ARG(e->missed));
		return;
	}
	for (size_t i = 0; i < e->results_n; i++) {
		follow += e->results[i].follows;
		if (!e->results[i].follows)
			print_result(out, &e->results[i], colour);
		counts[e->results[i].outcome]++;
	}
	if (follow)
		fprintf(out, "  skipped  %zu further rules, because of that\n", follow);
	fprintf(out,
		"  coverage %.*s: %zu of %zu functions offered, %zu of them called; %zu rules: %zu passed, %zu failed, "
		"%zu skipped\n",
		MR_STR_ARG(e->group), e->offered, e->functions, e->called, e->results_n, counts[0], counts[1],
		counts[2]);
	if (e->missed.len)
		fprintf(out, "           not called: %.*s\n", MR_STR_ARG(e->missed));
	fputc('\n', out);
}

void mr_conform_print(const struct mr_conform_report *report, bool colour, FILE *out)
{
	fprintf(out, "%.*s %.*s%s%.*s\n\n", MR_STR_ARG(report->name), MR_STR_ARG(report->version),
		report->file.len ? "  " : "", MR_STR_ARG(report->file));
	for (size_t i = 0; i < report->entries_n; i++)
		print_entry(out, &report->entries[i], colour);
	fprintf(out, "%zu passed, %zu failed, %zu skipped\n", report->passed, report->failed, report->skipped);
}

/* ---- JSON ---- */

static void number(mr_json_writer *w, const char *key, size_t value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_int(w, (int64_t)value);
}

static void write_result(mr_json_writer *w, const struct mr_conform_result *r)
{
	mr_json_write_begin(w, '{');
	mr_json_write_text(w, "rule", mr_str_from(r->id));
	mr_json_write_text(w, "says", mr_str_from(r->says));
	mr_json_write_text(w, "source", mr_str_from(r->source));
	mr_json_write_text(w, "outcome", mr_str_from(outcomes[r->outcome]));
	if (r->why.len)
		mr_json_write_text(w, "why", r->why);
	mr_json_write_key(w, mr_str_from("seconds"));
	mr_json_write_double(w, r->seconds);
	mr_json_write_end(w, '}');
}

static void write_entry(mr_json_writer *w, const struct mr_conform_entry *e)
{
	mr_json_write_begin(w, '{');
	mr_json_write_text(w, "group", e->group);
	mr_json_write_text(w, "name", e->name);
	number(w, "functions", e->functions);
	number(w, "functions_offered", e->offered);
	number(w, "functions_called", e->called);
	mr_json_write_text(w, "called", e->functions_called);
	mr_json_write_text(w, "not_called", e->missed);
	mr_json_write_key(w, mr_str_from("rules"));
	mr_json_write_begin(w, '[');
	for (size_t i = 0; i < e->results_n; i++)
		write_result(w, &e->results[i]);
	mr_json_write_end(w, ']');
	mr_json_write_end(w, '}');
}

static void write_report(mr_json_writer *w, const struct mr_conform_report *report)
{
	mr_json_write_begin(w, '{');
	mr_json_write_text(w, "plugin", report->name);
	mr_json_write_text(w, "version", report->version);
	mr_json_write_text(w, "file", report->file);
	number(w, "passed", report->passed);
	number(w, "failed", report->failed);
	number(w, "skipped", report->skipped);
	mr_json_write_key(w, mr_str_from("entries"));
	mr_json_write_begin(w, '[');
	for (size_t i = 0; i < report->entries_n; i++)
		write_entry(w, &report->entries[i]);
	mr_json_write_end(w, ']');
	mr_json_write_end(w, '}');
}

void mr_conform_write_json(const struct mr_conform_report *reports, size_t n, mr_buf *out)
{
	mr_json_writer w;

	mr_json_write_init(&w, out, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; i < n; i++)
		write_report(&w, &reports[i]);
	mr_json_write_end(&w, ']');
}

/* ---- JUnit's XML ---- */

static void xml(mr_buf *out, mr_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char ch = (unsigned char)s.ptr[i];

		if (ch == '&' || ch == '<' || ch == '"' || ch == '\n')
			mr_buf_c(out, ch == '&' ? "&amp;" : ch == '<' ? "&lt;" : ch == '"' ? "&quot;" : "&#10;");
		else
			mr_buf_char(out, ch < 0x20 ? '?' : (char)ch); /* XML has no way to write the others */
	}
}

static void write_case(mr_buf *out, const struct mr_conform_report *report, const struct mr_conform_entry *e,
		       const struct mr_conform_result *r)
{
	static const char *const elements[] = {NULL, "failure", "skipped"};

	mr_buf_c(out, "    <testcase classname=\"");
	xml(out, report->name);
	mr_buf_char(out, '.');
	xml(out, e->name);
	mr_buf_printf(out, "\" name=\"%s\" time=\"%.3f\"", r->id, r->seconds);
	if (r->outcome != MR_CONFORM_PASSED) {
		mr_buf_printf(out, "><%s message=\"", elements[r->outcome]);
		xml(out, r->why);
		mr_buf_printf(out, "\"/></testcase>\n");
	} else {
		mr_buf_c(out, "/>\n");
	}
}

static void write_suite(mr_buf *out, const struct mr_conform_report *report, const struct mr_conform_entry *e)
{
	size_t counts[3] = {0};

	for (size_t k = 0; k < e->results_n; k++)
		counts[e->results[k].outcome]++;
	mr_buf_c(out, "  <testsuite name=\"");
	xml(out, e->group);
	mr_buf_char(out, ' ');
	xml(out, e->name);
	mr_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n", e->results_n, counts[1], counts[2]);
	for (size_t k = 0; k < e->results_n; k++)
		write_case(out, report, e, &e->results[k]);
	mr_buf_c(out, "  </testsuite>\n");
}

void mr_conform_write_junit(const struct mr_conform_report *reports, size_t n, mr_buf *out)
{
	size_t tests = 0, failed = 0;

	for (size_t i = 0; i < n; i++) {
		tests += reports[i].passed + reports[i].failed + reports[i].skipped;
		failed += reports[i].failed;
	}
	mr_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%zu\" failures=\"%zu\">\n",
		      tests, failed);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < reports[i].entries_n; k++)
			write_suite(out, &reports[i], &reports[i].entries[k]);
	mr_buf_c(out, "</testsuites>\n");
}

/* ---- what there is to check ---- */

static void add_rules(struct mr_conform_result *list, size_t *n, const struct rule *rules, size_t rules_n)
{
	for (size_t i = 0; i < rules_n; i++, ++*n) {
		list[*n].id = rules[i].id;
		list[*n].says = rules[i].says;
		list[*n].source = rules[i].source;
	}
}

const struct mr_conform_result *mr_conform_rules(mr_arena *arena, size_t *n)
{
	size_t room = any_rules_n + WATCHES;
	struct mr_conform_result *list;

	for (size_t i = 0; i < kinds_n; i++)
		room += *kinds[i].rules_n;
	list = mr_arena_zalloc(arena, room * sizeof *list);
	*n = 0;
	if (!list)
		return NULL;
	add_rules(list, n, any_rules, any_rules_n);
	add_rules(list, n, watch_rules, WATCHES);
	for (size_t i = 0; i < kinds_n; i++)
		add_rules(list, n, kinds[i].rules, *kinds[i].rules_n);
	return list;
}

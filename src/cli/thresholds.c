/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/thresholds.h"

#include <math.h>

#include "base/json.h"

#define BASELINE "baseline"

static mr_code malformed(mr_str rule, mr_error *err)
{
	return mr_error_set(err, MR_BAD_REQUEST,
			    "'%.*s' is no threshold. Write METRIC>=NUMBER or METRIC<=NUMBER, or compare with a baseline: "
			    "METRIC>=baseline+0.01, METRIC>=baseline+5%%, METRIC<=baseline-0.01",
			    MR_STR_ARG(rule));
}

static mr_str trim(mr_str s)
{
	while (s.len && s.ptr[0] == ' ')
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && s.ptr[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* Splits at ">=" or "<=". */
static bool split(mr_str rule, mr_str *metric, mr_str *bound, bool *greater)
{
	for (size_t i = 1; i + 1 < rule.len; i++) {
		if (rule.ptr[i + 1] != '=' || (rule.ptr[i] != '>' && rule.ptr[i] != '<'))
			continue;
		*greater = rule.ptr[i] == '>';
		*metric = trim(mr_str_make(rule.ptr, i));
		*bound = trim(mr_str_make(rule.ptr + i + 2, rule.len - i - 2));
		return metric->len && bound->len;
	}
	return false;
}

/* "+0.01" or "+5%" behind "baseline". */
static bool read_change(mr_str text, struct mr_metric_threshold *t)
{
	double change;
	bool percent = text.len && text.ptr[text.len - 1] == '%';

	text = trim(text);
	if (!text.len || text.ptr[0] != (t->greater_is_better ? '+' : '-'))
		return false;
	text = trim(mr_str_make(text.ptr + 1, text.len - 1 - (percent ? 1 : 0)));
	if (!mr_parse_double(text, &change) || !isfinite(change))
		return false;
	if (percent)
		t->min_relative_change = change / 100;
	else
		t->min_absolute_change = change;
	return true;
}

static bool read_bound(mr_str bound, struct mr_metric_threshold *t)
{
	size_t n = strlen(BASELINE);

	if (bound.len >= n && memcmp(bound.ptr, BASELINE, n) == 0)
		return read_change(mr_str_make(bound.ptr + n, bound.len - n), t);
	return mr_parse_double(bound, &t->threshold) && isfinite(t->threshold);
}

/* The threshold of this metric, which may have rules already. */
static struct mr_metric_threshold *find(struct thresholds *list, mr_str metric)
{
	for (size_t i = 0; i < list->n; i++)
		if (mr_str_is(metric, list->items[i].metric))
			return &list->items[i];
	return NULL;
}

static mr_code add(struct thresholds *list, mr_str rule, mr_arena *arena, mr_error *err)
{
	struct mr_metric_threshold *t;
	mr_str metric, bound;
	bool greater;

	if (!split(rule, &metric, &bound, &greater))
		return malformed(rule, err);
	t = find(list, metric);
	if (t && t->greater_is_better != greater)
		return mr_error_set(err, MR_BAD_REQUEST, "The thresholds of %s go in both directions (>= and <=)", t->metric);
	if (!t) {
		t = &list->items[list->n++];
		*t = (struct mr_metric_threshold){mr_arena_copy(arena, metric).ptr, greater, NAN, NAN, NAN};
	}
	if (!t->metric)
		return mr_error_no_memory(err);
	return read_bound(bound, t) ? MR_OK : malformed(rule, err);
}

mr_code thresholds_parse(const struct mr_opt_list *rules, mr_arena *arena, struct thresholds *out, mr_error *err)
{
	mr_code code = MR_OK;

	out->n = 0;
	out->items = mr_arena_alloc(arena, (rules->n + 1) * sizeof *out->items);
	if (!out->items)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < rules->n && code == MR_OK; i++)
		code = add(out, rules->items[i], arena, err);
	return code;
}

mr_str thresholds_text(const struct mr_metric_threshold *t, mr_arena *arena)
{
	const char *operator = t->greater_is_better ? ">=" : "<=";
	char sign = t->greater_is_better ? '+' : '-';
	char number[32];
	mr_str text = mr_str_from("");

	if (!isnan(t->threshold)) {
		number[mr_format_double(number, t->threshold)] = 0;
		text = mr_arena_printf(arena, "%s%s%s", t->metric, operator, number);
	}
	if (!isnan(t->min_absolute_change)) {
		number[mr_format_double(number, t->min_absolute_change)] = 0;
		text = mr_arena_printf(arena, "%.*s%s%s%s" BASELINE "%c%s", MR_STR_ARG(text), text.len ? ", " : "", t->metric,
				       operator, sign, number);
	}
	if (!isnan(t->min_relative_change))
		text = mr_arena_printf(arena, "%.*s%s%s%s" BASELINE "%c%.10g%%", MR_STR_ARG(text), text.len ? ", " : "",
				       t->metric, operator, sign, t->min_relative_change * 100);
	return text;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/json.h"
#include "base/os.h"

enum { HELP_WIDTH_MAX = 100, HELP_COLUMN = 30 };

struct parsing {
	const struct mr_opt_table *table;
	char *values;
	struct mr_opt_list *words;
	mr_arena *arena;
	mr_error *err;
};

static const struct mr_opt_tour *tour_under_way;

void mr_options_set_tour(const struct mr_opt_tour *tour)
{
	tour_under_way = tour;
}

const struct mr_opt_tour *mr_options_tour(void)
{
	return tour_under_way;
}

/* ---- values ---- */

static bool ends_with(mr_str text, const char *unit, mr_str *number)
{
	size_t len = strlen(unit);

	if (text.len <= len || memcmp(text.ptr + text.len - len, unit, len) != 0)
		return false;
	*number = mr_str_make(text.ptr, text.len - len);
	return true;
}

static bool parse_scaled(mr_str text, const char *const *units, const double *factors, size_t n, double bare,
			 int64_t *out)
{
	mr_str number = text;
	double factor = bare, value;

	for (size_t i = 0; i < n; i++) {
		if (ends_with(text, units[i], &number)) {
			factor = factors[i];
			break;
		}
	}
	if (!mr_parse_double(number, &value) || !(value >= 0) || value * factor > 9e15)
		return false;
	*out = (int64_t)(value * factor);
	return true;
}

static bool parse_duration(mr_str text, int64_t *ms)
{
	static const char *const units[] = {"ms", "s", "m", "h"};
	static const double factors[] = {1, 1e3, 6e4, 3.6e6};

	return parse_scaled(text, units, factors, 4, 1e3, ms);
}

static bool parse_size(mr_str text, int64_t *bytes)
{
	static const char *const units[] = {"k", "K", "M", "G"};
	static const double factors[] = {1024, 1024, 1048576, 1073741824};

	return parse_scaled(text, units, factors, 4, 1, bytes);
}

static bool parse_flag(mr_str text, bool *out)
{
	static const char *const yes[] = {"true", "True", "TRUE", "1", "yes", "on", "t", "y"};
	static const char *const no[] = {"false", "False", "FALSE", "0", "no", "off", "f", "n"};

	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
		if (mr_str_is(text, yes[i]) || mr_str_is(text, no[i])) {
			*out = mr_str_is(text, yes[i]);
			return true;
		}
	}
	return false;
}

static mr_code add_to_list(struct parsing *p, struct mr_opt_list *list, mr_str item)
{
	mr_str *items = mr_arena_alloc(p->arena, (list->n + 1) * sizeof *items);

	if (!items)
		return mr_error_no_memory(p->err);
	if (list->n)
		memcpy(items, list->items, list->n * sizeof *items);
	items[list->n++] = item;
	list->items = items;
	return MR_OK;
}

static mr_code bad_value(struct parsing *p, const char *shown, const char *expected, mr_str given)
{
	return mr_error_set(p->err, MR_INVALID_PARAMETER_VALUE, "%s must be %s, not '%.*s'", shown, expected,
			    MR_STR_ARG(given));
}

static mr_code set_number(struct parsing *p, const struct mr_opt *o, const char *shown, mr_str text)
{
	int64_t *to = (int64_t *)(void *)(p->values + o->offset), value;
	bool fits = o->kind == MR_OPT_INT	 ? mr_parse_int64(text, &value)
		    : o->kind == MR_OPT_DURATION ? parse_duration(text, &value)
						 : parse_size(text, &value);

	if (!fits)
		return bad_value(p, shown,
				 o->kind == MR_OPT_INT	      ? "a whole number"
				 : o->kind == MR_OPT_DURATION ? "a duration such as 250ms, 5s or 2m"
							      : "a size such as 512k, 64M or 1G",
				 text);
	if ((o->min || o->max) && (value < o->min || value > o->max))
		return mr_error_set(p->err, MR_INVALID_PARAMETER_VALUE, "%s must be from %lld to %lld, not %lld", shown,
				    (long long)o->min, (long long)o->max, (long long)value);
	*to = value;
	return MR_OK;
}

/* shown: "--port" or "MLFLOW_PORT", for messages. */
static mr_code set_value(struct parsing *p, const struct mr_opt *o, const char *shown, mr_str text)
{
	char *member = p->values + o->offset;

	switch (o->kind) {
	case MR_OPT_TEXT:
		*(mr_str *)(void *)member = text;
		return MR_OK;
	case MR_OPT_LIST:
		return add_to_list(p, (struct mr_opt_list *)(void *)member, text);
	case MR_OPT_FLAG:
		return parse_flag(text, (bool *)(void *)member) ? MR_OK : bad_value(p, shown, "true or false", text);
	case MR_OPT_IGNORED:
		fprintf(stderr, "millrace: %s means nothing here and is ignored: %s\n", shown, o->help);
		return MR_OK;
	case MR_OPT_REFUSED:
		return mr_error_set(p->err, MR_NOT_IMPLEMENTED, "%s is not supported: %s", shown, o->help);
	default:
		return set_number(p, o, shown, text);
	}
}

/* ---- the environment ---- */

static mr_code read_environment(struct parsing *p)
{
	for (const struct mr_opt_group *g = p->table->groups; g->heading; g++) {
		for (size_t i = 0; i < g->options_n; i++) {
			const char *text = g->options[i].env ? mr_getenv(g->options[i].env) : NULL;

			if (text && set_value(p, &g->options[i], g->options[i].env, mr_str_from(text)) != MR_OK)
				return p->err->code;
		}
	}
	return MR_OK;
}

/* ---- the command line ---- */

static const struct mr_opt *find_name(const struct parsing *p, mr_str name, bool *negative)
{
	for (const struct mr_opt_group *g = p->table->groups; g->heading; g++) {
		for (size_t i = 0; i < g->options_n; i++) {
			*negative = g->options[i].negative && mr_str_is(name, g->options[i].negative);
			if (*negative || mr_str_is(name, g->options[i].name))
				return &g->options[i];
		}
	}
	return NULL;
}

static const struct mr_opt *find_letter(const struct parsing *p, char letter)
{
	for (const struct mr_opt_group *g = p->table->groups; g->heading; g++) {
		for (size_t i = 0; i < g->options_n; i++) {
			if (g->options[i].letter == letter)
				return &g->options[i];
		}
	}
	return NULL;
}

static bool takes_value(const struct mr_opt *o)
{
	return o->kind != MR_OPT_FLAG && o->value;
}

/* One option at argv[*i]; a value may be the argument behind it. */
static mr_code take_option(struct parsing *p, int argc, char **argv, int *i)
{
	mr_str word = mr_str_from(argv[*i]), name, value = {NULL, 0};
	const char *equals = memchr(word.ptr, '=', word.len);
	const struct mr_opt *o;
	bool negative = false, is_long = word.ptr[1] == '-';
	char shown[80];

	if (is_long) {
		name = mr_str_make(word.ptr + 2, (equals ? (size_t)(equals - word.ptr) : word.len) - 2);
		o = find_name(p, name, &negative);
		snprintf(shown, sizeof shown, "--%.*s", MR_STR_ARG(name));
	} else {
		o = find_letter(p, word.ptr[1]);
		equals = word.len > 2 ? word.ptr + (word.ptr[2] == '=' ? 2 : 1) : NULL; /* "-p5000", "-p=5000" */
		snprintf(shown, sizeof shown, "-%c", word.ptr[1]);
	}
	if (!o)
		return mr_error_set(p->err, MR_INVALID_PARAMETER_VALUE,
				    "there is no option %s; --help lists what there is", shown);
	if (!takes_value(o)) {
		if (equals)
			return mr_error_set(p->err, MR_INVALID_PARAMETER_VALUE, "%s takes no value", shown);
		return set_value(p, o, shown, mr_str_from(negative ? "false" : "true"));
	}
	if (equals)
		value = mr_str_make(equals + 1, word.len - (size_t)(equals + 1 - word.ptr));
	else if (*i + 1 < argc)
		value = mr_str_from(argv[++*i]);
	else
		return mr_error_set(p->err, MR_INVALID_PARAMETER_VALUE, "%s needs a value: %s", shown, o->value);
	return set_value(p, o, shown, value);
}

static mr_code take_word(struct parsing *p, const char *word)
{
	if (p->words)
		return add_to_list(p, p->words, mr_str_from(word));
	return mr_error_set(p->err, MR_INVALID_PARAMETER_VALUE, "'%s' is not understood; --help tells what is", word);
}

mr_opt_outcome mr_options_parse(const struct mr_opt_table *table, int argc, char **argv, void *values,
				struct mr_opt_list *words, mr_arena *arena, mr_error *err)
{
	struct parsing p = {table, values, words, arena, err};
	bool only_words = false;

	if (tour_under_way) {
		tour_under_way->table(tour_under_way->arg, table);
		return MR_OPT_HELPED;
	}
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			mr_options_print_help(table, stdout);
			return MR_OPT_HELPED;
		}
	}
	if (read_environment(&p) != MR_OK)
		return MR_OPT_FAILED;
	for (int i = 1; i < argc; i++) {
		mr_code code;

		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = true;
			continue;
		}
		code = !only_words && argv[i][0] == '-' && argv[i][1] ? take_option(&p, argc, argv, &i)
								      : take_word(&p, argv[i]);
		if (code != MR_OK)
			return MR_OPT_FAILED;
	}
	return MR_OPT_DONE;
}

/* ---- help ---- */

static void print_wrapped(FILE *out, const char *text, int indent, int width)
{
	int column = indent;

	while (*text) {
		int len = (int)strcspn(text, " \n");

		if (column > indent && column + 1 + len > width) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", len, text);
		column += len;
		text += len;
		if (*text == '\n') {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		}
		text += *text != 0;
	}
	fputc('\n', out);
}

static void print_option(FILE *out, const struct mr_opt *o, int width)
{
	char left[160], help[1200];
	int n;

	if (o->letter)
		n = snprintf(left, sizeof left, "  -%c, --%s", o->letter, o->name);
	else
		n = snprintf(left, sizeof left, "      --%s", o->name);
	if (o->negative)
		n += snprintf(left + n, sizeof left - (size_t)n, " / --%s", o->negative);
	if (takes_value(o))
		n += snprintf(left + n, sizeof left - (size_t)n, " %s", o->value);
	fprintf(out, "%s", left);
	if (n >= HELP_COLUMN - 1)
		fprintf(out, "\n%*s", HELP_COLUMN, "");
	else
		fprintf(out, "%*s", HELP_COLUMN - n, "");
	snprintf(help, sizeof help, "%s%s%s%s%s",
		 o->kind == MR_OPT_REFUSED   ? "Not supported: "
		 : o->kind == MR_OPT_IGNORED ? "Ignored: "
					     : "",
		 o->help, o->env ? " [" : "", o->env ? o->env : "", o->env ? "]" : "");
	print_wrapped(out, help, HELP_COLUMN, width);
}

void mr_options_print_help(const struct mr_opt_table *table, FILE *out)
{
	int width = mr_terminal_width(1);

	width = width > HELP_WIDTH_MAX ? HELP_WIDTH_MAX : width;
	fprintf(out, "Usage: %s\n\n", table->usage);
	print_wrapped(out, table->summary, 0, width);
	for (const struct mr_opt_group *g = table->groups; g->heading; g++) {
		fprintf(out, "\n%s:\n", g->heading);
		for (size_t i = 0; i < g->options_n; i++)
			print_option(out, &g->options[i], width);
	}
	if (table->epilogue)
		fprintf(out, "\n%s", table->epilogue);
}

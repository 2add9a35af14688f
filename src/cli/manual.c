/* SPDX-License-Identifier: Apache-2.0
 *
 * Man pages in the macros of man(7): millrace.1, and millrace-<command>.1 for each command.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/os.h"
#include "cli/tour.h"

/* Text in roff: nothing in it is a request or an escape, and what is typed can be copied. */
static void put(FILE *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *as = text[i] == '\\' ? "\\e" : text[i] == '-' ? "\\-" : text[i] == '`' ? "\\(ga" : text[i] == '\'' ? "\\(aq"
				 : text[i] == '^' ? "\\(ha" : text[i] == '~' ? "\\(ti" : text[i] == '"' ? "\\(dq" : NULL;

		if (as)
			fputs(as, out);
		else
			fputc(text[i], out);
	}
}

static void put_c(FILE *out, const char *text)
{
	put(out, text, strlen(text));
}

/* A paragraph, in short lines; spaces at the beginning of a line would break it, an empty line would end it. */
static void put_paragraph(FILE *out, const char *text)
{
	int column = 0;

	for (; *text; text++) {
		bool ends = *text == '\n' || (*text == ' ' && column > 65);

		if (column == 0 && (*text == ' ' || *text == '\n' || *text == '\t'))
			continue;
		if (column == 0 && *text == '.')
			fputs("\\&", out);
		put(out, ends ? "\n" : text, 1);
		column = ends ? 0 : column + 1;
	}
	if (column)
		fputc('\n', out);
}

/* The day of SOURCE_DATE_EPOCH, so that a package can be made twice alike, or today. */
static void put_heading(FILE *out, const char *command)
{
	const char *epoch = mr_getenv("SOURCE_DATE_EPOCH");
	time_t now = epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	char day[16] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(day, sizeof day, "%Y-%m-%d", &tm);
	fprintf(out, ".\\\" Made by `millrace manual man`; the source is the tables of src/cli.\n.TH MILLRACE");
	for (const char *c = command ? command : ""; *c; c++)
		fprintf(out, "%s%c", c == command ? "\\-" : "", *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	fprintf(out, " 1 %s \"Millrace %s\" \"Millrace Manual\"\n.nh\n.ad l\n", day, MR_VERSION);
}

static void put_option(FILE *out, const struct mr_opt *o)
{
	fputs(".TP\n.B ", out);
	if (o->letter)
		fprintf(out, "\\-%c, ", o->letter);
	fputs("\\-\\-", out);
	put_c(out, o->name);
	if (o->negative) {
		fputs(" / \\-\\-", out);
		put_c(out, o->negative);
	}
	if (o->kind != MR_OPT_FLAG && o->value) {
		fputs(" \\fI", out);
		put_c(out, o->value);
		fputs("\\fR", out);
	}
	fputc('\n', out);
	if (!mr_tour_offers(o))
		fputs(o->kind == MR_OPT_REFUSED ? "Not supported:\n" : "Ignored:\n", out);
	put_paragraph(out, o->help);
}

static void put_group(FILE *out, const struct mr_opt_group *g)
{
	for (size_t i = 0; i < g->options_n; i++)
		put_option(out, &g->options[i]);
}

/* Whether all subcommands have the group: it is told once, at the end. */
static bool is_shared(const struct mr_tour_command *c, const struct mr_opt_group *group)
{
	size_t n = 0;

	for (size_t i = 0; i < c->pages_n; i++)
		for (const struct mr_opt_group *g = c->pages[i].table.groups; g->heading; g++)
			n += g->options == group->options;
	return c->pages_n > 1 && n == c->pages_n;
}

static void put_example(FILE *out, const char *epilogue)
{
	const char *line = epilogue;

	fputs(".EX\n", out);
	while (*line) {
		size_t n = strcspn(line, "\n"), indent = strspn(line, " ");

		/* "Example:" and "Examples:" are the section's own heading. */
		if (indent < n && !(line[n - 1] == ':' && indent == 0)) {
			if (line[indent] == '.')
				fputs("\\&", out);
			put(out, line + indent, n - indent);
			fputc('\n', out);
		}
		line += n + (line[n] == '\n');
	}
	fputs(".EE\n", out);
}

static void put_sub(FILE *out, const struct mr_tour_command *c, const struct mr_tour_page *page)
{
	fputs(".SS ", out);
	put_c(out, page->table.usage);
	fputc('\n', out);
	put_paragraph(out, page->line);
	for (const struct mr_opt_group *g = page->table.groups; g->heading; g++) {
		if (!is_shared(c, g))
			put_group(out, g);
	}
	if (page->table.epilogue) {
		fputs(".PP\nExample:\n.PP\n", out);
		put_example(out, page->table.epilogue);
	}
}

static void put_shared_groups(FILE *out, const struct mr_tour_command *c)
{
	for (const struct mr_opt_group *g = c->pages[0].table.groups; g->heading; g++) {
		if (!is_shared(c, g))
			continue;
		fputs(".SH \"", out);
		put_c(out, g->heading);
		fputs("\"\n", out);
		put_group(out, g);
	}
}

static void put_subs(FILE *out, const struct mr_tour_command *c)
{
	fputs(".SH SUBCOMMANDS\n", out);
	for (size_t i = 0; i < c->pages_n; i++)
		put_sub(out, c, &c->pages[i]);
	put_shared_groups(out, c);
}

static void put_single(FILE *out, const struct mr_tour_page *page)
{
	fputs(".SH OPTIONS\n", out);
	for (const struct mr_opt_group *g = page->table.groups; g->heading; g++) {
		fputs(".SS ", out);
		put_c(out, g->heading);
		fputc('\n', out);
		put_group(out, g);
	}
	if (page->table.epilogue) {
		fputs(".SH EXAMPLES\n", out);
		put_example(out, page->table.epilogue);
	}
}

static bool has_variables(const struct mr_tour_command *c)
{
	for (size_t i = 0; i < c->pages_n; i++)
		for (const struct mr_opt_group *g = c->pages[i].table.groups; g->heading; g++)
			for (size_t k = 0; k < g->options_n; k++)
				if (g->options[k].env)
					return true;
	return false;
}

static void put_variables(FILE *out, const struct mr_tour_command *c)
{
	if (!has_variables(c))
		return;
	fputs(".SH ENVIRONMENT\nWhat the command line does not say is taken from here.\n", out);
	for (size_t i = 0; i < c->pages_n; i++) {
		for (const struct mr_opt_group *g = c->pages[i].table.groups; g->heading; g++) {
			for (size_t k = 0; k < g->options_n; k++) {
				if (!g->options[k].env)
					continue;
				fprintf(out, ".TP\n.B %s\n.B \\-\\-", g->options[k].env);
				put_c(out, g->options[k].name);
				if (c->pages[i].name)
					fprintf(out, " (of %s)", c->pages[i].name);
				fputc('\n', out);
			}
		}
	}
}

static void put_command(FILE *out, const struct mr_tour_command *c)
{
	put_heading(out, c->name);
	fprintf(out, ".SH NAME\nmillrace\\-");
	put_c(out, c->name);
	fputs(" \\- ", out);
	put_c(out, c->line);
	fputs("\n.SH SYNOPSIS\n.nf\n", out);
	if (c->summary)
		fprintf(out, "millrace %s SUBCOMMAND [OPTION...]\n", c->name);
	else
		for (size_t i = 0; i < c->pages_n; i++, fputc('\n', out))
			put_c(out, c->pages[i].table.usage);
	fputs(".fi\n.SH DESCRIPTION\n", out);
	put_paragraph(out, c->summary ? c->summary : c->pages[0].table.summary);
	if (c->summary)
		put_subs(out, c);
	else
		put_single(out, &c->pages[0]);
	put_variables(out, c);
	fputs(".SH \"EXIT STATUS\"\n0 when it did what was asked, 1 when that failed,\n2 when the command line is not understood.\n"
	      ".SH \"SEE ALSO\"\n.BR millrace (1)\n",
	      out);
}

static void put_program(FILE *out, const struct mr_tour *tour)
{
	put_heading(out, NULL);
	fputs(".SH NAME\nmillrace \\- MLflow, natively\n.SH SYNOPSIS\n.nf\nmillrace COMMAND [OPTION...]\n"
	      "millrace \\-\\-version\nmillrace \\-\\-help\n.fi\n.SH DESCRIPTION\n"
	      "Experiment tracking, model registry, artifacts and plugins with MLflow\\(aqs REST API, commands and files.\n"
	      "Each command has a page of its own, and\n.B millrace COMMAND \\-\\-help\ntells the same.\n.SH COMMANDS\n",
	      out);
	for (size_t i = 0; i < tour->commands_n; i++) {
		fputs(".TP\n.B ", out);
		put_c(out, tour->commands[i].name);
		fputc('\n', out);
		put_paragraph(out, tour->commands[i].line);
	}
	fputs(".SH ENVIRONMENT\n.TP\n.B MLFLOW_TRACKING_URI\nWhere experiments and runs are.\n"
	      ".TP\n.B MLFLOW_REGISTRY_URI\nWhere registered models are.\n"
	      ".TP\n.B MILLRACE_PLUGIN_PATH\nFolders with plugins, separated by colons; the first comes first.\n"
	      ".PP\nThe page of each command names those of its options.\n"
	      ".SH \"EXIT STATUS\"\n0 when it did what was asked, 1 when that failed,\n2 when the command line is not understood.\n"
	      ".SH \"SEE ALSO\"\n",
	      out);
	for (size_t i = 0; i < tour->commands_n; i++) {
		fputs(".BR millrace\\-", out);
		put_c(out, tour->commands[i].name);
		fprintf(out, " (1)%s\n", i + 1 < tour->commands_n ? "," : "");
	}
}

static mr_code write_page(mr_str folder, const struct mr_tour *tour, const struct mr_tour_command *command, mr_arena *arena,
			  mr_error *err)
{
	mr_str path = mr_arena_printf(arena, "%.*s/millrace%s%s.1", MR_STR_ARG(folder), command ? "-" : "",
				      command ? command->name : "");
	FILE *out = path.ptr ? fopen(path.ptr, "we") : NULL;
	bool failed;

	if (!out)
		return mr_error_set(err, MR_IO_ERROR, "cannot write %.*s: %s", MR_STR_ARG(path), strerror(errno));
	if (command)
		put_command(out, command);
	else
		put_program(out, tour);
	failed = ferror(out) != 0;
	failed |= fclose(out) != 0;
	return failed ? mr_error_set(err, MR_IO_ERROR, "cannot write %.*s: %s", MR_STR_ARG(path), strerror(errno)) : MR_OK;
}

mr_code mr_manual_write(const struct mr_tour *tour, mr_str folder, mr_arena *arena, mr_error *err)
{
	mr_code code = mr_dir_make(folder, err);

	if (code == MR_OK)
		code = write_page(folder, tour, NULL, arena, err);
	for (size_t i = 0; i < tour->commands_n && code == MR_OK; i++)
		code = write_page(folder, tour, &tour->commands[i], arena, err);
	return code;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Completions: the tables as data in each shell's own language, below code that uses them.
 */
#include "cli/tour.h"

typedef void visit_option(FILE *out, const struct mr_opt *o);

static void each_option(FILE *out, const struct mr_tour_page *page, visit_option *visit)
{
	for (const struct mr_opt_group *g = page->table.groups; g->heading; g++)
		for (size_t i = 0; i < g->options_n; i++)
			if (mr_tour_offers(&g->options[i]))
				visit(out, &g->options[i]);
}

/* "runs search", as the code below each table names the place. */
static void put_place(FILE *out, const struct mr_tour_command *c, const struct mr_tour_page *page)
{
	fprintf(out, "%s%s%s", c->name, page->name ? " " : "", page->name ? page->name : "");
}

/* Inside single quotes; with a backslash before each character of `escaped`, too. */
static void put_quoted(FILE *out, mr_str text, const char *quote, const char *escaped)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\'')
			fputs(quote, out);
		else if (strchr(escaped, text.ptr[i]))
			fprintf(out, "\\%c", text.ptr[i]);
		else
			fputc(text.ptr[i], out);
	}
}

/* ---- bash ---- */

static void bash_name(FILE *out, const struct mr_opt *o)
{
	fprintf(out, " --%s", o->name);
	if (o->negative)
		fprintf(out, " --%s", o->negative);
}

static void bash_named(FILE *out, const struct mr_opt *o, mr_tour_value value)
{
	if (mr_tour_option_value(o) != value)
		return;
	fprintf(out, " --%s", o->name);
	if (o->letter)
		fprintf(out, " -%c", o->letter);
}

static void bash_file(FILE *out, const struct mr_opt *o)
{
	bash_named(out, o, MR_TOUR_FILE);
}

static void bash_folder(FILE *out, const struct mr_opt *o)
{
	bash_named(out, o, MR_TOUR_FOLDER);
}

static void bash_any(FILE *out, const struct mr_opt *o)
{
	bash_named(out, o, MR_TOUR_ANY);
}

static void bash_choice(FILE *out, const struct mr_opt *o)
{
	if (mr_tour_option_value(o) != MR_TOUR_CHOICE)
		return;
	fprintf(out, " --%s=%s", o->name, o->value);
	if (o->letter)
		fprintf(out, " -%c=%s", o->letter, o->value);
}

static void bash_page(FILE *out, const struct mr_tour_command *c, const struct mr_tour_page *page)
{
	static const char *const names[] = {"options", "files", "folders", "any", "choices"};
	static visit_option *const visits[] = {bash_name, bash_file, bash_folder, bash_any, bash_choice};
	mr_tour_value words = mr_tour_word_value(page);

	fputs("\t'", out);
	put_place(out, c, page);
	fputs("')\n", out);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		fprintf(out, "\t\t%s='", names[i]);
		each_option(out, page, visits[i]);
		fprintf(out, "%s '\n", i == 0 ? " --help" : "");
	}
	fprintf(out, "\t\twords=%s ;;\n", words == MR_TOUR_FILE ? "-f" : words == MR_TOUR_FOLDER ? "-d" : "");
}

void mr_complete_bash(const struct mr_tour *tour, FILE *out)
{
	fputs("# Completions of millrace for bash, made by `millrace manual bash` from the tables of the program.\n"
	      "_millrace() {\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} at=${COMP_WORDS[1]}\n"
	      "\tlocal subs='' options='' files='' folders='' any='' choices='' words='' what\n"
	      "\tCOMPREPLY=()\n"
	      "\t# \"--name=value\" is three words where '=' ends a word.\n"
	      "\tif [[ $cur == '=' ]]; then\n\t\tcur=\n"
	      "\telif [[ $prev == '=' ]]; then\n\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi\n"
	      "\tif ((COMP_CWORD == 1)); then\n\t\tmapfile -t COMPREPLY < <(compgen -W '",
	      out);
	for (size_t i = 0; i < tour->commands_n; i++)
		fprintf(out, "%s ", tour->commands[i].name);
	fputs("--help --version' -- \"$cur\")\n\t\treturn\n\tfi\n\tcase $at in\n", out);
	for (size_t i = 0; i < tour->commands_n; i++) {
		const struct mr_tour_command *c = &tour->commands[i];

		if (!c->summary)
			continue;
		fprintf(out, "\t%s) subs='", c->name);
		for (size_t k = 0; k < c->pages_n; k++)
			fprintf(out, "%s ", c->pages[k].name);
		fputs("--help' ;;\n", out);
	}
	fputs("\tesac\n\tif [[ $subs ]]; then\n\t\tif ((COMP_CWORD == 2)); then\n"
	      "\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$subs\" -- \"$cur\")\n\t\t\treturn\n\t\tfi\n"
	      "\t\tat+=\" ${COMP_WORDS[2]}\"\n\tfi\n\tcase $at in\n",
	      out);
	for (size_t i = 0; i < tour->commands_n; i++)
		for (size_t k = 0; k < tour->commands[i].pages_n; k++)
			bash_page(out, &tour->commands[i], &tour->commands[i].pages[k]);
	fputs("\t*) return ;;\n\tesac\n"
	      "\tif [[ $any == *\" $prev \"* ]]; then\n\t\treturn\n"
	      "\telif [[ $choices == *\" $prev=\"* ]]; then\n\t\twhat=${choices#* \"$prev\"=}\n\t\twhat=${what%% *}\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"${what//|/ }\" -- \"$cur\")\n\t\treturn\n"
	      "\telif [[ $files == *\" $prev \"* ]]; then\n\t\twords=-f\n"
	      "\telif [[ $folders == *\" $prev \"* ]]; then\n\t\twords=-d\n"
	      "\telif [[ $cur == -* || ! $words ]]; then\n"
	      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n\t\treturn\n\tfi\n"
	      "\tmapfile -t COMPREPLY < <(compgen \"$words\" -- \"$cur\")\n"
	      "\tcompopt -o filenames 2>/dev/null\n}\ncomplete -F _millrace millrace\n",
	      out);
}

/* ---- zsh ---- */

static void zsh_words(FILE *out, mr_tour_value value, const char *shown)
{
	fputc(':', out);
	put_quoted(out, mr_str_from(shown), "'\\''", ":\\");
	fputc(':', out);
	if (value == MR_TOUR_FILE)
		fputs("_files", out);
	else if (value == MR_TOUR_FOLDER)
		fputs("_files -/", out);
	else if (value == MR_TOUR_CHOICE) {
		fputc('(', out);
		for (const char *c = shown; *c; c++)
			fputc(*c == '|' ? ' ' : *c, out);
		fputc(')', out);
	}
}

static void zsh_spelling(FILE *out, const struct mr_opt *o, const char *name, bool is_letter)
{
	mr_tour_value value = mr_tour_option_value(o);

	fputs(" \\\n\t\t'", out);
	if (o->kind == MR_OPT_LIST)
		fputc('*', out);
	else if (o->letter)
		fprintf(out, "(-%c --%s)", o->letter, o->name);
	fprintf(out, is_letter ? "-%.1s%s" : "--%s%s", name, value == MR_TOUR_NONE ? "" : is_letter ? "+" : "=");
	fputc('[', out);
	put_quoted(out, mr_tour_sentence(o->help), "'\\''", "[]\\:");
	fputc(']', out);
	if (value != MR_TOUR_NONE)
		zsh_words(out, value, o->value);
	fputc('\'', out);
}

static void zsh_option(FILE *out, const struct mr_opt *o)
{
	zsh_spelling(out, o, o->name, false);
	if (o->letter)
		zsh_spelling(out, o, &o->letter, true);
	if (o->negative)
		zsh_spelling(out, o, o->negative, false);
}

static void zsh_description(FILE *out, const char *name, const char *line)
{
	fprintf(out, " \\\n\t\t\t'%s:", name);
	put_quoted(out, mr_str_from(line), "'\\''", ":\\");
	fputc('\'', out);
}

static void zsh_page(FILE *out, const struct mr_tour_command *c, const struct mr_tour_page *page)
{
	mr_tour_value words = mr_tour_word_value(page);

	fputs("\t(", out);
	for (const char *at = c->name; *at; at++)
		fputc(*at, out);
	if (page->name)
		fprintf(out, "\\ %s", page->name);
	fputs(") _arguments -s", out);
	each_option(out, page, zsh_option);
	fputs(" \\\n\t\t'--help[This text]'", out);
	if (words != MR_TOUR_NONE) {
		fputs(" \\\n\t\t'*", out);
		zsh_words(out, words, strstr(page->table.usage, "[OPTION...] ") + sizeof "[OPTION...]");
		fputc('\'', out);
	}
	fputs(" ;;\n", out);
}

void mr_complete_zsh(const struct mr_tour *tour, FILE *out)
{
	fputs("#compdef millrace\n# Completions of millrace for zsh, made by `millrace manual zsh` from the tables of the program.\n"
	      "_millrace() {\n\tlocal at=$words[2]\n\tlocal -a names\n\tif ((CURRENT == 2)); then\n\t\tnames=(",
	      out);
	for (size_t i = 0; i < tour->commands_n; i++)
		zsh_description(out, tour->commands[i].name, tour->commands[i].line);
	fputs(")\n\t\t_describe -t commands command names\n\t\treturn\n\tfi\n\tshift words\n\t((CURRENT--))\n\tcase $at in\n", out);
	for (size_t i = 0; i < tour->commands_n; i++) {
		const struct mr_tour_command *c = &tour->commands[i];

		if (!c->summary)
			continue;
		fprintf(out, "\t(%s)\n\t\tnames=(", c->name);
		for (size_t k = 0; k < c->pages_n; k++)
			zsh_description(out, c->pages[k].name, c->pages[k].line);
		fputs(") ;;\n", out);
	}
	fputs("\tesac\n\tif (($#names)); then\n\t\tif ((CURRENT == 2)); then\n\t\t\t_describe -t commands subcommand names\n"
	      "\t\t\treturn\n\t\tfi\n\t\tat+=\" $words[2]\"\n\t\tshift words\n\t\t((CURRENT--))\n\tfi\n\tcase $at in\n",
	      out);
	for (size_t i = 0; i < tour->commands_n; i++)
		for (size_t k = 0; k < tour->commands[i].pages_n; k++)
			zsh_page(out, &tour->commands[i], &tour->commands[i].pages[k]);
	fputs("\tesac\n}\n_millrace \"$@\"\n", out);
}

/* ---- fish ---- */

static void fish_text(FILE *out, mr_str text)
{
	fputc('\'', out);
	put_quoted(out, text, "\\'", "\\");
	fputc('\'', out);
}

struct fish_place {
	const struct mr_tour_command *command;
	const struct mr_tour_page *page;
};

static void fish_begin(FILE *out, const struct fish_place *at)
{
	fputs("complete -c millrace -n '__millrace_in ", out);
	put_place(out, at->command, at->page);
	fputc('\'', out);
}

static void fish_option(FILE *out, const struct fish_place *at, const struct mr_opt *o)
{
	mr_tour_value value = mr_tour_option_value(o);

	fish_begin(out, at);
	fprintf(out, " -l %s", o->name);
	if (o->letter)
		fprintf(out, " -s %c", o->letter);
	if (value == MR_TOUR_FILE)
		fputs(" -r -F", out);
	else if (value == MR_TOUR_FOLDER)
		fputs(" -x -a '(__fish_complete_directories)'", out);
	else if (value == MR_TOUR_ANY)
		fputs(" -x", out);
	else if (value == MR_TOUR_CHOICE) {
		fputs(" -x -a '", out);
		for (const char *c = o->value; *c; c++)
			fputc(*c == '|' ? ' ' : *c, out);
		fputc('\'', out);
	}
	fputs(" -d ", out);
	fish_text(out, mr_tour_sentence(o->help));
	fputc('\n', out);
	if (o->negative) {
		fish_begin(out, at);
		fprintf(out, " -l %s -d ", o->negative);
		fish_text(out, mr_tour_sentence(o->help));
		fputc('\n', out);
	}
}

static void fish_page(FILE *out, const struct mr_tour_command *c, const struct mr_tour_page *page)
{
	const struct fish_place at = {c, page};
	mr_tour_value words = mr_tour_word_value(page);

	for (const struct mr_opt_group *g = page->table.groups; g->heading; g++)
		for (size_t i = 0; i < g->options_n; i++)
			if (mr_tour_offers(&g->options[i]))
				fish_option(out, &at, &g->options[i]);
	fish_begin(out, &at);
	fputs(" -l help -d 'This text'\n", out);
	if (words == MR_TOUR_FILE || words == MR_TOUR_FOLDER) {
		fish_begin(out, &at);
		fputs(words == MR_TOUR_FILE ? " -F\n" : " -a '(__fish_complete_directories)'\n", out);
	}
}

void mr_complete_fish(const struct mr_tour *tour, FILE *out)
{
	fputs("# Completions of millrace for fish, made by `millrace manual fish` from the tables of the program.\n"
	      "function __millrace_at # whether exactly these words stand before the one that is typed\n"
	      "    set -l words (commandline -opc)\n    test \"$words[2..-1]\" = \"$argv\"\nend\n"
	      "function __millrace_in # whether the words before it begin with these\n"
	      "    set -l words (commandline -opc)\n    set -l n (math (count $argv) + 1)\n"
	      "    test (count $words) -ge $n; and test \"$words[2..$n]\" = \"$argv\"\nend\n"
	      "complete -c millrace -f\n",
	      out);
	for (size_t i = 0; i < tour->commands_n; i++) {
		const struct mr_tour_command *c = &tour->commands[i];

		fprintf(out, "complete -c millrace -n '__millrace_at' -a %s -d ", c->name);
		fish_text(out, mr_str_from(c->line));
		fputc('\n', out);
		for (size_t k = 0; c->summary && k < c->pages_n; k++) {
			fprintf(out, "complete -c millrace -n '__millrace_at %s' -a %s -d ", c->name, c->pages[k].name);
			fish_text(out, mr_str_from(c->pages[k].line));
			fputc('\n', out);
		}
		for (size_t k = 0; k < c->pages_n; k++)
			fish_page(out, c, &c->pages[k]);
	}
}

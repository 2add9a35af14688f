/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tour.h"

#include "cli/cli.h"

struct visit {
	mr_arena *arena;
	struct mr_tour_command *command;
	const char *sub, *line;
	bool failed;
};

static void visit_command(void *arg, const char *summary)
{
	struct visit *v = arg;

	v->command->summary = mr_arena_strdup(v->arena, summary);
	v->failed |= !v->command->summary;
}

static void visit_sub(void *arg, const char *name, const char *summary)
{
	struct visit *v = arg;

	v->sub = name;
	v->line = summary;
}

static struct mr_opt_group *copy_groups(struct visit *v, const struct mr_opt_group *groups)
{
	struct mr_opt_group *copy;
	size_t n = 0;

	while (groups[n].heading)
		n++;
	copy = mr_arena_alloc(v->arena, (n + 1) * sizeof *copy);
	if (copy)
		memcpy(copy, groups, (n + 1) * sizeof *copy);
	return copy;
}

static void visit_table(void *arg, const struct mr_opt_table *table)
{
	struct visit *v = arg;
	struct mr_tour_command *c = v->command;
	struct mr_tour_page *pages = mr_arena_alloc(v->arena, (c->pages_n + 1) * sizeof *pages), *page;

	if (!pages) {
		v->failed = true;
		return;
	}
	if (c->pages_n)
		memcpy(pages, c->pages, c->pages_n * sizeof *pages);
	page = &pages[c->pages_n++];
	c->pages = pages;
	page->name = v->sub;
	page->line = v->line;
	page->table.usage = mr_arena_strdup(v->arena, table->usage);
	page->table.summary = mr_arena_strdup(v->arena, table->summary);
	page->table.epilogue = table->epilogue ? mr_arena_strdup(v->arena, table->epilogue) : NULL;
	page->table.groups = copy_groups(v, table->groups);
	v->failed |= !page->table.usage || !page->table.summary || !page->table.groups ||
		     (table->epilogue && !page->table.epilogue);
}

mr_code mr_tour_take(mr_arena *arena, struct mr_tour *out, mr_error *err)
{
	struct visit v = {.arena = arena};
	const struct mr_opt_tour tour = {&v, visit_command, visit_sub, visit_table};
	char *argv[] = {NULL, NULL};
	int status = MR_EXIT_OK;
	size_t n = 0;

	while (mr_commands[n].summary)
		n++;
	out->commands_n = n;
	out->commands = mr_arena_zalloc(arena, n * sizeof *out->commands);
	if (!out->commands)
		return mr_error_no_memory(err);
	mr_options_set_tour(&tour);
	for (size_t i = 0; i < n && status == MR_EXIT_OK && !v.failed; i++) {
		v.command = &out->commands[i];
		v.command->name = mr_commands[i].name;
		v.command->line = mr_commands[i].summary;
		v.sub = v.line = NULL;
		argv[0] = (char *)(uintptr_t)mr_commands[i].name;
		status = mr_commands[i].run(1, argv);
		if (!v.command->pages_n)
			status = MR_EXIT_FAILED;
	}
	mr_options_set_tour(NULL);
	if (v.failed)
		return mr_error_no_memory(err);
	return status == MR_EXIT_OK ? MR_OK
				    : mr_error_set(err, MR_INTERNAL_ERROR, "'millrace %s' does not tell its options",
						   v.command->name);
}

/* ---- what is asked of a table ---- */

static mr_tour_value kind_of(const char *text)
{
	static const char *const files[] = {"FILE", "PATH"}, *const folders[] = {"DIR", "FOLDER"};

	if (strchr(text, '|'))
		return MR_TOUR_CHOICE;
	for (size_t i = 0; i < 2; i++) {
		if (strstr(text, files[i]))
			return MR_TOUR_FILE;
		if (strstr(text, folders[i]))
			return MR_TOUR_FOLDER;
	}
	return MR_TOUR_ANY;
}

mr_tour_value mr_tour_option_value(const struct mr_opt *o)
{
	return o->kind == MR_OPT_FLAG || !o->value ? MR_TOUR_NONE : kind_of(o->value);
}

mr_tour_value mr_tour_word_value(const struct mr_tour_page *page)
{
	const char *words = strstr(page->table.usage, "[OPTION...] ");

	/* Of several words of different kinds each may stand anywhere, so a file is offered for all. */
	return !words ? MR_TOUR_NONE : kind_of(words) == MR_TOUR_CHOICE ? MR_TOUR_ANY : kind_of(words + sizeof "[OPTION...]");
}

mr_str mr_tour_sentence(const char *text)
{
	const char *end = text;

	while (*end && !((*end == '.' || *end == ';') && (end[1] == ' ' || !end[1])) && *end != '\n')
		end++;
	return mr_str_make(text, (size_t)(end - text));
}

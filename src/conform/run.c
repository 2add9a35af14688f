/* SPDX-License-Identifier: Apache-2.0
 *
 * All rules against all entries of a plugin.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "api/tables.h"
#include "conform/child.h"

struct run {
	const struct mr_conform_options *options;
	mr_arena *arena;
	struct shared *shared;
	struct mr_conform_report *report;
};

static bool wanted(const struct run *r, const char *id)
{
	bool found = r->options->rules_n == 0;

	for (size_t i = 0; i < r->options->rules_n; i++)
		found |= strncmp(id, r->options->rules[i].ptr, r->options->rules[i].len) == 0;
	return found;
}

/* "mlflow.app" or "app". */
static bool is_group(mr_str group, mr_str asked)
{
	const char *dot = memchr(group.ptr, '.', group.len);

	return !asked.len || mr_str_eq(group, asked) ||
	       (dot && mr_str_eq(mr_str_make(dot + 1, group.len - (size_t)(dot + 1 - group.ptr)), asked));
}

/* What to open: the user's URI for this scheme or name, else what the kind tries. */
static mr_str pattern_for(struct run *r, const struct kind *kind, mr_str name)
{
	for (size_t i = 0; kind->uri && i < r->options->uris_n; i++) {
		mr_str uri = r->options->uris[i];
		const char *colon = memchr(uri.ptr, ':', uri.len);

		if (mr_str_eq(mr_str_make(uri.ptr, colon ? (size_t)(colon - uri.ptr) : uri.len), name))
			return uri;
	}
	if (!kind->uri)
		return mr_str_from("");
	r->shared->default_uri = true;
	if (mr_str_is(name, "sqlite")) /* one slash more, as SQLAlchemy has it */
		return mr_str_from("sqlite:///{folder}/data.db");
	return mr_arena_printf(r->arena, "%.*s%s", MR_STR_ARG(name), kind->uri);
}

static void count(struct run *r, const struct mr_conform_result *result)
{
	size_t *const counters[] = {&r->report->passed, &r->report->failed, &r->report->skipped};

	++*counters[result->outcome];
}

static void add_watches(struct run *r, struct mr_conform_entry *entry)
{
	for (size_t i = 0; i < WATCHES; i++) {
		struct mr_conform_result *result = &entry->results[entry->results_n];

		if (!wanted(r, watch_rules[i].id))
			continue;
		*result = (struct mr_conform_result){.id = watch_rules[i].id,
						     .says = watch_rules[i].says,
						     .source = watch_rules[i].source,
						     .outcome = r->shared->noted[i] ? MR_CONFORM_FAILED
										    : MR_CONFORM_PASSED,
						     .why = mr_arena_copy(r->arena, mr_str_from(r->shared->notes[i]))};
		count(r, result);
		entry->results_n++;
	}
}

static void run_rule(struct run *r, const struct subject *s, const struct rule *rule, struct mr_conform_entry *entry,
		     bool *called)
{
	struct mr_conform_result *result = &entry->results[entry->results_n++];

	memset(r->shared->called, 0, sizeof r->shared->called);
	child_run(s, rule, r->shared, r->arena, result);
	count(r, result);
	for (size_t k = 0; k < SLOTS_MAX; k++)
		called[k] |= r->shared->called[k];
}

/* why: they are skipped, because of that. */
static void run_rules(struct run *r, const struct subject *s, const struct rule *rules, size_t n, const char *why,
		      struct mr_conform_entry *entry, bool *called)
{
	for (size_t i = 0; i < n; i++) {
		struct mr_conform_result *result = &entry->results[entry->results_n];

		if (!wanted(r, rules[i].id))
			continue;
		if (!why) {
			run_rule(r, s, &rules[i], entry, called);
			continue;
		}
		*result = (struct mr_conform_result){.id = rules[i].id,
						     .says = rules[i].says,
						     .source = rules[i].source,
						     .outcome = MR_CONFORM_SKIPPED,
						     .why = mr_str_from(why),
						     .follows = true};
		entry->results_n++;
		count(r, result);
	}
}

/* The rules that say whether the others make sense: why they do not, or NULL. */
static const char *probe(struct run *r, struct subject *s, struct mr_conform_entry *entry, bool *called)
{
	size_t works;

	run_rule(r, s, &any_rules[0], entry, called); /* that it loads, whatever was asked for */
	if (entry->results[0].outcome != MR_CONFORM_PASSED)
		return "it does not load, see any.loads";
	run_rules(r, s, any_rules + 1, any_rules_works - 1, NULL, entry, called);
	if (!wanted(r, any_rules[any_rules_works].id))
		return NULL;
	s->probing = true;
	works = entry->results_n;
	run_rule(r, s, &any_rules[any_rules_works], entry, called);
	s->probing = false;
	return entry->results[works].outcome == MR_CONFORM_SKIPPED ? "it cannot be used without more, see any.works"
								   : NULL;
}

static void add_name(mr_buf *list, const char *name)
{
	mr_buf_printf(list, "%s%s", list->len ? ", " : "", name);
}

static void count_functions(struct run *r, struct mr_conform_entry *entry, const bool *called)
{
	const struct slot_table *table = slots_of(entry->group), *group_ops = slots_of_group_ops();
	mr_buf missed, done;
	int side;
	size_t n = table->n + (slots_side(entry->group, &side) ? group_ops->n : 0);

	mr_buf_init(&missed, 1 << 16);
	mr_buf_init(&done, 1 << 16);
	for (size_t i = 0; i < n; i++) {
		const char *name = i < table->n ? table->slots[i].name : group_ops->slots[i - table->n].name;

		entry->functions++;
		entry->offered += r->shared->offered[i];
		entry->called += called[i] && r->shared->offered[i];
		if (r->shared->offered[i])
			add_name(called[i] ? &done : &missed, name);
	}
	for (uint32_t i = 0; slots_side(entry->group, &side) && i < mr_operations_end && i < OPERATIONS_MAX; i++) {
		if (!mr_operations[i] || mr_operations[i]->side != side)
			continue;
		entry->functions++;
		entry->offered += r->shared->operation_offered[i];
		entry->called += r->shared->operation_offered[i];
		if (r->shared->operation_offered[i])
			add_name(&done, mr_operations[i]->name);
	}
	entry->missed = mr_arena_copy(r->arena, mr_buf_view(&missed));
	entry->functions_called = mr_arena_copy(r->arena, mr_buf_view(&done));
	mr_buf_dispose(&missed);
	mr_buf_dispose(&done);
}

static mr_code run_entry(struct run *r, const struct mr_plugin_info *plugin, size_t index, mr_error *err)
{
	struct mr_conform_entry *entry = &r->report->entries[r->report->entries_n];
	bool called[SLOTS_MAX] = {false};
	struct subject s = {.plugin = plugin, .index = index, .options = r->options};
	const char *why;

	entry->group = plugin->entries[index].group;
	entry->name = plugin->entries[index].name;
	s.kind = kind_get(entry->group);
	r->report->entries_n++;
	if (!s.kind) {
		entry->missed = mr_arena_printf(r->arena, "this Millrace knows no rules of group %.*s",
						MR_STR_ARG(entry->group));
		return MR_OK;
	}
	memset(r->shared, 0, sizeof *r->shared);
	s.uri_pattern = pattern_for(r, s.kind, entry->name);
	entry->results = mr_arena_zalloc(r->arena, (any_rules_n + *s.kind->rules_n + WATCHES) * sizeof *entry->results);
	if (!entry->results || !s.uri_pattern.ptr)
		return mr_error_no_memory(err);
	why = probe(r, &s, entry, called);
	run_rules(r, &s, any_rules + any_rules_works + 1, any_rules_n - any_rules_works - 1, why, entry, called);
	run_rules(r, &s, s.kind->rules, *s.kind->rules_n, why, entry, called);
	if (entry->results[0].outcome == MR_CONFORM_PASSED)
		add_watches(r, entry);
	count_functions(r, entry, called);
	return MR_OK;
}

static mr_code find_plugin(const struct mr_conform_options *o, const struct mr_plugin_info **out, mr_error *err)
{
	const struct mr_plugin_info *const *list;
	char *real = o->file.len ? realpath(o->file.ptr, NULL) : NULL;
	size_t n = 0;
	mr_code code = mr_plugins_list(&list, &n, err);

	*out = NULL;
	for (size_t i = 0; code == MR_OK && i < n && !*out; i++)
		if (real ? mr_str_is(list[i]->file, real) : mr_str_eq(list[i]->name, o->builtin))
			*out = list[i];
	free(real);
	if (code == MR_OK && !*out)
		code = mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST,
				    "There is no plugin '%.*s'; `millrace plugins list` shows what was found",
				    MR_STR_ARG(o->file.len ? o->file : o->builtin));
	if (code == MR_OK && (*out)->state == MR_PLUGIN_REFUSED)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "%.*s is refused: %.*s", MR_STR_ARG((*out)->file),
				    MR_STR_ARG((*out)->why));
	return code;
}

mr_code mr_conform_run(const struct mr_conform_options *options, mr_arena *arena, struct mr_conform_report *out,
		       mr_error *err)
{
	struct run r = {.options = options, .arena = arena, .report = out};
	const struct mr_plugin_info *plugin;
	mr_code code = find_plugin(options, &plugin, err);

	if (code != MR_OK)
		return code;
	*out = (struct mr_conform_report){.name = plugin->name, .version = plugin->version, .file = plugin->file};
	out->entries = mr_arena_zalloc(arena, (plugin->entries_n + 1) * sizeof *out->entries);
	r.shared = mmap(NULL, sizeof *r.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!out->entries || r.shared == MAP_FAILED)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < plugin->entries_n && code == MR_OK; i++)
		if ((!options->entry.len || mr_str_eq(options->entry, plugin->entries[i].name)) &&
		    is_group(plugin->entries[i].group, options->group))
			code = run_entry(&r, plugin, i, err);
	munmap(r.shared, sizeof *r.shared);
	if (code == MR_OK && !out->entries_n)
		code = mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "The plugin %.*s has no entry '%.*s'",
				    MR_STR_ARG(plugin->name),
				    MR_STR_ARG(options->entry.len ? options->entry : options->group));
	return code;
}

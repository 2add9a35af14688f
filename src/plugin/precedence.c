/* SPDX-License-Identifier: Apache-2.0
 *
 * The one rule: the nearer source wins, and the other is shown as shadowed; two
 * with one key in the same source are an error, at the moment of use.
 */
#include <stdlib.h>

#include "plugin/listing.h"
#include "plugin/registry.h"

const char *mr_source_name(mr_source_kind source)
{
	switch (source) {
	case MR_SOURCE_FLAG:
		return "--plugin";
	case MR_SOURCE_PATH:
		return "MILLRACE_PLUGIN_PATH";
	case MR_SOURCE_PYTHON_NAMED:
		return "python (named)";
	case MR_SOURCE_USER:
		return "user";
	case MR_SOURCE_PYTHON_OTHER:
		return "python";
	case MR_SOURCE_SYSTEM:
		return "system";
	case MR_SOURCE_BUILTIN:
		return "built-in";
	case MR_SOURCE_REFERENCE:
		return "mlflow";
	}
	return "unknown";
}

static bool same_key(const struct mr_entry_info *a, const struct mr_entry_info *b)
{
	return mr_str_eq(a->group, b->group) && mr_str_eq(a->name, b->name);
}

static void judge(struct mr_entry_info *entry, struct plugin *own, struct mr_entry_info *nearer, struct plugin *other)
{
	if (!same_key(entry, nearer) || other->info.state == MR_PLUGIN_DENIED)
		return;
	if (own->info.source == other->info.source && own->info.source_index == other->info.source_index)
		entry->ambiguous = nearer->ambiguous = true;
	else if (!entry->shadowed_by)
		entry->shadowed_by = &other->info;
}

void precedence_resolve(struct registry *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct plugin *p = r->plugins[i];

		for (size_t e = 0; e < p->info.entries_n; e++) {
			struct mr_entry_info *entry = &p->info.entries[e];
			const struct mr_group *group = mr_group_get(entry->group);

			entry->shadowed_by = NULL;
			entry->ambiguous = false;
			if (!group || group->lookup == MR_LOOKUP_ORDER)
				continue;
			for (size_t k = 0; k < i && p->info.state != MR_PLUGIN_DENIED; k++)
				for (size_t f = 0; f < r->plugins[k]->info.entries_n; f++)
					judge(entry, p, &r->plugins[k]->info.entries[f], r->plugins[k]);
		}
	}
}

/* "a,b": only these, and the built-ins; "-a,-b": all but these. */
bool plugin_allowed(mr_str name, mr_source_kind source)
{
	const char *value = secure_getenv("MILLRACE_PLUGINS");
	bool listed = false, any_positive = false;

	while (value && *value) {
		size_t n = strcspn(value, ",");
		bool deny = *value == '-';
		mr_str word = mr_str_make(value + deny, n - deny);

		if (deny && mr_str_eq(word, name))
			return false;
		any_positive |= !deny && n > 0;
		listed |= !deny && mr_str_eq(word, name);
		value += n + (value[n] == ',');
	}
	return listed || !any_positive || source == MR_SOURCE_BUILTIN;
}

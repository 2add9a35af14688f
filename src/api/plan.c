/* SPDX-License-Identifier: Apache-2.0 */
#include "api/plan.h"

#include <stdatomic.h>

#include "base/fork.h"
#include "base/inject.h"

/* Where the parts of the block stand. */
struct layout {
	struct mr_plan *plans; /* by the message's number */
	struct mr_plan_field *fields;
	const struct mr_plan_field **order;
	char *text;
};

static _Atomic(struct mr_plan *) made;
static struct mr_fork_lock making = MR_FORK_LOCK_INIT;

static struct mr_plan *allocate(struct layout *to)
{
	size_t fields = 0, text = 0;
	uint32_t i, k;
	char *block;

	for (i = 0; i < mr_messages_end; i++) {
		for (k = 0; mr_messages[i] && k < mr_messages[i]->fields_n; k++, fields++)
			text += strlen(mr_messages[i]->fields[k].name) + 4;
	}
	block = mr_calloc(1, mr_messages_end * sizeof *to->plans + fields * (sizeof *to->fields + sizeof *to->order) +
				     text + MR_PLAN_KEY_PAD);
	if (!block)
		return NULL;
	to->plans = (struct mr_plan *)(void *)block;
	to->fields = (struct mr_plan_field *)(void *)(to->plans + mr_messages_end);
	to->order = (const struct mr_plan_field **)(void *)(to->fields + fields);
	to->text = (char *)(to->order + fields);
	return to->plans;
}

static void make_field(struct layout *to, const struct mr_msg_desc *desc, uint32_t index)
{
	const struct mr_field_desc *field = &desc->fields[index];
	struct mr_plan_field *out = to->fields + index;

	out->desc = field;
	out->index = (uint8_t)index;
	out->message = field->message ? &to->plans[field->message->id] : NULL;
	out->key = to->text;
	out->key_len = (uint16_t)(strlen(field->name) + 3);
	out->json_name_len = (uint16_t)strlen(field->json_name);
	out->two_names = strcmp(field->name, field->json_name) != 0;
	to->text += snprintf(to->text, out->key_len + 1u, "\"%s\":", field->name) + 1;
}

static void make_message(struct layout *to, const struct mr_msg_desc *desc)
{
	struct mr_plan *plan = &to->plans[desc->id];
	uint32_t i, at;

	plan->desc = desc;
	plan->fields = to->fields;
	plan->order = to->order;
	for (i = 0; i < desc->fields_n; i++) {
		make_field(to, desc, i);
		for (at = i; at > 0 && to->order[at - 1]->desc->id > desc->fields[i].id; at--)
			to->order[at] = to->order[at - 1];
		to->order[at] = &to->fields[i];
	}
	to->fields += desc->fields_n;
	to->order += desc->fields_n;
}

static const struct mr_plan *make(void)
{
	struct layout to;
	struct mr_plan *plans;
	uint32_t i;

	mr_fork_lock_take(&making);
	plans = atomic_load_explicit(&made, memory_order_acquire);
	if (!plans) {
		plans = allocate(&to);
		for (i = 0; plans && i < mr_messages_end; i++)
			if (mr_messages[i])
				make_message(&to, mr_messages[i]);
		atomic_store_explicit(&made, plans, memory_order_release);
	}
	mr_fork_lock_give(&making);
	return plans;
}

const struct mr_plan *mr_plan_get(const struct mr_msg_desc *desc)
{
	const struct mr_plan *plans = atomic_load_explicit(&made, memory_order_acquire);

	if (!plans)
		plans = make();
	return plans ? plans + desc->id : NULL;
}

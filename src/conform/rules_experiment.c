/* SPDX-License-Identifier: Apache-2.0
 *
 * Default experiments.
 */
#include <millrace/default_experiment.h>

#include "base/os.h"
#include "conform/check.h"

#define EXPERIMENT ((const struct mr_default_experiment_ops *)c->ops)

enum { QUICK_MS = 50, ID_MAX = 250 };

static bool is_in_context(struct check *c)
{
	return !EXPERIMENT->in_context || EXPERIMENT->in_context(c->host, c->call);
}

static mr_str get(struct check *c)
{
	mr_str id = mr_str_make("", 0);

	if (!is_in_context(c))
		check_skip(c, "it has nothing to say here: in_context is false");
	check_ok(c, EXPERIMENT->experiment_id(c->host, &id, c->call, &c->err), "experiment_id");
	return id;
}

void experiment_use(struct check *c)
{
	mr_str id;

	if (is_in_context(c))
		check_ok(c, EXPERIMENT->experiment_id(c->host, &id, c->call, &c->err), "experiment_id");
}

static void can_be_asked_for(struct check *c)
{
	mr_str id = get(c);

	check_that(c, id.len > 0 && id.len <= ID_MAX, "its id has %zu bytes", id.len);
	for (size_t i = 0; i < id.len; i++)
		check_that(c, (unsigned char)id.ptr[i] > ' ', "its id '%.*s' has a blank or a control character in it", MR_STR_ARG(id));
}

static void again(struct check *c)
{
	mr_str first = get(c), second = get(c);

	check_that(c, mr_str_eq(first, second), "it gives '%.*s' and then '%.*s'", MR_STR_ARG(first), MR_STR_ARG(second));
}

static void quick(struct check *c)
{
	int64_t began, ms;

	is_in_context(c); /* what is read once for all may take its time */
	began = mr_monotonic_ns();
	is_in_context(c);
	ms = (mr_monotonic_ns() - began) / 1000000;
	check_that(c, ms < QUICK_MS, "in_context took %lld ms", (long long)ms);
}

const struct rule experiment_rules[] = {
	{"experiment.can-be-asked-for", "its id is one that stores take", "default_experiment.h", NULL, can_be_asked_for},
	{"experiment.in-context-is-quick", "in_context is cheap: below 50 ms", "default_experiment.h", "in_context", quick},
	{"experiment.can-be-asked-again", "it gives the same id when it is asked again", "default_experiment.h", NULL, again},
};
const size_t experiment_rules_n = sizeof experiment_rules / sizeof *experiment_rules;

/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kit is made of: rules, and the groups that they belong to.
 */
#ifndef MR_CONFORM_RULE_H
#define MR_CONFORM_RULE_H

#include "plugin/host.h"

struct check;

/* A rule. It runs in a process of its own and needs to clean up nothing. */
struct rule {
	const char *id; /* "artifact.push-is-invisible-before-commit"; never reused for another rule */
	const char *says; /* one line: what holds */
	const char *source; /* where that is written: "artifact_repository.h" */
	const char *needs; /* functions and operations without which it is skipped: "push_begin list"; NULL: none */
	void (*run)(struct check *c);
};

/* A function of a table. */
struct slot {
	const char *name;
	size_t offset;
};

struct kind {
	const char *group; /* MR_GROUP_* */
	const char *title; /* of its rules: "artifact" */
	const struct rule *rules;
	const size_t *rules_n;
	const char *required; /* functions that the table must have */
	const char *together; /* of "a b c; d e": all or none */
	/* An ordinary use of the plugin, from open to close; the rules of every group repeat it. */
	void (*use)(struct check *c);
	const char
		*uri; /* what is opened when the user named nothing: this behind the entry's name; NULL: nothing is */
};

extern const struct kind kinds[];
extern const size_t kinds_n;
const struct kind *kind_get(mr_str group); /* NULL when there are no rules */

/* Of any_rules[] the first says that it loads, and this one that it works: what comes before it uses nothing of the
 * plugin. */
extern const size_t any_rules_works;
extern const struct rule any_rules[], artifact_rules[], tracking_rules[], registry_rules[], context_rules[],
	header_rules[], auth_rules[], backend_rules[], deployment_rules[], evaluator_rules[], flavor_rules[],
	app_rules[], experiment_rules[];
extern const size_t any_rules_n, artifact_rules_n, tracking_rules_n, registry_rules_n, context_rules_n, header_rules_n,
	auth_rules_n, backend_rules_n, deployment_rules_n, evaluator_rules_n, flavor_rules_n, app_rules_n,
	experiment_rules_n;

void artifact_use(struct check *c);
void tracking_use(struct check *c);
void registry_use(struct check *c);
void context_use(struct check *c);
void experiment_use(struct check *c);
void header_use(struct check *c);
void auth_use(struct check *c);
void backend_use(struct check *c);
void deployment_use(struct check *c);
void evaluator_use(struct check *c);
void flavor_use(struct check *c);
void app_use(struct check *c);

/* What every child watches while a rule runs, whatever the rule; found in the memory it shares with the parent. */
enum watch {
	WATCH_ERRORS, /* a code without its error, an error without a code */
	WATCH_STDOUT, /* bytes on standard output */
	WATCH_SIGNALS, /* another handler */
	WATCH_FOLDER, /* another working directory or umask */
	WATCH_ENVIRON, /* a variable was changed */
	WATCH_LOCALE,
	WATCH_CHILDREN, /* processes that outlive it */
	WATCHES
};
extern const struct rule watch_rules[WATCHES];

#endif

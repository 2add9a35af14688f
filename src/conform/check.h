/* SPDX-License-Identifier: Apache-2.0
 *
 * What a rule's function works with. It runs in a process of its own: what fails
 * or skips a rule ends that process, so that nothing has to be undone.
 */
#ifndef MR_CONFORM_CHECK_H
#define MR_CONFORM_CHECK_H

#include "api/call.h"
#include "base/json.h"
#include "conform/conform.h"
#include "conform/rule.h"

struct shared;

struct check {
	const struct rule *rule;
	const struct kind *kind;
	const struct mr_entry *entry;
	const mr_host *host;
	const void *ops; /* the group's table, with the counting of calls in front */
	mr_str uri; /* to open; of this rule alone where it lies in the folder */
	const char *folder; /* of this rule alone, and empty */
	const char *unique; /* a word that no other rule has, for names in stores that are shared */
	const struct mr_conform_options *settings;
	const char *name; /* of the entry */
	struct mr_map_string *pairs; /* of the user's --option, with the folder in them */
	mr_arena *arena; /* lives until the process ends */
	mr_call *call;
	mr_error err; /* of the last call of the plugin */
	struct shared *shared;
	mr_options *options;
	void *self; /* what open gave */
	mr_call *kit_call; /* for requests that rules make */
	bool starved; /* c->call has next to no memory: running out of it is right, and ends the process */
};

/* ---- outcomes ---- */

MR_PRINTF(2, 3) _Noreturn void check_fail(struct check *c, const char *format, ...);
MR_PRINTF(2, 3) _Noreturn void check_skip(struct check *c, const char *format, ...);
/* Fails with the message unless it holds. */
MR_PRINTF(3, 4) void check_that(struct check *c, bool holds, const char *format, ...);
/* Something that is watched all the time was not as it should be; the rule goes on. */
MR_PRINTF(3, 4) void check_note(struct check *c, enum watch what, const char *format, ...);

/* What a function of the plugin returned with c->err, which is empty again afterwards. */
void check_ok(struct check *c, mr_code code, const char *what);
void check_code(struct check *c, mr_code code, mr_code wanted, const char *what);
/* Any failure will do. */
void check_refused(struct check *c, mr_code code, const char *what);

/* ---- the plugin ---- */

/* Whether it has the function, by its name in the table. */
bool check_has(struct check *c, const char *function);
/* For the kinds that are opened: c->self. A plugin that needs something from outside is skipped with its words. */
void check_open(struct check *c);
void check_close(struct check *c);
/* Opens another object, for what another process would see. */
mr_code check_open_as(struct check *c, void **self);
void check_close_as(struct check *c, void *self);
/* A call like c->call, for a thread of one's own; ends with the process. */
mr_call *check_call_new(struct check *c);
/* A text in memory that lives until the process ends. */
MR_PRINTF(2, 3) mr_str check_text(struct check *c, const char *format, ...);

/* ---- stores: operations as JSON ---- */

/* `request` is a format of JSON in which ' stands for ". The response as a tree; the code is in c->err, too. */
MR_PRINTF(4, 5)
mr_code check_ask(struct check *c, const char *operation, const mr_json **out, const char *request, ...);
/* The same; it must succeed, or the store may say that it does not have the operation, which skips the rule. */
MR_PRINTF(3, 4) const mr_json *check_do(struct check *c, const char *operation, const char *request, ...);
/* It must fail with this code. */
MR_PRINTF(4, 5) void check_do_fails(struct check *c, mr_code wanted, const char *operation, const char *request, ...);
/* A value by its path: "run.data.tags.0.key"; NULL when there is none. */
const mr_json *check_at(const mr_json *tree, const char *path);
/* Text or number as text; "" when there is none. */
mr_str check_str(const mr_json *tree, const char *path);
size_t check_count(const mr_json *tree, const char *path);
/* The element of an array of objects whose member has the value; NULL when there is none. */
const mr_json *check_find(const mr_json *tree, const char *path, const char *member, mr_str value);

/* ---- threads ---- */

/* Runs work(c, index) in n threads at once and waits for them; each returns NULL or what went wrong. */
void check_threads(struct check *c, size_t n, const char *(*work)(struct check *c, size_t index));

#endif

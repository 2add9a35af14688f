/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of model registry stores: what MLflow's clients rely on. Names
 * are the rule's own, so that a registry that is in use can be checked.
 */
#include <millrace/model_registry_store.h>

#include "conform/check.h"
#include "conform/rules_store.h"

#define OPS ((const struct mr_model_registry_store_ops *)c->ops)

static mr_str new_model(struct check *c)
{
	static _Atomic unsigned count;
	mr_str name = check_text(c, "conform-%s-%u", c->unique, count++);

	check_do(c, "create_registered_model",
		 "{'name': '%s', 'description': 'first', 'tags': [{'key': 'a', 'value': 'b'}]}", name.ptr);
	return name;
}

static void new_version(struct check *c, mr_str name, const char *number)
{
	const mr_json *made = check_do(c, "create_model_version",
				       "{'name': '%s', 'source': 's3://models/m', 'description': 'd'}", name.ptr);

	check_that(c, mr_str_is(check_str(made, "model_version.version"), number), "the next version is '%.*s', not %s",
		   MR_STR_ARG(check_str(made, "model_version.version")), number);
}

static const mr_json *get_model(struct check *c, mr_str name)
{
	return check_do(c, "get_registered_model", "{'name': '%s'}", name.ptr);
}

static const mr_json *get_version(struct check *c, mr_str name, const char *number)
{
	return check_do(c, "get_model_version", "{'name': '%s', 'version': '%s'}", name.ptr, number);
}

static void expect(struct check *c, const mr_json *tree, const char *path, const char *want)
{
	check_that(c, mr_str_is(check_str(tree, path), want), "%s is '%.*s', not '%s'", path,
		   MR_STR_ARG(check_str(tree, path)), want);
}

void registry_use(struct check *c)
{
	mr_str name;

	check_open(c);
	name = new_model(c);
	new_version(c, name, "1");
	get_version(c, name, "1");
	check_do(c, "search_model_versions", "{'filter': 'name = \\'%s\\'', 'max_results': 10}", name.ptr);
	check_close(c);
}

static void model_get(struct check *c)
{
	const mr_json *got;
	mr_str name;

	check_open(c);
	name = new_model(c);
	got = get_model(c, name);
	expect(c, got, "registered_model.name", name.ptr);
	expect(c, got, "registered_model.description", "first");
	expect(c, got, "registered_model.tags.0.value", "b");
	check_close(c);
}

static void name_is_new(struct check *c)
{
	mr_str name;

	check_open(c);
	name = new_model(c);
	check_do_fails(c, MR_RESOURCE_ALREADY_EXISTS, "create_registered_model", "{'name': '%s'}", name.ptr);
	check_close(c);
}

static void missing(struct check *c)
{
	mr_str name;

	check_open(c);
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_registered_model", "{'name': 'none-%s'}", c->unique);
	name = new_model(c);
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_model_version", "{'name': '%s', 'version': '7'}", name.ptr);
	check_close(c);
}

static void model_update(struct check *c)
{
	mr_str name, renamed;

	check_open(c);
	name = new_model(c);
	new_version(c, name, "1");
	check_do(c, "update_registered_model", "{'name': '%s', 'description': 'second'}", name.ptr);
	expect(c, get_model(c, name), "registered_model.description", "second");
	renamed = check_text(c, "%s-renamed", name.ptr);
	check_do(c, "rename_registered_model", "{'name': '%s', 'new_name': '%s'}", name.ptr, renamed.ptr);
	expect(c, get_version(c, renamed, "1"), "model_version.name", renamed.ptr);
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_registered_model", "{'name': '%s'}", name.ptr);
	check_close(c);
}

static void model_delete(struct check *c)
{
	mr_str name;

	check_open(c);
	name = new_model(c);
	new_version(c, name, "1");
	check_do(c, "delete_registered_model", "{'name': '%s'}", name.ptr);
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_registered_model", "{'name': '%s'}", name.ptr);
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_model_version", "{'name': '%s', 'version': '1'}", name.ptr);
	check_close(c);
}

static void model_tags(struct check *c)
{
	const mr_json *tag;
	mr_str name;

	check_open(c);
	name = new_model(c);
	check_do(c, "set_registered_model_tag", "{'name': '%s', 'key': 't', 'value': 'one'}", name.ptr);
	check_do(c, "set_registered_model_tag", "{'name': '%s', 'key': 't', 'value': 'two'}", name.ptr);
	tag = check_find(get_model(c, name), "registered_model.tags", "key", mr_str_from("t"));
	check_that(c, tag && mr_str_is(check_str(tag, "value"), "two"),
		   "a tag that was set again does not have its last value");
	check_do(c, "delete_registered_model_tag", "{'name': '%s', 'key': 't'}", name.ptr);
	check_that(c, !check_find(get_model(c, name), "registered_model.tags", "key", mr_str_from("t")),
		   "the tag is still there");
	check_close(c);
}

static void versions_count(struct check *c)
{
	const mr_json *got;
	mr_str name;

	check_open(c);
	name = new_model(c);
	new_version(c, name, "1");
	new_version(c, name, "2");
	got = get_version(c, name, "2");
	expect(c, got, "model_version.source", "s3://models/m");
	expect(c, got, "model_version.current_stage", "None");
	expect(c, got, "model_version.status", "READY");
	expect(c, check_do(c, "get_model_version_download_uri", "{'name': '%s', 'version': '2'}", name.ptr),
	       "artifact_uri", "s3://models/m");
	check_do(c, "delete_model_version", "{'name': '%s', 'version': '1'}", name.ptr);
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_model_version", "{'name': '%s', 'version': '1'}", name.ptr);
	new_version(c, name, "3");
	check_close(c);
}

static void version_update(struct check *c)
{
	mr_str name;

	check_open(c);
	name = new_model(c);
	new_version(c, name, "1");
	check_do(c, "update_model_version", "{'name': '%s', 'version': '1', 'description': 'better'}", name.ptr);
	expect(c, get_version(c, name, "1"), "model_version.description", "better");
	check_close(c);
}

static void version_tags(struct check *c)
{
	mr_str name;

	check_open(c);
	name = new_model(c);
	new_version(c, name, "1");
	check_do(c, "set_model_version_tag", "{'name': '%s', 'version': '1', 'key': 't', 'value': 'v'}", name.ptr);
	expect(c, get_version(c, name, "1"), "model_version.tags.0.value", "v");
	check_do(c, "delete_model_version_tag", "{'name': '%s', 'version': '1', 'key': 't'}", name.ptr);
	check_that(c, check_count(get_version(c, name, "1"), "model_version.tags") == 0, "the tag is still there");
	check_close(c);
}

static void stages(struct check *c)
{
	const mr_json *got;
	mr_str name;

	check_open(c);
	name = new_model(c);
	new_version(c, name, "1");
	new_version(c, name, "2");
	check_do(c, "transition_model_version_stage", "{'name': '%s', 'version': '1', 'stage': 'Production'}",
		 name.ptr);
	check_do(c, "transition_model_version_stage",
		 "{'name': '%s', 'version': '2', 'stage': 'Production', 'archive_existing_versions': true}", name.ptr);
	expect(c, get_version(c, name, "1"), "model_version.current_stage", "Archived");
	expect(c, get_version(c, name, "2"), "model_version.current_stage", "Production");
	got = check_do(c, "get_latest_versions", "{'name': '%s', 'stages': ['Production']}", name.ptr);
	expect(c, got, "model_versions.0.version", "2");
	check_do_fails(c, MR_INVALID_PARAMETER_VALUE, "transition_model_version_stage",
		       "{'name': '%s', 'version': '2', 'stage': 'Nowhere'}", name.ptr);
	check_close(c);
}

static void aliases(struct check *c)
{
	mr_str name;

	check_open(c);
	name = new_model(c);
	new_version(c, name, "1");
	new_version(c, name, "2");
	check_do(c, "set_registered_model_alias", "{'name': '%s', 'alias': 'best', 'version': '1'}", name.ptr);
	check_do(c, "set_registered_model_alias", "{'name': '%s', 'alias': 'best', 'version': '2'}", name.ptr);
	expect(c, check_do(c, "get_model_version_by_alias", "{'name': '%s', 'alias': 'best'}", name.ptr),
	       "model_version.version", "2");
	check_do(c, "delete_registered_model_alias", "{'name': '%s', 'alias': 'best'}", name.ptr);
	check_refused(c, check_ask(c, "get_model_version_by_alias", NULL, "{'name': '%s', 'alias': 'best'}", name.ptr),
		      "an alias that was deleted");
	check_close(c);
}

static void search_models(struct check *c)
{
	const mr_json *got;
	mr_str name;

	check_open(c);
	name = new_model(c);
	new_model(c);
	got = check_do(c, "search_registered_models",
		       "{'filter': 'name LIKE \\'conform-%s-%%\\'', 'order_by': ['name ASC'], 'max_results': 100}",
		       c->unique);
	check_that(c, check_count(got, "registered_models") == 2, "a search for 2 models finds %zu",
		   check_count(got, "registered_models"));
	expect(c, got, "registered_models.0.name", name.ptr);
	check_close(c);
}

static void search_versions(struct check *c)
{
	size_t n = 0;
	mr_str name, token = mr_str_from("");

	check_open(c);
	name = new_model(c);
	for (int i = 1; i <= 5; i++)
		new_version(c, name, check_text(c, "%d", i).ptr);
	do {
		const mr_json *got = check_do(c, "search_model_versions",
					      "{'filter': 'name = \\'%s\\'', 'max_results': 2, 'page_token': '%.*s'}",
					      name.ptr, MR_STR_ARG(token));

		check_that(c, check_count(got, "model_versions") <= 2, "a page of at most 2 has %zu",
			   check_count(got, "model_versions"));
		n += check_count(got, "model_versions");
		token = check_str(got, "next_page_token");
	} while (token.len && n < 10);
	check_that(c, n == 5, "all pages together have %zu of 5 versions", n);
	check_close(c);
}

static void seen_by_others(struct check *c)
{
	mr_str name;
	void *own;

	check_open(c);
	name = new_model(c);
	own = c->self;
	check_ok(c, check_open_as(c, &c->self), "open for the second time");
	get_model(c, name);
	check_close_as(c, own);
	get_model(c, name);
	check_close(c);
}

static mr_str shared_name;

static const char *make_versions(struct check *c, size_t index)
{
	(void)index;
	for (int i = 0; i < 5; i++)
		check_do(c, "create_model_version", "{'name': '%s', 'source': 's3://models/m'}", shared_name.ptr);
	return NULL;
}

static void parallel(struct check *c)
{
	check_open(c);
	shared_name = new_model(c);
	check_threads(c, 4, make_versions);
	get_version(c, shared_name, "20");
	check_close(c);
}

static void every_operation(struct check *c)
{
	rules_store_every_operation(c, MR_SIDE_REGISTRY);
}

static void unknown_operation(struct check *c)
{
	rules_store_unknown_operation(c, OPS->invoke);
}

static void answers_operations(struct check *c)
{
	check_that(c, OPS->facets || OPS->invoke, "it has neither facets nor invoke, so that it answers nothing");
}

static void group(struct check *c)
{
	struct group_member kept = {"create_registered_model", {0}}, undone = kept;
	mr_str name, other;

	rules_store_need_group(c, OPS->group);
	check_open(c);
	name = check_text(c, "kept-%s", c->unique);
	other = new_model(c);
	kept.request = check_text(c, "{'name': '%s'}", name.ptr);
	undone.request = check_text(c, "{'name': '%s'}", other.ptr);
	if (!rules_store_group(c, OPS->group, &kept, &undone, true))
		rules_store_group(c, OPS->group, &kept, NULL, true);
	get_model(c, name);
	kept.request = check_text(c, "{'name': '%s-rolled-back'}", name.ptr);
	rules_store_group(c, OPS->group, &kept, NULL, false);
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_registered_model", "{'name': '%s-rolled-back'}", name.ptr);
	check_close(c);
}

#define HEADER "model_registry_store.h and MLflow's AbstractStore"
const struct rule registry_rules[] = {
	{"registry.answers-operations", "it has facets or invoke", "store.h", NULL, answers_operations},
	{"registry.every-operation", "each operation answers, or says why not, and never with an internal error",
	 "store.h", NULL, every_operation},
	{"registry.unknown-operation", "an operation that it does not know is NOT_IMPLEMENTED", "store.h", "invoke",
	 unknown_operation},
	{"registry.model-get", "a registered model is what was created", HEADER, NULL, model_get},
	{"registry.name-is-new", "a second model of one name is RESOURCE_ALREADY_EXISTS", HEADER, NULL, name_is_new},
	{"registry.missing", "a model or version that is not there is RESOURCE_DOES_NOT_EXIST", HEADER, NULL, missing},
	{"registry.model-update", "update changes the description; rename takes the versions along", HEADER, NULL,
	 model_update},
	{"registry.model-delete", "a deleted model is gone with its versions", HEADER, NULL, model_delete},
	{"registry.model-tags", "a tag has the value that was set last, and can be deleted", HEADER, NULL, model_tags},
	{"registry.versions-count", "versions count from 1 and are not used again", HEADER, NULL, versions_count},
	{"registry.version-update", "update changes a version's description", HEADER, NULL, version_update},
	{"registry.version-tags", "a version's tag is set and deleted", HEADER, NULL, version_tags},
	{"registry.stages", "a transition moves a version, and the others if asked", HEADER, NULL, stages},
	{"registry.aliases", "an alias points at one version, until it is deleted", HEADER, NULL, aliases},
	{"registry.search-models", "search filters and orders models", HEADER, NULL, search_models},
	{"registry.search-versions", "the pages of a search have every version", HEADER, NULL, search_versions},
	{"registry.seen-by-others", "what is written is seen by another object, and stays", "store.h", NULL,
	 seen_by_others},
	{"registry.parallel", "operations may run at once; versions count all the same", "plugin.h", NULL, parallel},
	{"registry.group", "a group of writes keeps its members, without those that were undone", "store.h", NULL,
	 group},
};
const size_t registry_rules_n = sizeof registry_rules / sizeof *registry_rules;

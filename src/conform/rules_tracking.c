/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of tracking stores: what MLflow's clients rely on. Each rule
 * makes an experiment of its own, so that a store that is in use can be checked.
 */
#include <millrace/tracking_store.h>

#include "api/tables.h"
#include "base/error.h"
#include "conform/check.h"
#include "conform/rules_store.h"

#define OPS ((const struct mr_tracking_store_ops *)c->ops)

static mr_str new_experiment(struct check *c)
{
	static _Atomic unsigned count;
	const mr_json *made = check_do(c, "create_experiment", "{'name': 'conform-%s-%u'}", c->unique, count++);

	check_that(c, check_str(made, "experiment_id").len > 0, "create_experiment gives no experiment_id");
	return check_str(made, "experiment_id");
}

static mr_str new_run_in(struct check *c, mr_str experiment)
{
	const mr_json *made = check_do(
		c, "create_run",
		"{'experiment_id': '%.*s', 'user_id': 'conform', 'run_name': 'a run', 'start_time': 1700000000000,"
		" 'tags': [{'key': 'kind', 'value': 'first'}]}",
		MR_STR_ARG(experiment));

	check_that(c, check_str(made, "run.info.run_id").len > 0, "create_run gives no run_id");
	return check_str(made, "run.info.run_id");
}

static mr_str new_run(struct check *c)
{
	return new_run_in(c, new_experiment(c));
}

static const mr_json *get_run(struct check *c, mr_str run)
{
	return check_do(c, "get_run", "{'run_id': '%.*s'}", MR_STR_ARG(run));
}

static void expect(struct check *c, const mr_json *tree, const char *path, const char *want)
{
	check_that(c, mr_str_is(check_str(tree, path), want), "%s is '%.*s', not '%s'", path,
		   MR_STR_ARG(check_str(tree, path)), want);
}

void tracking_use(struct check *c)
{
	mr_str experiment, run;

	check_open(c);
	experiment = new_experiment(c);
	run = new_run_in(c, experiment);
	check_do(c, "log_batch",
		 "{'run_id': '%.*s', 'metrics': [{'key': 'm', 'value': 1.5, 'timestamp': 1, 'step': 1}]}",
		 MR_STR_ARG(run));
	get_run(c, run);
	check_do(c, "search_runs", "{'experiment_ids': ['%.*s']}", MR_STR_ARG(experiment));
	check_close(c);
}

/* ---- experiments ---- */

static void experiment_get(struct check *c)
{
	const mr_json *got;
	mr_str id;

	check_open(c);
	id = check_str(check_do(c, "create_experiment",
				"{'name': 'conform %s \\u00fc', 'tags': [{'key': 'a', 'value': 'b'}]}", c->unique),
		       "experiment_id");
	got = check_do(c, "get_experiment", "{'experiment_id': '%.*s'}", MR_STR_ARG(id));
	check_that(c, mr_str_eq(check_str(got, "experiment.experiment_id"), id), "get_experiment gives another id");
	check_that(c, mr_str_eq(check_str(got, "experiment.name"), check_text(c, "conform %s \xc3\xbc", c->unique)),
		   "the experiment's name is '%.*s'", MR_STR_ARG(check_str(got, "experiment.name")));
	expect(c, got, "experiment.lifecycle_stage", "active");
	expect(c, got, "experiment.tags.0.key", "a");
	expect(c, got, "experiment.tags.0.value", "b");
	check_that(c, check_str(got, "experiment.artifact_location").len > 0,
		   "the experiment has no artifact_location");
	check_close(c);
}

static void experiment_name_is_new(struct check *c)
{
	check_open(c);
	check_do(c, "create_experiment", "{'name': 'twice-%s'}", c->unique);
	check_do_fails(c, MR_RESOURCE_ALREADY_EXISTS, "create_experiment", "{'name': 'twice-%s'}", c->unique);
	check_close(c);
}

static void experiment_missing(struct check *c)
{
	check_open(c);
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_experiment", "{'experiment_id': '987654321012345'}");
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_experiment_by_name", "{'experiment_name': 'none-%s'}",
		       c->unique);
	check_close(c);
}

static void experiment_by_name(struct check *c)
{
	const mr_json *got;
	mr_str id;

	check_open(c);
	id = check_str(check_do(c, "create_experiment", "{'name': 'named-%s'}", c->unique), "experiment_id");
	got = check_do(c, "get_experiment_by_name", "{'experiment_name': 'named-%s'}", c->unique);
	check_that(c, mr_str_eq(check_str(got, "experiment.experiment_id"), id),
		   "get_experiment_by_name gives another experiment");
	check_close(c);
}

static void experiment_life(struct check *c)
{
	mr_str id;

	check_open(c);
	id = new_experiment(c);
	check_do(c, "delete_experiment", "{'experiment_id': '%.*s'}", MR_STR_ARG(id));
	expect(c, check_do(c, "get_experiment", "{'experiment_id': '%.*s'}", MR_STR_ARG(id)),
	       "experiment.lifecycle_stage", "deleted");
	check_do(c, "restore_experiment", "{'experiment_id': '%.*s'}", MR_STR_ARG(id));
	expect(c, check_do(c, "get_experiment", "{'experiment_id': '%.*s'}", MR_STR_ARG(id)),
	       "experiment.lifecycle_stage", "active");
	check_close(c);
}

static void experiment_update(struct check *c)
{
	mr_str id, name = check_text(c, "renamed-%s", c->unique);

	check_open(c);
	id = new_experiment(c);
	check_do(c, "update_experiment", "{'experiment_id': '%.*s', 'new_name': '%s'}", MR_STR_ARG(id), name.ptr);
	expect(c, check_do(c, "get_experiment", "{'experiment_id': '%.*s'}", MR_STR_ARG(id)), "experiment.name",
	       name.ptr);
	check_close(c);
}

static void experiment_tags(struct check *c)
{
	const mr_json *got;
	mr_str id;

	check_open(c);
	id = new_experiment(c);
	check_do(c, "set_experiment_tag", "{'experiment_id': '%.*s', 'key': 'k', 'value': 'one'}", MR_STR_ARG(id));
	check_do(c, "set_experiment_tag", "{'experiment_id': '%.*s', 'key': 'k', 'value': 'two'}", MR_STR_ARG(id));
	got = check_do(c, "get_experiment", "{'experiment_id': '%.*s'}", MR_STR_ARG(id));
	check_that(c, check_count(got, "experiment.tags") == 1, "a tag set twice is there %zu times",
		   check_count(got, "experiment.tags"));
	expect(c, got, "experiment.tags.0.value", "two");
	check_close(c);
}

static void experiment_search(struct check *c)
{
	const mr_json *got;

	check_open(c);
	check_do(c, "create_experiment", "{'name': 'search-%s-a'}", c->unique);
	check_do(c, "create_experiment", "{'name': 'search-%s-b'}", c->unique);
	got = check_do(c, "search_experiments",
		       "{'max_results': 10, 'filter': 'name LIKE \\'search-%s%%\\'', 'order_by': ['name ASC']}",
		       c->unique);
	check_that(c, check_count(got, "experiments") == 2, "search finds %zu of 2 experiments",
		   check_count(got, "experiments"));
	check_that(c, mr_str_eq(check_str(got, "experiments.0.name"), check_text(c, "search-%s-a", c->unique)),
		   "they are not in order");
	check_close(c);
}

/* ---- runs ---- */

static void run_get(struct check *c)
{
	const mr_json *got;
	mr_str experiment, run;

	check_open(c);
	experiment = new_experiment(c);
	run = new_run_in(c, experiment);
	got = get_run(c, run);
	check_that(c, mr_str_eq(check_str(got, "run.info.run_id"), run), "get_run gives another run");
	check_that(c, mr_str_eq(check_str(got, "run.info.experiment_id"), experiment),
		   "the run is in another experiment");
	expect(c, got, "run.info.run_name", "a run");
	expect(c, got, "run.info.status", "RUNNING");
	expect(c, got, "run.info.lifecycle_stage", "active");
	expect(c, got, "run.info.start_time", "1700000000000");
	check_that(c, check_str(got, "run.info.artifact_uri").len > 0, "the run has no artifact_uri");
	check_that(c, check_find(got, "run.data.tags", "key", mr_str_from("kind")) != NULL,
		   "the tag that it began with is missing");
	check_close(c);
}

static void run_missing(struct check *c)
{
	static const char *const asked[] = {"get_run", "delete_run", "update_run"};

	check_open(c);
	for (size_t i = 0; i < 3; i++)
		check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, asked[i],
			       "{'run_id': '0123456789abcdef0123456789abcdef'}");
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "log_param",
		       "{'run_id': '0123456789abcdef0123456789abcdef', 'key': 'k', 'value': 'v'}");
	check_close(c);
}

static void run_update(struct check *c)
{
	const mr_json *got;
	mr_str run;

	check_open(c);
	run = new_run(c);
	got = check_do(c, "update_run", "{'run_id': '%.*s', 'status': 'FINISHED', 'end_time': 1700000001000}",
		       MR_STR_ARG(run));
	expect(c, got, "run_info.status", "FINISHED");
	got = get_run(c, run);
	expect(c, got, "run.info.status", "FINISHED");
	expect(c, got, "run.info.end_time", "1700000001000");
	expect(c, got, "run.info.run_name", "a run");
	check_close(c);
}

static void run_life(struct check *c)
{
	mr_str run;

	check_open(c);
	run = new_run(c);
	check_do(c, "delete_run", "{'run_id': '%.*s'}", MR_STR_ARG(run));
	expect(c, get_run(c, run), "run.info.lifecycle_stage", "deleted");
	check_do_fails(c, MR_INVALID_PARAMETER_VALUE, "log_param", "{'run_id': '%.*s', 'key': 'k', 'value': 'v'}",
		       MR_STR_ARG(run));
	check_do(c, "restore_run", "{'run_id': '%.*s'}", MR_STR_ARG(run));
	expect(c, get_run(c, run), "run.info.lifecycle_stage", "active");
	check_close(c);
}

static void params(struct check *c)
{
	const mr_json *got;
	mr_str run;

	check_open(c);
	run = new_run(c);
	check_do(c, "log_param", "{'run_id': '%.*s', 'key': 'rate', 'value': '0.1'}", MR_STR_ARG(run));
	check_do(c, "log_param", "{'run_id': '%.*s', 'key': 'rate', 'value': '0.1'}", MR_STR_ARG(run));
	check_do_fails(c, MR_INVALID_PARAMETER_VALUE, "log_param", "{'run_id': '%.*s', 'key': 'rate', 'value': '0.2'}",
		       MR_STR_ARG(run));
	got = get_run(c, run);
	check_that(c, check_count(got, "run.data.params") == 1, "one parameter is there %zu times",
		   check_count(got, "run.data.params"));
	expect(c, got, "run.data.params.0.value", "0.1");
	check_close(c);
}

static void tags(struct check *c)
{
	const mr_json *found;
	mr_str run, key = mr_str_from("t");

	check_open(c);
	run = new_run(c);
	check_do(c, "set_tag", "{'run_id': '%.*s', 'key': 't', 'value': 'one'}", MR_STR_ARG(run));
	check_do(c, "set_tag", "{'run_id': '%.*s', 'key': 't', 'value': 'two'}", MR_STR_ARG(run));
	found = check_find(get_run(c, run), "run.data.tags", "key", key);
	check_that(c, found && mr_str_is(check_str(found, "value"), "two"),
		   "a tag that was set again does not have its last value");
	check_do(c, "delete_tag", "{'run_id': '%.*s', 'key': 't'}", MR_STR_ARG(run));
	check_that(c, !check_find(get_run(c, run), "run.data.tags", "key", key),
		   "a tag is still there after delete_tag");
	check_close(c);
}

static void metrics(struct check *c)
{
	const mr_json *got;
	mr_str run;

	check_open(c);
	run = new_run(c);
	for (int i = 0; i < 3; i++)
		check_do(c, "log_metric",
			 "{'run_id': '%.*s', 'key': 'loss', 'value': %d.5, 'timestamp': %d, 'step': %d}",
			 MR_STR_ARG(run), i, 100 + i, (i + 1) % 3);
	got = get_run(c, run);
	check_that(c, check_count(got, "run.data.metrics") == 1, "a metric with three values is there %zu times",
		   check_count(got, "run.data.metrics"));
	expect(c, got, "run.data.metrics.0.value", "1.5"); /* the highest step */
	got = check_do(c, "get_metric_history", "{'run_id': '%.*s', 'metric_key': 'loss'}", MR_STR_ARG(run));
	check_that(c, check_count(got, "metrics") == 3, "the history of three values has %zu",
		   check_count(got, "metrics"));
	check_close(c);
}

static void batch(struct check *c)
{
	const mr_json *got;
	mr_str run;

	check_open(c);
	run = new_run(c);
	check_do(c, "log_batch",
		 "{'run_id': '%.*s', 'metrics': [{'key': 'm', 'value': 2, 'timestamp': 5, 'step': 0}, {'key': 'n', "
		 "'value': -1e300,"
		 " 'timestamp': 5}], 'params': [{'key': 'p', 'value': 'x'}], 'tags': [{'key': 'u', 'value': 'y'}]}",
		 MR_STR_ARG(run));
	got = get_run(c, run);
	check_that(c, check_count(got, "run.data.metrics") == 2, "a batch with 2 metrics gives %zu",
		   check_count(got, "run.data.metrics"));
	check_that(c, check_find(got, "run.data.metrics", "value", mr_str_from("-1e+300")) != NULL,
		   "a large value is not what was logged");
	check_that(c, check_find(got, "run.data.params", "key", mr_str_from("p")) != NULL,
		   "the batch's parameter is missing");
	check_that(c, check_find(got, "run.data.tags", "key", mr_str_from("u")) != NULL, "the batch's tag is missing");
	check_close(c);
}

static void failed_batch(struct check *c)
{
	const mr_json *got;
	mr_str run;

	check_open(c);
	run = new_run(c);
	check_do(c, "log_param", "{'run_id': '%.*s', 'key': 'p', 'value': 'old'}", MR_STR_ARG(run));
	check_refused(c,
		      check_ask(c, "log_batch", NULL,
				"{'run_id': '%.*s', 'metrics': [{'key': 'm', 'value': 2, 'timestamp': 5}], 'tags': "
				"[{'key': 'u', 'value': 'y'}],"
				" 'params': [{'key': 'p', 'value': 'new'}]}",
				MR_STR_ARG(run)),
		      "a batch that changes a parameter");
	got = get_run(c, run);
	check_that(c,
		   check_count(got, "run.data.metrics") == 0 &&
			   !check_find(got, "run.data.tags", "key", mr_str_from("u")),
		   "a batch that failed left a part of it behind");
	check_close(c);
}

/* ---- searching ---- */

static mr_str some_runs(struct check *c, int n)
{
	mr_str experiment = new_experiment(c);

	for (int i = 0; i < n; i++) {
		mr_str run = new_run_in(c, experiment);

		check_do(c, "log_batch",
			 "{'run_id': '%.*s', 'metrics': [{'key': 'm', 'value': %d, 'timestamp': 1}], 'params': "
			 "[{'key': 'odd', 'value': '%d'}]}",
			 MR_STR_ARG(run), i, i % 2);
	}
	return experiment;
}

static void search_filter(struct check *c)
{
	const mr_json *got;
	mr_str experiment;

	check_open(c);
	experiment = some_runs(c, 6);
	got = check_do(c, "search_runs",
		       "{'experiment_ids': ['%.*s'], 'filter': 'metrics.m >= 2 AND params.odd = \\'1\\''}",
		       MR_STR_ARG(experiment));
	check_that(c, check_count(got, "runs") == 2, "a filter that 2 of 6 runs meet finds %zu",
		   check_count(got, "runs"));
	check_do_fails(c, MR_INVALID_PARAMETER_VALUE, "search_runs",
		       "{'experiment_ids': ['%.*s'], 'filter': 'metrics.m >>> 2'}", MR_STR_ARG(experiment));
	check_close(c);
}

static void check_order(struct check *c, mr_str experiment, bool ascending)
{
	const char *by = ascending ? "metrics.m ASC" : "metrics.m DESC";
	const mr_json *got = check_do(c, "search_runs", "{'experiment_ids': ['%.*s'], 'order_by': ['%s']}",
				      MR_STR_ARG(experiment), by);

	for (int i = 0; i < 4; i++) {
		mr_str value = check_str(got, check_text(c, "runs.%d.data.metrics.0.value", i).ptr);
		double number = -1;

		mr_parse_double(value, &number);
		check_that(c, (int)number == (ascending ? i : 3 - i), "by %s, run %d has %.*s", by, i, MR_STR_ARG(value));
	}
}

static void search_order(struct check *c)
{
	mr_str experiment;

	check_open(c);
	experiment = some_runs(c, 4);
	check_order(c, experiment, true); /* both ways: one of them may be the order of their making */
	check_order(c, experiment, false);
	check_close(c);
}

static void search_pages(struct check *c)
{
	mr_str experiment, token = mr_str_from(""), seen[16];
	size_t n = 0;

	check_open(c);
	experiment = some_runs(c, 7);
	do {
		const mr_json *got = check_do(c, "search_runs",
					      "{'experiment_ids': ['%.*s'], 'max_results': 3, 'page_token': '%.*s'}",
					      MR_STR_ARG(experiment), MR_STR_ARG(token));

		check_that(c, check_count(got, "runs") <= 3, "a page of at most 3 has %zu runs",
			   check_count(got, "runs"));
		for (size_t i = 0; i < check_count(got, "runs") && n < 16; i++) {
			seen[n] = check_str(got, check_text(c, "runs.%zu.info.run_id", i).ptr);
			for (size_t k = 0; k < n; k++)
				check_that(c, !mr_str_eq(seen[n], seen[k]), "a run is on two pages");
			n++;
		}
		token = check_str(got, "next_page_token");
	} while (token.len && n < 16);
	check_that(c, n == 7, "all pages together have %zu of 7 runs", n);
	check_close(c);
}

static void search_deleted(struct check *c)
{
	static const struct {
		const char *view;
		size_t want;
	} views[] = {{"ACTIVE_ONLY", 2}, {"DELETED_ONLY", 1}, {"ALL", 3}};
	mr_str experiment, gone;

	check_open(c);
	experiment = some_runs(c, 2);
	gone = new_run_in(c, experiment);
	check_do(c, "delete_run", "{'run_id': '%.*s'}", MR_STR_ARG(gone));
	for (size_t i = 0; i < 3; i++) {
		const mr_json *got = check_do(c, "search_runs", "{'experiment_ids': ['%.*s'], 'run_view_type': '%s'}",
					      MR_STR_ARG(experiment), views[i].view);

		check_that(c, check_count(got, "runs") == views[i].want, "of 2 active and 1 deleted run %s finds %zu",
			   views[i].view, check_count(got, "runs"));
	}
	check_close(c);
}

/* ---- inputs, logged models ---- */

static void inputs(struct check *c)
{
	const mr_json *got;
	mr_str run;

	check_open(c);
	run = new_run(c);
	check_do(c, "log_inputs",
		 "{'run_id': '%.*s', 'datasets': [{'tags': [{'key': 'mlflow.data.context', 'value': 'training'}], "
		 "'dataset':"
		 " {'name': 'iris', 'digest': 'abc', 'source_type': 'local', 'source': '{}'}}]}",
		 MR_STR_ARG(run));
	got = get_run(c, run);
	expect(c, got, "run.inputs.dataset_inputs.0.dataset.name", "iris");
	expect(c, got, "run.inputs.dataset_inputs.0.tags.0.value", "training");
	check_close(c);
}

static void logged_model(struct check *c)
{
	const mr_json *got;
	mr_str experiment, id;

	check_open(c);
	experiment = new_experiment(c);
	got = check_do(c, "create_logged_model",
		       "{'experiment_id': '%.*s', 'name': 'pump', 'params': [{'key': 'a', 'value': 'b'}]}",
		       MR_STR_ARG(experiment));
	expect(c, got, "model.info.status", "LOGGED_MODEL_PENDING");
	id = check_str(got, "model.info.model_id");
	check_do(c, "finalize_logged_model", "{'model_id': '%.*s', 'status': 'LOGGED_MODEL_READY'}", MR_STR_ARG(id));
	check_do(c, "set_logged_model_tags", "{'model_id': '%.*s', 'tags': [{'key': 't', 'value': 'v'}]}",
		 MR_STR_ARG(id));
	got = check_do(c, "get_logged_model", "{'model_id': '%.*s'}", MR_STR_ARG(id));
	expect(c, got, "model.info.status", "LOGGED_MODEL_READY");
	expect(c, got, "model.info.name", "pump");
	expect(c, got, "model.data.params.0.value", "b");
	expect(c, got, "model.info.tags.0.value", "v");
	got = check_do(c, "search_logged_models", "{'experiment_ids': ['%.*s']}", MR_STR_ARG(experiment));
	check_that(c, check_count(got, "models") == 1, "a search for one logged model finds %zu",
		   check_count(got, "models"));
	check_do(c, "delete_logged_model", "{'model_id': '%.*s'}", MR_STR_ARG(id));
	check_do_fails(c, MR_RESOURCE_DOES_NOT_EXIST, "get_logged_model", "{'model_id': '%.*s'}", MR_STR_ARG(id));
	check_close(c);
}

/* ---- objects, threads, groups ---- */

static void seen_by_others(struct check *c)
{
	mr_str run;
	void *own;

	check_open(c);
	run = new_run(c);
	own = c->self;
	check_ok(c, check_open_as(c, &c->self), "open for the second time");
	expect(c, get_run(c, run), "run.info.run_name", "a run");
	check_close_as(c, own);
	expect(c, get_run(c, run), "run.info.run_name", "a run");
	check_close(c);
}

static mr_str shared_run;

static const char *log_many(struct check *c, size_t index)
{
	for (int i = 0; i < 10; i++)
		check_do(c, "log_metric", "{'run_id': '%.*s', 'key': 'm', 'value': %d, 'timestamp': 1, 'step': %d}",
			 MR_STR_ARG(shared_run), i, (int)index * 100 + i);
	return NULL;
}

static void parallel(struct check *c)
{
	const mr_json *got;

	check_open(c);
	shared_run = new_run(c);
	check_threads(c, 4, log_many);
	got = check_do(c, "get_metric_history", "{'run_id': '%.*s', 'metric_key': 'm'}", MR_STR_ARG(shared_run));
	check_that(c, check_count(got, "metrics") == 40, "of 40 values that threads logged %zu are there",
		   check_count(got, "metrics"));
	check_close(c);
}

static void every_operation(struct check *c)
{
	rules_store_every_operation(c, MR_SIDE_TRACKING);
}

static void unknown_operation(struct check *c)
{
	rules_store_unknown_operation(c, OPS->invoke);
}

static void answers_operations(struct check *c)
{
	check_that(c, OPS->facets || OPS->invoke, "it has neither facets nor invoke, so that it answers nothing");
}

static void group_keeps_and_undoes(struct check *c)
{
	struct group_member kept = {"set_tag", {0}}, undone = {"log_batch", {0}};
	bool committed;
	mr_str run;

	rules_store_need_group(c, OPS->group);
	check_open(c);
	run = new_run(c);
	check_do(c, "log_param", "{'run_id': '%.*s', 'key': 'p', 'value': 'old'}", MR_STR_ARG(run));
	kept.request = check_text(c, "{'run_id': '%.*s', 'key': 'kept', 'value': '1'}", MR_STR_ARG(run));
	undone.request = check_text(c,
				    "{'run_id': '%.*s', 'tags': [{'key': 'undone', 'value': '1'}], 'params': [{'key': "
				    "'p', 'value': 'new'}]}",
				    MR_STR_ARG(run));
	committed = rules_store_group(c, OPS->group, &kept, &undone, true);
	check_that(c, !check_find(get_run(c, run), "run.data.tags", "key", mr_str_from("undone")),
		   "a member that failed left something behind");
	check_that(c, committed == !!check_find(get_run(c, run), "run.data.tags", "key", mr_str_from("kept")), "%s",
		   committed ? "a member of a committed group is missing" : "what was rolled back is there");
	rules_store_group(c, OPS->group, &kept, NULL, true);
	check_that(c, check_find(get_run(c, run), "run.data.tags", "key", mr_str_from("kept")),
		   "a member of a committed group is missing");
	check_close(c);
}

static void group_rolls_back(struct check *c)
{
	struct group_member kept = {"set_tag", {0}};
	mr_str run;

	rules_store_need_group(c, OPS->group);
	check_open(c);
	run = new_run(c);
	kept.request = check_text(c, "{'run_id': '%.*s', 'key': 'kept', 'value': '1'}", MR_STR_ARG(run));
	rules_store_group(c, OPS->group, &kept, NULL, false);
	check_that(c, !check_find(get_run(c, run), "run.data.tags", "key", mr_str_from("kept")),
		   "what was rolled back is there");
	check_do(c, "set_tag", "{'run_id': '%.*s', 'key': 'after', 'value': '1'}", MR_STR_ARG(run));
	check_close(c);
}

#define HEADER "tracking_store.h and MLflow's AbstractStore"
const struct rule tracking_rules[] = {
	{"tracking.answers-operations", "it has facets or invoke", "store.h", NULL, answers_operations},
	{"tracking.every-operation", "each operation answers, or says why not, and never with an internal error",
	 "store.h", NULL, every_operation},
	{"tracking.unknown-operation", "an operation that it does not know is NOT_IMPLEMENTED", "store.h", "invoke",
	 unknown_operation},
	{"tracking.experiment-get", "an experiment is what was created", HEADER, NULL, experiment_get},
	{"tracking.experiment-name-is-new", "a second experiment of one name is RESOURCE_ALREADY_EXISTS", HEADER, NULL,
	 experiment_name_is_new},
	{"tracking.experiment-missing", "an experiment that is not there is RESOURCE_DOES_NOT_EXIST", HEADER, NULL,
	 experiment_missing},
	{"tracking.experiment-by-name", "an experiment is found by its name", HEADER, NULL, experiment_by_name},
	{"tracking.experiment-life", "delete and restore move it between deleted and active", HEADER, NULL,
	 experiment_life},
	{"tracking.experiment-update", "update renames it", HEADER, NULL, experiment_update},
	{"tracking.experiment-tags", "a tag has the value that was set last", HEADER, NULL, experiment_tags},
	{"tracking.experiment-search", "search filters and orders experiments", HEADER, NULL, experiment_search},
	{"tracking.run-get", "a run is what was created", HEADER, NULL, run_get},
	{"tracking.run-missing", "a run that is not there is RESOURCE_DOES_NOT_EXIST", HEADER, NULL, run_missing},
	{"tracking.run-update", "update changes what it names and nothing else", HEADER, NULL, run_update},
	{"tracking.run-life", "a deleted run is marked, refuses writes, and can be restored", HEADER, NULL, run_life},
	{"tracking.params-once", "a parameter keeps its first value", HEADER, NULL, params},
	{"tracking.tags", "a tag has the value that was set last, and can be deleted", HEADER, NULL, tags},
	{"tracking.metrics", "a run shows the value of the highest step; the history has all", HEADER, NULL, metrics},
	{"tracking.batch", "log_batch logs metrics, parameters and tags", HEADER, NULL, batch},
	{"tracking.failed-batch", "a failed write changes nothing", "store.h", NULL, failed_batch},
	{"tracking.search-filter", "search_runs filters, and refuses a filter that is none", HEADER, NULL,
	 search_filter},
	{"tracking.search-order", "search_runs orders", HEADER, NULL, search_order},
	{"tracking.search-pages", "the pages of a search have every run once", HEADER, NULL, search_pages},
	{"tracking.search-deleted", "run_view_type chooses between active and deleted", HEADER, NULL, search_deleted},
	{"tracking.inputs", "data sets are kept with the run", HEADER, NULL, inputs},
	{"tracking.logged-model", "a logged model is created, finalized, found and deleted", HEADER, NULL,
	 logged_model},
	{"tracking.seen-by-others", "what is written is seen by another object, and stays", "store.h", NULL,
	 seen_by_others},
	{"tracking.parallel", "operations may run at once", "plugin.h", NULL, parallel},
	{"tracking.group", "a group of writes keeps its members, without those that were undone", "store.h", NULL,
	 group_keeps_and_undoes},
	{"tracking.group-rollback", "rollback undoes the group, and the store goes on", "store.h", NULL,
	 group_rolls_back},
};
const size_t tracking_rules_n = sizeof tracking_rules / sizeof *tracking_rules;

# SPDX-License-Identifier: Apache-2.0
"""What the stores of single plugins need; see millrace_known.py."""
import functools
import importlib
import json
import threading

import millrace_adapt as adapt
import millrace_host as host


def elasticsearch(plugin, store):
    """mlflow-elasticsearchstore: its lists end after ten, what is set twice is there twice, its search knows one experiment, no
    attributes and a parser that is gone, and no experiment is the default."""
    _keep_one_of_each(store)
    _in_turn(store)
    _whole_lists(store)
    _default_experiment(store)
    store._search_runs, store.delete_tag = _search_runs, _delete_tag
    adapt.note("lists of experiments and of their names are read to the end", plugin)
    adapt.note("params and tags are replaced rather than kept twice; a param cannot change", plugin)
    adapt.note("writes to a run are made one after the other", plugin)
    adapt.note("_search_runs speaks to Elasticsearch itself: of all experiments, with attributes, with an end", plugin)
    adapt.note("an experiment 'Default' with the id 0 is made where there is none", plugin)


# ---- writes ----


def _keep_one_of_each(store):
    from mlflow.exceptions import MlflowException

    set_tag, log_param = store._set_tag, store._log_param

    def _set_tag(self, run, tag):
        set_tag(self, run, tag)
        run.tags = [t for t in run.tags[:-1] if t.key != tag.key] + [run.tags[-1]]

    def _log_param(self, run, param):
        known = next((p.value for p in run.params if p.key == param.key), None)
        if known is None:
            log_param(self, run, param)
        elif known != param.value:
            raise MlflowException.invalid_parameter_value(
                f"Changing param values is not allowed. Param with key='{param.key}' was already logged with value='{known}' for run "
                f"ID='{run.run_id}'. Attempted logging new value '{param.value}'.")

    def set_experiment_tag(self, experiment_id, tag):
        module = importlib.import_module(store.__module__)
        module._validate_experiment_tag(tag.key, tag.value)
        experiment = self._get_experiment(experiment_id)
        self._check_experiment_is_active(experiment)
        kept = [t for t in experiment.tags or [] if t.key != tag.key]
        experiment.update(refresh=True, tags=[*kept, module.ElasticExperimentTag(key=tag.key, value=tag.value)])

    store._set_tag, store._log_param, store.set_experiment_tag = _set_tag, _log_param, set_experiment_tag


def _delete_tag(self, run_id, key):
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST

    run = self._get_run(run_id)
    self._check_run_is_active(run)
    kept = [t for t in run.tags if t.key != key]
    if len(kept) == len(run.tags):
        raise MlflowException(f"No tag with name: {key} in run with id {run_id}", RESOURCE_DOES_NOT_EXIST)
    if kept:
        run.update(tags=kept)
    else:  # which the client's own classes would make null
        from elasticsearch_dsl import connections

        connections.get_connection().update(index="mlflow-runs", id=run_id, body={"doc": {"tags": []}})


def _in_turn(store):
    """It reads a run's document, changes it and writes it back, and gives up when another was faster."""
    lock = threading.RLock()
    for name in ("log_metric", "log_param", "log_batch", "set_tag", "update_run_info", "delete_run", "restore_run", "set_experiment_tag",
                 "create_experiment"):
        method = getattr(store, name)

        def alone(*args, method=method, **kwargs):
            with lock:
                return method(*args, **kwargs)

        setattr(store, name, functools.wraps(method)(alone))


# ---- experiments ----


def _experiments(store):
    return importlib.import_module(store.__module__).ElasticExperiment


def _whole_lists(store):
    from mlflow.entities import LifecycleStage, ViewType

    document = _experiments(store)

    def list_experiments(self, view_type=ViewType.ACTIVE_ONLY):
        stages = LifecycleStage.view_type_to_stages(view_type)
        found = [e.to_mlflow_entity() for e in document.search().filter("terms", lifecycle_stage=stages).scan()]
        return sorted(found, key=lambda e: e.experiment_id)

    def _list_experiments_name(self):
        return [e.name for e in document.search().source(["name"]).scan()]

    get_metric_history = store.get_metric_history

    def in_order(self, run_id, metric_key):
        return sorted(get_metric_history(self, run_id, metric_key), key=lambda m: (m.timestamp, m.step))

    store.list_experiments, store._list_experiments_name, store.get_metric_history = list_experiments, _list_experiments_name, in_order


def _default_experiment(store):
    from mlflow.entities import LifecycleStage

    document, init = _experiments(store), store.__init__

    @functools.wraps(init)
    def construct(self, store_uri=None, artifact_uri=None):
        init(self, store_uri, artifact_uri)
        if not document.exists(id=store.DEFAULT_EXPERIMENT_ID):
            default = document(meta={"id": store.DEFAULT_EXPERIMENT_ID}, name="Default", lifecycle_stage=LifecycleStage.ACTIVE,
                               artifact_location=self._get_artifact_location(store.DEFAULT_EXPERIMENT_ID))
            try:
                default.save(op_type="create", refresh=True)
            except Exception as e:
                if host.http_status(e) != 409:  # another process made it meanwhile
                    raise

    store.__init__ = construct


# ---- search ----

NESTED = {"metric": "latest_metrics", "parameter": "params", "tag": "tags"}
ATTRIBUTES = {"run_id", "status", "user_id", "start_time", "end_time"}


def _place(kind, key):
    """Where a value is: (nested path, its key), or (None, the run's field)."""
    if kind in NESTED:
        return NESTED[kind], key
    if key == "run_name":
        return "tags", "mlflow.runName"
    if kind == "attribute" and key in ATTRIBUTES:
        return None, key
    from mlflow.exceptions import MlflowException

    raise MlflowException.invalid_parameter_value(f"Elasticsearch cannot search runs by the {kind} '{key}'")


def _pattern(text):
    quoted = "".join("\\" + c if c in "*?\\" else c for c in text)
    return quoted.replace("%", "*").replace("_", "?")


def _condition(field, comparator, value):
    """The query of a value, and whether it is to hold."""
    ranges = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
    if comparator in ranges:
        return {"range": {field: {ranges[comparator]: value}}}, True
    if comparator in ("LIKE", "ILIKE"):
        return {"wildcard": {field: {"value": _pattern(value), **({"case_insensitive": True} if comparator == "ILIKE" else {})}}}, True
    if comparator in ("IN", "NOT IN"):
        return {"terms": {field: list(value)}}, comparator == "IN"
    return {"term": {field: value}}, comparator != "!="


def _query(parsed):
    comparator, value = parsed["comparator"].upper(), parsed["value"]
    path, key = _place(parsed["type"], parsed["key"])
    if path is None:
        query, holds = _condition(key, comparator, value)
        return {"bool": {"filter" if holds else "must_not": [query]}}
    named = {"term": {f"{path}.key": key}}
    if comparator in ("IS NULL", "IS NOT NULL"):
        there = {"nested": {"path": path, "query": named}}
        return {"bool": {"must_not": [there]}} if comparator == "IS NULL" else there
    query, holds = _condition(f"{path}.value", comparator, value)
    inner = {"filter": [named, query]} if holds else {"filter": [named], "must_not": [query]}
    return {"nested": {"path": path, "query": {"bool": inner}}}


def _order(clauses):
    from mlflow.utils.search_utils import SearchUtils

    for clause in clauses or []:
        kind, key, ascending = SearchUtils.parse_order_by_for_search_runs(clause)
        path, key = _place(kind, key)
        order = {"order": "asc" if ascending else "desc"}
        if path is None:
            yield {key: order}
        else:
            yield {f"{path}.value": {**order, "nested": {"path": path, "filter": {"term": {f"{path}.key": key}}}}}
    yield {"start_time": {"order": "desc"}}
    yield {"run_id": {"order": "asc"}}


def _search_runs(self, experiment_ids, filter_string, run_view_type, max_results=1000, order_by=None, page_token=None):
    from elasticsearch_dsl import Search
    from mlflow.entities import LifecycleStage
    from mlflow.exceptions import MlflowException
    from mlflow.utils.search_utils import SearchUtils

    if max_results > 10000:  # Elasticsearch's own limit
        raise MlflowException.invalid_parameter_value(
            f"Invalid value for request parameter max_results. It must be at most 10000, but got value {max_results}")
    conditions = [{"terms": {"experiment_id": list(experiment_ids)}},
                  {"terms": {"lifecycle_stage": LifecycleStage.view_type_to_stages(run_view_type)}},
                  *map(_query, SearchUtils.parse_search_filter(filter_string))]
    search = Search(index="mlflow-runs").query("bool", filter=conditions).sort(*_order(order_by)).extra(size=max_results)
    if page_token:
        search = search.extra(search_after=json.loads(page_token))
    hits = list(search.execute())
    more = len(hits) == max_results and hits
    return [self._hit_to_mlflow_run(hit) for hit in hits], json.dumps(list(hits[-1].meta.sort)) if more else None

# SPDX-License-Identifier: Apache-2.0
"""What lets plugins written for MLflow 1.x and 2.x run under this one, without touching them; and what keeps one broken
plugin from spoiling `import mlflow` for the others. What was adapted is kept for each plugin, for `plugins info --load`."""
import functools
import importlib
import importlib.abc
import importlib.metadata
import importlib.util
import inspect
import os
import sys
import threading

import millrace_host as host

# ---- what was adapted ----

current_run = threading.local()  # .id: the run that a project backend is to use
adapted = {}  # plugin -> list of sentences
notes_lock = threading.Lock()


def note(text, plugin=None):
    with notes_lock:
        known = adapted.setdefault(plugin or host.plugin_name(), [])
        if text not in known:
            known.append(text)


# ---- modules that moved ----

MOVED = {
    "mlflow.store.abstract_store": "mlflow.store.tracking.abstract_store",
    "mlflow.store.file_store": "mlflow.store.tracking.file_store",
    "mlflow.store.rest_store": "mlflow.store.tracking.rest_store",
    "mlflow.store.sqlalchemy_store": "mlflow.store.tracking.sqlalchemy_store",
    "mlflow.store.artifact_repo": "mlflow.store.artifact.artifact_repo",
    "mlflow.store.artifact_repository_registry": "mlflow.store.artifact.artifact_repository_registry",
    "mlflow.store.local_artifact_repo": "mlflow.store.artifact.local_artifact_repo",
    "mlflow.store.s3_artifact_repo": "mlflow.store.artifact.s3_artifact_repo",
    "mlflow.store.gs_artifact_repo": "mlflow.store.artifact.gs_artifact_repo",
    "mlflow.store.azure_blob_artifact_repo": "mlflow.store.artifact.azure_blob_artifact_repo",
    "mlflow.store.ftp_artifact_repo": "mlflow.store.artifact.ftp_artifact_repo",
    "mlflow.store.sftp_artifact_repo": "mlflow.store.artifact.sftp_artifact_repo",
    "mlflow.store.hdfs_artifact_repo": "mlflow.store.artifact.hdfs_artifact_repo",
    "mlflow.store.http_artifact_repo": "mlflow.store.artifact.http_artifact_repo",
    "mlflow.store.dbmodels": "mlflow.store.tracking.dbmodels",
}

# Names that stood in these modules, and where they are today.
MOVED_NAMES = {
    "mlflow.store": {
        "DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH": "mlflow.store.tracking",
        "SEARCH_MAX_RESULTS_DEFAULT": "mlflow.store.tracking",
        "SEARCH_MAX_RESULTS_THRESHOLD": "mlflow.store.tracking",
    },
}


class MovedModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last: finds under its old name what the real finders did not."""

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name in MOVED else None

    def create_module(self, spec):
        note(f"the module {spec.name} is {MOVED[spec.name]} today")
        return importlib.import_module(MOVED[spec.name])

    def exec_module(self, module):
        pass


def add_moved_names():
    for module_name, names in MOVED_NAMES.items():
        module = sys.modules.get(module_name)
        for name, source in names.items():
            if module and not hasattr(module, name):
                setattr(module, name, getattr(importlib.import_module(source), name))


# ---- entry points that harm nobody ----

LAZY = {  # group -> what MLflow calls the entry's object with
    "mlflow.tracking_store": ("store_uri", "artifact_uri"),
    "mlflow.model_registry_store": ("store_uri", "tracking_uri"),
    "mlflow.artifact_repository": ("artifact_uri", "tracking_uri", "registry_uri"),
}
INSTANTIATED = {
    "mlflow.run_context_provider",
    "mlflow.default_experiment_provider",
    "mlflow.request_header_provider",
    "mlflow.request_auth_provider",
}


class SafeEntryPoint:
    """An entry point whose failure MLflow survives: stores are loaded when they are built, and what goes wrong when
    others are loaded is an ImportError, which is the one that MLflow expects."""

    def __init__(self, entry):
        self.entry = entry

    def __getattr__(self, name):
        return getattr(self.entry, name)

    def _safe(self, function):
        try:
            return function()
        except (AttributeError, ImportError):
            raise
        except Exception as e:
            raise ImportError(f"{type(e).__name__}: {e}") from e

    def load(self):
        plugin = self.entry.dist.name if self.entry.dist else self.entry.value
        if self.entry.group in LAZY:
            return BUILDERS[self.entry.group](plugin, self.entry)
        thing = self._safe(self.entry.load)
        if self.entry.group in INSTANTIATED:
            return lambda: self._safe(thing)
        return thing


def _repository_builder(plugin, entry):
    def builder(artifact_uri, tracking_uri=None, registry_uri=None):
        return build_repository(plugin, entry.value, artifact_uri, tracking_uri, registry_uri)

    return builder


def _tracking_builder(plugin, entry):
    def builder(store_uri=None, artifact_uri=None):
        return build_store(plugin, entry.value, "mlflow.tracking_store", store_uri, artifact_uri)

    return builder


def _registry_builder(plugin, entry):
    def builder(store_uri=None, tracking_uri=None):
        return build_store(plugin, entry.value, "mlflow.model_registry_store", store_uri, tracking_uri)

    return builder


BUILDERS = {
    "mlflow.tracking_store": _tracking_builder,
    "mlflow.model_registry_store": _registry_builder,
    "mlflow.artifact_repository": _repository_builder,
}


def _guard_entry_points():
    real = importlib.metadata.entry_points

    @functools.wraps(real)
    def entry_points(**params):
        found = real(**params)
        if not params.get("group", "").startswith("mlflow."):
            return found
        own = ("mlflow", "mlflow-skinny", "mlflow-tracing")
        return [e if e.dist and e.dist.name in own else SafeEntryPoint(e) for e in found]

    importlib.metadata.entry_points = entry_points


prepared = completed = False


def prepare():
    """Before the first import of mlflow."""
    global prepared
    if prepared:
        return
    prepared = True
    # Plugins that stand on MLflow's file store are not asked to move: the one who installed them chose it.
    os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    sys.meta_path.append(MovedModules())
    _guard_entry_points()


def complete():
    """After the first import of mlflow."""
    global completed
    if completed:
        return
    completed = True
    add_moved_names()
    _accept_run_uuid()
    _name_runs()
    _give_projects_their_run()


def _accept_run_uuid():
    from mlflow.entities import RunInfo

    real = RunInfo.__init__
    if "run_uuid" in inspect.signature(real).parameters:
        return

    @functools.wraps(real)
    def init(self, *args, run_uuid=None, **kwargs):
        if run_uuid is not None:
            note("RunInfo(run_uuid=...) is run_id today")
            kwargs.setdefault("run_id", run_uuid)
        real(self, *args, **kwargs)

    def getattr_(self, name):
        if name == "run_uuid":
            note("RunInfo.run_uuid is run_id today")
            return self.run_id
        raise AttributeError(f"'RunInfo' object has no attribute '{name}'")

    RunInfo.__init__, RunInfo.__getattr__ = init, getattr_


def _name_runs():
    """A run's name is in its info today; stores of MLflow 1.x have it as a tag alone."""
    from mlflow.entities import Run

    real = Run.__init__

    @functools.wraps(real)
    def init(self, run_info, run_data, *args, **kwargs):
        if run_info is not None and not run_info.run_name and run_data is not None:
            name = run_data.tags.get("mlflow.runName")
            if name:
                run_info._run_name = name
        real(self, run_info, run_data, *args, **kwargs)

    Run.__init__ = init


def _give_projects_their_run():
    """A backend makes a run by this function; here the run is there already."""
    try:
        from mlflow.projects import utils
    except ImportError:  # mlflow-skinny without what projects need
        return
    real = utils.get_or_create_run

    @functools.wraps(real)
    def get_or_create_run(run_id, *args, **kwargs):
        return real(run_id or getattr(current_run, "id", None), *args, **kwargs)

    utils.get_or_create_run = get_or_create_run


# ---- constructors ----


def accepts(function, name):
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(
        p.kind == p.VAR_KEYWORD or (p.name == name and p.kind not in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL)) for p in parameters
    )


def construct(factory, plugin, **arguments):
    """factory with those of the arguments that it knows; the first goes by position where its name is another."""
    (first, uri), *more = arguments.items()
    keywords = {name: value for name, value in more if accepts(factory, name)}
    for name, _ in more:
        if name not in keywords:
            note(f"{getattr(factory, '__name__', factory)} is built without {name}, which it does not take", plugin)
    return factory(**{first: uri}, **keywords) if accepts(factory, first) else factory(uri, **keywords)


def build_repository(plugin, path, artifact_uri, tracking_uri, registry_uri):
    factory = host.load_object(plugin, path)
    check_class(plugin, factory, "an artifact repository", ["log_artifact", "list_artifacts"])
    return construct(factory, plugin, artifact_uri=artifact_uri, tracking_uri=tracking_uri, registry_uri=registry_uri)


def is_missing(cls, name):
    """Not there, or only declared: MLflow's base classes declare without enforcing, and such a method answers None."""
    return getattr(getattr(cls, name, None), "__isabstractmethod__", not hasattr(cls, name))


def check_class(plugin, thing, what, required):
    if not inspect.isclass(thing):
        return
    missing = [name for name in required if is_missing(thing, name)]
    if missing:
        raise host.HostError(
            "INVALID_STATE",
            f"{thing.__name__} of {plugin} is no {what.removeprefix('an ').removeprefix('a ')} that can be used: "
            f"it lacks {', '.join(missing)}",
        )


# ---- stores ----

CORE = {
    "mlflow.tracking_store": ["create_experiment", "get_experiment", "create_run", "get_run", "log_batch"],
    "mlflow.model_registry_store": ["create_registered_model", "get_registered_model", "create_model_version"],
}


def base_of(group):
    module = "mlflow.store.tracking.abstract_store" if group == "mlflow.tracking_store" else "mlflow.store.model_registry.abstract_store"
    return importlib.import_module(module).AbstractStore


def build_store(plugin, path, group, uri, other):
    factory = host.load_object(plugin, path)
    check_class(plugin, factory, "a store", CORE[group])
    second = "artifact_uri" if group == "mlflow.tracking_store" else "tracking_uri"
    store = construct(factory, plugin, store_uri=uri, **{second: other})
    adapt_store(plugin, store, base_of(group))
    return store


EMPTY = {"get_experiment_by_name", "set_experiment_tag", "delete_experiment_tag"}  # have a body that does nothing


def adapt_store(plugin, store, base):
    """Methods of the store's own that do not take what today's MLflow passes are called with what they take."""
    for name, declared in inspect.getmembers(base, inspect.isfunction):
        method = getattr(store, name, None)
        if name.startswith("__") or method is None:
            continue
        if is_missing(type(store), name) or (name in EMPTY and getattr(type(store), name) is declared):
            old = OLD_METHODS.get(name, lambda store: None)(store)
            if old:
                note(f"{name} is made of an older method", plugin)
            setattr(store, name, old or not_implemented(store, name))
            continue
        defined_in = next((c for c in type(store).__mro__ if name in vars(c)), base)
        if not defined_in.__module__.startswith("mlflow."):
            wrapped = fit(plugin, store, name, method, declared)
            if name in PAGED:
                wrapped = paged(plugin, name, wrapped or method)
            if wrapped:
                setattr(store, name, wrapped)


# What MLflow's handlers ask for a .token.
PAGED = {"get_metric_history", "search_experiments", "search_registered_models", "search_model_versions", "search_logged_models"}


def paged(plugin, name, method):
    @functools.wraps(method)
    def called(*args, **kwargs):
        from mlflow.store.entities.paged_list import PagedList

        found = method(*args, **kwargs)
        if hasattr(found, "token"):
            return found
        note(f"what {name} gives is made a page", plugin)
        return PagedList(found or [], None)

    return called


def not_implemented(store, name):
    def method(*args, **kwargs):
        raise host.HostError("NOT_IMPLEMENTED", f"{type(store).__name__} does not implement {name}")

    return method


def fit(plugin, store, name, method, declared):
    """A function with the declared signature that calls one which lacks parameters; None when nothing is to be done."""
    try:
        theirs = inspect.signature(method).parameters
        ours = inspect.signature(declared.__get__(store))
    except (TypeError, ValueError):
        return None
    if any(p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL) for p in theirs.values()):
        return None
    renamed = {new: old for new, old in (("run_id", "run_uuid"),) if new not in theirs and old in theirs}
    lacking = [p for p in ours.parameters if p not in theirs and p not in renamed]
    if not lacking and not renamed:
        return None
    unknown = [p.name for p in theirs.values() if p.default is p.empty and p.name not in ours.parameters and p.name not in renamed.values()]
    if unknown:
        # Names differ throughout: by position, as far as they go.
        note(f"{name} is called by position", plugin)
        return lambda *args, **kwargs: method(*list(ours.bind(*args, **kwargs).arguments.values())[: len(theirs)])
    note(f"{name} is called without {', '.join(lacking)}" if lacking else f"{name} is called with run_uuid", plugin)

    def called(*args, **kwargs):
        given = ours.bind(*args, **kwargs).arguments
        BEFORE.get(name, lambda store, given: None)(store, given)
        kept = {renamed.get(k, k): v for k, v in given.items() if k not in lacking}
        result = method(**kept)
        for key in lacking:
            if given.get(key):
                AFTERWARDS.get((name, key), ignored(plugin, name, key))(store, result, given[key])
        return result

    return called


def ignored(plugin, name, key):
    return lambda store, result, value: host.log("warning", f"{name} of {plugin} does not take {key}: left out")


def _tag_experiment(store, experiment_id, tags):
    for tag in tags:
        store.set_experiment_tag(experiment_id, tag)


def _name_run(store, run, name):
    from mlflow.entities import RunTag

    store.set_tag(run.info.run_id, RunTag("mlflow.runName", name))
    run.info._run_name = run.data.tags["mlflow.runName"] = name


def _rename_run(store, info, name):
    from mlflow.entities import RunTag

    store.set_tag(info.run_id, RunTag("mlflow.runName", name))
    info._run_name = name


AFTERWARDS = {("create_experiment", "tags"): _tag_experiment, ("create_run", "run_name"): _name_run,
              ("update_run_info", "run_name"): _rename_run}


def _keep_status(store, given):
    """A status and an end that are not given stay what they are; those of MLflow 1.x were always given."""
    from mlflow.entities import RunStatus

    if given.get("run_status") is None or given.get("end_time") is None:
        info = store.get_run(given["run_id"]).info
        if given.get("run_status") is None:
            given["run_status"] = RunStatus.from_string(info.status)
        if given.get("end_time") is None:
            given["end_time"] = info.end_time


BEFORE = {"update_run_info": _keep_status}


def _search_by_list(store):
    """search_experiments of a store of MLflow 1.x, which has list_experiments."""
    listing = getattr(store, "list_experiments", None)
    if listing is None:
        return None

    def search_experiments(view_type=1, max_results=1000, filter_string=None, order_by=None, page_token=None):
        from mlflow.store.entities.paged_list import PagedList
        from mlflow.utils.search_utils import SearchExperimentsUtils, SearchUtils

        found = list(listing(view_type))
        if filter_string:
            found = SearchExperimentsUtils.filter(found, filter_string)
        if order_by:
            found = SearchExperimentsUtils.sort(found, order_by)
        page, token = SearchUtils.paginate(found, page_token, max_results)
        return PagedList(page, token)

    return search_experiments


def _experiment_by_name(store):
    """What the base class of MLflow 1.x did."""
    listing = getattr(store, "list_experiments", None)
    if listing is None:
        return None
    return lambda experiment_name: next((e for e in listing(3) if e.name == experiment_name), None)  # 3: ViewType.ALL


OLD_METHODS = {"search_experiments": _search_by_list, "get_experiment_by_name": _experiment_by_name}

# SPDX-License-Identifier: Apache-2.0
"""Deployment targets, by MLflow's contract: a module with one client class, run_local and target_help. Old clients are
called with the parameters that they have."""
import inspect
import io
import json
import threading

import millrace_adapt as adapt
import millrace_host as host

lock = threading.Lock()
clients = {}


def client_class(module):
    """The client of the module: the one that it defines, else the one that it imports."""
    from mlflow.deployments import BaseDeploymentClient

    found = [c for _, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, BaseDeploymentClient) and c is not BaseDeploymentClient]
    own = [c for c in found if c.__module__ == module.__name__] or found
    if len(own) != 1:
        what = "no class" if not own else f"{len(own)} classes ({', '.join(c.__name__ for c in own)})"
        raise host.HostError("INVALID_STATE", f"the module {module.__name__} has {what} derived from BaseDeploymentClient; one is needed")
    return own[0]


def client(request):
    target = request["params"]["target"]
    module = host.load_object(request["plugin"], request["object"])
    with lock:
        key = (request["object"], target)
        if key not in clients:
            cls = client_class(module)
            check(request["plugin"], cls)
            clients[key] = cls(target)
        return clients[key]


OLD_NAMES = {"inputs": ["df", "data"], "deployment_name": ["name"], "endpoint": ["name"], "df": ["inputs"], "name": ["endpoint"]}


METHODS = {
    "create_deployment": ("name", "model_uri", "flavor", "endpoint", "config"),
    "update_deployment": ("name", "model_uri", "flavor", "endpoint", "config"),
    "delete_deployment": ("name", "config", "endpoint"),
    "list_deployments": ("endpoint",),
    "get_deployment": ("name", "endpoint"),
    "predict": ("deployment_name", "inputs", "endpoint"),
}


def check(plugin, cls):
    """Refuses a client without the methods that each target has; tells how the others are called."""
    adapt.check_class(plugin, cls, "a deployment target", list(METHODS))
    for method, keys in METHODS.items():
        parameters = inspect.signature(getattr(cls, method)).parameters
        if any(p.kind == p.VAR_KEYWORD for p in parameters.values()):
            continue
        taken = set()
        for key in keys:
            names = [n for n in (key, *OLD_NAMES.get(key, [])) if n in parameters and n not in taken]
            taken.update(names[:1])
            if not names:
                adapt.note(f"{method} is called without {key}", plugin)
            elif names[0] != key:
                adapt.note(f"{method} is given {key} as {names[0]}", plugin)


def call(request, method_name, **arguments):
    """The client's method with those of the arguments that it takes, under the names that it has for them."""
    method = getattr(client(request), method_name)
    from mlflow.deployments import BaseDeploymentClient

    if getattr(type(client(request)), method_name) is getattr(BaseDeploymentClient, method_name, None):
        raise host.HostError("NOT_IMPLEMENTED", f"the target {request['name']} does not implement {method_name}")
    parameters = inspect.signature(method).parameters
    if any(p.kind == p.VAR_KEYWORD for p in parameters.values()):
        return method(**{k: v for k, v in arguments.items() if v is not None})
    given = {}
    for key, value in arguments.items():
        names = [n for n in (key, *OLD_NAMES.get(key, [])) if n in parameters and n not in given]
        if names:
            given[names[0]] = value
            if names[0] != key:
                adapt.note(f"{method_name} is given {key} as {names[0]}")
        elif value is not None:
            adapt.note(f"{method_name} is called without {key}")
            host.log("warning", f"{method_name} of {request['plugin']} does not take {key}: left out")
    return method(**{k: v for k, v in given.items() if v is not None or parameters[k].default is inspect.Parameter.empty})


def plain(value):
    """For JSON: what has a .tolist (NumPy) or .item, dates, sets."""
    for name in ("tolist", "item", "isoformat"):
        if hasattr(value, name):
            return getattr(value, name)()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)


def described(answer, name, flavor=None):
    """A description as the contract here wants it: with the name that was asked for."""
    answer = dict(answer or {})
    if name and answer.get("name", name) != name:
        answer["target_name"] = answer["name"]
    name = name or str(answer.get("name", ""))
    flavor = answer.get("flavor") or flavor or ""
    rest = {k: v for k, v in answer.items() if k not in ("name", "flavor")}
    return {"name": name, "flavor": str(flavor), "json": json.dumps(rest, default=plain)}


def named(answer):
    """An entry of a list: a description, a name, or (of old targets) a description under its name."""
    if not isinstance(answer, dict):
        return {"name": str(answer)}
    if "name" not in answer and len(answer) == 1:
        (name, rest), = answer.items()
        return {"name": name, **(rest if isinstance(rest, dict) else {"value": rest})}
    return answer


def listed(answers):
    found = [described(named(a), None) for a in answers or []]
    return sorted(found, key=lambda d: d["name"])


def spec(params, *names):
    return {name: params.get(name) for name in names}


def create(request, blob):
    p = request["params"]
    made = call(request, "create_deployment", **spec(p, "name", "model_uri", "flavor", "endpoint"), config=p.get("config", {}))
    return described(made, p["name"], p.get("flavor"))


def update(request, blob):
    p = request["params"]
    made = call(request, "update_deployment", **spec(p, "name", "model_uri", "flavor", "endpoint"), config=p.get("config", {}))
    return described(made, p["name"], p.get("flavor"))


def remove(request, blob):
    p = request["params"]
    call(request, "delete_deployment", **spec(p, "name", "config", "endpoint"))


def list_(request, blob):
    return listed(call(request, "list_deployments", **spec(request["params"], "endpoint")))


def get(request, blob):
    p = request["params"]
    found = call(request, "get_deployment", **spec(p, "name", "endpoint"))
    if found is None:
        raise host.HostError("RESOURCE_DOES_NOT_EXIST", f"there is no deployment '{p['name']}'")
    return described(found, p["name"])


def read_input(content_type, blob):
    """As MLflow's command line reads it: a table; the forms of its scoring server, too. What is none goes as it is."""
    text = blob.decode()
    kind = (content_type or "").split(";")[0].strip()
    try:
        import pandas as pd
    except ImportError:
        return json.loads(text) if kind.endswith("json") else text
    if kind == "text/csv":
        return pd.read_csv(io.StringIO(text))
    if not kind.endswith("json"):
        return text
    data = json.loads(text)
    if isinstance(data, dict):
        if "dataframe_split" in data:
            table = data["dataframe_split"]
            return pd.DataFrame(table["data"], columns=table.get("columns"), index=table.get("index"))
        if "dataframe_records" in data:
            return pd.DataFrame(data["dataframe_records"])
        if "inputs" in data or "instances" in data or "messages" in data:
            return data
    try:
        return pd.read_json(io.StringIO(text))
    except ValueError:
        return data


def predictions(answer):
    """The JSON of an answer: an object, with "predictions" where the target gives bare values."""
    if hasattr(answer, "to_json") and isinstance(answer, dict):
        return answer.to_json().encode()
    if hasattr(answer, "to_dict") and hasattr(answer, "columns"):
        answer = answer.to_dict(orient="records")
    if isinstance(answer, (str, bytes)):
        try:
            answer = json.loads(answer)
        except ValueError:
            pass
    if not isinstance(answer, dict):
        answer = {"predictions": answer}
    return json.dumps(answer, default=plain).encode()


def predict(request, blob):
    p = request["params"]
    data = read_input(p.get("content_type"), blob)
    return None, predictions(call(request, "predict", deployment_name=p.get("name"), inputs=data, endpoint=p.get("endpoint")))


def explain(request, blob):
    p = request["params"]
    data = read_input(p.get("content_type"), blob)
    answer = call(request, "explain", deployment_name=p.get("name"), df=data, endpoint=p.get("endpoint"))
    if hasattr(answer, "to_dict") and hasattr(answer, "columns"):
        answer = answer.to_dict(orient="records")
    return None, json.dumps(answer, default=plain).encode()


def create_endpoint(request, blob):
    p = request["params"]
    return described(call(request, "create_endpoint", name=p["name"], config=p.get("config")), p["name"])


def update_endpoint(request, blob):
    p = request["params"]
    return described(call(request, "update_endpoint", endpoint=p["name"], config=p.get("config")), p["name"])


def remove_endpoint(request, blob):
    call(request, "delete_endpoint", endpoint=request["params"]["name"])


def list_endpoints(request, blob):
    return listed(call(request, "list_endpoints"))


def get_endpoint(request, blob):
    return described(call(request, "get_endpoint", endpoint=request["params"]["name"]), request["params"]["name"])


def module_function(request, name):
    module = host.load_object(request["plugin"], request["object"])
    if not hasattr(module, name):
        raise host.HostError("NOT_IMPLEMENTED", f"the module {module.__name__} has no function {name}")
    return getattr(module, name)


def run_local(request, blob):
    p = request["params"]
    module_function(request, "run_local")(p["name"], p["model_uri"], p.get("flavor"), p.get("config", {}))


def help_(request, blob):
    return None, str(module_function(request, "target_help")() or f"The target {request['name']} has no help.").encode()


OPERATIONS = {
    "deploy.create": create,
    "deploy.update": update,
    "deploy.remove": remove,
    "deploy.list": list_,
    "deploy.get": get,
    "deploy.predict": predict,
    "deploy.explain": explain,
    "deploy.create_endpoint": create_endpoint,
    "deploy.update_endpoint": update_endpoint,
    "deploy.remove_endpoint": remove_endpoint,
    "deploy.list_endpoints": list_endpoints,
    "deploy.get_endpoint": get_endpoint,
    "deploy.run_local": run_local,
    "deploy.help": help_,
}

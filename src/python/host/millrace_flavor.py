# SPDX-License-Identifier: Apache-2.0
"""Models of any flavor, by mlflow.pyfunc. A model is known by its folder, so that a new host loads it again when it is asked."""
import json
import threading

import millrace_host as host

lock = threading.Lock()
models = {}  # folder -> [model, how many opened it]


def load(folder, opened=0):
    with lock:
        if folder not in models:
            with host.loading():
                host.import_mlflow()
            import mlflow.pyfunc

            models[folder] = [mlflow.pyfunc.load_model(folder), 0]
        models[folder][1] += opened
        return models[folder][0]


def open_(request, blob):
    load(request["params"]["folder"], 1)


def close(request, blob):
    with lock:
        found = models.get(request["params"]["folder"])
        if found:
            found[1] -= 1
            if found[1] <= 0:
                del models[request["params"]["folder"]]


NUMPY = {"c": "int8", "C": "uint8", "s": "int16", "S": "uint16", "i": "int32", "I": "uint32", "l": "int64", "L": "uint64",
         "e": "float16", "f": "float32", "g": "float64", "b": "bool"}


def read_input(p, blob):
    """A table of pandas; arrays of NumPy where the input is of tensors."""
    import numpy as np
    import pandas as pd

    columns, at, tensors = {}, 0, False
    for c in p["columns"]:
        if "texts" in c:
            columns[c["name"]] = pd.Series(c["texts"], dtype="object")
            continue
        shape = (p["rows"], *c["dims"])
        count = int(np.prod(shape))
        cells = np.frombuffer(blob, dtype="int64" if c["whole"] else "float64", count=count, offset=at).reshape(shape)
        at += 8 * count
        kind = NUMPY[c["kind"]]
        if kind.startswith("float") or c["whole"] or not np.isnan(cells).any():
            cells = cells.astype(kind)
        tensors = tensors or bool(c["dims"]) or not c["name"]
        columns[c["name"]] = cells
    if tensors:
        return next(iter(columns.values())) if len(columns) == 1 else columns
    return pd.DataFrame(columns)


def value_of(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def write_column(name, values, blob):
    """A column for the other side; numbers are appended to the bytes."""
    import numpy as np

    array = np.asarray(values)
    column = {"name": str(name), "dims": list(array.shape)}
    if array.dtype.kind in "iu" or array.dtype.kind == "f":
        kind = "int64" if array.dtype.kind in "iu" else "float64"
        column["format"] = "l" if kind == "int64" else "g"
        blob.append(np.ascontiguousarray(array, dtype=kind).tobytes())
    elif array.dtype.kind == "b":
        column["format"] = "b"
        data = np.ascontiguousarray(array, dtype="uint8").tobytes()
        blob.append(data + bytes(-len(data) % 8))
    else:
        column["format"] = "u"
        column["texts"] = [v if isinstance(v, str) else json.dumps(v, default=str) for v in array.ravel().tolist()]
    return column


def write_output(answer):
    import numpy as np
    import pandas as pd

    blob = []
    if isinstance(answer, list) and answer and all(isinstance(row, dict) for row in answer):
        answer = pd.DataFrame(answer)
    if isinstance(answer, pd.DataFrame):
        columns = [write_column(name, answer[name].to_numpy(), blob) for name in answer.columns]
    elif isinstance(answer, dict):
        columns = [write_column(name, np.asarray(value), blob) for name, value in answer.items()]
    else:
        if isinstance(answer, pd.Series):
            answer = answer.to_numpy()
        elif hasattr(answer, "toarray"):  # a sparse matrix
            answer = answer.toarray()
        array = np.asarray(answer)
        columns = [write_column("predictions", array.reshape(1) if array.ndim == 0 else array, blob)]
    return {"columns": columns}, b"".join(blob)


def with_probabilities(model, table):
    """Labels and probabilities of a classifier, as MLflow's evaluator takes them: from the model behind pyfunc's. Else None."""
    loader = model.metadata.flavors["python_function"]["loader_module"]
    if loader not in ("mlflow.sklearn", "mlflow.xgboost", "mlflow.catboost"):
        return None
    inner = model._model_impl
    inner = inner.get_raw_model() if hasattr(inner, "get_raw_model") else inner
    if not hasattr(inner, "predict_proba"):
        return None
    return {"predictions": inner.predict(table), "probabilities": inner.predict_proba(table)}


def predict(request, blob):
    p = request["params"]
    model = load(p["folder"])
    if p.get("predict_fn") == "predict_proba":
        answer = with_probabilities(model, read_input(p, blob))
        if answer:
            return write_output(answer)
    params = {key: value_of(value) for key, value in p["params"].items()}
    return write_output(model.predict(read_input(p, blob), **({"params": params} if params else {})))


OPERATIONS = {"flavor.open": open_, "flavor.close": close, "flavor.predict": predict}

# SPDX-License-Identifier: Apache-2.0
"""Saved models, served: predictions and errors are those of MLflow's own scoring server for the same models and requests.

What differs on purpose is left out of the comparison: how data looks inside of messages (pandas prints it in MLflow), the order of
a set of Python, what a parser of JSON complains of, stack traces.
"""
import concurrent.futures
import contextlib
import ctypes
import ctypes.util
import http.client
import json
import math
import os
import re
import subprocess
import tempfile

from _server import MILLRACE, main

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("MILLRACE_SOURCE", os.path.join(HERE, "../.."))

DIABETES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
PATIENT = [0.03, 0.05, 0.06, 0.02, -0.04, -0.03, -0.04, -0.002, 0.01, -0.01]
IRIS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
FLOWERS = [[5.1, 3.5, 1.4, 0.2], [6.0, 3.0, 5.0, 2.0], [5.9, 3.0, 4.2, 1.5]]
MIXED = {"small": 3, "large": -2, "single": 0.5, "double": -1.25, "flag": True}


class Serving:
    """Both servers, for every model."""

    def __init__(self, stack):
        venv = subprocess.run([f"{SOURCE}/scripts/flavor-venv"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "MILLRACE_"))}
        self.environment |= {"VIRTUAL_ENV": venv, "MLFLOW_TRACKING_URI": "sqlite:///" + tempfile.mkdtemp() + "/m.db"}
        self.folder = tempfile.mkdtemp(prefix="models-")
        reference = subprocess.Popen([f"{venv}/bin/python", f"{HERE}/_scoring_reference.py", self.folder], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.environment, cwd=self.folder)
        stack.callback(reference.wait)
        stack.callback(reference.stdin.close)
        line = reference.stdout.readline()
        assert line, "the reference did not start"
        self.theirs = json.loads(line)
        self.ours = {name: self.start(stack, f"{self.folder}/{name}") for name in self.theirs}

    def start(self, stack, uri, *flags):
        process = subprocess.Popen([MILLRACE, "models", "serve", "-m", uri, "-p", "0", *flags], text=True,
                                   stdout=subprocess.PIPE, env=self.environment, cwd=self.folder)
        stack.callback(finish, process)
        line = process.stdout.readline()
        assert " on http://127.0.0.1:" in line, line
        return int(re.search(r":(\d+)", line).group(1))

    def run(self, *arguments, **options):
        return subprocess.run([MILLRACE, "models", *arguments], text=True, capture_output=True, env=self.environment,
                              cwd=self.folder, timeout=60, check=False, **options)


def finish(process):
    process.terminate()
    process.stdout.read()
    assert process.wait(timeout=30) == 0, f"the server ended with {process.returncode}"


serving = None


def ask(port, method, path, body=None, content_type=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body=body, headers={"Content-Type": content_type} if content_type is not None else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("Content-Type"), text


def without_data(text):
    """The answer without what may differ."""
    text = re.sub(r"\{('(?:dataframe_split|dataframe_records|instances|inputs)'(?:, )?){4}\}", "{FORMS}", text)
    text = re.sub(r"Failed to predict data '.*?'\. \nError: ", "Failed to predict DATA: ", text, flags=re.S)
    text = re.sub(r"enforce schema of data '.*?' with schema", "enforce schema of DATA with schema", text, flags=re.S)
    text = re.sub(r"Error: 'JSONDecodeError\(.*?\)'\nInput:.*", "NO JSON", text, flags=re.S)
    return text


def outcome(port, body, content_type):
    status, kind, text = ask(port, "POST", "/invocations", body, content_type)
    if kind != "application/json":
        return status, kind, without_data(text)
    value = json.loads(text)
    if "message" in value:
        value.pop("stack_trace", None)
        value["message"] = without_data(value["message"])
    return status, kind, value


def same(model, body, content_type="application/json"):
    """Asks both; what they agree on."""
    if not isinstance(body, (str, bytes)):
        body = json.dumps(body)
    theirs = outcome(serving.theirs[model], body, content_type)
    ours = outcome(serving.ours[model], body, content_type)
    assert ours == theirs, f"{model} {content_type} {body[:300]}\n  ours   {ours}\n  theirs {theirs}"
    return ours


def good(model, body, content_type="application/json"):
    status, _, value = same(model, body, content_type)
    assert status == 200, value
    return value["predictions"]


def bad(model, body, content_type="application/json", status=400):
    answer = same(model, body, content_type)
    assert answer[0] == status, answer
    return answer[2]


def csv(names, rows):
    return "".join(",".join(map(str, line)) + "\n" for line in [names, *rows])


def test_every_form_of_a_table():
    patient = dict(zip(DIABETES, PATIENT))
    for model in ("xgb_booster", "onnx_line"):
        first = good(model, {"dataframe_split": {"columns": DIABETES, "data": [PATIENT, PATIENT]}})
        assert len(first) == 2, first
        good(model, {"dataframe_split": {"columns": DIABETES[::-1], "index": [7], "data": [PATIENT[::-1]]}})
        good(model, {"dataframe_records": [patient]})
        good(model, {"dataframe_records": [{**patient, "more": "x"}]})
        good(model, {"instances": [patient, patient]})
        good(model, {"inputs": {name: [value, value] for name, value in patient.items()}})
        good(model, {"inputs": patient})
        good(model, {"inputs": [patient]})
        good(model, csv(DIABETES, [PATIENT, PATIENT]), "text/csv")
        good(model, json.dumps({"dataframe_records": [patient]}), "application/json; charset=UTF-8")
    good("xgb_booster", {"dataframe_records": [{**patient, "age": None, "bmi": "0.5", "sex": True}]})
    good("xgb_booster", csv(DIABETES, [["", *PATIENT[1:]]]), "text/csv")


def test_parquet():
    import pandas
    kind = "application/vnd.apache.parquet"
    assert len(good("xgb_booster", pandas.DataFrame([PATIENT, PATIENT], columns=DIABETES).to_parquet(), kind)) == 2
    mixed = pandas.DataFrame([MIXED, MIXED]).astype({"small": "int32", "single": "float32"})
    good("xgb_mixed", mixed.to_parquet(), kind)
    good("xgb_mixed", mixed.set_index("small", drop=False).rename_axis(None).to_parquet(compression=None), kind)
    bad("xgb_mixed", mixed.astype({"double": "str"}).to_parquet(), kind)
    bad("xgb_mixed", mixed[["small"]].to_parquet(), kind)
    for body in (b"", b"PAR1", b"no parquet at all"):
        status, _, text = ask(serving.ours["xgb_mixed"], "POST", "/invocations", body, kind)
        assert status == 400 and "Ensure that the input is a valid Parquet Pandas DataFrame" in text, text


def test_what_models_answer():
    flowers = {"dataframe_split": {"columns": IRIS, "data": FLOWERS}}
    assert good("xgb_classes", flowers) == [0, 2, 1]
    assert len(good("lgb_multi", flowers)[0]) == 3
    assert set(good("onnx_maps", flowers)[0]) == {"output_label", "output_probability"}
    several = [{"number": 1.5, "text": "Jos\u00e9", "whole": 2**60 + 1}, {"number": -2.0, "text": "", "whole": 0}]
    answer = outcome(serving.ours["onnx_inputs"], json.dumps({"dataframe_records": several}), "application/json")
    assert answer[0] == 200 and answer[2]["predictions"] == [  # MLflow fails with the texts of pandas 3
        {"twice": 3.0, "same": "Jos\u00e9", "negative": -(2**60) - 1}, {"twice": -4.0, "same": "", "negative": 0}], answer
    bad("onnx_inputs", {"dataframe_records": [{"number": 1.5, "text": "x"}]})
    tensor = good("onnx_tensor", {"inputs": FLOWERS})
    assert tensor["label"] == [0, 2, 1] and len(tensor["probabilities"][0]) == 3, tensor
    good("onnx_tensor", {"instances": FLOWERS})
    good("onnx_tensor", flowers)
    with_cancer = [[float(i + j) for i in range(30)] for j in range(3)]
    assert good("lgb_numbers", flowers) == [0, 20, 10]
    assert good("lgb_names", flowers) == ["setosa", "virginica", "versicolor"]
    assert good("lgb_binary", flowers) == [5, 6, 6]
    assert good("lgb_estimator", csv(DIABETES, [PATIENT]), "text/csv")
    assert good("lgb_plain", {"inputs": [PATIENT, PATIENT]})
    assert good("lgb_plain", {"dataframe_split": {"columns": DIABETES, "data": [PATIENT]}})
    assert good("lgb_plain", csv(DIABETES, [PATIENT]), "text/csv")
    names = serving.run("describe", "-m", "xgb_binary", "--output", "json")
    assert json.loads(names.stdout)["native_flavor"] == "xgboost", names
    assert same("xgb_binary", {"dataframe_split": {"data": with_cancer}})[0] == 400  # the names are missing


def test_types_of_the_signature():
    def records(**changes):
        return {"dataframe_records": [{**MIXED, **changes}]}

    good("xgb_mixed", records())
    good("xgb_mixed", {"instances": [MIXED, MIXED]})
    good("xgb_mixed", csv(MIXED, [MIXED.values()]), "text/csv")
    good("xgb_mixed", records(small="4", double=1, single=2))
    good("xgb_mixed", records(large=2.75))
    bad("xgb_mixed", records(small="x"))
    bad("xgb_mixed", records(double="x"))
    bad("xgb_mixed", records(small=None))
    bad("xgb_mixed", {"dataframe_records": [MIXED, {**MIXED, "large": None}]})
    bad("xgb_mixed", {"dataframe_records": [MIXED, {**MIXED, "small": None}]})
    bad("xgb_mixed", {"inputs": {**{k: [v] for k, v in MIXED.items()}, "small": ["x"]}})
    bad("xgb_mixed", {"dataframe_records": [{"small": 1, "other": 2}]})
    bad("xgb_mixed", csv(MIXED, [["x", *list(MIXED.values())[1:]]]), "text/csv")


def test_parameters():
    flowers = {"dataframe_split": {"columns": IRIS, "data": FLOWERS}}
    good("xgb_classes", {**flowers, "params": {"output_margin": True}})
    good("xgb_classes", {**flowers, "params": {"output_margin": False, "unknown": 1}})
    good("xgb_classes", {**flowers, "params": None})
    bad("xgb_classes", {**flowers, "params": {"output_margin": "x"}})
    bad("xgb_classes", {**flowers, "params": {"other": "1.5"}})
    bad("xgb_classes", {**flowers, "params": {"other": [1]}})
    bad("xgb_classes", {**flowers, "params": {"names": "a"}})
    bad("xgb_classes", {**flowers, "params": {"names": [1]}})
    bad("xgb_classes", {**flowers, "params": [1]})
    good("lgb_multi", {**flowers, "params": {"anything": 1}})


def test_bad_requests():
    patient = dict(zip(DIABETES, PATIENT))
    for body in ["{bad", "", "[1]", "3", '"x"', "null"]:
        bad("xgb_booster", body)
    for body in [{}, {"nothing": 1}, {"dataframe_split": {"columns": ["a"], "data": [[1]]}, "instances": [1]},
                 {"dataframe_split": [1]}, {"dataframe_split": 1}, {"dataframe_split": {"columns": DIABETES}},
                 {"dataframe_records": {"a": 1}}, {"dataframe_records": "x"}, {"dataframe_records": []},
                 {"dataframe_split": {"columns": ["age", "other"], "data": [[1.0, 2.0]]}},
                 {"dataframe_split": {"columns": DIABETES, "data": [["x", *PATIENT[1:]]]}},
                 {"dataframe_split": {"columns": DIABETES, "data": [[1]]}},
                 {"instances": [[1, 2], [3]]}, {"instances": [["x"]]}, {"instances": [PATIENT]}, {"inputs": [PATIENT]},
                 {"inputs": "x"}, {"dataframe_records": [{k: v for k, v in patient.items() if k != "bmi"}]}]:
        bad("xgb_booster", body)
    for body in [{"inputs": [[1, 2, 3]]}, {"inputs": [1, 2]}, {"inputs": "x"}, {"inputs": {"a": [1]}}, {"inputs": [[1], [2, 3]]},
                 {"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2]]}}, {"dataframe_records": []}]:
        bad("onnx_tensor", body)
    bad("xgb_booster", "", "text/csv")
    bad("xgb_booster", "a,b\n1\n1,2,3\n", "text/csv")
    bad("xgb_booster", "x", "text/plain", 415)
    bad("xgb_booster", "{}", "application/json; charset=latin-1", 415)
    bad("xgb_booster", "{}", "application/json; x=1", 415)


def test_many_at_once():
    """Threads that ask for different rows at the same time each get their own."""
    rows = [[0.001 * ((i * 7 + j * 13) % 97) - 0.05 for j in range(10)] for i in range(12)]
    for model in ("xgb_booster", "lgb_plain", "onnx_line"):
        bodies = [json.dumps({"dataframe_split": {"columns": DIABETES, "data": [row]}}) for row in rows]
        wanted = [good(model, body) for body in bodies]
        assert len({str(value) for value in wanted}) > 6, wanted

        def one(i, model=model, bodies=bodies, wanted=wanted):
            answer = outcome(serving.ours[model], bodies[i % 12], "application/json")
            return answer[2].get("predictions") == wanted[i % 12]

        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            assert all(threads.map(one, range(120))), model


def test_the_contract_of_flavors():
    """The conformance kit, with real models. It forks, which OpenMP does not survive once it has threads."""
    alone = {**serving.environment, "OMP_NUM_THREADS": "1"}
    for flavor, model in (("xgboost", "xgb_booster"), ("lightgbm", "lgb_multi"), ("onnx", "onnx_line")):
        result = subprocess.run([MILLRACE, "plugins", "check", "--builtin", flavor, "--uri", f"{flavor}:{serving.folder}/{model}",
                                 "--option", "threads=1"], text=True, capture_output=True, env=alone, check=False)
        assert result.returncode == 0 and " 0 failed" in result.stdout and "4 of them called" in result.stdout, result.stdout


def test_the_other_paths():
    port, reference = serving.ours["lgb_multi"], serving.theirs["lgb_multi"]
    for method, path in [("GET", "/ping"), ("GET", "/health"), ("GET", "/version"), ("GET", "/nope"), ("GET", "/invocations"),
                         ("POST", "/ping")]:
        assert ask(port, method, path) == ask(reference, method, path), (method, path)
    status, _, text = ask(port, "GET", "/metrics")
    assert status == 200 and re.search(r'^mlflow_http_request\w+\{.*"/invocations".*\} \d', text, re.M), text
    assert "millrace_predictions_running 0.0" in text, text


def test_a_page_from_elsewhere_is_refused():
    connection = http.client.HTTPConnection("127.0.0.1", serving.ours["lgb_multi"], timeout=60)
    connection.request("GET", "/ping", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 403
    connection.close()


def test_predict_from_the_shell():
    served = good("xgb_booster", csv(DIABETES, [PATIENT]), "text/csv")
    data = csv(DIABETES, [PATIENT])
    result = serving.run("predict", "-m", "xgb_booster", "-t", "csv", "--env-manager", "local", input=data)
    assert json.loads(result.stdout) == {"predictions": served}, result
    with open(f"{serving.folder}/data.json", "w", encoding="utf-8") as file:
        json.dump({"dataframe_split": {"columns": DIABETES, "data": [PATIENT]}}, file)
    result = serving.run("predict", "-m", f"file://{serving.folder}/xgb_booster", "-i", "data.json", "-o", "out.json")
    assert result.returncode == 0 and not result.stdout, result
    with open(f"{serving.folder}/out.json", encoding="utf-8") as file:
        assert json.load(file) == {"predictions": served}
    result = serving.run("predict", "-m", "xgb_booster", "-t", "csv", input="age\n1\n")
    assert result.returncode == 1 and "Model is missing inputs ['sex', 'bmi'" in result.stderr, result


def test_the_input_example():
    def example():
        return json.loads(serving.run("describe", "-m", "xgb_booster", "--output", "json").stdout)["input_example"]

    path = f"{serving.folder}/xgb_booster/serving_input_example.json"
    with open(path, encoding="utf-8") as file:
        saved = file.read()
    assert example() == "fits the signature", example()
    good("xgb_booster", saved)
    with open(path, "w", encoding="utf-8") as file:
        file.write(saved.replace('"age"', '"years"'))
    assert "Model is missing inputs ['age']. Note that there were extra inputs: ['years']." in example(), example()
    with open(path, "w", encoding="utf-8") as file:
        file.write(saved)


def test_models_of_the_registry():
    model = f"{serving.folder}/xgb_classes"
    assert serving.run("register", "-n", "flowers", "-m", model).returncode == 0
    assert serving.run("set-alias", "-n", "flowers", "-v", "1", "-a", "champion").returncode == 0
    wanted = good("xgb_classes", csv(IRIS, FLOWERS), "text/csv")
    for uri in ("models:/flowers/1", "models:/flowers@champion", "models:/flowers/latest"):
        result = serving.run("predict", "-m", uri, "-t", "csv", input=csv(IRIS, FLOWERS))
        assert result.returncode == 0 and json.loads(result.stdout)["predictions"] == wanted, (uri, result)
    result = serving.run("predict", "-m", "models:/flowers/7", input="{}")
    assert result.returncode == 1 and "flowers" in result.stderr, result


def train_with(library, path):
    """A model that this libxgboost trains and saves by its C API, and what it predicts for PATIENT."""
    api = ctypes.CDLL(library)
    rows = [[math.sin(i * 7 + j) for j in range(10)] for i in range(200)]
    flat = (ctypes.c_float * 2000)(*[x for row in rows for x in row])
    labels = (ctypes.c_float * 200)(*[3 * row[0] - row[3] * row[4] + 100 for row in rows])
    matrix, one, booster = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    missing = ctypes.c_float(math.nan)
    assert api.XGDMatrixCreateFromMat(flat, ctypes.c_ulong(200), ctypes.c_ulong(10), missing, ctypes.byref(matrix)) == 0
    assert api.XGDMatrixSetFloatInfo(matrix, b"label", labels, ctypes.c_ulong(200)) == 0
    assert api.XGBoosterCreate(ctypes.byref(matrix), ctypes.c_ulong(1), ctypes.byref(booster)) == 0
    assert api.XGBoosterSetParam(booster, b"nthread", b"1") == 0
    for i in range(8):
        assert api.XGBoosterUpdateOneIter(booster, i, matrix) == 0
    assert api.XGBoosterSaveModel(booster, path.encode()) == 0
    patient = (ctypes.c_float * 10)(*PATIENT)
    assert api.XGDMatrixCreateFromMat(patient, ctypes.c_ulong(1), ctypes.c_ulong(10), missing, ctypes.byref(one)) == 0
    n, result = ctypes.c_ulong(), ctypes.POINTER(ctypes.c_float)()
    assert api.XGBoosterPredict(booster, one, 0, 0, 0, ctypes.byref(n), ctypes.byref(result)) == 0
    return result[0]


def test_the_system_library():
    """Debian's libxgboost: it predicts with its own models, and is not trusted with those of a newer one."""
    library = ctypes.util.find_library("xgboost")
    assert library, "libxgboost0 is not installed (packaging/debian-packages.txt)"
    os.mkdir(f"{serving.folder}/system")
    wanted = train_with(library, f"{serving.folder}/system/model.ubj")
    with open(f"{serving.folder}/system/MLmodel", "w", encoding="utf-8") as file:
        file.write("flavors: {xgboost: {data: model.ubj, model_class: xgboost.core.Booster, xgb_version: 1.7.4}}\n")
    request = json.dumps({"inputs": [PATIENT]})
    result = serving.run("predict", "-m", "system", "--config", f"library={library}", input=request)
    assert result.returncode == 0 and json.loads(result.stdout) == {"predictions": [wanted]}, (result, wanted)
    result = serving.run("predict", "-m", "xgb_booster", "--config", f"library={library}", input=request)
    assert result.returncode == 1 and "The model was saved with XGBoost 3." in result.stderr, result


def test_what_cannot_be_loaded():
    result = serving.run("serve", "-m", "lgb_pickled")
    assert result.returncode == 1 and "lightgbm.sklearn.LGBMRegressor" in result.stderr, result
    result = serving.run("describe", "-m", "lgb_pickled")
    assert result.returncode == 0 and "Not loaded here" in result.stderr and "lightgbm" in result.stdout, result
    result = serving.run("serve", "-m", "xgb_booster", "--config", "library=/nonexistent.so")
    assert result.returncode == 1 and "XGBoost cannot be loaded: /nonexistent.so" in result.stderr, result
    os.mkdir(f"{serving.folder}/outside")
    with open(f"{serving.folder}/outside/MLmodel", "w", encoding="utf-8") as file:
        file.write("flavors: {onnx: {data: ../onnx_line/model.onnx}}\n")
    result = serving.run("serve", "-m", "outside")
    assert result.returncode == 1 and "outside of its folder" in result.stderr, result
    result = serving.run("serve", "-m", "nothing-here")
    assert result.returncode == 1 and "it has no file MLmodel" in result.stderr, result
    environment = dict(serving.environment)
    serving.environment = {k: v for k, v in environment.items() if k != "VIRTUAL_ENV"}
    result = serving.run("serve", "-m", "onnx_line")
    serving.environment = environment
    assert result.returncode == 1 and "MILLRACE_ONNXRUNTIME_LIBRARY" in result.stderr, result


if __name__ == "__main__":
    with contextlib.ExitStack() as everything:
        serving = Serving(everything)
        main(globals())

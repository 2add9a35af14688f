# SPDX-License-Identifier: Apache-2.0
"""Native deployment targets under MLflow: a plugin's through its command line and client."""
import os
import subprocess
import tempfile

from _programs import SOURCE
from _server import main
from _wheel import EXAMPLE, installed, python

TARGETS = {"mlflow.deployments": {"faketarget": "millrace.mlflow_plugins.deployments:nfaketarget",
                                  "nobody": "millrace.mlflow_plugins.deployments:nnobody"}}

CLIENT = """
import json, os
import numpy as np, pandas as pd
from mlflow.deployments import get_deploy_client
from mlflow.exceptions import MlflowException

def refused(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except MlflowException as error:
        return error.error_code
    raise AssertionError("it was not refused")

os.mkdir("kept")
client = get_deploy_client("faketarget:kept")
assert client.list_deployments() == []
made = client.create_deployment("a", "models:/m/1", config={"raiseError": False})
assert made == {"name": "a", "flavor": "python_function", "model_uri": "models:/m/1"}, made
assert client.get_deployment("a") == made and client.list_deployments() == [made]
assert client.update_deployment("a", flavor="sklearn")["flavor"] == "sklearn"
assert refused(client.create_deployment, "a", "models:/m/1") == "RESOURCE_ALREADY_EXISTS"
assert refused(client.create_deployment, "b", "m", config={"raiseError": "True"}) == "INTERNAL_ERROR"
assert refused(client.create_deployment, "b", "m", config={"other": 1}) == "INVALID_PARAMETER_VALUE"
assert refused(client.get_deployment, "b") == "RESOURCE_DOES_NOT_EXIST"
assert refused(client.create_endpoint, "e") == "NOT_IMPLEMENTED"
assert refused(client.explain, "a", pd.DataFrame()) == "NOT_IMPLEMENTED"
frame = pd.DataFrame({"x": [1.5, 2.0]})
for inputs, body in ((frame, {"dataframe_split": {"columns": ["x"], "data": [[1.5], [2.0]]}}), (np.array([[1, 2]]), {"inputs": [[1, 2]]}),
                     ({"inputs": [1]}, {"inputs": [1]}), ({"x": [1]}, {"inputs": {"x": [1]}}), ('{"inputs": [1]}', {"inputs": [1]})):
    answer = client.predict("a", inputs)
    counted = answer.get_predictions("ndarray")[0]
    assert counted in (len(json.dumps(body)), len(json.dumps(body, separators=(",", ":"))), len(json.dumps(body)) + len('"index": [0, 1], ')), (inputs, counted)
client.delete_deployment("a")
client.delete_deployment("a")
assert client.list_deployments() == []
assert refused(get_deploy_client, "nobody") == "INVALID_PARAMETER_VALUE"
"""

# A target that has endpoints, and explains: what it is given comes back.
PLUGIN = r"""
#include <millrace/deployments.h>
#include <stdio.h>
#include <string.h>

static const mr_host *host;
static char names[4][32];

static mr_code open_it(const mr_host *h, const struct mr_open_args *args, void **self, mr_error *err)
{
	(void)args;
	(void)err;
	host = h;
	*self = names;
	return MR_OK;
}

static char *find(mr_str name)
{
	for (int i = 0; i < 4; i++)
		if (mr_str_is(name, names[i]))
			return names[i];
	return NULL;
}

static mr_code describe(mr_str name, const struct mr_map_string *config, size_t n, struct mr_deployment_info *out)
{
	*out = (struct mr_deployment_info){.size = sizeof *out, .name = name, .fields = config, .fields_n = n};
	return MR_OK;
}

static mr_code create(void *self, mr_str name, const struct mr_map_string *config, size_t n, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	char *slot = find(mr_str_from(""));

	(void)self;
	(void)call;
	if (find(name) || !slot)
		return mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS, "There is an endpoint %.*s", MR_STR_ARG(name));
	snprintf(slot, 32, "%.*s", MR_STR_ARG(name));
	return describe(name, config, n, out);
}

static mr_code update(void *self, mr_str name, const struct mr_map_string *config, size_t n, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	(void)self;
	(void)call;
	return find(name) ? describe(name, config, n, out) : mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "none");
}

static mr_code get(void *self, mr_str name, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	return update(self, name, NULL, 0, out, call, err);
}

static mr_code delete_it(void *self, mr_str name, mr_call *call, mr_error *err)
{
	(void)self;
	(void)call;
	(void)err;
	if (find(name))
		*find(name) = 0;
	return MR_OK;
}

static mr_code list(void *self, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct mr_deployment_info info;
	mr_code code = MR_OK;

	(void)self;
	(void)call;
	for (int i = 0; i < 4 && code == MR_OK; i++)
		if (*names[i]) {
			describe(mr_str_from(names[i]), NULL, 0, &info);
			code = visit(arg, &info, err);
		}
	return code;
}

static mr_code answer(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err)
{
	(void)self;
	(void)err;
	*out = host->copy(call, input->body);
	return MR_OK;
}

static mr_code serve(const mr_host *h, mr_str uri, const struct mr_deployment_spec *spec, mr_call *call, mr_error *err)
{
	(void)uri;
	(void)spec;
	(void)err;
	puts("serves");
	fflush(stdout);
	while (!h->cancelled(call))
		;
	return MR_OK;
}

static mr_code help(const mr_host *h, mr_str *out, mr_call *call, mr_error *err)
{
	(void)h;
	(void)call;
	(void)err;
	*out = mr_str_from("echoes");
	return MR_OK;
}

static const struct mr_deployments_ops ops = {.size = sizeof ops, .open = open_it, .create_endpoint = create, .update_endpoint = update,
	.remove_endpoint = delete_it, .list_endpoints = list, .get_endpoint = get, .predict = answer, .explain = answer, .run_local = serve, .target_help = help};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_DEPLOYMENTS, "echo", &ops, NULL, 0)
MR_PLUGIN_EXPORT("echo", "1.0.0", "Has endpoints.", "Apache-2.0", ENTRIES)
"""

ENDPOINTS = """
import os, signal, threading, time
import pandas as pd
from mlflow.deployments import get_deploy_client, run_local
from mlflow.exceptions import MlflowException

client = get_deploy_client("echo")
assert client.create_endpoint("e", {"size": 3, "more": {"a": [1]}}) == {"name": "e", "size": "3", "more": '{"a": [1]}'}
assert client.update_endpoint("e", {"size": "4"}) == {"name": "e", "size": "4"}
assert client.get_endpoint("e") == {"name": "e"} and client.list_endpoints() == [{"name": "e"}]
for call, code in ((lambda: client.create_endpoint("e"), "RESOURCE_ALREADY_EXISTS"), (lambda: client.get_endpoint("f"), "RESOURCE_DOES_NOT_EXIST"),
                   (lambda: client.create_deployment("d", "models:/m/1"), "NOT_IMPLEMENTED")):
    try:
        call()
        raise AssertionError(code)
    except MlflowException as error:
        assert error.error_code == code, error
assert client.predict(endpoint="e", inputs={"messages": []}) == {"messages": []}  # as an endpoint takes it
assert client.explain(endpoint="e", df=pd.DataFrame({"x": [1]}))["dataframe_split"]["data"] == [[1]]
client.delete_endpoint("e")
assert client.list_endpoints() == []
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
began = time.monotonic()
try:
    run_local("echo", "d", "models:/m/1")
    raise AssertionError("it was not interrupted")
except KeyboardInterrupt:
    assert time.monotonic() - began < 5
"""

COMMANDS = """
import sys
from mlflow.cli import cli
for command in (["create", "--name", "pumps", "-m", "models:/m/1", "-C", "raiseError=False"], ["predict", "--name", "pumps", "-I", "input.json"]):
    cli(["deployments", *command, "-t", "faketarget:kept"], standalone_mode=False)
cli(["deployments", "help", "-t", "faketarget"], standalone_mode=False)
"""


def test_the_client_of_a_plugins_target():
    with tempfile.TemporaryDirectory() as folder:
        python(CLIENT, folder=folder, sites=[installed(folder, TARGETS)], MILLRACE_PLUGIN_PATH=EXAMPLE)


def test_endpoints_and_ctrl_c():
    with tempfile.TemporaryDirectory() as folder:
        site = installed(folder, {"mlflow.deployments": {"echo": "millrace.mlflow_plugins.deployments:necho"}})
        with open(f"{folder}/plugin.c", "w", encoding="ascii") as out:
            out.write(PLUGIN)
        subprocess.run(["cc", "-std=gnu11", "-Wall", "-Werror", "-shared", "-fPIC", f"-I{SOURCE}/include", f"{folder}/plugin.c", "-o", f"{folder}/echo.so"], check=True)
        os.chmod(f"{folder}/echo.so", 0o755)
        said, _ = python(ENDPOINTS, folder=folder, sites=[site], MILLRACE_PLUGIN_PATH=f"{folder}/echo.so")
        assert said == "serves\n", said


def test_mlflows_command_line():
    with tempfile.TemporaryDirectory() as folder:
        site = installed(folder, TARGETS)
        os.mkdir(f"{folder}/kept")
        with open(f"{folder}/input.json", "w", encoding="ascii") as out:
            out.write('{"x": {"0": 1}}')
        said, _ = python(COMMANDS, folder=folder, sites=[site], MILLRACE_PLUGIN_PATH=EXAMPLE)
        for wanted in ("python_function deployment pumps is created", '"predictions"', "keeps a file for each deployment"):
            assert wanted in said, said


if __name__ == "__main__":
    main(globals())

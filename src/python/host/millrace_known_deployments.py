# SPDX-License-Identifier: Apache-2.0
"""What the deployment targets of single plugins need; see millrace_known.py."""
import functools
import shlex

import millrace_adapt as adapt
import millrace_host as host


def torchserve(plugin, module):
    """mlflow-torchserve: what it is given becomes a line of the shell, and stays for the next deployment; a table of several rows
    is no JSON; what TorchServe said of a refusal is lost."""
    client = module.TorchServePlugin
    create, predict = client.create_deployment, client.predict

    @functools.wraps(create)
    def create_deployment(self, name, model_uri, flavor=None, config=None):
        for value in (name, model_uri, *(v for k, v in (config or {}).items() if k.upper() in IN_THE_LINE)):
            if shlex.quote(str(value)) != str(value):
                raise host.HostError("INVALID_PARAMETER_VALUE", f"mlflow-torchserve cannot be given {value!r}: it would pass it to a shell")
        self.server_config = module.Config()
        return create(self, name, model_uri, flavor, config or {})

    @functools.wraps(predict)
    def predict_rows(self, deployment_name, df):
        import json

        if isinstance(df, module.pd.DataFrame):
            answers = [predict(self, deployment_name, df.iloc[[i]]) for i in range(len(df))]
            return answers[0] if len(answers) == 1 else [_json(text) for text in answers]
        return predict(self, deployment_name, df if isinstance(df, str) or module.torch.is_tensor(df) else json.dumps(df))

    client.create_deployment, client.predict = create_deployment, predict_rows
    module.requests = Telling(module.requests)
    adapt.note("names and paths that a shell would take apart are refused", plugin)
    adapt.note("predict asks once for each row of a table", plugin)
    adapt.note("what TorchServe answers to a refused registration is told", plugin)


IN_THE_LINE = {"VERSION", "MODEL_FILE", "HANDLER", "EXTRA_FILES", "REQUIREMENTS_FILE", "EXPORT_PATH"}


def _json(text):
    import json

    try:
        return json.loads(text)
    except ValueError:
        return text


class Telling:
    """In the place of the module `requests`: a registration that is refused says why."""

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        return getattr(self.real, name)

    def post(self, url, *args, **kwargs):
        answer = self.real.post(url, *args, **kwargs)
        if "/models?url=" in url and answer.status_code >= 300:
            raise host.HostError(host.STATUS_CODES.get(answer.status_code, "INTERNAL_ERROR"),
                                 f"TorchServe did not register the model: it answered {answer.status_code} {answer.text.strip()}")
        return answer

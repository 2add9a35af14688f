# SPDX-License-Identifier: Apache-2.0
"""Stores: MLflow's own request handlers over the plugin's store. A request of the REST API comes in and goes through
MLflow's Flask application in this process, without any server. The handlers keep one tracking store and one registry
store for each process, which is why there is a host for each pair of URIs."""
import importlib.util
import io
import json
import threading
from urllib.parse import unquote_to_bytes

import millrace_adapt as adapt
import millrace_host as host

lock = threading.RLock()
app = None
stores = {}


def make_app():
    """MLflow's application, with every failure as MLflow's JSON."""
    global app
    with lock:
        if app is not None:
            return app
        with host.loading():
            host.import_mlflow()
            if importlib.util.find_spec("flask") is None:
                import millrace_flask

                millrace_flask.install()
            try:
                from mlflow.server import app as made
            except ModuleNotFoundError as e:
                raise host.HostError(
                    "INVALID_STATE",
                    f"stores need mlflow's request handlers, and these the module '{e.name}', which is not in this "
                    f"environment; run: {host.pip(f'install {e.name}')}",
                ) from e
        made.register_error_handler(Exception, failure)
        app = made
        return app


def failure(e):
    from flask import Response
    from mlflow.exceptions import ERROR_CODE_TO_HTTP_STATUS
    from werkzeug.exceptions import HTTPException

    if isinstance(e, HTTPException):
        code, status = "ENDPOINT_NOT_FOUND" if e.code == 404 else "BAD_REQUEST", e.code
    else:
        code = host.error_code(e)
        status = ERROR_CODE_TO_HTTP_STATUS.get(code, 500)
    body = json.dumps({"error_code": code, "message": f"Python plugin {host.plugin_name()}: {host.error_text(e)}"})
    return Response(body, status=status, mimetype="application/json")


def put_store_behind(request):
    """The plugin's store becomes the one that MLflow's handlers use; the other side's is left to MLflow, by its URI."""
    from mlflow.server import ARTIFACT_ROOT_ENV_VAR, BACKEND_STORE_URI_ENV_VAR, REGISTRY_STORE_URI_ENV_VAR, handlers

    group = request["group"]
    with lock:
        if group in stores:
            return
        import os

        os.environ.setdefault(BACKEND_STORE_URI_ENV_VAR, request["tracking_uri"])
        os.environ.setdefault(REGISTRY_STORE_URI_ENV_VAR, request["registry_uri"])
        root = request["params"].get("artifact_root")
        if root:
            os.environ.setdefault(ARTIFACT_ROOT_ENV_VAR, root)
        tracking = group == "mlflow.tracking_store"
        uri, other = (request["tracking_uri"], root or None) if tracking else (request["registry_uri"], request["tracking_uri"])
        store = adapt.build_store(request["plugin"], request["object"], group, uri, other)
        if tracking:
            handlers._tracking_store = store
        else:
            handlers._model_registry_store = store
        stores[group] = store


def http(request, blob):
    params = request["params"]
    application = make_app()
    put_store_behind(request)
    path, _, query = params["target"].partition("?")
    environ = {
        "REQUEST_METHOD": params["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(blob)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(blob),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if params.get("workspace"):
        environ["HTTP_X_MLFLOW_WORKSPACE"] = params["workspace"]
    answer = {}

    def start_response(status, headers, exc_info=None):
        answer["status"] = int(status.split()[0])

    chunks = application.wsgi_app(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return {"status": answer["status"]}, body


OPERATIONS = {"store.http": http}

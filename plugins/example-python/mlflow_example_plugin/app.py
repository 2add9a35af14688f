# SPDX-License-Identifier: Apache-2.0
"""A server app: `mlflow server --app-name custom_app`, `millrace server --app-name custom_app`. Who changes something must say why,
in the header X-Reason; nothing else is asked for."""
from flask import make_response, request

from mlflow.server import app as custom_app


@custom_app.before_request
def ask_for_a_reason():
    if request.method not in ("GET", "HEAD", "OPTIONS") and not request.headers.get("X-Reason"):
        return make_response("Say why, in the header X-Reason", 403)
    return None


@custom_app.after_request
def say_who_is_in_front(answer):
    answer.headers["X-Custom-App"] = "mlflow-example-plugin"
    return answer


@custom_app.route("/custom/experiments")
def count_experiments():
    """A route of its own, which asks the server's store."""
    from mlflow.server.handlers import _get_tracking_store

    return {"experiments": len(_get_tracking_store().search_experiments(max_results=1000))}

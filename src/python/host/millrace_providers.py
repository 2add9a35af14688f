# SPDX-License-Identifier: Apache-2.0
"""Run contexts, request headers and request auth: one object of each entry's class, asked again for each run and request."""
import threading

import millrace_host as host

lock = threading.Lock()
providers = {}
challenged = {}  # (object, method, url) -> what an auth object's hook wanted to send instead


def provider(request):
    with lock:
        if request["object"] not in providers:
            providers[request["object"]] = host.load_object(request["plugin"], request["object"])()
        return providers[request["object"]]


def texts(pairs):
    return {str(key): str(value) for key, value in (pairs or {}).items() if value is not None}


def tags(request, blob):
    p = provider(request)
    return texts(p.tags()) if p.in_context() else None


def experiment(request, blob):
    p = provider(request)
    found = p.get_experiment_id() if p.in_context() else None
    return None if found is None else str(found)


def headers(request, blob):
    p = provider(request)
    return texts(p.request_headers()) if p.in_context() else None


def name(request, blob):
    return provider(request).get_name()


def prepare(params, blob):
    """The request as `requests` would have it before its auth object is asked."""
    import requests

    return requests.Request(params["method"], params["url"], headers=dict(params["headers"]), data=blob or None).prepare()


def changes(before, after, url):
    if after.url != url:
        raise host.HostError("NOT_IMPLEMENTED", "the auth object changes the URL of the request, which cannot be done here")
    return {key: value.decode("latin-1") if isinstance(value, bytes) else str(value)
            for key, value in after.headers.items() if before.get(key) != value and key.lower() != "content-length"}


def apply(request, blob):
    params = request["params"]
    again = challenged.pop((request["object"], params["method"], params["url"]), None)
    if again is not None:
        return again
    prepared = prepare(params, blob)
    before, url, body = prepared.headers.copy(), prepared.url, prepared.body
    prepared.prepare_auth(provider(request).get_auth(), url)
    if prepared.body is not body and prepared.body != body:
        raise host.HostError("NOT_IMPLEMENTED", "the auth object changes the body of the request, which cannot be done here")
    return changes(before, prepared, url)


class Replay:
    """The connection that an auth object's hook sends by: keeps what it would send."""

    def __init__(self):
        self.sent = None

    def send(self, prepared, **kwargs):
        import requests

        self.sent = prepared
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 200, prepared, prepared.url
        return answer


def challenge(request, blob):
    """What `requests` does with a 401: the hooks that the auth object left on the request may send it once more."""
    import requests
    from requests.structures import CaseInsensitiveDict

    params = request["params"]
    prepared = prepare(params, blob)
    before, url = prepared.headers.copy(), prepared.url
    prepared.prepare_auth(provider(request).get_auth(), url)
    answer = requests.Response()
    answer.status_code, answer.headers, answer.url = params["status"], CaseInsensitiveDict(params["answer"]), url
    answer.request, answer.connection, answer._content, answer._content_consumed = prepared, Replay(), b"", True
    for hook in prepared.hooks.get("response", []):
        hook(answer, timeout=None)
    if answer.connection.sent is None:
        return False
    challenged[(request["object"], params["method"], params["url"])] = changes(before, answer.connection.sent, url)
    return True


OPERATIONS = {"context.tags": tags, "experiment.id": experiment, "headers.get": headers, "auth.name": name, "auth.apply": apply, "auth.challenge": challenge}

# SPDX-License-Identifier: Apache-2.0
"""Native request auth providers for MLFLOW_TRACKING_AUTH: `auth:nNAME` is the provider of that name (entry.attribute).

The native provider is asked at each attempt of a request, and once more after a 401 or 407 to which it has an answer. What it
says goes to the host that it was asked about, and to no other."""
from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from mlflow.tracking.request_auth.abstract_request_auth_provider import RequestAuthProvider
from requests.auth import AuthBase

from millrace.mlflow_plugins import entry
from millrace.mlflow_plugins.errors import errors, require
from millrace.mlflow_plugins.native import _native

CHALLENGES = 2


def _origin(url):
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


class NativeAuth(AuthBase):
    def __init__(self, name):
        self._name = name

    def __eq__(self, other):
        return isinstance(other, NativeAuth) and self._name == other._name

    def __hash__(self):
        return hash(self._name)

    def __call__(self, request):
        attempt = _Attempts(self._name, request)
        attempt.authorize()
        return request


class _Attempts:
    """Those of one request."""

    def __init__(self, name, request):
        self._name, self._request, self._attempt, self._given = name, request, 0, {}
        self._origin = _origin(request.url)
        self._start = request.body.tell() if hasattr(request.body, "tell") and hasattr(request.body, "seek") else None
        request.register_hook("response", self._answered)

    def _about(self):
        request = self._request
        body = request.body.encode() if isinstance(request.body, str) else request.body if isinstance(request.body, bytes) else None
        size = len(body) if body is not None else 0 if request.body is None else int(request.headers.get("Content-Length", -1))
        headers = [(_text(name), _text(value)) for name, value in request.headers.items() if name not in self._given]
        return self._name, request.method, request.url, headers, body, size, self._attempt

    def authorize(self):
        self._attempt += 1
        for name in self._given:
            self._request.headers.pop(name, None)
        self._given = {}
        with errors():
            given = _native.authorize(*self._about())
        self._given = dict(given)
        self._request.headers.update(self._given)

    def _answered(self, response, **sending):
        if response.is_redirect and _origin(urljoin(response.url, response.headers["location"])) != self._origin:
            for name in self._given:  # the next request is a copy of this one
                response.request.headers.pop(name, None)
            return response
        if response.status_code not in (401, 407) or self._attempt > CHALLENGES or _origin(response.url) != self._origin:
            return response
        body = self._request.body
        if body is not None and not isinstance(body, (bytes, str)) and self._start is None:
            return response  # a stream that is gone
        headers = [(name.lower(), value) for name, value in response.headers.items()]
        with errors():
            again = _native.challenge(*self._about(), response.status_code, headers, response.content)
        if not again:
            return response
        response.close()
        if self._start is not None:
            body.seek(self._start)
        self.authorize()
        answer = response.connection.send(self._request, **sending)
        answer.history.append(response)
        answer.request = self._request
        return self._answered(answer, **sending)


def _text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def __getattr__(attribute):
    name = entry.name_of(attribute)
    if name is None:
        raise AttributeError(f"module {__name__!r} has no attribute {attribute!r}")

    class Provider(RequestAuthProvider):
        def get_name(self):
            return name

        def get_auth(self):
            require("mlflow.request_auth_provider", name)
            return NativeAuth(name)

    Provider.__name__ = Provider.__qualname__ = attribute
    return Provider

# SPDX-License-Identifier: Apache-2.0
"""Credentials for requests, chosen by MLFLOW_TRACKING_AUTH=dummy_auth_provider_name."""
import hashlib

from mlflow.tracking.request_auth.abstract_request_auth_provider import RequestAuthProvider


class DummyAuth:
    """An auth object of `requests`: it may look at the whole request."""

    def __call__(self, request):
        body = request.body or b""
        digest = hashlib.sha256(body.encode() if isinstance(body, str) else body).hexdigest()[:16]
        request.headers["Authorization"] = f"Dummy {request.method} {digest}"
        return request


class DummyAuthProvider(RequestAuthProvider):
    def get_name(self):
        return "dummy_auth_provider_name"

    def get_auth(self):
        return DummyAuth()

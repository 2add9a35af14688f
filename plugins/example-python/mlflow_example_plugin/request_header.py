# SPDX-License-Identifier: Apache-2.0
"""A header for every request to a tracking server, when the environment has a value for it."""
import os

from mlflow.tracking.request_header.abstract_request_header_provider import RequestHeaderProvider


class PluginRequestHeaderProvider(RequestHeaderProvider):
    def in_context(self):
        return "EXAMPLE_PLUGIN_HEADER" in os.environ

    def request_headers(self):
        return {"X-Example-Plugin": os.environ["EXAMPLE_PLUGIN_HEADER"]}

# SPDX-License-Identifier: Apache-2.0
"""What MLflow's request handlers use of Flask and Werkzeug, for environments that have neither (mlflow-skinny): requests,
responses and routes of one process, without a server. install() puts it in their place."""
import importlib.abc
import importlib.util
import io
import json
import re
import sys
import threading
import types
from urllib.parse import parse_qs

context = threading.local()


class HTTPException(Exception):
    code = 500


class NotFound(HTTPException):
    code = 404


class BadRequest(HTTPException):
    code = 400


class RequestedRangeNotSatisfiable(HTTPException):
    code = 416


class Args(dict):
    """A query: each key with its values, of which the first counts where one is asked for."""

    def __getitem__(self, key):
        return super().__getitem__(key)[0]

    def get(self, key, default=None, type=None):  # pylint: disable=redefined-builtin
        if key not in self:
            return default
        try:
            return type(self[key]) if type else self[key]
        except ValueError:
            return default

    def getlist(self, key):
        return list(super().get(key, []))

    def items(self):
        return [(key, self[key]) for key in self]

    def values(self):
        return [self[key] for key in self]

    def to_dict(self, flat=True):
        return dict(self.items()) if flat else {key: self.getlist(key) for key in self}


class Headers(dict):
    """Without regard to case."""

    def __init__(self, pairs=()):
        super().__init__()
        for key, value in dict(pairs).items():
            self[key] = value

    def __setitem__(self, key, value):
        super().__setitem__(key.title(), value)

    def __getitem__(self, key):
        return super().__getitem__(key.title())

    def __contains__(self, key):
        return super().__contains__(key.title())

    def get(self, key, default=None):
        return super().get(key.title(), default)


class Request:
    authorization = None

    def __init__(self, environ):
        self.environ = environ
        self.method = environ["REQUEST_METHOD"]
        self.path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        self.args = Args(parse_qs(environ["QUERY_STRING"], keep_blank_values=True))
        self.data = environ["wsgi.input"].read()
        self.stream = io.BytesIO(self.data)
        self.headers = Headers({k[5:].replace("_", "-"): v for k, v in environ.items() if k.startswith("HTTP_")})
        self.content_type = environ.get("CONTENT_TYPE", "")
        self.content_length = len(self.data)
        self.url_rule, self.view_args = None, {}

    @property
    def mimetype(self):
        return self.content_type.split(";")[0].strip()

    @property
    def is_json(self):
        return self.mimetype.endswith("json")

    @property
    def json(self):
        return self.get_json()

    def get_data(self, **_):
        return self.data

    def get_json(self, force=False, silent=False, **_):
        if not force and not self.is_json:
            if silent:
                return None
            raise BadRequest("The request is no JSON")
        try:
            return json.loads(self.data)
        except ValueError as e:
            if silent:
                return None
            raise BadRequest(f"The request is no JSON: {e}") from e


class Response:
    def __init__(self, response=None, status=200, headers=None, mimetype="text/html", content_type=None, **_):
        self.headers = Headers(headers or {})
        self.status_code = int(str(status).split()[0])
        self.mimetype = content_type or mimetype
        self.data = b""
        self.set_data(response)

    def set_data(self, value):
        if value is None:
            value = b""
        elif isinstance(value, str):
            value = value.encode()
        elif not isinstance(value, (bytes, bytearray)):
            value = b"".join(v.encode() if isinstance(v, str) else v for v in value)
        self.data = bytes(value)

    def get_data(self, as_text=False):
        return self.data.decode() if as_text else self.data

    @property
    def json(self):
        return json.loads(self.data)


def jsonify(*values, **pairs):
    value = pairs or (values[0] if len(values) == 1 else list(values))
    return Response(json.dumps(value), mimetype="application/json")


class Here:
    """The object of this thread that has the name."""

    def __init__(self, name):
        object.__setattr__(self, "_name", name)

    def __getattr__(self, key):
        return getattr(getattr(context, self._name), key)

    def __setattr__(self, key, value):
        setattr(getattr(context, self._name), key, value)


class Rule:
    def __init__(self, path, function, methods):
        self.rule, self.function, self.methods = path, function, {m.upper() for m in methods or ["GET"]}
        pattern = re.sub(r"<path:(\w+)>", r"(?P<\1>.+)", re.sub(r"<(?:int:|string:)?(\w+)>", r"(?P<\1>[^/]+)", path))
        self.pattern = re.compile(pattern + r"\Z")
        self.variables = path.count("<")

    def __str__(self):
        return self.rule


class Flask:
    response_class = Response

    def __init__(self, *_, **__):
        self.rules, self.before, self.after, self.config, self.secret_key = [], [], [], {}, None
        self.on_error = None

    def add_url_rule(self, path, name=None, function=None, methods=None, **_):
        self.rules.append(Rule(path, function, methods))
        self.rules.sort(key=lambda rule: rule.variables)  # the plain ones win

    def route(self, path, methods=None, **_):
        return lambda function: self.add_url_rule(path, None, function, methods) or function

    def before_request(self, function):
        self.before.append(function)
        return function

    def teardown_request(self, function):
        self.after.append(function)
        return function

    def after_request(self, function):
        return function

    def register_error_handler(self, _, function):
        self.on_error = function

    def find(self, request):
        for rule in self.rules:
            found = rule.pattern.match(request.path)
            if found and request.method in rule.methods:
                request.url_rule, request.view_args = rule, found.groupdict()
                return rule.function
        raise NotFound(f"there is no route {request.method} {request.path}")

    def answer(self, request):
        try:
            function = self.find(request)
            for hook in self.before:
                refused = hook()
                if refused is not None:
                    return refused
            return function(**request.view_args)
        except Exception as e:
            return self.on_error(e)

    def wsgi_app(self, environ, start_response):
        context.request, context.g, context.app = Request(environ), types.SimpleNamespace(), self
        try:
            given = self.answer(context.request)
        finally:
            for hook in self.after:
                hook(None)
        status = None
        if isinstance(given, tuple):
            given, status = given[0], given[1]
        if not isinstance(given, Response):
            given = jsonify(given) if isinstance(given, (dict, list)) else Response(given)
        start_response(f"{status or given.status_code} -", [("Content-Type", given.mimetype)])
        return [given.data]


class Placeholder:
    """Of a class that nothing here is an instance of."""


class SqlModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """MLflow's SQL stores, which the handlers only ask whether a store is one of, where there is no SQLAlchemy."""

    NAME = re.compile(r"mlflow\.(store\.(\w+\.)*(sqlalchemy_\w+|dbmodels(\.\w+)*)|store\.db\.(utils|workspace_migration))\Z")

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self, is_package=name.endswith("dbmodels")) if self.NAME.match(name) else None

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__getattr__ = lambda name: Placeholder if not name.startswith("__") else _no_attribute(name)
        return module

    def exec_module(self, module):
        pass


def _no_attribute(name):
    raise AttributeError(name)


def send_file(*_, **__):
    raise NotImplementedError("files are not served here")


def install():
    flask, werkzeug = types.ModuleType("flask"), types.ModuleType("werkzeug")
    parts = {name: types.ModuleType(f"werkzeug.{name}") for name in ("exceptions", "http", "wsgi")}
    for name, thing in (("Flask", Flask), ("Request", Request), ("Response", Response), ("jsonify", jsonify), ("send_file", send_file),
                        ("send_from_directory", send_file), ("request", Here("request")), ("g", Here("g")), ("current_app", Here("app"))):
        setattr(flask, name, thing)
    for thing in (HTTPException, NotFound, BadRequest, RequestedRangeNotSatisfiable):
        setattr(parts["exceptions"], thing.__name__, thing)
    parts["http"].quote_header_value = lambda value, **_: '"' + str(value).replace('"', '\\"') + '"'
    parts["wsgi"].wrap_file = lambda environ, file, buffer_size=8192: iter(lambda: file.read(buffer_size), b"")
    if importlib.util.find_spec("sqlalchemy") is None:
        sys.meta_path.insert(0, SqlModules())
    sys.modules["flask"], sys.modules["werkzeug"] = flask, werkzeug
    for name, module in parts.items():
        setattr(werkzeug, name, module)
        sys.modules[f"werkzeug.{name}"] = module

# SPDX-License-Identifier: Apache-2.0
"""MLflow's applications with our server behind them: every view of mlflow.server.app passes its request on, as does a path
that no view has, so that there is nothing that an app's hooks do not see; and the stores that its hooks may ask are ours."""
import contextlib
import functools
import http.client
import importlib.abc
import importlib.machinery
import importlib.util
import os
import socket
import sys
import warnings
from urllib.parse import quote_from_bytes, unquote_to_bytes

import millrace_app as gateway
import millrace_host as host

ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
HOP_BY_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "expect",
              "proxy-connection", "content-length", "host"}
IN_MEMORY = 1 << 20  # an answer of at most this size is there when hooks look at it; a larger one streams

place = None  # the socket of the server behind


class Behind(http.client.HTTPConnection):
    """A connection to the server behind. Paths go as they came, whatever bytes are in them."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(place)

    def _validate_path(self, url):
        if any(c in url for c in "\r\n\0 "):
            raise http.client.InvalidURL(url)

    def _encode_request(self, request):
        return request.encode("latin-1")


# ---- a request passed on ----


def target_of(environ):
    """The raw path and query, or, where something on the way has changed the path, the new one quoted."""
    path = (environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]).encode("latin-1")
    raw = environ.get("RAW_URI", "").partition("?")[0]
    if not raw or unquote_to_bytes(raw) != path:
        raw = quote_from_bytes(path, safe="/:@!$&'()*+,;=-._~")
    query = environ.get("QUERY_STRING", "")
    return f"{raw}?{query}" if query else raw


def body_of(request):
    ours = request.environ.get("millrace.body")
    if ours is not None:
        return ours.again()
    return iter([request.get_data()])  # it came by somebody else's gateway


def send_body(connection, request):
    """In the form in which it came. A server that has answered before the end does not want the rest."""
    length = request.headers.get("Content-Length")
    chunked = length is None and "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    if length is not None:
        connection.putheader("Content-Length", length)
    elif chunked:
        connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    if length is None and not chunked:
        return
    try:
        for piece in body_of(request):
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            connection.send(b"0\r\n\r\n")
    except gateway.Gone:
        raise
    except (BrokenPipeError, ConnectionResetError):
        pass


def pieces_of(connection, answer):
    try:
        while piece := answer.read1(gateway.PIECE):
            yield piece
        if answer.length:
            raise gateway.Gone("the server behind ended in the midst of its answer")
    finally:
        connection.close()


def ask(connection, request):
    """The request, and the head of its answer."""
    connection.putrequest(request.environ["REQUEST_METHOD"], target_of(request.environ), skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", request.headers.get("Host", "localhost"))
    connection.putheader("Connection", "close")
    connection.putheader("X-Millrace-Peer", request.environ.get("REMOTE_ADDR") or "-")
    if request.environ.get("wsgi.url_scheme") == "https":
        connection.putheader("X-Millrace-Tls", "1")
    for name, value in request.headers.items():
        if name.lower() not in HOP_BY_HOP and not name.lower().startswith("x-millrace-"):
            connection.putheader(name, value.encode("latin-1"))
    send_body(connection, request)
    return connection.getresponse()


def pass_on(**view_args):
    """The view of every rule."""
    from flask import current_app, request
    from werkzeug.exceptions import ClientDisconnected

    signal = request.environ.get("millrace.signal")
    if signal:
        signal(gateway.PASSED)
    connection = Behind("localhost")
    try:
        answer = ask(connection, request)
        streams = answer.length is None or answer.length > IN_MEMORY
        body = pieces_of(connection, answer) if streams else answer.read()
    except gateway.Gone as e:
        connection.close()
        raise ClientDisconnected from e
    except BaseException:
        connection.close()
        raise
    if not streams:
        connection.close()
    headers = [(n, v) for n, v in answer.getheaders() if n.lower() not in HOP_BY_HOP - {"content-length"}]
    made = current_app.response_class(body, status=answer.status, headers=headers)
    if streams:
        made.call_on_close(connection.close)  # also when its first piece is never asked for
    if answer.getheader("Content-Type") is None:
        made.headers.pop("Content-Type", None)
    return made


# ---- Flask ----


def is_ours(function):
    return getattr(function, "__module__", "").split(".")[0] == "mlflow"


def put_behind_flask(app):
    """mlflow.server.app without anything of MLflow's own: what its hooks and views do is done by the server behind."""
    for hooks in (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs):
        hooks.clear()
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = True
    for rule in app.url_map.iter_rules():
        rule.provide_automatic_options = False
        rule.strict_slashes, rule.merge_slashes = True, False
    for endpoint in app.view_functions:
        app.view_functions[endpoint] = pass_on
    for rule in ("/", "/<path:path>"):
        app.add_url_rule(rule, f"millrace:{rule}", pass_on, methods=ALL_METHODS, provide_automatic_options=False)
    dispatch = app.dispatch_request

    @functools.wraps(dispatch)
    def dispatch_request(*args, **kwargs):
        from flask import request

        signal = request.environ.get("millrace.signal")
        if signal:
            signal(gateway.GO_ON)  # all that is called before a view has let it pass
        return dispatch(*args, **kwargs)

    app.dispatch_request = dispatch_request


# ---- FastAPI ----

adopted = []  # applications of MLflow's


@contextlib.asynccontextmanager
async def nothing_to_begin(app):
    yield


def put_behind_fastapi(app, flask_app):
    """Of MLflow's own routes and middleware nothing is left: what the plugin does not answer goes to the Flask application."""
    from starlette.routing import Match

    app.user_middleware.clear()
    app.router.routes.clear()
    app.router.lifespan_context = nothing_to_begin
    bridge, router = gateway.Bridge(flask_app), app.router
    original = router.middleware_stack if hasattr(router, "middleware_stack") else router.app

    async def routed(scope, receive, send):
        if scope["type"] == "lifespan":
            await original(scope, receive, send)
        elif any(route.matches(scope)[0] is not Match.NONE for route in router.routes):
            scope["extensions"]["millrace"]["signal"](gateway.GO_ON)
            await original(scope, receive, send)
        else:
            await bridge(scope, receive, send)

    router.app = router.middleware_stack = routed
    adopted.append(app)


def is_mlflow_fastapi(app):
    return any(app is known for known in adopted)


class FastApiModule(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Puts MLflow's FastAPI application behind when, and if, a plugin imports it: that takes a second and 50 MB."""

    NAME = "mlflow.server.fastapi_app"

    def __init__(self, flask_app):
        self.flask_app = flask_app

    def find_spec(self, name, path=None, target=None):
        if name != self.NAME:
            return None
        self.real = importlib.machinery.PathFinder.find_spec(name, path)
        return self.real and importlib.util.spec_from_loader(name, self, origin=self.real.origin)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__file__ = self.real.origin
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MLflow's own affair
            self.real.loader.exec_module(module)
        real, flask_app = module.create_fastapi_app, self.flask_app

        @functools.wraps(real)
        def create_fastapi_app(of=flask_app):
            made = real(of)
            put_behind_fastapi(made, of)
            return made

        put_behind_fastapi(module.app, flask_app)
        module.create_fastapi_app = create_fastapi_app


# ---- stores, for hooks that ask them ----


def reach_by_requests(uri):
    """Whatever uses `requests` reaches the server behind by this URI, which nobody else can resolve."""
    import requests
    import urllib3
    from requests.adapters import HTTPAdapter

    class Connection(urllib3.connection.HTTPConnection):
        def _new_conn(self):
            made = socket.socket(socket.AF_UNIX)
            made.connect(place)
            return made

    class Pool(urllib3.HTTPConnectionPool):
        ConnectionCls = Connection

    pool = Pool(uri.partition("://")[2], maxsize=16)

    class Adapter(HTTPAdapter):
        def get_connection_with_tls_context(self, *args, **kwargs):
            return pool

        def get_connection(self, *args, **kwargs):
            return pool

    adapter, real = Adapter(), requests.Session.get_adapter

    def get_adapter(self, url):
        return adapter if url == uri or url.startswith((f"{uri}/", f"{uri}?")) else real(self, url)

    requests.Session.get_adapter = get_adapter


def register_stores(uri):
    from mlflow.server import handlers
    from mlflow.store.model_registry.rest_store import RestStore as RegistryStore
    from mlflow.store.tracking.rest_store import RestStore as TrackingStore
    from mlflow.utils.rest_utils import MlflowHostCreds

    def credentials():
        return MlflowHostCreds(uri)

    handlers._tracking_store_registry.register("http", lambda store_uri=None, artifact_uri=None: TrackingStore(credentials))
    handlers._model_registry_store_registry.register("http", lambda store_uri=None, tracking_uri=None: RegistryStore(credentials))


def put_server_behind(uri, params):
    """Before the plugin is loaded. Answers mlflow.server.app."""
    global place
    place = params["behind"]
    os.environ.update(params["environment"])
    os.environ["_MLFLOW_SERVER_FILE_STORE"] = os.environ["_MLFLOW_SERVER_REGISTRY_STORE"] = uri
    host.import_mlflow()
    reach_by_requests(uri)
    try:
        from mlflow.server import app
    except ModuleNotFoundError as e:
        raise host.HostError("INVALID_STATE", f"server apps need mlflow.server, and this the module '{e.name}', which is not in this "
                             f"environment; run: {host.pip(f'install {e.name}')}") from e
    register_stores(uri)
    put_behind_flask(app)
    if FastApiModule.NAME in sys.modules:
        raise host.HostError("INTERNAL_ERROR", "MLflow's FastAPI application was there before it could be put behind")
    sys.meta_path.insert(0, FastApiModule(app))
    return app

# SPDX-License-Identifier: Apache-2.0
"""Server apps: a WSGI or ASGI application between our server's public port and the server behind it. Each request comes on
a connection of its own to a Unix socket, with its body in blocks; frames answer it:

    G  the hooks of the app let the request go on      H  status and headers      E  the whole answer is out
    P  the request goes to the server behind           D  a piece of the body

A connection that ends without E denies the request: whatever happens here lets none pass.
"""
import asyncio
import atexit
import contextvars
import inspect
import io
import os
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote_to_bytes

import millrace_host as host

PIECE = 1 << 18
BACKLOG = 512
GO_ON, PASSED, HEAD, DATA, END = b"G", b"P", b"H", b"D", b"E"


class Gone(ConnectionError):
    """The client has left, or the server does not wait any more."""


def frame(kind, payload=b""):
    return kind + struct.pack("<I", len(payload)) + payload


def pack(texts):
    return b"".join(struct.pack("<I", len(t)) + t for t in texts)


def unpack(data):
    texts, at = [], 0
    while at < len(data):
        (n,) = struct.unpack_from("<I", data, at)
        texts.append(bytes(data[at + 4 : at + 4 + n]))
        at += 4 + n
    return texts


def head_frame(status, headers):
    """headers: pairs of bytes."""
    for name, value in headers:
        if any(c in name + value for c in b"\r\n\0"):
            raise ValueError(f"the header {name!r} has a line break in its value")
    return frame(HEAD, pack([str(status).encode()] + [part for pair in headers for part in pair]))


class Request:
    """The head of a request. Names with "_" could be taken for others by WSGI, and ours are nobody else's: both are left out."""

    def __init__(self, data):
        self.method, self.target, self.remote, tls, length, *rest = unpack(data)
        self.tls, self.length = tls == b"1", int(length)
        pairs = zip(rest[::2], rest[1::2])
        self.headers = [(n.lower(), v) for n, v in pairs if b"_" not in n and not n.lower().startswith(b"x-millrace-")]
        path, _, self.query = self.target.partition(b"?")
        self.raw_path, self.path = path, unquote_to_bytes(path)

    def host(self):
        name, _, port = dict(self.headers).get(b"host", b"localhost").decode("latin-1").rpartition(":")
        return (name, port) if name and port.isdigit() else (name + port if not name else f"{name}:{port}", "443" if self.tls else "80")


# ---- WSGI ----


class Input(io.RawIOBase):
    """A body as it comes in. What was read before the request was passed on is kept, and read once more then."""

    def __init__(self, read_block):
        self.read_block, self.rest, self.over = read_block, b"", False
        self.kept, self.keeps = [], True

    def readable(self):
        return True

    def readinto(self, into):
        while not self.rest and not self.over:
            self.rest = self.read_block()
            self.over = not self.rest
        n = min(len(into), len(self.rest))
        into[:n] = self.rest[:n]
        if self.keeps and n:
            self.kept.append(self.rest[:n])
        self.rest = self.rest[n:]
        return n

    def again(self):
        """All pieces of the body, from its beginning."""
        self.keeps = False
        kept, self.kept = self.kept, []
        yield from kept
        while piece := self.rest or (b"" if self.over else self.read_block()):
            self.rest = b""
            yield bytes(piece)
        self.over = True


def environ_of(request, body, signal):
    server_name, server_port = request.host()
    environ = {
        "REQUEST_METHOD": request.method.decode("latin-1"),
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.decode("latin-1"),
        "QUERY_STRING": request.query.decode("latin-1"),
        "RAW_URI": request.target.decode("latin-1"),
        "REQUEST_URI": request.target.decode("latin-1"),
        "SERVER_NAME": server_name,
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "Millrace",
        "REMOTE_ADDR": request.remote.decode("latin-1"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if request.tls else "http",
        "wsgi.input": io.BufferedReader(body, PIECE),
        "wsgi.input_terminated": True,
        "wsgi.errors": host.sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "millrace.signal": signal,
        "millrace.body": body,
        "millrace.tls": request.tls,
    }
    for name, value in request.headers:
        key = name.decode("latin-1").upper().replace("-", "_")
        key, text = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key, value.decode("latin-1")
        environ[key] = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}" if key in environ else text
    return environ


class WsgiAnswer:
    """start_response and write of one request, and the pieces of its answer."""

    def __init__(self, send):
        self.send, self.head = send, None

    def start_response(self, status, headers, exc_info=None):
        if exc_info and self.head is True:
            raise exc_info[1].with_traceback(exc_info[2])
        self.head = head_frame(status.split(" ", 1)[0], [(n.encode("latin-1"), v.encode("latin-1")) for n, v in headers])
        return self.write

    def write(self, piece):
        if self.head is None:
            raise RuntimeError("the app writes an answer before it has called start_response")
        if self.head is not True:
            self.head, head = True, self.head
            self.send(head)
        if piece:
            self.send(frame(DATA, piece))

    def run(self, app, environ):
        pieces = app(environ, self.start_response)
        try:
            for piece in pieces:
                self.write(piece)
            self.write(b"")
        finally:
            if hasattr(pieces, "close"):
                pieces.close()


class Conversation:
    """A connection, for a thread."""

    def __init__(self, connection):
        self.connection = connection
        self.request = Request(self.read_block())
        self.lock = threading.Lock()

    def read_exactly(self, n):
        data, got = bytearray(n), 0
        while got < n:
            count = self.connection.recv_into(memoryview(data)[got:])
            if not count:
                raise Gone("the client has left")
            got += count
        return bytes(data)

    def read_block(self):
        return self.read_exactly(struct.unpack("<I", self.read_exactly(4))[0])

    def send(self, data):
        with self.lock:
            self.connection.sendall(data)


def answer_wsgi(app, connection):
    with connection:
        try:
            talk = Conversation(connection)
            environ = environ_of(talk.request, Input(talk.read_block), lambda kind: talk.send(frame(kind)))
            WsgiAnswer(talk.send).run(app, environ)
            talk.send(frame(END))
        except ConnectionError:
            pass
        except Exception as e:  # the connection ends without END: the request is denied
            host.log("error", f"the app failed: {host.error_text(e)}")


# ---- ASGI ----


class AsgiServer:
    """An event loop in a thread of its own, in which the application's requests run."""

    def __init__(self, app):
        self.app, self.loop, self.state = app, asyncio.new_event_loop(), {}
        self.events, self.ended, self.under_way = None, None, set()
        threading.Thread(target=self.loop.run_forever, daemon=True, name="asgi").start()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    # What runs at its start and end.

    async def _lifespan(self, told):
        self.events = asyncio.Queue()
        await self.events.put({"type": "lifespan.startup"})

        async def send(message):
            if not told.done():
                told.set_result(message)
            elif message["type"].startswith("lifespan.shutdown") and self.ended:
                self.ended.set()

        try:
            await self.app({"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state},
                           self.events.get, send)
        except BaseException as e:
            if not told.done():  # an application need not know of this
                told.set_result({"type": "lifespan.startup.complete", "why": repr(e)})
            elif told.result()["type"] == "lifespan.startup.complete":
                host.log("warning", f"the app's lifespan failed: {host.error_text(e)}")
        finally:
            if not told.done():
                told.set_result({"type": "lifespan.startup.complete"})
            if self.ended:
                self.ended.set()

    async def _start(self):
        told = self.loop.create_future()
        self.task = self.loop.create_task(self._lifespan(told))
        message = await told
        if message["type"] == "lifespan.startup.failed":
            raise host.HostError("INVALID_STATE", f"it could not start: {message.get('message', '').strip()}")

    async def _stop(self):
        self.ended = asyncio.Event()
        if self.task.done():
            return
        await self.events.put({"type": "lifespan.shutdown"})
        await self.ended.wait()

    def start(self):
        self.run(self._start()).result()

    def stop(self):
        self.run(self._stop()).result(2)

    # A request.

    def answer(self, connection):
        future = self.run(self._answer(connection))
        self.under_way.add(future)  # the loop itself holds its tasks weakly
        future.add_done_callback(self.under_way.discard)

    async def _answer(self, connection):
        reader, writer = await asyncio.open_unix_connection(sock=connection, limit=PIECE)
        try:
            (n,) = struct.unpack("<I", await reader.readexactly(4))
            talk = AsgiConversation(self, Request(await reader.readexactly(n)), reader, writer)
            await self.app(talk.scope(self.state), talk.receive, talk.send)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except Exception as e:  # without END: denied
            host.log("error", f"the app failed: {host.error_text(e)}")
        finally:
            writer.close()


class AsgiConversation:
    def __init__(self, server, request, reader, writer):
        self.server, self.request, self.reader, self.writer = server, request, reader, writer
        self.left, self.whole, self.receiving = 0, False, asyncio.Lock()

    def scope(self, state):
        request = self.request
        name, port = request.host()
        return {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
                "method": request.method.decode("latin-1"), "scheme": "https" if request.tls else "http",
                "path": request.path.decode("utf-8", "surrogateescape"), "raw_path": request.raw_path, "query_string": request.query,
                "root_path": "", "headers": list(request.headers), "client": (request.remote.decode("latin-1"), 0),
                "server": (name, int(port)), "state": dict(state),
                "extensions": {"millrace": {"signal": self.signal, "request": request}}}

    def signal(self, kind):
        """From any thread."""
        self.server.loop.call_soon_threadsafe(self.writer.write, frame(kind))

    async def receive(self):
        async with self.receiving:
            try:
                if not self.whole and not self.left:
                    (self.left,) = struct.unpack("<I", await self.reader.readexactly(4))
                    if not self.left:
                        self.whole = True
                        return {"type": "http.request", "body": b"", "more_body": False}
                if not self.whole:
                    piece = await self.reader.read(min(self.left, PIECE))
                    self.left -= len(piece)
                    if piece:
                        return {"type": "http.request", "body": piece, "more_body": True}
                else:
                    await self.reader.read(1)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass
            return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.head = head_frame(message["status"], [(bytes(n), bytes(v)) for n, v in message.get("headers", [])])
            self.writer.write(self.head)
        elif message["type"] == "http.response.body":
            if message.get("body"):
                self.writer.write(frame(DATA, bytes(message["body"])))
            if message.get("more_body"):
                await self.writer.drain()
            else:
                self.writer.write(frame(END))  # the other side closes when it has read that


class Bridge:
    """A WSGI application as an ASGI one; bodies stream through it."""

    def __init__(self, app):
        self.app, self.threads = app, ThreadPoolExecutor(256, "wsgi")

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1000})
            return
        loop, context, over = asyncio.get_running_loop(), contextvars.copy_context(), asyncio.get_running_loop().create_future()

        async def unless_over(coroutine):
            """A request may be cancelled while its thread waits."""
            task = asyncio.ensure_future(coroutine)
            await asyncio.wait([task, over], return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                task.cancel()
                raise Gone("the request was cancelled")
            return task.result()

        def wait(coroutine):
            return asyncio.run_coroutine_threadsafe(unless_over(coroutine), loop).result()

        def read_block():
            while True:
                message = wait(receive())
                if message["type"] == "http.disconnect":
                    raise Gone("the client has left")
                if message.get("body") or not message.get("more_body"):
                    return message.get("body", b"")

        def send_frame(data):
            kind, payload = data[:1], data[5:]
            if kind == HEAD:
                status, *rest = unpack(payload)
                wait(send({"type": "http.response.start", "status": int(status), "headers": list(zip(rest[::2], rest[1::2]))}))
            else:
                wait(send({"type": "http.response.body", "body": payload, "more_body": kind == DATA}))

        def run():
            extension = scope.get("extensions", {}).get("millrace", {})
            environ = environ_of(extension["request"], Input(read_block), extension["signal"])
            path = scope["path"].encode("utf-8", "surrogateescape")
            if path != extension["request"].path:  # something on the way has changed it
                environ["PATH_INFO"] = path.decode("latin-1")
            WsgiAnswer(send_frame).run(self.app, environ)
            send_frame(frame(END))

        try:
            await loop.run_in_executor(self.threads, context.run, run)
        finally:
            over.set_result(None)


# ---- starting and ending ----


def is_asgi(thing):
    call = getattr(thing, "__call__", None)  # noqa: B004
    return inspect.iscoroutinefunction(thing) or inspect.iscoroutinefunction(call)


def positions(function):
    """Parameters that a call must give by position."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 0
    return sum(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)


def application(plugin, path, flask_app):
    """What the entry names: an application, or a function that makes one, or changes MLflow's and answers nothing or it."""
    thing = host.load_object(plugin, path)
    if inspect.isfunction(thing) and not is_asgi(thing) and positions(thing) < 2:
        thing = thing(flask_app) if positions(thing) else thing()
        thing = flask_app if thing is None else thing
    if not callable(thing):
        raise host.HostError("INVALID_STATE", f"{path} is no application: {type(thing).__name__} cannot be called. It must be a Flask or "
                             "FastAPI application, or a function that gives one")
    return thing


lock = threading.Lock()
serving = None  # the socket
asgi = None


def accept(listener, answer):
    """Whatever happens to one connection, the next is accepted."""
    while True:
        connection = None
        try:
            connection, _ = listener.accept()
            connection.setblocking(True)
            answer(connection)
        except Exception as e:
            if connection is not None:
                connection.close()
            elif listener.fileno() < 0:
                return  # closed: the end
            else:
                time.sleep(0.1)  # no more files may be open, for one
            if not isinstance(e, ConnectionError):
                host.log("error", f"a request cannot be taken: {host.error_text(e)}")


def serve(request, blob):
    """Loads the app, once, and listens for requests."""
    global serving, asgi
    params = request["params"]
    with lock, host.loading():
        if serving:
            return {}
        import millrace_behind as behind

        app = application(request["plugin"], request["object"], behind.put_server_behind(request["tracking_uri"], params))
        if is_asgi(app):
            asgi = AsgiServer(app)
            asgi.start()
            answer = asgi.answer
            if not behind.is_mlflow_fastapi(app):
                answer = early(answer)
        else:
            def answer(connection):
                threading.Thread(target=answer_wsgi, args=(app, connection), daemon=True, name="request").start()
        host.left_behind.append(os.path.dirname(params["listen"]))
        serving = socket.socket(socket.AF_UNIX)
        if os.path.exists(params["listen"]):
            os.unlink(params["listen"])  # its predecessor's
        serving.bind(params["listen"])
        serving.listen(BACKLOG)
        threading.Thread(target=accept, args=(serving, answer), daemon=True, name="accept").start()
    return {"interface": "asgi" if asgi else "wsgi"}


def early(answer):
    """For applications of which it is not known where their hooks end: a request has the whole time for them."""
    def wrapped(connection):
        connection.sendall(frame(GO_ON))
        answer(connection)

    return wrapped


def stop(request, blob):
    """What an application does at its end."""
    try:
        if serving:
            serving.close()
        if asgi:
            asgi.stop()
    finally:
        atexit._run_exitfuncs()
    return {}


OPERATIONS = {"app.serve": serve, "app.stop": stop}

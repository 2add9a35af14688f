# SPDX-License-Identifier: Apache-2.0
"""The app as uvicorn runs it: both bodies stream, and may go at once."""
from __future__ import annotations

import asyncio

from millrace.mlflow_plugins.app import AGAIN, PIECE, forwarded, head, parse_head, unavailable


class _Gone(Exception):
    """The client."""


class App:
    def __init__(self, behind):
        self._behind = behind

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._pass_on(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive, send):
        await receive()
        try:
            await asyncio.to_thread(self._behind.ensure)
        except Exception as error:  # whatever it is, uvicorn says it and ends
            await send({"type": "lifespan.startup.failed", "message": f"The millrace server: {error}"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self._behind.close)
        await send({"type": "lifespan.shutdown.complete"})

    async def _connect(self):
        for attempt in range(2):
            try:
                return await asyncio.open_unix_connection(self._behind.path, limit=PIECE)
            except OSError:
                if attempt:
                    raise
                await asyncio.to_thread(self._behind.ensure)

    async def _pass_on(self, scope, receive, send):
        peer = (scope.get("client") or ("-", 0))[0]
        headers, length = forwarded(scope["headers"], peer, scope["scheme"])
        target = scope.get("raw_path") or scope["path"].encode()
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        request = head(scope["method"], target, headers, length)
        for attempt in range(2):
            begun = [False]
            try:
                reader, writer = await self._connect()
                await _exchange(reader, writer, request, length, receive, send, scope["method"], begun)
                return
            except Exception as error:
                if begun[0]:
                    raise  # uvicorn closes the connection: what came is not the whole
                if attempt or length != 0 or scope["method"] not in AGAIN:
                    await _answer(send, *unavailable(error))
                    return


async def _exchange(reader, writer, request, length, receive, send, method, begun):
    writer.write(request)
    upload = asyncio.create_task(_upload(receive, writer, length))
    download = asyncio.create_task(_download(reader, send, method, begun))
    try:
        await asyncio.wait({upload, download}, return_when=asyncio.FIRST_COMPLETED)
        if download.done() or not isinstance(upload.exception(), _Gone):
            await download
    finally:
        for task in (upload, download):
            task.cancel()
        await asyncio.gather(upload, download, return_exceptions=True)
        writer.close()


async def _upload(receive, writer, length):
    """The body; then waits whether the client goes."""
    more = length != 0
    try:
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            piece, more = message.get("body", b""), message.get("more_body", False)
            if piece:
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if length is None else piece)
                await writer.drain()
        if length is None:
            writer.write(b"0\r\n\r\n")
            await writer.drain()
    except (ConnectionError, OSError):
        pass  # it answers before it has read all
    while (await receive())["type"] != "http.disconnect":
        pass
    raise _Gone


async def _download(reader, send, method, begun):
    status = 100
    while status < 200:  # 100 Continue and the like are between two servers
        status, headers, length = parse_head(await reader.readuntil(b"\r\n\r\n"))
    if method == "HEAD":
        length = 0
    begun[0] = True
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if length == -1:
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            await _relay(reader, send, size)
            await reader.readexactly(2)
    elif length is None:
        while piece := await reader.read(PIECE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    else:
        await _relay(reader, send, length)
    await send({"type": "http.response.body", "body": b""})


async def _relay(reader, send, size):
    while size:
        piece = await reader.read(min(size, PIECE))
        if not piece:
            raise EOFError("it closed the connection in the middle of an answer")
        size -= len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _answer(send, status, headers, body):
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

# SPDX-License-Identifier: Apache-2.0
"""How a case is written down. A case is a name and steps; a step is one request.

    case("created-then-read",
         post("experiments/create", {"name": "${u}"}, save={"exp": "experiment_id"}),
         get("experiments/get", experiment_id="${exp}"))

`${u}` is a text that no other case uses, `${exp}` what an earlier step of the case (or of its world) saved.
A path that does not begin with `/` is below `/api/2.0/mlflow/`.
"""
import json
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from .protobuf import refuses

JSON = "application/json"


@dataclass(frozen=True)
class Step:
    method: str
    path: str
    query: tuple = ()  # pairs
    body: bytes = b""
    headers: tuple = ()  # pairs
    raw: bytes | None = None  # sent instead of a request made from the above
    save: dict = field(default_factory=dict, hash=False)  # name -> dotted path into the JSON answer
    save_header: dict = field(default_factory=dict, hash=False)  # name -> header
    deviation: str | None = None  # id in tests/compat/deviations
    # 'json': layout and order of keys do not matter; 'set': nor does the order of lists, where random ids decide it;
    # 'status'; 'class': good, refused (4xx, or no answer) or failed; 'nothing'.
    compare: str = "bytes"
    check: object = None  # called with each side's JSON; says what is wrong with it, or nothing
    ignore: tuple = ()  # headers that may differ
    also: tuple = ()  # further headers that are compared
    pause: float = 0  # seconds to wait before, where the clock decides an order
    status: int | None = None  # what the reference must answer, where a case makes no sense otherwise
    note: str = ""

    def but(self, **changes):
        return replace(self, **changes)


@dataclass(frozen=True)
class Case:
    name: str
    steps: tuple
    config: str = "sql"
    world: str | None = None
    stored: bool = True  # compare what the servers stored
    slow: bool = False


def case(name, *steps, **options):
    flat = []
    for step in steps:
        flat.extend(step if isinstance(step, (list, tuple)) else [step])
    return Case(name, tuple(flat), **options)


def both(name, before, steps, *after, **options):
    """Two cases: one of the steps that protobuf takes, with reads after them; and one of those with a value that it does
    not take, of which the reference stores a part and we nothing, so that reading afterwards says nothing."""
    refused = [one for one in steps if refuses(one)]
    taken = [one for one in steps if not refuses(one)]
    yield case(name, before, taken, *after, **options)
    yield case(name + "-wrong-type", before, refused, **{**options, "stored": False})


def step(method, path, body=None, *, query=(), headers=(), form=None, content_type=JSON, **options):
    """`body` is sent as JSON unless it is bytes; `form` as a web form; `query` is a dict, pairs, or a ready string."""
    if form is not None:
        data, content_type = urlencode(form, doseq=True).encode(), "application/x-www-form-urlencoded"
    elif body is None:
        data, content_type = b"", None
    elif isinstance(body, bytes):
        data = body
    else:
        data = json.dumps(body).encode()
    headers = tuple(headers.items() if isinstance(headers, dict) else headers)
    if content_type and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (("Content-Type", content_type), *headers)
    return Step(method, path, query=_pairs(query), body=data, headers=headers, **options)


def _pairs(query):
    if isinstance(query, str):
        return (query,)
    items = query.items() if isinstance(query, dict) else query
    pairs = []
    for name, value in items:
        for one in value if isinstance(value, (list, tuple)) else [value]:
            pairs.append((name, one if isinstance(one, str) else json.dumps(one)))
    return tuple(pairs)


def get(path, /, _options=None, **query):
    """A GET whose keyword arguments are its query; `_options` are the step's."""
    return step("GET", path, query=query, **(_options or {}))


def post(path, body=None, **options):
    return step("POST", path, {} if body is None and "form" not in options else body, **options)


def patch(path, body=None, **options):
    return step("PATCH", path, {} if body is None else body, **options)


def put(path, body=b"", **options):
    return step("PUT", path, body, **{"content_type": "application/octet-stream", **options})


def delete(path, body=None, **options):
    return step("DELETE", path, body, **options)


def raw(data, **options):
    """Bytes as they go over the wire; `${host}` is the server's Host header."""
    return Step("RAW", data.split(b"\r\n", 1)[0].decode("latin-1"), raw=data, **options)


def encode_query(pairs):
    parts = []
    for pair in pairs:
        parts.append(pair if isinstance(pair, str) else f"{quote(pair[0], safe='')}={quote(pair[1], safe='')}")
    return "&".join(parts)

# SPDX-License-Identifier: Apache-2.0
"""Takes out of an answer what must differ between two servers: ids, times, folders, ports, invented run names."""
import re
import time

_STARTED = time.time()
# The servers' own clocks give times in here; the times that cases send are years older.
_NOW = range(int((_STARTED - 3600) * 1000), int((_STARTED + 24 * 3600) * 1000))

_IDS = re.compile(
    r"(?P<model>\bm-[0-9a-f]{32}\b)|(?P<uuid>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)"
    r"|(?P<id>(?<![0-9a-zA-Z])[0-9a-f]{32}(?![0-9a-zA-Z]))|(?P<exp>\b[0-9]{18}\b)"
)
_TIME = re.compile(r"(?<![\w.])[0-9]{13}(?![\w.])")
_RUN_NAME = re.compile(r"\b[a-z]{2,12}-[a-z]{2,12}-[0-9]{1,3}\b")
_SET = re.compile(r"\{'[^{}]*'\}")
_TOKEN = re.compile(r'("next_page_token": ?")[^"]+(")')


class Names:
    """The names that one server's ids got, in the order in which they were first seen."""

    def __init__(self, parent=None):
        self.saved = dict(parent.saved) if parent else {}
        self.known = dict(parent.known) if parent else {}
        self.counts = dict(parent.counts) if parent else {}

    def save(self, name, value):
        self.saved[name] = value
        if isinstance(value, str) and _IDS.fullmatch(value):
            self.known[value] = f"<{name}>"

    def name_of(self, match):
        value, kind = match.group(0), match.lastgroup
        if value not in self.known:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.known[value] = f"<{kind}:{self.counts[kind]}>"
        return self.known[value]


def normalise(text, names, server, number_new=True):
    """`number_new`: an id not seen before gets a number; without it, as in a dump whose order means nothing, none."""
    text = text.replace(str(server.dir), "<dir>").replace(f"127.0.0.1:{server.port}", "<host>")

    def identify(match):
        if match.group(0) not in names.known and not number_new:
            return f"<{match.lastgroup}>"
        return names.name_of(match)

    text = _IDS.sub(identify, text)
    text = _TIME.sub(lambda m: "<time>" if int(m.group(0)) in _NOW else m.group(0), text)
    text = _RUN_NAME.sub("<run-name>", text)
    text = _SET.sub(_sort_set, text)
    return _TOKEN.sub(r"\1<token>\2", text)


def _sort_set(match):
    """Python prints a set in an order of its own, which messages of the reference contain."""
    items = match.group(0)[1:-1].split(", ")
    if any(":" in item for item in items):
        return match.group(0)  # a dict
    return "{" + ", ".join(sorted(items)) + "}"

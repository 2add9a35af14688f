# SPDX-License-Identifier: Apache-2.0
"""Sends a case to both servers and says where they differ."""
import difflib
import json
import re
import time

from . import deviations, settings, stored
from .cases import JSON, case, encode_query, post
from .normal import Names, normalise
from .protobuf import refuses
from .wire import Connection

# Always compared, besides the status and the body; Date, Server, Content-Length and the like say nothing.
HEADERS = ("content-type", "content-disposition", "x-content-type-options", "x-frame-options", "allow", "location",
           "content-range", "accept-ranges", "www-authenticate")
_CLASSES = {0: "refused", 1: "good", 2: "good", 3: "good", 4: "refused", 5: "failed"}
_BARE_TIME = re.compile(r"(?<=[:,\[ ])<time>(?=[\s,}\]])")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


class Side:
    """One of the two servers, with its connection and, during a case, its names for things."""

    def __init__(self, server):
        self.server = server
        self.connection = Connection(server.port)
        self.names = Names()

    def begin(self, parent, unique):
        self.names = Names(parent)
        self.names.saved["u"] = unique
        self.names.saved["host"] = f"127.0.0.1:{self.server.port}"
        self.names.saved["dir"] = str(self.server.dir)

    def fill(self, text):
        """Puts saved values in; a value that was never saved is a mistake in the case."""
        return _VARIABLE.sub(lambda match: str(self.names.saved[match.group(1)]), text)

    def fill_bytes(self, data):
        return self.fill(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def send(self, step):
        if step.raw is not None:
            return self.connection.ask_raw(self.fill_bytes(step.raw))
        target = step.path if step.path.startswith("/") else f"/api/2.0/mlflow/{step.path}"
        if not step.path.startswith("/"):
            target = self.server.config.prefix + target
        if step.query:
            target += "?" + encode_query([p if isinstance(p, str) else tuple(self.fill(x) for x in p)
                                          for p in step.query])
        headers = [(name, self.fill(value)) for name, value in step.headers]
        return self.connection.ask(step.method, self.fill(target), headers, self.fill_bytes(step.body))

    def save(self, step, answer):
        """Keeps what later steps need; returns what is missing."""
        missing = []
        for name, path in step.save.items():
            try:
                value = answer.json()
                for part in path.split("."):
                    value = value[int(part)] if isinstance(value, list) else value[part]
            except (ValueError, KeyError, IndexError, TypeError):
                missing.append(f"{self.server.implementation}: no {path} to save as {name} in {answer.text[:300]!r}")
                continue
            self.names.save(name, value)
        for name, header in step.save_header.items():
            self.names.save(name, answer.header(header) or "")
        return missing

    def shown(self, text, number_new):
        return normalise(text, self.names, self.server, number_new)


class Pair:
    """The reference and the subject, started alike."""

    def __init__(self, reference, subject):
        self.reference, self.subject = Side(reference), Side(subject)
        self.sides = (self.reference, self.subject)
        self.worlds = {}
        self.deviations = deviations.load()
        self.seen_deviations = set()
        self.trace = None  # a list that gets each request with the reference's answer, when someone wants to read it

    def run(self, wanted, unique, world=None):
        """Returns the differences as one text each; an empty list is agreement. `unique` becomes `${u}`."""
        parents = self.worlds[world.name] if world else (None, None)
        differences = []
        for side, parent in zip(self.sides, parents):
            side.begin(parent, unique)
        self._level_experiments(wanted.config)
        marks = [stored.mark(side.server) for side in self.sides] if wanted.stored else None
        for number, step in enumerate(wanted.steps, 1):
            found = self._run_step(step)
            if found:
                differences.append(f"step {number}: {describe(step)}\n{found}")
            if found and step.path == "experiments/create":
                self._level_experiments(wanted.config)
            if any(self._unsaved(step)):
                differences.append(f"stopped after step {number}: " + "; ".join(self._missing))
                return differences
        if wanted.stored:
            found = self._compare_stored(marks)
            if found:
                differences.append(f"stored:\n{found}")
        return differences

    def build_world(self, world):
        """Runs a world's steps once and keeps the names for the cases that live in it."""
        if world.name not in self.worlds:
            differences = self.run(world, world.name)
            self.worlds[world.name] = tuple(Names(side.names) for side in self.sides)
            return differences
        return []

    def _run_step(self, step):
        if step.pause:
            time.sleep(step.pause)
        answers = [side.send(step) for side in self.sides]
        self._missing = [text for side, answer in zip(self.sides, answers) for text in side.save(step, answer)]
        deviation = step.deviation or deviations.automatic(self.deviations, answers[0])
        if not step.deviation and deviation not in (None, "unhandled-error-page") and refuses(step):
            deviation = None  # judged below, by what protobuf makes of the request
        # Where the two mean to differ, only one of them may have named an id; it must not count.
        shown = [self._shown(side, step, answer, not deviation) for side, answer in zip(self.sides, answers)]
        if self.trace is not None:
            head, body = shown[0]
            self.trace.append("\n".join([f"> {describe(step)}", *head, body]))
        if step.status is not None and answers[0].status != step.status:
            return f"the case expects {step.status} of the reference, which says {answers[0].status} {answers[0].text}"
        if deviation:
            self.seen_deviations.add(deviation)
            return self._judge_deviation(deviation, answers, shown)
        found = compare(step, *shown) + self._checked(step, answers)
        if found and refuses(step):
            self.seen_deviations.add("wrong-type-is-refused")
            return self._judge_deviation("wrong-type-is-refused", answers, shown)
        return found

    def _checked(self, step, answers):
        if step.check is None:
            return ""
        found = [(side, step.check(answer.json())) for side, answer in zip(self.sides, answers)]
        return "\n".join(f"{side.server.implementation}: {text}" for side, text in found if text)

    def _unsaved(self, step):
        return self._missing if step.save else []

    @staticmethod
    def _shown(side, step, answer, number_new):
        names = [name for name in (*HEADERS, *step.also) if name not in step.ignore]
        headers = [f"{name}: {side.shown(in_order(name, answer.header(name)), number_new)}"
                   for name in names if answer.header(name) is not None]
        return [f"HTTP {answer.status}", *headers], side.shown(answer.text, number_new)

    def _judge_deviation(self, deviation, answers, shown):
        entry = self.deviations[deviation]
        wrong = []
        for side, answer, (head, body) in zip(self.sides, answers, shown):
            expected = entry["ours" if side.server.implementation == "millrace" else "reference"]
            for text in deviations.judge(expected, answer):
                wrong.append(f"deviation {deviation}, {side.server.implementation}: {text}\n  "
                             + "\n  ".join([*head, *body.splitlines()]))
        return "\n".join(wrong)

    def _level_experiments(self, config):
        """A server that made one experiment more numbers all later ones differently; make up for it."""
        if config == "file":
            return  # ids are random there
        for _ in range(50):
            counts = [stored.experiments(side.server) for side in self.sides]
            if counts[0] == counts[1]:
                return
            behind = self.sides[0] if counts[0] < counts[1] else self.sides[1]
            behind.send(post("experiments/create", {"name": f"level-{time.time_ns()}"}))

    def _compare_stored(self, marks):
        texts = [stored.since(mark, side.server, side.names) for mark, side in zip(marks, self.sides)]
        return diff(*texts)


def in_order(name, value):
    """The reference lists methods in the order of a Python set, and says twice that an answer varies with Origin."""
    return ", ".join(sorted(set(value.split(", ")))) if name in ("allow", "vary") else value


def compare(step, reference, subject):
    """The difference between two shown answers under the step's rule."""
    (reference_head, reference_body), (subject_head, subject_body) = reference, subject
    if step.compare == "nothing":
        return ""
    if step.compare == "status":
        return diff(reference_head[:1], subject_head[:1])
    if step.compare == "class":
        classes = [_CLASSES[int(head[0].split()[1]) // 100] for head in (reference_head, subject_head)]
        return "" if classes[0] == classes[1] else diff([*reference_head, reference_body], [*subject_head, subject_body])
    if reference_head == subject_head and reference_body == subject_body:
        return ""
    same = _meaning(reference_body, step.compare) == _meaning(subject_body, step.compare)
    if step.compare in ("json", "set") and reference_head == subject_head and same:
        return ""
    if step.compare == "set" and reference_head == subject_head:
        return diff(_meaning(reference_body, "set").splitlines(), _meaning(subject_body, "set").splitlines())
    remark = "same meaning, other bytes\n" if same and reference_body != subject_body else ""
    return remark + diff(reference_head + [""] + reference_body.splitlines(),
                         subject_head + [""] + subject_body.splitlines())


def _meaning(body, how):
    try:
        meant = json.loads(_BARE_TIME.sub('"<time>"', body))
    except ValueError:
        return body
    return json.dumps(_unordered(meant) if how == "set" else meant, sort_keys=True, indent=1)


def _unordered(value):
    if isinstance(value, dict):
        return {key: _unordered(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((_unordered(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def diff(reference, subject):
    lines = difflib.unified_diff(reference, subject, "reference", settings.SUBJECT, n=2, lineterm="")
    return "\n".join(line[:2000] for line in lines)


def describe(step):
    """A step as a person reads it."""
    if step.raw is not None:
        return f"raw {step.raw[:300]!r}"
    text = f"{step.method} {step.path}"
    if step.query:
        text += "?" + encode_query(step.query)
    kinds = [value for name, value in step.headers if name.lower() == "content-type"]
    if kinds and kinds != [JSON]:
        text += f" ({kinds[0]})"
    if step.body:
        text += " " + step.body[:600].decode("utf-8", "backslashreplace")
    return text + (f"   # {step.note}" if step.note else "")

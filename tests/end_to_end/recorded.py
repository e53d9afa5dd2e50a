"""What a command line and a page asked of a collector of an earlier release, and what it answered.

A recording is made once, from a release's own programs (record_before.py), and never changes. It
holds the revisions after it to what was promised (CONTRACT.md, *Versions*): today's collector is
asked the same, and its answers must have all that these have (api_examples.py); and today's command
line is given these answers, and must read them (answers_before_test.py).

A recording is text. A line `$ flatline …` is a command, with the exit code to which it came and the
names of hosts that it printed. A line `METHOD PATH` is a question, with a body behind a change; then
come the status, the kind and the headers of the answer, and its body on a line: JSON as it is, other
text as a string of JSON, bytes as hex, or where they are many packed by zlib.
"""

import base64

import json
import re
import zlib

KINDS = {"application/json": "json", "application/octet-stream": "hex"}
NAME = re.compile(r"\b(?:sim|db|web)-\d+\b")
MANY = 256  # Bytes.
MOMENT = re.compile(r"\b(time|from|to)=2\d\d\d[^&]*")


class Answer:
    def __init__(self, status, kind, headers, content):
        self.status = status
        self.kind = kind  # json, text, hex or zlib.
        self.headers = headers  # Those that are flatline's own.
        self.content = content  # Bytes.


class Question:
    def __init__(self, method, path, body):
        self.method = method
        self.path = path
        self.body = body  # Text; empty where there is none.

    def key(self):
        """What a later revision asks may be of another moment, and its parameters in another order."""
        path, _, query = self.path.partition("?")
        return self.method, path, "&".join(sorted(MOMENT.sub(r"\1=", query).split("&")))


class Command:
    def __init__(self, words, exit_code, names):
        self.words = words
        self.exit_code = exit_code
        self.names = names


def names_in(text):
    return sorted(set(NAME.findall(text)))


def fields_of(value, path=""):
    """The places of a JSON value's fields with the type of each; elements of a list share a place."""
    if isinstance(value, dict):
        return {f"{path}: object"}.union(*(fields_of(one, f"{path}.{key}")
                                           for key, one in value.items()))
    if isinstance(value, list):
        return {f"{path}: list"}.union(*(fields_of(one, path + "[]") for one in value))
    names = {bool: "bool", int: "number", float: "number", str: "text"}
    return {f"{path}: {names.get(type(value), 'null')}"}


class Fields:
    """The fields of all answers under a path: what one of them has no value for, another may have."""

    def __init__(self):
        self._before, self._now = {}, {}

    def add(self, path, before, now):
        self._before[path] = self._before.get(path, set()) | fields_of(before)
        self._now[path] = self._now.get(path, set()) | fields_of(now)

    def lost(self):
        """Pairs of a path and a field that it had and has no more. Of what a list holds nothing is
        known while it is empty."""
        for path, before in self._before.items():
            now = self._now[path]
            empty = tuple(one[: -len(": list")] + "[]" for one in now if one.endswith(": list")
                          and not any(other.startswith(one[: -len(": list")] + "[]")
                                      for other in now))
            yield from ((path, one) for one in sorted(before - now)
                        if not empty or not one.startswith(empty))


def kind_of(content_type):
    return KINDS.get((content_type or "").split(";")[0], "text")


def write(commands, answers):
    """The recording as text. `answers` has pairs of a question and its answer."""
    lines = [f"$ {json.dumps(one.words)} {one.exit_code} {' '.join(one.names)}".rstrip()
             for one in commands]
    for question, answer in answers:
        content = answer.content
        if answer.kind == "hex" and len(content) > MANY:
            answer.kind = "zlib"
        shown = {"json": lambda: "".join(content.decode().splitlines()),
                 "text": lambda: json.dumps(content.decode(), ensure_ascii=False),
                 "hex": content.hex,
                 "zlib": lambda: base64.b64encode(zlib.compress(content, 9)).decode()}[answer.kind]()
        lines += ["", f"{question.method} {question.path} {question.body}".rstrip(),
                  f"{answer.status} {answer.kind} {json.dumps(answer.headers)}", shown]
    return "\n".join(lines) + "\n"


def read(text):
    """The commands, and pairs of a question and its answer."""
    commands, answers = [], []
    head, *blocks = text.rstrip("\n").split("\n\n")
    for line in head.splitlines():
        words, end = json.JSONDecoder().raw_decode(line[2:])
        exit_code, *names = line[2 + end:].split()
        commands.append(Command(words, int(exit_code), names))
    for block in blocks:
        asked, told, shown = block.split("\n")
        method, path, *body = asked.split(" ", 2)
        status, kind, headers = told.split(" ", 2)
        content = {"json": lambda: shown.encode(), "text": lambda: json.loads(shown).encode(),
                   "hex": lambda: bytes.fromhex(shown),
                   "zlib": lambda: zlib.decompress(base64.b64decode(shown))}[kind]()
        answers.append((Question(method, path, body[0] if body else ""),
                        Answer(int(status), kind, json.loads(headers), content)))
    return commands, answers

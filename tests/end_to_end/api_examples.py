#!/usr/bin/python3
"""Asks a real collector every example of schema/API.md, and compares what it answers.

An example is a block that opens with ```http: a request as HTTP writes it, then `HTTP` and the
status, then the headers and the body of the answer. Status, the headers shown, plain text and the
text of errors must be equal; of other JSON the names and types of the fields. `…` stands for what
the page leaves out: more elements of a list, more fields of an object, a part of an error's text,
the rest of bytes. Every path of the page needs an example that is answered with 200, and every
field of view.capnp a place on the page.

The words behind ```http may be `from ADDRESS`, from which the block's examples are asked, and `again
and again`: until the answer has the page's status. ADMIN_TOKEN stands for the token, and the year
2026 in a parameter for a moment of the fleet's own past. With FLATLINE_REGENERATE=1 what is
answered is printed.

With --before PAGE RECORDING…, the page is that of an earlier revision, whose readers must be served as
before: an answer may have more fields than the page, and its errors other words. What command lines
and pages of earlier releases were recorded to ask (recorded.py) is asked again then.
"""

import contextlib
import csv
import datetime
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import recorded

PATIENCE = 60  # Seconds, for whatever a program must come to.
TICK_MS = 250
RECORDED = "127.0.0.3"  # Whoever asks what was recorded does so on nobody else's account.

# What the page says of the fleet that it asks about.
SCENARIO = "0s healthy; 1h fail 3 hosts, warn 2 hosts, silent 2 hosts"
COUNTS = {"hosts": 12, "healthy": 7, "failing": 3, "silent": 2, "warning": 2, "conflict": 1}
FORGOTTEN = "sim-00013"
QUORUM = '[[quorum]]\ngroup = "role=web"\nhealthy = "80%"\nat_least = 3\n'


REST = "…"  # The key that stands for an object's other keys.
is_before = False  # Whether the page is an earlier revision's.


class Wrong(Exception):
    pass


# --- The page ---------------------------------------------------------------------------------


class Example:
    """One request, and what the page says is answered."""

    def __init__(self, lines, line_number, block):
        self.where = f"API.md:{line_number}"
        self.block = block
        status = next((i for i, line in enumerate(lines) if line.startswith("HTTP ")), None)
        if status is None:
            raise Wrong(f"{self.where}: no line `HTTP STATUS` follows the request")
        self.method, self.path = lines[0].split(" ", 1)
        self.headers, self.body = self._message(lines[1:status])
        self.status = int(lines[status].split()[1])
        self.answer_headers, self.answer = self._message(lines[status + 1 :])

    def request(self):
        return f"{self.method} {self.path.split('?')[0]}"

    @staticmethod
    def _message(lines):
        headers = {}
        while lines and re.match(r"[A-Za-z-]+: ", lines[0]):
            name, value = lines.pop(0).split(": ", 1)
            headers[name] = value
        return headers, "\n".join(lines).strip()


def examples_of(text):
    number = 0
    block = None
    for line in text.split("\n"):
        number += 1
        if line.startswith("```"):
            if block:
                yield Example(lines, begin, block)
            block = line[3:] if line.startswith("```http") else None
            lines, begin = [], number + 1
        elif block and re.match(r"(GET|HEAD|POST|PUT|DELETE) /", line) and lines:
            yield Example(lines, begin, block)
            lines, begin = [line], number
        elif block and (line or lines):
            lines.append(line)


def paths_of(text):
    """The rows of the table of paths, and what matches each."""
    for row in re.findall(r"^\| `((?:GET|POST|DELETE) /[^`]*)`", text, re.MULTILINE):
        yield row, re.compile(re.escape(row).replace("NAME", "[^/]+"))


def fields_of(capnp):
    """The names of all fields that an answer or a request can have, as JSON has them."""
    for name, rest in re.findall(r"^  (\w+) @\d+ :([^;]*;)", capnp, re.MULTILINE):
        renamed = re.search(r'\$Json\.name\("(\w+)"\)', rest)
        if "flatten" not in rest:
            yield renamed.group(1) if renamed else name


# --- The stand --------------------------------------------------------------------------------


class Stand:
    """A collector and its fleet, some time after it began to fail."""

    def __init__(self, stack, flatline, collector, sim):
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        key = folder / "fleet.key"
        subprocess.run([flatline, "keygen", "-o", key], check=True, stdout=subprocess.DEVNULL)
        (folder / "collector.toml").write_text(QUORUM)
        self._collector = self._start(stack, [
            collector, "--config", folder / "collector.toml", "--data", folder / "data",
            "--fleet-key", key, "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0",
            "--capacity", "64", "--tick", f"{TICK_MS}ms", "--window", "1s",
            "--min-interval", "250ms", "--history-step", "500ms", "--history-keep", "10m"])
        ready = self._collector.stdout.readline()
        udp, self.api = re.match(r"ready udp=(\S+) api=(\S+)", ready).groups()
        self.token = (folder / "data" / "admin.token").read_text().strip()
        fleet = [sim, "--collector", udp, "--fleet-key", key, "--interval", "250ms", "--hosts"]
        playing = self._start(stack, [*fleet, "13", "--clones", "1", "--scenario", SCENARIO])
        calm = {"hosts": 13, "healthy": 13}
        self.past = self.await_time(lambda all: self.is_stored(all["time"], calm))
        self.change("DELETE", f"/api/v1/hosts/{FORGOTTEN}", "forgotten")
        playing.send_signal(signal.SIGUSR2)  # The calm was seen, however long that took.
        self.present = self.await_time(lambda all: all["notices"] and self.knows_checks()
                                       and self.is_stored(all["time"], COUNTS))

    @staticmethod
    def _start(stack, command):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
        stack.callback(process.wait)
        stack.callback(process.kill)
        return process

    def ask(self, method, path, headers={}, body=None, client="127.0.0.1", until=None):
        """Asks once, or on one connection again and again until the answer has this status."""
        host, port = self.api.rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), PATIENCE, (client, 0))
        with contextlib.closing(connection):
            deadline = time.monotonic() + (PATIENCE if until else 0)
            while True:
                connection.request(method, path, body.encode() if body else None, headers)
                answer = connection.getresponse()
                content = answer.read()
                if answer.status == until or time.monotonic() >= deadline:
                    return answer, content

    def ask_patiently(self, *what, status=200):
        """Asks again when the collector says so, unless that is the answer that is wanted; and while
        its disk has not answered yet, which no page tells of."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer, content = self.ask(*what)
            pause = answer.getheader("Retry-After") if answer.status in {429, 503} - {status} else None
            if answer.status == 200 and b'"stored":false' in content:
                pause = TICK_MS / 1000
            if pause is None or time.monotonic() >= deadline:
                return answer, content
            self._pause(float(pause))

    def _pause(self, seconds):
        """A collector that ends is not waited for."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise Wrong(f"the collector ended with {self._collector.wait(seconds)}")

    def change(self, method, path, key):
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        answer, content = self.ask_patiently(method, path, headers)
        if answer.status != 200:
            raise Wrong(f"{method} {path}: {answer.status} {content}")

    def await_time(self, reached):
        """The time of the first view of which that is so."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            summary = json.loads(self.ask_patiently("GET", "/api/v1/summary")[1])
            if reached(summary):
                return summary["time"]
            self._pause(TICK_MS / 1000)  # It is asked again at its next tick.
        raise Wrong(f"the fleet never came so far; it is {summary}")

    def knows_checks(self):
        """Whether each host has told the names of all its checks, one with each snapshot, and they were
        counted since."""
        checks = json.loads(self.ask_patiently("GET", "/api/v1/checks")[1])
        return checks["checks"] and "other" not in checks

    def is_stored(self, moment, counts):
        """Whether the step of this moment has these counts."""
        answer, content = self.ask("GET", f"/api/v1/at?time={moment}")
        step = json.loads(content)
        return answer.status == 200 and all(step[name] == n for name, n in counts.items())


# --- Asking and comparing ---------------------------------------------------------------------


def kind_of(value):
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        return "time"
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{16}", value):
        return "id"
    return float if type(value) is int else type(value)


def compare(path, told, real):
    """Compares the shape of two JSON values."""
    if kind_of(told) != kind_of(real):
        raise Wrong(f"{path}: the page has {told!r}, the answer {real!r}")
    if isinstance(told, dict):
        compare_keys(path, [told], real)
        for key in set(told) - {REST}:
            compare(f"{path}.{key}", told[key], real[key])
    if isinstance(told, list) and told:
        if not real:
            raise Wrong(f"{path}: the page has elements, the answer none")
        for element in real:
            if not isinstance(element, dict):
                compare(f"{path}[]", told[0], element)
                continue
            compare_keys(f"{path}[]", told, element)
            for key, value in element.items():
                for like in [other[key] for other in told if key in other][:1]:
                    compare(f"{path}[].{key}", like, value)


def compare_keys(path, told, real):
    """Of several examples, a key may lack where one of them lacks it."""
    missing = set.intersection(*(set(one) for one in told)) - set(real) - {REST}
    unknown = set(real) - set.union(*(set(one) for one in told))
    if is_before or any(REST in one for one in told):
        unknown = set()
    if missing:
        raise Wrong(f"{path}: the answer has no {', '.join(sorted(missing))}")
    if unknown:
        raise Wrong(f"{path}: the page has no {', '.join(sorted(unknown))}")


def compare_text(told, real):
    """`…` in the page's text is any text."""
    pattern = ".*".join(re.escape(part) for part in told.split("…"))
    if not re.fullmatch(pattern, real, re.DOTALL):
        raise Wrong(f"the page has\n    {told}\n  and the answer\n    {real}")


def compare_body(example, kind, content):
    if kind == "application/octet-stream":
        told = bytes.fromhex("".join(example.answer.rstrip("…").split()))
        is_whole = "…" not in example.answer
        # Magic, version, planes and capacity are the example's; tick, time and bits the moment's.
        if content[:12] != told[:12] or (is_whole and len(content) != len(told)):
            raise Wrong(f"the page has {len(told)} bytes, the answer {content.hex(' ')}")
    elif kind == "application/json":
        text = re.sub(r",\s*…(?=\s*\])", "", example.answer)
        told = json.loads(re.sub(r"…(?=\s*\})", f'"{REST}": 0', text))
        real = json.loads(content)
        compare("answer", told, real)
        if "error" in told and not is_before:
            compare_text(told["error"], real["error"])
    else:
        compare_text(example.answer, content.decode().replace("\r\n", "\n").strip())


def play(stand, example):
    moments = {"time": stand.present, "from": stand.past, "to": stand.present}
    path = re.sub(r"\b(time|from|to)=2026[^&]*", lambda m: f"{m[1]}={moments[m[1]]}", example.path)
    headers = {name: value.replace("ADMIN_TOKEN", stand.token)
               for name, value in example.headers.items()}
    client = re.search(r"from (\S+)", example.block)
    until = example.status if "again and again" in example.block else None
    what = example.method, path, headers, example.body, client[1] if client else "127.0.0.1"
    answer, content = stand.ask(*what, until) if until else stand.ask_patiently(
        *what, status=example.status)
    if os.environ.get("FLATLINE_REGENERATE") == "1":
        print(f"{example.where}: {answer.status} {content!r}\n")
    if answer.status != example.status:
        raise Wrong(f"the page has {example.status}, the answer {answer.status} {content}")
    for name, value in example.answer_headers.items():
        if answer.getheader(name) != value:
            raise Wrong(f"{name}: the page has {value!r}, the answer {answer.getheader(name)!r}")
    if example.method != "HEAD":
        compare_body(example, answer.getheader("Content-Type"), content)


def compare_text_forms(path, told, real):
    """Pages of rows and of names: every column, and every key of the head, that there was."""
    if path == "/api/v1/rows":
        missing = set(next(csv.reader([told.split("\r\n")[0]]))) - set(
            next(csv.reader([real.split("\r\n")[0]])))
    elif path == "/api/v1/names":
        missing = {line.split()[0] for line in told.split("\n\n")[0].split("\n")} - {
            line.split()[0] for line in real.split("\n\n")[0].split("\n")}
        missing -= {"next"}
    else:
        missing = set() if told == real else {told}
    if missing:
        raise Wrong(f"the answer has no {', '.join(sorted(missing))}")


def replay(stand, question, before, fields):
    """Asks what was recorded. The answer must have all that it had then; of JSON `fields` tells."""
    path, _, query = question.path.partition("?")
    moments = {"time": stand.present, "from": stand.past, "to": stand.present}
    query = recorded.MOMENT.sub(lambda m: f"{m[1]}={moments[m[1]]}".replace(":", "%3A"), query)
    body = re.sub(r'("at": ?")[^"]*', lambda m: m[1] + hour_ahead(), question.body)
    headers = {name: value for name, value in before.headers.items() if name == "Idempotency-Key"}
    if question.method != "GET":
        headers["Authorization"] = f"Bearer {stand.token}"
    answer, content = stand.ask_patiently(question.method, path + ("?" + query if query else ""),
                                          headers, body, RECORDED, status=before.status)
    if answer.status != before.status:
        raise Wrong(f"it was {before.status}, and is {answer.status} {content}")
    for name in set(before.headers) - {"Idempotency-Key", "Flatline-Next"}:
        if answer.getheader(name) is None:
            raise Wrong(f"the answer has no header {name}")
    kind = recorded.kind_of(answer.getheader("Content-Type"))
    if before.kind == "json":
        if before.status == 200:
            fields.add(path, json.loads(before.content), json.loads(content))
    elif before.kind == "text":
        compare_text_forms(path, before.content.decode(), content.decode())
    elif kind != "hex" or content[:6] != before.content[:6] or len(content) < len(before.content):
        raise Wrong(f"it was {len(before.content)} bytes, and is {content[:64]}")


def replay_all(stand, recording):
    """What is wrong with the answers. A field for which nothing had a value is waited for."""
    answers = recorded.read(pathlib.Path(recording).read_text())[1]
    fields = recorded.Fields()
    for question, before in answers:
        try:
            replay(stand, question, before, fields)
        except (Wrong, ValueError) as error:
            yield f"{recording}: {question.method} {question.path}: {error}"
    deadline = time.monotonic() + PATIENCE
    while (lost := list(fields.lost())) and time.monotonic() < deadline:
        paths = {path for path, field in lost}
        for question, before in answers:
            if question.method == "GET" and question.path.partition("?")[0] in paths:
                replay(stand, question, before, fields)
    yield from (f"{recording}: {path}: no answer has {field}" for path, field in lost)


def hour_ahead():
    ahead = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    return ahead.strftime("%Y-%m-%dT%H:%M:%SZ")


def gaps_in(text, examples, capnp):
    """What the page says nothing of, though an answer has it or a path is there."""
    for field in sorted(set(fields_of(capnp))):
        if f"`{field}`" not in text and f'"{field}"' not in text:
            yield f"API.md: no field `{field}`, which view.capnp has"
    for row, path in paths_of(text):
        if not any(example.status == 200 and path.fullmatch(example.request())
                   for example in examples):
            yield f"API.md: no example of `{row}`"


def main(page, recordings, capnp, *programs):
    text = pathlib.Path(page).read_text()
    examples = list(examples_of(text))
    wrong = [] if is_before else list(gaps_in(text, examples, pathlib.Path(capnp).read_text()))
    with contextlib.ExitStack() as stack:
        stand = Stand(stack, *programs)
        for recording in recordings:
            wrong += replay_all(stand, recording)
        for example in examples:
            try:
                play(stand, example)
            except (Wrong, ValueError) as error:
                wrong.append(f"{example.where}: {example.method} {example.path}: {error}")
    print("\n".join(wrong))
    print(f"{len(examples)} examples, {len(wrong)} faults")
    return 1 if wrong or len(examples) < 30 else 0


if __name__ == "__main__":
    is_before = sys.argv[1] == "--before"
    pages, programs = sys.argv[1:-4], sys.argv[-4:]
    if is_before:
        pages = pages[1:]
    sys.exit(main(pages[0], pages[1:], *programs))

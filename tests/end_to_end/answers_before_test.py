#!/usr/bin/python3
"""Gives today's command line what collectors of earlier releases answered, as it was recorded.

    tests/end_to_end/answers_before_test.py flatline

Each recorded command must come to the same exit code, and name the same hosts. What has no recorded
answer is one that the collector of then did not have, and is 404 as it was there. Then all is done again with what a later revision may add: fields, columns,
keys, outcomes, kinds of events and states that today's command line does not know.
"""

import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

import recorded


def later(path, answer):
    """The answer as a later revision may give it."""
    if answer.kind == "json":
        value = with_more_fields(json.loads(answer.content))
        if path == "/api/v1/summary":
            value["datagrams"]["outcomes"].append({"name": "teleported", "count": 3})
        if path == "/api/v1/events":
            value["events"].append({**value["events"][-1], "kind": "renamed"})
        return json.dumps(value).encode()
    text = answer.content.decode() if answer.kind == "text" else ""
    if path == "/api/v1/rows":
        head, *rows = text.split("\r\n")[:-1]
        rows = [row.replace(",healthy,", ",dormant,") for row in rows]
        return "".join(row + more + "\r\n" for row, more in
                       zip([head, *rows], [",later", *[",1"] * len(rows)])).encode()
    if path == "/api/v1/names":
        return text.replace("\n\n", "\nlater 1\n\n", 1).encode()
    return answer.content


def with_more_fields(value):
    if isinstance(value, list):
        return [with_more_fields(one) for one in value]
    if isinstance(value, dict):
        return {"later": {"much": [1, "x", None]},
                **{key: with_more_fields(one) for key, one in value.items()}}
    return value


GOLDEN = pathlib.Path(__file__).parents[1] / "golden"
RECORDINGS = ["answers-0.1.0.txt"]


class Before(http.server.BaseHTTPRequestHandler):
    """A collector of then."""

    protocol_version = "HTTP/1.1"
    answers = []
    is_later = False

    def find(self, body):
        path = self.path.partition("?")[0]
        asked = recorded.Question(self.command, self.path, body)
        there = [pair for pair in self.answers
                 if pair[0].method == self.command and pair[0].path.partition("?")[0] == path]
        key = self.headers.get("Idempotency-Key")
        verb = json.loads(body or "{}").get("verb")
        for is_it in (lambda pair: key and pair[1].headers.get("Idempotency-Key") == key,
                      lambda pair: verb and json.loads(pair[0].body).get("verb") == verb,
                      lambda pair: not verb and pair[0].key() == asked.key(),
                      lambda pair: not verb):
            for pair in filter(is_it, there):
                return pair[1]
        return recorded.Answer(404, "json", {}, b'{"error":"there is no such path"}')

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        answer = self.find(body)
        content = answer.content
        if self.is_later and answer.status == 200:
            content = later(self.path.partition("?")[0], answer)
        if self.path == "/api/v1/summary":
            # Every view is newer than what was done, so that nobody waits for one.
            content = json.dumps({**json.loads(content), "time": "2099-01-01T00:00:00.000Z"}).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.startswith("Flatline-"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = handle_any

    def log_message(self, *what):
        pass


def run(flatline, address, command, token):
    """What is wrong with how the command ended; nothing if it is right."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("FLATLINE_")}
    ended = subprocess.run(
        [flatline, "--api", address, "--admin-token", token, "--timeout", "50s", *command.words],
        text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60, env=environment)
    told = f"flatline {' '.join(command.words)}"
    if ended.returncode != command.exit_code:
        return f"{told}: was {command.exit_code}, is {ended.returncode} {ended.stdout}{ended.stderr}"
    missing = set(command.names) - set(recorded.names_in(ended.stdout))
    if missing:
        return f"{told}: does not name {', '.join(sorted(missing))}:\n{ended.stdout}"
    return None


def main(flatline):
    wrong = []
    with tempfile.NamedTemporaryFile("w") as token:  # Its mode is 0600.
        token.write("a" * 64 + "\n")
        token.flush()
        for recording in RECORDINGS:
            commands, Before.answers = recorded.read((GOLDEN / recording).read_text())
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Before)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"127.0.0.1:{server.server_port}"
            for Before.is_later in (False, True):
                wrong += filter(None, (run(flatline, address, one, token.name) for one in commands))
            server.shutdown()
            print(f"{recording}: {len(commands)} commands, {len(Before.answers)} answers")
    print("\n".join(wrong))
    return 1 if wrong or len(commands) < 30 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

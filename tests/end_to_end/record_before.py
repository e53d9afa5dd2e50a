#!/usr/bin/python3
"""Records what a release's command line asks of its collector, and what that answers: recorded.py.

    tests/end_to_end/record_before.py flatline flatline-collector flatline-sim \\
        > tests/golden/answers-RELEASE.txt

The programs are those of the release. Do this once, before the next one; never for an older release
again, whose recording is what was promised then.
"""

import contextlib
import http.client
import http.server
import subprocess
import sys
import tempfile
import threading

import recorded
from api_examples import Stand

# The moments are of the fleet's own past; PAST and PRESENT stand for them.
ASKING = """
status
status role=web
status -o json
ls
ls -o wide
ls -o csv
ls -o names
ls failing --columns name,role,check,heard
ls --slots 0-3
show sim-00001
show nobody
checks
groups
groups --by role
bitmap
bitmap --plane registered -o names
map
watch --count 1
check
check -v
check -H sim-00001 -v
check --filter role=web
check --group role=web
at PAST
at PAST ls
at PAST show sim-00001
at PAST map
at PAST bitmap -o json
diff PAST PRESENT
diff PAST -o names
history sim-00001 --from PAST --to PRESENT
history --fleet --from PAST --to PRESENT
history --group role=web --from PAST --to PRESENT
history --collector --from PAST --to PRESENT
events --from PAST --to PRESENT
events sim-00001 --from PAST --to PRESENT -o json
""".strip().splitlines()

# Each leaves the fleet as it was.
CHANGING = """
drain sim-00004 --for 2h --why kernel --by ada --key r1
drain sim-00005 --at +1h --for 2h --why kernel --by ada --key r2
undrain sim-00004 sim-00005 --key r3
expect db-9 --by ada --key r4
forget db-9 --key r5
forget sim-00012 --key r6
admit sim-00012 --key r10
reset sim-00012 --key r7
revoke web-8 --below 3 --key r8
revoke web-8 --below 0 --key r9
drain --filter role=web --for 2h --why kernel --by ada --yes
undrain role=web --yes
freeze --for 30m --why network --by ada --key r12
unfreeze --key r13
actions
actions --standing
""".strip().splitlines()

# What the page and followers ask besides.
PAGES = [
    "/api/v1/bitmap", "/api/v1/bitmap?plane=healthy&filter=role%3Dweb", "/api/v1/slots",
    "/api/v1/names?filter=failing", "/api/v1/layout?by=role", "/api/v1/layout?by=role%2Czone",
    "/api/v1/rows?filter=failing&columns=name%2Cslot%2Cstate%2Ccheck&limit=2",
    "/api/v1/hosts?filter=failing&limit=2", "/api/v1/targets?port=9100", "/api/v1/orders?limit=1",
    "/api/v1/history?from=PAST&to=PRESENT&points=4", "/api/v1/at?time=PRESENT",
    "/api/v1/at/slots?time=PRESENT", "/api/v1/at/hosts?time=PRESENT&filter=silent&limit=1",
    "/api/v1/at/hosts/sim-00003?time=PRESENT", "/api/v1/events?from=PAST&to=PRESENT&limit=3",
    "/-/healthy", "/-/ready",
]


class Proxy(http.server.BaseHTTPRequestHandler):
    """Between the two. It hands on all, and remembers what was asked for the first time."""

    protocol_version = "HTTP/1.1"
    api = ""
    answers = {}

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        host, port = self.api.rsplit(":", 1)
        with contextlib.closing(http.client.HTTPConnection(host, int(port), 60)) as there:
            headers = {name: value for name, value in self.headers.items()
                       if name in ("Authorization", "Idempotency-Key", "Content-Type")}
            there.request(self.command, self.path, body or None, headers)
            answer = there.getresponse()
            content = answer.read()
        own = {name: value for name, value in answer.getheaders() if name.startswith("Flatline-")}
        kind = recorded.kind_of(answer.getheader("Content-Type"))
        key = self.headers.get("Idempotency-Key")
        question = recorded.Question(self.command, self.path, body.decode())
        if key:
            own["Idempotency-Key"] = key
        if answer.status < 500 and answer.status != 429:
            self.answers.setdefault((question.key(), body, key), (
                question, recorded.Answer(answer.status, kind, own, content)))
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name not in ("Connection", "Date", "Content-Length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = handle_any

    def log_message(self, *what):
        pass


def main(flatline, collector, sim):
    with contextlib.ExitStack() as stack:
        stand = Stand(stack, flatline, collector, sim)
        Proxy.api = stand.api
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)
        address = f"127.0.0.1:{server.server_port}"
        token = stack.enter_context(tempfile.NamedTemporaryFile("w"))  # Its mode is 0600.
        token.write(stand.token + "\n")
        token.flush()
        commands = []

        def moments(text):
            return text.replace("PAST", stand.past).replace("PRESENT", stand.present)

        for line in ASKING + CHANGING:
            words = moments(line).split()
            flags = ["--admin-token", token.name] if line in CHANGING else []
            ended = subprocess.run([flatline, "--api", address, *flags, *words], text=True,
                                   capture_output=True, stdin=subprocess.DEVNULL)
            print(f"{line}: {ended.returncode} {ended.stderr}", file=sys.stderr)
            commands.append(recorded.Command(words, ended.returncode,
                                             recorded.names_in(ended.stdout)))
        host, port = address.rsplit(":", 1)
        for path in PAGES:
            with contextlib.closing(http.client.HTTPConnection(host, int(port), 60)) as there:
                there.request("GET", moments(path).replace(":", "%3A"))
                there.getresponse().read()
        print(recorded.write(commands, Proxy.answers.values()), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])

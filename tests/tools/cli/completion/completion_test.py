#!/usr/bin/python3
"""Completion in a real bash, zsh and fish: completion_test.py BUILD FLATLINE COLLECTOR SIMULATION.

What stands on the screen behind a Tab is what people see. Words of the collector come from a real one,
which wants TLS and a token: whoever knows neither is told nothing.
"""

import contextlib
import http.server
import json
import pathlib
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time

import shells
from shells import PATIENCE, Wrong

HOSTS = 100
AT_ONCE_S = 1  # Whoever pressed Tab waits no longer for a collector than 200 ms; this machine is busy.
TRIES = 10
CONTEXTS = """
default = "mon-1"
[collectors.mon-1]
address = "https://{api}"
ca_file = "~/ca.pem"
token_file = "~/read.token"
[collectors.mon-2]
address = "192.0.2.2"
[contexts.prod]
collectors = ["mon-1", "mon-2"]
"""

# What is typed before a Tab, and what it becomes, in every shell. A space at the end says that a shell
# takes the word for whole.
BY_TAB = (
    ("flatline sta", "flatline status "),
    ("flatline ls --no-h", "flatline ls --no-header "),
    ("flatline bitmap -o he", "flatline bitmap -o hex "),
    ("flatline ls --output=js", "flatline ls --output=json "),
    # Files and folders are the shell's own.
    ("flatline enroll --names ho", "flatline enroll --names hosts.txt "),
    ("flatline enroll --names=ho", "flatline enroll --names=hosts.txt "),
    ("flatline --ca ~/ca", "flatline --ca ~/ca.pem "),
    ("flatline --ca m", "flatline --ca my\\ own.pem "),
    ("flatline enroll --into cr", "flatline enroll --into credentials/"),
    # Words of filters, of which the collector knows some.
    ("flatline ls fai", "flatline ls failing "),
    ("flatline ls chec", "flatline ls check:"),
    ("flatline ls role=w", "flatline ls role=web "),
    ("flatline ls 'down & role=w", "flatline ls 'down & role=web' "),
    ("flatline at -15m ls fai", "flatline at -15m ls failing "),
    # Hosts.
    ("flatline show sim-0010", "flatline show sim-00100 "),
    ("true; flatline history sim-0010", "true; flatline history sim-00100 "),
    # Names of the file of contexts.
    ("flatline --context pr", "flatline --context prod "),
    ("flatline diff --between mon-1 m", "flatline diff --between mon-1 mon-2 "),
)


# What hosts that were broken into call their checks: who completes one, and runs it, must not run more.
HOSTILE = ("a';touch${IFS}RAN;#", "b$(touch${IFS}RAN)", "c\";touch${IFS}RAN;#", "d`touch${IFS}RAN`",
           "e;touch${IFS}RAN;#", "f\\';touch${IFS}RAN;#")


def start(stack, command, **more):
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True, **more)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def collector_of(stack, folder, flatline, collector, simulation):
    """A collector with a hundred hosts; returns its address."""
    subprocess.run([flatline, "keygen", "-o", folder / "fleet.key"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run("umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "
                   "/CN=mon-1 -addext subjectAltName=IP:127.0.0.1 -keyout api.key -out ca.pem 2>&1; "
                   "head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n' >read.token",
                   shell=True, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    served = start(stack, [collector, "--data", folder / "data", "--fleet-key", folder / "fleet.key",
                           "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0", "--api-cert",
                           folder / "ca.pem", "--api-key", folder / "api.key", "--read-token",
                           folder / "read.token"], stderr=subprocess.DEVNULL)
    _, udp, api = (word.split("=")[-1] for word in served.stdout.readline().split())
    start(stack, [simulation, "--collector", udp, "--fleet-key", folder / "fleet.key", "--hosts", HOSTS,
                  "--labels", "role=web,db"])
    deadline = time.monotonic() + PATIENCE
    while True:
        names = subprocess.run([flatline, "--api", api, "--ca", folder / "ca.pem", "--token-file",
                                folder / "read.token", "bitmap", "-o", "names"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
        if len(names.split()) == HOSTS:
            return api
        if time.monotonic() > deadline:
            raise Wrong("the fleet never came")
        select.select([], [], [], 0.05)


def home_of(folder, name, api):
    """A home folder with something in it, and the names of collectors."""
    home = folder / name
    (home / ".config/flatline").mkdir(parents=True)
    (home / ".config/flatline/config.toml").write_text(CONTEXTS.format(api=api))
    (home / "credentials").mkdir()
    for file in ("hosts.txt", "my own.pem"):
        (home / file).touch()
    for file in ("ca.pem", "read.token"):
        (home / file).symlink_to(folder / file)
    return home


def silent(stack):
    """The address of somebody who takes connections, and never answers."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
    return f"127.0.0.1:{listener.getsockname()[1]}"


class Hostile(http.server.BaseHTTPRequestHandler):
    """A collector whose hosts have such checks."""

    def do_GET(self):  # pylint: disable=invalid-name
        counts = {what: 1 for what in ("hosts", "ok", "warning", "critical", "unknown", "pending")}
        body = json.dumps({"total": len(HOSTILE), "other_names": 0,
                           "checks": [{"name": name, **counts} for name in HOSTILE]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def hostile(stack):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stack.callback(server.shutdown)
    return f"127.0.0.1:{server.server_port}"


def runs_nothing_of(shell, home, address):
    """zsh and fish quote what they are given as it must be; bash does not, and is given none within quotes."""
    shell.runs(f"export FLATLINE_API={address}")
    for name in HOSTILE:
        for quote in ("", "'", '"'):
            typed = f"flatline ls {quote}check:{name[0]}"
            if quote and isinstance(shell, shells.Bash):
                shell.runs_with_tab(typed, quote)
            else:
                shell.runs_what_completes(typed, "RAN")
            if (home / "RAN").exists():
                raise Wrong(f"{shell.name}: {typed!r} was completed, and ran what {name!r} says")


def nobody_waits_for_a_collector(flatline, address):
    """Its words come without it, and it is not waited for as a verb waits."""
    took = []
    for _ in range(TRIES):
        begin = time.monotonic()
        said = subprocess.run([flatline, "__complete", "--", f"flatline --api {address} show sim-"],
                              check=True, stdout=subprocess.PIPE, text=True).stdout
        took.append(time.monotonic() - begin)
        if said != "words\n":
            raise Wrong(f"nobody answered, and words came: {said}")
        if took[-1] < AT_ONCE_S:
            return
    raise Wrong(f"a collector that does not answer is waited for: {took}")


def shows(shell, api, nobody):
    for typed, wanted in BY_TAB:
        shell.completes(typed, wanted)
    shell.lists("flatline show sim-0003", [f"sim-0003{digit}" for digit in range(10)])
    shell.lists("flatline ", ["status", "ls", "show", "drain", "completion"])
    # Nobody answers: the words that need no collector come all the same.
    shell.runs(f"export FLATLINE_API={nobody}")
    shell.completes("flatline ls 'silent & fai", "flatline ls 'silent & failing' ")
    # What was typed counts before that.
    of_typed = f"flatline --api {api} --ca ~/ca.pem --token-file ~/read.token show sim-00"
    shell.completes(of_typed + "10", of_typed + "100 ")


def test(stack, build, flatline, collector, simulation):
    debian = shells.fetched(build)
    folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flatline-")))
    api = collector_of(stack, folder, flatline, collector, simulation)
    nobody = silent(stack)
    hostile_address = hostile(stack)
    environment = {"PATH": f"{flatline.parent}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    for kind in (shells.Bash, shells.Zsh, shells.Fish):
        begin = time.monotonic()
        with contextlib.ExitStack() as ours:
            home = home_of(folder, kind.__name__, api)
            shell = kind(ours, home, flatline, debian, environment)
            shows(shell, api, nobody)
            runs_nothing_of(shell, home, hostile_address)
        print(f"{kind.__name__}: OK, {time.monotonic() - begin:.1f} s", flush=True)
    nobody_waits_for_a_collector(flatline, nobody)


def main():
    with contextlib.ExitStack() as stack:
        test(stack, *(pathlib.Path(path).resolve() for path in sys.argv[1:5]))


if __name__ == "__main__":
    main()

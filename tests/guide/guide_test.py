#!/usr/bin/env python3
"""Does what tools/GUIDE.md says, in the order of the page, and compares what comes.

A block ```console holds commands behind the name of the machine that they are typed on (`mon-1# `), and
below each what it prints: `…` stands for any text, and alone on a line for any lines. Where nothing is
below, what it prints is not looked at. Each command must end with 0. A block ```toml MACHINE:/PATH is
written there.

Machines are folders, with their own files, services and ports, on this one machine: what a command
says of /etc/flatline, /var/lib/flatline, /var/backups or :4170 is turned to the machine's own.
machine.sh stands in for systemctl, scp and apt. So no command needs a privilege. Who only asks a
collector asks again until what is to come has come.

    guide_test.py GUIDE.md FOLDER...    the programs are in the folders
    --transcript                        prints what was typed and what came
"""

import argparse
import contextlib
import os
import pathlib
import random
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 30  # Seconds, for one command, and for what must come.
AGAIN_S = 0.2  # How soon it is asked again.
ASKING = re.compile(r"(flatline (--\w+ \S+ )*(status|ls|show|check|checks|groups|keys|diff|contexts|actions|history|events|bitmap)\b"
                    r"|curl )")
OWN = ("/etc/flatline", "/var/lib/flatline", "/var/backups")
# What keeps the run short and below its folders, where the guide leaves a default alone.
DEFAULTS = {
    "agent.toml": 'credential = "agent.credential"\nstate = "../../var/lib/flatline-agent"\n',
    "collector.toml": 'history_keep = "10m"\nwindow = "1s"\n',
}


class Wrong(Exception):
    """What is not as the guide says."""


def free_port():
    """One that is free for both TCP and UDP, and that the kernel gives to nobody who asks for any: it must
    be there yet when a service starts again."""
    while True:
        port = random.randrange(10000, 32768)
        with socket.socket(socket.AF_INET6) as tcp, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            with contextlib.suppress(OSError):
                tcp.bind(("::", port))
                udp.bind(("::", port))
                return port


class Machine:
    """A folder, and a shell that goes on from command to command."""

    def __init__(self, stack, name, machines, path):
        self.name = name
        self.root = machines / name
        for folder in ("etc/flatline/secrets", "etc/flatline/agent.d", "var/lib", "run", "root"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "etc/flatline/secrets").chmod(0o700)
        self.ports = {"4170": str(free_port()), "4171": str(free_port())}
        self.environment = {"PATH": path, "LC_ALL": "C.UTF-8", "root": str(self.root), "machines": str(machines),
                            "HOME": str(self.root / "root"), "USER": "root", "LOGNAME": "root",
                            "FLATLINE_API": f"127.0.0.1:{self.ports['4171']}"}
        self._shell = subprocess.Popen(["bash", "--norc", "--noprofile"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment,
                                       cwd=self.root / "root", start_new_session=True)
        stack.callback(self._end)
        self.run(f"source {pathlib.Path(__file__).resolve().parent / 'machine.sh'}")

    def _end(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.wait()

    def run(self, command):
        """What it prints, and its exit code."""
        mark = b"\x02end "
        self._shell.stdin.write(f"{command}\nprintf '\\002end %d\\n' $?\n".encode())
        self._shell.stdin.flush()
        said, deadline = b"", time.monotonic() + PATIENCE
        while not (mark in said and said.endswith(b"\n")):
            if not select.select([self._shell.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                raise Wrong(f"{self.name}: {command}: did not end; it said\n{said.decode()}")
            more = os.read(self._shell.stdout.fileno(), 65536)
            if not more:
                raise Wrong(f"{self.name}: {command}: the shell ended")
            said += more
        text, code = said.split(mark)
        return text.decode(), int(code)


class Stand:
    """All machines of the guide."""

    def __init__(self, stack, folders):
        self._stack = stack
        self.machines = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flatline-")))
        self._path = ":".join([*map(str, folders), os.environ["PATH"]])
        self._known = {}

    def machine(self, name):
        if name not in self._known:
            self._known[name] = Machine(self._stack, name, self.machines, self._path)
        return self._known[name]

    def to_own(self, machine, text):
        """The guide's text, as it holds on this machine."""
        for name in sorted({*self._known, "mon-1", "mon-2"}):
            for port in ("4170", "4171"):
                if f"{name}.example:{port}" in text:
                    own = self.machine(name).ports[port]
                    text = text.replace(f"{name}.example:{port}", f"localhost:{own}")
            text = text.replace(f"{name}.example", "localhost")
        for port, own in machine.ports.items():
            text = re.sub(rf":{port}\b", f":{own}", text)
        for path in OWN:
            text = re.sub(rf"(?<![\w/.:]){path}", f"{machine.root}{path}", text)
        return text

    def to_guide(self, machine, text):
        text = text.replace(str(machine.root), "")
        for other in self._known.values():
            for port, own in other.ports.items():
                text = re.sub(rf":{own}\b", f":{port}", text)
        return text

    def logs(self):
        return "".join(f"--- {log}\n{log.read_text()}" for log in self.machines.glob("*/run/*.log"))

    def metrics(self):
        """The page, as the guide has it asked."""
        said, _ = self.machine("mon-1").run(
            'curl -s --cacert "$FLATLINE_CA" -H "$READER" "$FLATLINE_API/metrics"')
        return said

    def write(self, place, text):
        name, path = place.split(":")
        machine = self.machine(name)
        file = machine.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(DEFAULTS.get(file.name, "") + self.to_own(machine, text))


def blocks(page):
    """Each block that is done: its language, what stands behind that, its lines, and its place."""
    lines = page.read_text().splitlines()
    begin = None
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if begin is None:
            begin = number
            continue
        language, _, place = lines[begin][3:].partition(" ")
        if language in ("console", "toml"):
            yield language, place, lines[begin + 1:number], begin + 1
        begin = None


def commands(lines):
    """The machine, the command and what is to come, for each."""
    found = []
    for line in lines:
        typed = re.fullmatch(r"([a-z]+-\d)# (.+)", line)
        if typed:
            found.append((*typed.groups(), []))
        elif found:
            found[-1][2].append(line)
        else:
            raise Wrong(f"'{line}': stands before a command")
    return found


def matches(wanted, said):
    """Whether the lines are those of the page. `…` alone stands for any, or no, lines."""
    pattern = ""
    for line in wanted:
        if line == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            spaced = re.sub(r" +", " ", line).split("…")
            pattern += r"[^\n]*".join(re.escape(part) for part in spaced) + r"\n"
    said = "".join(re.sub(r" +", " ", line).rstrip() + "\n" for line in said.splitlines())
    return re.fullmatch(pattern, said) is not None


def do(stand, machine, command, wanted, told):
    own = stand.to_own(machine, command)
    deadline = time.monotonic() + PATIENCE
    while True:
        said, code = machine.run(own)
        said = stand.to_guide(machine, said)
        is_right = code == 0 and (not wanted or matches(wanted, said))
        if is_right or not ASKING.match(command) or time.monotonic() > deadline:
            break
        select.select([], [], [], AGAIN_S)
    told(f"{machine.name}# {command}\n{said}")
    if not is_right:
        raise Wrong(f"{machine.name}# {command}\nended with {code} and said\n{said}"
                    + (f"but the guide has\n{chr(10).join(wanted)}" if wanted else ""))


def name_metrics(page, metrics):
    """Every family of /metrics stands in the guide."""
    families = re.findall(r"^# TYPE (\S+)", metrics, re.MULTILINE)
    text = page.read_text()
    if missing := [family for family in families if f"`{family}`" not in text]:
        raise Wrong(f"the guide does not say when to look at: {', '.join(missing)}")
    if not families:
        raise Wrong("/metrics has nothing")


def test(stand, page, told):
    for name in sorted(set(re.findall(r"^([a-z]+-\d)# ", page.read_text(), re.MULTILINE))):
        stand.machine(name)
    done = 0
    for language, place, lines, number in blocks(page):
        if language == "toml":
            if place:
                stand.write(place, "\n".join(lines) + "\n")
            continue
        try:
            for name, command, wanted in commands(lines):
                do(stand, stand.machine(name), command, wanted, told)
                done += 1
        except Wrong as wrong:
            raise Wrong(f"{page.name}:{number}: {wrong}\n{stand.logs()}") from None
    name_metrics(page, stand.metrics())
    print(f"OK: {done} commands")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--transcript", action="store_true")
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("programs", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    told = print if arguments.transcript else lambda text: None
    with contextlib.ExitStack() as stack:
        stand = Stand(stack, [folder.resolve() for folder in arguments.programs])
        try:
            test(stand, arguments.page, told)
        except Wrong as wrong:
            sys.exit(f"guide_test.py: {wrong}")


if __name__ == "__main__":
    main()

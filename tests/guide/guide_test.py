#!/usr/bin/env python3
"""Does what tools/GUIDE.md says, in the order of the page, and compares what comes.

What its blocks mean is told in page.py. Each command must end with 0. A file is written where its block
says; the lines of one for cron are run as cron would.

Machines are folders, with their own files, services and ports, on this one machine: what a command
says of /etc/flatline, /var/lib/flatline, :4170 and the like is turned to the machine's own. machine.sh
stands in for systemctl, journalctl, scp, apt and nft, and hook.py for a webhook. So no command needs a
privilege. Who only asks a collector asks again until what is to come has come.

    guide_test.py GUIDE.md FOLDER...    the programs are in the folders
    --transcript                        prints what was typed and what came
"""

import argparse
import contextlib
import os
import pathlib
import re
import select
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import page as guide
from page import Wrong

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "harness"))
from programs import free_port  # noqa: E402

PATIENCE = 60  # Seconds, for one command, and for what must come.
AGAIN_S = 0.2  # How soon it is asked again.
ASKING = re.compile(r"(flatline (--\w+ \S+ )*(status|ls|show|check|checks|groups|keys|diff|contexts|actions|history|events|bitmap|at|map|watch)\b"
                    r"|curl )")
HERE = pathlib.Path(__file__).resolve().parent
OWN = ("/etc/flatline", "/etc/cron.d", "/etc/icinga2", "/etc/nftables.conf", "/etc/sysctl.d",
       "/etc/systemd", "/run/systemd", "/usr/local/bin", "/var/lib/flatline", "/var/backups")
HOOK = "https://hooks.example/"
FOR_HOOK, FROZEN = "does the webhook hear it?", '"+frozen"'  # What is typed for it, and what it hears then.
# Whoever is called as `mail` keeps what he is to send beside himself.
MAIL = """#!/bin/sh
cat >>"$0.sent"
"""
# What keeps the run short and below its folders, where the guide leaves a default alone.
DEFAULTS = {
    "agent.toml": 'credential = "agent.credential"\nstate = "../../var/lib/flatline-agent"\n',
    "collector.toml": 'tick = "200ms"\nhistory_step = "2s"\nhistory_keep = "10m"\nwindow = "1s"\n',
}


class Machine:
    """A folder, and a shell that goes on from command to command."""

    def __init__(self, stack, name, machines, path):
        self.name = name
        self.root = machines / name
        for folder in ("etc/flatline/secrets", "etc/flatline/agent.d", "var/lib", "run", "root"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "etc/flatline/secrets").chmod(0o700)
        self.ports = {"4170": str(free_port()), "4171": str(free_port())}
        (self.root / "run/ports").write_text(" ".join(self.ports.values()) + "\n")
        self.environment = {"PATH": path, "LC_ALL": "C.UTF-8", "root": str(self.root), "machines": str(machines),
                            "HOME": str(self.root / "root"), "USER": "root", "LOGNAME": "root",
                            "FLATLINE_API": f"127.0.0.1:{self.ports['4171']}"}
        self._shell = subprocess.Popen(["bash", "--norc", "--noprofile"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment,
                                       cwd=self.root / "root", start_new_session=True)
        stack.callback(self._end)
        self.run(f"source {HERE / 'machine.sh'}")

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
        # What runs behind the prompt may speak after it.
        text, code = said.split(mark)
        return text.decode(), int(code.split()[0])


class Hook:
    """A webhook, and what was posted to it."""

    def __init__(self, stack, enter, address, port, file):
        self._file = file
        self._process = subprocess.Popen(
            [*enter, sys.executable, str(HERE / "hook.py"), address, port, str(file)],
            stdout=subprocess.PIPE)
        stack.callback(self._process.wait)
        stack.callback(self._process.kill)
        if self._process.stdout.readline() != b"ready\n":
            raise Wrong("the webhook did not come up")

    def await_post(self, words):
        deadline = time.monotonic() + PATIENCE
        while not (self._file.exists() and words in self._file.read_text()):
            if time.monotonic() > deadline:
                raise Wrong(f"{words} was never posted to the webhook")
            select.select([], [], [], AGAIN_S)


class Stand:
    """All machines of the guide."""

    def __init__(self, stack, folders):
        self._stack = stack
        self.machines = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flatline-")))
        self._path = ":".join([*map(str, folders), os.environ["PATH"]])
        self._known = {}
        self._hook_port = str(free_port())
        self.hook = Hook(stack, [], "127.0.0.1", self._hook_port, self.machines / "posted")

    def machine(self, name):
        if name not in self._known:
            self._known[name] = Machine(self._stack, name, self.machines, self._path)
        return self._known[name]

    def to_own(self, machine, text):
        """The guide's text, as it holds on this machine."""
        text = text.replace(HOOK, f"http://127.0.0.1:{self._hook_port}/")
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

    def do(self, name, command, wanted, told):
        do(self, self.machine(name), command, wanted, told)

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
        text = DEFAULTS.get(file.name, "") + self.to_own(machine, text)
        if file.name == "agent.toml":  # This machine may be busy, and its disk or memory full.
            text = re.sub(r'(?m)^(warning|critical) = "\d+"', r'\1 = "1000"', text)
        file.write_text(text)


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


def run_as_cron(stand, machine, lines, told):
    """Each line of a file of /etc/cron.d, with the environment that cron gives it; `mail` is our own."""
    mail = machine.root / "usr/local/bin/mail"
    mail.parent.mkdir(parents=True, exist_ok=True)
    mail.write_text(MAIL)
    mail.chmod(0o755)
    environment = []
    for line in lines:
        if re.match(r"\w+=", line):
            environment.append(shlex.quote(line))
            continue
        command = re.fullmatch(r"(?:\S+ ){5}root (.+)", line)[1]
        path = stand.to_own(machine, 'PATH="/usr/local/bin:$PATH"')
        do(stand, machine, f"env -i {path} {' '.join(environment)} sh -c {shlex.quote(command)}", [],
           told)
    sent = mail.with_suffix(".sent")
    if not sent.exists() or "FLATLINE" not in sent.read_text():
        raise Wrong("cron's line sent no mail")


def play(stand, page, told):
    """Does each block on the machines of the stand, and says how many commands that were."""
    done = 0
    for language, place, lines, number in guide.blocks(page):
        try:
            if language == "console":
                for name, command, wanted in guide.commands(lines):
                    stand.do(name, command, wanted, told)
                    done += 1
                    if FOR_HOOK in command:  # Before the next command takes it back.
                        stand.hook.await_post(FROZEN)
            elif ":" in place:
                stand.write(place, "\n".join(lines) + "\n")
                if language == "cron":
                    run_as_cron(stand, stand.machine(place.split(":")[0]), lines, told)
        except Wrong as wrong:
            raise Wrong(f"{page.name}:{number}: {wrong}\n{stand.logs()}") from None
    stand.hook.await_post(FROZEN)
    return done


def test(stand, page, told):
    guide.hold(page)
    for name in sorted(guide.machines(page)):
        stand.machine(name)
    done = play(stand, page, told)
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

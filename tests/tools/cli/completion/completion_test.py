#!/usr/bin/python3
"""Completion in a real bash, without the package bash-completion.

A bash with a terminal of its own reads the script, and then keys: what stands on the screen behind
a Tab is what people see. Words of the collector come from a real one.
"""

import contextlib
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time

import pyte

PATIENCE = 30  # Seconds, for what must come.
AGAIN_S = 2  # How soon a key is pressed again.
WIDTH, HEIGHT = 100, 30


class Wrong(Exception):
    """What is not as it must be."""


class Shell:
    """An interactive bash whose screen is read."""

    def __init__(self, stack, folder, environment):
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.ByteStream(self.screen)
        child, self._terminal = pty.fork()
        if child == 0:
            os.chdir(folder)
            os.execve("/bin/bash", ["bash", "--norc", "--noprofile", "-i"], environment)
        stack.callback(os.close, self._terminal)
        stack.callback(os.waitpid, child, 0)
        stack.callback(os.kill, child, signal.SIGKILL)

    def keys(self, text):
        os.write(self._terminal, text.encode())

    def lines(self):
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def comes(self, holds, patience):
        """Reads what comes until the last line of the screen is as it must be, or the time is over."""
        deadline = time.monotonic() + patience
        while not (self.lines() and holds(self.lines()[-1])):
            if not select.select([self._terminal], [], [], max(0, deadline - time.monotonic()))[0]:
                return False
            self._stream.feed(os.read(self._terminal, 65536))
        return True

    def await_line(self, holds, what, again=""):
        """Waits for such a line; `again` is pressed again and again meanwhile. On a busy machine a collector
        may take longer than anybody who pressed Tab waits for it."""
        deadline = time.monotonic() + PATIENCE
        while not self.comes(holds, AGAIN_S if again else PATIENCE):
            if time.monotonic() > deadline:
                raise Wrong(f"{what}: the screen is\n" + "\n".join(self.lines()))
            self.keys(again)

    def completes(self, typed, wanted):
        """`typed` and a Tab become `wanted`."""
        self.keys(typed + "\t")
        self.await_line(lambda line: line == ("$ " + wanted).rstrip(), f"{typed!r} is to be {wanted!r}", "\t")
        self.clear()

    def lists(self, typed, words):
        """`typed` and two Tabs show these words, and perhaps others."""
        self.keys(typed + "\t\t")
        self.await_line(lambda line: line == ("$ " + typed).rstrip() and
                        set(words) <= set(" ".join(self.lines()[:-1]).split()),
                        f"{typed!r} is to list {words}", "\t")
        self.clear()

    def clear(self):
        self.keys("\x15\x0c")  # Ctrl-U and Ctrl-L: an empty line on an empty screen.
        self.await_line(lambda line: line == "$" and len(self.lines()) == 1, "an empty line")


def start(stack, command, **more):
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True, **more)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def collector_of(stack, folder, flatline, collector, simulation):
    """A collector with a hundred hosts; returns its address."""
    subprocess.run([flatline, "keygen", "-o", folder / "fleet.key"], check=True, stdout=subprocess.DEVNULL)
    served = start(stack, [collector, "--data", folder / "data", "--fleet-key", folder / "fleet.key",
                           "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0"], stderr=subprocess.DEVNULL)
    _, udp, api = (word.split("=")[-1] for word in served.stdout.readline().split())
    start(stack, [simulation, "--collector", udp, "--fleet-key", folder / "fleet.key", "--hosts", "100",
                  "--labels", "role=web,db"])
    deadline = time.monotonic() + PATIENCE
    while True:
        names = subprocess.run([flatline, "--api", api, "bitmap", "-o", "names"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
        if len(names.split()) == 100:
            return api
        if time.monotonic() > deadline:
            raise Wrong("the fleet never came")
        select.select([], [], [], 0.05)


def test(stack, flatline, collector, simulation):
    folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flatline-")))
    (folder / "hosts.txt").touch()
    (folder / "credentials").mkdir()
    api = collector_of(stack, folder, flatline, collector, simulation)
    environment = {"PATH": f"{flatline.parent}:/usr/bin:/bin", "TERM": "vt100", "PS1": "$ ",
                   "LC_ALL": "C.UTF-8", "FLATLINE_API": api, "HOME": str(folder)}
    shell = Shell(stack, folder, environment)
    shell.await_line(lambda line: line == "$", "bash's prompt")
    shell.keys("source <(flatline completion bash)\n")
    shell.await_line(lambda line: line == "$", "the script was read")
    shell.clear()

    shell.completes("flatline sta", "flatline status")
    shell.completes("flatline ls --no-h", "flatline ls --no-header")
    shell.completes("flatline bitmap -o he", "flatline bitmap -o hex")
    shell.completes("flatline enroll --names ho", "flatline enroll --names hosts.txt")
    shell.completes("flatline enroll --into cr", "flatline enroll --into credentials/")
    shell.completes("flatline ls fai", "flatline ls failing")
    shell.completes("flatline ls --output=js", "flatline ls --output=json")
    shell.completes("flatline ls role=w", "flatline ls role=web")
    shell.completes("flatline ls 'down & role=w", "flatline ls 'down & role=web'")
    shell.completes("flatline show sim-0010", "flatline show sim-00100")
    shell.completes("flatline at -15m ls fai", "flatline at -15m ls failing")
    shell.lists("flatline show sim-0003", [f"sim-0003{digit}" for digit in range(10)])
    shell.lists("flatline ", ["status", "ls", "show", "drain", "completion"])

    # Nobody answers: the words that need no collector come all the same, and at once.
    shell.keys("export FLATLINE_API=192.0.2.1:9\n")
    shell.clear()
    began = time.monotonic()
    shell.completes("flatline ls 'silent & fai", "flatline ls 'silent & failing'")
    if time.monotonic() - began > 5:
        raise Wrong("a collector that does not answer held the keys")
    print("OK")


def main():
    with contextlib.ExitStack() as stack:
        # Bash is started in a folder of its own.
        test(stack, *(pathlib.Path(path).resolve() for path in sys.argv[1:4]))


if __name__ == "__main__":
    main()

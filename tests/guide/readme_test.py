#!/usr/bin/env python3
"""Does what the README says of the first five minutes, on a machine as guide_test.py makes them.

Each command must end as it does there, and of what comes the line with the most words must be there, too:
word by word, but for what differs from time to time.

    readme_test.py README.md FOLDER...    the programs are in the folders
"""

import contextlib
import os
import pathlib
import re
import select
import sys
import tempfile
import time

import guide_test
from page import Wrong

# By which flatline-collector listens at ports of the test's own, where the README names none.
COLLECTOR = """#!/bin/sh
exec {program} --listen [::]:{} --api 127.0.0.1:{} "$@"
"""


def chapter(page):
    text = page.read_text()
    begin = text.index("\n## Five minutes, by hand\n")
    return text[begin:text.index("\n## Asking\n", begin)]


def typed(text):
    """Each command, and what comes of it. What is typed in a sentence is among them, in its place."""
    found = []
    for language, block, sentence in re.findall(r"```(\w*)\n(.*?)```|`(\w+ [^`]+)`", text, re.DOTALL):
        if sentence:
            found.append((sentence, []))
        if language or sentence:
            continue
        for line in filter(None, block.replace("\\\n", "").splitlines()):
            if line.startswith("$ ") or not block.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


def alike(wanted, said):
    """Whole numbers must be the same, and of what else has digits it is enough that both have some."""
    return wanted == said or (not wanted.isdigit() and any(map(str.isdigit, wanted))
                              and any(map(str.isdigit, said)))


def came(wanted, said):
    # How long hosts took to fall silent together is as long as the collector's ticks.
    wanted, said = ([re.sub(r"within \d+ s", "within a while", line) for line in lines]
                    for lines in (wanted, said.splitlines()))
    words = max(wanted, key=lambda line: len(line.split()), default="").split()
    return any(len(words) == len(line.split()) and all(map(alike, words, line.split()))
               for line in ["", *said])


def do(machine, command, wanted):
    deadline = time.monotonic() + guide_test.PATIENCE
    while True:
        said, code = machine.run(command)
        # A plugin says by its exit code what it found.
        is_right = code <= (2 if command.startswith("flatline check") else 0)
        if command.endswith("&") or (is_right and came(wanted, said)):
            return
        if not guide_test.ASKING.match(command) or time.monotonic() > deadline:
            raise Wrong(f"$ {command}\nended with {code} and said\n{said}but the README has\n"
                        + "\n".join(wanted))
        select.select([], [], [], guide_test.AGAIN_S)


def test(page, folders):
    with contextlib.ExitStack() as stack:
        place = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flatline-")))
        own = place / "programs"
        own.mkdir()
        machine = guide_test.Machine(stack, "first", place / "machines",
                                     ":".join([str(own), *map(str, folders), os.environ["PATH"]]))
        program = next(folder / "flatline-collector" for folder in folders
                       if (folder / "flatline-collector").is_file())
        file = own / "flatline-collector"
        file.write_text(COLLECTOR.format(*machine.ports.values(), program=program))
        file.chmod(0o755)
        ports = {**machine.ports, "8080": str(guide_test.free_port())}

        def to_own(text):
            return re.sub(r"\b(4170|4171|8080)\b", lambda port: ports[port[1]], text)

        text = chapter(page)
        agent = re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1]
        # This machine may be busy, and its disk full.
        agent = re.sub(r'kind = "(load|disk)"', r'\g<0>\nwarning = "1000"\ncritical = "1000"', agent)
        commands = typed(text)
        for command, wanted in commands:
            do(machine, to_own(command), [to_own(line) for line in wanted])
            if command.endswith("cd first"):
                (machine.root / "root/first/agent.toml").write_text(to_own(agent))
        print(f"OK: {len(commands)} commands")


if __name__ == "__main__":
    try:
        test(pathlib.Path(sys.argv[1]), [pathlib.Path(folder).resolve() for folder in sys.argv[2:]])
    except Wrong as wrong:
        sys.exit(f"readme_test.py: {wrong}")

#!/usr/bin/env python3
"""Manual pages: groff has nothing to say of them, and each tells what its program's --help does.
That fits a terminal of 80 columns, for each verb, too, and says of every value what it is.

    manual_test.py PROGRAM=PAGE...
"""

import pathlib
import re
import subprocess
import sys


def lint(page):
    said = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", page], capture_output=True, text=True,
                          check=False)
    return said.stderr


def plain(page):
    """The page as it is read, in one long line."""
    read = subprocess.run(["groff", "-man", "-Tutf8", "-rLL=1000n", "-P-c", "-P-b", "-P-u", "-P-o", page],
                          capture_output=True, text=True, check=True)
    return " ".join(read.stdout.split())


def help_of(program, *verb):
    return subprocess.run([program, *verb, "--help"], capture_output=True, text=True, check=True).stdout


def faults_of_help(program):
    """What is wrong with --help of a program and of its verbs, a line each."""
    verbs = re.findall(r"^  ([a-z]+) {3,}[A-Z]", help_of(program), re.MULTILINE)
    for words in [[], *([verb] for verb in verbs)]:
        for line in help_of(program, *words).splitlines():
            said = f"{pathlib.Path(program).name} {' '.join(words)} --help: {line!r}"
            if len(line) > 80:
                yield f"{said}: {len(line)} columns"
            if re.match(r"  -\S+ TEXT", line) and "--why" not in line:
                yield f"{said}: TEXT says nothing of the value"


def main():
    wrong = []
    for argument in sys.argv[1:]:
        program, _, page = argument.rpartition("=")
        if said := lint(page):
            wrong.append(f"{page}: groff: {said}")
        text = plain(page)
        if not re.match(r"FLATLINE\S*\(\d\)", text):
            wrong.append(f"{page}: has no head")
        if not program:
            continue
        wrong += faults_of_help(program)
        for flag in re.findall(r"--[a-z][a-z-]*", help_of(program)):
            if flag not in text:
                wrong.append(f"{page}: does not tell of {flag}")
    for line in wrong:
        print(line)
    if wrong:
        sys.exit(1)
    print(f"OK: {len(sys.argv) - 1} pages of {sum(pathlib.Path(a.rpartition('=')[2]).stat().st_size for a in sys.argv[1:])} bytes")


if __name__ == "__main__":
    main()

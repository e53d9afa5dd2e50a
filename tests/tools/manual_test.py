#!/usr/bin/env python3
"""Manual pages: groff has nothing to say of them, and each tells what its program's --help does.

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
        said = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
        for flag in re.findall(r"--[a-z][a-z-]*", said):
            if flag not in text:
                wrong.append(f"{page}: does not tell of {flag}")
    for line in wrong:
        print(line)
    if wrong:
        sys.exit(1)
    print(f"OK: {len(sys.argv) - 1} pages of {sum(pathlib.Path(a.rpartition('=')[2]).stat().st_size for a in sys.argv[1:])} bytes")


if __name__ == "__main__":
    main()

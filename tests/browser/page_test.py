#!/usr/bin/python3 -B
"""Holds the page in a real browser against a real collector, whose fleet's truth is known.

    page_test.py BUILD [PATTERN]    plays the cases whose sentence matches PATTERN

A picture of each case that failed is in BUILD/browser.
"""

import contextlib
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parent.parent / "harness"))
from cases import play
from stand import Stand

import module_cases  # noqa: F401  A file of cases notes its own. The first need no fleet in trouble:
import refused_cases  # noqa: F401  they are played while it comes.
import tls_cases  # noqa: F401
import map_cases  # noqa: F401
import time_cases  # noqa: F401
import action_cases  # noqa: F401
import access_cases  # noqa: F401
import state_cases  # noqa: F401
import lost_cases  # noqa: F401


def main(build, pattern=""):
    with contextlib.ExitStack() as stack:
        return play(Stand(stack, pathlib.Path(build)), pattern)


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:3]) else 0)

#!/usr/bin/env python3
"""Hostile clients of a collector that serves by TLS, each with what it must get. A table tells what each
got, and what the collector did meanwhile: how late its ticks began, and what processor time it took.

    hostile.py BUILD [WORD]     only cases whose sentence has this word
"""

import concurrent.futures
import contextlib
import pathlib
import re
import sys
import time

import records as tls
import stand as stands
import hello_cases  # noqa: F401  Importing them makes them known.
import server_cases  # noqa: F401
import session_cases  # noqa: F401
from held_up import HeldUp
from programs import Wrong

SLOW = [("nothing is said", b"", 0), ("half a ClientHello", tls.hello()[:60], 0),
        ("a ClientHello, and no more", tls.hello(), 0),
        ("a ClientHello, a byte every 0.2 s", tls.hello()[:200], 0.2)]


STILL_S = 0.5  # A machine that does not run us for so long does not run a collector either.
TRIES = 5


def slow(stand, content, pause):
    """How long somebody who leaves a handshake half done may stay."""
    began = time.monotonic()
    with tls.Line(stand.port, "127.0.0.31") as line:
        pieces = [content] if not pause else [content[i:i + 1] for i in range(len(content))]
        for piece in pieces:
            line.send(piece)
            line.socket.settimeout(pause or tls.PATIENCE)
            with contextlib.suppress(TimeoutError):
                if not line.socket.recv(65536):
                    break
        else:
            line.socket.settimeout(tls.PATIENCE)
            line.end()
    return f"closed after {time.monotonic() - began:.1f} s"


def latest(before, after):
    """Under which bound every tick between two scrapes began."""
    for name in after:
        found = re.fullmatch(r'flatline_tick_lateness_seconds_bucket\{le="(.+)"\}', name)
        if found and after[name] - before[name] == (
                after["flatline_tick_lateness_seconds_count"]
                - before["flatline_tick_lateness_seconds_count"]):
            return found[1]
    return "?"


def work_between(before, after):
    cpu = after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"]
    return f"{latest(before, after):>7}  {cpu * 1000:6.0f}"


def late_between(before, after):
    return after["flatline_late_ticks_total"] - before["flatline_late_ticks_total"]


def run_case(stand, expected, function):
    """What it got, and whether that is right."""
    try:
        got = function(stand)
    except (Wrong, OSError) as error:
        got = f"{type(error).__name__}: {error}"
    return got, re.fullmatch(expected, got) is not None


def run_cases(stand, held_up, word):
    wrong = late = 0
    before = first = stand.metrics()
    print(f"{'late <=':>9} {'cpu ms':>7}  case: what it got")
    for sentence, expected, function in stands.CASES:
        if word not in sentence:
            continue
        for _ in range(TRIES):
            # What came of a pause in the case before may show in this one.
            pause, held_up.worst_s = held_up.worst_s, 0.0
            got, is_right = run_case(stand, expected, function)
            after = stand.metrics()
            is_late = late_between(before, after) > 0
            print(f"  {work_between(before, after)}  {sentence}: {got}"
                  + ("" if is_right else f"   WRONG, expected {expected}"))
            before = after
            if (is_right and not is_late) or max(pause, held_up.worst_s) <= STILL_S:
                break
            print(f"{'':18}  the machine stood still meanwhile; again")
        wrong += not is_right
        late += is_late
    print(f"  {work_between(first, before)}  all of it; ticks were a period late in {late} cases")
    return wrong + (late > 0)


def uncounted(stand):
    """Which ends of handshakes were never counted, although there were such."""
    metrics = stand.metrics()
    return [end for end in ("done", "failed", "clear_text", "refused")[:3 + stand.was_flooded]
            if metrics[f'flatline_api_handshakes_total{{result="{end}"}}'] == 0]


def main():
    build, word = pathlib.Path(sys.argv[1]), " ".join(sys.argv[2:])
    with contextlib.ExitStack() as stack:
        stand = stands.Stand(stack, build)
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(len(SLOW)))
        waiting = [(sentence, pool.submit(slow, stand, content, pause))
                   for sentence, content, pause in SLOW]
        wrong = run_cases(stand, HeldUp(stack), word)
        for sentence, result in waiting:
            is_right = re.fullmatch(r"closed after ([4-9]|1\d|2[0-4])\.\d s", result.result())
            print(f"{'':18}{sentence}: {result.result()}" + ("" if is_right else "   WRONG"))
            wrong += not is_right
        if not word and (missed := uncounted(stand)):
            print(f"never counted: {', '.join(missed)}   WRONG")
            wrong += 1
    print(f"{len(stands.CASES) + len(SLOW)} cases, {wrong} wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()

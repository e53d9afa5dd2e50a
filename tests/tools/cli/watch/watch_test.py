#!/usr/bin/python3
"""Tests `flatline watch` in a pseudo-terminal, as a person sees it: screens, keys, and what is left
behind. Screens are held against tests/golden/watch; FLATLINE_REGENERATE=1 writes them anew.

    watch_test.py FLATLINE GOLDEN_FOLDER [CASE…]
"""

import contextlib
import os
import pathlib
import re
import signal
import sys
import tempfile
import time

from canned_collector import CannedCollector, Fleet
from pseudo_terminal import PATIENCE, PseudoTerminal, Wrong

FLATLINE, GOLDEN = sys.argv[1], pathlib.Path(sys.argv[2])
TO_OTHER_SCREEN, TO_FIRST_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
LEFT, TAB, ESCAPE, CTRL_Z = "\x1bOD", "\t", "\x1b", "\x1a"
SMALL, LARGE = (80, 24), (200, 60)
GOLDEN_OF = {  # Each state at both sizes.
    "calm": ("watch-calm-80x24.txt", "watch-calm-200x60.txt"),
    "zone": ("watch-zone-80x24.txt", "watch-zone-200x60.txt"),
    "panic": ("watch-panic-80x24.txt", "watch-panic-200x60.txt"),
}


def calm():
    return Fleet(lambda host: "warning" if host.slot % 700 == 0 else "healthy")


def zone_is_silent():
    """Nearly a third of all: most of a zone."""
    return Fleet(
        lambda host: "silent" if host.labels["zone"] == "eu-1b" and host.slot % 10 else "healthy",
        causes=["all 3000 silent are zone=eu-1b, which is 33.3 % of the fleet",
                "all 3000 silent fell silent within 2 s, from 2026-11-30T02:59:19Z"])


def all_fail():
    return Fleet(lambda host: "failing", flags=["panic"])


@contextlib.contextmanager
def watching(fleet, size=SMALL, arguments=(), **environment):
    """A collector of this fleet and a terminal in which it is watched."""
    collector = CannedCollector(fleet)
    variables = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": "/nonexistent", **environment}
    command = [FLATLINE, "--api", "127.0.0.1:4171", "--timeout", "5m", "watch", "--every", "100ms",
               *arguments]
    command[2] = f"127.0.0.1:{collector.port}"
    terminal = PseudoTerminal(command, *size, variables)
    try:
        yield collector, terminal
    finally:
        terminal.close()
        collector.stop()


def hide_port(terminal, collector):
    """The port is another one each time; screens are drawn with a usual one in its place."""
    port = str(collector.port)
    plain = type(terminal).text
    terminal.text = lambda: re.sub(
        rf"127\.0\.0\.1:{port} ", "127.0.0.1:4171 " + " " * (len(port) - 4), plain(terminal))


def hold(condition, what, terminal):
    if not condition:
        raise Wrong(f"{what}\n{terminal.text()}")


def hold_left_as_it_was(terminal):
    hold(terminal.modes() == terminal.modes_before, "the terminal has other modes now", terminal)
    gone = terminal.written.rfind(TO_FIRST_SCREEN)
    hold(gone > terminal.written.rfind(TO_OTHER_SCREEN), "the other screen was not left", terminal)


# --- Cases ------------------------------------------------------------------------------------


def three_states_at_two_sizes():
    for state, fleet in (("calm", calm()), ("zone", zone_is_silent()), ("panic", all_fail())):
        with watching(fleet) as (collector, terminal):
            hide_port(terminal, collector)
            for size, golden in zip((SMALL, LARGE), GOLDEN_OF[state]):
                terminal.resize(*size)
                terminal.await_golden(GOLDEN / golden)
            terminal.type("q")
            terminal.await_news("ended 0")
            hold_left_as_it_was(terminal)


def every_end_leaves_the_terminal_as_it_was():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        with watching(calm()) as (_, terminal):
            terminal.await_words("LIVE", "All 10000 hosts are healthy")
            hold(terminal.modes() != terminal.modes_before, "it reads no keys", terminal)
            terminal.signal(number)
            terminal.await_news("ended 0")
            hold_left_as_it_was(terminal)
    for number in (signal.SIGABRT, signal.SIGSEGV):  # A fault of its own.
        with watching(calm()) as (_, terminal):
            terminal.await_words("LIVE")
            terminal.signal(number)
            terminal.await_news(f"ended {-number}")
            hold_left_as_it_was(terminal)


def ctrl_z_gives_the_terminal_back_until_it_goes_on():
    with watching(calm()) as (_, terminal):
        terminal.await_words("LIVE")
        terminal.type(CTRL_Z)
        terminal.await_news("stopped")
        hold_left_as_it_was(terminal)
        terminal.screen.reset()  # A shell wrote over it meanwhile.
        terminal.signal(signal.SIGCONT)
        terminal.await_news("went on")
        terminal.await_words("LIVE", "All 10000 hosts are healthy", "map by role, zone")
        terminal.type("q")
        terminal.await_news("ended 0")
        hold_left_as_it_was(terminal)


def keys_do_what_help_says():
    with watching(zone_is_silent()) as (collector, terminal):
        hide_port(terminal, collector)
        terminal.await_words("LIVE", "role=db", "db/eu-1a")
        terminal.type("?")
        terminal.await_golden(GOLDEN / "watch-help.txt")
        terminal.type("?g")
        terminal.await_words("by role", "map by role, zone")
        terminal.type("g")
        terminal.await_words("by zone", "map by zone, role")
        terminal.type(TAB + TAB + TAB + "z")  # From groups over map and changes to checks.
        terminal.await_screen("checks alone", lambda text: "disk" in text and "map by" not in text)
        terminal.type("z/role=db\r")
        terminal.await_words("filter: role=db", "666 of 2000 hosts are down")
        terminal.type("/\x15failng\r")
        terminal.await_golden(GOLDEN / "watch-filter-error.txt")
        terminal.type(ESCAPE)
        terminal.await_words("666 of 2000 hosts are down")
        terminal.type("/\x15\r")
        terminal.await_words("3000 of 10000 hosts are down")
        terminal.type("hsim-0000\t1\r")
        terminal.await_golden(GOLDEN / "watch-host.txt")
        terminal.type(ESCAPE)
        terminal.await_words("map by zone")
        terminal.type(LEFT)
        terminal.await_words("PAST", "2026-11-30 03:00:00Z", "back to now")
        terminal.type("n")
        terminal.await_words("LIVE")
        terminal.type("tnonsense\r")
        terminal.await_words("time: nonsense", "^", "no such moment")
        terminal.type("\x152026-11-29T03:00:00Z\r")
        terminal.await_words("PAST")
        terminal.type("n ")
        terminal.await_words("PAUSED")
        collector.fleet = calm()
        collector.await_rounds(2, PATIENCE)
        terminal.await_words("3000 of 10000 hosts are down")
        terminal.type(" ")
        terminal.await_words("LIVE", "All 10000 hosts are healthy", "silent → healthy")


def bytes_in(collector, terminal, await_rounds):
    """How much is written in some rounds, and what awaiting them returned. A machine that stands still has the
    view told as old after three ticks: rounds with such a pause do not count."""
    for _ in range(10):
        collector.longest_pause = 0
        collector.await_rounds(3, PATIENCE)  # Names and labels are known now, and shown.
        terminal.read_all()
        before = len(terminal.written)
        rounds = await_rounds()
        terminal.read_all()
        if collector.longest_pause < 1:
            break
    return len(terminal.written) - before, rounds


def nothing_is_written_where_nothing_changes():
    with watching(zone_is_silent(), LARGE) as (collector, terminal):
        terminal.await_words("LIVE", "map by role, zone")
        still, _ = bytes_in(collector, terminal, lambda: collector.await_rounds(10, PATIENCE))
        hold(still == 0, f"{still} bytes were written in ten rounds without a change", terminal)
        # Now the time and the number of the tick move.
        moved, rounds = bytes_in(collector, terminal, lambda: collector.await_more_ticks(5, PATIENCE))
        moving = moved / rounds
        print(f"    {moving:.0f} bytes a tick where the time alone moves")
        hold(moving < 100, f"{moving:.0f} bytes a tick", terminal)


def what_is_asked_does_not_follow_from_how_hosts_are():
    usual = ["/api/v1/bitmap", "/api/v1/checks?limit=1000", "/api/v1/groups", "/api/v1/summary"]
    for fleet in (calm(), all_fail()):
        with watching(fleet) as (collector, terminal):
            terminal.await_words("LIVE", "map by role, zone")
            collector.await_rounds(2, PATIENCE)  # Names and labels are known now.
            asked = collector.await_rounds(10, PATIENCE)
            hold(asked == [usual] * 10, f"asked was {asked}, and not {usual}", terminal)


def a_collector_that_is_away_is_told_at_once_and_comes_back():
    with watching(zone_is_silent()) as (collector, terminal):
        terminal.await_words("LIVE")
        collector.stop()
        terminal.await_words("CUT OFF", "Nothing new for", "zone=eu-1b")
        terminal.await_screen("an old picture without colours", lambda _: len(
            {terminal.screen.buffer[row][1].fg for row in range(2, 8)}) == 1)
        collector.start()
        terminal.await_words("LIVE")


def the_other_of_a_pair_goes_on_where_one_is_away():
    with tempfile.TemporaryDirectory() as folder, watching(zone_is_silent()) as (other, _):
        collector = CannedCollector(calm())
        path = pathlib.Path(folder) / "flatline" / "config.toml"
        path.parent.mkdir()
        path.write_text(f'''default = "pair"
collectors.mon-1.address = "127.0.0.1:{collector.port}"
collectors.mon-2.address = "127.0.0.1:{other.port}"
contexts.pair.collectors = ["mon-1", "mon-2"]
''')
        terminal = PseudoTerminal([FLATLINE, "--timeout", "5m", "watch", "--every", "100ms"], *SMALL, {
            "TERM": "xterm-256color", "LANG": "C.UTF-8", "XDG_CONFIG_HOME": folder})
        try:
            terminal.await_words(f"127.0.0.1:{collector.port}", "All 10000 hosts are healthy")
            collector.stop()
            terminal.await_words(f"127.0.0.1:{other.port}", "LIVE", "3000 of 10000 hosts are down")
        finally:
            terminal.close()


def a_view_that_grows_old_is_told():
    with watching(zone_is_silent()) as (collector, terminal):
        terminal.await_words("LIVE")
        collector.view_age = 12.5
        terminal.await_words("OLD", "12s old", "makes no new ones")


def keys_are_taken_while_a_collector_hangs():
    with watching(calm()) as (collector, terminal):
        terminal.await_words("LIVE")
        collector.hangs = True
        collector.await_question(PATIENCE)
        # What is waited for below is there long before the question is given up.
        terminal.type("?")
        terminal.await_words("Ctrl-Z")
        terminal.type("q")
        terminal.await_news("ended 0")


def a_small_screen_is_told_and_a_larger_one_used():
    with watching(calm(), (50, 10)) as (_, terminal):
        terminal.await_words("needs 60 by 16")
        terminal.resize(60, 16)
        terminal.await_words("LIVE", "map")


def terminals_without_colours_or_utf8_show_the_same():
    with watching(zone_is_silent(), LANG="C", TERM="linux", NO_COLOR="1") as (collector, terminal):
        text = terminal.await_words("LIVE", "map by role, zone", "S most silent")
        hold(text.isascii() and "####" in text, "there is more than ASCII", terminal)
        hold(not re.search(rb"\x1b\[[0-9;]*3[0-7]m", terminal.written), "it has colours", terminal)
    for name in ("screen", "xterm"):
        with watching(zone_is_silent(), TERM=name) as (_, terminal):
            terminal.await_words("LIVE", "map by role, zone", "S most silent")


def a_dumb_terminal_gets_plain_text():
    with watching(calm(), TERM="dumb") as (collector, terminal):
        collector.await_rounds(2, PATIENCE)
        terminal.await_words("10000 hosts of 16384 slots")
        terminal.signal(signal.SIGINT)
        terminal.await_news("ended 0")
        hold(b"\x1b" not in terminal.written, "it has escape sequences", terminal)


def main():
    cases = [three_states_at_two_sizes, every_end_leaves_the_terminal_as_it_was,
             ctrl_z_gives_the_terminal_back_until_it_goes_on, keys_do_what_help_says,
             nothing_is_written_where_nothing_changes,
             what_is_asked_does_not_follow_from_how_hosts_are,
             a_collector_that_is_away_is_told_at_once_and_comes_back, a_view_that_grows_old_is_told,
             the_other_of_a_pair_goes_on_where_one_is_away,
             keys_are_taken_while_a_collector_hangs, a_small_screen_is_told_and_a_larger_one_used,
             terminals_without_colours_or_utf8_show_the_same, a_dumb_terminal_gets_plain_text]
    failed = 0
    for case in cases:
        name = case.__name__.replace("_", " ")
        if len(sys.argv) > 3 and not any(word in name for word in sys.argv[3:]):
            continue
        begin = time.monotonic()
        try:
            case()
            print(f"ok {name} ({time.monotonic() - begin:.1f} s)", flush=True)
        except Wrong as wrong:
            failed += 1
            print(f"WRONG {name}: {wrong}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

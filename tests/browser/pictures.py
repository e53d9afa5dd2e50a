#!/usr/bin/python3 -B
"""Takes pictures of the page for people to look at: pictures.py BUILD [--hosts N] [--all].

Each state of a fleet is shown in both themes and two sizes, and one trouble in every zoom; with --all
in a third size, and so are the states of a collector: blind, frozen, cut off, warming, without hosts,
asking for a token. They are kept in BUILD/browser/pictures. (bench/page keeps one there of the fleet
that it measures, such as one of a million.)
"""

import argparse
import contextlib
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parent.parent / "harness"))
from chromium import Page
from programs import Collector, Fleet, temporary_folder

LABELS = "role=web:40%,db:25%,cache:20%,queue:15%; zone=eu-1a,eu-1b,us-1a; rack=r[01-24] in zone"
SETTINGS = 'group_by = ["role", "zone", "rack"]\n[[quorum]]\ngroup = "role=db"\nhealthy = "75%"\n'
# What the fleet is told, and what the collector then says. Each phase is a fleet of its own with the same
# hosts: it lasts for as long as its pictures take.
PHASES = (
    ("healthy", "healthy", lambda all, hosts: all["healthy"] == hosts),
    ("rack", "fail rack=r07 check=disk, fail 1%, warn role=queue 15%, silent 2%",
     lambda all, hosts: all["silent"] >= hosts // 60 and all["failing"] >= hosts // 30),
    ("silent", "silent 30%", lambda all, hosts: all["silent"] >= hosts * 29 // 100 and
     all["failing"] == 0),
    ("failing", "fail 100%", lambda all, hosts: all["failing"] == hosts),
)
INTERVAL = "500ms"  # Silence is told after four and a half of them.
SIZES = [(1280, 800), (390, 844)]
LARGE = (3840, 2160)
LINK = "document.body.dataset.link"
SHOWS_HOSTS = ("[...document.querySelectorAll('#labels .group, #tiles button, #hosts button, #table tr')]"
               ".some((shown) => shown.checkVisibility()) && "
               "/host/.test(document.querySelector('#headline').innerText) && "
               "window.Chart?.getChart('curve-work')?.data.datasets[0].data.length > 0")


class Album:
    def __init__(self, page, collector, folder, sizes):
        self.page = page
        self.sizes = sizes
        self.collector = collector
        self.folder = folder

    def take(self, name, address="", size=SIZES[0], theme="dark", ready="true"):
        """Takes a picture of the page that is opened anew."""
        self.page.size(*size)
        self.page.media(prefers_color_scheme=theme)
        self.page.open(self.collector.url + address)
        self.keep(name, size, theme, ready)

    def keep(self, name, size, theme, ready="true", shows=SHOWS_HOSTS):
        self.page.until(f"{shows} && document.documentElement.dataset.theme === '{theme}' && ({ready})")
        self.page.picture(self.folder / f"{name}-{size[0]}-{theme}.png")

    def take_state(self, name, address="", ready="true"):
        self.page.open(self.collector.url + address)
        self.take_open(name, ready)

    def take_open(self, name, ready="true", shows=SHOWS_HOSTS):
        """Takes the page that is open in each size and theme, which it follows."""
        for size in self.sizes:
            for theme in ("dark", "light"):
                self.page.size(*size)
                self.page.media(prefers_color_scheme=theme)
                self.page.until(shows)
                self.page.follow(self.page.value("location.hash"))
                self.keep(name, size, theme, ready, shows)

    def take_zooms(self):
        host = self.collector.ask("/api/v1/hosts?filter=failing&limit=1")["hosts"][0]["name"]
        self.take("groups", "#zoom=groups")
        self.take("hosts", "#zoom=hosts", ready="/sim-/.test(document.querySelector('#hosts').innerText)")
        self.take("table", "#zoom=table", ready="/sim-/.test(document.querySelector('#table').innerText)")
        self.take("host", f"#host={host}", ready="document.querySelector('#host .state')")
        self.take("host", f"#host={host}", SIZES[1], ready="document.querySelector('#host .state')")
        self.take("filter", "#filter=failing+%26+rack=r07",
                  ready="/ match/.test(document.querySelector('#filter-said').innerText)")
        self.take("wrong-filter", "#filter=failing+%26+(", theme="light",
                  ready="document.querySelector('#filter-said .mark')")
        self.take("within", "#by=zone,rack&within=zone=eu-1a")


def take_collector(stack, album, build, healthy_at):
    """What a collector says of itself, once its hosts have fallen silent."""
    page, collector = album.page, album.collector
    collector.await_summary(lambda summary: summary["silent"] == summary["hosts"])
    album.take_state("all-silent")
    album.take_state("past", f"#moment={healthy_at}", f"{LINK} === 'past'")
    album.take_state("difference", f"#since={healthy_at}",
                     "/ changed/.test(document.querySelector('#difference-said').innerText)")
    collector.post("/api/v1/freeze", {"for": "2h", "why": "move of rack r7", "by": "ana"})
    album.take_state("frozen", "", "/Frozen/.test(document.querySelector('#messages').innerText)")
    page.forgive("ERR_CONNECTION_REFUSED")
    page.forgive("ERR_EMPTY_RESPONSE")
    collector.kill()
    album.take_open("cut-off", f"{LINK} === 'lost'")
    collector.start()
    album.take_open("warming", f"{LINK} === 'live'")
    page.forgive("401 (Unauthorized)")
    token = temporary_folder(stack) / "read.token"
    token.write_text("let-me-read-this-fleet\n")
    token.chmod(0o600)
    for name, flags, shows in (
            ("empty", [], "/No host/.test(document.querySelector('#headline').innerText)"),
            ("token", ["--read-token", token], "document.querySelector('#token').open")):
        page.open(Collector(stack, build, 64, flags).url)
        album.take_open(name, shows=shows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--all", action="store_true", help="of all states, in all sizes")
    options = parser.parse_args()
    hosts = options.hosts
    with contextlib.ExitStack() as stack:
        collector = Collector(stack, options.build, (hosts + 63) // 64 * 64,
                              ["--history-step", "2s", "--history-keep", "2m", "--min-interval", INTERVAL],
                              SETTINGS)
        page = Page(stack)
        album = Album(page, collector, options.build / "browser/pictures",
                      [*SIZES, LARGE] if options.all else SIZES)
        healthy_at = ""
        for name, told, is_so in PHASES:
            with contextlib.ExitStack() as phase:
                Fleet(phase, options.build, collector, hosts, [
                    "--labels", LABELS, "--interval", INTERVAL, "--scenario", f"0s {told}"])
                collector.await_summary(lambda summary: is_so(summary, hosts))
                album.take_state(name)
                if name == "rack":
                    album.take_zooms()
                    page.forgive("400 (Bad Request)")
                if name == "healthy":
                    healthy_at = collector.ask("/api/v1/summary")["time"]
        if options.all:
            take_collector(stack, album, options.build, healthy_at)
        faults = page.faults()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

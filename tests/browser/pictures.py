#!/usr/bin/python3 -B
"""Takes pictures of the page for people to look at: pictures.py BUILD [--hosts N].

Each state of a fleet is shown in both themes and two sizes, and one trouble in every zoom. They are
kept in BUILD/browser/pictures. (bench/page keeps one there of the fleet that it measures, such as one
of a million.)
"""

import argparse
import contextlib
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parent.parent / "harness"))
from chromium import Page
from programs import Collector, Fleet

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
SIZES = ((1280, 800), (390, 844))
HEADLINE = "document.querySelector('#headline').innerText"


class Album:
    def __init__(self, page, collector, folder):
        self.page = page
        self.collector = collector
        self.folder = folder

    def take(self, name, address="", size=SIZES[0], theme="dark", ready="true"):
        """Takes a picture of the page that is opened anew."""
        self.page.size(*size)
        self.page.media(prefers_color_scheme=theme)
        self.page.open(self.collector.url + address)
        self.keep(name, size, theme, ready)

    def keep(self, name, size, theme, ready="true"):
        self.page.until(f"/host/.test({HEADLINE}) && document.querySelectorAll('#labels .group, "
                        f"#tiles button, #hosts button, #table tr').length > 0 && "
                        f"document.documentElement.dataset.theme === '{theme}' && ({ready})")
        self.page.picture(self.folder / f"{name}-{size[0]}-{theme}.png")

    def take_state(self, name):
        """Takes it in each size and theme, which an open page follows."""
        self.take(name)
        for size in SIZES:
            for theme in ("dark", "light"):
                if (size, theme) == (SIZES[0], "dark"):
                    continue
                self.page.size(*size)
                self.page.media(prefers_color_scheme=theme)
                self.page.follow("")
                self.keep(name, size, theme)

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


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--hosts", type=int, default=10_000)
    options = parser.parse_args()
    hosts = options.hosts
    with contextlib.ExitStack() as stack:
        collector = Collector(stack, options.build, (hosts + 63) // 64 * 64,
                              ["--history-step", "2s", "--history-keep", "2m", "--min-interval", INTERVAL],
                              SETTINGS)
        page = Page(stack)
        album = Album(page, collector, options.build / "browser/pictures")
        for name, told, is_so in PHASES:
            with contextlib.ExitStack() as phase:
                Fleet(phase, options.build, collector, hosts, [
                    "--labels", LABELS, "--interval", INTERVAL, "--scenario", f"0s {told}"])
                collector.await_summary(lambda summary: is_so(summary, hosts))
                album.take_state(name)
                if name == "rack":
                    album.take_zooms()
                    page.forgive("400 (Bad Request)")
        faults = page.faults()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""The stand of the browser's tests: a fleet of 10,000 in trouble, and the page that shows it."""

import datetime
import time

from chromium import Page
from programs import PATIENCE, Collector, Fleet, Wrong

HOSTS = 10_000
CAPACITY = 10_048
# A history whose file is made in a moment, that has a step every other second, and that keeps until the end
# what was before the trouble.
STEP_S = 2
SHORT_HISTORY = ["--history-step", f"{STEP_S}s", "--history-keep", "15m"]
# No host seems silent where the machine stands still for some seconds: that takes four and a half of these.
INTERVAL = "2s"
GROUPS = 'group_by = ["role", "zone", "rack"]\n'
TROUBLE_AT = 3000  # Seconds; it comes when all is stored that was before.
# A rack fails, some fail and some are silent anywhere, and hosts of one role warn.
TROUBLE = ("fail rack=r07 check=disk, fail 3%, silent role=db zone=eu-1b, silent 5%, "
           "warn role=queue 20%")


class Stand:
    def __init__(self, stack, build):
        self.build = build
        self.collector = Collector(stack, build, CAPACITY, SHORT_HISTORY, GROUPS)
        self.fleet = Fleet(stack, build, self.collector, HOSTS, [
            "--interval", INTERVAL, "--scenario", f"0s healthy; {TROUBLE_AT}s {TROUBLE}"])
        self.page = Page(stack)
        self.healthy_times, self.healthy_moment = self._await_health()
        self.fleet.next_phase()
        self._hosts = self._looks = None
        self._is_in_trouble = False

    def _await_health(self):
        """Stored moments at which all hosts were there and well, and one that has such steps beside it, too:
        a busy machine may lose some. Later answers have other buckets, and so other moments."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            times = self._healthy_times()[:-1]  # The newest step may yet be another.
            moments = [datetime.datetime.fromisoformat(time).timestamp() for time in times]
            for i in range(len(times) - 2, 0, -1):
                if moments[i + 1] - moments[i - 1] < 2.5 * STEP_S:
                    return times, times[i]
            self.collector.pause()
        raise Wrong("the fleet was never healthy in what is stored")

    def _healthy_times(self):
        points = self.collector.ask("/api/v1/history?from=1970-01-01T00:00:00Z&points=1000")["points"]
        return [point["time"] for point in points
                if point["steps"] > 0 and point["hosts"] == point["healthy"] == HOSTS]

    def open(self, address="", width=1280, height=800, ratio=1, theme="dark"):
        """Opens the page, and waits until it shows the fleet."""
        self.page.size(width, height, ratio)
        self.page.media(prefers_color_scheme=theme)
        self.page.open(self.collector.url + address)
        self.page.until("/^[\\d,]+ failing|^All/.test(document.getElementById('headline').innerText)")

    def show(self, address="", width=1280, height=800, ratio=1, theme="dark"):
        """Has the page that is open show something else, without loading it anew."""
        self.page.size(width, height, ratio)
        self.page.media(prefers_color_scheme=theme)
        self.page.follow(address)
        self.page.until(f"document.documentElement.dataset.theme === '{theme}'")

    def picture(self, name):
        self.page.picture(self.build / f"browser/{name}.png")

    def hosts(self):
        """Every host as the collector lists it, by name, once the trouble is there."""
        self.await_trouble()
        if self._hosts is None:
            self._hosts = self.collector.hosts()
        return self._hosts

    def looks(self):
        """How each host must look, by its slot: by what it was told to be."""
        if self._looks is None:
            truth = self.fleet.truth()
            self._looks = {host["slot"]: "warning" if host.get("warning") else truth[name]
                           for name, host in self.hosts().items()}
        return self._looks

    def names(self, state):
        self.await_trouble()
        truth = self.fleet.truth()
        return sorted(name for name in truth if truth[name] == state)

    def await_trouble(self):
        """Until the collector tells of as many in trouble as there are."""
        if self._is_in_trouble:
            return
        self.fleet.await_phase(TROUBLE_AT)
        truth = list(self.fleet.truth().values())
        wanted = {state: truth.count(state) for state in ("healthy", "failing", "silent")}
        self.collector.await_summary(lambda summary: all(
            summary[state] == count for state, count in wanted.items()) and summary["warning"] > 0)
        self._is_in_trouble = True

#!/usr/bin/python3
"""The whole way from 10,000 hosts to who is told: whole_way_test.py BUILD COLLECTOR SIM FLATLINE.

Real are the collector, flatline-sim, Debian's Prometheus and Alertmanager, and what
collector/monitoring ships, with addresses of the test's own. It plays in fast motion, in which the
files' times are divided by the numbers below; with --as-shipped they stay as they are. It prints
what came when.
"""

import contextlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "harness"))

import dashboard  # noqa: E402
from daemons import (  # noqa: E402
    Alertmanager, Program, Prometheus, Webhook, Wrong, ask, fetched)
from held_up import HeldUp  # noqa: E402

SHIPPED = pathlib.Path(__file__).parents[3] / "collector" / "monitoring"
WAIT_FASTER = 5  # What alerts and first messages wait for.
KEEP_FASTER = 6  # How long alerts hold after their end.
NEXT_FASTER = 10  # The time between two messages.
BEAT_FASTER = 60  # The Watchdog's period.
TOLD_WITHIN = 60  # Seconds from an event to its message.
TRIES = 3  # In fast motion an alert waits for two seconds. Where others have the machine for so long,
BORNE_S = 0.25  # what is told is not what is told elsewhere: then it is played again.

DYING = 3000  # The hosts of the zone that dies.
LIVING = 7000
ZONE = "eu-1a"
TARGETS = "role=db&name=a-0000*"  # A few of the hosts that the shipped file asks for.
COLLECTOR = f"""
group_by = ["role", "zone", "rack"]
checkpoint = "5s"
history_keep = "1h"
[[quorum]]
group = "zone={ZONE}"
healthy = "80%"
"""


# --- What is shipped, with the test's own times and addresses -----------------------------------


def faster(text, keys, times):
    """Divides the times of these keys: `15s` by 5 is `3000ms`."""
    units = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

    def divided(match):
        return f"{match[1]}{int(match[2]) * units[match[3]] // times}ms"

    return re.sub(rf"(\b(?:{keys}): )(\d+)([smhd])\b", divided, text)


def replaced(text, pattern, by):
    """Replaces what is there, so that a shipped file that changed is noticed."""
    changed, count = re.subn(pattern, by, text)
    if count == 0:
        raise Wrong(f"the shipped file has no {pattern}")
    return changed


class Times:
    def __init__(self, as_shipped):
        self._as_shipped = as_shipped
        self.window = "5s" if as_shipped else "2s"

    def of_rules(self, text):
        return text if self._as_shipped else faster(
            faster(text, "for", WAIT_FASTER), "keep_firing_for", KEEP_FASTER)

    def of_scrapes(self, text):
        return text if self._as_shipped else faster(
            text, "scrape_interval|evaluation_interval|refresh_interval", WAIT_FASTER)

    def of_messages(self, text):
        # The Watchdog's must be fast, or its absence takes minutes to notice.
        begin = text.index("    - matchers: [alertname = FlatlineWatchdog]")
        end = text.index("    - matchers:", begin + 1)
        watchdog = faster(text[begin:end], "group_interval|repeat_interval", BEAT_FASTER)
        if not self._as_shipped:
            text = faster(faster(text, "group_wait", WAIT_FASTER), "group_interval", NEXT_FASTER)
        return replaced(text, r"(?s)    - matchers: \[alertname = FlatlineWatchdog\].*?(?=    - m)",
                        watchdog)


# --- The stand --------------------------------------------------------------------------------


class Stand:
    """A collector with its fleet, and all that hears of it."""

    def __init__(self, stack, times, build, collector, sim, flatline):
        self._stack = stack
        self._sim = sim
        self.unpacked = fetched(build)
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self._key = self.folder / "fleet.key"
        subprocess.run([flatline, "keygen", "-o", self._key], check=True,
                       stdout=subprocess.DEVNULL)
        self.token = "of-the-test-" * 3
        token_file = self._write("read.token", self.token)
        token_file.chmod(0o600)
        self.certificate = self._make_certificate()
        self.collector = self._start_collector(collector, times, token_file)
        self.webhook = Webhook(stack)
        self.alertmanager = Alertmanager(stack, self.unpacked, self._alertmanager_file(times),
                                         self.folder / "alertmanager")
        self._write("flatline.rules.yml",
                    times.of_rules((SHIPPED / "flatline.rules.yml").read_text()))
        self.prometheus = Prometheus(stack, self.unpacked, self._prometheus_file(times, token_file),
                                     self.folder / "prometheus")
        self.began = time.monotonic()

    def _make_certificate(self):
        """One that signed itself, and so is its own authority."""
        certificate = self.folder / "api.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "60", "-subj", "/CN=mon-1", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "api.key", "-out", certificate],
            check=True, capture_output=True)
        return certificate

    def _write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def _start_collector(self, collector, times, token_file):
        config = self._write(
            "collector.toml",
            f'read_token = "{token_file}"\nwindow = "{times.window}"\n{COLLECTOR}')
        program = Program(self._stack, [
            collector, "--config", config, "--data", self.folder / "data", "--fleet-key", self._key,
            "--api-cert", self.certificate, "--api-key", self.folder / "api.key",
            "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0"])
        self.udp, self.api = program.await_line(r"ready udp=(\S+) api=(\S+)").groups()
        return program

    def _alertmanager_file(self, times):
        text = times.of_messages((SHIPPED / "alertmanager.example.yml").read_text())
        text = replaced(text, r"http://(\w+)\.example/flatline",
                        rf"http://{self.webhook.address}/\1")
        return self._write("alertmanager.yml", text)

    def _prometheus_file(self, times, token_file):
        text = times.of_scrapes((SHIPPED / "prometheus.example.yml").read_text())
        text = replaced(text, r'"mon-1.example:4171", "mon-2.example:4171"', f'"{self.api}"')
        text = replaced(text, r"https://mon-1\.example:4171", f"https://{self.api}")
        text = replaced(text, r"filter=role%3Ddb", f"filter={urllib.parse.quote(TARGETS)}")
        text = replaced(text, r"localhost:9093", self.alertmanager.address)
        text = replaced(text, r"/etc/prometheus/flatline-read\.token", str(token_file))
        text = replaced(text, r"/etc/prometheus/flatline-ca\.pem", str(self.certificate))
        return self._write("prometheus.yml", text)

    def play(self, prefix, hosts, zones, scenario="0s healthy"):
        """Begins to play a part of the fleet."""
        return Program(self._stack, [
            self._sim, "--collector", self.udp, "--fleet-key", self._key, "--hosts", hosts,
            "--name-prefix", prefix, "--scenario", scenario, "--labels",
            f"role=web:60%,db:40%; zone={zones}; rack={prefix}[1-8] in zone"])

    def say(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def await_hosts(self, **counts):
        """Until Prometheus has seen so many hosts in these states."""
        for state, hosts in counts.items():
            self.prometheus.await_true(
                f"{hosts} {state}", lambda query=f'flatline_hosts{{state="{state}"}} == {hosts}':
                self.prometheus.query(query))


class Story:
    """What happens to the fleet, and what is told of it."""

    def __init__(self, stand):
        self._stand = stand
        self._told = 0  # How many messages have been looked at.

    def hold(self, is_so, what):
        if not is_so:
            raise Wrong(what)

    def await_message(self, since):
        """The next message, which comes in time if it is a bad one."""
        message = self._stand.webhook.await_message(self._told)
        self._told += 1
        took = message.at - since
        for status in ("firing", "resolved"):
            if names := message.named(status):
                self._stand.say(f"{message.receiver} is told, {took:.1f} s later, {status}: "
                                f"{', '.join(names)}")
        self.hold(took <= TOLD_WITHIN or not message.named("firing"), f"the message took {took} s")
        return message

    def hold_silence(self, beats):
        """For so many beats of the Watchdog nobody is told anything else."""
        self._stand.webhook.await_beats(beats)
        more = self._stand.webhook.since(self._told)
        self.hold(not more, f"told too much: {[(m.receiver, m.named('firing')) for m in more]}")

    def begin(self):
        stand = self._stand
        self._dying = stand.play("a-", DYING, ZONE)
        self._living = stand.play("b-", LIVING, "eu-1b,us-1a")
        stand.await_hosts(healthy=DYING + LIVING)
        stand.say(f"{DYING + LIVING} hosts are healthy, and Prometheus knows")
        stand.webhook.await_beats(2)
        self.hold_silence(2)
        stand.say("the Watchdog beats, and nobody is told anything else")

    def a_zone_dies(self):
        stand = self._stand
        died = time.monotonic()
        self._dying.stop()
        stand.say(f"all {DYING} hosts of zone={ZONE} die")
        message = self.await_message(died)
        self.hold(message.receiver == "pager", f"{message.receiver} was told")
        self.hold(message.named("firing") == ["FlatlineGroupBelowQuorum", "FlatlineHostsDown"],
                  f"told were {message.named('firing')}")
        down = message.alert("FlatlineHostsDown")
        below = message.alert("FlatlineGroupBelowQuorum")
        for text in (down["annotations"]["summary"], down["annotations"]["description"],
                     below["annotations"]["summary"]):
            stand.say(f"    {text}")
        self.hold(f"zone={ZONE} 100% down" in down["annotations"]["description"],
                  "the message does not name the group")
        self.hold(below["annotations"]["summary"] ==
                  f"zone={ZONE} is below its quorum: 0 healthy of {DYING}.", below["annotations"])
        self._await_cause(f"zone={ZONE}")
        self.hold_silence(5)
        self.hold(stand.alertmanager.silenced() >= {"FlatlineHostsDown", "FlatlineGroupPanic"},
                  f"silenced are {stand.alertmanager.silenced()}")
        stand.say(f"nothing else is told; silenced: {', '.join(sorted(stand.alertmanager.silenced()))}")

    def _await_cause(self, cause):
        """The collector looks for causes every ten seconds; then the alert names them."""
        def named():
            return [alert for alert in self._stand.prometheus.ask("alerts")["alerts"]
                    if alert["labels"]["alertname"] == "FlatlineHostsDown"
                    and re.match(rf"In common: [^.]*{cause}\b",
                                 alert["annotations"]["description"])]
        alert = self._stand.prometheus.await_true(f"the cause {cause}", named)[0]
        self._stand.say(f"    {alert['annotations']['description'].split('.')[0]}.")

    def all_fail(self):
        stand = self._stand
        self._living.stop()
        failed = time.monotonic()
        self._living = stand.play("b-", LIVING, "eu-1b,us-1a", "0s fail 100% check=disk")
        stand.say(f"the {LIVING} others fail, too")
        message = self.await_message(failed)
        self.hold(message.named("firing") == ["FlatlinePanic"],
                  f"told were {message.named('firing')}")
        stand.say(f"    {message.alert('FlatlinePanic')['annotations']['summary']}")
        stand.await_hosts(failing=LIVING, silent=DYING)
        self.hold_silence(5)
        silenced = stand.alertmanager.silenced()
        self.hold(silenced >= {"FlatlineHostsDown", "FlatlineGroupBelowQuorum",
                               "FlatlineGroupPanic", "FlatlineGroupDown"},
                  f"silenced are {silenced}")
        stand.say(f"nothing else is told; silenced: {', '.join(sorted(silenced))}")

    def all_come_back(self):
        stand = self._stand
        self._living.stop()
        back = time.monotonic()
        self._living = stand.play("b-", LIVING, "eu-1b,us-1a")
        self._dying = stand.play("a-", DYING, ZONE)
        stand.say("all come back")
        resolved = set()
        while resolved != {"FlatlinePanic", "FlatlineHostsDown", "FlatlineGroupBelowQuorum"}:
            message = self.await_message(back)
            self.hold(not message.named("firing"), f"{message.named('firing')} fire")
            resolved |= set(message.named("resolved"))
        stand.await_hosts(healthy=DYING + LIVING)

    def nobody_is_heard(self):
        """All may be dead, or the collector's own network is: then it is the one to look at."""
        stand = self._stand
        self._living.stop()
        self._dying.stop()
        silent = time.monotonic()
        stand.say("all fall silent")
        message = self.await_message(silent)
        self.hold(message.named("firing") == ["FlatlineBlind"],
                  f"told were {message.named('firing')}")
        stand.say(f"    {message.alert('FlatlineBlind')['annotations']['description']}")
        stand.await_hosts(silent=DYING + LIVING)
        self.hold_silence(5)
        silenced = stand.alertmanager.silenced()
        self.hold(silenced >= {"FlatlinePanic", "FlatlineHostsDown", "FlatlineGroupBelowQuorum"},
                  f"silenced are {silenced}")
        stand.say(f"nothing else is told; silenced: {', '.join(sorted(silenced))}")

    def the_collector_ends(self):
        stand = self._stand
        stand.collector.stop()
        ended = time.monotonic()
        stand.say("the collector is stopped")
        message = self.await_message(ended)
        self.hold(message.named("firing") == ["FlatlineCollectorGone"],
                  f"told were {message.named('firing')}")
        stand.say(f"    {message.alert('FlatlineCollectorGone')['annotations']['summary']}")

    def prometheus_ends(self):
        """Then nobody but the dead man's switch can tell, by what it does not hear."""
        stand = self._stand
        patience = 3 * stand.webhook.longest_pause()
        stand.prometheus.stop()
        ended = time.monotonic()
        stand.say("Prometheus is stopped")
        stand.webhook.await_pause(patience)
        stand.say(f"the switch speaks, {time.monotonic() - ended:.1f} s later: no beat for "
                  f"{patience:.1f} s")


def hold_scrape(stand):
    """The page is as Prometheus wants it, and has all that rules ask for."""
    page = ask(f"https://{stand.api}/metrics", stand.token, stand.certificate)
    linted = subprocess.run([stand.unpacked / "usr/bin/promtool", "check", "metrics"], input=page,
                            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            check=False)
    if linted.returncode != 0 or linted.stdout:
        raise Wrong(f"promtool check metrics says:\n{linted.stdout}")
    rules = (SHIPPED / "flatline.rules.yml").read_text()
    expressions = re.sub(r"\n        (annotations|labels):(.*\n          .*)*", "", rules)
    for name in sorted(set(re.findall(r"\b(?:flatline|process)_\w+", expressions))):
        if not re.search(rf"^{name}[ {{]", page, re.MULTILINE):
            raise Wrong(f"the rules ask for {name}, which /metrics does not have")
    stand.say(f"promtool has nothing to say of a scrape of {len(page)} bytes")


def hold_targets(stand):
    """Prometheus finds the hosts that its http_sd asks for, with their labels."""
    query = urllib.parse.quote(TARGETS)
    names = ask(f"https://{stand.api}/api/v1/names?filter={query}", stand.token, stand.certificate)
    wanted = set(re.findall(r"^\d+ (\S+)$", names, re.MULTILINE))
    if not wanted:
        raise Wrong(f"no host is {TARGETS}")

    def found():
        targets = [target for target in stand.prometheus.ask("targets")["activeTargets"]
                   if target["scrapePool"] == "node"]
        names = {target["discoveredLabels"]["__meta_flatline_name"] for target in targets}
        return targets if names == wanted else None

    for target in stand.prometheus.await_true(f"the targets {TARGETS}", found):
        labels = target["labels"]
        if (labels["instance"] != f"{target['discoveredLabels']['__meta_flatline_name']}:9100"
                or labels["role"] != "db" or labels["zone"] != ZONE):
            raise Wrong(f"a target has the labels {labels}")
    stand.say(f"Prometheus has found the {len(wanted)} hosts that are {TARGETS}")


def hold_dashboard(stand):
    """Each query of the dashboard is answered with data, and each variable has choices."""
    variables = {"instance": stand.api, "label": "zone", "__rate_interval": "30s"}
    board = dashboard.read()
    asked = list(dashboard.expressions(board, variables))
    for title, expression in asked:
        if not stand.prometheus.query(expression):
            raise Wrong(f"the dashboard's '{title}' shows nothing: {expression}")
    for name, series, label in dashboard.choices(board, variables):
        if variables[name] not in {one["metric"].get(label)
                                   for one in stand.prometheus.query(series)}:
            raise Wrong(f"the dashboard's ${name} has not the choice {variables[name]}")
    stand.say(f"the dashboard's {len(asked)} queries are all answered with data")


def play(stack, as_shipped, *programs):
    stand = Stand(stack, Times(as_shipped), *programs)
    story = Story(stand)
    story.begin()
    hold_scrape(stand)
    story.a_zone_dies()
    hold_targets(stand)
    story.all_fail()
    story.all_come_back()
    hold_dashboard(stand)
    story.hold_silence(4)
    story.nobody_is_heard()
    story.the_collector_ends()
    story.prometheus_ends()


def main(arguments):
    as_shipped = arguments[:1] == ["--as-shipped"]
    for tries in range(TRIES, 0, -1):
        with contextlib.ExitStack() as stack:
            held_up = HeldUp(stack)
            try:
                return play(stack, as_shipped, *arguments[as_shipped:])
            except (Wrong, OSError) as wrong:
                if tries == 1 or held_up.worst_s < BORNE_S:
                    raise
                print(f"{wrong}\nothers had the machine for {held_up.worst_s:.1f} s: once more",
                      flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f"whole_way_test: {wrong}")

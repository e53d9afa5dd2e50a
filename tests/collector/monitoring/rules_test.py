#!/usr/bin/python3
"""Holds what collector/monitoring ships against Debian's promtool and amtool: rules_test.py BUILD.

The rules, both example files and the dashboard must be sound. Every alert must fire in firing.test.yml or
firing_slowly.test.yml, and be seen not to. What alerts say of the fleet of words.series.yml must be
alerts.txt; FLATLINE_REGENERATE=1 writes that file anew.
"""

import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap

import daemons
import dashboard

HERE = pathlib.Path(__file__).parent
SHIPPED = HERE.parents[2] / "collector" / "monitoring"
RULES = SHIPPED / "flatline.rules.yml"
GOLDEN = HERE / "alerts.txt"
FIRING = ["firing.test.yml", "firing_slowly.test.yml"]
ALWAYS_FIRES = {"FlatlineWatchdog"}
SEVERITIES = {"critical", "warning", "info"}
ABOUT = {"hosts", "groups", "collector"}
ROUTES = {
    "alertname=FlatlineWatchdog severity=none": "dead-mans-switch",
    "alertname=FlatlinePanic severity=critical about=hosts": "pager",
    "alertname=FlatlineDegraded severity=warning about=collector": "chat",
    "alertname=FlatlineFrozenLong severity=info about=collector": "chat",
}
WORDS_AT = "40m"


def without_words(rules):
    """The rules without their annotations."""
    kept, is_within = [], False
    for line in rules.split("\n"):
        is_within = line.startswith("        annotations:") or (is_within and line.startswith(" " * 9))
        if not is_within:
            kept.append(line)
    return "\n".join(kept)


def alerts_of(rules):
    return list(dict.fromkeys(re.findall(r"- alert: (\w+)", rules)))


def cases_of(firing):
    """Which alerts are seen to fire, and which are seen not to."""
    fires, does_not = set(), set()
    for name, rest in re.findall(r"alertname: (\w+)(\}|, exp_alerts|\n +exp_alerts)", firing):
        (does_not if rest == "}" else fires).add(name)
    return fires, does_not


class Checks:
    """Runs the tools in a folder of its own, and counts what they find."""

    def __init__(self, programs, folder):
        self._programs = programs
        self._folder = folder
        self.faults = 0

    def write(self, name, text):
        (self._folder / name).write_text(text)
        return name

    def say(self, fault):
        print(fault)
        self.faults += 1

    def output_of(self, tool, *arguments):
        done = subprocess.run([self._programs / tool, *arguments], cwd=self._folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout

    def run(self, tool, *arguments):
        code, output = self.output_of(tool, *arguments)
        if code != 0 or "FAILED" in output:
            self.say(f"{tool} {' '.join(map(str, arguments))}:\n{output}")


def hold_labels(checks, rules):
    """By these Alertmanager finds its way."""
    for name, labels in re.findall(r"- alert: (\w+)\n(?:.*\n)*?        labels:\n((?: {10}.*\n)+)", rules):
        labels = dict(line.split(": ") for line in labels.strip().replace(" " * 10, "").split("\n"))
        if name not in ALWAYS_FIRES and not (labels["severity"] in SEVERITIES
                                             and labels["about"] in ABOUT):
            checks.say(f"{name} has the labels {labels}")


def hold_routes(checks):
    """Whom the example tells of which alert."""
    for labels, receiver in ROUTES.items():
        checks.run("amtool", "config", "routes", "test", "--config.file",
                   SHIPPED / "alertmanager.example.yml", f"--verify.receivers={receiver}",
                   *labels.split())


# --- Words ------------------------------------------------------------------------------------


def pairs_of(labels):
    """`{a="b", c="d"}` as a dictionary; texts are quoted as JSON quotes them."""
    return {name: json.loads(text)
            for name, text in re.findall(r'(\w+)=("(?:[^"\\]|\\.)*")', labels)}


def words_of(checks, rules):
    """What all alerts say, as people read it. promtool tells it of alerts that it is not told of."""
    names = alerts_of(rules)
    asked = "".join(f"      - {{eval_time: {WORDS_AT}, alertname: {name}}}\n" for name in names)
    series = (HERE / "words.series.yml").read_text()
    tests = re.sub(r"(?=\n\n  # Nobody)|$(?![\s\S])", "\n    alert_rule_test:\n" + asked, series)
    _, output = checks.output_of("promtool", "test", "rules", checks.write("words.test.yml", tests))
    told = {}
    for labels, annotations in re.findall(r"Labels:(\{.*\})\n +Annotations:(\{.*\})", output):
        labels, annotations = pairs_of(labels), pairs_of(annotations)
        name = labels.pop("alertname")
        heading = f"{name} " + " ".join(f"{key}={text}" for key, text in sorted(labels.items()))
        body = "".join(textwrap.fill(annotations[part], 98, initial_indent="  ",
                                     subsequent_indent="  ", break_on_hyphens=False,
                                     break_long_words=False) + "\n"
                       for part in ("summary", "description"))
        told.setdefault(name, {})[heading] = body
    return told, "\n".join(heading + "\n" + body for name in names
                           for heading, body in sorted(told.get(name, {}).items()))


def hold_words(checks, rules):
    told, words = words_of(checks, rules)
    for name in alerts_of(rules):
        if name not in told:
            checks.say(f"words.series.yml: {name} does not fire there")
    if "<error" in words:
        checks.say("a template failed:\n" + words)
    if os.environ.get("FLATLINE_REGENERATE") == "1":
        GOLDEN.write_text(words)
    golden = GOLDEN.read_text()
    if words != golden:
        checks.say("\n".join(difflib.unified_diff(golden.split("\n"), words.split("\n"),
                                                  str(GOLDEN), "what they say", lineterm="")))


def main(build):
    rules = RULES.read_text()
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(daemons.fetched(build) / "usr/bin", pathlib.Path(folder))
        checks.write(RULES.name, rules)
        checks.run("promtool", "check", "rules", "--lint=all", "--lint-fatal", RULES.name)
        # promtool wants the files of tokens and authorities to be there.
        example = (SHIPPED / "prometheus.example.yml").read_text()
        example = re.sub(r"credentials_file: .*", "credentials: token", example)
        example = re.sub(r"ca_file: [^}]*", "insecure_skip_verify: false", example)
        checks.run("promtool", "check", "config", checks.write("prometheus.yml", example))
        checks.run("amtool", "check-config", SHIPPED / "alertmanager.example.yml")
        hold_routes(checks)
        hold_labels(checks, rules)
        for fault in dashboard.faults(dashboard.read()):
            checks.say(f"flatline-dashboard.json: {fault}")
        hold_words(checks, rules)
        checks.write(RULES.name, without_words(rules))
        firing = {name: (HERE / name).read_text() for name in FIRING}
        checks.run("promtool", "test", "rules",
                   *(checks.write(name, text) for name, text in firing.items()))
        fires, does_not = cases_of("".join(firing.values()))
        for name in alerts_of(rules):
            if name not in fires:
                checks.say(f"{name} is never seen to fire")
            if name not in does_not | ALWAYS_FIRES:
                checks.say(f"{name} is never seen not to fire")
    print(f"{len(alerts_of(rules))} alerts, {checks.faults} faults")
    return 1 if checks.faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

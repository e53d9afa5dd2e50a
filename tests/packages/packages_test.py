#!/usr/bin/python3
"""Debian's way with the packages of tools/package: packages_test.py FOLDER [BEFORE].

FOLDER holds the packages, BEFORE those of an earlier revision (build-earlier makes them); without it, the
same ones under a lower version stand for them. They are installed in a fresh root of Debian 12 under a real
systemd, run as their users, upgraded, taken back, removed and purged; then in containers, and on machines
on one network, where all of tools/GUIDE.md is done, too. Takes root. Steps are played in turn, and each
prints what it showed.
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

import by_the_guide
import containers
import contents
import machine
import two_machines
import upgrade
from machine import Wrong, field, require

SERVICES = ("flatline-agent", "flatline-collector")
# The most that `systemd-analyze security` may find; the guide tells these figures. Where checks see all
# processes and files of a host, an agent cannot be hidden from them.
EXPOSURE = {"flatline-agent": 2.0, "flatline-collector": 1.4}
# A plugin that tells which capabilities it has.
RIGHTS = """
[[check]]
name = "rights"
kind = "exec"
command = ["/bin/grep", "CapEff", "/proc/self/status"]
period = "1s"
timeout = "500ms"
"""


class Story:
    """One machine, on which the steps are played in turn."""

    def __init__(self, host, packages, before):
        self.host = host
        self.packages = packages
        self.before = before

    def install(self, packages):
        folder = self.host.root.path / "packages"
        folder.mkdir(exist_ok=True)
        for deb in packages.values():
            (folder / f"{field(deb, 'Package')}.deb").write_bytes(deb.read_bytes())
        files = " ".join(f"/packages/{name}.deb" for name in packages)
        said = self.host.run(f"dpkg --force-confold --install {files} 2>&1")
        self.host.run("rm -rf /packages")
        return said

    def pid(self, service):
        return self.host.shown(service, "MainPID")

    def await_active(self):
        for service in SERVICES:
            self.host.await_said(f"systemctl is-active {service}", "active\n")

    def await_healthy(self):
        self.host.await_said("flatline ls healthy -o names", "host-1")

    # --- The steps -------------------------------------------------------------------------------

    def installed_they_wait_for_a_configuration(self):
        self.install(self.before)
        for service in SERVICES:
            require(self.host.said(f"systemctl is-enabled {service}") == "enabled\n",
                    f"{service} is not enabled")
            require(self.host.shown(service, "ActiveState") == "inactive",
                    f"{service} runs without a configuration")
            self.host.run(f"id {service}")
        require(self.host.run("stat -c '%a %U' /etc/flatline/secrets").strip() == "700 root",
                "the folder of secrets is not root's alone")

    def the_shipped_configuration_is_valid_but_for_the_names(self):
        said = self.host.said("flatline-agent --check-config; flatline-collector --config "
                              "/etc/flatline/collector.toml --check-config")
        require("/etc/flatline/agent.credential: cannot read: No such file" in said, said)
        require("/etc/flatline/secrets/fleet.key: cannot read: No such file" in said, said)
        self.host.run("flatline keygen -o /etc/flatline/secrets/fleet.key")
        self.host.run("flatline enroll host-1 --fleet-key /etc/flatline/secrets/fleet.key "
                      "-o /etc/flatline/agent.credential")
        said = self.host.run("flatline-agent --check-config && flatline-collector --config "
                             "/etc/flatline/collector.toml --check-config")
        require("OK: /etc/flatline/agent.toml: host host-1, 3 checks, 1 collectors" in said, said)
        require("ok: 16384 slots" in said, said)

    def each_program_has_its_page_and_the_shell_its_words(self):
        for page in ("man1/flatline.1", "man1/flatline-sim.1", "man5/flatline-agent.toml.5",
                     "man5/flatline-collector.toml.5", "man8/flatline-agent.8",
                     "man8/flatline-collector.8"):
            said = self.host.run(f"zcat /usr/share/man/{page}.gz")
            require(".TH " in said, f"{page}: is no page: {said[:80]}")
        self.host.run("bash -ec '. /usr/share/bash-completion/completions/flatline.bash; "
                      "complete -p flatline'")
        self.host.run("grep -q rotat /usr/share/doc/flatline-tools/GUIDE.md* || "
                      "zcat /usr/share/doc/flatline-tools/GUIDE.md.gz | grep -q rotat")

    def both_run_as_their_users_and_are_watched(self):
        self.host.run("sed -i 's/collector.example/127.0.0.1/' /etc/flatline/agent.toml")
        # This machine may be busy, and its disk full.
        self.host.run("sed -i 's/^kind = .*/&\\nwarning = \"1000\"\\ncritical = \"1000\"/' "
                      "/etc/flatline/agent.toml")
        config = self.host.root.path / "etc/flatline/agent.toml"
        config.write_text(config.read_text() + RIGHTS)
        # What the test waits for comes sooner; what is shipped is 30 s.
        for service in SERVICES:
            self.host.run(f"mkdir -p /etc/systemd/system/{service}.service.d && printf "
                          f"'[Service]\\nWatchdogSec=3s\\n' > "
                          f"/etc/systemd/system/{service}.service.d/test.conf")
        self.host.run("systemctl daemon-reload && systemctl start flatline-collector flatline-agent")
        self.await_active()
        for service in SERVICES:
            user = self.host.run(f"ps -o user:32= -p {self.pid(service)}").strip()
            require(user == service, f"{service} runs as {user}")
        self.await_healthy()
        collector = self.host.await_said(
            "systemctl show --value --property=StatusText flatline-collector", "healthy=1")
        agent = self.host.await_said(
            "systemctl show --value --property=StatusText flatline-agent", "host-1: 4 checks")
        return f"{collector.strip()!r}, {agent.strip()!r}"

    def a_reload_takes_a_new_key_and_a_new_credential(self):
        pids = [self.pid(service) for service in SERVICES]
        self.host.run("cd /etc/flatline/secrets && flatline keygen --rotate fleet.key -o next.key")
        self.host.run("sed -i 's,fleet.key\"\\],fleet.key\"\\, \"/etc/flatline/secrets/next.key\"],' "
                      "/etc/flatline/collector.toml && systemctl reload flatline-collector")
        self.host.await_said("journalctl --unit=flatline-collector", "the live fleet keys are 1 and 2")
        self.host.run("flatline enroll host-1 --fleet-key /etc/flatline/secrets/next.key "
                      "-o /etc/flatline/agent.credential --replace && systemctl reload flatline-agent")
        self.host.await_said("flatline show host-1", "key 2")
        require(pids == [self.pid(service) for service in SERVICES], "a reload was a restart")

    def what_hangs_is_started_again(self):
        for service in SERVICES:
            before = self.pid(service)
            self.host.run(f"kill -STOP {before}")
            self.host.until(lambda: self.host.shown(service, "NRestarts") == "1",
                            f"{service} hangs, and nobody starts it again")
            self.host.await_said(f"journalctl --unit={service}", "Watchdog timeout")
            self.host.await_said(f"systemctl is-active {service}", "active\n")
            require(self.pid(service) != before, f"{service} is the old one")
        self.await_healthy()

    def each_is_hardened(self):
        found = ""
        for service in SERVICES:
            for how in (f"--offline=true /lib/systemd/system/{service}.service", service):
                said = self.host.run(f"systemd-analyze security --no-pager {how} | tail -1")
                exposure = float(re.search(r"level for \S+: ([\d.]+)", said)[1])
                require(exposure <= EXPOSURE[service], f"{said}, not {EXPOSURE[service]} at most")
                found += (f"\n  {service:<20} {exposure} of {EXPOSURE[service]}"
                          f"{' offline' if 'offline' in how else ''}")
        return found

    def plugins_have_no_rights_but_those_of_the_drop_in(self):
        self.host.await_said("flatline show host-1", "CapEff: 0000000000000000")
        drop_in = "/etc/systemd/system/flatline-agent.service.d/plugins.conf"
        change = "systemctl daemon-reload && systemctl restart flatline-agent"
        self.host.run(f"cp /usr/share/flatline/flatline-agent-plugins.conf {drop_in} && {change}")
        # CAP_DAC_READ_SEARCH, CAP_NET_RAW and CAP_SYS_PTRACE.
        self.host.await_said("flatline show host-1", "CapEff: 0000000000082004")
        self.host.run(f"rm {drop_in} && {change}")
        said = self.host.run("flatline-agent --once 2>&1")
        require("ran with user 0, capabilities" in said, said)

    def an_agent_that_leaves_is_not_started_again(self):
        said = self.host.run("flatline-agent leave")
        self.host.await_said("systemctl is-active flatline-agent", "inactive\n")
        require("host-1" not in self.host.run("flatline ls -o names"), f"it is still there: {said}")
        self.host.run("systemctl start flatline-agent")
        self.await_healthy()

    def told_to_stop_it_writes_its_checkpoint(self):
        begin = time.monotonic()
        self.host.run("systemctl stop flatline-collector")
        took = time.monotonic() - begin
        require(self.host.shown("flatline-collector", "Result") == "success", "it was killed")
        said = self.host.run("su -s /bin/sh flatline-collector -c "
                             "'flatline-collector --check-data /var/lib/flatline'")
        fresh = re.search(r"checkpoint .*\((?:[0-9]s)?\d+ms ago\)", said)
        require("sound" in said and fresh, said)
        self.host.run("systemctl start flatline-collector")
        self.await_active()
        return f"in {took:.1f} s; {fresh[0]}"

    def removed_they_leave_data_and_configuration(self):
        self.host.run(f"dpkg --remove {' '.join(contents.OF)} 2>&1")
        for service in SERVICES:
            require(self.host.said(f"pgrep -x -u {service} {service[:15]}") == "",
                    f"{service} runs on")
        for path in ("/var/lib/flatline/flatline.db", "/var/lib/flatline-agent",
                     "/etc/flatline/agent.toml", "/etc/flatline/secrets/fleet.key"):
            self.host.run(f"test -e {path}")
        self.install(self.packages)
        self.await_active()
        self.host.await_said("flatline show host-1", "new disks")

    def purged_they_leave_nothing(self, before):
        self.host.run("rm -r /etc/systemd/system/flatline-*.service.d")
        self.host.run(f"dpkg --purge {' '.join(contents.OF)} 2>&1")
        left = self.host.root.files() - before
        require(not left, f"left behind: {sorted(left)}")
        for service in SERVICES:
            require(self.host.try_to(f"id {service}").returncode != 0, f"user {service} is left")


def play(step, *arguments):
    begin = time.monotonic()
    told = step(*arguments)
    sentence = step.__name__.replace("_", " ")
    print(f"{time.monotonic() - begin:6.1f} s  {sentence}{f': {told}' if told else ''}", flush=True)


def main(folder, before=None):
    packages = contents.packages_in(folder)
    play(contents.no_file_is_in_two_packages, packages)
    play(contents.none_takes_more_than_it_may, packages)
    play(contents.lintian_says_what_is_explained, packages)
    lower = contents.under_lower_version(packages, folder / "lower")
    earlier = contents.under_lower_version(contents.packages_in(before), folder / "before") if before \
        else lower
    work = folder / "machine"
    work.mkdir(exist_ok=True)
    root = machine.Root(work, packages.values())
    with contextlib.ExitStack() as stack:
        host = machine.Machine(stack, root, work / "console.log")
        bare = root.files()
        story = Story(host, packages, earlier)
        play(story.installed_they_wait_for_a_configuration)
        play(story.the_shipped_configuration_is_valid_but_for_the_names)
        play(story.both_run_as_their_users_and_are_watched)
        play(story.a_reload_takes_a_new_key_and_a_new_credential)
        play(story.what_hangs_is_started_again)
        play(story.each_is_hardened)
        play(story.plugins_have_no_rights_but_those_of_the_drop_in)
        play(story.an_agent_that_leaves_is_not_started_again)
        for step in upgrade.Upgrade(host, story.install, earlier, packages).steps():
            play(step)
        play(story.each_program_has_its_page_and_the_shell_its_words)
        play(story.told_to_stop_it_writes_its_checkpoint)
        play(story.removed_they_leave_data_and_configuration)
        play(story.purged_they_leave_nothing, bare)
    with contextlib.ExitStack() as stack:
        for step in containers.steps(stack, root, packages):
            play(step)
    with contextlib.ExitStack() as stack:
        for step in two_machines.steps(stack, work, packages, earlier):
            play(step)
    # The guide's commands are this revision's: what an earlier one does not know would stop it.
    play(by_the_guide.all_of_the_guide_is_done_on_real_machines, work, packages, lower)
    for left in work.iterdir():  # Where a step failed, its machines stay to be looked at.
        if left.is_dir():
            shutil.rmtree(left)


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    if os.geteuid() != 0:
        sys.exit("packages_test.py: takes root")
    try:
        main(*(pathlib.Path(name).resolve() for name in sys.argv[1:]))
    except (Wrong, subprocess.SubprocessError) as error:
        sys.exit(f"failed: {error}")

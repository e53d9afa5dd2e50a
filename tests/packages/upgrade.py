"""From an earlier revision to this one, and back, on a machine whose service was in use."""

import re

from machine import field, require

SERVICES = ("flatline-agent", "flatline-collector")
DATA = "/var/lib/flatline"
COPY = "/root/earlier"
NEWER = "/root/newer"
# What is asked across revisions; {moment} is one of which a step was stored.
ASKED = ("status", "ls", "show host-1", "history host-1 --since 1h", "at {moment} ls", "diff {moment}",
         "events --since 1h", "groups", "checks", "keys", "bitmap --plane healthy -o names", "actions",
         f"drain host-1 --for 1h --why 'new disks' --admin-token {DATA}/admin.token")


class Upgrade:
    """What must be there after whatever comes: a host with its slot and drain, its history, all that was
    configured, and the secrets."""

    def __init__(self, host, install, earlier, packages):
        self.host = host
        self._install = install
        self.earlier = earlier
        self.packages = packages

    def steps(self):
        yield self.an_upgrade_restarts_and_keeps_all
        yield self.an_earlier_agent_and_an_earlier_command_line_go_on_with_it
        if self.earlier_schema == self.schema:
            yield self.the_way_back_does_too
        else:
            yield self.the_way_back_is_refused_where_data_went_forward
            yield self.with_the_copy_of_before_all_is_as_it_was_then
            yield self.todays_agent_and_command_line_go_on_with_an_earlier_collector
            yield self.the_upgrade_again_keeps_all

    # --- The steps -------------------------------------------------------------------------------

    def an_upgrade_restarts_and_keeps_all(self):
        self.host.run(f"FLATLINE_ADMIN_TOKEN_FILE={DATA}/admin.token "
                      "flatline drain host-1 --for 1h --why 'new disks'")
        self.host.await_said("flatline at -1s ls drained -o names", "host-1")
        self.moment = self._newest_step()
        # Who starts within the same ten seconds puts his first step in the place of the newest one.
        self.host.until(lambda: self._newest_step() != self.moment, "there is no step any more")
        self.slot = self._slot()
        self.settings = self._settings()
        self.earlier_schema = self._copied(COPY)
        told = self._carried_on(self.packages, "upgraded")
        self.schema = self._copied(NEWER)
        return f"{told}, schema {self.earlier_schema} to {self.schema}"

    def an_earlier_agent_and_an_earlier_command_line_go_on_with_it(self):
        for name in ("flatline-agent", "flatline-tools"):
            self._mixed({name: self.earlier[name]})
            self._mixed({name: self.packages[name]})
        return f"{len(ASKED)} verbs"

    def the_way_back_does_too(self):
        return self._carried_on(self.earlier, "taken back") + ", and " + self._carried_on(
            self.packages, "upgraded again")

    def the_way_back_is_refused_where_data_went_forward(self):
        """It says so again and again, and changes nothing; agents do not care."""
        before = self._pid("flatline-agent")
        self.host.run(f"systemctl stop flatline-collector && rm -rf {NEWER} && "
                      f"cp -a --sparse=always {DATA} {NEWER}")
        self._install(self.earlier)
        self.host.await_said("journalctl --unit=flatline-collector",
                             f"newer flatline (schema {self.schema}, this one knows "
                             f"{self.earlier_schema})")
        self.host.await_said("systemctl is-active flatline-agent", "active\n")
        require(self._pid("flatline-agent") != before, "the agent is the newer one")
        self.host.run("systemctl stop flatline-collector")
        self.host.run(f"diff --recursive {DATA} {NEWER}")

    def with_the_copy_of_before_all_is_as_it_was_then(self):
        self._restore(COPY)
        self._holds(self.earlier, "taken back")

    def todays_agent_and_command_line_go_on_with_an_earlier_collector(self):
        self._mixed({name: self.packages[name] for name in ("flatline-agent", "flatline-tools")})
        return f"{len(ASKED)} verbs"

    def the_upgrade_again_keeps_all(self):
        return self._carried_on(self.packages, "upgraded again")

    # ---------------------------------------------------------------------------------------------

    def _pid(self, service):
        return self.host.shown(service, "MainPID")

    def _slot(self):
        return self.host.run("flatline show host-1 | grep '^registered'")

    def _newest_step(self):
        return re.search(r"stored +(\S+Z)", self.host.run("flatline at -1s show host-1"))[1]

    def _settings(self):
        return self.host.run("cd /etc/flatline && find . -type f | sort | xargs sha256sum; "
                             f"sha256sum {DATA}/admin.token")

    def _copied(self, folder):
        """Copies the data while nobody writes them, and returns the version of their schema."""
        self.host.run(f"systemctl stop flatline-collector && rm -rf {folder} && "
                      f"cp -a --sparse=always {DATA} {folder} && systemctl start flatline-collector")
        said = self.host.run(f"flatline-collector --check-data {folder}")
        return int(re.search(r"flatline\.db, sound, schema (\d+)", said)[1])

    def _restore(self, folder):
        self.host.run(f"rm -rf {DATA}/* && cp -a {folder}/. {DATA}/ && systemctl start flatline-collector")

    def _mixed(self, packages):
        """Installs some packages beside those of another revision: they understand one another."""
        before = self._pid("flatline-agent")
        self._install(packages)
        if "flatline-agent" in packages:
            self.host.await_said("systemctl is-active flatline-agent", "active\n")
            require(self._pid("flatline-agent") != before, "the agent is the one of before")
        self.host.await_said("flatline show host-1", "healthy, drained")
        self.host.await_said("flatline show host-1", "CapEff")  # A check's message.
        for asked in ASKED:
            self.host.run("flatline " + asked.format(moment=self.moment))

    def _carried_on(self, packages, what):
        """Installs these in the place of others: all goes on, and nothing is lost."""
        pids = [self._pid(service) for service in SERVICES]
        self._install(packages)
        self._holds(packages, what)
        for service, before in zip(SERVICES, pids):
            require(self._pid(service) != before, f"{service}: {what}, and the old one runs on")
        require("Killing" not in self.host.said("journalctl --since=-1min | grep 'timed out'"),
                "a service did not end by itself")
        return f"{what} to {field(packages['flatline-agent'], 'Version')}"

    def _holds(self, packages, what):
        version = field(packages["flatline-agent"], "Version")
        for service in SERVICES:
            require(self.host.run(f"dpkg-query -W -f '${{Version}}' {service}") == version,
                    f"{service}: not {what}")
            self.host.await_said(f"systemctl is-active {service}", "active\n")
        self.host.await_said("flatline show host-1", "new disks")
        self.host.await_said("flatline show host-1", "healthy, drained")
        require(self._slot() == self.slot, "the host has another slot")
        require(self._settings() == self.settings, "configuration, keys or tokens are others")
        said = self.host.run(f"flatline at {self.moment} ls drained -o names")
        require(said == "host-1\n", f"{what}, and of {self.moment} there is {said}")

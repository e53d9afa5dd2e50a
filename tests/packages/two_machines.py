"""Two machines that an operator sets up, from packages: a collector and a host with an agent.

What is typed on which machine, and what came of it, goes into a transcript: `#` is root's prompt, and
`…` stands for what the operator types on another machine.
"""

import shutil
import subprocess

import machine
from machine import field, require

SECRETS = "/etc/flatline/secrets"
DATA = "/var/lib/flatline"


class Operator:
    """Types commands on both machines, and keeps what was typed."""

    def __init__(self, stack, folder, debs):
        switch = machine.Switch(stack, 2)
        self._transcript = (folder / "transcript.txt").open("w")
        stack.callback(self._transcript.close)
        self.machines = {
            name: machine.Machine(stack, machine.Root(folder, debs, name), folder / f"{name}.log",
                                  network)
            for name, network in zip(("mon-1", "web-1"), switch.namespaces)}
        for name, host in self.machines.items():
            # The hosts file stands for the network's names.
            host.root.put("/etc/hosts", f"127.0.0.1 localhost\n{switch.addresses[0]} mon-1.example\n"
                          f"{switch.addresses[1]} web-1.example\n")
            host.run(f"hostname {name}")

    def note(self, text):
        self._transcript.write(text.rstrip("\n") + "\n")
        self._transcript.flush()

    def on(self, name, command):
        self.note(f"{name}# {command}")
        said = self.machines[name].run(command)
        if said.strip():
            self.note(said)
        return said

    def until(self, name, command, words):
        """Types it again until it says this."""
        said = self.machines[name].await_said(command, words)
        self.note(f"{name}# {command}\n{said}")
        return said

    def copy(self, of, path, to, target, mode=0o600):
        """What scp does, which wants a network's daemon."""
        source = self.machines[of].root.path / path.lstrip("/")
        self.note(f"{of}# scp -p {path} {to}.example:{target}")
        self.machines[to].root.put(target, source.read_text(), mode)

    def install(self, name, packages, names):
        folder = self.machines[name].root.path / "root"
        files = []
        for package in names:
            shutil.copy(packages[package], folder / f"{package}.deb")
            files.append(f"/root/{package}.deb")
        said = self.on(name, f"dpkg --force-confold --install {' '.join(files)} 2>&1")
        self.machines[name].run(f"rm {' '.join(files)}")
        return said


class Story:
    def __init__(self, stack, folder, packages, before):
        self.packages = packages
        self.before = before
        self.folder = folder
        self.operator = Operator(stack, folder, packages.values())
        self.on = self.operator.on
        self.until = self.operator.until

    def two_machines_are_set_up(self):
        self.operator.install("mon-1", self.before, ("flatline-collector", "flatline-tools"))
        self.operator.install("web-1", self.before, ("flatline-agent", "flatline-tools"))
        self.on("mon-1", f"flatline keygen -o {SECRETS}/fleet.key")
        self.on("mon-1", "systemctl start flatline-collector")
        self.on("mon-1", f"flatline enroll web-1 --fleet-key {SECRETS}/fleet.key -o /root/web-1")
        self.operator.copy("mon-1", "/root/web-1", "web-1", "/etc/flatline/agent.credential")
        self.on("web-1", "sed -i 's/collector.example/mon-1.example/' /etc/flatline/agent.toml")
        # This machine may be busy, and its disk full.
        self.operator.machines["web-1"].run(
            "sed -i 's/^kind = .*/&\\nwarning = \"1000\"\\ncritical = \"1000\"/' "
            "/etc/flatline/agent.toml")
        self.on("web-1", "flatline-agent --check-config && systemctl start flatline-agent")
        self.until("mon-1", "flatline ls healthy", "web-1")

    def both_are_upgraded(self):
        self.operator.install("mon-1", self.packages, ("flatline-collector", "flatline-tools"))
        self.operator.install("web-1", self.packages, ("flatline-agent", "flatline-tools"))
        self.until("mon-1", "flatline ls healthy", "web-1")
        return field(self.packages["flatline-agent"], "Version")

    def others_ask_over_tls(self):
        self.on("mon-1", f"umask 077 && cd {SECRETS} && tr -dc a-z0-9 </dev/urandom | head -c 32 "
                         ">read.token")
        authority = self.folder / "authority"
        shutil.rmtree(authority, ignore_errors=True)
        authority.mkdir()
        for command in (
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 "
                "-subj /CN=ours -keyout ca.key -out ca.pem",
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=mon-1 "
                "-addext subjectAltName=DNS:mon-1.example,DNS:localhost -keyout api.key "
                "-out api.csr",
                "x509 -req -in api.csr -copy_extensions copy -CA ca.pem -CAkey ca.key "
                "-CAcreateserial -days 365 -out api.pem"):
            self.operator.note(f"authority# openssl {command}")
            subprocess.run(["openssl", *command.split()], cwd=authority, check=True,
                           stderr=subprocess.DEVNULL)
        for name in ("api.key", "api.pem"):
            self.operator.note(f"authority# scp -p {name} mon-1.example:{SECRETS}/{name}")
            self.operator.machines["mon-1"].root.put(f"{SECRETS}/{name}",
                                                     (authority / name).read_text(), 0o600)
        self.operator.note("authority# scp ca.pem web-1.example:/etc/flatline/ca.pem")
        for name in ("mon-1", "web-1"):
            self.operator.machines[name].root.put("/etc/flatline/ca.pem",
                                                  (authority / "ca.pem").read_text())
        self.on("mon-1", f"""cat >>/etc/flatline/collector.toml <<END
api = "0.0.0.0:4171"
api_cert = "{SECRETS}/api.pem"
api_key = "{SECRETS}/api.key"
read_token = "{SECRETS}/read.token"
END""")
        self.on("mon-1", "systemctl restart flatline-collector")
        self.operator.copy("mon-1", f"{SECRETS}/read.token", "web-1", "/root/read.token")
        self.ask = ("flatline --api https://mon-1.example:4171 --ca /etc/flatline/ca.pem "
                    "--token-file /root/read.token")
        self.until("web-1", f"{self.ask} ls healthy", "web-1")
        # A certificate that is renewed is taken at a reload.
        self.on("mon-1", "systemctl reload flatline-collector")
        self.until("web-1", f"{self.ask} ls healthy", "web-1")

    def the_key_is_rotated(self):
        self.on("mon-1", f"cd {SECRETS} && flatline keygen --rotate fleet.key -o next.key")
        keys = f"{SECRETS}/fleet.key\", \"{SECRETS}/next.key"
        self.on("mon-1", f"sed -i 's|^fleet_keys.*|fleet_keys = [\"{keys}\"]|' "
                         "/etc/flatline/collector.toml")
        self.on("mon-1", "systemctl reload flatline-collector")
        self.until("mon-1", "journalctl -u flatline-collector", "live fleet keys are 1 and 2")
        self.on("mon-1", f"flatline enroll web-1 --fleet-key {SECRETS}/next.key -o /root/web-1 "
                         "--replace")
        self.operator.copy("mon-1", "/root/web-1", "web-1", "/etc/flatline/agent.credential")
        self.on("web-1", "systemctl reload flatline-agent")
        self.until("web-1", f"{self.ask} ls key=2", "web-1")
        self.on("mon-1", f"sed -i 's|^fleet_keys.*|fleet_keys = [\"{SECRETS}/next.key\"]|' "
                         f"/etc/flatline/collector.toml && rm {SECRETS}/fleet.key")
        self.on("mon-1", "systemctl reload flatline-collector")
        self.until("mon-1", "journalctl -u flatline-collector", "live fleet keys are 2")
        self.until("web-1", f"{self.ask} ls healthy", "web-1")

    def a_copy_that_was_made_while_it_ran_is_restored(self):
        slot = self.on("web-1", f"{self.ask} show web-1 | grep registered")
        # A copy of files that are written meanwhile may be torn, and --check-data says so.
        self.on("mon-1", f"until rm -rf /root/copy && cp -a {DATA} /root/copy && "
                         "flatline-collector --check-data /root/copy; do :; done")
        self.on("mon-1", f"systemctl stop flatline-collector && rm -rf {DATA}/*")
        self.on("mon-1", f"cp -a /root/copy/. {DATA}/ && systemctl start flatline-collector")
        self.until("web-1", f"{self.ask} ls healthy", "web-1")
        require(self.on("web-1", f"{self.ask} show web-1 | grep registered") == slot,
                "the host is another one")


def steps(stack, folder, packages, before):
    story = Story(stack, folder, packages, before)
    return (story.two_machines_are_set_up, story.both_are_upgraded, story.others_ask_over_tls,
            story.the_key_is_rotated, story.a_copy_that_was_made_while_it_ran_is_restored)

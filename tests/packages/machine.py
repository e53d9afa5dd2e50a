"""A Debian machine of a test's own: a fresh root, and systemd in it as process 1."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import time
import zlib

PATIENCE = 60  # Seconds, for whatever a machine must come to.
LOOK_S = 0.2  # How often it is asked whether it has.
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Wrong(Exception):
    """What is not as it must be."""


def require(holds, what):
    if not holds:
        raise Wrong(what)


def output(*command):
    return subprocess.run([str(word) for word in command], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def field(deb, name):
    return output("dpkg-deb", "--field", deb, name).strip()


def needed_packages(debs):
    """What the packages say that they need of Debian."""
    needed = set()
    for deb in debs:
        for alternative in field(deb, "Depends").split(","):
            needed.add(re.match(r"\s*([a-z0-9.+-]+)", alternative)[1])
    return sorted(needed)


class Root:
    """A fresh root with what the packages need, and nothing that they do not name."""

    def __init__(self, folder, debs, name="root"):
        self.path = folder / name
        # What a machine with systemd has besides, and what operators type.
        include = ["systemd-sysv", "dbus", "procps", "curl", "openssl", "nftables",
                   *needed_packages(debs)]
        # One that was made before is as good, if it has the same packages.
        kept = folder / f"root-{zlib.crc32(' '.join(include).encode()):08x}.tar"
        if not kept.exists():
            subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase",
                            f"--include={','.join(include)}", "bookworm", folder / "new.tar"],
                           check=True)
            (folder / "new.tar").rename(kept)
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir()
        subprocess.run(["tar", "--extract", f"--file={kept}", f"--directory={self.path}"],
                       check=True)

    def put(self, file, text, mode=0o644):
        path = self.path / file.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def files(self):
        """All that is there, but for what the system itself writes while it runs."""
        system = re.compile(r"(dev|proc|sys|run|tmp|packages)(/|$)|var/(lib/(dpkg|systemd)|log|cache|"
                            r"backups|tmp)(/|$)|etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$|"
                            r"etc/(machine-id|\.pwd\.lock|\.updated)|var/lib/private|root/")
        found = {str(path.relative_to(self.path)) for path in self.path.rglob("*")}
        return {path for path in found if not system.match(path)}


class Switch:
    """A network namespace and an address for each of so many machines, on one switch."""

    def __init__(self, stack, count):
        self.addresses = [f"192.0.2.{number}" for number in range(1, count + 1)]
        self.namespaces = [f"flatline-{os.getpid()}-{number}" for number in range(1, count + 1)]
        switch = f"flatline-{os.getpid()}-switch"
        for name in (switch, *self.namespaces):
            subprocess.run(["ip", "netns", "add", name], check=True)
            stack.callback(subprocess.run, ["ip", "netns", "delete", name])
        self._in(switch, "link", "add", "switch", "type", "bridge")
        self._in(switch, "link", "set", "switch", "up")
        for number, (name, address) in enumerate(zip(self.namespaces, self.addresses)):
            port = f"port{number}"
            self._in(switch, "link", "add", port, "type", "veth", "peer", "host0", "netns", name)
            self._in(switch, "link", "set", port, "master", "switch", "up")
            self._in(name, "address", "add", f"{address}/24", "dev", "host0")
            self._in(name, "link", "set", "lo", "up")
            self._in(name, "link", "set", "host0", "up")

    @staticmethod
    def _in(namespace, *change):
        subprocess.run(["ip", "-n", namespace, *change], check=True)


class OwnGroup:
    """A control group of a machine's own. Else each systemd would find the others' services in its own
    groups, which have the same names."""

    def __init__(self, stack, name):
        places = [pathlib.Path("/sys/fs/cgroup") / version for version in ("systemd", "unified", "")]
        self._folders = [place / f"flatline-{os.getpid()}-{name}" for place in places
                         if (place / "cgroup.procs").exists()]
        for folder in self._folders:
            folder.mkdir()
            stack.callback(self._remove, folder)

    def take_in_myself(self):
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    @staticmethod
    def _remove(folder):
        for inner in sorted(folder.rglob("*/"), reverse=True):
            with contextlib.suppress(OSError):
                inner.rmdir()
        with contextlib.suppress(OSError):
            folder.rmdir()


class Machine:
    """The root, booted. Its network is its own: nothing but loopback, or a switch's."""

    def __init__(self, stack, root, log, network=None):
        self.root = root
        of_network = f"--network-namespace-path=/run/netns/{network}" if network else \
            "--private-network"
        group = OwnGroup(stack, root.path.name)
        self._process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", f"--directory={root.path}", "--boot", "--register=no",
             "--keep-unit", of_network, "--console=pipe", "--kill-signal=SIGRTMIN+3"],
            preexec_fn=group.take_in_myself, stdin=subprocess.DEVNULL, stdout=log.open("w"),
            stderr=subprocess.STDOUT)
        stack.callback(self._end)
        self._leader = None
        self.until(lambda: self.leader and self.said("systemctl is-system-running --wait").strip()
                   in ("running", "degraded"), f"systemd did not come up, see {log}")

    def _end(self):
        if self._leader:
            self.try_to("systemctl poweroff --force --force")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()

    @property
    def leader(self):
        """The number, outside, of the machine's process 1."""
        if not self._leader:
            task = pathlib.Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
            for child in task.read_text().split():
                with contextlib.suppress(OSError):
                    # It has changed its root, and is no longer nspawn itself.
                    if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                        self._leader = child
        return self._leader

    def try_to(self, command):
        """Runs a shell's command as the machine's root."""
        return subprocess.run(
            ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid",
             "--cgroup", "--wdns=/", "/usr/bin/env", "-i", PATH, "DEBIAN_FRONTEND=noninteractive",
             "LC_ALL=C.UTF-8", "/bin/sh", "-c", command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=4 * PATIENCE)

    def said(self, command):
        return self.try_to(command).stdout

    def run(self, command):
        done = self.try_to(command)
        require(done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}")
        return done.stdout

    def until(self, holds, otherwise):
        """Asks again and again until it holds."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if told := holds():
                return told
            if time.monotonic() > deadline:
                raise Wrong(otherwise() if callable(otherwise) else otherwise)
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise Wrong(f"the machine ended with {self._process.wait(LOOK_S)}")

    def shown(self, unit, name):
        """What the service manager has to tell of a unit."""
        return self.said(f"systemctl show --value --property={name} {unit}").strip()

    def await_said(self, command, words):
        """Runs it again and again until it says this."""
        last = []

        def holds():
            last[:] = [self.said(command)]
            return last[0] if words in last[0] else None

        return self.until(holds, lambda: f"{command}: never said {words!r}, but {last[0]!r}")

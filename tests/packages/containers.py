"""The programs of the packages in containers: process 1 of a read-only root without systemd.

A container here is what every runtime makes one of: namespaces (unshare), a root of its own that is
mounted read-only, a user without rights, and a control group. How the programs get into it, as whom
and how they run, and which volume they have, is what tools/GUIDE.md says of their images. Both
containers share one network, which has IPv4 alone.
"""

import contextlib
import fnmatch
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import threading
import time

from machine import LOOK_S, PATIENCE, Wrong, field, require

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/guide"))
import page as guide  # noqa: E402

MEMORY_LIMIT = 64 << 20  # Bytes that the agent's control group may use.

# Mounts what a container has and runs what is given, as process 1, as its user and group.
IN_CONTAINER = r"""
set -e
root=$1 user=$2 state=$3; shift 3
mount --make-rprivate /
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=1777 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount --bind "$state" "$root/var/lib"
[ -z "$FLATLINE_GROUP" ] || {
  mount -t tmpfs tmpfs "$root/sys"
  mkdir -p "$root/sys/fs/cgroup"
  mount --rbind /sys/fs/cgroup "$root/sys/fs/cgroup"
}
[ "$FLATLINE_NETWORK" = others ] || {
  for switch in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 >"$switch"; done
  ip link set lo up
}
exec chroot --userspec="$user:$user" "$root" /usr/bin/env -i PATH=/usr/bin:/bin \
  setpriv --no-new-privs "$@"
"""


class Container:
    """A program that runs as process 1."""

    def __init__(self, stack, root, state, user, command, network=None, group=None):
        self._lines = []
        self._news = threading.Condition()
        inside = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts"]
        inside += [] if network else ["--net"]
        enter = ["nsenter", f"--target={network.pid}", "--net"] if network else []
        self._process = subprocess.Popen(
            [*enter, *inside, "/bin/sh", "-c", IN_CONTAINER, "container", root, user, state,
             *command],
            env={**os.environ, "FLATLINE_GROUP": "yes" if group else "",
                 "FLATLINE_NETWORK": "others" if network else "own"},
            preexec_fn=group and (lambda: group.take_in_myself()), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        stack.callback(self._process.wait)
        stack.callback(self._process.kill)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self._process.stdout:
            with self._news:
                self._lines.append(line)
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def said(self):
        return "".join(self._lines)

    def await_said(self, words):
        with self._news:
            self._news.wait_for(lambda: words in self.said() or self._process.poll() is not None,
                                PATIENCE)
            require(words in self.said(), f"never said {words!r}, but {self.said()}")

    @property
    def pid(self):
        """The number, outside, of the container's process 1."""
        children = pathlib.Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return int(children.read_text().split()[0])

    def run(self, command):
        """What a command says in the container's namespaces."""
        done = subprocess.run(
            ["nsenter", f"--target={self.pid}", "--mount", "--net", "--pid", "--root", "--wdns=/",
             "/bin/sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.stdout

    def await_answer(self, command, words):
        deadline = time.monotonic() + PATIENCE
        while words not in (answer := self.run(command)):
            require(time.monotonic() < deadline, f"{command}: never said {words!r}, but {answer}")
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise Wrong(f"it ended with {self._process.wait(LOOK_S)}: {self.said()}")
        return answer

    def stop(self):
        """Ends it as `docker stop` does, and returns its exit code."""
        os.kill(self.pid, 15)
        return self._process.wait(PATIENCE)


class MemoryGroup:
    """A control group of this test's own, of whichever version the machine has."""

    def __init__(self, stack):
        roots = [pathlib.Path("/sys/fs/cgroup/memory"), pathlib.Path("/sys/fs/cgroup")]
        self._folder = next(root for root in roots if (root / "cgroup.procs").exists()) / "flatline"
        self._folder.mkdir(exist_ok=True)
        stack.callback(self._remove)
        version1 = self._folder / "memory.limit_in_bytes"
        limit = version1 if version1.exists() else self._folder / "memory.max"
        limit.write_text(str(MEMORY_LIMIT))

    def take_in_myself(self):
        (self._folder / "cgroup.procs").write_text(str(os.getpid()))

    def _remove(self):
        with contextlib.suppress(OSError):
            self._folder.rmdir()


# The root has what the packages need, and Debian's archive is not asked.
APT_GET = """#!/bin/sh
[ "$1" = update ] || exec /usr/bin/apt-get "$@"
"""


class Image:
    """What the guide has in a program's Dockerfile."""

    def __init__(self, program):
        self.program = program
        self._instructions = guide.image(SOURCE / "tools/GUIDE.md", program)
        self.user = self._argument("USER")
        self.volume = self._argument("VOLUME")
        self.command = json.loads(self._argument("ENTRYPOINT"))

    def _argument(self, instruction):
        return next(words for name, words in self._instructions if name == instruction)

    def build(self, root, packages):
        """Does what COPY and RUN say, in the root."""
        names = {f"{name}_{field(deb, 'Version')}.deb": deb for name, deb in packages.items()}
        for instruction, words in self._instructions:
            if instruction == "COPY":
                *patterns, folder = words.split()
                for pattern in patterns:
                    found = fnmatch.filter(names, pattern)
                    require(found, f"COPY {pattern}: is none of {sorted(names)}")
                    for name in found:
                        shutil.copy(names[name], root / folder.lstrip("/") / name)
            if instruction == "RUN":
                done = subprocess.run(["chroot", root, "sh", "-c", words], stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
                require(done.returncode == 0, f"RUN {words}: {done.stdout}")


def flatline(root, *command):
    return subprocess.run(["chroot", root, "flatline", *command], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


class Story:
    """Packages that are installed without a systemd, and a container of each program."""

    def __init__(self, stack, root, packages):
        self._stack = stack
        self._root = root
        self._packages = packages
        self._agent = Image("flatline-agent")
        self._collector = Image("flatline-collector")

    def installed_where_no_systemd_runs(self):
        stand_in = self._root.path / "usr/local/sbin/apt-get"
        stand_in.write_text(APT_GET)
        stand_in.chmod(0o755)
        for image in (self._agent, self._collector):
            image.build(self._root.path, self._packages)
        stand_in.unlink()

    def _secret(self, path, user):
        """As an orchestrator mounts it: root's, and readable by the container's group."""
        shutil.chown(self._root.path / path, 0, self._group(user))
        (self._root.path / path).chmod(0o440)

    def _group(self, user):
        return int(subprocess.run(["chroot", self._root.path, "id", "-g", user], check=True,
                                  text=True, stdout=subprocess.PIPE).stdout)

    def _state(self, image):
        """A volume for what must survive, and nothing else that could be written. A new one takes owner and
        mode from the image's folder."""
        state = self._root.path.parent / f"state-{image.user}"
        shutil.rmtree(state, ignore_errors=True)
        volume = state / pathlib.Path(image.volume).relative_to("/var/lib")
        volume.mkdir(parents=True)
        of_image = (self._root.path / image.volume.lstrip("/")).stat()
        os.chown(volume, of_image.st_uid, of_image.st_gid)
        volume.chmod(stat.S_IMODE(of_image.st_mode))
        return state

    def _start(self, image, network=None, group=None):
        return Container(self._stack, self._root.path, self._state(image), image.user, image.command,
                         network, group)

    def a_collector_is_process_1_with_ipv4_alone(self):
        flatline(self._root.path, "keygen", "-o", "/etc/flatline/secrets/fleet.key")
        flatline(self._root.path, "enroll", "host-1", "--fleet-key",
                 "/etc/flatline/secrets/fleet.key", "-o", "/etc/flatline/agent.credential")
        (self._root.path / "etc/flatline/secrets").chmod(0o755)
        self._secret("etc/flatline/secrets/fleet.key", "flatline-collector")
        self.collector = self._start(self._collector)
        self.collector.await_said("ready udp=")
        status = pathlib.Path(f"/proc/{self.collector.pid}/status").read_text()
        require("NSpid:" in status and status.split("NSpid:")[1].split("\n")[0].split()[-1] == "1",
                "it is not process 1")
        return next(line for line in self.collector.said().splitlines() if "ready udp" in line)

    def an_agent_is_process_1_in_a_control_group(self):
        config = self._root.path / "etc/flatline/agent.toml"
        # This machine may be busy, and its disk full.
        quiet = re.sub(r'(?m)^kind = "(load|disk)"', r'\g<0>\nwarning = "1000"\ncritical = "1000"',
                       config.read_text())
        config.write_text(quiet.replace("collector.example", "127.0.0.1") + """
[[check]]
name = "leaves a process behind"
kind = "exec"
command = ["/bin/sh", "-c", "(sleep 0.2 &) ; echo gone"]
period = "500ms"
""")
        self._secret("etc/flatline/agent.credential", "flatline-agent")
        self.agent = self._start(self._agent, self.collector, MemoryGroup(self._stack))
        self.agent.await_said("ready host=host-1")
        self.collector.await_answer("flatline ls healthy -o names", "host-1")
        self.collector.await_answer("flatline show host-1", "of 0.062 GiB")

    def what_plugins_leave_behind_is_reaped(self):
        self.collector.await_answer("flatline show host-1", "gone")
        counted = [self._zombies() for _ in range(20)]
        require(min(counted) == 0, f"zombies: {counted}")

    def _zombies(self):
        said = self.agent.run("cat /proc/[0-9]*/stat")
        return sum(") Z " in line for line in said.splitlines())

    def each_ends_when_it_is_told_to(self):
        for container in (self.agent, self.collector):
            code = container.stop()
            require(code == 0, f"exit {code}: {container.said()}")


def steps(stack, root, packages):
    story = Story(stack, root, packages)
    return (story.installed_where_no_systemd_runs,
            story.a_collector_is_process_1_with_ipv4_alone,
            story.an_agent_is_process_1_in_a_control_group,
            story.what_plugins_leave_behind_is_reaped,
            story.each_ends_when_it_is_told_to)

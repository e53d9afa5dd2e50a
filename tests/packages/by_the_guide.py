"""tools/GUIDE.md on real machines: each of its commands, in its order, as tests/guide does them.

There services, packages and other machines are stood in for; here they are Debian's own, under
systemd. Only scp is done by the test, since it wants a daemon. The transcript has all of it.
"""

import contextlib
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import machine
from machine import require

SOURCE = pathlib.Path(__file__).resolve().parents[2]
GUIDE = SOURCE / "tools/GUIDE.md"
sys.path.insert(0, str(SOURCE / "tests/guide"))
import guide_test  # noqa: E402


class Shell(guide_test.Machine):
    """A shell of root's on a machine, which goes on from command to command."""

    def __init__(self, stack, name, host):  # pylint: disable=super-init-not-called
        self.name = name
        self.root = host.root.path
        self._shell = subprocess.Popen(
            ["nsenter", f"--target={host.leader}", "--mount", "--uts", "--ipc", "--net", "--pid",
             "--cgroup", "--wdns=/root", "/usr/bin/env", "-i", machine.PATH, "LC_ALL=C.UTF-8",
             "HOME=/root", "USER=root", "DEBIAN_FRONTEND=noninteractive", "bash", "--norc",
             "--noprofile"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)
        stack.callback(self._end)


class Stand:
    """Its machines, by their names: nothing has to be turned to the test's own."""

    def __init__(self, stack, folder, packages, transcript):
        names = sorted(set(re.findall(r"^([a-z]+-\d)# ", GUIDE.read_text(), re.MULTILINE)))
        switch = machine.Switch(stack, len(names))
        hosts = "".join(f"{address} {name}.example\n"
                        for name, address in zip(names, switch.addresses))
        self._transcript = transcript
        self._machines = {}
        for name, network in zip(names, switch.namespaces):
            root = machine.Root(folder, packages.values(), f"guide-{name}")
            root.put("/etc/hosts", f"127.0.0.1 localhost\n{hosts}")
            for package, deb in packages.items():
                shutil.copy(deb, root.path / "root" / f"{package}_{machine.field(deb, 'Version')}.deb")
            host = machine.Machine(stack, root, folder / f"guide-{name}.log", network)
            host.run(f"hostname {name}")
            self._machines[name] = Shell(stack, name, host)

    def machine(self, name):
        return self._machines[name]

    def to_own(self, _, text):
        return text

    to_guide = to_own

    def tell(self, text):
        self._transcript.write(text.rstrip("\n") + "\n")
        self._transcript.flush()

    def write(self, place, text):
        name, path = place.split(":")
        self.tell(f"{name}# cat > {path}\n{text}")
        file = self._machines[name].root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def copy(self, name, command):
        """scp FILE… root@HOST:PATH"""
        *files, target = shlex.split(command)[1:]
        host, path = re.fullmatch(r"root@([\w-]+):(/\S+)", target).groups()
        for file in files:
            shutil.copy(self._machines[name].root / "root" / file if file[0] != "/" else
                        self._machines[name].root / file.lstrip("/"),
                        self._machines[host].root / path.lstrip("/"))
        self.tell(f"{name}# {command}")


def all_of_the_guide_is_done_on_real_machines(folder, packages):
    done = 0
    with contextlib.ExitStack() as stack:
        transcript = stack.enter_context((folder / "transcript-guide.txt").open("w"))
        stand = Stand(stack, folder, packages, transcript)
        for language, place, lines, number in guide_test.blocks(GUIDE):
            if language == "toml":
                if place:
                    stand.write(place, "\n".join(lines) + "\n")
                continue
            for name, command, wanted in guide_test.commands(lines):
                done += 1
                if command.startswith("scp "):
                    stand.copy(name, command)
                    continue
                try:
                    guide_test.do(stand, stand.machine(name), command, wanted, stand.tell)
                except guide_test.Wrong as wrong:
                    raise machine.Wrong(f"{GUIDE.name}:{number}: {wrong}") from None
    require(done > 20, f"the guide has {done} commands")
    return f"{done} commands"

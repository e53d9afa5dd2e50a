"""tools/GUIDE.md on real machines: each of its commands, in its order, as tests/guide does them.

There services, packages, firewalls and other machines are stood in for; here they are Debian's own, under
systemd. Done by the test are scp alone, since it wants a daemon, the webhook, and sysctl, since the
kernel is not the machine's own. The transcript has all of it.
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

HOOK_PORT = "8080"


class Shell(guide_test.Machine):
    """A shell of root's on a machine, which goes on from command to command."""

    def __init__(self, stack, name, host):  # pylint: disable=super-init-not-called
        self.name = name
        # As the machine sees it, with its own /run.
        self.root = pathlib.Path(f"/proc/{host.leader}/root")
        self._shell = subprocess.Popen(
            ["nsenter", f"--target={host.leader}", "--mount", "--uts", "--ipc", "--net", "--pid",
             "--cgroup", "--wdns=/root", "/usr/bin/env", "-i", machine.PATH, "LC_ALL=C.UTF-8",
             "HOME=/root", "USER=root", "DEBIAN_FRONTEND=noninteractive", "bash", "--norc",
             "--noprofile"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)
        stack.callback(self._end)
        self.run("sysctl() { cat \"${1#--load=}\"; }")


class Stand:
    """Its machines, by their names: nothing has to be turned to the test's own but the webhook."""

    def __init__(self, stack, folder, packages, before, transcript):
        names = sorted(guide_test.guide.machines(GUIDE))
        switch = machine.Switch(stack, len(names))
        hosts = "".join(f"{address} {name}.example\n"
                        for name, address in zip(names, switch.addresses))
        self._transcript = transcript
        self._machines = {}
        for name, network in zip(names, switch.namespaces):
            root = machine.Root(folder, packages.values(), f"guide-{name}")
            root.put("/etc/hosts", f"127.0.0.1 localhost hooks.example\n{hosts}")
            self._bring(root.path / "root", before)
            self._bring(root.path / "root/next", packages)
            host = machine.Machine(stack, root, folder / f"guide-{name}.log", network)
            host.run(f"hostname {name}")
            self._machines[name] = Shell(stack, name, host)
        posted = folder / "guide-posted.txt"
        posted.unlink(missing_ok=True)
        of_web = ["ip", "netns", "exec", switch.namespaces[names.index("web-1")]]
        self.hook = guide_test.Hook(stack, of_web, "127.0.0.1", HOOK_PORT, posted)

    @staticmethod
    def _bring(folder, packages):
        folder.mkdir(exist_ok=True)
        for package, deb in packages.items():
            shutil.copy(deb, folder / f"{package}_{machine.field(deb, 'Version')}.deb")

    def machine(self, name):
        return self._machines[name]

    def to_own(self, _, text):
        return text.replace(guide_test.HOOK, f"http://hooks.example:{HOOK_PORT}/")

    def to_guide(self, _, text):
        return text

    def logs(self):
        return ""

    def tell(self, text):
        self._transcript.write(text.rstrip("\n") + "\n")
        self._transcript.flush()

    def write(self, place, text):
        name, path = place.split(":")
        self.tell(f"{name}# cat > {path}\n{text}")
        file = self._machines[name].root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.to_own(None, text))

    def do(self, name, command, wanted, told):
        if command.startswith("scp "):
            self._copy(name, command)
        else:
            guide_test.do(self, self._machines[name], command, wanted, told)

    def _copy(self, name, command):
        """scp FILE… root@HOST:PATH"""
        *files, target = shlex.split(command)[1:]
        host, path = re.fullmatch(r"root@([\w-]+):(/\S+)", target).groups()
        for file in files:
            shutil.copy(self._machines[name].root / "root" / file if file[0] != "/" else
                        self._machines[name].root / file.lstrip("/"),
                        self._machines[host].root / path.lstrip("/"))
        self.tell(f"{name}# {command}")


def all_of_the_guide_is_done_on_real_machines(folder, packages, before):
    with contextlib.ExitStack() as stack:
        transcript = stack.enter_context((folder / "transcript-guide.txt").open("w"))
        stand = Stand(stack, folder, packages, before, transcript)
        try:
            done = guide_test.play(stand, GUIDE, stand.tell)
        except guide_test.Wrong as wrong:
            raise machine.Wrong(str(wrong)) from None
    require(done > 100, f"the guide has {done} commands")
    return f"{done} commands"

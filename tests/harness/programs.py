"""Real programs for scripts that test or measure: a collector, and a fleet whose truth is known."""

import contextlib
import http.client
import json
import pathlib
import random
import re
import secrets
import signal
import socket
import subprocess
import tempfile
import threading
import time

PATIENCE = 120  # Seconds, for whatever a program must come to: a million hosts register in 65.
LOOK_S = 0.25  # How often it is asked whether it has.
ASKER = "127.0.0.9"  # The script's own address: it asks on nobody else's account.


class Wrong(Exception):
    """What is not as it must be."""


def temporary_folder(stack):
    return pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flatline-")))


def start(stack, command, log):
    """A program that ends with the test, whose lines are read as they come. Its log goes to a file."""
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=log.open("a"), text=True)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def free_port():
    """One that is free for both TCP and UDP, and that the kernel gives to nobody who asks for any: it must
    be there yet when a program starts again. Browsers refuse 10080, which is below."""
    while True:
        port = random.randrange(10100, 32768)
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            with contextlib.suppress(OSError):
                tcp.bind(("", port))
                udp.bind(("", port))
                return port


class Collector:
    """A real collector in a folder of its own. It can be killed, and started again on its ports."""

    def __init__(self, stack, build, capacity, flags=(), settings=""):
        self._stack = stack
        folder = temporary_folder(stack)
        self.key = folder / "fleet.key"
        subprocess.run([build / "tools/flatline", "keygen", "-o", self.key], check=True,
                       stdout=subprocess.DEVNULL)
        (folder / "collector.toml").write_text(settings)
        self._data = folder / "data"
        self.log = folder / "log"
        self._command = [build / "collector/flatline-collector", "--config",
                         folder / "collector.toml", "--data", self._data, "--fleet-key", self.key,
                         "--capacity", capacity, *flags]
        self.udp, self.api = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.start()

    def start(self):
        self._process = start(self._stack,
                              [*self._command, "--listen", self.udp, "--api", self.api], self.log)
        ready = re.match(r"ready udp=(\S+) api=(\S+)", self._process.stdout.readline())
        if not ready:
            raise Wrong(f"the collector did not start: {self.log.read_text()}")
        self.udp, self.api = ready.groups()

    @property
    def pid(self):
        return self._process.pid

    def kill(self):
        self._process.kill()
        self._process.wait()

    def signal(self, number):
        self._process.send_signal(number)

    @property
    def url(self):
        return f"http://{self.api}/"

    @property
    def admin_token(self):
        return (self._data / "admin.token").read_text().strip()

    def connection(self, client=ASKER):
        host, port = self.api.rsplit(":", 1)
        return http.client.HTTPConnection(host, int(port), PATIENCE, (client, 0))

    def read(self, path, headers={}, client=ASKER):
        """The bytes of what is answered with 200. A collector that is busy is asked again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.closing(self.connection(client)) as connection:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                content = answer.read()
            if answer.status == 200:
                return content
            if answer.status != 503 or time.monotonic() >= deadline:
                raise Wrong(f"GET {path}: {answer.status} {content[:200]}")
            self.pause()

    def pause(self):
        """A collector that ends is not waited for; one that lives is asked again soon."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise Wrong(f"the collector ended with {self._process.wait(LOOK_S)}")

    def ask(self, path, headers={}, client=ASKER):
        return json.loads(self.read(path, headers, client))

    def post(self, path, body):
        """Changes something, as an operator."""
        with contextlib.closing(self.connection()) as connection:
            connection.request("POST", path, json.dumps(body), {
                "Authorization": f"Bearer {self.admin_token}", "Idempotency-Key": secrets.token_hex(8)})
            answer = connection.getresponse()
            content = answer.read()
        if answer.status != 200:
            raise Wrong(f"POST {path}: {answer.status} {content[:200]}")
        return json.loads(content)

    def await_summary(self, holds):
        """Asks at each tick until this holds of the summary."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            summary = self.ask("/api/v1/summary")
            if holds(summary):
                return summary
            self.pause()
        raise Wrong(f"the fleet never came so far; it is {summary}")

    def hosts(self, headers={}):
        """All hosts, by name."""
        found, after = {}, ""
        while after is not None:
            page = self.ask(f"/api/v1/hosts?limit=1000&after={after}", headers)
            found.update((host["name"], host) for host in page["hosts"])
            after = page.get("next")
        return found


class Fleet:
    """Simulated hosts, and what they were told to be."""

    def __init__(self, stack, build, collector, hosts, flags=()):
        folder = temporary_folder(stack)
        self._truth = folder / "truth.jsonl"
        self._process = start(stack, [
            build / "tools/flatline-sim", "--collector", collector.udp, "--fleet-key",
            collector.key, "--hosts", hosts, "--truth", self._truth, *flags], folder / "log")
        self._phases = []
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self._process.stdout:
            if said := re.match(r"phase at=(?:(\d+)m)?(?:(\d+)s)? ", line):
                minutes, seconds = (int(part or 0) for part in said.groups())
                with self._news:
                    self._phases.append(60 * minutes + seconds)
                    self._news.notify_all()

    def next_phase(self):
        """Has the next phase begin, before its time."""
        self._process.send_signal(signal.SIGUSR2)

    def await_phase(self, second):
        with self._news:
            if not self._news.wait_for(lambda: second in self._phases, PATIENCE):
                raise Wrong(f"the fleet never came to its second {second}")

    def truth(self):
        """Every host's state as of the newest phase."""
        states = {}
        for line in self._truth.read_text().splitlines():
            told = json.loads(line)
            states[told["host"]] = told["state"]
        return states

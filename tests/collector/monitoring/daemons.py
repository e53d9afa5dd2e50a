"""Real programs for the tests of monitoring: Debian's daemons, ours, and who is told by them.

A test waits for what a program prints, for a message that arrives or for an answer, always with a
deadline, and never for a time.
"""

import http.server
import json
import pathlib
import re
import signal
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 150  # Seconds, for whatever must come to be.


class Wrong(Exception):
    pass


def fetched(build):
    """The folder that Prometheus and Alertmanager are unpacked in."""
    command = [pathlib.Path(__file__).parents[2] / "harness/fetch-debian", build, "daemons"]
    return pathlib.Path(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                        .stdout.strip())


class Program:
    """A program that runs until the stack that it is started on is left."""

    def __init__(self, stack, command, folder=None):
        self.name = pathlib.Path(command[0]).name
        self._lines = []
        self._more = threading.Condition()
        self._process = subprocess.Popen([str(part) for part in command], cwd=folder, text=True,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        stack.callback(self.stop, signal.SIGKILL)

    def _read(self):
        for line in self._process.stdout:
            with self._more:
                self._lines.append(line)
                self._more.notify_all()

    def said(self):
        with self._more:
            return "".join(self._lines[-20:])

    def await_line(self, pattern):
        """The match in the first line that has one."""
        deadline = time.monotonic() + PATIENCE
        seen = 0
        with self._more:
            while True:
                for line in self._lines[seen:]:
                    if found := re.search(pattern, line):
                        return found
                seen = len(self._lines)
                left = deadline - time.monotonic()
                if left <= 0 or (not self._more.wait(min(left, 1)) and not self.is_running()):
                    raise Wrong(f"{self.name} never said {pattern}, but:\n{''.join(self._lines)}")

    def is_running(self):
        return self._process.poll() is None

    def pace(self, seconds):
        """Between two questions. A program that ends is asked nothing any more."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return
        raise Wrong(f"{self.name} ended with {code}:\n{self.said()}")

    def stop(self, number=signal.SIGTERM):
        if self.is_running():
            self._process.send_signal(number)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise Wrong(f"{self.name} does not end:\n{self.said()}") from None
        self._reader.join()


# What fires of the collector itself, and rightly, where other programs have its machine or its disk.
BUSY = {"FlatlineTicksLate", "FlatlineKernelDrops", "FlatlineDegraded", "FlatlineStepsLost"}


class Message:
    """What a receiver of Alertmanager's was sent."""

    def __init__(self, at, receiver, body):
        self.at = at
        self.receiver = receiver
        self.status = body["status"]
        self.alerts = body["alerts"]

    def named(self, status):
        """The names of its alerts that fire, or are resolved, but for those of BUSY."""
        return sorted(alert["labels"]["alertname"] for alert in self.alerts
                      if alert["status"] == status and alert["labels"]["alertname"] not in BUSY)

    def alert(self, name):
        return next(alert for alert in self.alerts if alert["labels"]["alertname"] == name)


class Webhook:
    """Whom Alertmanager tells: `/pager`, `/chat` and `/switch` are its receivers."""

    SWITCH = "switch"

    def __init__(self, stack):
        self._messages = []
        self._beats = []
        self._more = threading.Condition()
        webhook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.take(self.path.strip("/"), json.loads(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)

    def take(self, receiver, body):
        with self._more:
            now = time.monotonic()
            message = Message(now, receiver, body)
            if receiver == self.SWITCH:
                self._beats.append(now)
            elif message.named("firing") or message.named("resolved"):
                self._messages.append(message)
            self._more.notify_all()

    def count(self):
        with self._more:
            return len(self._messages)

    def since(self, number):
        with self._more:
            return self._messages[number:]

    def _await(self, is_so, what):
        deadline = time.monotonic() + PATIENCE
        with self._more:
            while not is_so():
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Wrong(f"{what} did not come")
                self._more.wait(left)

    def await_message(self, number):
        """The message of this number, from 0."""
        self._await(lambda: len(self._messages) > number, f"message {number}")
        return self._messages[number]

    def await_beats(self, count):
        """Until the dead man's switch has heard so many more beats."""
        end = len(self._beats) + count
        self._await(lambda: len(self._beats) >= end, "the Watchdog's beat")

    def longest_pause(self):
        """The longest time between two beats so far."""
        with self._more:
            return max(after - before for before, after in zip(self._beats, self._beats[1:]))

    def await_pause(self, seconds):
        """Does as a dead man's switch: speaks when no beat came for so long."""
        deadline = time.monotonic() + PATIENCE
        with self._more:
            while (now := time.monotonic()) < self._beats[-1] + seconds:
                if now > deadline:
                    raise Wrong("the Watchdog's beat never stopped")
                self._more.wait(self._beats[-1] + seconds - now)


def ask(url, token=None, authority=None):
    """The text of an answer; by TLS from who has a certificate of this authority."""
    context = ssl.create_default_context(cafile=authority) if authority else None
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers),
                                    timeout=PATIENCE, context=context) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        raise Wrong(f"{url}: {error.code} {error.read().decode()}") from None


class Prometheus:
    """A Prometheus that serves on a port of the kernel's choice."""

    def __init__(self, stack, unpacked, config, data):
        self._program = Program(stack, [
            unpacked / "usr/bin/prometheus", f"--config.file={config}",
            f"--storage.tsdb.path={data}", "--web.listen-address=127.0.0.1:0",
            "--rules.alert.resend-delay=1s", "--log.level=info"])
        self.address = self._program.await_line(r'msg="Listening on" address=(\S+)')[1]
        self._program.await_line("Server is ready to receive web requests")

    def ask(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        return json.loads(ask(f"http://{self.address}/api/v1/{path}?{query}"))["data"]

    def query(self, expression):
        """The series of an instant vector, or the one sample of a scalar."""
        return self.ask("query", query=expression)["result"]

    def await_true(self, what, is_so):
        """Asks again and again until is_so() answers something, and returns that."""
        deadline = time.monotonic() + PATIENCE
        while not (answer := is_so()):
            if time.monotonic() > deadline:
                raise Wrong(f"it never came so far: {what}\n{self._program.said()}")
            self._program.pace(0.2)
        return answer

    def stop(self):
        self._program.stop()


class Alertmanager:
    """An Alertmanager that serves on a port of the kernel's choice."""

    def __init__(self, stack, unpacked, config, data):
        self._program = Program(stack, [
            unpacked / "usr/bin/prometheus-alertmanager", f"--config.file={config}",
            f"--storage.path={data}", "--web.listen-address=127.0.0.1:0",
            "--cluster.listen-address="], folder=unpacked)
        self.address = self._program.await_line(r'msg="Listening on" address=(\S+)')[1]

    def silenced(self):
        """The names of alerts that fire and are inhibited."""
        alerts = json.loads(ask(f"http://{self.address}/api/v2/alerts"))
        return {alert["labels"]["alertname"] for alert in alerts if alert["status"]["inhibitedBy"]}

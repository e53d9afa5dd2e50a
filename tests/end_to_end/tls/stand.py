"""A collector that serves by TLS, which hostile clients try; and the list of what they try."""

import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "harness"))

import records as tls  # noqa: E402
from programs import Collector, Wrong, temporary_folder  # noqa: E402

TICK_S = 2  # No machine is so busy that a tick begins a whole period late, unless it stands still.
OWN = "127.0.0.9"  # The test's own questions come from here.
ASK = b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n"
CASES = []


def case(sentence, expected):
    """What the function returns must match, as a whole."""
    def keep(function):
        CASES.append((sentence, expected, function))
        return function
    return keep


def hello_case(sentence, expected, **options):
    case(sentence, expected)(lambda stand: stand.say(tls.hello(**options)))


class Stand:
    """A collector with a certificate, and what is known of it."""

    def __init__(self, stack, build):
        self.certificates = temporary_folder(stack)
        subprocess.run([HERE.parents[1] / "harness/make_certificates", self.certificates], check=True)
        self._shown = temporary_folder(stack)
        self.show("good")
        self.collector = Collector(stack, build, 1024, [
            "--api-cert", self._shown / "api.pem", "--api-key", self._shown / "api.key", "--tick",
            f"{TICK_S * 1000:.0f}ms", "--window", "5s", "--history-keep", "10m"])
        self.port = int(self.collector.api.rsplit(":", 1)[1])
        self.flatline = build / "tools/flatline"
        self._connection = None
        self.was_flooded = False  # Whether more handshakes came than are begun.

    def show(self, name):
        for end in ("pem", "key"):
            link = self._shown / f"api.{end}"
            link.unlink(missing_ok=True)
            link.symlink_to(self.certificates / f"{name}.{end}")

    def reload(self):
        said = self.collector.log.read_text().count("reload: done")
        self.collector.signal(signal.SIGHUP)
        until(lambda: self.collector.log.read_text().count("reload: done") > said, "a reload")

    def context(self, version=None, authority="ca"):
        context = ssl.create_default_context(cafile=self.certificates / f"{authority}.pem")
        if version:
            context.minimum_version = context.maximum_version = version
        return context

    def connect(self, context=None, client=OWN, name="localhost", session=None):
        plain = socket.create_connection(("127.0.0.1", self.port), tls.PATIENCE, (client, 0))
        return (context or self.context()).wrap_socket(plain, server_hostname=name, session=session)

    def say(self, content, client="127.0.0.1"):
        with tls.Line(self.port, client) as line:
            line.send(content)
            return line.outcome()

    def metrics(self):
        return {name: float(value) for name, value in re.findall(
            r"^(flatline_\S+|process_\S+) (\S+)$", self._metrics_page(), re.M)}

    def _metrics_page(self):
        """By one connection for as long as it lives, so that each page is no handshake."""
        try:
            if self._connection is None:
                self._connection = self.connect()
            self._connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return read_answer(self._connection)
        except (OSError, Wrong):
            self._connection = self.connect()  # A collector ends each after 30 s.
            self._connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return read_answer(self._connection)


def until(holds, what):
    deadline = time.monotonic() + tls.PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise Wrong(f"{what} did not come")
        time.sleep(0.02)  # It is looked at again.


def read_answer(connection):
    """Head and body of one answer."""
    content = b""
    while b"\r\n\r\n" not in content:
        part = connection.recv(65536)
        if not part:
            raise Wrong(f"no answer, but {content[:100]}")
        content += part
    head, _, body = content.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length and len(body) < int(length[1]):
        part = connection.recv(65536)
        if not part:
            raise Wrong("the answer was cut")
        body += part
    return (head + b"\r\n\r\n" + body).decode()


def asked(connection, question=ASK):
    """The status of an answer, or how there is none."""
    try:
        connection.sendall(question)
        return "HTTP " + read_answer(connection).split()[1]
    except ssl.SSLError as error:
        return f"alert {error.reason}"
    except (OSError, Wrong):
        return "closed"

"""What poses as a collector, or is one that something is wrong with, asked by the command line that
holds a token. Its words must say what is wrong, and the token must not leave."""

import contextlib
import socket
import ssl
import subprocess
import threading

import records as tls
from stand import case

TOKEN = "a-token-that-must-not-leave"
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'


class Impostor:
    """Serves one connection after the other by `serve`, and keeps what it was told."""

    def __init__(self, serve):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard = b""
        self._serve = serve
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(tls.PATIENCE)
            with connection, contextlib.suppress(OSError):
                self._serve(self, connection)

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def shows(stand, name, version=None, answer=OK):
    """Speaks TLS with this certificate, and answers whatever is asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(stand.certificates / f"{name}.pem", stand.certificates / f"{name}.key")
    if version:
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, version

    def serve(impostor, connection):
        with context.wrap_socket(connection, server_side=True) as secured:
            impostor.heard += secured.recv(65536)
            secured.sendall(answer)
    return serve


def says(content):
    """Speaks no TLS: whatever it hears, it says this."""
    def serve(impostor, connection):
        impostor.heard += connection.recv(65536)
        connection.sendall(content)
    return serve


def asks(stand, serve, scheme="https", authority="ca", verb=("status",), more=(), timeout="50s"):
    """What the command line says, and whether the token left."""
    impostor = Impostor(serve)
    token = stand.certificates / "token"
    token.write_text(TOKEN + "\n")
    token.chmod(0o600)
    trust = ["--ca", stand.certificates / f"{authority}.pem"] if scheme == "https" else []
    ran = subprocess.run(
        [stand.flatline, "--api", f"{scheme}://localhost:{impostor.port}", *trust, "--timeout", timeout,
         "--token-file", token, *more, *verb], capture_output=True, text=True, timeout=tls.PATIENCE)
    impostor.stop()
    said = " ".join(ran.stderr.split()).removeprefix("flatline: ")
    said = said.replace(str(stand.certificates), "").replace(str(impostor.port), "PORT")
    return ("TOKEN LEFT; " if TOKEN.encode() in impostor.heard else "") + f"exit {ran.returncode}: {said}"


def told(sentence, words, name, authority="ca"):
    case(f"the command line and {sentence}", f"exit 1: https://localhost:PORT: {words}")(
        lambda stand: asks(stand, shows(stand, name), authority=authority))


told("a certificate that has expired", "its certificate has expired, at .*; .* must be renewed", "expired")
told("one that is not valid yet", "its certificate is not valid yet, but from .*", "future")
told("one for another name", "its certificate is not for localhost, but for mon-9.example, .*", "elsewhere")
told("one of an authority that nobody named", "its certificate was not issued by who /ca.pem .*", "foreign")
told("one that signed itself", "its certificate was not issued by who /ca.pem .*", "strangers")
told("an authority that is itself no collector's", ".*certificate.*", "ca", "strangers")


@case("the command line and the right one: the token goes there", "TOKEN LEFT; exit 0: ")
def _(stand):
    return asks(stand, shows(stand, "good"))


@case("the command line and TLS 1.1", "exit 1: .* speaks an old TLS alone; .*")
def _(stand):
    return asks(stand, shows(stand, "good", ssl.TLSVersion.TLSv1_1))


@case("the command line and a redirection to clear text: not followed", "TOKEN LEFT; exit 1: .* 302")
def _(stand):
    clear = Impostor(says(OK))
    away = f"http://localhost:{clear.port}/".encode()
    try:
        said = asks(stand, shows(stand, "good", answer=b"HTTP/1.1 302 Found\r\nLocation: " + away
                                 + b"\r\nContent-Length: 0\r\n\r\n"))
        return said if not clear.heard else f"asked in clear text: {clear.heard}"
    finally:
        clear.stop()


@case("the command line and an answer that is cut", "TOKEN LEFT; exit 1: .*")
def _(stand):
    return asks(stand, shows(stand, "good", answer=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"))


for name, content in {"HTTP in clear text": OK, "garbage": bytes(range(200)), "an alert": tls.record(
        b"\2\x28", tls.ALERT, tls.TLS12), "nothing": b"", "its own ClientHello": tls.hello()}.items():
    case(f"the command line and {name} in the place of TLS", "exit 1: https://localhost:PORT: .*")(
        lambda stand, content=content: asks(stand, says(content)))


@case("the command line and a handshake without an end", "exit 1: .* no answer within 1000 ms; .*")
def _(stand):
    def serve(impostor, connection):
        while part := connection.recv(65536):
            impostor.heard += part
    return asks(stand, serve, timeout="1s")

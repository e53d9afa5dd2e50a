"""TLS by hand, for clients that a library would not let be: records, ClientHellos, and what a server
answers to them (RFC 8446, RFC 5246)."""

import os
import socket
import struct

PATIENCE = 60  # Seconds. A collector ends every handshake before.

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, HEARTBEAT = 20, 21, 22, 23, 24
SSL3, TLS10, TLS11, TLS12, TLS13 = 0x0300, 0x0301, 0x0302, 0x0303, 0x0304

ALERTS = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow",
    40: "handshake_failure", 47: "illegal_parameter", 50: "decode_error", 51: "decrypt_error",
    70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
    86: "inappropriate_fallback", 109: "missing_extension", 110: "unsupported_extension",
    112: "unrecognized_name", 120: "no_application_protocol",
}
# The random of a HelloRetryRequest (RFC 8446, 4.1.3).
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")

X25519, P256, P384, P521, FFDHE2048 = 29, 23, 24, 25, 256
AES_128_GCM_13, CHACHA_13, AES_256_GCM_13 = 0x1301, 0x1303, 0x1302
ECDSA_AES_GCM, RSA_AES_GCM = 0xC02B, 0xC02F
MODERN = [AES_128_GCM_13, AES_256_GCM_13, CHACHA_13, ECDSA_AES_GCM, RSA_AES_GCM]
SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0807]
# A point of the curve is needed where the server shall compute with it: this is the base point.
X25519_SHARE = bytes([9]) + bytes(31)
P256_SHARE = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f"
    "9e162bce33576b315ececbb6406837bf51f5")


def with_length(size, content):
    return len(content).to_bytes(size, "big") + content


def numbers(values):
    return with_length(2, b"".join(struct.pack(">H", value) for value in values))


def extension(kind, content):
    return struct.pack(">H", kind) + with_length(2, content)


def server_name(name):
    return extension(0, with_length(2, b"\0" + with_length(2, name)))


def key_shares(*shares):
    return extension(51, with_length(2, b"".join(
        struct.pack(">H", group) + with_length(2, share) for group, share in shares)))


def extensions_of(versions=(TLS13, TLS12), groups=(X25519, P256), signatures=SIGNATURES,
                  shares=((X25519, X25519_SHARE),), name=b"localhost"):
    """What a client of today sends."""
    found = [server_name(name)] if name is not None else []
    if groups:
        found += [extension(10, numbers(groups)), extension(11, b"\1\0")]
    found.append(extension(13, numbers(signatures)))
    if versions:
        packed = b"".join(struct.pack(">H", version) for version in versions)
        found.append(extension(43, with_length(1, packed)))
    if shares:
        found += [key_shares(*shares), extension(45, b"\1\1")]
    return found


def client_hello(ciphers=MODERN, version=TLS12, extensions=None, compressions=b"\0",
                 session=b"", more=()):
    """The handshake message, without a record around it."""
    if extensions is None:
        extensions = extensions_of()
    body = struct.pack(">H", version) + os.urandom(32) + with_length(1, session)
    body += numbers(ciphers) + with_length(1, compressions)
    if extensions or more:
        body += with_length(2, b"".join([*extensions, *more]))
    return b"\1" + with_length(3, body)


def record(content, kind=HANDSHAKE, version=TLS10):
    return bytes([kind]) + struct.pack(">H", version) + with_length(2, content)


def hello(**options):
    return record(client_hello(**options))


class Closed(Exception):
    """The other side ended the connection."""


class Line:
    """A client's connection to a collector."""

    def __init__(self, port, client="127.0.0.1"):
        self.socket = socket.socket()
        self.socket.settimeout(PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.bind((client, 0))
        self.socket.connect(("127.0.0.1", port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, content):
        """What is no longer read is no fault: read() tells."""
        try:
            self.socket.sendall(content)
        except OSError:
            pass

    def read(self, size):
        content = b""
        while len(content) < size:
            try:
                part = self.socket.recv(size - len(content))
            except ConnectionError:
                part = b""
            if not part:
                raise Closed(content)
            content += part
        return content

    def read_record(self):
        head = self.read(5)
        return head[0], self.read(int.from_bytes(head[3:], "big"))

    def outcome(self):
        """In a word: what the next record says, or that there is none."""
        try:
            head = self.read(5)
            if head.startswith(b"HTTP/"):
                line = head + self.read(7)
                return line[:12].decode()
            content = self.read(int.from_bytes(head[3:], "big"))
        except Closed:
            return "closed"
        except TimeoutError:
            return "nothing"
        if head[0] == ALERT and len(content) == 2:
            return "alert " + ALERTS.get(content[1], str(content[1]))
        if head[0] == HANDSHAKE and content[:1] == b"\2":
            return "hello again" if content[6:38] == RETRY else "hello"
        return f"record {head[0]}"

    def end(self):
        """How it ends: all that comes until then is left out, but for alerts in clear."""
        last = "closed"
        while True:
            try:
                kind, content = self.read_record()
            except Closed:
                return last
            except TimeoutError:
                return "stays open"
            if kind == ALERT and len(content) == 2:
                last = "alert " + ALERTS.get(content[1], str(content[1]))

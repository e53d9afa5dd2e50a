"""ClientHellos that are strange, old or wrong, and what is none. Each gets a hello, an alert or a closed
connection; which one, the table says."""

import records as tls
from stand import ASK, case, hello_case

# libmicrohttpd closes without an alert; one would do as well.
REFUSED = "closed|alert .*"
OLD = [0x002F, 0xC013, 0xC009]
hello_case("SSL 3.0", REFUSED, version=tls.SSL3, ciphers=OLD, extensions=[])
hello_case("TLS 1.0", REFUSED, version=tls.TLS10, ciphers=OLD,
           extensions=tls.extensions_of(versions=(), shares=()))
hello_case("TLS 1.1", REFUSED, version=tls.TLS11, ciphers=OLD,
           extensions=tls.extensions_of(versions=(), shares=()))
hello_case("TLS 1.1 as the only supported version", REFUSED,
           extensions=tls.extensions_of(versions=(tls.TLS11,)))
hello_case("a version of the future alone", REFUSED, extensions=tls.extensions_of(versions=(0x0305,)))
hello_case("a fall back to TLS 1.1, marked as one", REFUSED, version=tls.TLS11,
           ciphers=[*tls.MODERN, 0x5600], extensions=tls.extensions_of(versions=(), shares=()))
TLS12_ONLY = {"extensions": tls.extensions_of(versions=(), shares=())}
hello_case("TLS 1.2 as clients speak it", "hello", **TLS12_ONLY)
for name, ciphers in {"RC4 and 3DES": [0x0005, 0x000A, 0xC011, 0xC008], "export ciphers": [0x0003, 0x0008],
                      "no encryption": [0x0001, 0x003B, 0xC006], "nobody's key": [0x0034, 0x006C, 0xC018],
                      "the certificate's key for all (no forward secrecy)": [0x009C, 0x002F, 0x003D],
                      "Diffie-Hellman of 2,048 bits": [0x009E, 0x0033, 0x0039],
                      "ciphers whose padding tells (CBC)": [0xC009, 0xC013, 0xC023, 0xC027]}.items():
    hello_case(f"TLS 1.2 with {name}", REFUSED, ciphers=ciphers, **TLS12_ONLY)
hello_case("a slow curve alone (P-521)", REFUSED,
           extensions=tls.extensions_of(groups=(tls.P521,), shares=()))
hello_case("a finite field alone", REFUSED,
           extensions=tls.extensions_of(groups=(tls.FFDHE2048,), shares=()))
hello_case("signatures by SHA-1 alone", REFUSED,
           extensions=tls.extensions_of(signatures=[0x0201, 0x0203]))
hello_case("a share that is zero", REFUSED,
           extensions=tls.extensions_of(shares=((tls.X25519, bytes(32)),)))
hello_case("a share of the wrong length", REFUSED,
           extensions=tls.extensions_of(shares=((tls.X25519, bytes(31)),)))
hello_case("a share that is no point of the curve", REFUSED, extensions=tls.extensions_of(
    groups=(tls.P256,), shares=((tls.P256, b"\4" + bytes(range(64))),)))
hello_case("a share on P-256", "hello", extensions=tls.extensions_of(
    groups=(tls.P256,), shares=((tls.P256, tls.P256_SHARE),)))
hello_case("no share: the other side asks for one", "hello again",
           extensions=tls.extensions_of(shares=((tls.P384, bytes(97)),)))
hello_case("0-RTT, for a session that never was", "hello|closed|alert .*", more=[tls.extension(42, b"")])
hello_case("compression", "hello|closed|alert .*", compressions=b"\1\0", **TLS12_ONLY)
hello_case("an extension twice", REFUSED, more=[tls.server_name(b"localhost")])
hello_case("a heartbeat extension", "hello", more=[tls.extension(15, b"\1")])
hello_case("a name of somebody else", "hello", extensions=tls.extensions_of(name=b"evil.example"))
hello_case("a name of 300 bytes", "hello|closed|alert .*", extensions=tls.extensions_of(name=b"a" * 300))
hello_case("a name with a NUL", "hello|closed|alert .*",
           extensions=tls.extensions_of(name=b"localhost\0evil.example"))
hello_case("an empty name", "hello|closed|alert .*", extensions=tls.extensions_of(name=b""))
hello_case("no name", "hello", extensions=tls.extensions_of(name=None))
hello_case("h2 as the only protocol (ALPN)", "hello|closed|alert .*",
           more=[tls.extension(16, tls.with_length(2, b"\2h2"))])
hello_case("16,000 bytes of padding", "hello|closed|alert .*", more=[tls.extension(21, bytes(16000))])
hello_case("7,000 ciphers that nobody knows", REFUSED, ciphers=[0x3A3A] * 7000)


def raw_case(sentence, expected, content):
    case(sentence, expected)(lambda stand: stand.say(content))


raw_case("SSL 2.0", REFUSED, bytes.fromhex("802e0100020015000000100100800700c0") + bytes(31))
raw_case("bytes of no sense", REFUSED, bytes(range(128, 256)) * 4)
raw_case("a record that is too long", REFUSED, b"\x16\3\1\xff\xff" + bytes(65535))
raw_case("a ClientHello that announces 16 MiB", REFUSED,
         tls.record(b"\1\xff\xff\xff" + bytes(16000)) * 6)
raw_case("data before a handshake", REFUSED, tls.record(b"GET / HTTP/1.1\r\n\r\n", 23))
raw_case("a key exchange first", REFUSED, tls.record(b"\x10\0\0\2\0\0"))
raw_case("a Finished first", REFUSED, tls.record(b"\x14\0\0\x0c" + bytes(12)))
raw_case("an end of all (alert) first", REFUSED, tls.record(b"\2\x28", tls.ALERT))
raw_case("a heartbeat that asks for 64 KiB", REFUSED,
         tls.record(b"\1\xff\xff", tls.HEARTBEAT))
raw_case("2,000 empty records", REFUSED, tls.record(b"") * 2000)
raw_case("2,000 times that ciphers change", REFUSED,
         tls.record(b"\1", tls.CHANGE_CIPHER_SPEC) * 2000)
raw_case("HTTP in clear text", "HTTP/1.1 421", ASK)
raw_case("HTTP in clear text with a token", "HTTP/1.1 421",
         b"GET /api/v1/summary HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer secret\r\n\r\n")
raw_case("HTTP/2 in clear text", "HTTP/1.1 421", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")


@case("a ClientHello byte by byte", "hello")
def _(stand):
    with tls.Line(stand.port) as line:
        for byte in tls.hello():
            line.send(bytes([byte]))
        return line.outcome()


@case("a ClientHello in 40 records", "hello|closed|alert .*")
def _(stand):
    message = tls.client_hello()
    size = len(message) // 39
    return stand.say(b"".join(tls.record(message[i:i + size]) for i in range(0, len(message), size)))


@case("the same share again where another one was asked for", REFUSED)
def _(stand):
    wrong = tls.hello(extensions=tls.extensions_of(shares=((tls.P384, bytes(97)),)))
    with tls.Line(stand.port) as line:
        line.send(wrong)
        if line.outcome() != "hello again":
            return "no second hello"
        line.send(wrong)
        return line.end()


@case("garbage in the place of the client's Finished", REFUSED)
def _(stand):
    with tls.Line(stand.port) as line:
        line.send(tls.hello())
        if line.outcome() != "hello":
            return "no hello"
        line.send(tls.record(bytes(53), tls.APPLICATION_DATA, tls.TLS12))
        return line.end()

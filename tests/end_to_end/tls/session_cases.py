"""What clients do with a session, with time, and by their number."""

import concurrent.futures
import contextlib
import socket
import ssl
import subprocess
import threading
import time

import records as tls
from programs import Wrong
from stand import ASK, OWN, asked, case, read_answer, until

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@case("a client of today", "HTTP 200 by TLSv1.3")
def _(stand):
    with stand.connect() as connection:
        return f"{asked(connection)} by {connection.version()}"


@case("a client of TLS 1.2", "HTTP 200 by TLSv1.2")
def _(stand):
    with stand.connect(stand.context(TLS12)) as connection:
        return f"{asked(connection)} by {connection.version()}"


@case("HTTP/2 within TLS, agreed upon by nobody", "HTTP [45]..|closed|alert .*")
def _(stand):
    context = stand.context()
    context.set_alpn_protocols(["h2"])
    try:
        with stand.connect(context) as connection:
            return asked(connection, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    except ssl.SSLError as error:
        return f"alert {error.reason}"


@case("a certificate that nobody asked for", "HTTP 200")
def _(stand):
    context = stand.context()
    context.load_cert_chain(stand.certificates / "foreign.pem", stand.certificates / "foreign.key")
    with stand.connect(context) as connection:
        return asked(connection)


def resumed(stand, version, between=lambda: None):
    context = stand.context(version)
    with stand.connect(context) as connection:
        answer = asked(connection)
        session = connection.session
    between()
    with stand.connect(context, session=session) as connection:
        return f"{answer}, then {asked(connection)}{', resumed' if connection.session_reused else ''}"


@case("a session of TLS 1.2 again", "HTTP 200, then HTTP 200")
def _(stand):
    return resumed(stand, TLS12)


@case("a session of TLS 1.3 again", "HTTP 200, then HTTP 200")
def _(stand):
    return resumed(stand, TLS13)


@case("a session again after another certificate was loaded", "HTTP 200, then HTTP 200")
def _(stand):
    def renew():
        stand.show("renewed")
        stand.reload()
    try:
        return resumed(stand, TLS12, renew)
    finally:
        stand.show("good")
        stand.reload()


@case("reloads in the midst of handshakes and of questions", "16 of 16 done, HTTP 200 before and 200 after")
def _(stand):
    with stand.connect() as open_one, concurrent.futures.ThreadPoolExecutor(16) as pool:
        before = asked(open_one)
        lines = [tls.Line(stand.port) for _ in range(16)]
        begun = tls.hello()
        for line in lines:
            line.send(begun[:100])
        stand.show("renewed")
        stand.reload()
        for line in lines:
            line.send(begun[100:])
        done = sum(outcome == "hello" for outcome in pool.map(tls.Line.outcome, lines))
        for line in lines:
            line.socket.close()
        stand.show("good")
        stand.reload()
        return f"{done} of 16 done, {before} before and {asked(open_one).removeprefix('HTTP ')} after"


@case("TLS 1.2 agreed upon anew (renegotiation)", "nothing agreed upon anew")
def _(stand):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{stand.port}", "-tls1_2", "-CAfile",
               stand.certificates / "ca.pem"]
    # Its stdin stays open: at its end the client would leave before anything could be agreed upon.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as client:
        watchdog = threading.Timer(tls.PATIENCE, client.kill)
        watchdog.start()
        client.stdin.write(b"R\n")
        client.stdin.flush()
        said = client.stdout.read()  # Until the collector, or a question that is none, ends it.
        watchdog.cancel()
    if b"RENEGOTIATING" not in said:
        return "not even tried"
    if client.returncode < 0:
        return "neither agreed upon nor ended"
    anew = said.split(b"RENEGOTIATING", 1)[1]
    return "agreed upon anew" if b"verify return:1" in anew else "nothing agreed upon anew"


def after_handshake(stand, content):
    """What becomes of a session on whose line this is sent."""
    plain = socket.create_connection(("127.0.0.1", stand.port), tls.PATIENCE, (OWN, 0))
    inward, outward = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = stand.context().wrap_bio(inward, outward, server_hostname="localhost")
    with plain:
        while True:
            try:
                session.do_handshake()
                break
            except ssl.SSLWantReadError:
                plain.sendall(outward.read())
                part = plain.recv(65536)
                if not part:
                    raise Wrong("the handshake was cut")
                inward.write(part)
        plain.sendall(outward.read() + content)
        while part := _receive(plain):
            inward.write(part)
        try:
            return "answered" if session.read(1) else "closed"
        except ssl.SSLError as error:
            return f"alert {error.reason}"


def _receive(plain):
    try:
        return plain.recv(65536)
    except ConnectionError:
        return b""


for name, content in {
        "garbage": tls.record(bytes(100), tls.APPLICATION_DATA, tls.TLS12),
        "clear text": ASK,
        "a heartbeat that asks for 64 KiB": tls.record(b"\1\xff\xff", tls.HEARTBEAT, tls.TLS12),
        "a ClientHello in clear": tls.hello(),
        "a record of 64 KiB": b"\x17\3\3\xff\xff" + bytes(65535)}.items():
    case(f"{name} after the handshake", "alert .*|closed")(
        lambda stand, content=content: after_handshake(stand, content))


@case("a question, and gone without a word (no close_notify)", "HTTP 200")
def _(stand):
    for _ in range(20):
        connection = stand.connect()
        connection.sendall(ASK)
        socket.socket(fileno=connection.detach()).close()
    with stand.connect() as connection:
        return asked(connection)


@case("half a question, and half a record", "HTTP 200")
def _(stand):
    for cut in (b"GET /-/hea", b""):
        connection = stand.connect()
        connection.sendall(cut)
        with socket.socket(fileno=connection.detach()) as plain:
            plain.sendall(b"\x17\3\3\1\0" + bytes(100))
    with stand.connect() as connection:
        return asked(connection)


# --- Handshakes that are left half done -----------------------------------------------------------


def goes_on_asking(stand, client, patience=3):
    """The first answer to somebody who tries again: what was shut to make room for him is counted until
    a busy server has noticed it. It ends before half handshakes end by themselves, after 5 s."""
    deadline = time.monotonic() + patience
    while True:
        answer = "closed"
        with contextlib.suppress(OSError), stand.connect(client=client) as connection:
            answer = asked(connection)
        if answer != "closed" or time.monotonic() > deadline:
            return answer


def asked_beside_half(stand, clients, askers):
    """What these get while half a handshake of each of those is open. Where a busy machine let the time of
    half handshakes pass, it is tried again."""
    for _ in range(5):
        with contextlib.ExitStack() as stack:
            for client in clients:
                stack.enter_context(tls.Line(stand.port, client)).send(tls.hello()[:60])
            answers = [goes_on_asking(stand, asker) for asker in askers]
        if "closed" not in answers:
            break
    return ", ".join(answers)


@case("250 half handshakes of one address: that address and another go on asking", "HTTP 200, HTTP 200")
def _(stand):
    return asked_beside_half(stand, ["127.0.0.21"] * 250, ["127.0.0.21", "127.0.0.22"])


@case("half handshakes that are left alone cost nothing", r"\d+ ms of a processor in 500")
def _(stand):
    def busy():
        return stand.metrics()["process_cpu_seconds_total"]
    with contextlib.ExitStack() as stack:
        for content in (tls.hello()[:60], tls.hello()):
            for _ in range(8):
                stack.enter_context(tls.Line(stand.port, "127.0.0.27")).send(content)
        before, begun = busy(), time.monotonic()
        time.sleep(0.5)  # This is the time that is measured.
        spent, passed = busy() - before, time.monotonic() - begun
    if spent > 0.3 * passed:
        raise Wrong(f"{spent:.2f} s of a processor in {passed:.2f} s")
    return f"{spent / passed * 500:.0f} ms of a processor in 500"


@case("1,400 half handshakes of 88 addresses, for every place and more", "HTTP 200")
def _(stand):
    return asked_beside_half(stand, [f"127.0.1.{number // 16}" for number in range(1400)], ["127.0.0.23"])


def begins_flood(stand, clients, seconds, is_enough):
    """As many whole ClientHellos as there is time for, from these addresses, and more until it is
    enough. Each makes the collector compute and sign. How many came, and how many it answered."""
    begun = time.monotonic()
    hello, got, sent = tls.hello(), 0, 0
    while (passed := time.monotonic() - begun) < seconds or (
            passed < tls.PATIENCE and not is_enough(sent, got)):
        with contextlib.suppress(OSError), tls.Line(stand.port, clients[sent % len(clients)]) as line:
            sent += 1
            line.send(hello)
            got += line.outcome() == "hello"
    return sent, got


def flood(stand, clients, is_enough=lambda sent, got: True, seconds=1):
    began_at = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        parts = [pool.submit(begins_flood, stand, clients[i::4] or clients, seconds, is_enough)
                 for i in range(4)]
        answers, slowest = set(), 0
        while not all(part.done() for part in parts):
            began = time.monotonic()
            answers.add(goes_on_asking(stand, "127.0.0.24", tls.PATIENCE))
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.05)  # Somebody who looks often.
        sent, got = (sum(part.result()[i] for part in parts) for i in range(2))
    seconds = time.monotonic() - began_at
    stand.was_flooded = stand.was_flooded or got < sent
    return sent / seconds, got, answers, slowest, seconds


@case("1,000 handshakes a second of one address: it has its share, others are answered",
      r"\d+ a second, \d+ begun; others HTTP 200 within \d+ ms")
def _(stand):
    rate, got, answers, slowest, seconds = flood(
        stand, ["127.0.0.25"], lambda sent, got: got < sent)
    if got > 700 + 150 * seconds:  # Its share by the quickest of keys, at once and then a second.
        raise Wrong(f"{got} handshakes of one address were begun")
    return (f"{rate:.0f} a second, {got} begun; others {'/'.join(sorted(answers))} within "
            f"{slowest * 1000:.0f} ms")


@case("the same of 64 addresses: all together have their share", r"\d+ a second, \d+ begun")
def _(stand):
    rate, got, *_, seconds = flood(stand, [f"127.0.2.{i}" for i in range(64)])
    if got > 2500 + 700 * seconds:
        raise Wrong(f"{got} handshakes were begun")
    return f"{rate:.0f} a second, {got} begun"


@case("afterwards everybody is served as before", "HTTP 200")
def _(stand):
    found = []

    def answered():
        with contextlib.suppress(OSError), stand.connect(client="127.0.0.26") as connection:
            found.append(asked(connection))
        return bool(found)
    until(answered, "an answer")
    return found[-1]

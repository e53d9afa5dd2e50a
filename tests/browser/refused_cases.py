"""When the collector says no: to who has no token, and to who asks too often."""

import contextlib
import http.client
import threading

from cases import case, check
from programs import Collector, temporary_folder

BROWSER = "127.0.0.1"  # The address that the browser asks from.
LINK = "document.querySelector('#link')"


@case("a collector with a read token asks for it, and keeps no wrong one")
def guarded(stand):
    page = stand.page
    with contextlib.ExitStack() as stack:
        token = temporary_folder(stack) / "read.token"
        token.write_text("let-me-read-this-fleet\n")
        token.chmod(0o600)
        guarded = Collector(stack, stand.build, 64, ["--read-token", token])
        page.forgive("401 (Unauthorized)")
        page.open(guarded.url)
        for text in ("let-me-in", "let-me-read-this-fleet"):
            page.until("document.querySelector('#token').open")
            page.write("#token-text", text)
            page.until("!document.querySelector('#token').open || "
                       "document.querySelector('#token-said').innerText.includes('not the token')")
        page.until("/No host is registered/.test(document.querySelector('#headline').innerText)")
        check("let-me" not in page.value(
            "JSON.stringify([localStorage, sessionStorage, location.href, document.cookie])"),
            "the token is kept where others can read it")
        page.open("about:blank")


@contextlib.contextmanager
def hammering(collector, client):
    """Asks from an address again and again, whatever is answered, for as long as this is entered."""
    stop = threading.Event()

    def hammer():
        with contextlib.closing(collector.connection(client)) as connection:
            while not stop.is_set():
                try:
                    connection.request("GET", "/-/healthy")
                    connection.getresponse().read()
                except (http.client.HTTPException, ConnectionError):
                    connection.close()  # A connection lives for 30 s; the next request opens another.

    thread = threading.Thread(target=hammer)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@case("a page that asks too often says so, and goes on by itself")
def throttled(stand):
    stand.open()
    stand.page.until(f"{LINK}.dataset.link === 'live'")
    stand.page.forgive("429 (Too Many Requests)")
    with hammering(stand.collector, BROWSER):
        # One of its questions may be answered again at any time.
        stand.page.until(f"{LINK}.dataset.link === 'slow' && {LINK}.innerText.includes('too often')",
                         "nothing said of 429")
    stand.page.until(f"{LINK}.dataset.link === 'live'", "not live again")

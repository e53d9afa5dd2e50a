"""When the collector says no, or nothing at all."""

import contextlib
import http.client
import threading

from cases import case, check

BROWSER = "127.0.0.1"  # The address that the browser asks from.
LINK = "document.querySelector('#link')"


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
        stand.page.until(f"{LINK}.dataset.link === 'slow'", "nothing said of 429")
        check("too often" in stand.page.text("#link"), stand.page.text("#link"))
    stand.page.until(f"{LINK}.dataset.link === 'live'", "not live again")


@case("a collector that is killed is said at once, and comes back by itself")
def killed(stand):
    stand.open()
    stand.page.until(f"{LINK}.dataset.link === 'live'")
    stand.page.forgive("ERR_CONNECTION_REFUSED")
    stand.page.forgive("ERR_EMPTY_RESPONSE")
    stand.page.forgive("ERR_CONNECTION_RESET")
    before = stand.page.value("document.querySelector('#headline').innerText")
    stand.collector.kill()
    stand.page.until(f"{LINK}.dataset.link === 'lost'", patience=3)
    said = stand.page.text("#link")
    check("cannot be reached" in said and "ago" in said, said)
    check(stand.page.text("#headline") == before, "what was shown is gone")
    grey = stand.page.value("getComputedStyle(document.querySelector('#cells')).filter")
    check("grayscale" in grey, f"the map is not grey: {grey}")
    stand.collector.start()
    stand.page.until(f"{LINK}.dataset.link === 'live'", "not live again", patience=6)

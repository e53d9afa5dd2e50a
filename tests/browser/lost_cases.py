"""When the collector says nothing at all."""

from cases import case, check
from refused_cases import LINK


@case("a collector that is killed is said at once, and comes back by itself")
def killed(stand):
    stand.open()
    stand.page.until(f"{LINK}.dataset.link === 'live'")
    stand.page.forgive("ERR_CONNECTION_REFUSED")
    stand.page.forgive("ERR_EMPTY_RESPONSE")
    stand.page.forgive("ERR_CONNECTION_RESET")
    stand.page.forgive("503 (Service Unavailable)")  # It looks back once its files are open again.
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

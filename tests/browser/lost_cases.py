"""When the collector says nothing at all."""

from cases import case, check
from refused_cases import LINK


@case("charts that could not be fetched are fetched the next time")
def charts(stand):
    page = stand.page
    page.forgive("ERR_BLOCKED_BY_CLIENT")
    page.tell("Network.enable")
    page.tell("Network.setBlockedURLs", urls=["*chart.min.js?0"])
    stand.open()
    page.until("performance.getEntriesByName(new URL('web/chart.min.js?0', document.baseURI).href).length > 0")
    check(page.value("window.Chart === undefined"), "the charts came")
    page.run("document.getElementById('window').dispatchEvent(new Event('change'));")
    page.until("window.Chart?.getChart('curve-work')?.data.datasets[0].data.length > 0")
    page.tell("Network.setBlockedURLs", urls=[])


@case("a collector that is killed is said at once, and comes back by itself")
def killed(stand):
    stand.open()
    stand.page.until(f"{LINK}.dataset.link === 'live'")
    stand.page.forgive("net::ERR_")  # An answer may end anywhere.
    before = stand.page.value("document.querySelector('#headline').innerText")
    stand.collector.kill()
    stand.page.until(f"{LINK}.dataset.link === 'lost'")
    said = stand.page.text("#link")
    check("cannot be reached" in said and "ago" in said, said)
    check(stand.page.text("#headline") == before, "what was shown is gone")
    grey = stand.page.value("getComputedStyle(document.querySelector('#cells')).filter")
    check("grayscale" in grey, f"the map is not grey: {grey}")
    stand.collector.start()
    stand.page.until(f"{LINK}.dataset.link === 'live'", "not live again")

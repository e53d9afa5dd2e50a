"""The page's state: in the address, and reached without a pointer."""

import math
import time

from selenium.webdriver.common.keys import Keys

from cases import case, check, equal

SEEN = """JSON.stringify({
  filter: document.querySelector('#filter').value,
  said: document.querySelector('#filter-said').innerText,
  host: document.querySelector('#host h2')?.innerText,
  state: document.querySelector('#host .state')?.innerText,
})"""


@case("a link shows somebody else the same")
def linked(stand):
    name = stand.names("failing")[0]
    stand.open()
    stand.page.write("#filter", "failing,silent & role=db")
    stand.page.until("/ match /.test(document.querySelector('#filter-said').innerText)")
    stand.page.run("location.hash += '&host=' + arguments[0];", name)
    stand.page.until("document.querySelector('#host .state')")
    address, seen = stand.page.value("location.href"), stand.page.value(SEEN)
    check("failing%2Csilent" in address or "failing,silent" in address, address)
    first = stand.page.driver.current_window_handle
    stand.page.driver.switch_to.new_window("window")
    try:
        stand.page.open(address)
        stand.page.until(f"{SEEN} === {seen!r}", f"the same as {seen}")
    finally:
        stand.page.driver.close()
        stand.page.driver.switch_to.window(first)


@case("each turn asks for a summary and a bitmap, whatever is wrong, and no more")
def asked(stand):
    stand.open("#zoom=cells")
    begun = time.monotonic()
    stand.page.faults()
    stand.page.run("await new Promise((resolve) => { const left = {bitmap: 4, summary: 4}; "
                   "new PerformanceObserver((list) => { list.getEntries().forEach(({name}) => {"
                   "--left[/[a-z]+$/.exec(name)?.[0]]; }); "
                   "if (Math.max(left.bitmap, left.summary) <= 0) resolve(); })"
                   ".observe({type: 'resource'}); });")
    bodies = stand.page.bodies()
    lasted = time.monotonic() - begun
    # The layout is asked for once in 30 s, and the curves once in 10; the page's charts are loaded once.
    for path, period in (("api/v1/layout", 30), ("api/v1/history", 10), ("api/v1/collector/history", 10),
                         ("web/chart.min.js", math.inf)):
        check(len(bodies.pop(path, [])) <= 2 + lasted / period, f"{path} is asked for too often")
    equal(sorted(bodies), ["api/v1/bitmap", "api/v1/summary"], "what is asked for")
    # At the begin and at the end, one of the two may be answered and the other not.
    counts = {path: len(sizes) for path, sizes in bodies.items()}
    check(abs(counts["api/v1/bitmap"] - counts["api/v1/summary"]) <= 2, f"asked {counts}")
    for path, sizes in bodies.items():
        equal(len(set(sizes)), 1, f"sizes of {path}, {sizes}")


@case("back leads to what was shown before")
def back(stand):
    stand.open("#filter=silent")
    stand.page.run("location.hash = '#filter=failing';")
    stand.page.until("document.querySelector('#filter').value === 'failing'")
    stand.page.driver.back()
    stand.page.until("document.querySelector('#filter').value === 'silent'")


@case("the keyboard alone reaches a host")
def keyboard(stand):
    stand.open("#zoom=cells")
    page = stand.page
    reached = []
    for _ in range(60):
        page.press(Keys.TAB)
        reached.append(page.value("document.activeElement.id || document.activeElement.className"))
        if reached[-1] == "cells":
            break
    equal(reached[0], "skip", "what is reached first")
    for wanted in ("search", "theme", "filter", "cells"):
        check(wanted in reached, f"{wanted} is not reached: {reached}")
    page.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    page.until("!document.querySelector('#tip').hidden && !document.querySelector('#cursor').hidden")
    page.press(Keys.ENTER)
    page.until("document.querySelector('#host .state')")
    page.until("document.querySelector('#host').contains(document.activeElement)")
    page.press(Keys.ESCAPE)
    page.until("document.activeElement.id === 'cells'")

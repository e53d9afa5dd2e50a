"""Time: the page turns to moments of the past, and tells two of them apart, by the fleet's truth."""

import itertools
import math

from selenium.webdriver.common.keys import Keys

from access_cases import EYES, LEAST_DIFFERENCE, contrast, seen_as
from cases import case, check, equal
from map_cases import SLOW, wrong_cells
from programs import Wrong
from stand import HOSTS

SLIDER = "document.getElementById('slider')"
HEADLINE = "document.getElementById('headline').innerText"
ALL_WELL = f"{HEADLINE} === 'All {HOSTS:,} hosts are healthy'"


def healthy_moment(stand):
    """A stored moment before the trouble at which all hosts were there and well, as at the steps beside it."""
    stand.await_trouble()
    return stand.healthy_moment


def troubled(stand):
    """Who is told to differ from what all were before: down, or with a warning."""
    down = set(stand.names("failing")) | set(stand.names("silent"))
    return down, {name for name, host in stand.hosts().items() if host.get("warning")}


def await_curves(page):
    page.until(f"{SLIDER}.max > 1 && Chart.getChart('curve-work')?.data.datasets[0].data.length > 1")


def place_of(page, time):
    """Where on the slider a moment is, in CSS pixels from its left edge."""
    return page.run("""
const {placeOf} = await import('/web/moments.js');
const slider = document.getElementById('slider');
const x = Chart.getChart('curve-work').scales.x;
const stretch = {from: x.min, to: x.max};
const stepMs = (x.max - x.min) / Number(slider.max);
const place = placeOf(Date.parse(arguments[0]), stretch, stepMs);
return 8 + (place / Number(slider.max)) * (slider.clientWidth - 16);
""", time)


def clicked(page, then):
    """The moment that a click on the slider turns to, where `then` is. Once in 10 s the curves move on: a click
    that comes behind that is of another moment."""
    for _ in range(5):
        page.click_at("#slider", place_of(page, then), 60)
        chosen = page.until("new URLSearchParams(location.hash.slice(1)).get('moment')")
        away = page.run("return Math.abs(Date.parse(arguments[0]) - Date.parse(arguments[1]));", chosen, then)
        if away <= 4000:
            return chosen
    raise Wrong(f"{chosen} is more than two steps from {then}")


@case("the slider turns the whole page to a moment, and the button back to now")
def slid(stand):
    page, then = stand.page, healthy_moment(stand)
    stand.open("#zoom=cells")
    await_curves(page)
    chosen = clicked(page, then)
    page.until(ALL_WELL)
    equal(page.value("document.body.dataset.link"), "past", "what the page says of itself")
    above = page.text("#moment-time")  # With its day, where that is yesterday's.
    check(above.endswith(f"{chosen[11:19]} UTC"), f"{above} above the curves, and not {chosen}")
    healthy = page.run("const {COLORS} = await import('/web/palette.js');"
                       "return COLORS[document.documentElement.dataset.theme].healthy;")
    page.until("!document.getElementById('cells').hidden")
    wrong = [found for found in wrong_cells(stand) if found[1] == "healthy"]
    check(not wrong, f"{len(wrong)} that are well now, as {wrong[:3]}, are not {healthy}")
    was_well = [found for found in wrong_cells(stand) if found[2] != [healthy[0]]]
    check(not was_well, f"{len(was_well)} cells are not as then, as {was_well[:3]}")
    page.click("#now")
    page.until("document.body.dataset.link === 'live' && /failing/.test(" + HEADLINE + ")")
    check("moment=" not in page.value("location.hash"), page.value("location.hash"))
    wrong = wrong_cells(stand)
    check(not wrong, f"back at now, {len(wrong)} cells are wrong, as {wrong[:3]}")


# What is shown is of the step at the chosen moment, or of the one before; or it is said that a busy
# machine lost that step.
LAST_FRAME = """(() => {
  if (document.body.dataset.link === 'gap') return true;
  const [, day, time] = /(\\S+) (\\S+) UTC/.exec(document.getElementById('link').innerText);
  const chosen = new URLSearchParams(location.hash.slice(1)).get('moment');
  return Math.abs(Date.parse(`${day}T${time}Z`) - Date.parse(chosen)) <= 4000;
})()"""


@case("who drags is shown one frame at a time, and the last one at the end")
def dragged(stand):
    page = stand.page
    stand.open()
    await_curves(page)
    page.run("""
window.frames = {now: 0, most: 0, all: 0, begun: performance.now()};
const real = window.fetch;
window.fetch = (url, ...more) => {
  if (!`${url}`.includes('/at/bitmap')) return real(url, ...more);
  frames.all += 1;
  frames.most = Math.max(frames.most, ++frames.now);
  return real(url, ...more).finally(() => { frames.now -= 1; });
};
""")
    box = page.run("return document.getElementById('slider').getBoundingClientRect().toJSON();")
    y, right = box["y"] + 60, box["x"] + box["width"] - 8
    page.tell("Input.dispatchMouseEvent", type="mousePressed", x=right, y=y, button="left",
              clickCount=1)
    for i in range(1, 60):
        page.tell("Input.dispatchMouseEvent", type="mouseMoved", x=right - i, y=y, button="left",
                  buttons=1)
    equal(page.value("location.hash"), "", "the address while it is dragged")
    page.tell("Input.dispatchMouseEvent", type="mouseReleased", x=right - 59, y=y, button="left",
              clickCount=1)
    page.until("location.hash !== ''")
    frames = page.run("return {...frames, lasted: performance.now() - frames.begun};")
    equal(frames["most"], 1, "frames under way at once")
    check(frames["all"] <= frames["lasted"] / 125 + 2, f"{frames}")
    page.until(LAST_FRAME)
    page.click("#now")
    page.until("document.body.dataset.link === 'live'")
    page.forgive("404 (Not Found)")


# Turns from moment to moment faster than frames are drawn, until so many came, and tells how many were.
TURN = """
const [moments, most] = arguments;
const frames = {come: 0, drawn: 0};
const ask = window.fetch;
window.fetch = async (...question) => {
  const answer = await ask(...question);
  if (answer.ok && answer.url.includes('/api/v1/at?')) ++frames.come;
  return answer;
};
const brush = document.getElementById('cells').getContext('2d');
const put = brush.putImageData;
brush.putImageData = (...what) => {
  ++frames.drawn;
  put.apply(brush, what);
};
for (let i = 0; frames.come < most; ++i) {
  location.replace(`#zoom=cells&by=rack&moment=${moments[i % moments.length]}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
}
return frames;
"""


@case("each frame that comes is drawn, however long that takes and however fast one turns")
def turned_fast(stand):
    stand.await_trouble()
    stand.open("#zoom=cells&by=rack")
    stand.page.run(SLOW)
    frames = stand.page.run(TURN, stand.healthy_times[-3:], 5)
    check(frames["drawn"] >= frames["come"] - 2, f"{frames}")  # The last is under way.


@case("a moment that rests costs its counts alone at each tick")
def rested(stand):
    stand.open(f"#moment={healthy_moment(stand)}")
    asked = stand.page.until("""(() => {
const names = performance.getEntriesByType('resource').map(({name}) => name);
const of = (path) => names.filter((name) => name.includes(path)).length;
return of('/api/v1/at?') >= 4 && {counts: of('/api/v1/at?'), bitmaps: of('/api/v1/at/bitmap')};
})()""")
    equal(asked["bitmaps"], 1, "bitmaps asked for")


@case("arrows on the slider and the keys , and . step through time")
def stepped(stand):
    page = stand.page
    stand.open()
    await_curves(page)
    page.find("#slider").send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    # Or it is said that a busy machine lost that step.
    page.until("['past', 'gap'].includes(document.body.dataset.link)")
    page.forgive("404 (Not Found)")
    first = page.value("location.hash")
    page.run("document.getElementById('slider').blur();")
    page.press(",")
    page.until(f"location.hash !== {first!r}")
    page.press(".")
    page.until(f"location.hash === {first!r}")
    page.press("n")
    page.until("document.body.dataset.link === 'live'")


@case("two moments tell who changed, how, and by which check")
def differed(stand):
    page, then = stand.page, healthy_moment(stand)
    down, warned = troubled(stand)
    stand.open(f"#zoom=cells&since={then}")
    said = page.until("/UTC: /.test(document.getElementById('difference-said').innerText) && "
                      "document.getElementById('difference-said').innerText")
    check(said.endswith(f": {len(down | warned):,} changed"), said)
    listed = page.run("""
return [...document.querySelectorAll('#changes li')].map((item) =>
  ({name: item.querySelector('button').textContent, change: item.dataset.change,
    text: item.innerText}));
""")
    check(len(listed) >= 100, f"only {len(listed)} are listed")
    equal({one["change"] for one in listed}, {"worse"}, "the gravest first")
    wrong = [one for one in listed if one["name"] not in down]
    check(not wrong, f"{wrong[:3]} did not go down")
    page.write("#filter", "rack=r07", Keys.ENTER)
    rack = {name for name, host in stand.hosts().items() if "rack=r07" in host["labels"]}
    page.until(f"document.getElementById('difference-said').innerText.includes("
               f"': {len(rack & (down | warned)):,} changed')")
    text = page.until("document.querySelector('#changes li')?.innerText")
    check("healthy → failing (disk)" in text, text)
    page.until("/labels are those of today/.test("
               "document.getElementById('difference-said').innerText)")


@case("what did not change between two moments fades on the map")
def faded(stand):
    page, then = stand.page, healthy_moment(stand)
    down, warned = troubled(stand)
    stand.open(f"#zoom=cells&since={then}")
    page.until("/ changed/.test(document.getElementById('difference-said').innerText)")
    page.until("/went down/.test(document.getElementById('legend').innerText)")
    hosts = stand.hosts()
    slots = [[hosts[name]["slot"] for name in sorted(names)] for names in (down, warned - down)]
    wrong = page.run("""
const {stage} = await import('/web/main.js');
const {COLORS} = await import('/web/palette.js');
await stage.whenDrawn();
const colors = COLORS[document.documentElement.dataset.theme];
const canvas = document.getElementById('cells');
const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
const hex = (at) => '#' + [...data.slice(at, at + 3)]
  .map((byte) => byte.toString(16).padStart(2, '0')).join('');
const has = (slot, color) => {
  const {x, y, size} = stage.whereIs(slot);
  for (let row = 0; row < size; ++row) {
    for (let column = 0; column < size; ++column) {
      if (hex(4 * ((y + row) * canvas.width + x + column)) === color) return true;
    }
  }
  return false;
};
const [down, warned, well] = arguments;
return [down.filter((slot) => !has(slot, colors.worse[0])).length,
  warned.filter((slot) => !has(slot, colors.changed[0])).length,
  well.filter((slot) => has(slot, colors.healthy[0])).length];
""", *slots, [hosts[name]["slot"] for name in hosts if name not in down | warned][:2000])
    equal(wrong, [0, 0, 0], "cells that are not down, not changed, and not faded")


@case("a moment of which nothing is stored is said, and shown as nothing")
def forgotten(stand):
    page = stand.page
    page.size(1280, 800)
    page.open(stand.collector.url + "#moment=2001-01-01T00:00:00Z")
    page.until("document.body.dataset.link === 'gap'")
    page.until("/what is stored begins at/.test(document.getElementById('said-counts').innerText)")
    equal(page.value("getComputedStyle(document.getElementById('counts')).visibility"), "hidden",
          "the counts of another moment")
    await_curves(page)
    page.click("#now")
    page.until("document.body.dataset.link === 'live'")
    page.forgive("404 (Not Found)")
    page.forgive("400 (Bad Request)")  # Where the curves of that time were asked for, once.


def newest_states(stand, name):
    """What a host was, the newest first."""
    spans = stand.collector.ask(f"/api/v1/hosts/{name}/history?from=1970-01-01T00:00:00Z&limit=1000")["spans"]
    return [span["state"] for span in reversed(spans) if span["to"] > span["from"]]


@case("a host's last day tells when its state began, and leads there")
def day(stand):
    page, name = stand.page, stand.names("silent")[0]
    for _ in range(5):
        stand.open(f"#host={name}")
        rows = page.until("document.querySelectorAll('.spans li').length > 1 && "
                          "[...document.querySelectorAll('.spans li')].map((row) => row.dataset.state)")
        told = newest_states(stand, name)
        if rows == told[:len(rows)]:
            break  # Or it was another step already.
    equal(rows, told[:len(rows)], "its newest states")
    # A busy machine loses steps, which are gaps, and then the rows may not reach back so far.
    states = [state for state, _ in itertools.groupby(state for state in told if state != "gap")]
    equal(states[:2], ["silent", "healthy"], "its newest states")
    row = max(i for i, state in enumerate(rows) if state == ("healthy" if "healthy" in rows else "silent"))
    page.click(f".spans li:nth-child({row + 1}) button")
    page.until(f"document.querySelector('#host .state').dataset.state === '{rows[row]}' && "
               "document.body.dataset.link === 'past'")
    check(page.value("document.querySelector('.strip b') !== null"), "no mark at the moment")


@case("the past is played up to now, one frame at a time")
def played(stand):
    page, then = stand.page, healthy_moment(stand)
    stand.open(f"#moment={then}")
    page.until(ALL_WELL)
    await_curves(page)
    page.run("document.getElementById('speed').value = '60';")
    page.forgive("404 (Not Found)")  # Of steps that a busy machine lost.
    # It may play no longer than a second.
    page.run("""
window.playing = [];
const button = document.getElementById('play');
new MutationObserver(() => playing.push(button.dataset.playing))
  .observe(button, {attributeFilter: ['data-playing']});
""")
    page.click("#play")
    page.until("playing[0] === 'true' && document.getElementById('play').dataset.playing === 'false' && "
               "document.body.dataset.link === 'live'")


SHAPES = """
const {CHANGES, COLORS, shapeAt} = await import('/web/palette.js');
const size = 9;
return {names: CHANGES.map(({name}) => name), themes: COLORS,
  shapes: CHANGES.map(({shape}) => Array.from({length: size * size}, (_, i) =>
    shapeAt(shape, i % size, Math.floor(i / size), size)).join(''))};
"""


@case("every eye tells changes apart, by colour and by shape")
def seen(stand):
    looks = stand.page.run(SHAPES)
    equal(len(set(looks["shapes"])), len(looks["names"]), "different shapes")
    for theme, colours in looks["themes"].items():
        for name in looks["names"]:
            fill, ink = colours[name]
            check(contrast(fill, ink) >= 3, f"{theme}: the shape of {name}")
            check(contrast(fill, colours["ground"]) >= 3, f"{theme}: {name} on its ground")
        for eye, (one, other) in itertools.product(EYES, itertools.combinations(looks["names"], 2)):
            difference = math.dist(seen_as(eye, colours[one][0]), seen_as(eye, colours[other][0]))
            check(difference >= LEAST_DIFFERENCE,
                  f"{theme}, {eye}: {one} and {other} differ by {difference:.1f}")

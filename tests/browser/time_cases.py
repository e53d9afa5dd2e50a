"""Time: the page turns to moments of the past, and tells two of them apart, by the fleet's truth."""

import itertools
import math

from selenium.webdriver.common.keys import Keys

from access_cases import EYES, LEAST_DIFFERENCE, contrast, seen_as
from cases import case, check, equal
from map_cases import wrong_cells
from stand import HOSTS

MODULES = """
const moments = await import('/web/moments.js');
const series = await import('/web/series.js');
const difference = await import('/web/difference.js');
const then = await import('/web/then.js');
const play = await import('/web/play.js');
const strip = await import('/web/strip.js');
const {CHANGES, LOOKS, change, look} = await import('/web/palette.js');
"""
SLIDER = "document.getElementById('slider')"
HEADLINE = "document.getElementById('headline').innerText"
ALL_WELL = f"{HEADLINE} === 'All {HOSTS:,} hosts are healthy'"


def healthy_moment(stand):
    """A stored moment at which all hosts were there and well, before the trouble."""
    stand.await_trouble()
    points = stand.collector.ask("/api/v1/history?from=1970-01-01T00:00:00Z&points=1000")["points"]
    times = [point["time"] for point in points
             if point["steps"] > 0 and point["hosts"] == point["healthy"] == HOSTS]
    check(times, "no step was stored before the trouble")
    return times[-1]


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


@case("the slider turns the whole page to a moment, and the button back to now")
def slid(stand):
    page, then = stand.page, healthy_moment(stand)
    stand.open("#zoom=cells")
    await_curves(page)
    page.click_at("#slider", place_of(page, then), 60)
    page.until(ALL_WELL)
    check("moment=" in page.value("location.hash"), page.value("location.hash"))
    equal(page.value("document.body.dataset.link"), "past", "what the page says of itself")
    told = page.text("#moment-time")
    check(told.endswith(" UTC") and told[:8] in page.text("#link") or told[:6] == then[11:17],
          f"{told}, and not {then}")
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
    page.until("document.getElementById('link').innerText.includes("
               "document.getElementById('moment-time').innerText.slice(0, 5))")
    page.forgive("404 (Not Found)")


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
    page.until("document.body.dataset.link === 'past'")
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


@case("a host's last day tells when its state began, and leads there")
def day(stand):
    page, name = stand.page, stand.names("silent")[0]
    stand.open(f"#host={name}")
    rows = page.until("document.querySelectorAll('.spans li').length > 1 && "
                      "[...document.querySelectorAll('.spans li')].map((row) => row.dataset.state)")
    equal(rows[:2], ["silent", "healthy"], "its newest states")
    page.click(".spans li:nth-child(2) button")
    page.until("document.querySelector('#host .state').dataset.state === 'healthy' && "
               "document.body.dataset.link === 'past'")
    check(page.value("document.querySelector('.strip b') !== null"), "no mark at the moment")


@case("the past is played up to now, one frame at a time")
def played(stand):
    page, then = stand.page, healthy_moment(stand)
    stand.open(f"#moment={then}")
    page.until(ALL_WELL)
    await_curves(page)
    page.run("document.getElementById('speed').value = '60';")
    page.click("#play")
    page.until("document.getElementById('play').dataset.playing === 'true'")
    page.until("document.getElementById('play').dataset.playing === 'false' && "
               "document.body.dataset.link === 'live'")


@case("moments, places on the slider and stretches of time belong together")
def arithmetic(stand):
    stand.open()
    equal(stand.page.run(MODULES + """
const {stretchOf, placeOf, momentAt, stepFrom, clock, ticksOf, inWords} = moments;
const hour = 3600_000;
const now = Date.parse('2026-11-30T04:00:00Z');
const stretch = {from: now - hour, to: now, isLive: true};
return [
  stretchOf([], 3600, now), stretchOf([now - hour], 3600, now),
  stretchOf([now - 2 * hour], 3600, now), stretchOf([now - hour - 1000], 3600, now),
  stretchOf([], Infinity, now),
  placeOf(null, stretch, 10_000), placeOf(now - 95_000, stretch, 10_000),
  placeOf(0, stretch, 10_000), momentAt(360, stretch, 10_000), momentAt(359, stretch, 10_000),
  momentAt(360, {...stretch, isLive: false}, 10_000),
  stepFrom(null, -1, 10_000, now), stepFrom(now - 10_000, 1, 10_000, now),
  clock(now - 5 * hour, now), clock(now, now, false),
  ticksOf({from: now - hour, to: now}, 4).map((ms) => clock(ms, now, false)),
  inWords('2026-11-30T03:59:00.000Z: nothing was stored after 2026-11-30T03:00:00.500Z', now),
].map((value) => JSON.stringify(value));
"""), [
        '{"from":1796007600000,"to":null}', '{"from":1796007600000,"to":null}',
        '{"from":1796002200000,"to":1796005800000}', '{"from":1796005799000,"to":1796009399000}',
        '{"from":0,"to":null}',
        "360", "351", "0", "null", '"2026-11-30T03:59:50Z"', '"2026-11-30T04:00:00Z"',
        '"2026-11-30T03:59:50Z"', "null", '"11-29 23:00:00"', '"04:00"',
        '["03:00","03:15","03:30","03:45","04:00"]', '"nothing was stored after 03:00:00"',
    ], "what the module says")


@case("a curve ends before a gap, and holds a step until the next")
def gaps(stand):
    stand.open()
    equal(stand.page.run(MODULES + """
const {stepsOf, gapsOf, held, ceilingOf, countCeiling, tellPoint, stacked, flagged} = series;
const at = (second) => new Date(1000 * second).toISOString();
const point = (second, steps, failing = 0, more = {}) => ({from: at(second), steps, failing, silent: 2,
  missing_hosts: 0, hosts: 100, missing: steps === 0 ? 1 : 0, flags: [], ...more});
const points = [point(0, 1, 5), point(10, 0), point(20, 0), point(30, 1, 7, {flags: ['panic']})];
const value = ({steps, failing}) => (steps === 0 ? null : failing);
return [
  stepsOf(points, 10_000, value).map(({x, y}) => [x / 1000, y]),
  gapsOf(points, 10_000), flagged(points, 10_000, 'panic'),
  stacked(points, 10_000, 1).map(({y}) => y),
  held([point(0, 1, 5), point(10, 0, 0, {missing: 0})], 10_000, 10_000).map(value),
  held(points, 10_000, 10_000).map(value),
  [ceilingOf(0.02, 0.02), ceilingOf(7, 4), ceilingOf(900, 4), ceilingOf(1001, 4), ceilingOf(9, 4)],
  countCeiling(points), countCeiling([point(0, 1, 0, {hosts: 10_000})]),
  tellPoint(points[1]), tellPoint(points[3]), tellPoint(point(0, 1, 0, {silent: 0})),
].map((one) => JSON.stringify(one));
"""), [
        "[[0,5],[10,5],[10,null],[20,null],[30,7],[40,7]]",
        '[{"from":10000,"to":30000}]', '[{"from":30000,"to":40000}]',
        "[7,7,null,null,9,9]", "[5,5]", "[5,null,null,7]", "[0.02,8,1000,1500,10]", "10", "100",
        '"nothing was stored"', '"7 failing, 2 silent of 100 · panic"', '"nobody down"',
    ], "what the module says")


@case("changes have looks of their own, and slots that were reused are known")
def changes(stand):
    stand.open()
    equal(stand.page.run(MODULES + """
const {lookOfChange, paintChanges, changedIn, gravityOf, tellChange, eitherOf} = difference;
const {compareThen, reusedSlots} = then;
const names = [...LOOKS.map(({name}) => name), ...LOOKS.map(({name}) => `${name}, faded`),
  ...CHANGES.map(({name}) => name), ...CHANGES.map(({name}) => `${name}, faded`)];
const of = (before, after) => names[lookOfChange(look[before], look[after])];
const plane = (...bytes) => Uint8Array.from(bytes);
const bitmap = (generation, ...bytes) => ({generation, planes: [plane(...bytes)]});
const start = 7n << 32n;
const kinds = plane(look.failing, look.healthy + LOOKS.length, look.healthy);
const painted = paintChanges(plane(look.healthy, look.silent, look.healthy), [2, 1, 0], kinds,
  new Uint8Array(3));
return [
  of('healthy', 'silent'), of('missing', 'warning'), of('failing', 'silent'), of('empty', 'silent'),
  of('healthy', 'empty'), of('failing', 'failing'), of('healthy', 'drained'), of('healthy', 'moved'),
  [...painted].map((kind) => names[kind]), changedIn({start: 0, count: 3}, painted), [...eitherOf(plane(5), plane(2))], eitherOf(null, plane(1)),
  compareThen(plane(0b111), start + 5n, bitmap(start + 5n, 0b111)),
  compareThen(plane(0b111), start + 6n, bitmap(start + 4n, 0b111)),
  compareThen(plane(0b011), start + 6n, bitmap(start + 5n, 0b111)),
  compareThen(plane(0b111), start + 6n, bitmap(start - 4n, 0b111)).unseen === Infinity,
  [...reusedSlots([{kind: 'came', slot: 1}, {kind: 'came', slot: 3}, {kind: 'went', slot: 0},
    {kind: 'unremembered', slot: 2}, {kind: 'went', slot: 4}], plane(0b10111), plane(0b1001))],
  gravityOf({kind: 'changed', before: 'healthy', after: 'silent'}),
  gravityOf({kind: 'changed', before: 'silent', after: 'healthy'}),
  tellChange({kind: 'changed', before: 'healthy', after: 'failing', check_after: 'disk'}),
  tellChange({kind: 'changed', before: 'healthy', after: 'healthy', beside: ['+warning']}),
  tellChange({kind: 'went', before: 'healthy'}),
  play.playedTo(0, 250, 60, 20_000), play.playedTo(0, 250, 60, 15_000),
  strip.tellShare({watched_seconds: 1e6, healthy_seconds: 1e6 - 1}),
  strip.tellShare({watched_seconds: 0, healthy_seconds: 0}),
].map((one) => JSON.stringify(one));
"""), [
        '"worse"', '"better"', '"changed"', '"came"', '"went"', '"failing, faded"', '"changed"',
        '"moved"', '["worse","better, faded","healthy, faded"]', "1", "[7]", "null", '{"gone":0,"unseen":0}', '{"gone":0,"unseen":2}',
        '{"gone":1,"unseen":0}', "true", "[7]", "0", "4", '"healthy → failing (disk)"',
        '"healthy +warning"', '"went: was healthy"', "15000", "null", '"> 99.99 % healthy"',
        '"not watched"',
    ], "what the modules say")


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

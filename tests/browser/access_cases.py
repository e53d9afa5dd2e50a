"""The page is for everybody: what a machine can test of that, by the rules of WCAG 2.2."""

import itertools
import math
import pathlib

from selenium.webdriver.common.keys import Keys

from cases import case, check, equal

MEASURE = (pathlib.Path(__file__).parent / "access.js").read_text()
ZOOMS = ("groups", "cells", "hosts", "table")
PRESSED = {"button", "checkbox", "combobox", "link", "listbox", "menuitem", "option", "radio",
           "searchbox", "slider", "spinbutton", "switch", "tab", "textbox"}
NOTHING = {"generic", "none", "presentation", "GenericContainer", ""}


def measure(page, what):
    return page.run(MEASURE, what)


def faces(stand):
    """The page's faces, one after the other."""
    host = stand.names("failing")[0]
    stand.open()
    for zoom in ZOOMS:
        stand.show(f"#zoom={zoom}")
        if zoom in ("hosts", "table"):
            stand.page.until(f"/sim-/.test(document.querySelector('#{zoom}').innerText)")
        yield zoom
    stand.show("#filter=failing%20%26%20(")
    stand.page.until("document.querySelector('#filter-said .mark')")
    stand.page.forgive("400 (Bad Request)")
    yield "a wrong filter"
    stand.show(f"#zoom=cells&host={host}&filter=failing")
    stand.page.until("document.querySelector('#host [data-verb=drain]')")
    yield "a host"
    stand.page.run("document.querySelector('#host [data-verb=drain]').click();")
    stand.page.until("document.querySelector('#action').open")
    yield "an action"
    stand.page.press(Keys.ESCAPE)
    stand.page.until("!document.querySelector('#action').open")
    stand.page.run("document.querySelector('#keys').click();")
    stand.page.until("document.querySelector('dialog[open]')")
    yield "the keys"


def nameless(page):
    """What can be reached or pressed, and has no role or no name for a screen reader."""
    for node in page.tell("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value", "")
        name = node.get("name", {}).get("value", "").strip()
        is_reached = any(each["name"] == "focusable" and each["value"]["value"]
                         for each in node.get("properties", []))
        if not node["ignored"] and (is_reached or role in PRESSED) and (
                role in NOTHING or not name):
            yield f"{role} {name!r}"


@case("whatever is reached has a role and a name, stands out from its ground, and fits a finger")
def all_faces(stand):
    wrong = []
    for face in faces(stand):
        wrong += [f"{face}: no name: {one}" for one in nameless(stand.page)]
        for theme in ("light", "dark"):
            stand.page.media(prefers_color_scheme=theme)
            stand.page.until(f"document.documentElement.dataset.theme === '{theme}'")
            wrong += [f"{face}, {theme}: too faint: {one}"
                      for what in ("texts", "edges") for one in measure(stand.page, what)]
        stand.page.size(390, 844, 2)
        wrong += [f"{face}: too small: {one}" for one in measure(stand.page, "small")]
        stand.page.size(1280, 800)
    check(not wrong, "\n".join(wrong[:40]))


@case("where the focus is can be seen")
def focus(stand):
    address = f"#host={stand.names('failing')[0]}&zoom=cells"
    stand.open(address)
    stand.page.until("document.querySelector('#host .state')")
    for theme in ("dark", "light"):
        stand.show(address, theme=theme)
        seen = {}
        for _ in range(80):
            stand.page.press(Keys.TAB)
            ring = measure(stand.page, "focus")
            if ring["name"].startswith("body"):
                continue  # Behind the last and before the first.
            if ring["place"] in seen:
                break
            seen[ring["place"]] = ring
        names = [ring["name"] for ring in seen.values()]
        check(any(name.startswith("canvas#cells") for name in names), f"only {names}")
        dark = [ring["name"] for ring in seen.values() if ring["ring"] < 3 or not ring["isSeen"]]
        check(not dark, f"{theme}: no ring around {dark}")


@case("nothing is scrolled sideways at 320 pixels, nor at 7,680")
def narrow(stand):
    host = stand.names("failing")[0]
    stand.open("#filter=failing,silent", width=320, height=640)
    for width, height, zooms in ((320, 640, (*ZOOMS, f"cells&host={host}")), (7680, 4320, ("cells",))):
        for zoom in zooms:
            stand.show(f"#zoom={zoom}&filter=failing,silent", width=width, height=height)
            stand.page.until("/ match /.test(document.querySelector('#filter-said').innerText)")
            wide = measure(stand.page, "wide")
            check(not wide, f"{width}, {zoom}: {wide[:8]}")


SEEN_MESSAGES = ("[...document.querySelectorAll('#messages li')]"
                 ".filter((message) => message.checkVisibility()).length")


@case("on a phone the gravest message is shown, a key opens the others, and the map is on the first screen")
def folded(stand):
    page = stand.page
    stand.await_trouble()
    stand.open("#zoom=cells", width=390, height=844)
    said = "document.querySelectorAll('#messages li').length"
    page.until(f"{said} > 2", "three messages")
    equal(page.value(SEEN_MESSAGES), 1, "messages on a phone")
    top = page.value("document.querySelector('#cells').getBoundingClientRect().top")
    check(top < 844 * 4 / 5, f"the map begins at {top} of 844 pixels")
    more = "document.querySelector('#more-messages')"
    page.run(f"{more}.focus();")
    for key, seen, expanded in ((Keys.ENTER, said, "true"), (Keys.SPACE, 1, "false")):
        page.press(key)
        page.until(f"{SEEN_MESSAGES} === {seen}")
        equal(page.value(f"{more}.getAttribute('aria-expanded')"), expanded, "aria-expanded")
    page.size(1280, 800)
    page.until(f"{SEEN_MESSAGES} === {said} && !{more}.checkVisibility()", "all messages where there is room")


@case("nothing moves for who wants no motion, and paper gets no switches")
def still(stand):
    stand.open("#zoom=cells")
    stand.page.media(prefers_reduced_motion="reduce")
    equal(measure(stand.page, "moving"), [], "what moves")
    stand.page.media(type="print")
    for gone in (".bar", "#controls"):
        equal(stand.page.value(f"getComputedStyle(document.querySelector('{gone}')).display"), "none",
              f"{gone} on paper")
    faint = measure(stand.page, "texts")
    check(not faint, f"too faint on paper: {faint}")
    stand.page.media()


# What eyes make of light's red, green and blue parts, by Machado, Oliveira and Fernandes (2009).
EYES = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                 (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                (0.004733, 0.691367, 0.303900)),
}
# Looks of one colour, or nearly: their shapes alone tell them apart.
ALIKE = [{"silent", "missing"}, {"warning", "flapping"}, {"expected", "moved"}]
LEAST_DIFFERENCE = 9  # Of CIE's L*a*b*, where 2.3 can just be noticed.

LOOKS = """
const {COLORS, LOOKS, shapeAt} = await import('/web/palette.js');
const size = 9;
const shapes = LOOKS.map(({shape}) => Array.from({length: size * size}, (_, i) =>
  shapeAt(shape, i % size, Math.floor(i / size), size)).join(''));
return {names: LOOKS.map(({name}) => name), shapes, themes: COLORS};
"""


def light_of(colour):
    """The linear parts of a colour that is written in hex."""
    shares = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    return [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
            for share in shares]


def contrast(one, other):
    dark, light = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b
                         for r, g, b in (light_of(one), light_of(other)))
    return (light + 0.05) / (dark + 0.05)


def seen_as(eye, colour):
    """Where a colour is in L*a*b* for an eye."""
    r, g, b = (min(1, max(0, sum(map(float.__mul__, map(float, row), light_of(colour)))))
               for row in EYES[eye])
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047, 0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@case("every eye tells the states apart, by colour and by shape")
def states(stand):
    looks = stand.page.run(LOOKS)
    equal(len(set(looks["shapes"])), len(looks["names"]), "different shapes")
    for theme, colours in looks["themes"].items():
        shown = [name for name in looks["names"] if name != "empty"]
        healthy = colours["healthy"][0]
        for name in shown:
            fill, ink = colours[name]
            if name != "healthy":
                check(contrast(fill, ink) >= 3, f"{theme}: the shape of {name}")
                check(contrast(fill, colours["ground"]) >= 3, f"{theme}: {name} on its ground")
            if name in ("failing", "silent", "missing"):
                check(contrast(fill, healthy) >= 3, f"{theme}: {name} among the healthy")
        for eye, (one, other) in itertools.product(EYES, itertools.combinations(shown, 2)):
            if {one, other} in ALIKE:
                continue
            difference = math.dist(seen_as(eye, colours[one][0]), seen_as(eye, colours[other][0]))
            check(difference >= LEAST_DIFFERENCE,
                  f"{theme}, {eye}: {one} and {other} differ by {difference:.1f}")

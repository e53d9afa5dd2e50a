"""The map: every cell tells the truth, and leads to its host."""

from cases import case, check, equal

# For each slot: the colours of its cell's pixels, without the ground between cells.
CELLS = """
const [slots] = arguments;
const {stage} = await import('/web/main.js');
const {COLORS} = await import('/web/palette.js');
await stage.whenDrawn();
const canvas = document.getElementById('cells');
const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
const words = new Uint32Array(data.buffer);
const theme = COLORS[document.documentElement.dataset.theme];
const hex = new Map();
const colour = (word) => {
  if (!hex.has(word)) {
    const [r, g, b] = [word, word >> 8, word >> 16].map((byte) => byte & 0xff);
    hex.set(word, '#' + [r, g, b].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
  return hex.get(word);
};
return slots.map((slot) => {
  const cell = stage.whereIs(slot);
  if (cell === null) return null;
  const [x, y, size] = [cell.x, cell.y, cell.size].map((css) => Math.round(css * devicePixelRatio));
  const found = new Set();
  for (let row = 0; row < size; ++row) {
    for (let column = 0; column < size; ++column) {
      found.add(colour(words[(y + row) * canvas.width + x + column]));
    }
  }
  found.delete(theme.ground);
  return [...found].sort();
});
"""
# How each look is painted: its colours.
COLOURS = """
const {COLORS, LOOKS} = await import('/web/palette.js');
const theme = COLORS[document.documentElement.dataset.theme];
return Object.fromEntries(LOOKS.map(({name}) => [name, theme[name]]));
"""
# Makes frames slow on every machine: a look at the clock takes longer than a slice, so that each part
# is a slice of its own. It lasts until the page is loaded anew.
SLOW = """
const real = performance.now.bind(performance);
performance.now = () => {
  const end = real() + 6;
  while (real() < end);
  return end;
};
"""


def cells(stand):
    """The colours of each host's cell, by slot."""
    slots = sorted(stand.looks())
    return dict(zip(slots, stand.page.run(CELLS, slots)))


def is_painted(found, colours):
    """Whether a cell has its look's fill, and no colour but fill and ink."""
    return found is not None and colours[0] in found and set(found) <= set(colours)


def wrong_cells(stand, slots=None):
    colours = stand.page.run(COLOURS)
    found = cells(stand)
    return [(slot, look, found[slot]) for slot, look in stand.looks().items()
            if (slots is None or slot in slots) and not is_painted(found[slot], colours[look])]


@case("each of 10,000 cells is painted as its host was told to be")
def painted(stand):
    stand.await_trouble()
    stand.open("#zoom=cells")
    for view in ({}, {"theme": "light", "width": 390, "height": 844, "ratio": 2}):
        stand.show("#zoom=cells", **view)
        wrong = wrong_cells(stand)
        check(not wrong, f"{len(wrong)} cells, as {wrong[:3]}")


@case("a filter fades what does not match, and tells the share")
def filtered(stand):
    stand.open("#zoom=cells")
    stand.page.write("#filter", "failing & rack=r07")
    said = stand.page.until("/ match /.test(document.querySelector('#filter-said').innerText) && "
                            "document.querySelector('#filter-said').innerText")
    hosts = stand.hosts()
    truth = stand.fleet.truth()
    matching = {host["slot"] for name, host in hosts.items()
                if truth[name] == "failing" and "rack=r07" in host["labels"]}
    check(len(matching) > 100, f"only {len(matching)} hosts of the rack fail")
    check(said.startswith(f"{len(matching):,} of {len(hosts):,} match ("), said)
    wrong = wrong_cells(stand, matching)
    check(not wrong, f"of those that match, {len(wrong)} are wrong, as {wrong[:3]}")
    colours = {colour for pair in stand.page.run(COLOURS).values() for colour in pair}
    bright = [slot for slot, found in cells(stand).items()
              if slot not in matching and colours & set(found)]
    check(not bright, f"{len(bright)} do not match and are not faded, as {bright[:3]}")


@case("a group's name and counts have room over its cells, however many groups there are")
def named(stand):
    stand.open("#zoom=cells&by=rack", width=390, height=844)
    stand.page.until("document.querySelectorAll('#labels .group').length === 24")
    stand.page.run("const {stage} = await import('/web/main.js'); await stage.whenDrawn();")
    cut = stand.page.value("[...document.querySelectorAll('#labels .group')].filter((name) => "
                           "name.scrollWidth > name.clientWidth).map((name) => name.innerText)")
    equal(cut, [], "what is cut")


# Makes the stage narrower, and looks at the map before and after it is drawn for that.
NARROWED = """
const {stage} = await import('/web/main.js');
const canvas = document.getElementById('cells');
const look = () => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return {width: canvas.width, colours: new Set(new Uint32Array(data.buffer)).size,
    counts: [...document.querySelectorAll('#labels .group b')].map((count) => count.textContent)};
};
await stage.whenDrawn();
const before = look();
const {width} = canvas.style;
// At once when the canvas is told of its new size, and so before anything can be drawn for that.
const resized = new Promise((resolve) => new MutationObserver((_, observer) => {
  if (canvas.style.width === width) return;
  observer.disconnect();
  resolve(look());
}).observe(canvas, {attributeFilter: ['style']}));
document.getElementById('stage').style.width = `${parseInt(width) - 200}px`;
const meanwhile = await resized;
await stage.whenDrawn();
return {before, meanwhile, after: look(), wanted: parseInt(canvas.style.width)};
"""


@case("the map and its counts stay until they are drawn in a new size")
def narrowed(stand):
    stand.await_trouble()
    stand.open("#zoom=cells&by=role")
    stand.page.until("[...document.querySelectorAll('#labels .group b')].some((b) => b.textContent)")
    stand.page.run(SLOW)
    seen = stand.page.run(NARROWED)
    check(seen["before"]["colours"] > 2 and all(seen["before"]["counts"]), f"{seen['before']}")
    equal(seen["meanwhile"], seen["before"], "what is shown until it is drawn")
    equal(seen["after"]["width"], seen["wanted"], "the width when it is drawn")
    check(seen["after"]["colours"] > 2, f"{seen['after']}")
    equal(seen["after"]["counts"], seen["before"]["counts"], "the counts when it is drawn")


@case("what is wrong with a filter stands below the character")
def filter_refused(stand):
    stand.open()
    stand.page.write("#filter", "failing & (role=web")
    mark = stand.page.until("document.querySelector('#filter-said .mark')?.textContent")
    equal(mark, " " * 19 + "^", "the mark")
    field = "document.querySelector('#filter')"
    equal(stand.page.value(f"{field}.getAttribute('aria-invalid')"), "true", "aria-invalid")
    # The mark is where the character would be: both are as wide, from the same edge.
    off = stand.page.run("""
const field = document.querySelector('#filter');
const style = getComputedStyle(field);
const brush = document.createElement('canvas').getContext('2d');
brush.font = `${style.fontSize} ${style.fontFamily}`;
const typed = field.getBoundingClientRect().x + parseFloat(style.borderLeftWidth) +
  parseFloat(style.paddingLeft) + brush.measureText(field.value).width;
const text = document.querySelector('#filter-said .mark').firstChild;
const last = document.createRange();
last.setStart(text, text.length - 1);
last.setEnd(text, text.length);
return Math.abs(typed - last.getBoundingClientRect().x);
""")
    check(off < 4, f"the mark is {off} px off its character")
    stand.page.forgive("400 (Bad Request)")


@case("a click on a cell opens its host, and Escape closes it")
def clicked(stand):
    stand.open("#zoom=cells")
    for name in (stand.names("failing")[7], stand.names("silent")[3], stand.names("healthy")[-1]):
        slot = stand.hosts()[name]["slot"]
        at = stand.page.run("const {stage} = await import('/web/main.js'); await stage.whenDrawn();"
                            "return stage.whereIs(arguments[0]);", slot)
        stand.page.click_at("#cells", at["x"] + at["size"] / 2, at["y"] + at["size"] / 2)
        stand.page.until(f"document.querySelector('#host .state') && "
                         f"document.querySelector('#host h2').innerText === '{name}'")
        state = stand.fleet.truth()[name]
        check(stand.page.text("#host .state").startswith(state), f"{name} is {state}")
        check(f"host={name}" in stand.page.value("location.hash"), "the address has no host")
    stand.page.press("\ue00c")
    stand.page.until("document.querySelector('#host').hidden")
    check("host=" not in stand.page.value("location.hash"), "the address still has a host")

"""The page's pure modules, each by a file of modules/ that runs in the browser."""

import pathlib

from cases import case, check

MODULES = pathlib.Path(__file__).parent / "modules"
AROUND = """
const wrong = [];
let count = 0;
const check = (holds, what) => { if (!holds) wrong.push(what); };
const equal = (found, wanted, what) => check(found === wanted,
  `${what}: ${String(found)}, and not ${String(wanted)}`);
const test = async (sentence, play) => {
  const before = wrong.length;
  ++count;
  try { await play(); } catch (error) { wrong.push(String(error.stack)); }
  for (let i = before; i < wrong.length; ++i) wrong[i] = `${sentence}: ${wrong[i]}`;
};
%s
return {count, wrong};
"""


def play(stand, name):
    """In a window that shows a file of the page: the page's own polls would be in the way."""
    file = f"{stand.collector.url}web/main.js"
    if stand.page.value("location.href") != file:
        stand.page.open(file)
    result = stand.page.run(AROUND % (MODULES / name).read_text())
    stand.page.forgive("favicon.ico")  # A browser looks for it where no page names another.
    check(result["count"] > 0 and not result["wrong"], "\n".join(result["wrong"]))


@case("bitmap.js takes the contract's bytes and no others")
def bitmap(stand):
    play(stand, "bitmap.js")


@case("address.js reads what it writes")
def address(stand):
    play(stand, "address.js")


@case("poll.js asks at one pace, whatever is answered")
def poll(stand):
    play(stand, "poll.js")


@case("api.js tells an answer that ends halfway as one that never came")
def api(stand):
    play(stand, "api.js")


@case("moments, places on the slider and stretches of time belong together")
def moments(stand):
    play(stand, "moments.js")


@case("a curve ends before a gap, and holds a step until the next")
def series(stand):
    play(stand, "series.js")


@case("changes have looks of their own, and slots that were reused are known")
def changes(stand):
    play(stand, "changes.js")


@case("causes are told in the collector's words, with commas in their counts alone")
def words(stand):
    play(stand, "words.js")


@case("the host of the very name that is searched for comes first")
def search(stand):
    play(stand, "search.js")


@case("an action for many hosts stops when it is told to, and says how far it came")
def batch(stand):
    play(stand, "batch.js")

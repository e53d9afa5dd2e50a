"""Debian's Chromium without a screen, led by Selenium and by its own DevTools protocol."""

import base64
import json

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from programs import Wrong, temporary_folder

PATIENCE = 60  # Seconds, for whatever the page must come to.
LOOK_MS = 20  # How often it is looked at until then.
STARTS = 3  # Its driver may find the port taken that Selenium chose for it.
# A collector says so on a busy machine, where its disk or its loop does not answer; the page asks again.
IS_BUSY = "503 (Service Unavailable)"

FLAGS = [
    "--headless=new",
    # It visits our own collector and nothing else; as root, and in most containers, there is no
    # sandbox to be had, and too small a /dev/shm.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    # Nobody goes back to a page that a case left; to keep it takes a third of a load's time.
    "--disable-features=BackForwardCache",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    # A page that looks for another machine finds none, whatever the test's machine is connected to.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

UNTIL = """
const [told, patience, look, done] = arguments;
const holds = new Function(`return (${told});`);
const end = performance.now() + patience;
(function again() {
  let value;
  try { value = holds(); } catch (error) { value = null; }
  if (value) return done(value);
  if (performance.now() > end) return done(null);
  setTimeout(again, look);
})();
"""

# The shown zoom has its own box, and what observes the window's size has been told of it two frames later.
FOLLOW = """
const [address] = arguments;
const boxes = {groups: 'tiles', cells: 'map', hosts: 'hosts', table: 'table'};
location.hash = address;
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
const box = boxes[new URLSearchParams(address.slice(1)).get('zoom')];
do {
  await frame();
  await frame();
} while (box && document.getElementById(box).hidden);
"""

# A script's own error is told as text: Selenium would say that it timed out.
ASYNC = """
const done = arguments[arguments.length - 1];
(async () => { %s })().then((value) => done({value}), (error) => done({error: `${error.stack}`}));
"""


def started(stack):
    for tries in range(1, STARTS + 1):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in [*FLAGS, f"--user-data-dir={temporary_folder(stack)}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        try:
            return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        except Exception as error:  # Whatever answers at that port.
            if tries == STARTS:
                raise
            print(f"the browser is started again: {error}", flush=True)
    return None


class Page:
    """The page in a window of the browser."""

    def __init__(self, stack):
        self.driver = started(stack)
        stack.callback(self.driver.quit)
        self.driver.set_script_timeout(2 * PATIENCE)
        self._origins = ("about:", "chrome:", "data:")  # Who may be asked: the browser itself, and
        self._forgiven = []
        self._told = []

    # --- Where it is --------------------------------------------------------------------------

    def open(self, url):
        """Loads the page anew, also where only what is behind the # differs."""
        self._origins += ("/".join(url.split("/")[:3]),)  # whose page was opened.
        self.driver.get("about:blank")
        self.driver.get(url)

    def follow(self, address):
        """Follows a link within the page that is open."""
        self.run(FOLLOW, address)

    def size(self, width, height, ratio=1):
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=ratio, mobile=False)

    def media(self, **features):
        """What the system wishes, such as prefers_color_scheme="light"; `type` is what it is shown on."""
        kind = features.pop("type", "")
        self.tell("Emulation.setEmulatedMedia", media=kind, features=[
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    # --- What is there ------------------------------------------------------------------------

    def tell(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def run(self, script, *arguments):
        """What a script returns that runs in the page and may await."""
        result = self.driver.execute_async_script(ASYNC % script, *arguments)
        if "error" in result:
            raise Wrong(f"in the page: {result['error']}")
        return result.get("value")

    def value(self, expression):
        return self.driver.execute_script(f"return ({expression});")

    def until(self, expression, what="", patience=PATIENCE):
        """Waits until this holds in the page, and returns what it is then."""
        value = self.driver.execute_async_script(UNTIL, expression, 1000 * patience, LOOK_MS)
        if not value:
            raise Wrong(f"{what or expression}: not within {patience} s. The page says\n"
                        f"{self.value('document.body.innerText')[:1500]}")
        return value

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self._now(lambda: self.find(selector).text)

    def _now(self, act):
        """Panels are made anew at each tick: what was found may be gone when it is used."""
        for _ in range(10):
            try:
                return act()
            except StaleElementReferenceException:
                pass
        return act()

    # --- What one does ------------------------------------------------------------------------

    def click(self, selector):
        self._now(lambda: self.find(selector).click())

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def write(self, selector, text, then=Keys.ENTER):
        """Writes this instead of what stands in a field."""
        field = self.find(selector)
        field.click()
        field.send_keys(Keys.CONTROL, "a", Keys.DELETE)
        if text:
            self.tell("Input.insertText", text=text)  # As what is pasted: in one event, at once.
        field.send_keys(then)

    def click_at(self, selector, x, y):
        """Clicks at a place within an element, in CSS pixels from its corner."""
        self.run("document.querySelector(arguments[0]).scrollIntoView({block: 'nearest'});", selector)
        box = self.run("return document.querySelector(arguments[0]).getBoundingClientRect().toJSON();",
                       selector)
        at = {"x": box["x"] + x, "y": box["y"] + y, "button": "left", "clickCount": 1}
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.tell("Input.dispatchMouseEvent", type=kind, **at)

    def picture(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.tell("Page.captureScreenshot", format="png")["data"]))

    # --- What it did --------------------------------------------------------------------------

    def forgive(self, words):
        """Errors that have these words are what the test itself brought about."""
        self._forgiven.append(words)

    def _network(self):
        """What the browser told of its requests since faults() was last asked."""
        for entry in self.driver.get_log("performance"):
            self._told.append(json.loads(entry["message"])["message"])
        return [(told["method"], told["params"]) for told in self._told]

    def bodies(self):
        """The bytes of each answer that came since faults() was last asked, by path, in turn."""
        paths, sizes = {}, {}
        for method, told in self._network():
            if method == "Network.responseReceived":
                url = told["response"]["url"]
                paths[told["requestId"]] = url.split("/", 3)[-1].split("?")[0]
            if method == "Network.loadingFinished" and told["requestId"] in paths:
                sizes.setdefault(paths[told["requestId"]], []).append(told["encodedDataLength"])
        return sizes

    def faults(self):
        """Errors on the console, and requests to strangers, since last asked."""
        found = [entry["message"] for entry in self.driver.get_log("browser")
                 if entry["level"] == "SEVERE"
                 and not any(words in entry["message"] for words in [IS_BUSY, *self._forgiven])]
        for method, told in self._network():
            if method == "Network.requestWillBeSent" and not told["request"]["url"].startswith(
                    self._origins):
                found.append(f"a request to {told['request']['url']}")
        self._forgiven, self._told = [], []
        return found

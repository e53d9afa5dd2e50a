"""What an operator finds and changes from the page."""

from selenium.webdriver.common.keys import Keys

from cases import case, check, equal

DIALOG = "document.querySelector('#action')"
FEW = "name=sim-0001*"


def agree(page, token, why="kernel"):
    """Fills the dialog, as far as it asks, and agrees."""
    for name, text in (("why", why), ("token", token)):
        if page.value(f"{DIALOG}.querySelector('[name={name}]').checkVisibility()"):
            page.write(f"#action [name={name}]", text, then=Keys.TAB)
    page.run(f"{DIALOG}.querySelector('[data-part=agree]').click();")


@case("a part of its name finds a host, among thousands")
def searched(stand):
    name = stand.names("failing")[3]
    page = stand.page
    stand.open()
    page.press("/")
    page.until("document.activeElement.id === 'search'")
    page.press(name[-5:])
    page.until(f"[...document.querySelectorAll('#found [role=option]')]"
               f".some((item) => item.dataset.value === '{name}' && item.dataset.state === 'failing')")
    chosen = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))"
    for _ in range(10):
        if page.value(f"{chosen}.dataset.value") == name:
            break
        page.press(Keys.ARROW_DOWN)
    page.press(Keys.ENTER)
    page.until(f"document.querySelector('#host h2')?.innerText === '{name}'")


@case("a change needs the admin token, is shown first, and is done when it is agreed to")
def drained(stand):
    name = stand.names("healthy")[5]
    page = stand.page
    stand.open(f"#host={name}")
    page.until("document.querySelector('#host [data-verb=drain]')")
    page.click("#host [data-verb=drain]")
    page.until(f"{DIALOG}.open && !{DIALOG}.querySelector('[data-part=agree]').disabled")
    check(name in page.text("#action [data-part=agree]"), "the button does not say whom")
    page.forgive("401 (Unauthorized)")
    agree(page, "0" * 64)
    page.until(f"{DIALOG}.open && {DIALOG}.querySelector('[data-part=said]').innerText")
    check(not stand.collector.ask(f"/api/v1/hosts/{name}").get("drain"), "a wrong token drains")
    agree(page, stand.collector.admin_token)
    page.until(f"!{DIALOG}.open")
    page.until("document.querySelector('#host .state').innerText.includes('drained')")
    drain = stand.collector.ask(f"/api/v1/hosts/{name}")["drain"]
    equal(drain["why"], "kernel", "why")
    # The token is kept: it is not asked for again.
    page.click("#host [data-verb=undrain]")
    page.until(f"{DIALOG}.open && !{DIALOG}.querySelector('[data-part=agree]').disabled")
    check(not page.find("#action [name=token]").is_displayed(), "the token is asked for again")
    agree(page, "")
    page.until("!document.querySelector('#host .state').innerText.includes('drained')")
    check(stand.collector.admin_token not in page.value(
        "JSON.stringify([localStorage, sessionStorage, location.href, document.cookie])"),
        "the token is kept where others can read it")


@case("all that a filter names are drained at once, and are shown before")
def drained_by_filter(stand):
    page = stand.page
    stand.open("#zoom=cells")
    page.write("#filter", FEW)
    page.until("!document.querySelector('#all-matching').hidden")
    wanted = sorted(name for name in stand.hosts() if name.startswith("sim-0001"))
    for verb, count in (("drain", len(wanted)), ("undrain", 0)):
        page.click(f"#all-matching [data-verb={verb}]")
        page.until(f"{DIALOG}.open && !{DIALOG}.querySelector('[data-part=agree]').disabled")
        equal(page.text("#action [data-part=names]").split(", "), wanted, "the names")
        agree(page, stand.collector.admin_token)
        page.until(f"!{DIALOG}.open")
        page.until(f"document.querySelector('[data-count=drained] b').innerText === '{count}'")
    page.until("document.querySelector('#filter-said').innerText.startsWith("
               f"'{len(wanted)} of ')")

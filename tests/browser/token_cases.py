"""A collector that is not for everybody to read."""

import contextlib

from cases import case, check
from programs import Collector, temporary_folder


@case("a collector with a read token asks for it, and keeps no wrong one")
def guarded(stand):
    page = stand.page
    with contextlib.ExitStack() as stack:
        token = temporary_folder(stack) / "read.token"
        token.write_text("let-me-read-this-fleet\n")
        token.chmod(0o600)
        guarded = Collector(stack, stand.build, 64, ["--read-token", token])
        page.forgive("401 (Unauthorized)")
        page.open(guarded.url)
        for text in ("let-me-in", "let-me-read-this-fleet"):
            page.until("document.querySelector('#token').open")
            page.write("#token-text", text)
            page.until("!document.querySelector('#token').open || "
                       "document.querySelector('#token-said').innerText.includes('not the token')")
        page.until("/No host is registered/.test(document.querySelector('#headline').innerText)")
        check("let-me" not in page.value(
            "JSON.stringify([localStorage, sessionStorage, location.href, document.cookie])"),
            "the token is kept where others can read it")
        page.open("about:blank")

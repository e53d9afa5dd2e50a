"""The page over TLS."""

import contextlib
import subprocess

from cases import case, check
from programs import Collector, temporary_folder


@contextlib.contextmanager
def any_certificate(page):
    """Chromium takes authorities from a store of its own, whose tool is yet another package. What the
    command line checks of a certificate is tested with it; here the page matters."""
    page.tell("Security.enable")
    page.tell("Security.setIgnoreCertificateErrors", ignore=True)
    try:
        yield
    finally:
        page.open("about:blank")
        page.tell("Security.setIgnoreCertificateErrors", ignore=False)
        page.tell("Security.disable")


@case("over TLS the page is the same")
def secured(stand):
    page = stand.page
    with contextlib.ExitStack() as stack:
        folder = temporary_folder(stack)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", folder / "api.key", "-out", folder / "api.pem"],
            check=True, capture_output=True)
        collector = Collector(stack, stand.build, 64, [
            "--api-cert", folder / "api.pem", "--api-key", folder / "api.key"])
        stack.enter_context(any_certificate(page))
        page.open(collector.url.replace("http:", "https:"))
        page.until("/No host is registered/.test(document.querySelector('#headline').innerText)")
        page.until("document.querySelector('#link').dataset.link === 'live'")
        check(page.value("isSecureContext"), "it is no secure context")

"""What a test case is: a function that is handed the stand, under the sentence that it shows."""

import re
import time

from programs import Wrong

CASES = []


def case(sentence):
    """Notes a case. Cases are played in the order of their files, on one stand and in one window."""
    def noted(function):
        CASES.append((sentence, function))
        return function
    return noted


def check(holds, what):
    if not holds:
        raise Wrong(what)


def equal(found, wanted, what):
    check(found == wanted, f"{what}: {found!r}, and not {wanted!r}")


def play(stand, pattern):
    """Plays the cases whose sentence has this, says how each went, and returns how many failed."""
    failed = played = 0
    for sentence, function in CASES:
        if not re.search(pattern, sentence):
            continue
        begun = time.monotonic()
        try:
            function(stand)
            faults = stand.page.faults()
            check(not faults, "\n".join(faults))
            said = "ok"
        except Exception as error:  # Whatever it is, the other cases are played.
            failed += 1
            said = f"FAILED: {type(error).__name__}: {error}"
            stand.page.faults()
            stand.picture(f"failed-{failed}")
        played += 1
        print(f"{time.monotonic() - begun:5.1f} s  {sentence}: {said}", flush=True)
    print(f"{played} cases, {failed} failed")
    return failed if played else 1

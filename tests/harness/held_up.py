"""How long other programs, or the machine's own host, keep a test from running: what it asks of others
within seconds cannot be had meanwhile, which is nobody's fault."""

import threading
import time

EVERY_S = 0.02


class HeldUp:
    """Watches until the stack that it is started on is left."""

    def __init__(self, stack):
        self.worst_s = 0.0  # How late it was woken at worst. Whoever begins anew sets it back.
        end = threading.Event()
        stack.callback(end.set)
        threading.Thread(target=self._watch, args=[end], daemon=True).start()

    def _watch(self, end):
        began = time.monotonic()
        while not end.wait(EVERY_S):
            now = time.monotonic()
            self.worst_s = max(self.worst_s, now - began - EVERY_S)
            began = now

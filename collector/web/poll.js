// Polls at a constant pace: the same work at each period, whatever came of the last. One at a time:
// what is still under way when the next is due has that one left out. What somebody asks for out of
// turn meanwhile is asked for behind it, once. Nothing is asked while the page is hidden. Only the
// collector's own Retry-After (429) makes it wait longer.

const LEAST_MS = 125;  // Between two out of turn, as while a slider is dragged.

/**
 * `work` returns a promise; a rejection with `retryAfter` (seconds) puts the next off by that long.
 * Each page begins at a phase of its own, so that many pages do not ask at one moment.
 */
export function createPoll({period, work, onError, clock = performance, random = Math.random}) {
  let timer = 0;
  let next = 0;
  let periodMs = period;
  let isRunning = false;
  let isUnderWay = false;
  let isWanted = false;  // Out of turn, while another is under way.
  let pending = 0;
  let began = -Infinity;

  function arm() {
    const now = clock.now();
    // Whole periods that were missed, as by a sleeping machine, are left out.
    if (next <= now) next += Math.ceil((now - next + 1) / periodMs) * periodMs;
    timer = setTimeout(turn, next - now);
  }

  async function turn() {
    if (!isRunning) return;
    arm();
    await once();
  }

  async function once() {
    if (isUnderWay) return;
    isUnderWay = true;
    began = clock.now();
    try {
      await work();
    } catch (error) {
      if (error.retryAfter > 0 && isRunning) {
        isWanted = false;
        clearTimeout(timer);
        next += Math.ceil((error.retryAfter * 1000) / periodMs) * periodMs;
        arm();
      }
      onError(error);
    } finally {
      isUnderWay = false;
    }
    if (isWanted) now();
  }

  /** The newest wish wins: however often it is asked for, one more is done. */
  function now() {
    isWanted = isUnderWay;
    if (isUnderWay || pending !== 0) return;
    const wait = began + LEAST_MS - clock.now();
    if (wait <= 0) {
      once();
      return;
    }
    pending = setTimeout(() => {
      pending = 0;
      now();
    }, wait);
  }

  return {
    /** Asks at once, and then at each period. */
    start() {
      if (isRunning) return;
      isRunning = true;
      next = clock.now() + periodMs * random();
      arm();
      once();
    },
    stop() {
      isRunning = false;
      clearTimeout(timer);
    },
    /** Asks once out of turn: somebody chose something else to see. */
    now,
    setPeriod(ms) {
      if (ms > 0) periodMs = ms;
    },
  };
}

/** Runs the poll while the page can be seen, and not while it is hidden. */
export function pollWhileVisible(poll, page = document) {
  const follow = () => (page.hidden ? poll.stop() : poll.start());
  page.addEventListener('visibilitychange', follow);
  follow();
}

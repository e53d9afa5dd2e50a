// Plays the past: shows moments one after another at a chosen speed. A frame is asked for when the
// one before it was shown, so that a slow collector makes it skip, and never makes questions pile up.

const FRAME_MS = 250;
const SPEEDS = [10, 60, 300];  // Seconds of the past in one of now.

/** Where a play that stood at `ms` is after `elapsed` milliseconds; null where that is now. */
export function playedTo(ms, elapsed, speed, now) {
  const next = ms + elapsed * speed;
  return next >= now ? null : next;
}

/**
 * `begin` gives where it starts; `show` is told each moment, null for now, at which it ends; and
 * `onStop` that somebody stopped it.
 */
export function createPlay({button, speed, now, begin, show, onStop, clock = performance}) {
  let at = null;  // Null while it does not play.
  let last = 0;
  let timer = 0;
  let isAwaited = false;  // A frame that was asked for has not been shown.

  speed.replaceChildren(...SPEEDS.map((times) => new Option(`${times}×`, times)));
  speed.value = SPEEDS[1];

  function turn() {
    timer = setTimeout(turn, FRAME_MS);
    if (isAwaited) return;
    const time = clock.now();
    at = playedTo(at, time - last, Number(speed.value), now());
    last = time;
    isAwaited = at !== null;
    const shown = at;
    if (at === null) stop();
    show(shown);
  }

  function tell() {
    button.textContent = at === null ? '▶ Play' : '❚❚ Pause';
    button.dataset.playing = String(at !== null);
  }

  function stop() {
    const wasPlaying = at !== null;
    at = null;
    clearTimeout(timer);
    tell();
    return wasPlaying;
  }

  button.addEventListener('click', () => {
    if (stop()) return onStop();
    at = begin();
    last = clock.now();
    isAwaited = false;
    tell();
    return turn();
  });
  tell();
  return {stop, onFrame: () => { isAwaited = false; }};
}

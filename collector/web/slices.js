// Long work in slices. With a million hosts it takes longer than a key or a click may wait, so it
// gives way to them, and to pictures, every few milliseconds.

const SLICE_MS = 5;  // A busy machine makes several times as much of it.
export const PART = 32_768;  // Slots or cells between two looks at the clock.

const channel = new MessageChannel();
const waiting = [];
channel.port1.onmessage = () => waiting.shift()();

/** Lets whatever else is due have its turn. */
export const giveWay = () => new Promise((resolve) => {
  waiting.push(resolve);
  channel.port2.postMessage(null);
});

/**
 * Work of which only the newest is brought to its end. begin() returns its `rest`, to be awaited now
 * and then: it gives way if a slice has been spent, and is false once newer work has begun.
 */
export function createWork() {
  let newest = 0;
  return {
    begin() {
      const mine = ++newest;
      let since = performance.now();
      return async () => {
        if (performance.now() - since >= SLICE_MS) {
          await giveWay();
          since = performance.now();
        }
        return mine === newest;
      };
    },
  };
}

/** Has `work` do all from `begin` to before `end`, in parts. False where newer work has begun. */
export async function inParts(begin, end, rest, work, part = PART) {
  for (let from = begin; from < end; from += part) {
    if (!(await rest())) return false;
    work(from, Math.min(from + part, end));
  }
  return true;
}

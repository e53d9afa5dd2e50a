// The bitmap's bytes (CONTRACT.md, "The bitmap answer"). Pure.

export const PLANES = ['registered', 'known', 'reporting', 'healthy', 'warning', 'drained', 'flapping',
  'conflict', 'awaited'];
export const FLAGS = ['warming', 'blind', 'panic', 'frozen', 'degraded'];
export const STATES = 512;  // Nine planes make so many states of a slot.

/** The bit of a plane in a slot's state. */
export const bit = Object.freeze(Object.fromEntries(PLANES.map((name, i) => [name, 1 << i])));

const HEADER_BYTES = 64;
const MAGIC = 0x4d424c46;  // FLBM

/** The header and, by their number, the planes that an answer has. Throws for other bytes. */
export function decode(buffer) {
  if (buffer.byteLength < HEADER_BYTES) throw new Error('the bitmap is too short');
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC || view.getUint8(4) !== 1) {
    throw new Error('the collector speaks another version of the bitmap: load the page anew');
  }
  const first = view.getUint8(5);
  const count = view.getUint8(6);
  const capacity = view.getUint32(8, true);
  const flags = view.getUint32(12, true);
  const size = capacity / 8;
  if (buffer.byteLength !== HEADER_BYTES + count * size) throw new Error('the bitmap is cut off');
  const planes = [];
  for (let i = 0; i < count; ++i) {
    planes[first + i] = new Uint8Array(buffer, HEADER_BYTES + i * size, size);
  }
  return {
    capacity,
    flags: FLAGS.filter((_, i) => (flags >> i) & 1),
    tick: Number(view.getBigUint64(16, true)),
    generation: view.getBigUint64(24, true),
    time: Number(view.getBigInt64(32, true)),
    planes,
  };
}

/**
 * Writes what `table` has for each slot's state into `into`, for all slots or those from `begin` to
 * before `end`, which are whole bytes. It does the same for every slot, whatever its bits are.
 */
export function expand(bitmap, table, into, begin = 0, end = bitmap.capacity) {
  const [a, b, c, d, e, f, g, h, i] = bitmap.planes;
  for (let byte = begin >> 3, slot = begin; slot < end; ++byte) {
    const pa = a[byte], pb = b[byte], pc = c[byte], pd = d[byte], pe = e[byte];
    const pf = f[byte], pg = g[byte], ph = h[byte], pi = i[byte];
    for (let at = 0; at < 8; ++at, ++slot) {
      into[slot] = table[((pa >> at) & 1) | (((pb >> at) & 1) << 1) | (((pc >> at) & 1) << 2) |
        (((pd >> at) & 1) << 3) | (((pe >> at) & 1) << 4) | (((pf >> at) & 1) << 5) |
        (((pg >> at) & 1) << 6) | (((ph >> at) & 1) << 7) | (((pi >> at) & 1) << 8)];
    }
  }
  return into;
}

/** One slot's state. */
export function stateAt(bitmap, slot) {
  let state = 0;
  for (let i = 0; i < PLANES.length; ++i) state |= isSet(bitmap.planes[i], slot) << i;
  return state;
}

export const isSet = (plane, slot) => ((plane[slot >> 3] >> (slot & 7)) & 1) === 1;

/** What people are told of a state: the first that applies. Empty where no host has the slot. */
export function stateName(state) {
  if (!(state & bit.registered)) return '';
  if (!(state & bit.known)) return state & bit.awaited ? 'expected' : 'unknown';
  if (state & bit.awaited) return 'missing';
  if (!(state & bit.reporting)) return 'silent';
  return state & bit.healthy ? 'healthy' : 'failing';
}

/** How many hosts consumers treat as down. */
export function downIn({planes: [, known, , healthy, , drained]}) {
  let count = 0;
  for (let i = 0; i < known.length; ++i) count += BITS[known[i] & ~healthy[i] & ~drained[i]];
  return count;
}

const BITS = Uint8Array.from({length: 256}, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest !== 0; rest >>= 1) count += rest & 1;
  return count;
});

/** How many bits of a byte are set. */
export const bitsOf = (byte) => BITS[byte];

/** How many bits of a plane are set. */
export function bitsIn(plane) {
  let count = 0;
  for (let i = 0; i < plane.length; ++i) count += BITS[plane[i]];
  return count;
}

// bitmap.js: the bytes of the contract's bitmap, and what they are taken for.

const {PLANES, bit, bitsIn, decode, downIn, expand, stateAt, stateName} =
  await import('/web/bitmap.js');

/** An answer of these planes, each of 64 slots of which those are set. */
function answer(planes, {first = 0, flags = 0, version = 1} = {}) {
  const bytes = new Uint8Array(64 + 8 * planes.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x4d424c46, true);
  view.setUint8(4, version);
  view.setUint8(5, first);
  view.setUint8(6, planes.length);
  view.setUint32(8, 64, true);
  view.setUint32(12, flags, true);
  view.setBigUint64(16, 7n, true);
  view.setBigUint64(24, (3n << 32n) | 9n, true);
  planes.forEach((slots, i) => slots.forEach((slot) => {
    bytes[64 + 8 * i + (slot >> 3)] |= 1 << (slot & 7);
  }));
  return bytes.buffer;
}

const refuses = (what, buffer) => {
  try {
    decode(buffer);
  } catch {
    return;
  }
  check(false, `${what} is taken`);
};

const empty = PLANES.map(() => []);

await test('what is too short, too long, foreign or newer is refused', () => {
  const good = answer(empty);
  equal(decode(good).capacity, 64, 'capacity');
  refuses('nothing', new ArrayBuffer(0));
  refuses('a head that is cut', good.slice(0, 63));
  refuses('planes that are cut', good.slice(0, -1));
  refuses('a byte more', new Uint8Array([...new Uint8Array(good), 0]).buffer);
  refuses('another version', answer(empty, {version: 2}));
  const foreign = good.slice(0);
  new Uint8Array(foreign)[0] ^= 1;
  refuses('another magic', foreign);
});

await test('flags, generation and single planes are read', () => {
  const read = decode(answer([[5]], {first: 3, flags: 0b101}));
  equal(read.flags.join(), 'warming,panic', 'flags');
  equal(read.generation, (3n << 32n) | 9n, 'generation');
  equal(bitsIn(read.planes[3]), 1, 'bits of plane 3');
  equal(read.planes[0], undefined, 'plane 0');
});

await test('each slot has the state of its bits, at the edges of bytes and of the plane', () => {
  const same = Uint16Array.from({length: 512}, (_, state) => state);
  for (const slot of [0, 7, 8, 31, 32, 63]) {
    for (let state = 0; state < 512; ++state) {
      const planes = PLANES.map((_, i) => ((state >> i) & 1 ? [slot] : []));
      const bitmap = decode(answer(planes));
      const looks = new Uint16Array(64);
      expand(bitmap, same, looks);
      equal(stateAt(bitmap, slot), state, `slot ${slot}`);
      equal(looks[slot], state, `slot ${slot} expanded`);
      equal(looks.reduce((sum, look) => sum + look, 0), state, `all but slot ${slot}`);
    }
  }
});

await test('the first word that applies is told', () => {
  const {registered, known, reporting, healthy, awaited} = bit;
  const words = [[0, ''], [registered, 'unknown'], [registered | awaited, 'expected'],
    [registered | known | awaited, 'missing'], [registered | known, 'silent'],
    [registered | known | reporting, 'failing'],
    [registered | known | reporting | healthy, 'healthy']];
  for (const [state, word] of words) equal(stateName(state), word, `the word of ${state}`);
});

await test('down is who is known, and neither healthy nor drained', () => {
  for (let state = 0; state < 512; ++state) {
    const planes = PLANES.map((_, i) => ((state >> i) & 1 ? [3, 60] : []));
    const isDown = state & bit.known && !(state & (bit.healthy | bit.drained));
    equal(downIn(decode(answer(planes))), isDown ? 2 : 0, `down of state ${state}`);
  }
});

// How each of the 512 states looks: a look is a colour and a shape, so that no information is in the
// colour alone. Colours differ in lightness as well as in hue, and were chosen for eyes that take red
// for green (both kinds) and blue for yellow. Pure.

import {STATES, bit, stateName} from './bitmap.js';

/** The looks, by number. `word` is what the legend calls them. */
export const LOOKS = [
  {name: 'empty', word: 'no host', shape: 'none'},
  {name: 'healthy', word: 'healthy', shape: 'full'},
  {name: 'warning', word: 'healthy, with a warning', shape: 'corner'},
  {name: 'failing', word: 'failing', shape: 'cross'},
  {name: 'silent', word: 'silent', shape: 'frame'},
  {name: 'missing', word: 'missing', shape: 'dashes'},
  {name: 'unknown', word: 'unknown', shape: 'dot'},
  {name: 'expected', word: 'expected', shape: 'thin'},
  {name: 'drained', word: 'drained', shape: 'stripes'},
  {name: 'drained-down', word: 'drained, not healthy', shape: 'bars'},
  {name: 'conflict', word: 'conflict', shape: 'checks'},
  {name: 'flapping', word: 'flapping', shape: 'half'},
  {name: 'moved', word: 'another host\'s than on the map', shape: 'slash'},
];
export const look = Object.freeze(Object.fromEntries(LOOKS.map(({name}, i) => [name, i])));

/** The looks of what changed between two moments. They stand among faded looks, never among others. */
export const CHANGES = [
  {name: 'worse', word: 'went down', shape: 'cross'},
  {name: 'better', word: 'came back', shape: 'corner'},
  {name: 'changed', word: 'changed otherwise', shape: 'half'},
  {name: 'came', word: 'is new', shape: 'dot'},
  {name: 'went', word: 'is gone', shape: 'frame'},
];
/** Their numbers: behind the looks and the same faded. */
export const change = Object.freeze(Object.fromEntries(CHANGES.map(({name}, i) =>
  [name, 2 * LOOKS.length + i])));

/** The look of a state: what matters most for who has to act. */
function lookOf(state) {
  const name = stateName(state);
  if (name === '') return look.empty;
  if (state & bit.drained) return name === 'healthy' ? look.drained : look['drained-down'];
  if (name !== 'healthy') return look[name];
  if (state & bit.conflict) return look.conflict;
  if (state & bit.flapping) return look.flapping;
  return state & bit.warning ? look.warning : look.healthy;
}

/** The look of each state, to be looked up. */
export const LOOK_OF = Uint8Array.from({length: STATES}, (_, state) => lookOf(state));

/** Fill and, for the shape's second part, ink. */
export const COLORS = {
  dark: {
    ground: '#0a0e13',
    empty: ['#0a0e13', '#0a0e13'],
    healthy: ['#145346', '#145346'],
    warning: ['#e3b341', '#145346'],
    failing: ['#ff6a4d', '#4a0f04'],
    silent: ['#c9a6ff', '#2b1f45'],
    missing: ['#c9a6ff', '#0a0e13'],
    unknown: ['#8b96a5', '#2a323d'],
    expected: ['#5f6b7a', '#161d26'],
    drained: ['#5b8fd6', '#1a2f4d'],
    'drained-down': ['#9db9e6', '#1a2f4d'],
    conflict: ['#ffd7f3', '#8a2f74'],
    flapping: ['#f0c96a', '#145346'],
    moved: ['#6b7685', '#1a212b'],
    worse: ['#ff6a4d', '#4a0f04'],
    better: ['#5fe0b8', '#0f3f33'],
    changed: ['#f0c04f', '#4a3a10'],
    came: ['#8fc6ff', '#12304d'],
    went: ['#b9c2cd', '#0a0e13'],
  },
  light: {
    ground: '#f4f6f8',
    empty: ['#f4f6f8', '#f4f6f8'],
    healthy: ['#86cab5', '#86cab5'],
    warning: ['#a86a00', '#c4e6da'],
    failing: ['#a81400', '#ffd9cf'],
    silent: ['#5b2d9e', '#ddcff5'],
    missing: ['#5b2d9e', '#f4f6f8'],
    unknown: ['#454e59', '#d5dae0'],
    expected: ['#7f8a97', '#f3f5f7'],
    drained: ['#3a82dc', '#dbe9fb'],
    'drained-down': ['#123b73', '#c5daf5'],
    conflict: ['#b62f8b', '#fbe3f3'],
    flapping: ['#a86a00', '#cfeae1'],
    moved: ['#818b97', '#f3f5f7'],
    worse: ['#a81400', '#ffd9cf'],
    better: ['#0b7a5e', '#b9ead9'],
    changed: ['#b07a00', '#ffe7b3'],
    came: ['#0a5fc2', '#cfe3fb'],
    went: ['#4d5866', '#f4f6f8'],
  },
};

/** Which colour a pixel of a cell has: 0 the ground, 1 the fill, 2 the ink. */
const SHAPES = {
  none: () => 0,
  full: () => 1,
  corner: (x, y, size) => (x + y >= size - 1 ? 1 : 2),
  cross: (x, y, size) => (size >= 7 && x > 0 && y > 0 && x < size - 1 && y < size - 1 &&
    (x === y || x + y === size - 1) ? 2 : 1),
  frame: (x, y, size) => (isEdge(x, y, size, size >= 8 ? 2 : 1) ? 1 : 2),
  dashes: (x, y, size) => (isEdge(x, y, size, 1) && (x + y) % 3 !== 0 ? 1 : 2),
  dot: (x, y, size) => (isEdge(x, y, size, Math.ceil(size / 3)) ? 2 : 1),
  thin: (x, y, size) => (isEdge(x, y, size, 1) ? 1 : 2),
  stripes: (x, y) => (y % 3 === 0 ? 1 : 2),
  bars: (x) => (x % 3 === 0 ? 1 : 2),
  checks: (x, y) => (((x >> 1) + (y >> 1)) % 2 === 0 ? 1 : 2),
  half: (x, y) => (x > y ? 1 : 2),
  slash: (x, y) => (x === y ? 1 : 2),
};

function isEdge(x, y, size, width) {
  return Math.min(x, y, size - 1 - x, size - 1 - y) < width;
}

/** Which pixels have which colour, for one cell. A small cell has no room for a shape. */
export function shapeAt(shape, x, y, size) {
  if (size < 4) return shape === 'none' ? 0 : 1;
  return SHAPES[shape](x, y, size);
}

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** A pixel as ImageData has it in a 32-bit word, `share` of the way from the ground to the colour. */
function pixel(color, ground, share) {
  const [r, g, b] = channels(color).map((value, i) =>
    Math.round(value * share + channels(ground)[i] * (1 - share)));
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
}

const FADED = 0.22;

/**
 * The cells' pixels: `size`² words for each look, and then the same faded, for hosts that do not
 * match a filter; and the same of changes. `gap` pixels at the right and at the foot of each are the ground.
 */
export function cellPixels(theme, size, gap) {
  const colors = COLORS[theme];
  const words = new Uint32Array(2 * (LOOKS.length + CHANGES.length) * size * size);
  let at = 0;
  for (const [looks, share] of [[LOOKS, 1], [LOOKS, FADED], [CHANGES, 1], [CHANGES, FADED]]) {
    for (const {name, shape} of looks) {
      const inks = [colors.ground, ...colors[name]].map((color) =>
        pixel(color, colors.ground, share));
      for (let y = 0; y < size; ++y) {
        for (let x = 0; x < size; ++x) {
          const inside = x < size - gap && y < size - gap;
          words[at++] = inks[inside ? shapeAt(shape, x, y, size - gap) : 0];
        }
      }
    }
  }
  return words;
}

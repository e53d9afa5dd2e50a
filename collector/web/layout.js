// Where each host's cell is: which slots are shown, in which order and in which groups, and where on
// the canvas each group's cells are. Pure.

import {isSet} from './bitmap.js';

/**
 * The order of a collector that groups by nothing, or whose layout has not come: every slot that has
 * a host, in one group.
 */
export function plainLayout(bitmap) {
  const slots = [];
  for (let slot = 0; slot < bitmap.capacity; ++slot) {
    if (isSet(bitmap.planes[0], slot)) slots.push(slot);
  }
  return {
    generation: bitmap.generation,
    capacity: bitmap.capacity,
    keys: [],
    order: Uint32Array.from(slots),
    groups: [{name: '', start: 0, count: slots.length, parts: []}],
  };
}

/** A group's parts, or itself where it has none. */
const partsOf = (group) => (group.parts.length > 0 ? group.parts : [group]);

const LABEL = 20;  // Height of a line with names, in CSS pixels,
const SUBLABEL = 15;  // and of the line below it with the names of parts.
const GAP = 14;  // Between groups,
const PART_GAP = 4;  // and between the parts of one.
const LEAST = 56;  // A group is at least as wide, or its name could not be read.
const LARGEST = 26;  // The largest cell.

/**
 * Places the groups in strips, left to right, with cells as large as `height` allows. All sizes are
 * in device pixels but `scale`, which is how many of them make a CSS pixel. Returns the size of a
 * cell, and a block for each part: its first cell's place in the order, how many it has, its corner
 * and its rows. Cells fill a block from top to bottom, and then to the right.
 */
export function place(layout, width, height, scale) {
  let best = null;
  let low = 1;
  let high = Math.round(LARGEST * scale);
  while (low <= high) {
    const size = (low + high) >> 1;
    const placed = placeAt(layout, width, size, scale);
    if (placed.height <= height || size === 1) {
      best = placed;
      low = size + 1;
    } else {
      high = size - 1;
    }
  }
  return best ?? placeAt(layout, width, 1, scale);
}

function placeAt(layout, width, size, scale) {
  const hasParts = layout.groups.some((group) => group.parts.length > 0);
  const isNamed = layout.groups.some((group) => group.name !== '');
  const head = Math.round((isNamed ? LABEL + (hasParts ? SUBLABEL : 0) : 0) * scale);
  const gap = Math.round(GAP * scale);
  const blocks = [];
  const names = [];
  let y = 0;
  for (const strip of stripsOf(layout.groups, width, size, scale)) {
    let x = 0;
    for (const group of strip.groups) {
      const begin = x;
      for (const part of partsOf(group)) {
        const columns = Math.ceil(part.count / strip.rows);
        blocks.push({group, part, start: part.start, count: part.count, x, y: y + head,
          rows: strip.rows, columns});
        x += columns * size + Math.round(PART_GAP * scale);
      }
      const wide = widthOf(group, strip.rows, size, scale);
      names.push({group, x: begin, y, width: wide});
      x = begin + wide + gap;
    }
    y += head + strip.rows * size + gap;
  }
  return {size, blocks, names, width, height: Math.max(1, y - gap), head};
}

/** How wide a group is with so many rows. */
function widthOf(group, rows, size, scale) {
  const parts = partsOf(group);
  let wide = (parts.length - 1) * Math.round(PART_GAP * scale);
  for (const part of parts) wide += Math.ceil(part.count / rows) * size;
  return Math.max(wide, Math.round(LEAST * scale));
}

/**
 * Puts the groups into strips, in their order. A strip takes one more group as long as that brings
 * its groups nearer to squares.
 */
function stripsOf(groups, width, size, scale) {
  const strips = [];
  let now = [];
  for (const group of groups) {
    const more = [...now, group];
    if (now.length > 0 && isWorse(more, now, width, size, scale)) {
      strips.push(strip(now, width, size, scale));
      now = [group];
    } else {
      now = more;
    }
  }
  if (now.length > 0) strips.push(strip(now, width, size, scale));
  return strips;
}

function strip(groups, width, size, scale) {
  return {groups, rows: rowsFor(groups, width, size, scale)};
}

function isWorse(more, now, width, size, scale) {
  const rows = rowsFor(more, width, size, scale);
  if (rows === 0) return true;
  return shapeOf(more, rows, size, scale) > shapeOf(now, rowsFor(now, width, size, scale), size,
    scale);
}

/** How far groups of one strip are from squares, on the average; 1 is a square. */
function shapeOf(groups, rows, size, scale) {
  let sum = 0;
  for (const group of groups) {
    const ratio = widthOf(group, rows, size, scale) / (rows * size);
    // A wide group reads better than a tall one.
    sum += ratio > 3 ? ratio / 3 : 3 / ratio;
  }
  return sum / groups.length;
}

/** The fewest rows with which the groups fit beside one another; 0 if they never do. */
function rowsFor(groups, width, size, scale) {
  const fits = (rows) => groups.reduce((sum, group) => sum + widthOf(group, rows, size, scale),
    (groups.length - 1) * Math.round(GAP * scale)) <= width;
  let low = 1;
  let high = Math.max(1, ...groups.flatMap(partsOf).map((part) => part.count));
  if (!fits(high)) return groups.length === 1 ? high : 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The corner of each cell as a place in the canvas's pixels, by its place in the order. */
export function cornersOf(placed, count, canvasWidth) {
  const corners = new Uint32Array(count);
  for (const {start, count: cells, x, y, rows} of placed.blocks) {
    for (let i = 0; i < cells; ++i) {
      const column = Math.floor(i / rows);
      corners[start + i] =
        (y + (i - column * rows) * placed.size) * canvasWidth + x + column * placed.size;
    }
  }
  return corners;
}

/** Which cell of the order is at a pixel, or -1. */
export function cellAt(placed, x, y) {
  for (const block of placed.blocks) {
    const column = Math.floor((x - block.x) / placed.size);
    const row = Math.floor((y - block.y) / placed.size);
    if (column < 0 || row < 0 || row >= block.rows || column >= block.columns) continue;
    const i = column * block.rows + row;
    if (i < block.count) return block.start + i;
  }
  return -1;
}

/** The corner of one cell of the order, or null. */
export function cornerOf(placed, cell) {
  const block = placed.blocks.find(({start, count}) => cell >= start && cell < start + count);
  if (!block) return null;
  const column = Math.floor((cell - block.start) / block.rows);
  return {
    x: block.x + column * placed.size,
    y: block.y + ((cell - block.start) % block.rows) * placed.size,
    block,
  };
}

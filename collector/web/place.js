// Where on the canvas each group's cells are. Pure.

import {number} from './words.js';

/** A group's parts, or itself where it has none. */
const partsOf = (group) => (group.parts.length > 0 ? group.parts : [group]);

const LABEL = 20;  // Height of a line with names, in CSS pixels,
const SUBLABEL = 15;  // and of the line below it with the names of parts.
const GAP = 14;  // Between groups,
const PART_GAP = 4;  // and between the parts of one.
const LETTER = 7.5;  // A letter of a name, about, or of the counts behind it: a group is as wide as both.
const LONGEST = 20;  // Letters; longer names are cut.
const SHAPES = [1.5, 3, 6, 12];  // Groups are tried so many times as wide as high.
const LARGEST = 26;  // The largest cell, and on a wall
const LARGEST_SHARE = 1 / 80;  // the largest part of its width.

/**
 * Places the groups in strips, left to right, with cells as large as `height` allows. All sizes are
 * in device pixels but `scale`, which is how many of them make a CSS pixel. Returns the size of a
 * cell, and a block for each part: its first cell's place in the order, how many it has, its corner
 * and its columns. Cells fill a block from left to right, and then downwards.
 */
export function place(layout, width, height, scale) {
  const groups = layout.groups.map((group) => measured(group, scale));
  const all = SHAPES.map((shape) => placeAs(groups, width, height, scale, shape));
  return all.reduce((best, one) => (one.size > best.size ||
    (one.size === best.size && one.height < best.height) ? one : best));
}

/** A group with what each attempt asks of it: its parts, and how wide its name makes it at least. */
function measured(group, scale) {
  const counts = 2 * number(group.count).length + 2;  // As 12/2,000 at the most.
  const letters = group.name === '' ? 0 : Math.min(group.name.length, LONGEST) + counts;
  return {group, parts: partsOf(group), least: Math.round(LETTER * letters * scale)};
}

function placeAs(groups, width, height, scale, shape) {
  const cells = groups.reduce((sum, {group}) => sum + group.count, 0);
  // Larger ones cannot fit: all cells together would need more room than there is.
  const most = Math.floor(Math.sqrt((width * height) / Math.max(1, cells)));
  const largest = Math.round(Math.max(LARGEST * scale, width * LARGEST_SHARE));
  for (let size = Math.min(most, largest); size > 1; --size) {
    const placed = placeAt(groups, width, size, scale, shape);
    if (placed.height <= height) return placed;
  }
  return placeAt(groups, width, 1, scale, shape);
}

function placeAt(groups, width, size, scale, shape) {
  const hasParts = groups.some(({group}) => group.parts.length > 0);
  const isNamed = groups.some(({group}) => group.name !== '');
  const head = Math.round((isNamed ? LABEL + (hasParts ? SUBLABEL : 0) : 0) * scale);
  const gap = Math.round(GAP * scale);
  const blocks = [];
  const names = [];
  let y = 0;
  for (const strip of stripsOf(groups, width, size, scale, shape)) {
    let x = 0;
    for (const one of strip.groups) {
      const {group} = one;
      const begin = x;
      for (const part of one.parts) {
        const columns = Math.ceil(part.count / strip.rows);
        blocks.push({group, part, start: part.start, count: part.count, x, y: y + head,
          rows: strip.rows, columns});
        x += columns * size + Math.round(PART_GAP * scale);
      }
      const wide = widthOf(one, strip.rows, size, scale);
      names.push({group, x: begin, y, width: wide});
      x = begin + wide + gap;
    }
    y += head + strip.rows * size + gap;
  }
  return {size, blocks, names, width, height: Math.max(1, y - gap), head};
}

/** How wide a group is with so many rows. */
function widthOf({parts, least}, rows, size, scale) {
  let wide = (parts.length - 1) * Math.round(PART_GAP * scale);
  for (const part of parts) wide += Math.ceil(part.count / rows) * size;
  return Math.max(wide, least);
}

/**
 * Puts the groups into strips, in their order. A strip takes one more group as long as that brings
 * its groups nearer to a shape: so many times as wide as high.
 */
function stripsOf(groups, width, size, scale, shape) {
  const strips = [];
  let now = [];
  for (const group of groups) {
    const more = [...now, group];
    if (now.length > 0 && isWorse(more, now, width, size, scale, shape)) {
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

function isWorse(more, now, width, size, scale, shape) {
  const rows = rowsFor(more, width, size, scale);
  if (rows === 0) return true;
  return misfit(more, rows, size, scale, shape) >
    misfit(now, rowsFor(now, width, size, scale), size, scale, shape);
}

/** How far groups of one strip are from this shape, on the average; 1 is this shape. */
function misfit(groups, rows, size, scale, shape) {
  let sum = 0;
  for (const group of groups) {
    const ratio = widthOf(group, rows, size, scale) / (rows * size);
    sum += ratio > shape ? ratio / shape : shape / ratio;
  }
  return sum / groups.length;
}

/** The fewest rows with which the groups fit beside one another; 0 if they never do. */
function rowsFor(groups, width, size, scale) {
  const fits = (rows) => groups.reduce((sum, group) => sum + widthOf(group, rows, size, scale),
    (groups.length - 1) * Math.round(GAP * scale)) <= width;
  let low = 1;
  let high = Math.max(1, ...groups.flatMap(({parts}) => parts).map(({count}) => count));
  if (!fits(high)) return groups.length === 1 ? high : 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Which cell of the order is at a pixel, or -1. */
export function cellAt(placed, x, y) {
  for (const block of placed.blocks) {
    const column = Math.floor((x - block.x) / placed.size);
    const row = Math.floor((y - block.y) / placed.size);
    if (column < 0 || row < 0 || row >= block.rows || column >= block.columns) continue;
    const i = row * block.columns + column;
    if (i < block.count) return block.start + i;
  }
  return -1;
}

/** The corner of one cell of the order, with its block, or null. */
export function cornerOf(placed, cell) {
  const block = placed.blocks.find(({start, count}) => cell >= start && cell < start + count);
  if (!block) return null;
  const row = Math.floor((cell - block.start) / block.columns);
  return {
    x: block.x + (cell - block.start - row * block.columns) * placed.size,
    y: block.y + row * placed.size,
    block,
  };
}

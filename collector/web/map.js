// The map: a cell a host on a canvas, in device pixels. A frame writes every cell's pixels from a
// table, whatever the states are, and puts them on the canvas at once.

import {cellPixels} from './palette.js';
import {cellAt, cornerOf, place} from './place.js';
import {PART, inParts} from './slices.js';

const MOST_PARTS = 400;  // More than these have no names on the map, and no places of their own.

export function createMap(canvas, labels, cursor, {onOpen, onHover, onGroup}) {
  const context = canvas.getContext('2d', {alpha: false});
  let layout = null;
  let placed = null;
  let pixels = null;
  let words = null;
  let cells = null;
  let isPainted = false;  // The pixels are of this place and theme, but for the cells.
  let theme = 'dark';
  let scale = 1;
  let shares = new Map();  // Of groups, by what tells each from the others: what is said of it.
  let at = -1;  // The cell that the keyboard is on.

  /**
   * Finds a place for every cell. The canvas has as many pixels as the screen has once that is drawn:
   * whoever sets its size clears it, and until then it shows what it showed, stretched.
   */
  function fit(width, height) {
    if (!layout || width <= 0) return;
    scale = window.devicePixelRatio || 1;
    const wide = Math.floor(width * scale);
    placed = place(layout, wide, Math.floor(height * scale), scale);
    isPainted = false;
    canvas.style.width = `${wide / scale}px`;
    canvas.style.height = `${placed.height / scale}px`;
    name();
    moveCursor();
  }

  /** Makes the pixels and the table of cells, and clears what lies between them. */
  function paint() {
    if (pixels?.width !== placed.width || pixels.height !== placed.height) {
      pixels = context.createImageData(placed.width, placed.height);
      words = new Uint32Array(pixels.data.buffer);
    }
    cells = cellPixels(theme, placed.size, placed.size >= 4 ? Math.max(1, Math.round(scale)) : 0);
    words.fill(cells[0]);
    isPainted = true;
  }

  /**
   * Writes names over the groups. They are buttons, which show their group alone. What was said of a
   * group stays until its hosts are counted anew.
   */
  function name() {
    const before = shares;
    shares = new Map();
    const shown = placed.names.filter(({group}) => group.name !== '');
    labels.replaceChildren(...shown.flatMap((box) => nameOf(box, before)));
  }

  function nameOf({group, x, y, width}, before) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'group';
    button.dataset.group = group.filter ?? group.name;
    put(button, x, y, width);
    const text = document.createElement('span');
    text.textContent = group.name;
    const key = group.filter || group.name;
    const share = before.get(key)?.share ?? document.createElement('b');
    button.append(text, share);
    shares.set(key, {group, share});
    button.addEventListener('click', () => onGroup(group));
    const parts = group.parts.map((part) => {
      const block = placed.blocks.find((one) => one.part === part);
      const small = document.createElement('span');
      small.className = 'part';
      small.textContent = part.name;
      put(small, block.x, block.y - 15 * scale, block.columns * placed.size + 3 * scale);
      return small;
    });
    return [button, ...parts];
  }

  function put(element, x, y, width) {
    element.style.left = `${x / scale}px`;
    element.style.top = `${y / scale}px`;
    element.style.width = `${width / scale}px`;
  }

  /**
   * Draws one frame: `kinds` has a look for each place of the order, faded from LOOKS.length on. False
   * where newer work has begun.
   */
  async function draw(kinds, rest) {
    if (!placed) return true;
    if (!isPainted) paint();
    for (const block of placed.blocks) {
      const isNewest = await inParts(0, block.rows, rest,
        (row, endRow) => drawRows(block, kinds, row, endRow), Math.ceil(PART / block.columns));
      if (!isNewest) return false;
    }
    if (canvas.width !== pixels.width) canvas.width = pixels.width;
    if (canvas.height !== pixels.height) canvas.height = pixels.height;
    context.putImageData(pixels, 0, 0);
    return true;
  }

  /** Writes some rows of a block line by line, which memory likes best. */
  function drawRows({start, count, x, y, columns}, kinds, row, endRow) {
    const {size} = placed;
    const area = size * size;
    for (; row < endRow; ++row) {
      const first = start + row * columns;
      const last = Math.min(first + columns, start + count);
      const top = y + row * size;
      for (let line = 0; line < size; ++line) {
        let to = (top + line) * pixels.width + x;
        for (let i = first; i < last; ++i) {
          let from = kinds[i] * area + line * size;
          for (let column = 0; column < size; ++column) words[to++] = cells[from++];
        }
      }
    }
  }

  /** Puts the frame around the cell that the keyboard is on. */
  function moveCursor() {
    const corner = at >= 0 && placed ? cornerOf(placed, at) : null;
    cursor.hidden = corner === null;
    if (!corner) return;
    const size = Math.max(placed.size / scale, 6);
    cursor.style.left = `${corner.x / scale}px`;
    cursor.style.top = `${corner.y / scale}px`;
    cursor.style.width = `${size}px`;
    cursor.style.height = `${size}px`;
  }

  const cellOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return placed ? cellAt(placed, Math.floor((event.clientX - box.left) * scale),
      Math.floor((event.clientY - box.top) * scale)) : -1;
  };
  const slotOf = (cell) => (cell < 0 || !layout ? -1 : layout.order[cell]);

  canvas.addEventListener('click', (event) => {
    const cell = cellOf(event);
    if (cell < 0) return;
    at = cell;
    moveCursor();
    onOpen(slotOf(cell));
  });
  canvas.addEventListener('pointermove', (event) => onHover(slotOf(cellOf(event)), event));
  canvas.addEventListener('pointerleave', () => onHover(-1, null));
  canvas.addEventListener('keydown', (event) => {
    if (!placed || layout.order.length === 0) return;
    const to = stepTo(event.key);
    if (to !== null) {
      at = Math.max(0, Math.min(layout.order.length - 1, to));
      moveCursor();
      cursor.scrollIntoView({block: 'nearest'});
      onHover(slotOf(at), null);
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (at >= 0) onOpen(slotOf(at));
    } else {
      return;
    }
    event.preventDefault();
  });

  /** The cell that a key leads to, or null. */
  function stepTo(key) {
    const columns = cornerOf(placed, at)?.block.columns ?? 1;
    const steps = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns};
    if (key in steps) return at < 0 ? 0 : at + steps[key];
    if (key === 'Home') return 0;
    return key === 'End' ? layout.order.length - 1 : null;
  }

  return {
    setLayout(to) {
      const slot = slotOf(at);
      const parts = to.groups.reduce((sum, group) => sum + group.parts.length, 0);
      layout = parts <= MOST_PARTS ? to
        : {...to, groups: to.groups.map((group) => ({...group, parts: []}))};
      at = slot < 0 ? -1 : layout.order.indexOf(slot);
    },
    setTheme(to) { theme = to; isPainted = false; },
    fit,
    draw,
    /** Writes what `say` says of each group behind its name; null is that newer work has begun. */
    async tell(say) {
      for (const {group, share} of shares.values()) {
        const text = await say(group);
        if (text === null) return;
        if (share.textContent !== text) share.textContent = text;
      }
    },
    /** Where a slot's cell is, in CSS pixels within the map, or null. */
    whereIs(slot) {
      const corner = placed ? cornerOf(placed, layout.order.indexOf(slot)) : null;
      return corner && {x: corner.x / scale, y: corner.y / scale, size: placed.size / scale};
    },
    cellSize: () => (placed ? placed.size / scale : 0),
  };
}

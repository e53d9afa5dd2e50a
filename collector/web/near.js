// The near zoom: a tile for each host with its name and message. There may be a million, so only
// those in sight are made, and only theirs are asked for, at each tick the same.

import {isSet, stateAt, stateName} from './bitmap.js';
import {inParts} from './slices.js';
import {detailText, stateText} from './words.js';

const TILE_WIDTH = 250;
const TILE_HEIGHT = 62;
const MOST = 400;  // Tiles in sight at once.

export function createNear(box, {api, onOpen, onSlot}) {
  const list = document.createElement('div');
  list.className = 'near';
  list.setAttribute('role', 'list');
  box.append(list);
  let slots = new Uint32Array(0);
  let rows = new Map();  // What is known of hosts, by slot.
  let bitmap = null;
  let columns = 1;
  let asked = null;  // The moment that was asked about last.
  let opened = '';

  /** Chooses which slots are shown: of the layout, those that match. */
  async function choose({order}, matches, newest, rest) {
    const {planes: [registered]} = newest;
    const chosen = new Uint32Array(order.length);
    let count = 0;
    const isNewest = await inParts(0, order.length, rest, (from, to) => {
      for (let i = from; i < to; ++i) {
        const slot = order[i];
        if (isSet(registered, slot) && (matches === null || isSet(matches, slot))) chosen[count++] = slot;
      }
    });
    if (!isNewest) return;
    bitmap = newest;
    slots = chosen.subarray(0, count);
    arrange();
  }

  function arrange() {
    columns = Math.max(1, Math.floor(list.clientWidth / TILE_WIDTH));
    list.style.height = `${Math.ceil(slots.length / columns) * TILE_HEIGHT}px`;
    render();
  }

  /** The slots of the tiles in sight. */
  function inSight() {
    const box = list.getBoundingClientRect();
    const first = Math.max(0, Math.floor(-box.top / TILE_HEIGHT));
    const last = Math.max(0, Math.ceil((innerHeight - box.top) / TILE_HEIGHT));
    const begin = first * columns;
    return {begin, slots: [...slots.subarray(begin, Math.min(last * columns, begin + MOST))]};
  }

  function render() {
    const seen = inSight();
    const width = list.clientWidth / columns;
    while (list.children.length < seen.slots.length) list.append(tileOf());
    while (list.children.length > seen.slots.length) list.lastChild.remove();
    seen.slots.forEach((slot, i) => {
      const place = seen.begin + i;
      const tile = list.children[i];
      tile.firstChild.dataset.place = place;
      tile.style.left = `${(place % columns) * width}px`;
      tile.style.top = `${Math.floor(place / columns) * TILE_HEIGHT}px`;
      tile.style.width = `${width - 6}px`;
      fill(tile.firstChild, slot, rows.get(slot));
    });
  }

  function tileOf() {
    const item = document.createElement('div');
    item.setAttribute('role', 'listitem');
    const tile = document.createElement('button');
    tile.type = 'button';
    tile.append(...['b', 'span', 'i'].map((kind) => document.createElement(kind)));
    tile.firstChild.append(document.createElement('bdi'));
    tile.addEventListener('click', () => (tile.dataset.name ? onOpen(tile.dataset.name)
      : onSlot(Number(tile.dataset.slot))));
    item.append(tile);
    return item;
  }

  function fill(tile, slot, row) {
    const [name, state, message] = tile.children;
    tile.dataset.slot = slot;
    tile.dataset.name = row?.name ?? '';
    const stateNow = stateName(stateAt(bitmap, slot));
    tile.dataset.state = stateNow;
    tile.classList.toggle('opened', row?.name !== undefined && row.name === opened);
    name.firstChild.textContent = row?.name ?? '…';
    state.textContent = row ? stateText({...row, state: stateNow}) : stateNow;
    message.textContent = row ? detailText(row) || row.labels || '' : '';
  }

  // Arrows go from tile to tile; a tile that is out of sight is scrolled to, and made.
  list.addEventListener('keydown', (event) => {
    const step = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns}[event.key];
    const place = Number(event.target.dataset?.place ?? -1) + (step ?? 0);
    if (step === undefined || place < 0 || place >= slots.length) return;
    event.preventDefault();
    const top = list.getBoundingClientRect().top + Math.floor(place / columns) * TILE_HEIGHT;
    const least = TILE_HEIGHT;  // The page's head covers so much.
    if (top < least) scrollBy(0, top - least);
    else if (top + TILE_HEIGHT > innerHeight) scrollBy(0, top + TILE_HEIGHT - innerHeight);
    render();
    list.querySelector(`[data-place="${place}"]`)?.focus({preventScroll: true});
  });

  /** Asks for what is in sight. */
  async function refresh(moment) {
    if (box.hidden || slots.length === 0) return;
    const wanted = inSight().slots;
    if (wanted.length === 0) return;
    asked = moment;
    const page = await api.hosts(moment, {slots: wanted.join(',')});
    rows = new Map(page.hosts.map((row) => [row.slot, row]));
    render();
  }

  let timer = 0;
  addEventListener('scroll', () => {
    if (box.hidden) return;
    render();
    clearTimeout(timer);
    timer = setTimeout(() => refresh(asked).catch(() => {}), 150);
  }, {passive: true});

  return {choose, arrange, refresh, setOpened(name) { opened = name; }};
}

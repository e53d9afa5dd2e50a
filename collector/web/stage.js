// What stands on the stage: the map, groups as tiles, or hosts as tiles; by which layout, and which
// group of it alone.

import {changedIn, paintChanges} from './difference.js';
import {expand, isSet, stateAt, stateName} from './bitmap.js';
import {byId, write} from './board.js';
import {createMoves, decode, narrow, plainLayout, planeOf} from './layout.js';
import {createMap} from './map.js';
import {createNear} from './near.js';
import {LOOKS, LOOK_OF, look} from './palette.js';
import {createPoll, pollWhileVisible} from './poll.js';
import {createWork, giveWay, inParts} from './slices.js';
import {both, createTable} from './table.js';
import {createThen} from './then.js';
import {countLooks, createTiles, newCounts, totals} from './tiles.js';
import {createTip} from './tip.js';
import {number} from './words.js';

const LAYOUT_PERIOD_MS = 30_000;
const FEW_HOSTS = 100;  // So many are shown as tiles, unless somebody wants cells.
const LEAST_SHARE = 0.36;  // Of the window's height, that the map has where much is said above it.
const LEAST_CELL = 2;  // CSS pixels; of smaller ones groups are shown, unless somebody wants cells.

export function createStage({api, choose, openSlot}) {
  let state = null;
  let frame = null;  // {bitmap, matches, summary}
  let whole = null;  // The layout of the fleet,
  let layout = null;  // and of what is shown of it.
  let moves = null;
  let keys = [];
  let width = 0;  // Of what is observed: that the map itself grows higher is no reason to fit it.
  let looks = new Uint8Array(0);  // By slot,
  let kinds = new Uint8Array(0);  // and by the layout's order, faded where they do not match.
  let changes = new Uint8Array(0);  // The same as a difference, and
  let base = new Uint8Array(0);  // how slots looked at the moment that is compared with.
  const counts = newCounts();
  const reading = createWork();  // Of layouts, and
  const drawing = createWork();  // of frames: who draws anew ends what was being drawn.
  const then = createThen({api});
  let drawn = Promise.resolve();

  const onGroup = (group) => group.filter !== '' && choose(
    state.within === '' ? {within: group.filter} : {filter: group.filter});
  const map = createMap(byId('cells'), byId('labels'), byId('cursor'),
    {onOpen: openSlot, onHover: hover, onGroup});
  const tip = createTip(byId('tip'), {api});
  const tiles = createTiles(byId('tiles'), {onGroup});
  const near = createNear(byId('hosts'), {api, onSlot: openSlot,
    onOpen: (name) => choose({host: name})});
  const table = createTable(byId('table'), {api, onOpen: (name) => choose({host: name})});

  // --- The layout -----------------------------------------------------------------------------

  const wantedKeys = () => (state.by === '' ? keys.slice(0, 2).join(',')
    : state.by === 'name' ? '' : state.by);

  async function fetchLayout() {
    if (keys.length === 0) keys = (await api.json('groups', {})).keys.map(({key}) => key);
    showChoices();
    const read = decode(await api.bytes('layout', {by: wantedKeys()}));
    read.plane = await planeOf(read, reading.begin());
    if (!read.plane) return;
    whole = read;
    moves = createMoves(whole, whole.plane);
    await giveWay();
    await arrange();
  }

  const poll = createPoll({period: LAYOUT_PERIOD_MS, work: fetchLayout, onError: (error) => {
    // The map is drawn in the order of slots until there is a layout.
    if (error.status === undefined) console.error(error);
  }});

  async function arrange() {
    const plain = whole ? null : frame && await plainLayout(frame.bitmap, drawing.begin());
    if (!whole && !plain) return;
    layout = narrow(whole ?? plain, state.within);
    map.setLayout(layout);
    tiles.setLayout(layout);
    showCrumbs();
    await fit();
  }

  // --- What is drawn --------------------------------------------------------------------------

  const zoom = () => (state.zoom !== '' ? state.zoom
    : layout.order.length <= FEW_HOSTS ? 'hosts'
    : map.cellSize() > 0 && map.cellSize() < LEAST_CELL ? 'groups' : 'cells');

  function fit() {
    if (!layout || !state) return;
    const top = byId('stage').getBoundingClientRect().top + scrollY;
    const room = innerHeight - top - byId('legend').offsetHeight - 40;
    const box = byId('map');
    box.hidden = false;  // It is measured even where it is not shown.
    map.fit(box.clientWidth, Math.max(LEAST_SHARE * innerHeight, room));
    const kind = zoom();
    box.hidden = kind !== 'cells';
    byId('tiles').hidden = kind !== 'groups';
    byId('hosts').hidden = kind !== 'hosts';
    byId('table').hidden = kind !== 'table';
    byId('legend').hidden = kind !== 'cells';
    for (const input of byId('zoom').querySelectorAll('input')) input.checked = input.value === kind;
    near.arrange();
    return draw();
  }

  function draw() {
    drawn = drawFrame();
    return drawn;
  }

  async function drawFrame() {
    if (!frame || !layout) return;
    const rest = drawing.begin();
    const {matches, bitmap, base: compared} = frame;
    const moved = movedIn(bitmap);
    note();
    if (!(await findKinds(bitmap, matches, moved, rest))) return;
    if (!byId('hosts').hidden) return near.choose(layout, matches, bitmap, rest);
    if (!byId('tiles').hidden) return tiles.show(kinds, troubles(), rest);
    if (byId('map').hidden) return;
    if (compared && !(await findChanges(compared, rest))) return;
    if (!(await map.draw(compared ? changes : kinds, rest))) return;
    await map.tell(async (group) => {
      if (compared) return `${number(changedIn(group, changes))} changed`;
      if (!(await countLooks(group, kinds, counts, rest))) return null;
      const {hosts, down} = totals(counts);
      return down > 0 ? `${number(down)}/${number(hosts)}` : number(hosts);
    });
  }

  /** The plane of slots that have, or had then, another host than the map was made for; or null. */
  function movedIn(bitmap) {
    if (!moves) return null;
    if (frame.moment !== null) return then.follow(frame.moment, bitmap, whole);
    moves.follow(bitmap);
    return moves.moved;
  }

  /** How the places of the order look as a difference to the other moment. */
  async function findChanges(compared, rest) {
    const {order} = layout;
    const {capacity} = compared;
    if (base.length !== capacity) base = new Uint8Array(capacity);
    if (changes.length !== kinds.length) changes = new Uint8Array(kinds.length);
    return await inParts(0, capacity, rest, (from, to) => expand(compared, LOOK_OF, base, from, to)) &&
      inParts(0, order.length, rest, (from, to) => paintChanges(base, order, kinds, changes, from, to));
  }

  /** Finds how each cell looks; every cell costs the same, whatever its state is. */
  async function findKinds(bitmap, matches, moved, rest) {
    const {order} = layout;
    if (looks.length !== bitmap.capacity) looks = new Uint8Array(bitmap.capacity);
    if (kinds.length !== order.length) kinds = new Uint8Array(order.length);
    return await inParts(0, looks.length, rest, (from, to) => expand(bitmap, LOOK_OF, looks, from, to)) &&
      inParts(0, order.length, rest, (from, to) => {
        for (let i = from; i < to; ++i) kinds[i] = looks[order[i]];
        if (moved) {
          for (let i = from; i < to; ++i) if (isSet(moved, order[i])) kinds[i] = look.moved;
        }
        if (matches === null) return;
        for (let i = from; i < to; ++i) if (!isSet(matches, order[i])) kinds[i] += LOOKS.length;
      });
  }

  /** What the collector says of groups, by the filter that selects each. */
  function troubles() {
    const said = new Map();
    for (const [word, names] of [['panic', frame.summary.groups?.panic_names],
      ['below quorum', frame.summary.groups?.below_names]]) {
      for (const name of names ?? []) said.set(name, word);
    }
    return said;
  }

  /** Says which hosts the map cannot show where they belong. */
  function note() {
    const text = moves && frame.moment !== null ? then.note()
      : !moves || (moves.newcomers === 0 && moves.unseen === 0) ? ''
      : moves.unseen > 0 ? 'Hosts came and went; the map is put in order within 30 s.'
        : `${number(moves.newcomers)} came since the map was made, and will be on it within 30 s.`;
    write(byId('note'), text);
  }

  // --- What is chosen -------------------------------------------------------------------------

  function showChoices() {
    const pairs = keys.flatMap((one) => keys.filter((other) => other !== one)
      .map((other) => `${one},${other}`));
    const by = byId('by');
    by.replaceChildren(...[...keys, ...pairs, 'name'].map((value) =>
      new Option(value.replace(',', ', then '), value)));
    by.value = state.by === '' ? wantedKeys() || 'name' : state.by;
    byId('by-field').hidden = keys.length === 0;
  }
  byId('by').addEventListener('change', () => choose({by: byId('by').value, within: ''}));
  byId('zoom').addEventListener('change', (event) => choose({zoom: event.target.value}));

  function showCrumbs() {
    const crumbs = byId('crumbs');
    crumbs.hidden = state.within === '';
    if (crumbs.hidden) return;
    const all = document.createElement('button');
    all.type = 'button';
    all.className = 'link-like';
    all.textContent = 'All hosts';
    all.addEventListener('click', () => choose({within: ''}));
    const here = document.createElement('b');
    here.textContent = state.within;
    here.setAttribute('aria-current', 'page');
    crumbs.replaceChildren(all, ' › ', here);
  }

  function hover(slot, event) {
    if (slot < 0 || !frame) return tip.hide();
    const box = byId('map').getBoundingClientRect();
    const cell = event ? null : map.whereIs(slot);
    const text = stateName(stateAt(frame.bitmap, slot)) || 'no host';
    tip.show({slot, text, moment: state.moment, x: event ? event.clientX : cell.x + box.left,
      y: event ? event.clientY : cell.y + box.top});
  }

  return {
    /** Follows the page's state. */
    follow(to) {
      const before = state;
      state = to;
      near.setOpened(state.host);
      table.setOpened(state.host);
      if (before === null) {
        pollWhileVisible(poll);
        new ResizeObserver(([{contentRect}]) => {
          if (contentRect.width !== width) fit();
          width = contentRect.width;
        }).observe(byId('map').parentElement);
      } else if (before.by !== state.by) {
        poll.now();
      } else if (before.within !== state.within) {
        arrange();
      } else if (before.zoom !== state.zoom) {
        fit();
      }
    },
    /** Shows a frame. */
    take(to) {
      const isNewStart = frame !== null && to.bitmap.generation >> 32n !== frame.bitmap.generation >> 32n;
      frame = to;
      if (isNewStart) poll.now();
      // What stands above the map has its height only now.
      if (layout === null) drawn = arrange();
      else draw();
    },
    /** Asks for what only some of the zooms show, as each poll does. */
    refresh: (moment) => Promise.all([near.refresh(moment),
      table.refresh(moment, both(state.within, state.filter))]),
    setTheme(theme) {
      map.setTheme(theme);
      draw();
    },
    focus: () => byId('cells').focus(),
    /** Resolves once the map shows what it was handed last. */
    async whenDrawn() {
      for (let seen = null; seen !== drawn; await seen) seen = drawn;
    },
    /** Where a slot's cell is on the canvas, as {x, y, size} in CSS pixels; null where it has none. */
    whereIs: (slot) => map.whereIs(slot),
  };
}

// The layout's bytes (CONTRACT.md, "The layout answer"): in which order hosts are shown, and in which
// groups. Pure.

import {bitsIn, bitsOf, isSet} from './bitmap.js';
import {inParts} from './slices.js';
import {labelTerm} from './words.js';

const MAGIC = 0x594c4c46;  // FLLY
const HEADER_BYTES = 64;
const TEXT_BYTES = 64;
const PLACES = 66;
const OTHER = 64;
const NONE = 65;
const KEY_BYTES = TEXT_BYTES * (1 + PLACES);
const GROUPS_AT = HEADER_BYTES + 2 * KEY_BYTES;
const ORDER_AT = GROUPS_AT + PLACES * PLACES * 8;

/** A group's name, what selects its hosts, and whether it has hosts of several values. */
function groupOf(key, place, start, count) {
  if (place === NONE) return {name: `no ${key.name}`, filter: `!${key.name}=*`, start, count};
  if (place === OTHER) return {name: `other ${key.name}`, filter: '', start, count};
  const value = key.values[place];
  return {name: value, filter: labelTerm(key.name, value), start, count};
}

/**
 * The layout that an answer has: `order` is the slots that have a host, `groups` those of the first
 * key, each with its `parts` by the second. Throws for other bytes.
 */
export function decode(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < ORDER_AT || view.getUint32(0, true) !== MAGIC || view.getUint8(4) !== 1) {
    throw new Error('the collector speaks another version of the layout: load the page anew');
  }
  const hosts = view.getUint32(12, true);
  const keys = [0, 1].map((i) => keyAt(buffer, HEADER_BYTES + i * KEY_BYTES));
  const groups = [];
  for (let first = 0; first < PLACES; ++first) {
    const parts = [];
    for (let second = 0; second < PLACES; ++second) {
      const at = GROUPS_AT + 8 * (first * PLACES + second);
      const count = view.getUint32(at + 4, true);
      if (count === 0) continue;
      const start = view.getUint32(at, true);
      parts.push(groupOf(keys[keys[1].name ? 1 : 0], keys[1].name ? second : first, start, count));
    }
    if (parts.length > 0) groups.push(whole(keys, first, parts));
  }
  return {
    generation: view.getBigUint64(24, true),
    capacity: view.getUint32(8, true),
    keys: keys.map(({name}) => name).filter(Boolean),
    order: new Uint32Array(buffer, ORDER_AT, hosts),
    groups: groups.sort(byStart),
  };
}

const byStart = (a, b) => a.start - b.start;

/** The group of a value of the first key. */
function whole(keys, first, parts) {
  parts.sort(byStart);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  if (!keys[0].name) return {name: '', filter: '', start: parts[0].start, count, parts: []};
  const group = groupOf(keys[0], first, parts[0].start, count);
  return {...group, parts: keys[1].name ? parts : []};
}

const utf8 = new TextDecoder();

function keyAt(buffer, at) {
  const text = (place) => {
    const bytes = new Uint8Array(buffer, at + place * TEXT_BYTES, TEXT_BYTES);
    const end = bytes.indexOf(0);
    return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
  };
  return {name: text(0), values: Array.from({length: PLACES}, (_, place) => text(1 + place))};
}

/**
 * The order of a collector whose layout has not come: every slot that has a host, in one group.
 * Null where newer work has begun.
 */
export async function plainLayout({capacity, generation, planes: [registered]}, rest) {
  const order = new Uint32Array(bitsIn(registered));
  let count = 0;
  const isDone = await inParts(0, capacity, rest, (from, to) => {
    for (let slot = from; slot < to; ++slot) if (isSet(registered, slot)) order[count++] = slot;
  });
  return isDone ? {generation, capacity, keys: [], order,
    groups: [{name: '', filter: '', start: 0, count, parts: []}]} : null;
}

/** The plane of the slots that have a cell in a layout. False where newer work has begun. */
export async function planeOf({capacity, order}, rest) {
  const plane = new Uint8Array(capacity / 8);
  return await inParts(0, order.length, rest, (from, to) => {
    for (let i = from; i < to; ++i) plane[order[i] >> 3] |= 1 << (order[i] & 7);
  }) && plane;
}

/** The layout of the group that this filter selects alone, with its parts as groups. */
export function narrow(layout, within) {
  const group = layout.groups.find(({filter}) => filter === within);
  if (within === '' || !group) return layout;
  const parts = group.parts.length > 0 ? group.parts : [{...group, parts: []}];
  const shift = ({start, ...rest}) => ({...rest, start: start - group.start, parts: []});
  return {
    ...layout,
    order: layout.order.subarray(group.start, group.start + group.count),
    groups: parts.map(shift),
  };
}

/**
 * Follows which slots changed their host since a layout was made. `had` is the plane of the slots that
 * had a host then, and so have a cell. `moved` is the plane of those that were seen empty since, and
 * have a host again; `newcomers` counts hosts without a cell. The generation grows by one for each host
 * that comes or goes, and so tells of changes between two looks, too: `unseen` counts those.
 */
export function createMoves({generation: then}, had) {
  const has = had.slice();
  const moved = new Uint8Array(had.length);
  let seen = 0;
  return {
    moved,
    newcomers: 0,
    unseen: 0,
    follow({planes: [registered], generation}) {
      let newcomers = 0;
      for (let i = 0; i < registered.length; ++i) {
        const now = registered[i];
        seen += bitsOf(now ^ has[i]);
        moved[i] |= now & ~has[i] & had[i];
        has[i] = now;
        newcomers += bitsOf(now & ~had[i] & 0xff);
      }
      this.newcomers = newcomers;
      this.unseen = Math.max(0, Number(generation - then) - seen);
    },
  };
}

// Slots of the past on the map of today. A slot may have had another host then; where that is known,
// its cell is drawn grey.

import {bitsOf, isSet} from './bitmap.js';

const MOST = 1000;

/**
 * What the planes tell of the hosts that came and went between a moment and a layout, whose slots
 * `plane` has. `gone` counts those that had a slot then and have no cell now. `unseen` counts what the
 * planes do not show, as a slot that was freed and given to another host; it is Infinity where the
 * collector started anew in between.
 */
export function compareThen(plane, generation, {planes: [registered], generation: then}) {
  let gone = 0;
  let seen = 0;
  for (let i = 0; i < plane.length; ++i) {
    gone += bitsOf(registered[i] & ~plane[i] & 0xff);
    seen += bitsOf(registered[i] ^ plane[i]);
  }
  const steps = Number(generation > then ? generation - then : then - generation);
  const isOneStart = generation >> 32n === then >> 32n;
  return {gone, unseen: isOneStart ? Math.max(0, steps - seen) : Infinity};
}

/**
 * The plane of those slots of a list of changes that had another host before: who came has one that was
 * taken, or who went had one that is. `had` and `has` are the planes of taken slots.
 */
export function reusedSlots(changes, had, has) {
  const plane = new Uint8Array(had.length);
  for (const {kind, slot} of changes) {
    if (isSet(kind === 'went' ? has : had, slot)) plane[slot >> 3] |= 1 << (slot & 7);
  }
  return plane;
}

export function createThen({api}) {
  let plane = null;
  let drawn = '';  // The moment that was drawn last, and
  let asked = '';  // that for which the collector was asked who had the slots.
  let reused = null;
  let told = {gone: 0, unseen: 0};

  async function ask(moment, registered) {
    asked = moment;
    reused = null;
    try {
      const {changed} = await api.json('diff', {from: moment, limit: 1});
      const {changes} = await api.json('diff', {from: moment, after: changed, limit: MOST});
      if (asked === moment) reused = reusedSlots(changes, registered, plane);
    } catch {
      asked = '';  // The next frame asks again.
    }
  }

  return {
    /** The plane of slots that had another host at that moment, as far as is known; or null. */
    follow(moment, bitmap, whole) {
      plane = whole.plane;
      told = compareThen(plane, whole.generation, bitmap);
      const rests = moment === drawn;  // Who drags is not asked for.
      drawn = moment;
      if (asked !== moment) reused = null;
      if (told.unseen > 0 && rests && asked !== moment) ask(moment, bitmap.planes[0]);
      return reused;
    },
    /** What the map cannot show, in words. */
    note() {
      const gone = told.gone > 0
        ? `${told.gone} of then are gone, and have no place on today's map. ` : '';
      return told.unseen === 0 || reused !== null ? gone
        : `${gone}Hosts came and went since: a cell may have been another host's then.`;
    },
  };
}

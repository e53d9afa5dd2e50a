// Two moments and their difference: on the map, whose cells that did not change fade, and as a list
// of who changed. The list is asked for at a constant pace, and at once when a moment is chosen.

import {byId} from './board.js';
import {clock, inWords} from './moments.js';
import {CHANGES, LOOKS, change, look} from './palette.js';
import {createPoll, pollWhileVisible} from './poll.js';
import {number} from './words.js';

const PERIOD_MS = 10_000;
const MOST_LISTED = 1000;  // As many as one answer has.
const MOST_SHOWN = 100;

const WELL = ['healthy', 'warning', 'flapping', 'conflict'];
const DOWN = ['failing', 'silent', 'missing'];
const COUNT = LOOKS.length;

/** The look of a cell that looked like `before` and looks like `after`; what did not change fades. */
export function lookOfChange(before, after) {
  if (before === after || after === look.moved) return after === look.moved ? after : after + COUNT;
  if (before === look.empty) return change.came;
  if (after === look.empty) return change.went;
  const [was, is] = [LOOKS[before].name, LOOKS[after].name];
  if (WELL.includes(was) && DOWN.includes(is)) return change.worse;
  if (DOWN.includes(was) && WELL.includes(is)) return change.better;
  return change.changed;
}

const OF_BOTH = Uint8Array.from({length: COUNT * COUNT}, (_, i) =>
  lookOfChange(Math.floor(i / COUNT), i % COUNT));

const FIRST = 2 * COUNT;  // The looks of changes begin here.

/** What each look is faded. */
const FADED = Uint8Array.from({length: FIRST + 2 * CHANGES.length}, (_, i) =>
  (i < COUNT ? i + COUNT : i >= FIRST && i < FIRST + CHANGES.length ? i + CHANGES.length : i));

/**
 * Writes into `into` how each place of the order looks as a difference. `base` is how slots looked
 * before, `kinds` how places look now. Every place costs the same. It is done for all places or for
 * those from `begin` to before `end`.
 */
export function paintChanges(base, order, kinds, into, begin = 0, end = order.length) {
  for (let i = begin; i < end; ++i) {
    const isFaded = kinds[i] >= COUNT;
    const kind = OF_BOTH[base[order[i]] * COUNT + (isFaded ? kinds[i] - COUNT : kinds[i])];
    into[i] = isFaded ? FADED[kind] : kind;
  }
  return into;
}

const isChange = (kind) => kind >= FIRST && kind < FIRST + CHANGES.length;

/** How many hosts of a group changed, of those that match. */
export function changedIn({start, count}, painted) {
  let changed = 0;
  for (let i = start; i < start + count; ++i) changed += isChange(painted[i]) ? 1 : 0;
  return changed;
}

/** The plane of what is in one of two planes; null is all. */
export const eitherOf = (a, b) => (a === null || b === null ? null : a.map((byte, i) => byte | b[i]));

/** How a change of the API's list is: the gravest first. */
export function gravityOf({kind, before, after}) {
  if (kind === 'went') return 1;
  if (kind !== 'changed') return 2;
  if (!DOWN.includes(before) && DOWN.includes(after)) return 0;
  return DOWN.includes(before) && !DOWN.includes(after) ? 4 : 3;
}

/** What became of a host, in words. */
export function tellChange({kind, before, after, beside = [], check_before: was, check_after: is}) {
  const check = is ?? was;
  const of = check ? ` (${check})` : '';
  if (kind === 'came' || kind === 'unremembered') return `came: ${after}${of}`;
  if (kind === 'went') return `went: was ${before}${of}`;
  const marks = beside.map((mark) => ` ${mark}`).join('');
  return before === after ? `${after}${marks}${of}` : `${before} → ${after}${marks}${of}`;
}

export function createDifference({api, now, onOpen}) {
  let state = {since: null};
  let answer = null;
  let isLong = false;

  const poll = createPoll({
    period: PERIOD_MS,
    work: async () => {
      if (state.since === null) return;
      const {since, moment, filter} = state;
      const come = await api.json('diff', {from: since, to: moment, filter, limit: MOST_LISTED});
      if (state.since === null) return;
      answer = come;
      show();
    },
    onError: (error) => {
      if (error.status === undefined) console.error(error);
      if (state.since !== null) say(inWords(error.message, now()));
    },
  });

  function say(text) {
    byId('difference-said').textContent = text;
    byId('changes').replaceChildren();
    byId('more-changes').hidden = true;
  }

  function show() {
    const {changed, came, went, unremembered, total, changes, note} = answer;
    const counts = [[changed, 'changed'], [came, 'came'], [went, 'went'],
      [unremembered, 'came or were there, nobody remembers']].filter(([count]) => count > 0)
      .map(([count, word]) => `${number(count)} ${word}`);
    const [from, to] = [answer.from, answer.to].map((time) => clock(Date.parse(time), now()));
    byId('difference-said').textContent = `From ${from} to ${to} UTC: ` +
      `${counts.length === 0 ? 'nothing changed' : counts.join(', ')}${note ? ` · ${note}` : ''}`;
    const sorted = changes.slice().sort((a, b) => gravityOf(a) - gravityOf(b) ||
      (a.name ?? '').localeCompare(b.name ?? ''));
    const most = isLong ? sorted.length : MOST_SHOWN;
    byId('changes').replaceChildren(...sorted.slice(0, most).map(itemOf));
    byId('more-changes').hidden = sorted.length <= most && total <= sorted.length;
    byId('more-changes').disabled = sorted.length <= most;
    byId('more-changes').textContent = sorted.length > most ? `Show ${number(sorted.length)}`
      : `These are the first ${number(sorted.length)} of ${number(total)}`;
  }

  function itemOf(change) {
    const item = document.createElement('li');
    item.dataset.change = ['worse', 'went', 'came', 'changed', 'better'][gravityOf(change)];
    const name = document.createElement('button');
    name.type = 'button';
    name.className = 'link-like';
    name.textContent = change.name ?? `slot ${change.slot}`;
    name.disabled = !change.name;
    name.addEventListener('click', () => onOpen(change.name));
    item.append(name, ` ${tellChange(change)}`);
    return item;
  }

  byId('more-changes').addEventListener('click', () => {
    isLong = true;
    show();
  });

  return {
    /** Follows the page's state. */
    follow(to) {
      const before = state;
      state = to;
      const isOn = state.since !== null;
      byId('difference').hidden = !isOn;
      byId('stage').classList.toggle('differs', isOn);
      if (!isOn) {
        poll.stop();
        return;
      }
      if (before.since === null) {
        isLong = false;
        say('Asking …');
        pollWhileVisible(poll);
      } else if (before.since !== state.since || before.moment !== state.moment ||
          before.filter !== state.filter) {
        poll.now();
      }
    },
    /**
     * The planes of the moment that is compared with, and who matched then; null, where nothing is
     * stored of it.
     */
    async base() {
      const {since, filter} = state;
      if (since === null) return null;
      try {
        return await Promise.all([api.bitmap(since),
          filter === '' ? null : api.bitmap(since, filter, 'registered')]);
      } catch (error) {
        // What is wrong with a filter is told where it is asked for the moment that is shown.
        if (error.status !== 404 && error.status !== 400) throw error;
        return null;
      }
    },
    isOn: () => state.since !== null,
  };
}

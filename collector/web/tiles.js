// The far zoom: a tile for each group, with its share of healthy hosts and a bar of its states; and
// the same counts for the names over the map.

import {LOOKS, look} from './palette.js';
import {inParts} from './slices.js';
import {number, percent} from './words.js';

const MOST_PARTS = 12;

/** The order in which a bar shows looks: what is well, then what is not. */
const BAR = ['healthy', 'warning', 'flapping', 'conflict', 'drained', 'drained-down', 'unknown',
  'expected', 'missing', 'silent', 'failing'];
const WELL = new Set(['healthy', 'warning', 'flapping', 'conflict']);
const DOWN = new Set(['failing', 'silent', 'missing']);

/**
 * Counts how many hosts of a group have each look, by the look's number; faded ones count as others do.
 * False where newer work has begun.
 */
export function countLooks({start, count}, kinds, into, rest) {
  into.fill(0);
  return inParts(start, start + count, rest, (from, to) => {
    for (let i = from; i < to; ++i) ++into[UNFADED[kinds[i]]];
  });
}

const UNFADED = Uint8Array.from({length: 2 * LOOKS.length}, (_, i) => i % LOOKS.length);

export const newCounts = () => new Uint32Array(LOOKS.length);

/**
 * A group's hosts, as the collector judges groups: of those that are known and not drained, `well` are
 * healthy and `down` are not.
 */
export function totals(counts) {
  let hosts = 0;
  let well = 0;
  let down = 0;
  for (let i = 1; i < counts.length; ++i) {
    hosts += counts[i];
    if (WELL.has(LOOKS[i].name)) well += counts[i];
    if (DOWN.has(LOOKS[i].name)) down += counts[i];
  }
  return {hosts, well, down};
}

/** How a group is, in a word that styles know. */
function toneOf({well, down}) {
  if (down === 0) return 'good';
  const share = down / (well + down);
  return share > 0.5 ? 'panic' : share > 0.05 ? 'bad' : 'some';
}

export function createTiles(box, {onGroup}) {
  let tiles = [];

  /** Makes the tiles; their counts come with each frame. */
  function setLayout(layout) {
    tiles = layout.groups.map((group) => tileOf(group));
    box.replaceChildren(...tiles.map(({element}) => element));
  }

  function tileOf(group) {
    const element = document.createElement('button');
    element.type = 'button';
    element.className = 'tile';
    element.dataset.group = group.filter;
    const name = span('name', group.name || 'all hosts');
    const share = span('share');
    const bar = barOf();
    const line = span('line');
    const parts = group.parts.slice(0, MOST_PARTS).map((part) => {
      const row = span('row');
      const bars = barOf();
      const value = span('value');
      row.append(span('part', part.name), bars.element, value);
      return {part, row, bars, value, counts: newCounts()};
    });
    element.append(name, share, bar.element, line, ...parts.map(({row}) => row));
    const rest = group.parts.length - parts.length;
    if (rest > 0) element.append(span('line', `and ${rest} more`));
    element.addEventListener('click', () => onGroup(group));
    return {element, group, share, bar, line, parts, counts: newCounts()};
  }

  async function show(kinds, troubles, rest) {
    for (const tile of tiles) {
      if (!(await countLooks(tile.group, kinds, tile.counts, rest))) return;
      const sums = totals(tile.counts);
      tile.element.dataset.tone = toneOf(sums);
      tile.share.textContent = percent(sums.well, sums.well + sums.down) || '–';
      tile.bar.show(tile.counts, sums.hosts);
      const said = troubles.get(tile.group.filter) ?? '';
      tile.line.textContent = `${sums.down > 0 ? `${number(sums.down)} of ` : ''}` +
        `${number(sums.hosts)}${sums.down > 0 ? ' are down' : ' hosts'}${said ? ` · ${said}` : ''}`;
      for (const {part, row, bars, value, counts} of tile.parts) {
        if (!(await countLooks(part, kinds, counts, rest))) return;
        const of = totals(counts);
        row.dataset.tone = toneOf(of);
        bars.show(counts, of.hosts);
        value.textContent = of.down > 0 ? number(of.down) : '';
      }
    }
  }

  return {setLayout, show};
}

function span(className, text = '') {
  const made = document.createElement('span');
  made.className = className;
  made.textContent = text;
  return made;
}

/** A bar with a part for each look; all are always there, so that each frame costs the same. */
function barOf() {
  const element = span('bar-of-states');
  const parts = BAR.map((name) => {
    const part = document.createElement('i');
    part.dataset.look = name;
    return part;
  });
  element.append(...parts);
  return {
    element,
    show(counts, all) {
      BAR.forEach((name, i) => {
        parts[i].style.flexGrow = all > 0 ? String(counts[look[name]] / all) : '0';
      });
    },
  };
}

// Completes the word of a filter that is being typed: planes and states, labels that the collector
// groups by with their values, and checks. Pure, but for what is asked once.

import {PLANES} from './bitmap.js';
import {labelTerm, quoted} from './words.js';

const WORDS = ['failing', 'silent', 'down', 'healthy', 'warning', 'drained', 'missing', 'unknown',
  'expected', 'flapping', 'conflict', ...PLANES.slice(0, 3), 'awaited', 'all'];
const FORMS = ['name=', 'check:', 'agent<', 'agent=', 'config=', 'key='];
const MOST = 9;

/** The word that ends at the caret, and where it begins. */
export function wordAt(text, caret) {
  const before = text.slice(0, caret);
  const word = /[^\s&|!()]*$/.exec(before)[0];
  return {word, begin: caret - word.length};
}

/** What a word may become. `known` has `labels` (key and value terms) and `checks`. */
export function completions(word, known) {
  if (word === '') return [];
  const all = [...WORDS, ...known.labels, ...known.checks.map((name) => `check:${quoted(name)}`),
    ...FORMS];
  const low = word.toLowerCase();
  const found = [...new Set(all)].filter((term) => term.toLowerCase() !== low);
  const begins = found.filter((term) => term.toLowerCase().startsWith(low));
  const holds = found.filter((term) => !begins.includes(term) && low.length > 1 &&
    term.toLowerCase().includes(low));
  return [...begins, ...holds].slice(0, MOST);
}

/** What the collector groups by and which checks there are, asked for once. */
export async function fetchKnown(api) {
  const [{keys, groups}, {checks}] = await Promise.all([api.json('groups', {}),
    api.json('checks', {limit: 100})]);
  return {
    labels: [...keys.map(({key}) => `${key}=`), ...groups.filter(({value}) => value)
      .map(({key, value}) => labelTerm(key, value))],
    checks: checks.map(({name}) => name),
  };
}

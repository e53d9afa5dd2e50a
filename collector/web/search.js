// Finds a host by a part of its name, as one types. It asks for a handful of names, once the fingers
// rest.

import {createSuggest} from './suggest.js';
import {number} from './words.js';

const SETTLED_MS = 180;
const MOST = 8;
const byName = new Intl.Collator('en', {numeric: true}).compare;

/** Hosts of whose names this is a part: first the one of that name, then those that begin with it. */
export function ranked(hosts, text) {
  const rank = ({name}) => (name === text ? 0 : name.startsWith(text) ? 1 : 2);
  return hosts.sort((a, b) => rank(a) - rank(b) || byName(a.name, b.name));
}

/**
 * Finds a few of them, and how many there are. Where there are more than are shown, those of the first
 * slots come, so that the best ones are asked for, too.
 */
export async function findHosts(text, ask) {
  const of = (term) => ask({filter: `name=${term}`, limit: MOST});
  if (/[*?]/.test(text)) return of(text);
  const {hosts, total} = await of(`*${text}*`);
  const best = total <= hosts.length ? [] : (await Promise.all([of(text), of(`${text}*`)]))
    .flatMap((page) => page.hosts);
  const all = new Map([...hosts, ...best].map((host) => [host.name, host]));
  return {hosts: ranked([...all.values()], text).slice(0, MOST), total};
}

export function createSearch(field, list, {api, onOpen}) {
  let timer = 0;
  let asked = 0;
  const suggest = createSuggest(field, list, {takesFirst: true, onTake: (name) => {
    field.value = '';
    onOpen(name);
  }});

  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, SETTLED_MS);
  });

  async function ask() {
    // What is no part of a name cannot be found.
    const text = field.value.trim().replace(/[^A-Za-z0-9._*?-]/g, '');
    const mine = ++asked;
    if (text === '') return suggest.close();
    try {
      const page = await findHosts(text, (parameters) => api.hosts(null, parameters));
      if (mine === asked) suggest.show(suggestions(page));
    } catch (error) {
      if (mine === asked) suggest.show([{text: error.message}]);
    }
  }

  function suggestions({hosts, total}) {
    if (hosts.length === 0) return [{text: 'No host has this in its name.'}];
    const found = hosts.map(({name, state}) =>
      ({text: name, value: name, note: state, state}));
    const rest = total - hosts.length;
    return rest > 0 ? [...found, {text: `and ${number(rest)} more`}] : found;
  }
}

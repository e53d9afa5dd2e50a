// Finds a host by a part of its name, as one types. It asks for a handful of names, once the fingers
// rest.

import {createSuggest} from './suggest.js';
import {number} from './words.js';

const SETTLED_MS = 180;
const MOST = 8;
const byName = new Intl.Collator('en', {numeric: true}).compare;

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
    const term = /[*?]/.test(text) ? text : `*${text}*`;
    try {
      const page = await api.hosts(null, {filter: `name=${term}`, limit: MOST});
      if (mine === asked) suggest.show(suggestions(page));
    } catch (error) {
      if (mine === asked) suggest.show([{text: error.message}]);
    }
  }

  function suggestions({hosts, total}) {
    if (hosts.length === 0) return [{text: 'No host has this in its name.'}];
    const found = hosts.sort((a, b) => byName(a.name, b.name)).map(({name, state}) =>
      ({text: name, value: name, note: state, state}));
    const rest = total - hosts.length;
    return rest > 0 ? [...found, {text: `and ${number(rest)} more`}] : found;
  }
}

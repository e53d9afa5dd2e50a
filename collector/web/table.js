// The map's twin for who reads rather than looks: the same hosts as rows of a table, page by page.

import {keepFocus} from './focus.js';
import {age, detailText, number, stateText} from './words.js';

const ROWS = 100;
const COLUMNS = ['Host', 'State', 'Why', 'Labels', 'Heard'];

/** A filter for hosts that match both; either may be empty. */
export const both = (one, other) =>
  (one !== '' && other !== '' ? `(${one}) & (${other})` : one || other);

export function createTable(box, {api, onOpen}) {
  let pages = [null];  // The `after` of each page up to this one.
  let next = null;
  let filter = '';
  let opened = '';

  const caption = document.createElement('caption');
  const body = document.createElement('tbody');
  const back = button('Previous', () => turn(-1));
  const on = button('Next', () => turn(1));
  const table = document.createElement('table');
  const head = document.createElement('tr');
  head.append(...COLUMNS.map((word) => cell('th', word)));
  [...head.children].forEach((one) => { one.scope = 'col'; });
  const top = document.createElement('thead');
  top.append(head);
  table.append(caption, top, body);
  const feet = document.createElement('p');
  feet.className = 'pages';
  feet.append(back, on);
  box.replaceChildren(table, feet);
  let last = [null, ''];

  function turn(step) {
    if (step > 0 && next !== null) pages.push(next);
    if (step < 0 && pages.length > 1) pages.pop();
    refresh(...last).catch(() => {});  // The next poll asks again, and says what is wrong.
  }

  function show(page) {
    next = page.next ?? null;
    const first = (pages.length - 1) * ROWS;
    caption.textContent = page.total === 0 ? 'No host is to be shown.'
      : `${number(page.total)} hosts, from number ${number(first + 1)} on`;
    back.disabled = pages.length === 1;
    on.disabled = next === null;
    feet.hidden = back.disabled && on.disabled;
    body.replaceChildren(...page.hosts.map(rowOf));
  }

  function rowOf(row) {
    const line = document.createElement('tr');
    line.dataset.state = row.state;
    line.dataset.name = row.name ?? '';
    line.classList.toggle('opened', row.name === opened);
    const name = cell('th', '');
    name.scope = 'row';
    name.append(row.name ? button(row.name, () => onOpen(row.name), 'link-like') : `slot ${row.slot}`);
    const heard = row.heard_seconds_ago === undefined ? '' : age(row.heard_seconds_ago);
    line.append(name, cell('td', stateText(row), 'state'), cell('td', detailText(row)),
      cell('td', (row.labels ?? '').replaceAll(',', ', '), 'quiet'),
      cell('td', heard, 'number'));
    return line;
  }

  /** Asks for the page that is shown, as each poll does while the table is. */
  async function refresh(moment, wanted) {
    if (box.hidden) return;
    last = [moment, wanted];
    if (wanted !== filter) pages = [null];
    filter = wanted;
    try {
      const page = await api.hosts(moment, {filter, limit: ROWS, after: pages.at(-1)});
      keepFocus(box, () => show(page));
    } catch (error) {
      if (error.status !== 400) throw error;  // The filter's own field says what is wrong with it.
    }
  }

  return {
    refresh,
    setOpened(name) { opened = name; },
  };
}

function cell(kind, text, className = '') {
  const made = document.createElement(kind);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

function button(text, onClick, className = 'quiet') {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = className;
  made.textContent = text;
  made.addEventListener('click', onClick);
  return made;
}

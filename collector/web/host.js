// One host, opened beside the map: its state, every check, what is known of it, and its last day.

import {VERBS} from './actions.js';
import {age, drainText, number, stateText, toSecond} from './words.js';

const STRIP_HOURS = 24;

export function createHostPanel(panel, {api, onAct, onClose}) {
  let name = '';
  let strip = null;  // The last day's spans, fetched when the host was opened.

  /** Shows a host; an empty name closes the panel. `focus` puts the keyboard into it. */
  async function open(to, moment, focus = false) {
    const isNew = to !== name;
    name = to;
    panel.hidden = name === '';
    panel.parentElement.classList.toggle('beside', name !== '');
    if (name === '') return;
    if (isNew) {
      strip = null;
      panel.replaceChildren(head(name, null), line('Asking …', 'quiet'));
      fetchStrip(name, moment);
    }
    await refresh(moment);
    if (focus) panel.focus();
  }

  /** Asks for the host again, as each poll does while it is open. */
  async function refresh(moment) {
    const asked = name;
    if (asked === '') return;
    try {
      const host = await api.host(moment, asked);
      if (asked === name) show(host, moment);
    } catch (error) {
      if (asked !== name) return;
      if (error.status !== 404) throw error;
      panel.replaceChildren(head(asked, null), line(error.message, 'said'));
    }
  }

  async function fetchStrip(asked, moment) {
    const to = moment === null ? new Date() : new Date(moment);
    const from = new Date(to - STRIP_HOURS * 3600_000);
    try {
      const history = await api.history(asked, from.toISOString(), null);
      if (asked === name) strip = history;
    } catch {
      // The past cannot be read now; the present is shown all the same.
    }
  }

  function show(host, moment) {
    const scrolled = panel.scrollTop;
    panel.replaceChildren(...[head(host.name, host), why(host), checks(host.results ?? []),
      day(strip), facts(host), moment === null ? acts(host) : null].filter(Boolean));
    panel.scrollTop = scrolled;
  }

  function head(title, host) {
    const box = element('header');
    const text = element('h2', title);
    const close = element('button', '×', 'close');
    close.type = 'button';
    close.setAttribute('aria-label', 'Close');
    close.addEventListener('click', onClose);
    box.append(text, close);
    if (host) {
      const state = element('p', stateText(host), 'state');
      state.dataset.state = host.state;
      box.append(state);
    }
    return box;
  }

  /** What an operator can do to it. */
  function acts(host) {
    const box = element('p', '', 'acts');
    const planned = host.drained || host.drain;
    box.append(...[planned ? 'undrain' : 'drain', 'reset', 'forget'].map((verb) => {
      const act = element('button', VERBS[verb].title, 'quiet');
      act.type = 'button';
      act.dataset.verb = verb;
      act.addEventListener('click', () => onAct(verb, host.name));
      return act;
    }));
    return box;
  }

  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') onClose();
  });
  return {open, refresh, name: () => name};
}

function element(kind, text = '', className = '') {
  const made = document.createElement(kind);
  if (text !== '') made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

const line = (text, className) => element('p', text, className);

function why(host) {
  const texts = [host.reason, host.drain ? `Drained ${drainText(host)}` : '',
    host.conflict_address ? `${host.conflict_address} speaks with the same credential.` : '',
    host.late ? `Its snapshots are late by ${age(host.lag_seconds)}.` : ''].filter(Boolean);
  if (texts.length === 0) return null;
  const box = element('div', '', 'why');
  box.append(...texts.map((text) => line(text)));
  return box;
}

const GRAVITY = ['CRITICAL', 'UNKNOWN', 'WARNING', 'PENDING', 'OK'];

function checks(results) {
  if (results.length === 0) return line('It has no checks.', 'quiet');
  const table = element('table', '', 'checks');
  table.append(element('caption', 'Checks', 'hidden'));
  const body = element('tbody');
  const sorted = [...results].sort((a, b) =>
    GRAVITY.indexOf(a.state) - GRAVITY.indexOf(b.state) || a.index - b.index);
  for (const check of sorted) {
    const row = element('tr');
    row.dataset.check = check.state;
    const title = element('th', check.name ?? `#${check.index}`);
    title.scope = 'row';
    const value = check.value === undefined ? '' : String(Number(check.value.toPrecision(6)));
    const message = check.message ??
      (check.earlier_message ? `${age(check.earlier_age_seconds)} ago: ${check.earlier_message}` : '');
    const when = check.age_seconds === undefined ? '' : `${age(check.age_seconds)} ago`;
    row.append(title, element('td', check.state, 'badge'), element('td', value, 'number'),
      element('td', when, 'number quiet'));
    body.append(row);
    if (message === '') continue;
    const below = element('tr');
    const last = element('td', message, 'message');
    last.colSpan = row.children.length;
    below.append(last);
    body.append(below);
  }
  table.append(body);
  return table;
}

/** The last day as a strip; a gap is a gap. */
function day(history) {
  if (!history) return null;
  const box = element('div', '', 'day');
  const from = Date.parse(history.from);
  const whole = Date.parse(history.to) - from;
  const bar = element('div', '', 'strip');
  bar.setAttribute('role', 'img');
  for (const span of history.spans) {
    const part = element('i');
    const state = span.drained ? 'drained' : span.warning ? 'warning' : span.state;
    part.dataset.state = state;
    part.style.left = `${(100 * (Date.parse(span.from) - from)) / whole}%`;
    part.style.width = `${(100 * (Date.parse(span.to) - Date.parse(span.from))) / whole}%`;
    part.title = `${state} from ${toSecond(span.from)} to ${toSecond(span.to)}` +
      (span.check ? ` (${span.check})` : '');
    bar.append(part);
  }
  const long = whole > 23.9 * 3600_000 ? 'The last day' : `The last ${age(whole / 1000)}`;
  const {watched_seconds: watched, healthy_seconds: healthy} = history;
  const share = watched > 0 ? `${((100 * healthy) / watched).toFixed(2)} % healthy` : 'not watched';
  bar.setAttribute('aria-label', `${long}: ${share}`);
  box.append(line(`${long}: ${share}`, 'quiet'), bar);
  return box;
}

function facts(host) {
  const list = element('dl', '', 'facts');
  const add = (title, text) => {
    if (text) list.append(element('dt', title), element('dd', text));
  };
  add('heard', host.heard_seconds_ago === undefined ? 'never since the collector\'s start'
    : `${age(host.heard_seconds_ago)} ago; silent after ${age(host.window_seconds)}`);
  add('labels', (host.labels ?? '').replaceAll(',', ', '));
  add('address', host.address);
  if (host.received > 0) {
    add('uptime', age(host.uptime_seconds));
    const skew = host.skew_seconds;
    add('clock', Math.abs(skew) < 0.1 ? 'as the collector\'s'
      : `${Math.abs(skew).toFixed(3)} s ${skew < 0 ? 'ahead of' : 'behind'} the collector's`);
    add('lag', `${host.lag_seconds.toFixed(3)} s`);
    add('snapshots', `${number(host.received)} received, ${number(host.lost)} lost`);
    add('interval', age(host.interval_seconds));
    add('agent', `${host.agent_version}, key ${host.key_id}, generation ${host.credential_generation}`);
    add('config', host.config_hash);
  }
  add('registered', `${toSecond(host.registered_at ?? '')} in slot ${host.slot}`);
  return list;
}

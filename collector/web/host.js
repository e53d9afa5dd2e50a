// One host, opened beside the map: its state, every check, what is known of it, and its last day.

import {VERBS} from './actions.js';
import {keepFocus} from './focus.js';
import {inWords} from './moments.js';
import {createStrip} from './strip.js';
import {age, drainText, number, stateText, toSecond} from './words.js';

export function createHostPanel(panel, {api, now, onAct, onClose, onMoment}) {
  let name = '';
  const strip = createStrip({api, now, onMoment});
  const [above, below] = ['div', 'div'].map((kind) => element(kind));
  panel.append(above, strip.element, below);

  /** Shows a host; an empty name closes the panel. `focus` puts the keyboard into it. */
  async function open(to, moment, focus = false) {
    const isNew = to !== name;
    name = to;
    panel.hidden = name === '';
    panel.parentElement.classList.toggle('beside', name !== '');
    if (name === '') return;
    if (isNew) {
      above.replaceChildren(head(name, null), line('Asking …', 'quiet'));
      below.replaceChildren();
    }
    await refresh(moment);
    if (focus) panel.focus();
  }

  /** Asks for the host again, as each poll does while it is open. */
  async function refresh(moment) {
    const asked = name;
    if (asked === '') return;
    strip.follow(asked, moment);
    try {
      const host = await api.host(moment, asked);
      if (asked === name) keepFocus(panel, () => show(host, moment));
    } catch (error) {
      if (asked !== name) return;
      if (error.status !== 404) throw error;
      above.replaceChildren(head(asked, null), line(inWords(error.message, now()), 'said'));
      below.replaceChildren();
    }
  }

  function show(host, moment) {
    const scrolled = panel.scrollTop;
    above.replaceChildren(...[head(host.name, host), why(host), host.results ? checks(host.results)
      : null].filter(Boolean));
    below.replaceChildren(...(moment === null ? [facts(host), acts(host)]
      : [line(`In slot ${host.slot} at ${toSecond(host.time)}.`, 'quiet')]));
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
  const texts = [host.reason, host.check && !host.results ? `Because of its check ${host.check}.` : '', host.drain ? `Drained ${drainText(host)}` : '',
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

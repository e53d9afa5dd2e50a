// What an operator changes from the page. Every change is shown first, with the hosts that it is
// about, and is done when the operator agrees. The admin token is typed once and kept in this
// module's memory alone.

import {number} from './words.js';

const PART = 1000;  // Names in one request.
const NAMES_PER_PAGE = 65536;
const SHOWN_NAMES = 200;

/** For each verb: what is asked of the operator, and what it does, in words. */
export const VERBS = {
  drain: {title: 'Drain', takes: ['for', 'why'],
    text: 'They are out of service until then, and nobody counts them as down.'},
  undrain: {title: 'Undrain', takes: [], text: 'They count again at once. A planned drain is cancelled.'},
  forget: {title: 'Forget', takes: [],
    text: 'Their slots are freed, and they are kept out until you admit them.'},
  reset: {title: 'Reset', takes: [], text: 'They may start over: for hosts whose clock was wrong.'},
  freeze: {title: 'Freeze', takes: ['for', 'why'],
    text: 'Consumers are asked to hold what they have. It changes no bit.'},
  unfreeze: {title: 'Unfreeze', takes: [], text: 'Consumers go on at once.'},
};

/** The lines of GET /api/v1/names: the head's fields, and the names. */
export function readNames(text) {
  const end = text.indexOf('\n\n');
  const head = new Map(text.slice(0, end).split('\n').map((line) => {
    const space = line.indexOf(' ');
    return [line.slice(0, space), line.slice(space + 1)];
  }));
  const names = text.slice(end + 2).split('\n').filter(Boolean)
    .map((line) => line.slice(line.indexOf(' ') + 1));
  return {next: head.get('next') ?? null, names};
}

/** The collector takes changes over loopback alone, and no token may go further in clear. */
export function isClose({protocol, hostname}) {
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The next time that a clock here shows these hours and minutes; null for what is no such time. */
export function untilOf(text, now = new Date()) {
  const time = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (!time) return null;
  const then = new Date(now);
  then.setHours(Number(time[1]), Number(time[2]), 0, 0);
  if (then <= now) then.setDate(then.getDate() + 1);
  return then.toISOString();
}

const byName = new Intl.Collator('en', {numeric: true}).compare;

export function createActions(dialog, {api, onDone}) {
  let token = '';
  let proposed = 0;  // How often something was proposed: an answer to an earlier one comes too late.
  let attempt = {body: '', key: ''};  // Who tries the same again does it under the same key.
  const part = (name) => dialog.querySelector(`[data-part=${name}]`);
  const field = (name) => dialog.querySelector(`[name=${name}]`);

  /** Shows what would be done, to `names` or to all that a filter selects. */
  async function propose(verb, {names = null, filter = ''} = {}) {
    const {title, text, takes} = VERBS[verb];
    const mine = ++proposed;
    part('title').textContent = title;
    part('text').textContent = text;
    say('');
    for (const name of ['for', 'why']) {
      field(name).closest('label').hidden = !takes.includes(name);
      field(name).required = takes.includes(name);
    }
    field('token').closest('label').hidden = token !== '';
    field('token').required = token === '';
    part('agree').disabled = true;
    part('agree').textContent = title;
    part('agree').dataset.verb = verb;
    showNames([]);
    dialog.showModal();
    dialog.onsubmit = (event) => event.preventDefault();
    if (!isClose(location)) {
      field('token').closest('label').hidden = true;
      return say(`Changes are taken over loopback alone: ssh -L ${location.port}:127.0.0.1:${
        location.port} ${location.hostname}, and open this page at 127.0.0.1.`);
    }
    try {
      const all = names ?? (filter !== '' ? await namesOf(filter) : []);
      if (mine !== proposed) return;
      all.sort(byName);
      showNames(all);
      dialog.onsubmit = (event) => agree(event, verb, all);
      part('agree').disabled = false;
      part('agree').textContent = all.length === 0 ? title
        : `${title} ${all.length === 1 ? all[0] : `${number(all.length)} hosts`}`;
    } catch (error) {
      if (mine === proposed) say(error.message);
    }
  }

  async function namesOf(filter) {
    const all = [];
    for (let after = null; ;) {
      const page = readNames(await api.text('names', {filter, limit: NAMES_PER_PAGE, after}));
      all.push(...page.names);
      after = page.next;
      if (after === null) return all;
    }
  }

  function showNames(names) {
    const rest = names.length - SHOWN_NAMES;
    part('names').hidden = names.length === 0;
    part('names').textContent = names.slice(0, SHOWN_NAMES).join(', ') +
      (rest > 0 ? ` and ${number(rest)} more` : '');
  }

  function say(text) {
    part('said').textContent = text;
  }

  async function agree(event, verb, names) {
    event.preventDefault();
    if (part('agree').disabled) return;
    part('agree').disabled = true;
    if (token === '') token = field('token').value;
    try {
      await perform(verb, names);
      attempt = {body: '', key: ''};
      dialog.close();
      field('why').value = '';
      onDone();
    } catch (error) {
      if (error.status === 401 || error.status === 403) {
        token = '';
        field('token').closest('label').hidden = false;
        field('token').required = true;
      }
      say(error.message);
    }
    field('token').value = '';
    part('agree').disabled = false;
  }

  /** Does it, in parts of one record where there are many names. */
  async function perform(verb, names) {
    const body = {verb};
    for (const name of VERBS[verb].takes) body[name] = field(name).value.trim();
    const until = untilOf(body.for ?? '');
    if (until !== null) {
      delete body.for;
      body.until = until;
    }
    const by = field('by').value.trim();
    if (by !== '') body.by = by;
    const key = keyOf(JSON.stringify([body, names]));
    const parts = Math.max(1, Math.ceil(names.length / PART));
    for (let i = 0; i < parts; ++i) {
      const some = names.slice(i * PART, (i + 1) * PART);
      const more = names.length > 0 ? {names: some, ...(parts > 1 ? {part: i + 1} : {})} : {};
      await patiently(() => api.change('POST', 'actions', {...body, ...more}, token, key));
      say(`${number(Math.min((i + 1) * PART, names.length))} of ${number(names.length)} done`);
    }
  }

  function keyOf(body) {
    if (attempt.body !== body) {
      attempt = {body, key: `page-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`};
    }
    return attempt.key;
  }

  /** Asks again for as long as the collector says that it is asked too much at once. */
  async function patiently(ask) {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (error.retryAfter === 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, 1000 * error.retryAfter));
      }
    }
  }

  part('cancel').addEventListener('click', () => dialog.close());
  return {propose};
}

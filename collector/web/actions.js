// What an operator changes from the page. Every change is shown first, with the hosts that it is
// about, and is done when the operator agrees. A token is typed once, unless the one that reads is
// enough, and kept in this module's memory alone.

import {doInParts, tellBefore, tellWhatCame} from './batch.js';
import {number} from './words.js';

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
function readNames(text) {
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
function isClose({protocol, hostname}) {
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The next time that a clock here shows these hours and minutes; null for what is no such time. */
function untilOf(text, now = new Date()) {
  const time = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (!time) return null;
  const then = new Date(now);
  then.setHours(Number(time[1]), Number(time[2]), 0, 0);
  if (then <= now) then.setDate(then.getDate() + 1);
  return then.toISOString();
}

const byName = new Intl.Collator('en', {numeric: true}).compare;

export function createActions(dialog, {api, onDone}) {
  let token = '';  // Empty where none was typed; then the one that reads is shown.
  let who = null;  // Who the collector takes us for; null where it does not tell.
  let proposed = 0;  // How often something was proposed: an answer to an earlier one comes too late.
  let isUnderWay = false;
  let isStopped = false;
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
    demand(token === '');
    part('agree').disabled = true;
    part('cancel').textContent = 'Cancel';
    part('agree').textContent = title;
    part('agree').dataset.verb = verb;
    showNames([]);
    dialog.showModal();
    dialog.onsubmit = (event) => event.preventDefault();
    if (!isClose(location)) {
      demand(false);
      return say(`Changes are taken over loopback alone: ssh -L ${location.port}:127.0.0.1:${
        location.port} ${location.hostname}, and open this page at 127.0.0.1.`);
    }
    try {
      await learn();
      if (mine !== proposed) return;
      demand(!may(verb));
      say(refusalOf(verb));
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

  function demand(isAsked) {
    field('token').closest('label').hidden = !isAsked;
    field('token').required = isAsked;
  }

  /** Asks the collector whose the token is. An older one does not tell, and takes the admin's alone. */
  async function learn(shown = token) {
    who = await api.whoami(shown).catch((error) => {
      if (error.status === 401 && shown === token) token = '';  // It was taken out of the list.
      else if (error.status !== 404) throw error;
      return null;
    });
    document.body.dataset.role = who?.name ? who.role : '';
  }

  const may = (verb) => (who === null ? token !== '' : who.actions.includes(verb));

  /** Why another token is needed; empty where nobody was named yet, or nothing is needed. */
  function refusalOf(verb) {
    return !who?.name || may(verb) ? ''
      : `${who.name}'s token is of the role ${who.role}. Type another one.`;
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
    if (part('agree').disabled || isUnderWay) return;
    const mine = proposed;
    part('agree').disabled = true;
    part('cancel').textContent = 'Stop';
    isUnderWay = true;
    isStopped = false;
    const typed = field('token').value;
    field('token').value = '';
    let said;
    try {
      if (typed !== '') {
        await learn(typed);
        if (who !== null && !may(verb)) throw new Error(refusalOf(verb));
        token = typed;
      }
      const came = await perform(verb, names);
      said = tellWhatCame(came);
      if (came.done === came.all) attempt = {body: '', key: ''};
      onDone();
    } catch (error) {
      if (error.status === 401 || error.status === 403) askAgain();
      said = error.message + tellBefore(error.came);
    }
    isUnderWay = false;
    if (mine !== proposed) return;  // The dialog is about something else by now.
    part('cancel').textContent = 'Close';
    part('agree').disabled = false;
    say(said);
    if (said !== '') return;
    field('why').value = '';
    dialog.close();
  }

  function askAgain() {
    token = '';
    demand(true);
  }

  /** Does it, in parts of one record where there are many names. */
  function perform(verb, names) {
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
    return doInParts(names, {
      send: (some, part) => api.change('POST', 'actions', {...body,
        ...(some.length > 0 ? {names: some} : {}), ...(part > 0 ? {part} : {})}, token, key),
      wait: (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds)),
      isStopped: () => isStopped,
      tell: ({done, all}) => isStopped || say(`${number(done)} of ${number(all)} done`),
    });
  }

  function keyOf(body) {
    if (attempt.body !== body) {
      attempt = {body, key: `page-${crypto.getRandomValues(new Uint32Array(4)).join('-')}`};
    }
    return attempt.key;
  }

  /** While parts are sent, this stops before the next one; the dialog says then how far it came. */
  function stop(event) {
    if (!isUnderWay) return event.type === 'click' && dialog.close();
    event.preventDefault();
    isStopped = true;
    say('Stopping after what is under way.');
  }

  part('cancel').addEventListener('click', stop);
  dialog.addEventListener('cancel', stop);
  dialog.addEventListener('close', () => { isStopped = true; });
  return {propose};
}

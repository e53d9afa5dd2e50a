// Wires the page: what is polled goes to what is shown, and what is chosen goes to the address.

import {format, parse} from './address.js';
import {createActions} from './actions.js';
import {createApi} from './api.js';
import {decode, downIn} from './bitmap.js';
import {makeCounts, showCounts, showLegend, showLink, showMessages, showVerdict} from './board.js';
import {createFilter} from './filter.js';
import {createHelp} from './help.js';
import {createHostPanel} from './host.js';
import {createPoll, pollWhileVisible} from './poll.js';
import {createSearch} from './search.js';
import {createStage} from './stage.js';
import {createTheme} from './theme.js';
import {askToken} from './token.js';

const byId = (id) => document.getElementById(id);
const api = createApi(document.baseURI);

let state = parse(location.hash);
/** The newest answers, when they came, and why the last could not come. */
const shown = {summary: null, at: 0, failure: null};

// --- What is chosen ---------------------------------------------------------------------------

/** Changes what is shown, and the address with it. */
function choose(change) {
  const before = state;
  state = {...state, ...change};
  const hash = format(state);
  if (hash !== format(before)) {
    const url = hash === '#' ? location.pathname + location.search : hash;
    // What one types leaves no trail of steps behind.
    if ('filter' in change) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
  }
  follow(before);
}

function follow(before) {
  stage.follow(state);
  if (state.host !== before.host) host.open(state.host, state.moment, state.host !== '');
  if (state.filter !== before.filter) filter.set(state.filter);
  if (state.filter !== before.filter || state.moment !== before.moment ||
      state.zoom !== before.zoom) {
    poll.now();
  }
}

addEventListener('popstate', () => {
  const before = state;
  state = parse(location.hash);
  follow(before);
});

async function openSlot(slot) {
  const page = await api.hosts(state.moment, {slots: slot});
  if (page.hosts.length > 0) choose({host: page.hosts[0].name});
}

/** For scripts that ask where on the map a host is (its whereIs), as tests do. */
export const stage = createStage({api, choose, openSlot});
const actions = createActions(byId('action'), {api, onDone: () => poll.now()});
const host = createHostPanel(byId('host'), {api, onAct: (verb, name) =>
  actions.propose(verb, {names: [name]}), onClose: () => {
  choose({host: ''});
  stage.focus();
}});
const filter = createFilter(byId('filter'), byId('filter-said'), byId('filter-words'),
  {api, onChange: (text) => choose({filter: text})});
createSearch(byId('search'), byId('found'), {api, onOpen: (name) => choose({host: name})});
byId('all-matching').addEventListener('click', (event) =>
  event.target.dataset.verb && actions.propose(event.target.dataset.verb, {filter: state.filter}));
byId('freeze').addEventListener('click', () => actions.propose(byId('freeze').dataset.verb));
makeCounts((name) => choose({filter: state.filter === name ? '' : name}));

const help = createHelp(byId('help'), {
  '/': () => byId('search').focus(),
  f: () => byId('filter').focus(),
  m: () => { choose({zoom: 'cells'}); stage.focus(); },
  1: () => choose({zoom: 'groups'}),
  2: () => choose({zoom: 'cells'}),
  3: () => choose({zoom: 'hosts'}),
  4: () => choose({zoom: 'table'}),
  x: () => choose({filter: '', within: ''}),
  Escape: () => choose({host: ''}),
});
byId('keys').addEventListener('click', help.open);

// --- What is polled ---------------------------------------------------------------------------

/** The same questions at each tick, however the hosts are. */
async function turn() {
  const {moment} = state;
  const [summary, bytes, matching] = await Promise.all([
    api.summary(moment),
    api.bitmap(moment),
    state.filter === '' ? null : filter.ask(() =>
      api.bitmap(moment, state.filter, 'registered')),
    host.refresh(moment),
    stage.refresh(moment),
  ]);
  take(summary, decode(bytes), matching && decode(matching));
}

function take(summary, bitmap, matching) {
  summary.down ??= downIn(bitmap);  // A moment of the past does not tell it.
  shown.summary = summary;
  shown.at = performance.now() - 1000 * summary.view_age_seconds;
  shown.failure = null;
  const matches = matching ? matching.planes[0] : null;
  showVerdict(summary);
  showMessages(summary, (text) => choose({filter: text}));
  showCounts(summary, state.filter);
  filter.tell(matches, bitmap.planes[0]);
  byId('all-matching').hidden = !matches || state.moment !== null;
  const isFrozen = summary.flags.includes('frozen');
  byId('freeze').dataset.verb = isFrozen ? 'unfreeze' : 'freeze';
  byId('freeze').textContent = isFrozen ? 'Unfreeze' : 'Freeze';
  poll.setPeriod(1000 * Math.max(1, summary.collector?.tick_seconds ?? 1));
  stage.take({summary, bitmap, matches});
  link();
}

function link() {
  showLink({
    failure: shown.failure,
    ageSeconds: shown.summary ? (performance.now() - shown.at) / 1000 : 0,
    tickSeconds: shown.summary?.collector?.tick_seconds ?? 1,
    moment: state.moment,
    tick: shown.summary?.tick,
    time: shown.summary?.time ?? state.moment,
  });
}

const poll = createPoll({
  period: 1000,
  work: turn,
  onError: (error) => {
    if (error.status === 401) return askForToken();
    if (error.status === undefined) console.error(error);
    shown.failure = error;
    link();
  },
});

async function askForToken() {
  poll.stop();
  api.setReadToken(await askToken(byId('token')));
  poll.start();
}

createTheme(byId('theme'), (theme) => {
  stage.setTheme(theme);
  showLegend(theme);
});
filter.set(state.filter);
stage.follow(state);
pollWhileVisible(poll);
setInterval(link, 1000);
if (state.host !== '') host.open(state.host, state.moment);

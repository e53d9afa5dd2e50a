// Wires the page: what is polled goes to what is shown, and what is chosen goes to the address.

import {format, parse} from './address.js';
import {createActions} from './actions.js';
import {createApi} from './api.js';
import {decode, downIn} from './bitmap.js';
import {byId, makeCounts, showCounts, showLegend, showLink, showMessages, showNothing,
  showVerdict, toggleMessages} from './board.js';
import {createDifference, eitherOf} from './difference.js';
import {createFilter} from './filter.js';
import {createHelp} from './help.js';
import {createHostPanel} from './host.js';
import {createPoll, pollWhileVisible} from './poll.js';
import {createSearch} from './search.js';
import {createStage} from './stage.js';
import {createTheme} from './theme.js';
import {createTime} from './time.js';
import {askToken} from './token.js';

const api = createApi(document.baseURI);

let state = parse(location.hash);
let address = format(state);
/** The newest answers, when they came, and why the last could not come. */
const shown = {summary: null, at: 0, failure: null};

// --- What is chosen ---------------------------------------------------------------------------

/** Changes what is shown, and the address with it, unless it is on its way to something else. */
function choose(change, isSettled = true) {
  const before = state;
  state = {...state, ...change};
  const hash = format(state);
  if (isSettled && hash !== address) {
    address = hash;
    const url = hash === '#' ? location.pathname + location.search : hash;
    // What one types leaves no trail of steps behind.
    if (['filter', 'moment', 'since'].some((key) => key in change)) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
  }
  follow(before);
}

function follow(before) {
  stage.follow(state);
  time.follow(state);
  difference.follow(state);
  if (state.since !== before.since) showLegend(theme.current(), difference.isOn());
  if (state.host !== before.host) host.open(state.host, state.moment, state.host !== '');
  // Of the past other filters are possible than of now.
  if (state.filter !== before.filter || (state.moment === null) !== (before.moment === null)) {
    filter.set(state.filter);
  }
  if (['filter', 'moment', 'since', 'zoom'].some((key) => state[key] !== before[key])) {
    poll.now();
  }
}

addEventListener('popstate', () => {
  const before = state;
  state = parse(location.hash);
  address = format(state);
  follow(before);
});

async function openSlot(slot) {
  const page = await api.hosts(state.moment, {slots: slot});
  if (page.hosts.length > 0) choose({host: page.hosts[0].name});
}

/** For scripts that ask where on the map a host is (its whereIs), as tests do. */
export const stage = createStage({api, choose, openSlot});
const actions = createActions(byId('action'), {api, onDone: () => poll.now()});
const time = createTime({api, choose});
const openHost = (name) => choose({host: name});
const difference = createDifference({api, now: time.now, onOpen: openHost});
const host = createHostPanel(byId('host'), {api, now: time.now,
  onMoment: (moment) => choose({moment}), onAct: (verb, name) =>
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
  ',': () => byId('back').click(),
  '.': () => byId('on').click(),
  n: () => byId('now').click(),
  d: () => byId('compare').click(),
  Escape: () => choose({host: ''}),
});
byId('keys').addEventListener('click', help.open);
byId('more-messages').addEventListener('click', toggleMessages);

// --- What is polled ---------------------------------------------------------------------------

/** The same questions at each tick, however the hosts are. */
async function turn() {
  const {moment} = state;
  const [summary, bytes, matching, base] = await Promise.all([
    api.summary(moment),
    api.bitmap(moment),
    state.filter === '' ? null : filter.ask(() =>
      api.bitmap(moment, state.filter, 'registered')),
    difference.base(),
    host.refresh(moment),
    stage.refresh(moment),
  ]);
  take(moment, summary, decode(bytes), {matching, base});
  // The next frame would end this one's drawing: where that takes long, none would ever be drawn.
  await stage.whenDrawn();
  time.onFrame();
}

const planeOf = (bytes) => bytes && decode(bytes).planes[0];

function take(moment, summary, bitmap, {matching, base}) {
  summary.down ??= downIn(bitmap);  // A moment of the past does not tell it.
  shown.summary = summary;
  shown.at = performance.now() - 1000 * summary.view_age_seconds;
  shown.failure = null;
  const matches = planeOf(matching);
  showVerdict(summary);
  showMessages(summary, (text) => choose({filter: text}));
  showCounts(summary, state.filter);
  filter.tell(matches, bitmap.planes[0]);
  byId('all-matching').hidden = !matches || state.moment !== null;
  const isFrozen = summary.flags.includes('frozen');
  byId('freeze').dataset.verb = isFrozen ? 'unfreeze' : 'freeze';
  byId('freeze').textContent = isFrozen ? 'Unfreeze' : 'Freeze';
  poll.setPeriod(1000 * Math.max(1, summary.collector?.tick_seconds ?? 1));
  time.take(summary);
  stage.take({summary, bitmap, moment, base: base && decode(base[0]),
    matches: base ? eitherOf(matches, planeOf(base[1])) : matches});
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
    time.fail(error);
    if (state.moment !== null && error.status === 404) showNothing('Nothing is known of this moment');
    link();
  },
});

let asking = null;

/** Asks once, however many answers want a token meanwhile: a page that is shown again polls. */
function askForToken() {
  asking ??= (async () => {
    poll.stop();
    api.setReadToken(await askToken(byId('token')));
    asking = null;
    poll.start();
  })();
  return asking;
}

difference.follow(state);
const theme = createTheme(byId('theme'), (to) => {
  stage.setTheme(to);
  showLegend(to, difference.isOn());
  time.paint();
});
filter.set(state.filter);
stage.follow(state);
time.follow(state);
pollWhileVisible(poll);
setInterval(link, 1000);
if (state.host !== '') host.open(state.host, state.moment);

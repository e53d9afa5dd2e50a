// Wires the page: what is polled goes to what is shown, and what is chosen goes to the address.

import {format, parse} from './address.js';
import {createApi} from './api.js';
import {decode, expand, stateName} from './bitmap.js';
import {makeCounts, showCounts, showLegend, showLink, showMessages, showVerdict} from './board.js';
import {createFilter} from './filter.js';
import {createHostPanel} from './host.js';
import {plainLayout} from './layout.js';
import {createMap} from './map.js';
import {createPoll, pollWhileVisible} from './poll.js';
import {createTheme} from './theme.js';
import {askToken} from './token.js';

const byId = (id) => document.getElementById(id);
const api = createApi(document.baseURI);

let state = parse(location.hash);
/** The newest answers, and when they came. */
const shown = {summary: null, bitmap: null, states: null, matches: null, layout: null, at: 0,
  failure: null};

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
  if (state.host !== before.host) host.open(state.host, state.moment, state.host !== '');
  if (state.filter !== before.filter) filter.set(state.filter);
  if (state.filter !== before.filter || state.moment !== before.moment) poll.now();
}

addEventListener('popstate', () => {
  const before = state;
  state = parse(location.hash);
  follow(before);
});

// --- What is shown ----------------------------------------------------------------------------

const map = createMap(byId('cells'), byId('labels'), byId('cursor'), {
  onOpen: openSlot,
  onHover: hover,
  onGroup: (group) => choose({filter: group.filter}),
});
const host = createHostPanel(byId('host'), {api, onClose: () => {
  choose({host: ''});
  byId('cells').focus();
}});
const filter = createFilter(byId('filter'), byId('filter-said'), (text) => choose({filter: text}));
makeCounts((name) => choose({filter: state.filter === name ? '' : name}));

function fit() {
  const top = byId('map').getBoundingClientRect().top + scrollY;
  const room = innerHeight - top - byId('legend').offsetHeight - 24;
  map.fit(byId('map').clientWidth, Math.max(260, room));
  draw();
}

function draw() {
  if (shown.states) map.draw(shown.states, shown.matches, null);
}

function arrange(bitmap) {
  shown.layout = plainLayout(bitmap);
  map.setLayout(shown.layout);
  fit();
}

async function openSlot(slot) {
  const page = await api.hosts(state.moment, {limit: 1, after: slot > 0 ? slot - 1 : null});
  const found = page.hosts[0];
  if (found?.slot === slot) choose({host: found.name});
}

/** Says the state of the cell under the pointer, or of the one that the keyboard is on. */
function hover(slot, event) {
  const tip = byId('tip');
  tip.hidden = slot < 0 || !shown.states;
  if (tip.hidden) return;
  tip.textContent = stateName(shown.states[slot]) || 'no host';
  const box = byId('map').getBoundingClientRect();
  const cell = event ? {x: event.clientX - box.left, y: event.clientY - box.top, size: 0}
    : map.whereIs(slot);
  tip.style.left = `${cell.x + box.left + 12}px`;
  tip.style.top = `${cell.y + box.top + 14}px`;
}

// --- What is polled ---------------------------------------------------------------------------

/** The same questions at each tick, however the hosts are. */
async function turn() {
  const {moment} = state;
  const [summary, bytes, matching] = await Promise.all([
    api.summary(moment),
    api.bitmap(moment),
    state.filter === '' ? null : filter.ask(() =>
      api.bitmap(moment, state.filter, 'registered')),
    host.name() === '' ? null : host.refresh(moment),
  ]);
  take(summary, decode(bytes), matching && decode(matching));
}

function take(summary, bitmap, matching) {
  shown.summary = summary;
  shown.bitmap = bitmap;
  shown.at = performance.now() - 1000 * summary.view_age_seconds;
  shown.failure = null;
  if (shown.states?.length !== bitmap.capacity) shown.states = new Uint16Array(bitmap.capacity);
  expand(bitmap, shown.states);
  shown.matches = matching ? matching.planes[0] : null;
  if (shown.layout?.generation !== bitmap.generation) arrange(bitmap);
  showVerdict(summary);
  showMessages(summary, (text) => choose({filter: text}));
  showCounts(summary, state.filter);
  filter.tell(shown.matches, bitmap.planes[0]);
  poll.setPeriod(1000 * Math.max(1, summary.collector?.tick_seconds ?? 1));
  draw();
  link();
}

function link() {
  showLink({
    failure: shown.failure,
    ageSeconds: shown.summary ? (performance.now() - shown.at) / 1000 : 0,
    tickSeconds: shown.summary?.collector?.tick_seconds ?? 1,
    moment: state.moment,
    tick: shown.summary?.tick,
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
  map.setTheme(theme);
  showLegend(theme);
  draw();
});
filter.set(state.filter);
new ResizeObserver(fit).observe(byId('map').parentElement);
pollWhileVisible(poll);
setInterval(link, 1000);
if (state.host !== '') host.open(state.host, state.moment);

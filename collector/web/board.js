// What is told above the map: the headline, what to know and do, the counts, and the state of the
// link to the collector.

import {CHANGES, LOOKS, COLORS, cellPixels, change, look} from './palette.js';
import {age, headline, messages, number, percent, toSecond, STATES, MARKS} from './words.js';

export const byId = (id) => document.getElementById(id);
const STALE_TICKS = 3;

/** Writes a text only where it changed, so that a screen reader is told what is new. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function showVerdict(summary) {
  const {tone, text} = headline(summary);
  byId('verdict').dataset.tone = tone;
  write(byId('headline'), text);
  document.title = `${text} – flatline`;
}

/** Where there is little room the first message is shown, and the others behind a line that opens. */
function foldMessages(isOpen) {
  const list = byId('messages');
  const more = byId('more-messages');
  const rest = list.children.length - 1;
  list.classList.toggle('open', isOpen);
  more.hidden = rest < 1;
  more.setAttribute('aria-expanded', String(isOpen));
  write(more, isOpen ? 'Show the first alone' : `${rest} more ${rest === 1 ? 'message' : 'messages'}`);
}
const isUnfolded = () => byId('messages').classList.contains('open');
export const toggleMessages = () => foldMessages(!isUnfolded());

/** What to know now, the gravest first. A message that has a filter is a button that sets it. */
export function showMessages(summary, onFilter) {
  const list = byId('messages');
  const said = messages(summary);
  const mark = JSON.stringify(said);
  if (list.dataset.said === mark) return;
  list.dataset.said = mark;
  list.replaceChildren(...said.map((message) => {
    const item = document.createElement('li');
    item.dataset.tone = message.tone;
    item.dataset.key = message.key;
    const title = document.createElement('strong');
    title.textContent = message.title;
    item.append(title);
    if (message.text) item.append(` ${message.text}`);
    if (message.filter) {
      const show = document.createElement('button');
      show.type = 'button';
      show.className = 'link-like';
      show.textContent = 'Show them';
      show.dataset.filter = message.filter;
      show.addEventListener('click', () => onFilter(message.filter));
      item.append(' ', show);
    }
    return item;
  }));
  foldMessages(isUnfolded());
}

/** Makes the counts once; they are always all there, so that the eye finds each at its place. */
export function makeCounts(onFilter) {
  byId('counts').replaceChildren(...[...STATES, ...MARKS, 'down'].map((name) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.count = name;
    button.title = `Show those that are ${name}`;
    const value = document.createElement('b');
    const word = document.createElement('span');
    word.textContent = name;
    const share = document.createElement('i');
    button.append(value, word, share);
    button.addEventListener('click', () => onFilter(name));
    return button;
  }));
}

export function showCounts(summary, filter) {
  for (const button of byId('counts').children) {
    const name = button.dataset.count;
    const count = summary[name] ?? 0;
    const [value, , share] = button.children;
    write(value, number(count));
    write(share, percent(count, summary.hosts));
    button.classList.toggle('zero', count === 0);
    button.setAttribute('aria-pressed', String(filter === name));
  }
}

/**
 * How fresh what is shown is: `failure` is why the collector could not be asked the last time, or
 * null. What is older than three ticks is grey and said.
 */
export function showLink({failure, ageSeconds, tickSeconds, moment, tick, time}) {
  const link = byId('link');
  let kind = 'live';
  let text = `live · ${age(ageSeconds)} ago`;
  if (moment !== null && failure?.status === 404) {
    kind = 'gap';
    text = 'nothing is stored of this moment';
  } else if (failure !== null) {
    kind = failure.status === 429 ? 'slow' : 'lost';
    text = failure.status === 429 ? 'asked too often: waiting as the collector says'
      : `${failure.message}${tick ? ` · shown is what was ${age(ageSeconds)} ago` : ''}`;
  } else if (moment !== null) {
    kind = 'past';
    text = `then: ${toSecond(time)}`;
  } else if (ageSeconds > STALE_TICKS * tickSeconds) {
    kind = 'stale';
    text = `stale: what is shown is ${age(ageSeconds)} old`;
  }
  link.dataset.link = kind;
  document.body.dataset.link = kind;
  write(link, text);
}

/** Says that nothing is known of the moment that somebody chose. */
export function showNothing(text) {
  byId('verdict').dataset.tone = 'none';
  write(byId('headline'), text);
  document.title = `${text} – flatline`;
  byId('messages').replaceChildren();
  delete byId('messages').dataset.said;
  foldMessages(false);
}

/** The legend: a cell of each look of states, or of changes, drawn as the map draws it. */
export function showLegend(theme, isOfChanges) {
  const size = 14;
  const words = cellPixels(theme, size, 0);
  const shown = isOfChanges ? CHANGES : LOOKS.slice(1);
  byId('legend').replaceChildren(...shown.map(({name, word}) => {
    const item = document.createElement('li');
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = size;
    canvas.setAttribute('aria-hidden', 'true');
    const pixels = new Uint8ClampedArray(words.buffer, (change[name] ?? look[name]) * size * size * 4, size * size * 4);
    canvas.getContext('2d').putImageData(new ImageData(pixels, size, size), 0, 0);
    item.append(canvas, word);
    return item;
  }));
  document.documentElement.style.setProperty('--map-ground', COLORS[theme].ground);
}

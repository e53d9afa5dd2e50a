// One host's last day as a strip, with what it was when. A gap is a gap. A click turns the page to
// that moment.

import {clock, toMoment} from './moments.js';
import {age} from './words.js';

const HOURS = 24;
const PERIOD_MS = 30_000;
const MOST_TOLD = 6;
const MIN_SHOWN_MS = 1000;

/** What a span is called, and how it is drawn. */
const kindOf = (span) => (['gap', 'absent', 'unremembered'].includes(span.state) ? span.state
  : span.drained ? 'drained' : span.state === 'healthy' && span.warning ? 'warning' : span.state);

const WORDS = {gap: 'nothing stored', absent: 'not registered', unremembered: 'not remembered'};

/** The newest spans, in words: when each began, what it was, and for how long. */
function tellSpans(spans, to) {
  return spans.filter((span) => span.to > span.from).slice(-MOST_TOLD).reverse().map((span) => {
    const from = Date.parse(span.from);
    const end = Date.parse(span.to);
    const kind = kindOf(span);
    const check = span.check ? ` (${span.check})` : '';
    const long = age((end - from) / 1000);
    return {from, kind, text: `${WORDS[kind] ?? kind}${check}`,
      long: end >= to - MIN_SHOWN_MS ? `for ${long} so far` : `for ${long}`};
  });
}

/** The share of watched time that a host was healthy, in words. */
export function tellShare({watched_seconds: watched, healthy_seconds: healthy}) {
  if (watched <= 0) return 'not watched';
  const share = (100 * healthy) / watched;
  const rounded = share.toFixed(2);
  return rounded === '100.00' && healthy < watched ? '> 99.99 % healthy' : `${rounded} % healthy`;
}

export function createStrip({api, now, onMoment}) {
  const box = element('section', 'day');
  box.setAttribute('aria-label', 'Its last day');
  let name = '';
  let moment = null;
  let fetched = -Infinity;
  let history = null;

  async function ask() {
    const asked = name;
    fetched = performance.now();
    try {
      const come = await api.history(asked, toMoment(now() - HOURS * 3600_000), null);
      if (asked !== name) return;
      history = come;
      show();
    } catch (error) {
      if (asked === name && history === null && error.status === 404) box.replaceChildren();
    }
  }

  function show() {
    const from = Date.parse(history.from);
    const to = Date.parse(history.to);
    const share = (ms) => `${(100 * (ms - from)) / (to - from)}%`;
    const long = to - from > (HOURS - 0.1) * 3600_000 ? 'The last day'
      : `The last ${age((to - from) / 1000)}`;
    const bar = element('div', 'strip');
    bar.setAttribute('role', 'img');
    bar.setAttribute('aria-label', `${long}: ${tellShare(history)}`);
    for (const span of history.spans) {
      const part = element('i');
      part.dataset.state = kindOf(span);
      part.style.left = share(Date.parse(span.from));
      part.style.width = `${(100 * (Date.parse(span.to) - Date.parse(span.from))) / (to - from)}%`;
      bar.append(part);
    }
    if (moment !== null && moment >= from) {
      const mark = element('b');
      mark.style.left = share(moment);
      bar.append(mark);
    }
    bar.addEventListener('click', ({clientX}) => {
      const edges = bar.getBoundingClientRect();
      onMoment(toMoment(from + ((clientX - edges.left) / edges.width) * (to - from)));
    });
    const ends = element('p', 'ends');
    ends.append(element('span', '', clock(from, now(), false)), element('span', '', 'now'));
    box.replaceChildren(element('p', 'quiet', `${long}: ${tellShare(history)}`), bar, ends,
      listOf(tellSpans(history.spans, to)));
  }

  function listOf(told) {
    const list = element('ol', 'spans');
    for (const {from, kind, text, long} of told) {
      const item = element('li');
      item.dataset.state = kind;
      const when = element('button', 'link-like', clock(from, now()));
      when.type = 'button';
      when.title = 'Turn the page to this moment';
      when.addEventListener('click', () => onMoment(toMoment(from + 1000)));
      item.append(when, element('span', '', text), element('i', '', long));
      list.append(item);
    }
    return list;
  }

  return {
    element: box,
    /** Shows a host's day, with a mark at the moment; asked again at a constant pace. */
    follow(to, at) {
      const ms = at === null ? null : Date.parse(at);
      const isNew = to !== name;
      if (isNew) {
        name = to;
        history = null;
        box.replaceChildren();
      }
      const isMoved = ms !== moment;
      moment = ms;
      if (isNew || performance.now() - fetched > PERIOD_MS) ask();
      else if (isMoved && history !== null) show();
    },
  };
}

function element(kind, className = '', text = '') {
  const made = document.createElement(kind);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

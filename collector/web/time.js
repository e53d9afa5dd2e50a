// Time: a slider over what is stored, with the curves above it. What is chosen becomes the page's
// moment, and all of the page turns to it. The curves are asked for at a constant pace, always as many
// points, however the hosts are.

import {byId, write} from './board.js';
import {createCurves} from './curve.js';
import {USUAL, WINDOWS, YOUNG, clock, inWords, lastPlace, momentAt, placeOf, stepFrom, stretchOf, toMoment, toMs,
  windowOf} from './moments.js';
import {createPlay} from './play.js';
import {createPoll, pollWhileVisible} from './poll.js';
import {held, pointAt, tellPoint, tellWork} from './series.js';
import {age} from './words.js';

const PERIOD_MS = 10_000;
const MOST_POINTS = 240;
const STEPS_A_POINT = 2;  // Fewer, and a step that comes late would leave a bucket without one.
const LOOK_BACK_MS = 600_000;  // What somebody compares with who has chosen no moment yet.

export function createTime({api, choose}) {
  let state = null;
  let ahead = 0;  // How far the collector's clock is ahead of the browser's.
  let stepMs = 10_000;
  let stretch = null;  // {from, to, isLive} of what is shown.
  let curves = null;
  let fleet = {points: [], bucketMs: 1};
  let own = {points: [], bucketMs: 1};
  let isDragged = false;
  let late = null;  // Curves that came while the slider was dragged.
  let hovered = null;
  let lost = '';  // Why the moment cannot be shown.
  let note = {filter: '', text: ''};  // What the collector says of a filter in the past.
  let isStarted = false;
  let tooOld = 0;  // Moments up to this one are from before all that is stored.
  let usual = USUAL;  // How much time is shown where nobody chose.

  const now = () => Date.now() + ahead;
  const slider = byId('slider');
  const other = byId('since');

  // --- The curves -----------------------------------------------------------------------------

  async function ask() {
    const answer = await fetchStretch();
    curves ??= await createCurves(byId('curve-counts'), byId('curve-work'));
    if (isDragged) late = answer;
    else take(answer);
  }

  async function fetchStretch() {
    const {seconds} = windowOf(state.window || usual);
    const moments = [toMs(state.moment), toMs(state.since)].filter((ms) => ms > tooOld);
    const {from, to} = stretchOf(moments, seconds, now());
    const fitting = Math.floor((1000 * seconds) / (STEPS_A_POINT * stepMs));
    const parameters = {from: toMoment(from), to: to === null ? null : toMoment(to),
      points: Math.max(1, Math.min(MOST_POINTS, fitting))};
    try {
      const [counts, work] = await Promise.all([api.json('history', parameters),
        api.json('collector/history', parameters)]);
      return {counts, work, isLive: to === null};
    } catch (error) {
      // Such a stretch ends before what is stored begins: what is stored is shown instead.
      if (error.status !== 400 || to === null) throw error;
      tooOld = Math.min(...moments);
      return fetchStretch();
    }
  }

  function take({counts, work, isLive}) {
    late = null;
    stepMs = 1000 * counts.step_seconds;
    stretch = {from: Date.parse(counts.from), to: Date.parse(counts.to), isLive};
    fleet = pointsOf(counts);
    own = pointsOf(work);
    curves.show({...stretch, now: now(), points: fleet.points, bucketMs: fleet.bucketMs,
      work: own.points, workBucketMs: own.bucketMs});
    place();
    tell();
    chooseUsual();
  }

  /** A young history is shown by a shorter time, or there would be nothing but a gap. */
  function chooseUsual() {
    const first = fleet.points.findIndex(({steps}) => steps > 0);
    if (state.window !== '' || !stretch.isLive || first < 0) return;
    const isYoung = stretch.to - Date.parse(fleet.points[first].from) < 1000 * windowOf(YOUNG).seconds;
    if ((isYoung && first > 0 ? YOUNG : USUAL) === usual) return;
    usual = isYoung && first > 0 ? YOUNG : USUAL;
    select.value = usual;
    poll.now();
  }

  const pointsOf = ({points, bucket_seconds: seconds}) =>
    ({points: held(points, 1000 * seconds, stepMs), bucketMs: 1000 * seconds});

  const poll = createPoll({period: PERIOD_MS, work: ask, onError: (error) => {
    // The curves go on being shown as they were; that the collector is gone is said elsewhere.
    if (error.status === undefined) console.error(error);
  }});

  // --- What is shown --------------------------------------------------------------------------

  /** Puts the sliders where the moments are. */
  function place() {
    if (!stretch) return;
    for (const [input, moment] of [[slider, state.moment], [other, state.since]]) {
      input.max = lastPlace(stretch, stepMs);
      if (!isDragged) input.value = placeOf(toMs(moment), stretch, stepMs);
    }
    other.hidden = state.since === null;
  }

  function tell() {
    const isPast = state.moment !== null;
    const ms = toMs(state.moment);
    const text = isPast ? `${clock(ms, now())} UTC` : 'Now';
    write(byId('moment-time'), text);
    write(byId('moment-age'), isPast ? `${age((now() - ms) / 1000)} ago` : `${clock(now(), now())} UTC`);
    document.body.classList.toggle('then', isPast);
    byId('now').disabled = !isPast;
    byId('on').disabled = !isPast;
    byId('compare').setAttribute('aria-pressed', String(state.since !== null));
    write(byId('compare'), state.since === null ? 'What changed?' : 'End comparison');
    slider.setAttribute('aria-valuetext', isPast ? `${text}, ${age((now() - ms) / 1000)} ago` : text);
    if (state.since !== null) {
      other.setAttribute('aria-valuetext', `${clock(toMs(state.since), now())} UTC`);
    }
    tellAt(hovered ?? ms);
  }

  /** Says in words what the curves show at a time; where nobody points, why the map may be wrong. */
  function tellAt(ms) {
    const work = ms === null ? own.points.at(-1) : pointAt(own.points, own.bucketMs, ms);
    const isPointed = hovered !== null;
    byId('time').dataset.lost = String(!isPointed && lost !== '');
    write(byId('said-counts'), isPointed
      ? `${clock(ms, now())}: ${tellPoint(pointAt(fleet.points, fleet.bucketMs, ms))}`
      : lost || (state.moment !== null && note.filter === state.filter ? note.text : ''));
    write(byId('said-work'), tellWork(work));
  }

  /** Asks once for a filter what is to be known of it where it is of the past. */
  async function askNote() {
    const {filter, moment} = state;
    if (moment === null || filter === '' || note.filter === filter) return;
    note = {filter, text: ''};
    const page = await api.hosts(moment, {filter, limit: 1}).catch(() => null);
    if (note.filter !== filter) return;
    note.text = page?.note ?? '';
    tell();
  }

  // --- What is chosen -------------------------------------------------------------------------

  const play = createPlay({
    button: byId('play'),
    speed: byId('speed'),
    now,
    begin: () => toMs(state.moment) ?? firstStored(),
    show: (ms) => choose({moment: ms === null ? null : toMoment(ms)}, ms === null),
    onStop: () => choose({moment: state.moment}),
  });

  const chosen = (input, isSettled) => {
    if (!stretch) return;
    play.stop();
    const moment = momentAt(Number(input.value), stretch, stepMs);
    choose(input === slider ? {moment} : {since: moment ?? toMoment(now())}, isSettled);
  };
  for (const input of [slider, other]) {
    input.addEventListener('pointerdown', () => { isDragged = true; });
    input.addEventListener('input', () => chosen(input, false));
    input.addEventListener('change', () => {
      isDragged = false;
      chosen(input, true);
      if (late) take(late);
    });
    for (const kind of ['pointerup', 'pointercancel']) {
      input.addEventListener(kind, () => { isDragged = false; });
    }
  }
  const step = (steps) => {
    play.stop();
    choose({moment: stepFrom(toMs(state.moment), steps, stepMs, now())});
  };
  byId('back').addEventListener('click', () => step(-1));
  byId('on').addEventListener('click', () => step(1));
  byId('now').addEventListener('click', () => {
    play.stop();
    choose({moment: null});
  });
  byId('compare').addEventListener('click', () => {
    if (state.since !== null) return choose({since: null});
    const since = state.moment ?? toMoment(Math.max(now() - LOOK_BACK_MS, firstStored()));
    return choose({since, moment: null});
  });
  /** When what is stored begins, as far as it is shown. */
  const firstStored = () => {
    const first = fleet.points.find(({steps}) => steps > 0);
    return first ? Math.max(Date.parse(first.from), stretch.from) + stepMs : now() - LOOK_BACK_MS;
  };

  const select = byId('window');
  select.replaceChildren(...WINDOWS.map(({name, word}) => new Option(word, name)));
  select.addEventListener('change', () => choose({window: select.value}));

  slider.addEventListener('pointermove', ({clientX}) => {
    if (!stretch || isDragged) return;
    const box = byId('curve-area').getBoundingClientRect();
    hovered = stretch.from + ((clientX - box.left) / box.width) * (stretch.to - stretch.from);
    tellAt(hovered);
  });
  slider.addEventListener('pointerleave', () => {
    hovered = null;
    tellAt(toMs(state.moment));
  });

  /** The curves begin with the first frame, or with the first that nothing is stored of. */
  function start() {
    if (isStarted) return;
    isStarted = true;
    pollWhileVisible(poll);
  }

  /** Whether the curves show a moment. */
  const isShown = (moment) => moment === null || stretch === null ||
    (toMs(moment) >= stretch.from && toMs(moment) <= stretch.to + PERIOD_MS);

  return {
    now,
    /** Follows the page's state. */
    follow(to) {
      const before = state;
      state = to;
      select.value = windowOf(state.window || usual).name;
      if (before?.moment !== state.moment) lost = '';
      if (state.moment === null) play.stop();
      if (before && (before.window !== state.window || !isShown(state.moment) ||
          !isShown(state.since) || (state.moment === null && stretch && !stretch.isLive))) {
        poll.now();
      }
      place();
      tell();
      askNote();
    },
    /** Takes a frame's summary. */
    take(summary) {
      ahead = Date.parse(summary.time) + 1000 * summary.view_age_seconds - Date.now();
      lost = '';
      start();
      tell();
    },
    /** A frame is drawn. */
    onFrame: play.onFrame,
    /** Says why a moment cannot be shown. */
    fail(error) {
      play.onFrame();
      if (state.moment === null) return;
      start();
      lost = inWords(error.message, now());
      tell();
    },
    paint: () => curves?.paint(),
  };
}

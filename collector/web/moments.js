// Moments and stretches of time, as the slider and the curves have them. Times are milliseconds since
// 1970 by the collector's clock. Pure.

/** How much time the curves show: names in the address, words, and seconds. */
export const WINDOWS = [
  {name: '15m', word: '15 min', seconds: 900},
  {name: '1h', word: '1 hour', seconds: 3600},
  {name: '6h', word: '6 hours', seconds: 6 * 3600},
  {name: '24h', word: '1 day', seconds: 86400},
  {name: 'all', word: 'all', seconds: Infinity},
];
/** What is shown where nobody chose: usually, and while little is stored. */
export const USUAL = '1h';
export const YOUNG = '15m';

export const windowOf = (name) =>
  WINDOWS.find((one) => one.name === name) ?? WINDOWS.find((one) => one.name === USUAL);

/**
 * From when until when the curves go: up to now (`to` is null), or, where one of the moments would lie
 * before that, around the earliest of them.
 */
export function stretchOf(moments, seconds, now) {
  const length = 1000 * seconds;
  const earliest = Math.min(...moments, now);
  if (length === Infinity) return {from: 0, to: null};
  if (earliest >= now - length) return {from: now - length, to: null};
  const to = earliest + length / 2;
  return to >= now ? {from: now - length, to: null} : {from: to - length, to};
}

/** A moment as the API takes it, and as it stands in the address: to the second. */
export const toMoment = (ms) => new Date(1000 * Math.round(ms / 1000)).toISOString().replace('.000', '');

/** Milliseconds of a moment, or null for now. */
export const toMs = (moment) => (moment === null ? null : Date.parse(moment));

/** The place of a moment on a slider that goes over the stretch in steps. Now is its end. */
export function placeOf(ms, {from, to}, stepMs) {
  const last = lastPlace({from, to}, stepMs);
  if (ms === null) return last;
  return Math.max(0, Math.min(last, Math.round((ms - from) / stepMs)));
}

export const lastPlace = ({from, to}, stepMs) => Math.max(1, Math.round((to - from) / stepMs));

/** The moment at a place; null, which is now, at the end of a stretch that reaches to now. */
export function momentAt(place, {from, to, isLive}, stepMs) {
  if (isLive && place >= lastPlace({from, to}, stepMs)) return null;
  return toMoment(Math.min(from + place * stepMs, to));
}

/** A step back or on from a moment; null where that is now. */
export function stepFrom(ms, steps, stepMs, now) {
  const next = (ms ?? now) + steps * stepMs;
  return next >= now ? null : toMoment(next);
}

const two = (value) => String(value).padStart(2, '0');

/** A time of day in UTC, with its day where that is not today's. */
export function clock(ms, now, withSeconds = true) {
  const time = new Date(ms);
  const text = `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}` +
    (withSeconds ? `:${two(time.getUTCSeconds())}` : '');
  const isToday = time.toISOString().slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return isToday ? text : `${time.toISOString().slice(5, 10)} ${text}`;
}

/** The collector's words on a moment, with times as the page writes them. */
export const inWords = (text, now) => text.replace(/^\d[\dT:.-]+Z: /, '')
  .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => clock(Date.parse(time), now));

const TICKS = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800];

/** Round times of day for an axis, at most `count` of them. */
export function ticksOf({from, to}, count) {
  const step = 1000 * (TICKS.find((seconds) => (to - from) / (1000 * seconds) <= count) ??
    86400 * Math.ceil((to - from) / 86400_000 / count));
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

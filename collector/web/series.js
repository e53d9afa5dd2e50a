// Curves from the points of the API's histories. A bucket in which nothing was stored is a gap: the
// curve ends before it and begins anew behind it. Pure.

import {number, percent} from './words.js';

/** The states of a point that are stacked on one another, the gravest at the foot. */
export const STACK = [
  {name: 'failing', of: (point) => point.failing},
  {name: 'silent', of: (point) => point.silent},
  {name: 'missing', of: (point) => point.missing_hosts},
];

/**
 * A curve of steps: each bucket's value from its beginning to its end, and null where there is none.
 * `value` gives a point's, or null.
 */
export function stepsOf(points, bucketMs, value) {
  const curve = [];
  points.forEach((point, i) => {
    const y = value(point);
    const from = Date.parse(point.from);
    if (y === null && i > 0 && curve.at(-1).y !== null) curve.push({x: from, y: curve.at(-1).y});
    curve.push({x: from, y});
    if (i === points.length - 1) curve.push({x: from + bucketMs, y});
  });
  return curve;
}

/** The curve that lies upon the `level` first of the stack, and the level's own. */
export const stacked = (points, bucketMs, level) => stepsOf(points, bucketMs, (point) =>
  (point.steps === 0 ? null
    : STACK.slice(0, level + 1).reduce((sum, {of}) => sum + of(point), 0)));

/** The stretches of those buckets for which `has` holds, joined where they touch. */
function stretchesOf(points, bucketMs, has) {
  const stretches = [];
  for (const point of points) {
    if (!has(point)) continue;
    const from = Date.parse(point.from);
    const last = stretches.at(-1);
    if (last && from - last.to < bucketMs / 2) last.to = from + bucketMs;
    else stretches.push({from, to: from + bucketMs});
  }
  return stretches;
}

/** The stretches in which nothing was stored, and those in which a flag was up. */
export const gapsOf = (points, bucketMs) => stretchesOf(points, bucketMs, ({steps}) => steps === 0);
export const flagged = (points, bucketMs, flag) =>
  stretchesOf(points, bucketMs, ({flags}) => flags.includes(flag));

/**
 * Points, of which a bucket that is about as short as a step and by chance has none has what the one
 * before it has: a step holds until the next. `missing` is above 0 where one should have been there.
 */
export function held(points, bucketMs, stepMs) {
  if (bucketMs > 1.5 * stepMs) return points;
  const whole = [];
  for (const point of points) {
    const before = whole.at(-1);
    const holds = point.steps === 0 && !point.missing && before && before.steps > 0;
    whole.push(holds ? {...before, from: point.from, missing: 0} : point);
  }
  return whole;
}

/** The end of an axis: a round number, not below the largest value, nor below `least`. */
export function ceilingOf(largest, least) {
  const wanted = Math.max(largest, least);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 1.5, 2, 3, 4, 5, 6, 8].find((step) => step * power >= wanted) ?? 10);
}

/** The end of the axis of counts: some that fail look like few, and all like all. */
export function countCeiling(points) {
  let largest = 0;
  let hosts = 0;
  for (const point of points) {
    if (point.steps === 0) continue;
    largest = Math.max(largest, STACK.reduce((sum, {of}) => sum + of(point), 0));
    hosts = Math.max(hosts, point.hosts);
  }
  return ceilingOf(largest, Math.max(4, hosts / 100));
}

/** The bucket that a time lies in, or undefined. */
export function pointAt(points, bucketMs, ms) {
  return points.find(({from}) => ms >= Date.parse(from) && ms < Date.parse(from) + bucketMs);
}

/** What a bucket of the fleet's history says. */
export function tellPoint(point) {
  if (!point) return '';
  if (point.steps === 0) return 'nothing was stored';
  const counts = STACK.filter(({of}) => of(point) > 0)
    .map(({name, of}) => `${number(of(point))} ${name}`);
  const text = counts.length === 0 ? 'nobody down'
    : `${counts.join(', ')} of ${number(point.hosts)}`;
  const gap = point.missing > 0 ? `, ${point.missing} of ${point.steps + point.missing} steps missing`
    : '';
  return text + (point.flags.length > 0 ? ` · ${point.flags.join(', ')}` : '') + gap;
}

/** A rate of bytes. */
function byteRate(bytes) {
  const units = ['B/s', 'kB/s', 'MB/s', 'GB/s'];
  let unit = 0;
  for (; bytes >= 1000 && unit < units.length - 1; ++unit) bytes /= 1000;
  return `${bytes >= 100 || unit === 0 ? Math.round(bytes) : bytes.toFixed(1)} ${units[unit]}`;
}

/** What a bucket of the collector's own history says. */
export function tellWork(point) {
  if (!point || point.processor_share === undefined) return '';
  return [`${percent(Math.max(point.processor_share, 1e-6), 1)} of a processor`,
    `${number(point.datagrams_per_second)} datagrams/s`,
    `${byteRate(point.published_bytes_per_second)} out`,
    point.starts > 0 ? 'started anew' : ''].filter(Boolean).join(' · ');
}

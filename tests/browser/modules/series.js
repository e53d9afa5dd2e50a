// series.js: what of the API's histories the curves draw.

const {stepsOf, gapsOf, held, ceilingOf, countCeiling, tellPoint, stacked, flagged} =
  await import('/web/series.js');
const at = (second) => new Date(1000 * second).toISOString();
const point = (second, steps, failing = 0, more = {}) => ({from: at(second), steps, failing, silent: 2,
  missing_hosts: 0, hosts: 100, missing: steps === 0 ? 1 : 0, flags: [], ...more});
const points = [point(0, 1, 5), point(10, 0), point(20, 0), point(30, 1, 7, {flags: ['panic']})];
const value = ({steps, failing}) => (steps === 0 ? null : failing);
const same = (found, wanted, what) => equal(JSON.stringify(found), JSON.stringify(wanted), what);

await test('a curve ends before a gap', () => {
  same(stepsOf(points, 10_000, value).map(({x, y}) => [x / 1000, y]),
    [[0, 5], [10, 5], [10, null], [20, null], [30, 7], [40, 7]], 'steps');
  same(gapsOf(points, 10_000), [{from: 10000, to: 30000}], 'gaps');
  same(flagged(points, 10_000, 'panic'), [{from: 30000, to: 40000}], 'flagged');
  same(stacked(points, 10_000, 1).map(({y}) => y), [7, 7, null, null, 9, 9], 'stacked');
});

await test('a step holds until the next', () => {
  same(held([point(0, 1, 5), point(10, 0, 0, {missing: 0})], 10_000, 10_000).map(value), [5, 5],
    'not yet missing');
  same(held(points, 10_000, 10_000).map(value), [5, null, null, 7], 'missing');
});

await test('a scale ends a little above the highest', () => {
  same([ceilingOf(0.02, 0.02), ceilingOf(7, 4), ceilingOf(900, 4), ceilingOf(1001, 4), ceilingOf(9, 4)],
    [0.02, 8, 1000, 1500, 10], 'ceilings');
  same(countCeiling(points), 10, 'of few');
  same(countCeiling([point(0, 1, 0, {hosts: 10_000})]), 100, 'of many, of whom nobody is down');
});

await test('a point is told in words', () => {
  same(tellPoint(points[1]), 'nothing was stored', 'a gap');
  same(tellPoint(points[3]), '7 failing, 2 silent of 100 · panic', 'trouble');
  same(tellPoint(point(0, 1, 0, {silent: 0})), 'nobody down', 'peace');
});

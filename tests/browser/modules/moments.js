// moments.js: moments, places on the slider and stretches of time.

const {stretchOf, placeOf, momentAt, stepFrom, clock, ticksOf, inWords} =
  await import('/web/moments.js');
const hour = 3600_000;
const now = Date.parse('2026-11-30T04:00:00Z');
const stretch = {from: now - hour, to: now, isLive: true};
const same = (found, wanted, what) => equal(JSON.stringify(found), JSON.stringify(wanted), what);

await test('a stretch reaches to now, or stands around a moment that is further away', () => {
  same(stretchOf([], 3600, now), {from: 1796007600000, to: null}, 'no moment');
  same(stretchOf([now - hour], 3600, now), {from: 1796007600000, to: null}, 'its first');
  same(stretchOf([now - 2 * hour], 3600, now), {from: 1796002200000, to: 1796005800000}, 'two hours');
  same(stretchOf([now - hour - 1000], 3600, now), {from: 1796005799000, to: 1796009399000}, 'just away');
  same(stretchOf([], Infinity, now), {from: 0, to: null}, 'all');
});

await test('a moment has a place, and a place a moment', () => {
  same(placeOf(null, stretch, 10_000), 360, 'now');
  same(placeOf(now - 95_000, stretch, 10_000), 351, 'within');
  same(placeOf(0, stretch, 10_000), 0, 'before');
  same(momentAt(360, stretch, 10_000), null, 'the last place');
  same(momentAt(359, stretch, 10_000), '2026-11-30T03:59:50Z', 'the last but one');
  same(momentAt(360, {...stretch, isLive: false}, 10_000), '2026-11-30T04:00:00Z', 'not live');
  same(stepFrom(null, -1, 10_000, now), '2026-11-30T03:59:50Z', 'a step back');
  same(stepFrom(now - 10_000, 1, 10_000, now), null, 'a step on, to now');
});

await test('times are told as briefly as they may be', () => {
  same(clock(now - 5 * hour, now), '11-29 23:00:00', 'another day');
  same(clock(now, now, false), '04:00', 'without seconds');
  same(ticksOf({from: now - hour, to: now}, 4).map((ms) => clock(ms, now, false)),
    ['03:00', '03:15', '03:30', '03:45', '04:00'], 'ticks');
  same(inWords('2026-11-30T03:59:00.000Z: nothing was stored after 2026-11-30T03:00:00.500Z', now),
    'nothing was stored after 03:00:00', 'in words');
});

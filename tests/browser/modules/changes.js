// difference.js, then.js, play.js and strip.js: what changed between two moments.

const {CHANGES, LOOKS, look} = await import('/web/palette.js');
const {lookOfChange, paintChanges, changedIn, gravityOf, tellChange, eitherOf} =
  await import('/web/difference.js');
const {compareThen, reusedSlots} = await import('/web/then.js');
const {playedTo} = await import('/web/play.js');
const {tellShare} = await import('/web/strip.js');
const plane = (...bytes) => Uint8Array.from(bytes);
const same = (found, wanted, what) => equal(JSON.stringify(found), JSON.stringify(wanted), what);

const names = [...LOOKS.map(({name}) => name), ...LOOKS.map(({name}) => `${name}, faded`),
  ...CHANGES.map(({name}) => name), ...CHANGES.map(({name}) => `${name}, faded`)];

await test('changes have looks of their own', () => {
  for (const [before, after, wanted] of [
    ['healthy', 'silent', 'worse'], ['missing', 'warning', 'better'], ['failing', 'silent', 'changed'],
    ['empty', 'silent', 'came'], ['healthy', 'empty', 'went'],
    ['failing', 'failing', 'failing, faded'], ['healthy', 'drained', 'changed'],
    ['healthy', 'moved', 'moved'],
  ]) {
    same(names[lookOfChange(look[before], look[after])], wanted, `${before}, then ${after}`);
  }
});

await test('they are painted in the order of the layout', () => {
  const kinds = plane(look.failing, look.healthy + LOOKS.length, look.healthy);
  const painted = paintChanges(plane(look.healthy, look.silent, look.healthy), [2, 1, 0], kinds,
    new Uint8Array(3));
  same([...painted].map((kind) => names[kind]), ['worse', 'better, faded', 'healthy, faded'], 'painted');
  same(changedIn({start: 0, count: 3}, painted), 1, 'that match');
  same([...eitherOf(plane(5), plane(2))], [7], 'either of two');
  same(eitherOf(null, plane(1)), null, 'either of all and some');
});

await test('slots that were reused are known', () => {
  const start = 7n << 32n;
  const bitmap = (generation, ...bytes) => ({generation, planes: [plane(...bytes)]});
  same(compareThen(plane(0b111), start + 5n, bitmap(start + 5n, 0b111)), {gone: 0, unseen: 0}, 'none');
  same(compareThen(plane(0b111), start + 6n, bitmap(start + 4n, 0b111)), {gone: 0, unseen: 2}, 'two');
  same(compareThen(plane(0b011), start + 6n, bitmap(start + 5n, 0b111)), {gone: 1, unseen: 0}, 'gone');
  same(compareThen(plane(0b111), start + 6n, bitmap(start - 4n, 0b111)).unseen === Infinity, true,
    'over a start of the collector');
  const events = [{kind: 'came', slot: 1}, {kind: 'came', slot: 3}, {kind: 'went', slot: 0},
    {kind: 'unremembered', slot: 2}, {kind: 'went', slot: 4}];
  same([...reusedSlots(events, plane(0b10111), plane(0b1001))], [7], 'by events');
});

await test('changes are told in words, the gravest first', () => {
  const changed = (before, after, more = {}) => ({kind: 'changed', before, after, ...more});
  same(gravityOf(changed('healthy', 'silent')), 0, 'down');
  same(gravityOf(changed('silent', 'healthy')), 4, 'back');
  same(tellChange(changed('healthy', 'failing', {check_after: 'disk'})), 'healthy → failing (disk)',
    'with its check');
  same(tellChange(changed('healthy', 'healthy', {beside: ['+warning']})), 'healthy +warning', 'beside');
  same(tellChange({kind: 'went', before: 'healthy'}), 'went: was healthy', 'who went');
});

await test('play goes on by its speed, and ends at now', () => {
  same(playedTo(0, 250, 60, 20_000), 15000, 'on');
  same(playedTo(0, 250, 60, 15_000), null, 'at now');
});

await test('a share of a day is never rounded to all of it', () => {
  same(tellShare({watched_seconds: 1e6, healthy_seconds: 1e6 - 1}), '> 99.99 % healthy', 'nearly all');
  same(tellShare({watched_seconds: 0, healthy_seconds: 0}), 'not watched', 'none');
});

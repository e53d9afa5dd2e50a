// batch.js: an action for many hosts goes in parts, stops when it is told to, and says how far it came.

const {doInParts, tellBefore, tellWhatCame} = await import('/web/batch.js');

const names = Array.from({length: 2500}, (_, i) => `web-${i + 1}`);
const done = (some) => ({answers: some.map((name) => ({name, result: 'done'}))});

/** Plays it, with a collector that answers each part like this. */
async function play(answer, {stopAfter = Infinity, of = names} = {}) {
  const seen = {parts: [], waited: 0, told: []};
  const came = await doInParts(of, {
    send: async (some, part) => {
      seen.parts.push(`${part}:${some.length}`);
      return answer(some, seen.parts.length);
    },
    wait: async (seconds) => { seen.waited += seconds; },
    isStopped: () => seen.parts.length >= stopAfter,
    tell: (so) => seen.told.push(so.done),
  });
  return {...seen, came};
}

await test('a long list goes in parts of one record, a short one in one', async () => {
  const long = await play(done);
  equal(long.parts.join(' '), '1:1000 2:1000 3:500', 'parts');
  equal(long.told.join(' '), '1000 2000 2500', 'told');
  equal(tellWhatCame(long.came), '', 'nothing is left to say');
  equal((await play(done, {of: names.slice(0, 3)})).parts.join(' '), '0:3', 'one part');
  equal((await play(() => ({}), {of: []})).parts.join(' '), '0:0', 'an action that has no hosts');
});

await test('who stops it is told how far it came', async () => {
  const {parts, came} = await play(done, {stopAfter: 2});
  equal(parts.length, 2, 'no part is sent after it is stopped');
  equal(tellWhatCame(came), 'Stopped: 2,000 of 2,500 were asked for, the others are as they were.', 'said');
});

await test('it waits as the collector says, and asks for the same part again', async () => {
  const {parts, waited, came} = await play((some, time) => {
    if (time === 2) throw Object.assign(new Error('too many'), {retryAfter: 3});
    return done(some);
  });
  equal(parts.join(' '), '1:1000 2:1000 2:1000 3:500', 'parts');
  equal(waited, 3, 'waited');
  equal(came.done, 2500, 'done');
});

await test('who stops it while it waits has nothing more sent', async () => {
  const {parts} = await play(() => { throw Object.assign(new Error('too many'), {retryAfter: 1}); },
    {stopAfter: 1});
  equal(parts.length, 1, 'parts');
});

await test('hosts for which it was not done are told', async () => {
  const {came} = await play((some) => ({answers: some.map((name, i) => (i < 2
    ? {name, result: 'unknown_host', note: `no host is registered as ${name}`} : {name, result: 'unchanged'}))}),
  {of: names.slice(0, 5)});
  equal(tellWhatCame(came), 'Not done for 2: web-1: no host is registered as web-1; ' +
    'web-2: no host is registered as web-2.', 'said');
  const many = await play((some) => ({answers: some.map((name) => ({name, result: 'no_room'}))}));
  equal(tellWhatCame(many.came),
    'Not done for 2,500: web-1: no_room; web-2: no_room; web-3: no_room; and 2,497 more.', 'many');
});

await test('an error tells for how many it was done before', async () => {
  let said = '';
  try {
    await play((some, time) => {
      if (time === 3) throw new Error('the collector cannot be reached');
      return done(some);
    });
  } catch (error) {
    said = error.message + tellBefore(error.came);
  }
  equal(said, 'the collector cannot be reached (2,000 of 2,500 were asked for before)', 'said');
});

// poll.js by a clock that the test turns: the same work at each period, one at a time.

const {createPoll, pollWhileVisible} = await import('/web/poll.js');

/** Lets all go on that waits for promises which are kept. */
async function settle() {
  for (let i = 0; i < 20; ++i) await null;
}

/** A clock, and the timers that are set by it. */
function createClock() {
  const timers = new Map();
  let now = 1000;
  let last = 0;
  window.setTimeout = (work, delay) => {
    timers.set(++last, {work, at: now + Math.max(0, delay)});
    return last;
  };
  window.clearTimeout = (id) => timers.delete(id);
  return {
    now: () => now,
    timers,
    /** Lets time pass, and everything happen that is due. */
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [due] = [...timers].filter(([, {at}]) => at <= end).sort((a, b) => a[1].at - b[1].at);
        if (!due) break;
        timers.delete(due[0]);
        now = due[1].at;
        due[1].work();
        await settle();
      }
      now = end;
    },
  };
}

function stand(answer = async () => {}) {
  const clock = createClock();
  const asked = [];
  const errors = [];
  const work = () => {
    asked.push(clock.now());
    return answer(asked.length);
  };
  const onError = (error) => errors.push(error);
  const poll = createPoll({period: 1000, work, onError, clock, random: () => 0.25});
  return {clock, asked, errors, poll};
}

await test('it asks at once, and then at its phase of each period', async () => {
  const {clock, asked, poll} = stand();
  poll.start();
  await clock.pass(3000);
  equal(asked.join(), '1000,1250,2250,3250', 'asked');
  poll.stop();
  await clock.pass(5000);
  equal(asked.length, 4, 'asked after it was stopped');
});

await test('one is under way at a time; what it was too long for is left out', async () => {
  let end;
  const {clock, asked, poll} = stand((n) => (n === 1 ? new Promise((resolve) => { end = resolve; })
    : Promise.resolve()));
  poll.start();
  await clock.pass(3500);
  equal(asked.length, 1, 'asked');
  end();
  await settle();
  await clock.pass(1000);
  equal(asked.join(), '1000,5250', 'asked after the answer');
});

await test('errors change nothing of the pace, but the collector\'s Retry-After does', async () => {
  const {clock, asked, errors, poll} = stand(async (n) => {
    if (n === 2) throw new Error('gone');
    if (n === 3) throw Object.assign(new Error('429'), {retryAfter: 4});
  });
  poll.start();
  await clock.pass(8500);
  equal(errors.length, 2, 'errors');
  equal(asked.join(), '1000,1250,2250,7250,8250,9250', 'asked');
});

await test('after a machine slept one question is asked, not all that were missed', async () => {
  const {clock, asked, poll} = stand();
  poll.start();
  await settle();
  const [timer] = clock.timers.values();
  timer.at += 60_000;
  await clock.pass(61_500);
  equal(asked.join(), '1000,61250,62250', 'asked');
});

await test('nothing is asked while the page is hidden', async () => {
  const {clock, asked, poll} = stand();
  const page = Object.assign(new EventTarget(), {hidden: true});
  const turn = (hidden) => {
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  pollWhileVisible(poll, page);
  await clock.pass(3000);
  equal(asked.length, 0, 'asked while hidden');
  turn(false);
  await clock.pass(1000);
  equal(asked.length, 2, 'asked once it is seen');
  turn(true);
  await clock.pass(5000);
  equal(asked.length, 2, 'asked after it was hidden');
});

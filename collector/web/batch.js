// Does an action for many hosts in parts, one after the other, and says what came of it. Pure: it is
// handed who sends a part, and who waits.

import {number} from './words.js';

const PART = 1000;  // Names in one request.
const FEW = 3;  // Hosts that are told one by one.

/**
 * `send(names, part)` does one part and resolves to its answer; where there is one alone, `part` is 0.
 * Where the collector says that it is asked too much, it is asked again when it says. `isStopped` is asked
 * before each part, and `tell` is told the count after each. Resolves to {all, done, left}: how many
 * there are, for how many there is an answer, and the answers about hosts for which it was not done.
 */
export async function doInParts(names, {send, wait, isStopped, tell}) {
  const came = {all: names.length, done: 0, left: []};
  const parts = Math.max(1, Math.ceil(names.length / PART));
  for (let i = 0; i < parts && !isStopped();) {
    const some = names.slice(i * PART, (i + 1) * PART);
    try {
      const {answers = []} = await send(some, parts > 1 ? i + 1 : 0);
      came.left.push(...answers.filter(({result}) =>
        !['done', 'unchanged', 'unremembered'].includes(result)));
      came.done += some.length;
      tell(came);
      ++i;
    } catch (error) {
      if (!(error.retryAfter > 0)) throw Object.assign(error, {came});
      await wait(error.retryAfter);
    }
  }
  return came;
}

/** What came of it, in words; empty where all was done. */
export function tellWhatCame({all, done, left}) {
  const said = [];
  if (done < all) {
    said.push(`Stopped: ${number(done)} of ${number(all)} were asked for, the others are as they were.`);
  }
  if (left.length > 0) {
    const few = left.slice(0, FEW).map(({name, note, result}) => `${name}: ${note ?? result}`);
    const rest = left.length - few.length;
    said.push(`Not done for ${number(left.length)}: ${few.join('; ')}` +
      (rest > 0 ? `; and ${number(rest)} more.` : '.'));
  }
  return said.join(' ');
}

/** For how many it was done before an error came; empty where for none. */
export const tellBefore = (came) => (!came || came.done === 0 ? ''
  : ` (${number(came.done)} of ${number(came.all)} were asked for before)`);

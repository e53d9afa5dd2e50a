// The filter's field. What it does not match fades on the map; what is wrong with it stands below,
// with a mark under the character at which it is.

import {number, percent} from './words.js';

const SETTLED_MS = 250;  // Who types is asked for once he rests.

export function createFilter(field, said, onChange) {
  let timer = 0;
  let isWrong = false;  // A filter that was refused is not asked for again.

  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(field.value.trim()), SETTLED_MS);
  });
  field.form?.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    onChange(field.value.trim());
  });

  /** Shows what is wrong, below the character that the collector names. */
  function refuse(message) {
    isWrong = true;
    field.setAttribute('aria-invalid', 'true');
    const place = /^filter, character (\d+): (.*)$/s.exec(message);
    const mark = document.createElement('span');
    mark.className = 'mark';
    if (place) mark.textContent = `${' '.repeat(Number(place[1]) - 1)}^`;
    const text = document.createElement('span');
    text.textContent = place ? place[2] : message;
    said.replaceChildren(mark, text);
    said.dataset.said = 'wrong';
  }

  function accept() {
    isWrong = false;
    field.removeAttribute('aria-invalid');
  }

  return {
    set(text) {
      if (document.activeElement !== field || field.value.trim() !== text) field.value = text;
      accept();
      said.replaceChildren();
      delete said.dataset.said;
    },
    /** Asks by a filter: what is wrong with it is told here, and the rest goes on without it. */
    async ask(question) {
      if (isWrong) return null;
      try {
        const answer = await question();
        accept();
        return answer;
      } catch (error) {
        if (error.status !== 400) throw error;
        refuse(error.message);
        return null;
      }
    },
    /** Tells how many match, of `matches` and the registered, which are planes. */
    tell(matches, registered) {
      if (isWrong) return;
      if (matches === null) return said.replaceChildren();
      const count = bitsIn(matches);
      const all = bitsIn(registered);
      said.textContent = count === 0 ? 'No host matches.'
        : `${number(count)} of ${number(all)} match (${percent(count, all)})`;
      said.dataset.said = count === 0 ? 'none' : 'some';
    },
  };
}

const BITS = Uint8Array.from({length: 256}, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest !== 0; rest >>= 1) count += rest & 1;
  return count;
});

/** How many bits of a plane are set. */
export function bitsIn(plane) {
  let count = 0;
  for (let i = 0; i < plane.length; ++i) count += BITS[plane[i]];
  return count;
}

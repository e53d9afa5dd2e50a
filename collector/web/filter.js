// The filter's field. What it does not match fades on the map; what is wrong with it stands below,
// with a mark under the character at which it is.

import {completions, fetchKnown, wordAt} from './complete.js';
import {bitsIn} from './bitmap.js';
import {createSuggest} from './suggest.js';
import {number, percent} from './words.js';

const SETTLED_MS = 250;  // Who types is asked for once he rests.

export function createFilter(field, said, list, {api, onChange}) {
  let timer = 0;
  let known = null;  // What can stand in a filter, once the field was used.
  const suggest = createSuggest(field, list, {onTake: (term) => {
    const {begin} = wordAt(field.value, field.selectionStart);
    const behind = field.value.slice(field.selectionStart);
    // A form goes on; a whole term is followed by the next.
    const text = field.value.slice(0, begin) + term + (/[=:<]$/.test(term) ? '' : ' ');
    field.value = text + behind;
    field.setSelectionRange(text.length, text.length);
    field.dispatchEvent(new Event('input'));
  }});

  field.addEventListener('focus', () => {
    known ??= fetchKnown(api).catch(() => null);
  });
  let kept = null;  // The last answer to this filter.
  let isWrong = false;  // A filter that was refused is not asked for again.

  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(field.value.trim()), SETTLED_MS);
    complete();
  });

  async function complete() {
    const typed = field.value;
    const terms = (await known) ?? {labels: [], checks: []};
    if (field.value !== typed || document.activeElement !== field) return;
    const {word} = wordAt(field.value, field.selectionStart);
    suggest.show(completions(word, terms).map((term) => ({text: term, value: term})));
  }
  field.form?.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    suggest.close();
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
      kept = null;
      said.replaceChildren();
      delete said.dataset.said;
    },
    /**
     * Asks by a filter: what is wrong with it is told here, and the rest goes on without it. While the
     * collector has too many of them to answer, what it said last stands.
     */
    async ask(question) {
      if (isWrong) return null;
      try {
        kept = await question();
        accept();
      } catch (error) {
        if (error.status !== 400 && !(error.status === 503 && kept !== null)) throw error;
        if (error.status === 400) {
          kept = null;
          refuse(error.message);
        }
      }
      return kept;
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

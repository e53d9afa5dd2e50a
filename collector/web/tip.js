// What is said of the cell under the pointer, or of the one that the keyboard is on: its state at
// once, and its name once the pointer rests.

import {write} from './board.js';
import {detailText, stateText} from './words.js';

const RESTS_MS = 120;

export function createTip(tip, {api}) {
  let timer = 0;
  let shown = -1;

  return {
    /** `x` and `y` are in CSS pixels of the window. */
    show({slot, text, x, y, moment}) {
      tip.hidden = false;
      tip.style.left = `${Math.min(x + 12, innerWidth - 250)}px`;
      tip.style.top = `${Math.min(y + 14, innerHeight - 60)}px`;
      if (slot === shown) return;
      shown = slot;
      write(tip, text);
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const page = await api.hosts(moment, {slots: slot}).catch(() => null);
        const row = page?.hosts[0];
        if (row?.slot !== slot || shown !== slot) return;
        const because = detailText(row);
        write(tip, `${row.name ?? `slot ${slot}`} · ${stateText(row)}${because ? ` · ${because}` : ''}`);
      }, RESTS_MS);
    },
    hide() {
      clearTimeout(timer);
      shown = -1;
      tip.hidden = true;
    },
  };
}

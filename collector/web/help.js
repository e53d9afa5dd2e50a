// The keys that work anywhere on the page, and the list of them.

const KEYS = [
  ['/', 'find a host'],
  ['f', 'filter'],
  ['m', 'the map: arrows go from cell to cell, Enter opens the host'],
  ['1 2 3 4', 'groups, map, hosts, table'],
  ['x', 'no filter, and all groups'],
  [', .', 'a step back, a step on'],
  ['n', 'now'],
  ['d', 'what changed'],
  ['Esc', 'close what is open'],
  ['?', 'this list'],
];

export function createHelp(dialog, does) {
  const list = dialog.querySelector('dl');
  for (const [key, text] of KEYS) {
    const title = document.createElement('dt');
    for (const one of key.split(' ')) {
      const shown = document.createElement('kbd');
      shown.textContent = one;
      title.append(shown);
    }
    const said = document.createElement('dd');
    said.textContent = text;
    list.append(title, said);
  }

  // The address's `#` holds what is shown: a link within the page moves the focus alone.
  const skip = document.querySelector('.skip');
  skip.addEventListener('click', (event) => {
    event.preventDefault();
    document.querySelector(skip.hash).focus();
  });

  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyped = event.target.matches('input:not([type=radio]), select, textarea');
    if (isTyped || document.querySelector('dialog[open]')) return;
    const work = event.key === '?' ? () => dialog.showModal() : does[event.key];
    if (!work) return;
    event.preventDefault();
    work();
  });
  return {open: () => dialog.showModal()};
}

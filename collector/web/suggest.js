// A field with suggestions below it (a combobox): arrows choose, Enter and a click take, Escape closes.

export function createSuggest(field, list, {onTake, takesFirst = false}) {
  let at = -1;
  let isOpen = false;
  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-controls', list.id);
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-expanded', 'false');
  list.setAttribute('role', 'listbox');

  field.addEventListener('keydown', (event) => {
    if (!isOpen) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) mark(at + step);
    else if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && at >= 0) take(list.children[at]);
    else if (event.key === 'Tab' && at >= 0) return take(list.children[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener('blur', close);

  /** Shows suggestions, each {text, value, note, state}; what has no value cannot be taken. */
  function show(suggestions) {
    at = -1;
    isOpen = suggestions.length > 0;
    list.replaceChildren(...suggestions.map(itemOf));
    list.hidden = !isOpen;
    field.setAttribute('aria-expanded', String(isOpen));
    field.removeAttribute('aria-activedescendant');
    if (takesFirst && isOpen) mark(0);
  }

  function itemOf({text, value, note = '', state = ''}, i) {
    const item = document.createElement('li');
    item.id = `${list.id}-${i}`;
    item.textContent = text;
    const said = document.createElement('i');
    said.textContent = note;
    item.append(said);
    if (value === undefined) {
      item.className = 'quiet';
      item.setAttribute('role', 'presentation');
      return item;
    }
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', 'false');
    item.dataset.value = value;
    item.dataset.state = state;
    // The field must not lose the focus before the click comes.
    item.addEventListener('pointerdown', (event) => event.preventDefault());
    item.addEventListener('click', () => take(item));
    return item;
  }

  function mark(to) {
    const items = list.querySelectorAll('[role=option]');
    if (items.length === 0) return;
    at = (to + items.length) % items.length;
    items.forEach((item, i) => item.setAttribute('aria-selected', String(i === at)));
    items[at].scrollIntoView({block: 'nearest'});
    field.setAttribute('aria-activedescendant', items[at].id);
  }

  function take(item) {
    close();
    onTake(item.dataset.value);
  }

  function close() {
    isOpen = false;
    at = -1;
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  }

  return {show, close};
}

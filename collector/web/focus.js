// Panels and tables are made anew at each tick. Who stands on one of their buttons goes on standing
// on the one of that name.

export function keepFocus(box, make) {
  const focused = document.activeElement;
  const isWithin = focused !== box && box.contains(focused);
  make();
  if (!isWithin || box.contains(document.activeElement)) return;
  const again = [...box.querySelectorAll('button')]
    .find(({textContent}) => textContent === focused.textContent);
  (again ?? box).focus({preventScroll: true});
}

// Dark or light: by the system's wish, or as chosen here. The choice is kept in the browser.

const KEY = 'flatline-theme';
const WORDS = {auto: ['◐', 'System'], dark: ['☾', 'Dark'], light: ['☀', 'Light']};

export function createTheme(button, onChange) {
  const system = matchMedia('(prefers-color-scheme: light)');
  let chosen = read();

  const current = () => (chosen !== 'auto' ? chosen : system.matches ? 'light' : 'dark');

  function apply() {
    document.documentElement.dataset.theme = current();
    const [sign, word] = WORDS[chosen];
    const text = document.createElement('span');
    text.textContent = ` ${word}`;
    button.replaceChildren(sign, text);
    button.setAttribute('aria-label', `Colours: ${word}. Change them`);
    onChange(current());
  }

  button.addEventListener('click', () => {
    const all = Object.keys(WORDS);
    chosen = all[(all.indexOf(chosen) + 1) % all.length];
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // Where nothing may be kept, the choice holds for as long as the page is open.
    }
    apply();
  });
  system.addEventListener('change', apply);
  apply();
  return {current};
}

function read() {
  try {
    const kept = localStorage.getItem(KEY);
    return kept in WORDS ? kept : 'auto';
  } catch {
    return 'auto';
  }
}

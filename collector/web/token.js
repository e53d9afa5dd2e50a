// Asks for a token in a dialog. Tokens are handed on, and kept by nobody here.

/** Resolves to what was typed. */
export function askToken(dialog) {
  const field = dialog.querySelector('input');
  const said = dialog.querySelector('[role=alert]');
  const wasAsked = dialog.dataset.asked === 'yes';
  said.textContent = wasAsked ? 'That is not the token. Try again.' : '';
  dialog.dataset.asked = 'yes';
  field.value = '';
  return new Promise((resolve) => {
    const stay = (event) => event.preventDefault();
    dialog.addEventListener('cancel', stay);
    dialog.addEventListener('close', () => {
      dialog.removeEventListener('cancel', stay);
      const token = field.value.replace(/[^!-~]/g, '');  // A header takes nothing else.
      field.value = '';
      resolve(token);
    }, {once: true});
    dialog.showModal();
  });
}

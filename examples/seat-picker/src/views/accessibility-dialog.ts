import { create } from '../elements.ts';

/** Asks, before a wheelchair place is held, whether the customers need it. No proof is asked for. */
export function askForAccessibility(onNeeded: () => void): void {
  const other = create('button', { type: 'button', textContent: 'Choose another seat' });
  const needed = create('button', { className: 'primary', type: 'button' }, ['Yes, we need it']);
  const dialog = create('dialog', { className: 'card' }, [
    create('h2', { id: 'access-title', textContent: 'Do you need a wheelchair place?' }),
    create('p', { id: 'access-what' }, [
      'This place has room for a wheelchair. The seats beside it are for the people who come along, ',
      'three at most.',
    ]),
    create('div', { className: 'buttons' }, [other, needed]),
  ]);
  dialog.setAttribute('aria-labelledby', 'access-title');
  dialog.setAttribute('aria-describedby', 'access-what');
  other.addEventListener('click', () => dialog.close());
  needed.addEventListener('click', () => {
    dialog.close();
    onNeeded();
  });
  // Closing returns the focus to the seat.
  dialog.addEventListener('close', () => dialog.remove());
  addEventListener('hashchange', () => dialog.close(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
}

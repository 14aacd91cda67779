import { button, create } from './elements.ts';
import { explain } from './failures.ts';
import { NotUploaded } from './keeper.ts';

/** What happens most, for one thumb. */
const commonReasons = ['Did not go in', 'Wrong person', 'Only a test'];

/** The longest reason that the server takes. */
const mostCharacters = 500;

/** Asks why an entry is taken back, and takes it back. */
export function askToUndo(
  seat: string,
  { undo, onDone }: { undo: (reason: string) => Promise<void>; onDone: () => void },
): void {
  const error = create('p', { className: 'error', role: 'alert' });
  const other = create('input', { id: 'undo-reason', type: 'text', maxLength: mostCharacters });
  const fieldset = create('fieldset');
  const dialog = create('dialog', {}, [fieldset]);
  dialog.setAttribute('aria-labelledby', 'undo-title');
  const act = (reason: string) => {
    fieldset.disabled = true;
    error.textContent = '';
    undo(reason).then(
      () => {
        dialog.close();
        onDone();
      },
      (failure: unknown) => {
        fieldset.disabled = false;
        error.textContent = explainUndo(failure);
      },
    );
  };
  const form = create('form', { className: 'row' }, [
    other,
    create('button', { type: 'submit', textContent: 'Undo' }),
  ]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const reason = other.value.trim();
    if (reason === '') {
      error.textContent = 'Please give a reason.';
    } else {
      act(reason);
    }
  });
  fieldset.append(
    create('h2', { id: 'undo-title', textContent: `Undo the entry of ${seat}?` }),
    create('p', { className: 'quiet' }, ['The ticket will be admitted again. Why?']),
    ...commonReasons.map((reason) => button({ textContent: reason }, () => act(reason))),
    create('label', { htmlFor: other.id, textContent: 'Another reason' }),
    form,
    error,
    button({ className: 'plain', textContent: 'Keep the entry' }, () => dialog.close()),
  );
  // Closing returns the focus to the button that opened the dialog.
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Whether the dialog is open: scans wait until it is not. */
export function isAsking(): boolean {
  return document.querySelector('dialog[open]') !== null;
}

function explainUndo(failure: unknown): string {
  return failure instanceof NotUploaded
    ? 'The entry waits for its upload. Undo it when this device is online again.'
    : explain(failure);
}

import { isMatineeError } from '@matinee/sdk';
import { hrefOf } from '../address.ts';
import { create, heading } from '../elements.ts';
import { explain } from '../failures.ts';
import type { View } from '../view.ts';

/** What stands in for a view that could not be opened. */
export function openFailed(error: unknown, onRetry: () => void): View {
  if (!isMatineeError(error)) {
    // A defect of the page.
    console.error(error);
  }
  const retry = create('button', {
    className: 'primary',
    type: 'button',
    textContent: 'Try again',
  });
  retry.addEventListener('click', onRetry);
  const body = create('section', { className: 'card narrow' }, [
    heading('This did not work'),
    create('p', { role: 'alert', textContent: explain(error) }),
    create('div', { className: 'buttons' }, [
      retry,
      create('a', { className: 'button', href: hrefOf({ view: 'programme' }) }, ['What’s on']),
    ]),
  ]);
  return { title: 'This did not work', body };
}

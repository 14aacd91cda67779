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
  // An address can be mistyped, or older than the programme.
  if (isMatineeError(error) && ['NOT_FOUND', 'VALIDATION_ERROR'].includes(error.code)) {
    const text = 'Nothing is at this address any more. Please choose from the programme.';
    return drawFailed('Not found', text, []);
  }
  const retry = create('button', { className: 'primary', type: 'button' }, ['Try again']);
  retry.addEventListener('click', onRetry);
  return drawFailed('This did not work', explain(error), [retry]);
}

function drawFailed(title: string, text: string, actions: HTMLElement[]): View {
  const home = create('a', { className: 'button', href: hrefOf({ view: 'programme' }) }, [
    'What’s on',
  ]);
  const body = create('section', { className: 'card narrow' }, [
    heading(title),
    create('p', { role: 'alert', textContent: text }),
    create('div', { className: 'buttons' }, [...actions, home]),
  ]);
  return { title, body };
}

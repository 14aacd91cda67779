import type { Matinee, SignedIn } from '@matinee/sdk';
import { create, heading } from '../elements.ts';
import { explain } from '../failures.ts';
import type { View } from '../view.ts';

/** Signs somebody in who may check tickets in. @param notice why they are here again */
export function openSignIn(
  matinee: Matinee,
  notice: string,
  onSignedIn: (signedIn: SignedIn) => void,
): View {
  const email = field('E-mail', { name: 'email', type: 'email', autocomplete: 'username' });
  const password = field('Password', {
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
  });
  const error = create('p', { className: 'error', role: 'alert', textContent: notice });
  const fieldset = create('fieldset', {}, [
    email.element,
    password.element,
    error,
    create('button', { className: 'primary', type: 'submit', textContent: 'Sign in' }),
  ]);
  const form = create('form', {}, [fieldset]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const input = { email: email.input.value, password: password.input.value };
    fieldset.disabled = true;
    error.textContent = '';
    matinee.auth.login(input).then(onSignedIn, (failure: unknown) => {
      fieldset.disabled = false;
      error.textContent = explain(failure);
      password.input.focus();
    });
  });
  const body = create('section', { className: 'card' }, [
    create('p', { className: 'brand', textContent: 'Matinee' }),
    heading('Open the door'),
    create('p', { className: 'quiet' }, ['Sign in with an account that may check tickets in.']),
    form,
  ]);
  return { title: 'Sign in', body };
}

function field(
  label: string,
  attributes: Pick<HTMLInputElement, 'name' | 'type' | 'autocomplete'>,
): { element: HTMLElement; input: HTMLInputElement } {
  const input = create('input', { ...attributes, id: attributes.name, required: true });
  const element = create('div', { className: 'field' }, [
    create('label', { htmlFor: input.id, textContent: label }),
    input,
  ]);
  return { element, input };
}

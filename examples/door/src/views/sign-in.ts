import { isMatineeError } from '@matinee/sdk';
import type { Matinee } from '@matinee/sdk';
import { create, heading } from '../elements.ts';
import { explain } from '../failures.ts';
import type { View } from '../view.ts';

/** Signs somebody in who may check tickets in. @param notice why they are here again */
export function openSignIn(matinee: Matinee, notice: string, onSignedIn: () => void): View {
  const email = field('E-mail', { name: 'email', type: 'email', autocomplete: 'username' });
  const password = field('Password', {
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
  });
  const code = field('Code of your authenticator app', {
    name: 'code',
    type: 'text',
    autocomplete: 'one-time-code',
  });
  // Of accounts with a second factor, which are known once the password fits.
  code.element.hidden = true;
  code.input.required = false;
  const error = create('p', { className: 'error', role: 'alert', textContent: notice });
  const fieldset = create('fieldset', {}, [
    email.element,
    password.element,
    code.element,
    error,
    create('button', { className: 'primary', type: 'submit', textContent: 'Sign in' }),
  ]);
  const form = create('form', {}, [fieldset]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = code.input.value.trim();
    const input = {
      email: email.input.value,
      password: password.input.value,
      ...(typed === '' ? {} : { code: typed }),
    };
    fieldset.disabled = true;
    error.textContent = '';
    matinee.auth.login(input).then(onSignedIn, (failure: unknown) => {
      const needsCode = isMatineeError(failure) && failure.code === 'SECOND_FACTOR_REQUIRED';
      fieldset.disabled = false;
      error.textContent = explain(failure);
      code.element.hidden &&= !needsCode;
      (needsCode ? code : password).input.focus();
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

import { isMatineeError } from '@matinee/sdk';
import type { SignedIn } from '@matinee/sdk';
import { create, heading } from '../elements.ts';
import { explain } from '../failures.ts';
import { drawField, Form } from '../form.ts';
import type { Shop } from '../shop.ts';
import type { View } from '../view.ts';

/** Signs a customer in or creates an account; afterwards the customer returns to `next`. */
export function openSignIn(
  { matinee, wanted }: Shop,
  next: string,
  onSignedIn: (signedIn: SignedIn) => void,
): View {
  const email = drawField('E-mail', { name: 'email', type: 'email', autocomplete: 'username' });
  const password = drawField('Password', {
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
  });
  const form = new Form([email, password], async (button) => {
    const input = { email: email.input.value, password: password.input.value };
    const { login, register } = matinee.auth;
    onSignedIn(await (button === 'register' ? register(input) : login(input)));
  });
  form.explain = (error) => {
    if (isMatineeError(error) && error.code === 'EMAIL_TAKEN') {
      return { email: explain(error) };
    }
    return isMatineeError(error) && error.code === 'INVALID_CREDENTIALS'
      ? { password: explain(error) }
      : undefined;
  };
  form.element.append(
    create('div', { className: 'buttons' }, [
      create('button', { className: 'primary', type: 'submit', value: 'login' }, ['Sign in']),
      create('button', { type: 'submit', value: 'register' }, ['Create an account']),
    ]),
  );
  const why = wanted
    ? 'Sign in, and your seat is held for you while you decide. '
    : 'Sign in to hold and book seats. ';
  const body = create('section', { className: 'card narrow' }, [
    heading('Welcome'),
    create('p', { className: 'quiet' }, [
      `${why}For an account, all you need is an e-mail address and a password.`,
    ]),
    form.element,
    create('a', { className: 'back', href: next }, ['Continue without an account']),
  ]);
  return { title: 'Sign in', body };
}

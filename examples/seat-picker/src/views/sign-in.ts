import { isMatineeError } from '@matinee/sdk';
import type { Matinee, SignedIn } from '@matinee/sdk';
import { create, heading } from '../elements.ts';
import { explain } from '../failures.ts';
import { drawField, Form } from '../form.ts';
import type { Field } from '../form.ts';
import { ownLocale } from '../locale.ts';
import { say } from '../notice.ts';
import type { Shop } from '../shop.ts';
import type { View } from '../view.ts';

/** Told of a customer who is signed in; a guest has given an address for mail. */
type OnSignedIn = (signedIn: SignedIn, contactEmail?: string) => void;

/**
 * Signs a customer in, creates an account, or goes on without one; afterwards the customer returns to
 * `next`.
 */
export function openSignIn({ matinee, wanted }: Shop, next: string, onSignedIn: OnSignedIn): View {
  const email = drawField('E-mail', { name: 'email', type: 'email', autocomplete: 'username' });
  const password = drawField('Password', {
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
  });
  const code = drawField('Code of your authenticator app', {
    name: 'code',
    type: 'text',
    autocomplete: 'one-time-code',
  });
  // Of accounts with a second factor, which are known once the password fits.
  code.element.hidden = true;
  code.input.required = false;
  const form = new Form([email, password, code], async (button) => {
    const secret = code.input.value.trim();
    const input = { email: email.input.value, password: password.input.value };
    const { login, register } = matinee.auth;
    const isNew = button === 'register';
    // The page is in English, and mails are in the customer's language where the server has it.
    const signedIn = isNew
      ? register({ ...input, locale: ownLocale })
      : login({ ...input, ...(secret === '' ? {} : { code: secret }) });
    onSignedIn(await signedIn);
  });
  form.explain = (error) => {
    if (isMatineeError(error) && error.code === 'EMAIL_TAKEN') {
      return { email: explain(error) };
    }
    if (isMatineeError(error) && error.code === 'SECOND_FACTOR_REQUIRED') {
      code.element.hidden = false;
      code.input.required = true;
      return { code: explain(error) };
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
    forgot(matinee, email),
    create('h2', { textContent: 'Without an account' }),
    create('p', { className: 'quiet' }, [
      'The mail about your booking has a link that leads back to it.',
    ]),
    drawGuestForm(matinee, onSignedIn),
    create('a', { className: 'back', href: next }, ['Back']),
  ]);
  return { title: 'Sign in', body };
}

/** Has a link mailed to the address that stands in the form. */
function forgot(matinee: Matinee, { input, error }: Field): HTMLElement {
  const button = create('button', { type: 'button', className: 'plain' }, [
    'Forgot your password?',
  ]);
  button.addEventListener('click', () => {
    const email = input.value.trim();
    const isWhole = isAddress.test(email);
    error.textContent = isWhole ? '' : 'Please give the e-mail address of your account.';
    if (!isWhole) {
      input.focus();
      return;
    }
    button.disabled = true;
    matinee.auth
      .requestPasswordReset({ email })
      .then(() => say(`If there is an account with ${email}, a mail with a link comes.`, 'good'))
      .catch((failure: unknown) => say(explain(failure)))
      .finally(() => (button.disabled = false));
  });
  return create('p', {}, [button]);
}

/** As the server takes addresses. */
const isAddress = /^[^\s@"]+@[^\s@.]+(\.[^\s@.]+)+$/u;

/** Not sent: the server hears of the address with the booking, when it is too late to ask again. */
class NoAddress extends Error {}

function drawGuestForm(matinee: Matinee, onSignedIn: OnSignedIn): HTMLElement {
  const address = drawField('Where to send your booking', {
    name: 'contactEmail',
    type: 'email',
    autocomplete: 'email',
  });
  const form = new Form([address], async () => {
    const contactEmail = address.input.value.trim();
    if (!isAddress.test(contactEmail)) {
      throw new NoAddress();
    }
    onSignedIn(await matinee.auth.guest(), contactEmail);
  });
  form.explain = (error) =>
    error instanceof NoAddress ? { contactEmail: 'Please give an e-mail address.' } : undefined;
  form.element.append(
    create('div', { className: 'buttons' }, [
      create('button', { type: 'submit', value: 'guest' }, ['Continue as guest']),
    ]),
  );
  return form.element;
}

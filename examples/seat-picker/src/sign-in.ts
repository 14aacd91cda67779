import type { Matinee, SignedIn } from '@matinee/sdk';
import { find, openStep, say } from './page.ts';
import { explain } from './words.ts';

/** The first step: signs a customer in, or makes an account. */
export function openSignIn(matinee: Matinee, onSignedIn: (signedIn: SignedIn) => void): void {
  openStep('sign-in');
  const form = find('form', HTMLFormElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { submitter } = event;
    const isNew = submitter instanceof HTMLButtonElement && submitter.value === 'register';
    void signIn(isNew ? matinee.auth.register : matinee.auth.login);
  });

  async function signIn(enter: Matinee['auth']['login']): Promise<void> {
    const email = find('input[name=email]', HTMLInputElement).value;
    const password = find('input[name=password]', HTMLInputElement).value;
    const fields = find('fieldset', HTMLFieldSetElement);
    fields.disabled = true;
    say('');
    try {
      onSignedIn(await enter({ email, password }));
    } catch (error) {
      fields.disabled = false;
      say(explain(error));
    }
  }
}

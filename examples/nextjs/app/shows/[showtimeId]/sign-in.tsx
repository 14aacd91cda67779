'use client';

import { isMatineeError } from '@matinee/sdk';
import { useMatinee } from '@matinee/sdk/react';
import { useState } from 'react';

export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const matinee = useMatinee();
  const [problem, setProblem] = useState<string>();

  async function signIn(form: FormData) {
    try {
      const { accessToken } = await matinee.auth.login({
        email: String(form.get('email')),
        password: String(form.get('password')),
      });
      sessionStorage.setItem('token', accessToken);
      onSignedIn();
    } catch (error) {
      setProblem(isMatineeError(error) ? error.userMessage : 'Something went wrong.');
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void signIn(new FormData(event.currentTarget));
      }}
    >
      <h2>Sign in to hold seats</h2>
      <label>
        E-mail <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button>Sign in</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}

import { useMutation } from '@tanstack/react-query';
import { queries, session } from './matinee.ts';

export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const signIn = useMutation({
    ...queries.auth.login.mutationOptions(),
    onSuccess: ({ accessToken }) => {
      session.token = accessToken;
      onSignedIn();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        signIn.mutate({
          email: String(form.get('email')),
          password: String(form.get('password')),
        });
      }}
    >
      <h2>Sign in to hold seats</h2>
      <label>
        E-mail <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button disabled={signIn.isPending}>Sign in</button>
      {signIn.error && <p role="alert">{signIn.error.userMessage}</p>}
    </form>
  );
}

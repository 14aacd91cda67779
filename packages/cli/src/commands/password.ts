import type { Command } from 'commander';
import { askEmail, readPassword, tokenOfLink } from '../ask-account.ts';
import { addGroup, asJson, examples, runs } from '../command.ts';
import { showUser } from '../output/user.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ForgotOptions extends Format {
  email?: string;
}

export function addPassword(program: Command, terminal: Terminal): void {
  const password = addGroup(program, 'password', 'your password: forgotten, or to be changed');

  const forgot = password.command('forgot').description('have a link mailed that sets a new one');
  asJson(forgot).option('--email <email>', 'e-mail address; default: prompt for it');
  examples(forgot, ['matinee password forgot --email ada@example.com']);
  runs<ForgotOptions>(forgot, terminal, forgotPassword);

  const reset = asJson(password.command('reset').argument('<link>', 'the link in the mail'));
  reset.description('set a new one by the link in the mail (prompts, or MATINEE_NEW_PASSWORD)');
  examples(reset, [
    'matinee password reset "https://tickets.example.com/m/reset-password#token=…"',
  ]);
  runs<Format>(reset, terminal, resetPassword);

  const change = asJson(password.command('change'));
  change.description('change it; other devices are signed out (prompts for both)');
  examples(change, ['matinee password change']);
  runs<Format>(change, terminal, changePassword);

  const verify = program.command('verify-email').argument('[link]', 'the link in the mail');
  asJson(verify).description('have a link mailed that proves your address, or open it');
  examples(verify, [
    'matinee verify-email',
    'matinee verify-email "https://tickets.example.com/m/verify-email#token=…"',
  ]);
  runs<Format>(verify, terminal, verifyEmail);
}

async function forgotPassword(session: Session, options: ForgotOptions): Promise<void> {
  const email = options.email ?? (await askEmail(session));
  const matinee = await session.anonymous();
  const sent = await matinee.auth.requestPasswordReset({ email });
  session.print(options, sent, () => `If there is an account with ${email}, a mail comes.`);
}

async function resetPassword(
  session: Session,
  options: Format,
  [link = '']: string[],
): Promise<void> {
  const newPassword = await readNewPassword(session);
  const matinee = await session.anonymous();
  const changed = await matinee.auth.resetPassword({ token: tokenOfLink(link), newPassword });
  session.print(options, changed, () => 'Your new password holds.');
  session.hint('Sign in with it: `matinee login`.');
}

async function changePassword(session: Session, options: Format): Promise<void> {
  const matinee = await session.matinee();
  const currentPassword = await readPassword(session, { words: 'Current password' });
  const newPassword = await readNewPassword(session);
  // The client keeps the tokens of the new session where it has the old ones from.
  const changed = await matinee.auth.changePassword({ currentPassword, newPassword });
  session.print(options, changed, () => 'Your new password holds.');
  session.talk(
    session.settings.tokenFrom === 'profile'
      ? 'All other devices are signed out.'
      : 'All devices are signed out, and the token that you gave has ended: --json prints a new one.',
  );
}

async function verifyEmail(session: Session, options: Format, [link]: string[]): Promise<void> {
  if (link === undefined) {
    const matinee = await session.matinee();
    const sent = await matinee.auth.requestEmailVerification();
    session.print(options, sent, () => 'A mail comes, unless your address is proven already.');
    return;
  }
  const matinee = await session.anonymous();
  const user = await matinee.auth.verifyEmail({ token: tokenOfLink(link) });
  session.print(options, user, () => showUser(user, session.paint));
  session.talk('The address is proven.');
}

function readNewPassword(session: Session): Promise<string> {
  const question = { words: 'New password', variable: 'MATINEE_NEW_PASSWORD', isNew: true };
  return readPassword(session, question);
}

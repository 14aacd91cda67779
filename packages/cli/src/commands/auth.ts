import type { SignedIn } from '@matinee/sdk';
import { Option } from 'commander';
import type { Command } from 'commander';
import { askCode, askEmail, readPassword, tokenOfLink } from '../ask-account.ts';
import { asJson, examples, given, runs } from '../command.ts';
import { showUser } from '../output/user.ts';
import { partsOf, writeProfile } from '../profile.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface LoginOptions extends Format {
  email?: string;
  guest?: boolean;
  link?: string;
}

interface RegisterOptions extends Format {
  email?: string;
  firstName?: string;
  lastName?: string;
}

export function addAuth(program: Command, terminal: Terminal): void {
  const login = program.command('login').description('sign in and store the session');
  asJson(login)
    .option('--email <email>', 'e-mail address; default: prompt for it')
    .addOption(guestOption().conflicts(['email', 'link']))
    .addOption(linkOption().conflicts('email'));
  examples(login, [
    'matinee login --email ada@example.com',
    'matinee login --guest',
    'matinee login --profile staging --url https://staging.example.com',
  ]);
  runs<LoginOptions>(login, terminal, logIn);

  const logout = program.command('logout').description('sign out and end the session');
  asJson(logout.option('--everywhere', 'end your sessions on all machines'));
  examples(logout, ['matinee logout']);
  runs<Format & { everywhere?: boolean }>(logout, terminal, logOut);

  const whoami = program.command('whoami').description('show the account that is signed in');
  examples(asJson(whoami), ['matinee whoami']);
  runs<Format>(whoami, terminal, whoAmI);

  const register = program.command('register').description('create an account and sign in');
  asJson(register)
    .option('--email <email>', 'e-mail address; default: prompt for it')
    .option('--first-name <name>')
    .option('--last-name <name>');
  examples(register, ['matinee register --email ada@example.com --first-name Ada']);
  runs<RegisterOptions>(register, terminal, registerAccount);
}

function guestOption(): Option {
  return new Option('--guest', 'buy without an account; ends after 24 hours');
}

function linkOption(): Option {
  return new Option('--link <link>', 'the link in the mail about a booking of a guest');
}

async function logIn(session: Session, options: LoginOptions): Promise<void> {
  if (options.guest || options.link !== undefined) {
    await logInAsGuest(session, options);
    return;
  }
  const email = options.email ?? (await askEmail(session));
  const password = await readPassword(session);
  const matinee = await session.anonymous();
  const { isMatineeError } = await import('@matinee/sdk');
  const code = session.terminal.env['MATINEE_CODE'];
  const signedIn = await matinee.auth
    .login({ email, password, ...(code ? { code } : {}) })
    .catch(async (error: unknown) => {
      if (!isMatineeError(error) || error.code !== 'SECOND_FACTOR_REQUIRED') {
        throw error;
      }
      return matinee.auth.login({ email, password, code: await askCode(session) });
    });
  await keep(session, options, signedIn);
}

/** By a link, as the guest who made that booking; otherwise as a new one. */
async function logInAsGuest(session: Session, options: LoginOptions): Promise<void> {
  const { link } = options;
  const matinee = await session.anonymous();
  const token = link === undefined ? undefined : tokenOfLink(link);
  const signedIn = await (token === undefined
    ? matinee.auth.guest()
    : matinee.auth.link({ token }));
  await keep(session, options, signedIn);
}

async function registerAccount(session: Session, options: RegisterOptions): Promise<void> {
  const email = options.email ?? (await askEmail(session));
  const password = await readPassword(session, { isNew: true });
  const matinee = await session.anonymous();
  const names = given(options, ['firstName', 'lastName']);
  const signedIn = await matinee.auth.register({ email, password, ...names });
  await keep(session, options, signedIn);
}

async function logOut(session: Session, options: Format & { everywhere?: boolean }): Promise<void> {
  const { token, tokenFrom, profileName, profile } = session.settings;
  if (token === undefined) {
    session.print(options, { loggedOut: true }, () => 'You are not signed in.');
    return;
  }
  const matinee = await session.matinee();
  const { isMatineeError } = await import('@matinee/sdk');
  const loggedOut = await matinee.auth
    .logout(options.everywhere ? { everywhere: true } : undefined)
    .catch((error: unknown) => {
      // The session of a token that the server refuses has already ended.
      if (isMatineeError(error) && error.status === 401 && !options.everywhere) {
        return { loggedOut: true as const };
      }
      throw error;
    });
  if (tokenFrom === 'profile' && profile) {
    await writeProfile(profileName, { url: profile.url });
  }
  session.print(options, loggedOut, () => 'Signed out.');
}

async function whoAmI(session: Session, options: Format): Promise<void> {
  const matinee = await session.matinee();
  const user = await matinee.auth.me();
  session.print(options, user, () => showUser(user, session.paint));
  session.hint(`The server is ${session.settings.url}.`);
}

async function keep(session: Session, format: Format, signedIn: SignedIn): Promise<void> {
  const { url, profileName } = session.settings;
  const { email, role } = signedIn.user;
  const account = email === null ? {} : { email };
  const { accessToken, refreshToken, expiresIn } = signedIn;
  const expiresAt = Date.now() + expiresIn * 1_000;
  const kept = partsOf({ accessToken, refreshToken: refreshToken ?? null, expiresAt });
  await writeProfile(profileName, { url, ...kept, ...account });
  session.print(format, signedIn, () => showUser(signedIn.user, session.paint));
  const who = email === null ? 'a guest' : `${email} (${role})`;
  session.talk(`Signed in to ${url} as ${who}.`);
}

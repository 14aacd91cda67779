import { askHidden, askText } from './ask.ts';
import { usageError } from './failure.ts';
import type { Session } from './session.ts';

/** What is asked about a password. */
interface PasswordQuestion {
  /** By default `Password`. */
  words?: string;
  /** The variable that has it; by default `MATINEE_PASSWORD`. */
  variable?: string;
  /** A new one is typed twice. */
  isNew?: boolean;
}

/** Reads a password from a prompt or the environment. Other users can see arguments. */
export async function readPassword(
  session: Session,
  { words = 'Password', variable = 'MATINEE_PASSWORD', isNew = false }: PasswordQuestion = {},
): Promise<string> {
  const fromEnvironment = session.terminal.env[variable];
  if (fromEnvironment) {
    return fromEnvironment;
  }
  const password = await askOr(session, variable, () => askHidden(session, words));
  if (isNew && (await askHidden(session, 'Repeat the password')) !== password) {
    throw usageError('The passwords differ.', 'Repeat the command.');
  }
  return password;
}

export function askEmail(session: Session): Promise<string> {
  return askOr(session, '--email', () => askText(session, 'E-mail'));
}

/** A code, from a prompt or the environment. @param words by default for that of an authenticator app */
export async function askCode(
  session: Session,
  words = 'Code of your authenticator app',
): Promise<string> {
  const variable = 'MATINEE_CODE';
  const code = session.terminal.env[variable];
  return code || askOr(session, variable, () => askText(session, words));
}

/** The token of a mailed link, which is its last part, and may be given alone. */
export function tokenOfLink(link: string): string {
  return link.slice(link.lastIndexOf('=') + 1);
}

async function askOr(
  session: Session,
  instead: string,
  question: () => Promise<string>,
): Promise<string> {
  if (!session.canAsk) {
    throw usageError(`Missing: ${instead}.`, 'Set it: the command cannot prompt here.');
  }
  return question();
}

import type { Session as SignIn } from '@matinee/sdk';
import type { Command } from 'commander';
import { addGroup, asJson, csvOption, examples, runs } from '../command.ts';
import { printItems } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { sessionLayout } from '../output/sign-in.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function addSessions(program: Command, terminal: Terminal): void {
  const sessions = addGroup(program, 'sessions', 'where you are signed in');

  const list = asJson(sessions.command('list')).addOption(csvOption());
  list.description('list them; the last used one first');
  examples(list, ['matinee sessions list']);
  runs<Format>(list, terminal, listSessions);

  const revoke = sessions.command('revoke').description('sign out there');
  asJson(revoke.argument('<session>', 'id, or the end of the id'));
  examples(revoke, ['matinee sessions revoke ID']);
  runs<Format>(revoke, terminal, revokeSession);
}

async function listSessions(session: Session, format: Format): Promise<void> {
  const matinee = await session.matinee();
  print(session, format, await matinee.auth.sessions.list());
}

async function revokeSession(
  session: Session,
  format: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const sessionId = await findId(session, 'session', typed);
  print(session, format, await matinee.auth.sessions.revoke({ sessionId }));
  session.talk('The session has ended.');
}

function print(session: Session, format: Format, items: SignIn[]): void {
  printItems(session, format, { items, layout: sessionLayout(new Date()) });
}

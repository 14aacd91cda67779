import type { User } from '@matinee/sdk';
import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { addGroup, asJson, asList, examples, given, runs } from '../command.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { exactFinder } from '../named/find-id.ts';
import { showUser, userLayout } from '../output/user.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ListUsersOptions extends ListOptions {
  email?: string;
  role?: User['role'];
}

const changes = {
  promote: { description: 'make a user an administrator', done: 'is now an administrator' },
  demote: { description: 'make an administrator a user', done: 'is no longer an administrator' },
  disable: {
    description: 'disable an account and end its sessions; its reservations stay',
    done: 'can no longer sign in',
  },
  enable: { description: 'enable a disabled account', done: 'can sign in again' },
} as const;

const aUser = ['<user>', 'e-mail address, id, or the end of the id'] as const;

type Change = keyof typeof changes;

export function addUsers(program: Command, terminal: Terminal): void {
  const users = addGroup(program, 'users', 'accounts and their roles (for administrators)');

  const list = asList(users.command('list').description('list accounts, oldest first'))
    .option('--email <text>', 'only addresses that contain this text')
    .option('--role <role>', 'only this role: admin, staff, user or guest');
  examples(list, ['matinee users list --role admin']);
  runs<ListUsersOptions>(list, terminal, listUsers);

  for (const name of Object.keys(changes) as Change[]) {
    const command = users.command(name).description(changes[name].description);
    asJson(command.argument(...aUser));
    examples(command, [`matinee users ${name} ada@example.com`]);
    runs<Format>(command, terminal, (session, options, [user = '']) =>
      changeUser(session, options, { change: name, user }),
    );
  }

  const reset = asJson(users.command('reset-password').argument(...aUser));
  reset.description(
    'mail a user a link that sets a new password, or print it where no mail is sent',
  );
  examples(reset, ['matinee users reset-password ada@example.com']);
  runs<Format>(reset, terminal, requestReset);

  const factor = asJson(users.command('reset-second-factor').argument(...aUser));
  factor.description(
    'remove the second factor of a user who has lost it; all devices are signed out',
  );
  examples(factor, ['matinee users reset-second-factor ada@example.com']);
  runs<Format>(factor, terminal, resetSecondFactor);
}

async function listUsers(session: Session, options: ListUsersOptions): Promise<void> {
  const matinee = await session.matinee();
  const filters = given(options, ['email', 'role']);
  const items = await matinee.admin.users.list.all(filters).toArray({ limit: options.limit });
  printList(session, options, { items, layout: userLayout });
}

async function changeUser(
  session: Session,
  options: Format,
  { change, user }: { change: Change; user: string },
): Promise<void> {
  const matinee = await session.matinee();
  const found = exactFinder(session, 'user', user);
  if (change === 'disable') {
    await confirm(session, async () => {
      const { name } = await found();
      return `Disable ${name} and end all sessions of the account?`;
    });
  }
  const { id: userId } = await found();
  const changed = await matinee.admin.users[change]({ userId });
  session.print(options, changed, () => showUser(changed, session.paint));
  session.talk(`${changed.email ?? 'The guest'} ${changes[change].done}.`);
}

async function resetSecondFactor(
  session: Session,
  options: Format,
  [user = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const { id: userId } = await exactFinder(session, 'user', user)();
  const changed = await matinee.admin.users.resetSecondFactor({ userId });
  session.print(options, changed, () => showUser(changed, session.paint));
  session.talk(`${changed.email} signs in with the password alone.`);
}

async function requestReset(
  session: Session,
  options: Format,
  [user = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const { id: userId, name } = await exactFinder(session, 'user', user)();
  const asked = await matinee.admin.users.requestPasswordReset({ userId });
  const link = asked.link && new URL(asked.link, session.settings.url).href;
  session.print(options, { ...asked, link }, () => link ?? `A mail goes to ${name}.`);
  if (link !== null) {
    session.talk('The link works once, for 30 minutes. Pass it to the user alone.');
  }
}

import type { Command } from 'commander';
import { readPassword } from '../ask-account.ts';
import { confirm } from '../ask.ts';
import { addGroup, asJson, examples, jqOption, runs } from '../command.ts';
import { writeProfile } from '../profile.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function addAccount(program: Command, terminal: Terminal): void {
  const account = addGroup(program, 'account', 'your account and what is kept about you');

  const read = account.command('export').addOption(jqOption());
  read.description('print everything that is kept about you, as JSON');
  examples(read, [
    'matinee account export > mine.json',
    "matinee account export --jq '.reservations | length'",
  ]);
  runs<Format>(read, terminal, exportAccount);

  const remove = asJson(account.command('delete'));
  remove
    .description('delete your account; bookings stay, without a name')
    .option('--forfeit', 'give up what is paid for shows ahead');
  examples(remove, ['matinee account delete']);
  runs<Format & { forfeit?: boolean }>(remove, terminal, deleteAccount);
}

async function exportAccount(session: Session): Promise<void> {
  const matinee = await session.matinee();
  session.writeJson(await matinee.auth.exportData());
}

async function deleteAccount(
  session: Session,
  options: Format & { forfeit?: boolean },
): Promise<void> {
  const matinee = await session.matinee();
  await confirm(session, async () => {
    const { email } = await matinee.auth.me();
    return `Delete the account ${email} for good?`;
  });
  const password = await readPassword(session);
  const forfeit = options.forfeit ? { forfeit: true } : {};
  const deleted = await matinee.auth.deleteAccount({ password, ...forfeit });
  const { tokenFrom, profileName, profile } = session.settings;
  if (tokenFrom === 'profile' && profile) {
    await writeProfile(profileName, { url: profile.url });
  }
  session.print(options, deleted, () => 'Your account is deleted.');
}

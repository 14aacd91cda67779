import type { TicketKey } from '@matinee/sdk';
import type { Command } from 'commander';
import { asJson, csvOption, examples, runs } from '../command.ts';
import { printItems } from '../lists.ts';
import type { Layout } from '../output/list.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function addTicketKeys(program: Command, terminal: Terminal): void {
  const keys = asJson(program.command('ticket-keys')).addOption(csvOption());
  keys.description('list the public keys that tickets are verified with');
  examples(keys, ['matinee ticket-keys', 'matinee ticket-keys --json > keys.json']);
  runs<Format>(keys, terminal, listKeys);
}

async function listKeys(session: Session, options: Format): Promise<void> {
  const matinee = await session.matinee();
  printItems(session, options, { items: await matinee.tickets.keys(), layout });
}

const layout: Layout<TicketKey> = {
  noun: 'key',
  columns: [
    { title: 'KEY', value: ({ kid }) => kid, align: 'right' },
    { title: 'PUBLIC KEY (ED25519)', value: ({ publicKey }) => publicKey.x },
  ],
  csv: [
    { name: 'kid', value: ({ kid }) => kid },
    { name: 'x', value: ({ publicKey }) => publicKey.x },
  ],
};

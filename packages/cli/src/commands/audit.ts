import type { Command } from 'commander';
import { asList, examples, given, runs } from '../command.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { auditLayout } from '../output/audit.ts';
import type { Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface AuditOptions extends ListOptions {
  actor?: string;
  action?: string;
  subject?: string;
  from?: string;
  to?: string;
}

export function addAudit(program: Command, terminal: Terminal): void {
  const description = 'list who did what, newest first (for administrators)';
  const audit = asList(program.command('audit').description(description))
    .option('--actor <user>', 'only what this user did: e-mail address or id')
    .option('--action <name>', 'only this action, such as admin.users.promote')
    .option('--subject <thing>', 'only what was done to this: id, the end of it, or a name')
    .option('--from <date>', 'first day (YYYY-MM-DD) in UTC, or an instant')
    .option('--to <date>', 'last day (YYYY-MM-DD) in UTC, or an instant');
  examples(audit, [
    'matinee audit --limit 20',
    'matinee audit --action auth.login --from 2026-12-01',
    'matinee audit --csv > audit.csv',
  ]);
  runs<AuditOptions>(audit, terminal, listAudit);
}

async function listAudit(session: Session, options: AuditOptions): Promise<void> {
  const matinee = await session.matinee();
  const { actor, subject } = options;
  const filters = {
    ...given(options, ['action', 'from', 'to']),
    ...(actor === undefined ? {} : { actorId: await findId(session, 'user', actor) }),
    ...(subject === undefined ? {} : { subject: await findId(session, 'subject', subject) }),
  };
  const items = await matinee.admin.audit.list.all(filters).toArray({ limit: options.limit });
  const layout = auditLayout(new Date(), session.paint);
  printList(session, options, { items, layout });
}

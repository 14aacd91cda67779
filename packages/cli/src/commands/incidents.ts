import type { Inputs } from '@matinee/sdk';
import type { Command } from 'commander';
import { addGroup, asJson, asList, examples, given, runs } from '../command.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { incidentLayout, showIncident } from '../output/incident.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

type Filters = Pick<Inputs['admin']['incidents']['list'], 'state' | 'kind'>;
type ListIncidentsOptions = ListOptions & Filters;

const kindsHelp = `
Kinds: amount_mismatch, paid_without_seats, unknown_payment, refund_elsewhere,
dispute, provider_differs`;

export function addIncidents(program: Command, terminal: Terminal): void {
  const description = 'differences about money (for administrators)';
  const incidents = addGroup(program, 'incidents', description);

  const list = asList(incidents.command('list').description('list incidents, newest first'))
    .option('--state <state>', 'only this state: open or resolved')
    .option('--kind <kind>', 'only this kind, such as dispute')
    .addHelpText('after', kindsHelp);
  examples(list, [
    'matinee incidents list --state open',
    'matinee incidents list --csv > incidents.csv',
  ]);
  runs<ListIncidentsOptions>(list, terminal, listIncidents);

  const resolve = asJson(incidents.command('resolve'))
    .description('note what was found and done; moves no money')
    .argument('<incident>', 'id, or the end of the id')
    .argument('<resolution>', 'what was found and done, up to 500 characters');
  examples(resolve, ['matinee incidents resolve ID "Returned in cash, receipt 118"']);
  runs<Format>(resolve, terminal, resolveIncident);
}

async function listIncidents(session: Session, options: ListIncidentsOptions): Promise<void> {
  const matinee = await session.matinee();
  const filters = given(options, ['state', 'kind']);
  const items = await matinee.admin.incidents.list.all(filters).toArray({ limit: options.limit });
  printList(session, options, { items, layout: incidentLayout(new Date(), session.paint) });
}

async function resolveIncident(
  session: Session,
  options: Format,
  [typed = '', resolution = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const incidentId = await findId(session, 'incident', typed);
  const incident = await matinee.admin.incidents.resolve({ incidentId, resolution });
  session.print(options, incident, () => showIncident(incident, session.paint));
  session.talk('Incident resolved.');
}

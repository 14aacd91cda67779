import type { Inputs, Matinee, TicketType } from '@matinee/sdk';
import type { Command } from 'commander';
import { addGroup, asJson, asList, examples, runs } from '../command.ts';
import { CliError, exitCodes } from '../failure.ts';
import { addFields, readInput } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { showTicketType, ticketTypeLayout } from '../output/ticket-type.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { creates, deletes } from './editing.ts';
import type { Editable } from './editing.ts';

const fields: readonly Field[] = [
  { key: 'code', value: 'text', description: 'short name, such as child', required: true },
  { key: 'name', value: 'text', description: 'name for customers, such as Child', required: true },
  { key: 'description', value: 'text', description: 'who may use it', clearable: true },
  { key: 'sortOrder', value: 'whole number', description: 'place in lists; the lowest is first' },
  {
    key: 'maxAge',
    value: 'whole number',
    description: 'greatest age of its holder',
    clearable: true,
  },
  { key: 'minAge', value: 'whole number', description: 'least age of its holder', clearable: true },
  { key: 'proof', value: 'text', description: 'where a proof is shown: none, gate or desk' },
  {
    key: 'minPerBooking',
    value: 'whole number',
    description: 'least number in one purchase',
    clearable: true,
  },
  { key: 'withAdult', value: 'yes or no', description: 'sold only together with an adult' },
];

const ticketTypeKind: Editable<TicketType> = {
  name: 'Ticket type',
  thing: 'ticketType',
  fields,
  show: showTicketType,
  describe: ({ name, code }) => `the ticket type "${name}" (${code})`,
  get: getTicketType,
  create: (matinee, input) =>
    matinee.ticketTypes.create(input as unknown as Inputs['ticketTypes']['create']),
  update: (matinee, ticketTypeId, input) => matinee.ticketTypes.update({ ...input, ticketTypeId }),
  remove: (matinee, ticketTypeId) => matinee.ticketTypes.delete({ ticketTypeId }),
};

const aTicketType = ['<ticket-type>', 'code, name, id, or the end of the id'] as const;

export function addTicketTypes(program: Command, terminal: Terminal): void {
  const types = addGroup(program, 'ticket-types', 'whom tickets are for: adults, children, …');

  const list = asList(types.command('list').description('list ticket types in their order'));
  examples(list, ['matinee ticket-types list']);
  runs<ListOptions>(list, terminal, listTicketTypes);

  const create = addFields(types.command('create'), fields, 'create');
  asJson(create.description('create a ticket type (for administrators)'));
  examples(create, [
    'matinee ticket-types create --code child --name Child --max-age 12',
    'matinee ticket-types create --code baby --name Baby --max-age 2 --with-adult',
  ]);
  runs<InputOptions & Format>(create, terminal, creates(ticketTypeKind));

  const update = types.command('update').argument(...aTicketType);
  addFields(update, fields, 'update without a revision');
  asJson(update.description('update the given fields of a ticket type (for administrators)'));
  examples(update, ['matinee ticket-types update ID --max-age 14 --proof gate']);
  runs<InputOptions & Format>(update, terminal, updateTicketType);

  const remove = asJson(types.command('delete').argument(...aTicketType));
  remove.description('delete a ticket type that is on no price list (for administrators)');
  examples(remove, ['matinee ticket-types delete ID']);
  runs<Format>(remove, terminal, deletes(ticketTypeKind));
}

async function listTicketTypes(session: Session, options: ListOptions): Promise<void> {
  const matinee = await session.matinee();
  const items = await matinee.ticketTypes.list.all({}).toArray({ limit: options.limit });
  printList(session, options, { items, layout: ticketTypeLayout });
}

async function updateTicketType(
  session: Session,
  options: InputOptions & Format,
  [typed = '']: string[],
): Promise<void> {
  const input = readInput(options, fields, 'update');
  const matinee = await session.matinee();
  const ticketTypeId = await findId(session, 'ticketType', typed);
  const type = await matinee.ticketTypes.update({ ...input, ticketTypeId });
  session.print(options, type, () => showTicketType(type, session.paint));
  session.talk('Ticket type updated.');
}

/** The server lists ticket types and reads none alone. @throws CliError if it is not there */
async function getTicketType(matinee: Matinee, ticketTypeId: string): Promise<TicketType> {
  const types = await matinee.ticketTypes.list.all({}).toArray();
  const type = types.find(({ id }) => id === ticketTypeId);
  if (!type) {
    throw new CliError(exitCodes.notFound, `There is no ticket type "${ticketTypeId}".`);
  }
  return type;
}

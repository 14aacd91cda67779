import type { Inputs, Theater } from '@matinee/sdk';
import type { Command } from 'commander';
import { ask, promptStreams } from '../ask.ts';
import { addGroup, asJson, asList, examples, runs } from '../command.ts';
import { addFields } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { drawTheater, showTheater, theaterLayout } from '../output/theater.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { creates, deletes, updates } from './editing.ts';
import type { Editable } from './editing.ts';

const fields: readonly Field[] = [
  { key: 'name', value: 'text', description: 'name, up to 255 characters', required: true },
  {
    key: 'timezone',
    value: 'text',
    description: 'time zone, such as Europe/Paris',
    required: true,
    ask: askTimeZone,
  },
  {
    key: 'turnaroundMinutes',
    value: 'whole number',
    description: 'minutes of cleaning after each show',
  },
  {
    key: 'rows',
    value: 'json',
    description: 'rows in order from the screen, as JSON or @FILE',
    required: true,
    ask: async (session) => (await import('../room/ask-rows.ts')).askRows(session),
  },
];

const theaterKind: Editable<Theater> = {
  name: 'Theater',
  thing: 'theater',
  fields,
  show: showTheater,
  describe: ({ name }) => `the theater "${name}"`,
  get: (matinee, theaterId) => matinee.theaters.get({ theaterId }),
  create: (matinee, input) =>
    matinee.theaters.create(input as unknown as Inputs['theaters']['create']),
  update: (matinee, theaterId, input) => matinee.theaters.update({ ...input, theaterId }),
  remove: (matinee, theaterId) => matinee.theaters.delete({ theaterId }),
};

const aTheater = ['<theater>', 'name, id, or the end of the id'] as const;

const rowsExample = `'[{"label":"A","seats":10},{"label":"B","seats":12,"seatType":"vip"}]'`;

const rowsHelp = `
The rows as JSON. "seats" counts the positions of a row, gaps included; the
types are regular, premium and vip:
  [
    {"label":"A","seats":11,"overrides":[{"position":6,"gap":true}]},
    {"label":"B","seats":11,"seatType":"premium","overrides":[
      {"position":6,"gap":true},
      {"position":9,"outOfOrder":true},
      {"position":11,"seatType":"vip"}]}
  ]`;

export function addTheaters(program: Command, terminal: Terminal): void {
  const theaters = addGroup(program, 'theaters', 'theaters and their seats');

  const list = asList(theaters.command('list').description('list theaters by name'));
  examples(list, ['matinee theaters list']);
  runs<ListOptions>(list, terminal, listTheaters);

  const get = theaters
    .command('get')
    .description('show a theater and its seats')
    .argument(...aTheater);
  examples(asJson(get), ['matinee theaters get ID']);
  runs<Format>(get, terminal, getTheater);

  const create = addFields(theaters.command('create'), fields, 'create');
  asJson(create.description('create a theater; at a terminal, asks for missing values'));
  create.addHelpText('after', rowsHelp);
  examples(create, [
    'matinee theaters create --name "Screen 1" --timezone Europe/Paris \\\n' +
      `      --rows ${rowsExample}`,
    'matinee theaters create --data @screen-1.json',
  ]);
  runs<InputOptions & Format>(create, terminal, creates(theaterKind));

  const update = addFields(theaters.command('update').argument(...aTheater), fields, 'update');
  asJson(update.description('update the given fields of a theater'));
  examples(update, ['matinee theaters update ID --turnaround-minutes 20']);
  runs<InputOptions & Format>(update, terminal, updates(theaterKind));

  const remove = theaters
    .command('delete')
    .description('delete a theater')
    .argument(...aTheater);
  examples(asJson(remove), ['matinee theaters delete ID']);
  runs<Format>(remove, terminal, deletes(theaterKind));
}

/** Offers the time zone of this machine. */
function askTimeZone(session: Session): Promise<string> {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return ask((prompts) =>
    prompts.text({
      message: 'Time zone, such as Europe/Paris',
      initialValue: timeZone,
      validate: (text = '') => (isTimeZone(text) ? undefined : 'There is no such time zone.'),
      ...promptStreams(session),
    }),
  );
}

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

async function listTheaters(session: Session, options: ListOptions): Promise<void> {
  const matinee = await session.matinee();
  const items = await matinee.theaters.list.all({}).toArray({ limit: options.limit });
  printList(session, options, { items, layout: theaterLayout });
}

async function getTheater(
  session: Session,
  options: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const theaterId = await findId(session, 'theater', typed);
  const theater = await matinee.theaters.get({ theaterId });
  const { paint, width } = session;
  session.print(options, theater, () => drawTheater(theater, { paint, width }));
}

import type { Inputs, Theater } from '@matinee/sdk';
import type { Command } from 'commander';
import { askTimeZone } from '../ask-time-zone.ts';
import { addGroup, asJson, asList, examples, runs } from '../command.ts';
import type { Run } from '../command.ts';
import { addFields } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { siteOf } from '../named/site-option.ts';
import type { SiteOption } from '../named/site-option.ts';
import { drawTheater, showTheater, theaterLayout } from '../output/theater.ts';
import { savePicture, svgOption } from '../save-picture.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { creates, deletes, updates } from './editing.ts';
import type { Editable } from './editing.ts';

type TheaterOptions = InputOptions & Format & SiteOption;

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

/** Has a flag of its own, which takes a name; it is never asked for. */
const site: Field = { key: 'siteId', value: 'text', description: '', ask: async () => undefined };

const theaterKind: Editable<Theater> = {
  name: 'Theater',
  thing: 'theater',
  fields: [...fields, site],
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

  const list = asList(theaters.command('list').description('list theaters by name')).option(
    '--site <site>',
    'only theaters of this cinema: name or id',
  );
  examples(list, ['matinee theaters list', 'matinee theaters list --site Riverside']);
  runs<ListOptions & SiteOption>(list, terminal, listTheaters);

  const get = theaters
    .command('get')
    .description('show a theater and its seats')
    .argument(...aTheater);
  asJson(get).addOption(svgOption());
  examples(get, ['matinee theaters get ID', 'matinee theaters get ID --svg seats.svg']);
  runs<Format & { svg?: string }>(get, terminal, getTheater);

  const create = addFields(theaters.command('create'), fields, 'create');
  create.option('--site <site>', 'its cinema: name or id; default: the default cinema');
  asJson(create.description('create a theater; at a terminal, asks for missing values'));
  create.addHelpText('after', rowsHelp);
  examples(create, [
    'matinee theaters create --name "Screen 1" --timezone Europe/Paris \\\n' +
      `      --rows ${rowsExample}`,
    'matinee theaters create --data @screen-1.json',
  ]);
  runs<TheaterOptions>(create, terminal, atSite(creates(theaterKind)));

  const update = addFields(theaters.command('update').argument(...aTheater), fields, 'update');
  update.option('--site <site>', 'move it to this cinema: name or id');
  asJson(update.description('update the given fields of a theater'));
  examples(update, ['matinee theaters update ID --turnaround-minutes 20']);
  runs<TheaterOptions>(update, terminal, atSite(updates(theaterKind)));

  const remove = theaters
    .command('delete')
    .description('delete a theater')
    .argument(...aTheater);
  examples(asJson(remove), ['matinee theaters delete ID']);
  runs<Format>(remove, terminal, deletes(theaterKind));
}

/** The cinema is named by a flag of its own, and sent as an id. */
function atSite(run: Run<InputOptions & Format>): Run<TheaterOptions> {
  return async (session, options, names) =>
    run(session, { ...options, ...(await siteOf(session, options)) }, names);
}

async function listTheaters(session: Session, options: ListOptions & SiteOption): Promise<void> {
  const matinee = await session.matinee();
  const items = await matinee.theaters.list
    .all(await siteOf(session, options))
    .toArray({ limit: options.limit });
  printList(session, options, { items, layout: theaterLayout });
}

async function getTheater(
  session: Session,
  options: Format & { svg?: string },
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const theaterId = await findId(session, 'theater', typed);
  if (options.svg !== undefined) {
    await savePicture(session, options.svg, await matinee.theaters.picture({ theaterId }));
    return;
  }
  const theater = await matinee.theaters.get({ theaterId });
  const { paint, width } = session;
  session.print(options, theater, () => drawTheater(theater, { paint, width }));
}

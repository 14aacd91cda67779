import type { Inputs, Matinee, Showtime } from '@matinee/sdk';
import type { Command } from 'commander';
import { asJson, examples, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { addFields, readInput, revisionOf } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { showShowtime } from '../output/showtime.ts';
import { isRun, readRun } from '../schedule/run-options.ts';
import type { RunFlags } from '../schedule/run-options.ts';
import type { RunTemplate } from '../schedule/schedule-run.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

const fields: readonly Field[] = [
  { key: 'movieId', value: 'text', description: 'the movie', required: true },
  { key: 'theaterId', value: 'text', description: 'the theater', required: true },
  {
    key: 'startTime',
    value: 'text',
    description: 'ISO 8601; without an offset it is the theater’s local time',
    required: true,
  },
  { key: 'price', value: 'text', description: 'price of a seat, such as 12.50', required: true },
  {
    key: 'seatTypePrices',
    value: 'json',
    description: 'prices of other seat types: {"premium":"15.00","vip":"20.00"}',
    clearable: true,
  },
];

/** In a run the times come from the days and hours. */
const fieldsOfRun = fields.filter(({ key }) => key !== 'startTime');

interface ShowtimeOptions extends InputOptions, Format {
  premiumPrice?: string;
  vipPrice?: string;
}

export function addShowtimeCreate(showtimes: Command, terminal: Terminal): void {
  const create = addFields(showtimes.command('create'), fields, 'create');
  asJson(withPrices(create.description('schedule a showtime, or a run of them')))
    .option('--from <date>', 'a run: its first day (YYYY-MM-DD)')
    .option('--to <date>', 'a run: its last day; --from if left out')
    .option('--weekdays <days>', 'a run: only on these, such as fri,sat,sun')
    .option('--times <times>', 'a run: when, in the theater’s local time, such as 14:00,20:30')
    .option('--dry-run', 'a run: only show the plan and what stands against it');
  examples(create, [
    'matinee showtimes create --movie-id ID --theater-id ID --price 12.50 \\\n' +
      '      --start-time 2026-12-24T20:00',
    'matinee showtimes create --movie-id ID --theater-id ID --price 12.50 \\\n' +
      '      --from 2026-12-01 --to 2026-12-24 --weekdays fri,sat --times 17:00,20:30',
  ]);
  runs<ShowtimeOptions & RunFlags>(create, terminal, createShowtime);
}

export function addShowtimeUpdate(showtimes: Command, terminal: Terminal): void {
  const update = addFields(showtimes.command('update').argument('<id>'), fields, 'update');
  asJson(withPrices(update.description('change a showtime; what is not named stays')));
  examples(update, ['matinee showtimes update ID --price 14.00 --vip-price 22.00']);
  runs<ShowtimeOptions>(update, terminal, updateShowtime);
}

async function createShowtime(
  session: Session,
  options: ShowtimeOptions & RunFlags,
): Promise<void> {
  if (isRun(options)) {
    await createRun(session, options);
    return;
  }
  if (options.dryRun) {
    throw usageError('--dry-run is for a run of shows.', 'Name one with --from and --times.');
  }
  const input = readInput(withOwnPrices(options), fields, 'create');
  const matinee = await session.matinee();
  const startTime = await toInstant(matinee, input['startTime'], input['theaterId']);
  const create = { ...input, startTime } as unknown as Inputs['showtimes']['create'];
  const showtime = await matinee.showtimes.create(create);
  session.answer(options, showtime, () => showShowtime(showtime, session.paint));
  session.talk('Showtime created.');
}

async function createRun(session: Session, options: ShowtimeOptions & RunFlags): Promise<void> {
  const run = readRun(options);
  const template = readInput(withOwnPrices(options), fieldsOfRun, 'create');
  if (options['startTime'] !== undefined || template['startTime'] !== undefined) {
    throw usageError('A run has --times, and no --start-time.');
  }
  const { scheduleRun } = await import('../schedule/schedule-run.ts');
  await scheduleRun(session, options, { run, template: template as unknown as RunTemplate });
}

async function updateShowtime(
  session: Session,
  options: ShowtimeOptions,
  [id = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const before = await matinee.showtimes.get({ showtimeId: id });
  const input = readInput(withOwnPrices(options, before), fields, 'update');
  if (input['startTime'] !== undefined) {
    const theaterId = input['theaterId'] ?? before.theater.id;
    input['startTime'] = await toInstant(matinee, input['startTime'], theaterId);
  }
  const revision = await revisionOf(options, input, async () => before);
  const update = { ...input, showtimeId: id, revision } as Inputs['showtimes']['update'];
  const showtime = await matinee.showtimes.update(update);
  session.answer(options, showtime, () => showShowtime(showtime, session.paint));
  session.talk('Showtime changed.');
}

function withPrices(command: Command): Command {
  return command
    .option('--premium-price <price>', 'price of a premium seat')
    .option('--vip-price <price>', 'price of a VIP seat');
}

/** The server replaces the prices of seat types as a whole: the one that is not named stays. */
function withOwnPrices(options: ShowtimeOptions, before?: Showtime): ShowtimeOptions {
  const { premiumPrice, vipPrice, ...others } = options;
  if (premiumPrice === undefined && vipPrice === undefined) {
    return others;
  }
  const seatTypePrices = {
    ...((options['seatTypePrices'] as object | undefined) ?? before?.seatTypePrices),
    ...(premiumPrice === undefined ? {} : { premium: premiumPrice }),
    ...(vipPrice === undefined ? {} : { vip: vipPrice }),
  };
  return { ...others, seatTypePrices };
}

/** A time without an offset is meant as the clocks of the theater show it. */
async function toInstant(matinee: Matinee, start: unknown, theaterId: unknown): Promise<unknown> {
  const [, date, time, offset] = minutePattern.exec(String(start)) ?? [];
  if (date === undefined || time === undefined) {
    return start;
  }
  if (offset) {
    return `${date}T${time}:00${offset}`;
  }
  if (typeof theaterId !== 'string') {
    return start;
  }
  const [{ timezone }, { instantOf }] = await Promise.all([
    matinee.theaters.get({ theaterId }),
    import('../wall-time.ts'),
  ]);
  return instantOf(date, time, timezone);
}

/** To the minute, as people write it; the server wants seconds. */
const minutePattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00)?(Z|[+-]\d{2}:\d{2})?$/;

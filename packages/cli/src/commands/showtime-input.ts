import type { Inputs, Matinee, Showtime } from '@matinee/sdk';
import { Option } from 'commander';
import type { Command } from 'commander';
import { amountOf } from '../arguments.ts';
import { asJson, examples, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { addFields, readInput, revisionOf } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { findId, withIds } from '../named/find-id.ts';
import { showShowtime } from '../output/showtime.ts';
import { otherPrices } from '../prices/other-prices.ts';
import { isRun, readRun } from '../schedule/run-options.ts';
import type { RunFlags } from '../schedule/run-options.ts';
import type { RunTemplate } from '../schedule/schedule-run.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { askForPrices } from './ask-prices.ts';

const fields: readonly Field[] = [
  { key: 'movieId', value: 'text', description: 'title or id of the movie', required: true },
  { key: 'theaterId', value: 'text', description: 'name or id of the theater', required: true },
  {
    key: 'startTime',
    value: 'text',
    description: 'ISO 8601; without an offset, local time of the theater',
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

const aShowtime = ['<showtime>', 'id, or the end of the id'] as const;

/** Has the flag `--price-list`. */
const priceList: Field = { key: 'priceListId', value: 'text', description: '' };

/** The keys of the input. A show with a price list needs no price. */
function fieldsFor({ priceListId }: InputOptions): readonly Field[] {
  const own = fields.map((field) =>
    field.key === 'price' && priceListId !== undefined ? { ...field, required: false } : field,
  );
  return [...own, priceList];
}

interface ShowtimeOptions extends InputOptions, Format {
  priceList?: string;
  premiumPrice?: string;
  vipPrice?: string;
}

export function addShowtimeCreate(showtimes: Command, terminal: Terminal): void {
  const create = addFields(showtimes.command('create'), fields, 'create');
  withRun(
    asJson(withPrices(create.description('create a showtime, or a run of showtimes'))),
  ).option('--dry-run', 'show a run and its conflicts, and change nothing');
  examples(create, [
    'matinee showtimes create --movie-id ID --theater-id ID --price 12.50 \\\n' +
      '      --start-time 2026-12-24T20:00',
    'matinee showtimes create --movie-id ID --theater-id ID --price 12.50 \\\n' +
      '      --from 2026-12-01 --to 2026-12-24 --weekdays fri,sat --times 17:00,20:30',
  ]);
  runs<ShowtimeOptions & RunFlags>(create, terminal, createShowtime);
}

/** Adds `schedules preview` and `schedules create`. */
export function addScheduleRuns(schedules: Command, terminal: Terminal): void {
  const ofRun = fields.filter(({ key }) => key !== 'startTime');
  const preview = addFields(schedules.command('preview'), ofRun, 'create');
  preview.description('show a run of shows and its conflicts, and change nothing');
  examples(withRun(asJson(withPrices(preview))), [
    'matinee schedules preview --movie-id ID --theater-id ID --price 12.50 \\\n' +
      '      --from 2026-12-01 --to 2026-12-24 --weekdays fri,sat --times 17:00,20:30',
  ]);
  runs<ShowtimeOptions & RunFlags>(preview, terminal, (session, options) =>
    createRun(session, { ...options, dryRun: true }),
  );
  const create = addFields(schedules.command('create'), ofRun, 'create');
  create.description('schedule a run of shows, all of them or none');
  examples(withRun(asJson(withPrices(create))), [
    'matinee schedules create --movie-id ID --theater-id ID --price 12.50 \\\n' +
      '      --from 2026-12-01 --to 2026-12-24 --weekdays fri,sat --times 17:00,20:30 \\\n' +
      '      --except 2026-12-24',
  ]);
  runs<ShowtimeOptions & RunFlags>(create, terminal, createRun);
}

/** Adds the days and times of a run. */
function withRun(command: Command): Command {
  return command
    .option('--from <date>', 'first day of a run (YYYY-MM-DD)')
    .option('--to <date>', 'last day of a run; default: --from')
    .option('--weekdays <days>', 'weekdays of a run, such as fri,sat,sun; default: all')
    .option('--times <times>', 'start times of a run (local time), such as 14:00,20:30')
    .option('--except <dates>', 'days of a run without a show')
    .addOption(dstOption())
    .option('--only-free', 'schedule what is free of a run, and leave out the rest');
}

/** `--dst`. */
export function dstOption(): Option {
  const option = new Option('--dst <way>', 'times that the clocks skip or repeat; default: reject');
  return option.choices(['reject', 'skip', 'shift']);
}

export function addShowtimeUpdate(showtimes: Command, terminal: Terminal): void {
  const update = addFields(showtimes.command('update').argument(...aShowtime), fields, 'update');
  asJson(withPrices(update.description('update the given fields of a showtime')));
  examples(update, [
    'matinee showtimes update ID --price 14.00 --vip-price 22.00',
    'matinee showtimes update ID --price-list House',
  ]);
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
    throw usageError('--dry-run needs a run of shows.', 'Add --from and --times.');
  }
  const matinee = await session.matinee();
  const named = withOwnPrices(options);
  const complete = await askForPrices(session, named, fieldsFor(named));
  const create = withOwnPrices(complete);
  const input = await withIds(session, readInput(create, fieldsFor(create), 'create'));
  const startTime = await toInstant(matinee, input['startTime'], input['theaterId']);
  const show = { ...input, startTime } as unknown as Inputs['showtimes']['create'];
  const showtime = await matinee.showtimes.create(show);
  session.print(options, showtime, () => showShowtime(showtime, session));
  session.talk('Showtime created.');
  if (showtime.startTime.getTime() < Date.now()) {
    session.hint('It starts in the past, so no seat of it can be sold.');
  }
}

async function createRun(session: Session, options: ShowtimeOptions & RunFlags): Promise<void> {
  const run = readRun(options);
  const named = withOwnPrices(options);
  // A run has its start times from `--from`, `--to` and `--times`.
  const fieldsOfRun = fieldsFor(named).filter(({ key }) => key !== 'startTime');
  const template = readInput(named, fieldsOfRun, 'create');
  if (options['startTime'] !== undefined || template['startTime'] !== undefined) {
    throw usageError('A run cannot have --start-time.', 'Set its start times with --times.');
  }
  const { scheduleRun } = await import('../schedule/schedule-run.ts');
  const input = await withIds(session, template);
  await scheduleRun(session, options, { run, template: input as unknown as RunTemplate });
}

async function updateShowtime(
  session: Session,
  options: ShowtimeOptions,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const showtimeId = await findId(session, 'showtime', typed);
  const before = await matinee.showtimes.get({ showtimeId });
  const named = withOwnPrices(options, before);
  const changes = readInput(named, fieldsFor(named), 'update');
  const input = await withIds(session, changes);
  if (input['startTime'] !== undefined) {
    const theaterId = input['theaterId'] ?? before.theater.id;
    input['startTime'] = await toInstant(matinee, input['startTime'], theaterId);
  }
  const revision = await revisionOf(options, input, async () => before);
  const update = { ...input, showtimeId, revision } as Inputs['showtimes']['update'];
  const showtime = await matinee.showtimes.update(update);
  session.print(options, showtime, () => showShowtime(showtime, session));
  session.talk('Showtime updated.');
}

function withPrices(command: Command): Command {
  const ownPrices = ['price', 'premiumPrice', 'vipPrice', 'seatTypePrices'];
  return command
    .addOption(
      new Option('--price-list <list>', 'name or id of a price list, instead of prices').conflicts(
        ownPrices,
      ),
    )
    .option('--premium-price <price>', 'price of a premium seat')
    .option('--vip-price <price>', 'price of a VIP seat');
}

/** The server replaces all prices of seat types, so an update repeats the price without a flag. */
function withOwnPrices(options: ShowtimeOptions, before?: Showtime): ShowtimeOptions {
  const { premiumPrice, vipPrice, priceList: list, ...rest } = options;
  const { price } = rest;
  const others = {
    ...rest,
    ...(typeof price === 'string' ? { price: amountOf(price) } : {}),
    ...(list === undefined ? {} : { priceListId: list }),
  };
  if (premiumPrice === undefined && vipPrice === undefined) {
    return others;
  }
  const seatTypePrices = {
    ...((options['seatTypePrices'] as object | undefined) ?? (before && otherPrices(before))),
    ...(premiumPrice === undefined ? {} : { premium: amountOf(premiumPrice) }),
    ...(vipPrice === undefined ? {} : { vip: amountOf(vipPrice) }),
  };
  return { ...others, seatTypePrices };
}

/** Interprets a time without an offset as local time of the theater. */
export async function toInstant(
  matinee: Matinee,
  start: unknown,
  theaterId: unknown,
): Promise<unknown> {
  const [, date, time, offset] = minutePattern.exec(String(start)) ?? [];
  if (date === undefined || time === undefined) {
    return start;
  }
  if (offset) {
    return `${date}T${time}${offset}`;
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

/** A date and a time of day in minutes; seconds, if there are any, are zero. */
const minutePattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00)?(Z|[+-]\d{2}:\d{2})?$/;

import type { Command } from 'commander';
import type { CreateShowtimeInput, Matinee, Showtime, UpdateShowtimeInput } from '@matinee/sdk';
import { askText, confirm } from '../ask.ts';
import { asJson, asList, examples, given, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { addFields, readInput, revisionOf } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { details, showDeleted } from '../output/details.ts';
import { drawSeats, nameShowtime, showShowtime, showtimeLayout } from '../output/showtime.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { instantOf } from '../wall-time.ts';

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

interface ShowtimeOptions extends InputOptions, Format {
  premiumPrice?: string;
  vipPrice?: string;
}

interface ListShowtimesOptions extends ListOptions {
  movieId?: string;
  theaterId?: string;
  date?: string;
  from?: string;
  to?: string;
}

export function addShowtimes(program: Command, terminal: Terminal): void {
  const showtimes = program.command('showtimes').description('the schedule');

  const list = asList(showtimes.command('list'))
    .description('list showtimes by start; without dates those that have not ended')
    .option('--movie-id <id>', 'of this movie')
    .option('--theater-id <id>', 'in this theater')
    .option('--date <date>', 'on that day (YYYY-MM-DD) in the theater’s time zone')
    .option('--from <date>', 'from that day on')
    .option('--to <date>', 'up to that day');
  examples(list, ['matinee showtimes list --date 2026-12-24']);
  runs<ListShowtimesOptions>(list, terminal, listShowtimes);

  const get = showtimes.command('get').description('show a showtime').argument('<id>');
  examples(asJson(get), ['matinee showtimes get ID']);
  runs<Format>(get, terminal, getShowtime);

  const create = addFields(showtimes.command('create'), fields, 'create');
  asJson(withPrices(create.description('schedule a showtime')));
  examples(create, [
    'matinee showtimes create --movie-id ID --theater-id ID --start-time 2026-12-24T20:00 --price 12.50',
  ]);
  runs<ShowtimeOptions>(create, terminal, createShowtime);

  const update = addFields(showtimes.command('update').argument('<id>'), fields, 'update');
  asJson(withPrices(update.description('change a showtime; what is not named stays')));
  examples(update, ['matinee showtimes update ID --price 14.00 --vip-price 22.00']);
  runs<ShowtimeOptions>(update, terminal, updateShowtime);

  const remove = showtimes.command('delete').description('delete a showtime').argument('<id>');
  examples(asJson(remove), ['matinee showtimes delete ID']);
  runs<Format>(remove, terminal, deleteShowtime);

  const cancel = showtimes.command('cancel').argument('<id>');
  cancel.description('the show does not take place: its reservations are cancelled');
  asJson(cancel.option('--reason <text>', 'what the customers are told'));
  examples(cancel, ['matinee showtimes cancel ID --reason "The projector is broken"']);
  runs<Format & { reason?: string }>(cancel, terminal, cancelShowtime);

  const seats = showtimes.command('seats').description('draw the seat map').argument('<id>');
  examples(asJson(seats), ['matinee showtimes seats ID']);
  runs<Format>(seats, terminal, showSeats);
}

async function listShowtimes(session: Session, options: ListShowtimesOptions): Promise<void> {
  const matinee = await session.matinee();
  const filters = given(options, ['movieId', 'theaterId', 'date', 'from', 'to']);
  const items = await matinee.showtimes.list.all(filters).toArray({ limit: options.limit });
  printList(session, options, { items, layout: showtimeLayout });
}

async function getShowtime(session: Session, options: Format, [id = '']: string[]): Promise<void> {
  const matinee = await session.matinee();
  const showtime = await matinee.showtimes.get({ showtimeId: id });
  session.answer(options, showtime, () => showShowtime(showtime, session.paint));
}

async function createShowtime(session: Session, options: ShowtimeOptions): Promise<void> {
  const input = readInput(withOwnPrices(options), fields, 'create');
  const matinee = await session.matinee();
  const startTime = await toInstant(matinee, input['startTime'], input['theaterId']);
  const create = { ...input, startTime } as unknown as CreateShowtimeInput;
  const showtime = await matinee.showtimes.create(create);
  session.answer(options, showtime, () => showShowtime(showtime, session.paint));
  session.talk('Showtime created.');
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
  const update = { ...input, showtimeId: id, revision } as UpdateShowtimeInput;
  const showtime = await matinee.showtimes.update(update);
  session.answer(options, showtime, () => showShowtime(showtime, session.paint));
  session.talk('Showtime changed.');
}

async function deleteShowtime(
  session: Session,
  options: Format,
  [id = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  await confirm(session, async () => {
    const showtime = await matinee.showtimes.get({ showtimeId: id });
    return `Delete ${nameShowtime(showtime)}?`;
  });
  const deleted = await matinee.showtimes.delete({ showtimeId: id });
  session.answer(options, deleted, () => showDeleted(deleted, session.paint));
  session.talk('Showtime deleted.');
}

async function cancelShowtime(
  session: Session,
  options: Format & { reason?: string },
  [id = '']: string[],
): Promise<void> {
  if (options.reason === undefined && !session.canAsk) {
    throw usageError('Missing: --reason.', 'It is kept with the showtime.');
  }
  const matinee = await session.matinee();
  await confirm(session, async () => {
    const showtime = await matinee.showtimes.get({ showtimeId: id });
    return `Cancel ${nameShowtime(showtime)}, with all its reservations?`;
  });
  const reason = options.reason ?? (await askText(session, 'Why does it not take place?'));
  const cancelled = await matinee.showtimes.cancel({ showtimeId: id, reason });
  session.answer(options, cancelled, () =>
    details(
      [
        ['Showtime', nameShowtime(cancelled.showtime)],
        ['Reservations cancelled', cancelled.cancelledReservations],
        ['Seats', cancelled.seats],
      ],
      session.paint,
    ),
  );
  session.talk('Showtime cancelled.');
}

async function showSeats(session: Session, options: Format, [id = '']: string[]): Promise<void> {
  const matinee = await session.matinee();
  const map = await matinee.showtimes.seats({ showtimeId: id });
  const { paint, width } = session;
  session.answer(options, map, () => drawSeats(map, { paint, width }));
}

function withPrices(command: Command): Command {
  return command
    .option('--premium-price <price>', 'price of a premium seat')
    .option('--vip-price <price>', 'price of a VIP seat');
}

function namesPrice({ premiumPrice, vipPrice }: ShowtimeOptions): boolean {
  return premiumPrice !== undefined || vipPrice !== undefined;
}

/** The server replaces the prices of seat types as a whole: the one that is not named stays. */
function withOwnPrices(options: ShowtimeOptions, before?: Showtime): ShowtimeOptions {
  const { premiumPrice, vipPrice, ...others } = options;
  if (!namesPrice(options)) {
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
  const local = typeof start === 'string' ? localPattern.exec(start) : null;
  if (!local || typeof theaterId !== 'string') {
    return start;
  }
  const { timezone } = await matinee.theaters.get({ theaterId });
  return instantOf(local[1] ?? '', local[2] ?? '', timezone);
}

const localPattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00)?$/;

import type { Matinee, Reservation } from '@matinee/sdk';
import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { addGroup, asJson, asList, examples, given, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { flagOf } from '../flags.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { exactFinder, findId, withIds } from '../named/find-id.ts';
import { reservationLayout, seatsOf, showReservation } from '../output/reservation.ts';
import type { Zones } from '../output/reservation.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { addReservationTickets } from './reservation-tickets.ts';

const aReservation = ['<reservation>', 'reference or id'] as const;

/** Filters that only the list of all customers has. */
const filtersOfOthers = ['showtimeId', 'userId', 'status'] as const;
const filtersOfAll = [...filtersOfOthers, 'reference'] as const;

interface ListReservationsOptions extends ListOptions {
  all?: boolean;
  watch?: boolean;
  when?: 'upcoming' | 'past' | 'all';
  showtimeId?: string;
  userId?: string;
  status?: 'pending' | 'confirmed' | 'cancelled';
  reference?: string;
}

interface CancelOptions extends Format {
  seat?: string[];
  refund?: 'policy' | 'full' | 'none';
  reason?: string;
}

export function addReservations(program: Command, terminal: Terminal): void {
  const reservations = addGroup(
    program,
    'reservations',
    'your reservations, or those of all customers',
  );

  const list = asList(reservations.command('list'))
    .description('list your reservations, newest first')
    .option('--when <when>', 'upcoming, past or all; cancelled ones too')
    .option('--all', 'reservations of all customers (for administrators)')
    .option('--showtime-id <showtime>', 'with --all: only this showtime')
    .option('--user-id <user>', 'with --all: only this account: e-mail address or id')
    .option('--status <status>', 'with --all: only pending, confirmed or cancelled')
    .option('--reference <reference>', 'only this reference')
    .option('--watch', 'print new reservations as they come; at first the last ten, or --limit');
  examples(list, [
    'matinee reservations list --when upcoming',
    'matinee reservations list --all --reference K7WQ3MXA',
    'matinee reservations list --all --watch',
  ]);
  runs<ListReservationsOptions>(list, terminal, listReservations);

  const get = reservations
    .command('get')
    .description('show a reservation')
    .argument(...aReservation);
  examples(asJson(get), ['matinee reservations get ID']);
  runs<Format>(get, terminal, getReservation);

  const cancel = reservations.command('cancel').argument(...aReservation);
  asJson(cancel.description('cancel a reservation, or some seats of it, before its show starts'))
    .option(
      '--seat <seat>',
      'only this seat, such as C5; repeatable',
      (text: string, before?: string[]) => [...(before ?? []), text],
    )
    .option('--refund <refund>', 'policy, full or none (for administrators)')
    .option('--reason <reason>', 'why; also after the start (for administrators)');
  examples(cancel, [
    'matinee reservations cancel ID',
    'matinee reservations cancel ID --refund full --reason "The sound failed"',
  ]);
  runs<CancelOptions>(cancel, terminal, cancelReservation);

  addReservationTickets(reservations, terminal);
}

async function listReservations(session: Session, options: ListReservationsOptions): Promise<void> {
  assertFits(options);
  const matinee = await session.matinee();
  const { limit } = options;
  const filters = await withIds(session, given(options, filtersOfAll));
  if (options.watch) {
    await watchList(session, options, filters);
    return;
  }
  const items = options.all
    ? await matinee.admin.reservations.list.all(filters).toArray({ limit })
    : await matinee.reservations.list.all(given(options, ['when', 'reference'])).toArray({ limit });
  const isTable = !options.json && !options.csv && session.width !== undefined;
  const zones: Zones = isTable && items.length > 0 ? await readZones(matinee) : new Map();
  const list = { items, zones, withUser: options.all === true, paint: session.paint };
  printList(session, options, { items, layout: reservationLayout(list) });
}

async function watchList(
  session: Session,
  options: ListReservationsOptions,
  filters: Pick<ListReservationsOptions, (typeof filtersOfAll)[number]>,
): Promise<void> {
  const matinee = await session.matinee();
  const { watchReservations } = await import('../watch/reservations.ts');
  const zones: Zones = options.json ? new Map() : await readZones(matinee);
  const page = { limit: watchedPage };
  const readPage = options.all
    ? (cursor: string | undefined) =>
        matinee.admin.reservations.list({ ...filters, ...page, cursor })
    : (cursor: string | undefined) =>
        matinee.reservations.list({ ...given(options, ['when', 'reference']), ...page, cursor });
  await watchReservations(session, options, { readPage, zones, limit: options.limit ?? 10 });
}

/** Every two seconds, one page is enough for a busy cinema. */
const watchedPage = 50;

async function getReservation(
  session: Session,
  options: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const reservationId = await findId(session, 'reservation', typed);
  const reservation = await matinee.reservations.get({ reservationId });
  const zones: Zones = options.json ? new Map() : await readZones(matinee);
  session.print(options, reservation, () => showReservation(reservation, zones, session.paint));
}

async function cancelReservation(
  session: Session,
  options: CancelOptions,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const found = exactFinder(session, 'reservation', typed);
  const read = once(async () => {
    const reservation = await matinee.reservations.get({ reservationId: (await found()).id });
    return { reservation, seatIds: seatIdsOf(reservation, options.seat) };
  });
  const seen: { expectedRefund?: string } = {};
  await confirm(session, async () => {
    const { reservation, seatIds } = await read();
    const { id: reservationId, reference, showtime, currency } = reservation;
    const names = options.seat?.join(', ') ?? seatsOf(reservation);
    const question = `Cancel ${reference}: ${showtime.movie.title}, ${names}?`;
    const isByPolicy = (options.refund ?? 'policy') === 'policy';
    if (reservation.payment?.status !== 'succeeded' || !isByPolicy) {
      return question;
    }
    const { refundTotal } = await matinee.reservations.previewCancel({ reservationId, seatIds });
    seen.expectedRefund = refundTotal;
    return `${question} ${refundTotal} ${currency} goes back.`;
  });
  const { id: reservationId } = await found();
  const seatIds = options.seat && (await read()).seatIds;
  const decided = given(options, ['refund', 'reason']);
  const cancelled = await matinee.reservations.cancel({
    reservationId,
    seatIds,
    ...seen,
    ...decided,
  });
  const zones: Zones = options.json ? new Map() : await readZones(matinee);
  session.print(options, cancelled, () => showReservation(cancelled, zones, session.paint));
  session.talk(options.seat ? 'Seats cancelled.' : 'Reservation cancelled.');
}

/** The ids of seats by their names, such as `C5`. @throws CliError for a seat that is not in it */
function seatIdsOf({ seats }: Reservation, names: string[] | undefined): string[] | undefined {
  return names?.map((name) => {
    const seat = seats.find(
      ({ rowLabel, seatNumber }) => `${rowLabel}${seatNumber}`.toLowerCase() === name.toLowerCase(),
    );
    if (!seat) {
      throw usageError(`There is no seat ${name} in this reservation.`);
    }
    return seat.id;
  });
}

/** Does something the first time, and remembers it. */
function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= work());
}

/** Rejects filters of the other list. The command would ignore them. */
function assertFits(options: ListReservationsOptions): void {
  const foreign = options.all ? (['when'] as const) : filtersOfOthers;
  const wrong = foreign.find((key) => options[key] !== undefined);
  if (wrong) {
    const reason = options.all ? 'cannot be combined with --all' : 'needs --all';
    throw usageError(`${flagOf(wrong)} ${reason}.`);
  }
}

/** Time zones of theaters, for start times. Without them, start times are in UTC. */
async function readZones(matinee: Matinee): Promise<Zones> {
  const theaters = await matinee.theaters.list
    .all({})
    .toArray()
    .catch(() => []);
  return new Map(theaters.map((theater) => [theater.id, theater.timezone]));
}

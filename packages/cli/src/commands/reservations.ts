import type { Matinee } from '@matinee/sdk';
import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { addGroup, asJson, asList, examples, given, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { flagOf } from '../flags.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { reservationLayout, seatsOf, showReservation } from '../output/reservation.ts';
import type { Zones } from '../output/reservation.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

const filtersOfAll = ['showtimeId', 'userId', 'status', 'reference'] as const;

interface ListReservationsOptions extends ListOptions {
  all?: boolean;
  watch?: boolean;
  when?: 'upcoming' | 'past' | 'all';
  showtimeId?: string;
  userId?: string;
  status?: 'pending' | 'confirmed' | 'cancelled';
  reference?: string;
}

export function addReservations(program: Command, terminal: Terminal): void {
  const reservations = addGroup(
    program,
    'reservations',
    'your reservations, or those of all customers',
  );

  const list = asList(reservations.command('list'))
    .description('list your reservations, newest first')
    .option('--when <when>', 'upcoming, past or all')
    .option('--all', 'reservations of all customers (for administrators)')
    .option('--showtime-id <id>', 'with --all: only this showtime')
    .option('--user-id <id>', 'with --all: only this account')
    .option('--status <status>', 'with --all: only pending, confirmed or cancelled')
    .option('--reference <reference>', 'with --all: only this reference')
    .option('--watch', 'print new reservations as they come; at first the last ten, or --limit');
  examples(list, [
    'matinee reservations list --when upcoming',
    'matinee reservations list --all --reference K7WQ3MXA',
    'matinee reservations list --all --watch',
  ]);
  runs<ListReservationsOptions>(list, terminal, listReservations);

  const get = reservations.command('get').description('show a reservation').argument('<id>');
  examples(asJson(get), ['matinee reservations get ID']);
  runs<Format>(get, terminal, getReservation);

  const cancel = reservations.command('cancel').argument('<id>');
  asJson(cancel.description('cancel a reservation before its show starts'));
  examples(cancel, ['matinee reservations cancel ID']);
  runs<Format>(cancel, terminal, cancelReservation);
}

async function listReservations(session: Session, options: ListReservationsOptions): Promise<void> {
  assertFits(options);
  const matinee = await session.matinee();
  const { limit } = options;
  if (options.watch) {
    await watchList(session, matinee, options);
    return;
  }
  const items = options.all
    ? await matinee.admin.reservations.list.all(given(options, filtersOfAll)).toArray({ limit })
    : await matinee.reservations.list.all(given(options, ['when'])).toArray({ limit });
  const isForPeople = !options.json && !options.csv && items.length > 0;
  const zones: Zones = isForPeople ? await readZones(matinee) : new Map();
  printList(session, options, { items, layout: reservationLayout(zones, options.all === true) });
}

async function watchList(
  session: Session,
  matinee: Matinee,
  options: ListReservationsOptions,
): Promise<void> {
  const { watchReservations } = await import('../watch/reservations.ts');
  const zones: Zones = options.json ? new Map() : await readZones(matinee);
  const page = { limit: watchedPage };
  const readPage = options.all
    ? (cursor: string | undefined) =>
        matinee.admin.reservations.list({ ...given(options, filtersOfAll), ...page, cursor })
    : (cursor: string | undefined) =>
        matinee.reservations.list({ ...given(options, ['when']), ...page, cursor });
  await watchReservations(session, options, { readPage, zones, limit: options.limit ?? 10 });
}

/** Every two seconds, one page is enough for a busy cinema. */
const watchedPage = 50;

async function getReservation(
  session: Session,
  options: Format,
  [id = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const reservation = await matinee.reservations.get({ reservationId: id });
  const zones: Zones = options.json ? new Map() : await readZones(matinee);
  session.print(options, reservation, () => showReservation(reservation, zones, session.paint));
}

async function cancelReservation(
  session: Session,
  options: Format,
  [id = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  await confirm(session, async () => {
    const reservation = await matinee.reservations.get({ reservationId: id });
    const { reference, showtime } = reservation;
    return `Cancel ${reference}: ${showtime.movie.title}, ${seatsOf(reservation)}?`;
  });
  const cancelled = await matinee.reservations.cancel({ reservationId: id });
  const zones: Zones = options.json ? new Map() : await readZones(matinee);
  session.print(options, cancelled, () => showReservation(cancelled, zones, session.paint));
  session.talk('Reservation cancelled.');
}

/** Rejects filters of the other list. The command would ignore them. */
function assertFits(options: ListReservationsOptions): void {
  const foreign = options.all ? (['when'] as const) : filtersOfAll;
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

import type { Matinee, Showtime } from '@matinee/sdk';
import { Option } from 'commander';
import type { Command } from 'commander';
import { askText, confirm } from '../ask.ts';
import { describeBookings } from '../bookings.ts';
import { addGroup, asJson, asList, examples, given, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { exactFinder, findId, withIds } from '../named/find-id.ts';
import { siteOf } from '../named/site-option.ts';
import type { SiteOption } from '../named/site-option.ts';
import { details } from '../output/details.ts';
import { drawSeats, nameShowtime, showShowtime, showtimeLayout } from '../output/showtime.ts';
import { plain } from '../output/text.ts';
import { savePicture, svgOption } from '../save-picture.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { deletes } from './editing.ts';
import type { Removable } from './editing.ts';
import { addShowtimeBlocks } from './showtime-blocks.ts';
import { addShowtimeCreate, addShowtimeUpdate } from './showtime-input.ts';

const showtimeKind: Removable<Showtime> = {
  name: 'Showtime',
  thing: 'showtime',
  describe: nameShowtime,
  get: (matinee, showtimeId) => matinee.showtimes.get({ showtimeId }),
  remove: (matinee, showtimeId) => matinee.showtimes.delete({ showtimeId }),
};

const aShowtime = ['<showtime>', 'id, or the end of the id'] as const;

interface SeatsOptions extends Format {
  watch?: boolean;
  svg?: string;
}

interface ListShowtimesOptions extends ListOptions, SiteOption {
  movieId?: string;
  theaterId?: string;
  date?: string;
  from?: string;
  to?: string;
}

export function addShowtimes(program: Command, terminal: Terminal): void {
  const showtimes = addGroup(program, 'showtimes', 'showtimes and their seat maps');

  const list = asList(showtimes.command('list'))
    .description('list showtimes by start; default: those that have not ended')
    .option('--movie-id <movie>', 'only this movie: title or id')
    .option('--theater-id <theater>', 'only this theater: name or id')
    .option('--site <site>', 'only this cinema: name or id')
    .option('--date <date>', 'only this business day (YYYY-MM-DD, local time of the theater)')
    .option('--from <date>', 'from this day on')
    .option('--to <date>', 'until this day');
  examples(list, ['matinee showtimes list --date 2026-12-24']);
  runs<ListShowtimesOptions>(list, terminal, listShowtimes);

  const get = showtimes
    .command('get')
    .description('show a showtime')
    .argument(...aShowtime);
  examples(asJson(get), ['matinee showtimes get ID']);
  runs<Format>(get, terminal, getShowtime);

  addShowtimeCreate(showtimes, terminal);
  addShowtimeUpdate(showtimes, terminal);

  const remove = showtimes
    .command('delete')
    .description('delete a showtime')
    .argument(...aShowtime);
  examples(asJson(remove), ['matinee showtimes delete ID']);
  runs<Format>(remove, terminal, deletes(showtimeKind));

  const cancel = showtimes.command('cancel').argument(...aShowtime);
  cancel.description('cancel a show and all its reservations');
  asJson(cancel.option('--reason <text>', 'reason, sent to the customers'));
  examples(cancel, ['matinee showtimes cancel ID --reason "The projector is broken"']);
  runs<Format & { reason?: string }>(cancel, terminal, cancelShowtime);

  const seats = showtimes
    .command('seats')
    .description('draw the seat map')
    .argument(...aShowtime);
  asJson(seats)
    .addOption(new Option('--watch', 'draw it again after every change').conflicts(['json', 'jq']))
    .addOption(svgOption());
  examples(seats, [
    'matinee showtimes seats ID',
    'matinee showtimes seats ID --watch',
    'matinee showtimes seats ID --svg seats.svg',
  ]);
  runs<SeatsOptions>(seats, terminal, showSeats);

  addShowtimeBlocks(showtimes, terminal);
}

async function listShowtimes(session: Session, options: ListShowtimesOptions): Promise<void> {
  const matinee = await session.matinee();
  const named = given(options, ['movieId', 'theaterId', 'date', 'from', 'to']);
  const filters = { ...(await withIds(session, named)), ...(await siteOf(session, options)) };
  const items = await matinee.showtimes.list.all(filters).toArray({ limit: options.limit });
  printList(session, options, { items, layout: showtimeLayout(items) });
}

async function getShowtime(
  session: Session,
  options: Format,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const showtimeId = await findId(session, 'showtime', typed);
  const showtime = await matinee.showtimes.get({ showtimeId });
  const listName = options.json ? undefined : await listNameOf(matinee, showtime);
  session.print(options, showtime, () => showShowtime(showtime, session, listName));
}

/** The name of the price list; undefined without one, and for customers, who may not read it. */
async function listNameOf(
  matinee: Matinee,
  { priceListId }: Partial<Pick<Showtime, 'priceListId'>>,
): Promise<string | undefined> {
  if (!priceListId) {
    return undefined;
  }
  const { isMatineeError } = await import('@matinee/sdk');
  try {
    return (await matinee.priceLists.get({ priceListId })).name;
  } catch (error) {
    if (isMatineeError(error) && [401, 403, 404].includes(error.status)) {
      return undefined;
    }
    throw error;
  }
}

async function cancelShowtime(
  session: Session,
  options: Format & { reason?: string },
  [typed = '']: string[],
): Promise<void> {
  if (options.reason === undefined && !session.canAsk) {
    throw usageError('Missing: --reason.', 'The server sends the reason to the customers.');
  }
  const matinee = await session.matinee();
  const found = exactFinder(session, 'showtime', typed);
  const describe = async () => {
    const { id } = await found();
    const showtime = await matinee.showtimes.get({ showtimeId: id });
    return `${nameShowtime(showtime)}, with ${await describeBookings(matinee, id)}`;
  };
  // Without a question before it, the one for the reason must say which show it is.
  if (session.globals.yes && options.reason === undefined) {
    session.talk(plain(`Cancelling ${await describe()}.`));
  }
  await confirm(session, async () => `Cancel ${await describe()}?`);
  const reason = options.reason ?? (await askText(session, 'Why is the show cancelled?'));
  const { id: showtimeId } = await found();
  const cancelled = await matinee.showtimes.cancel({ showtimeId, reason });
  session.print(options, cancelled, () =>
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

async function showSeats(
  session: Session,
  options: SeatsOptions,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const showtimeId = await findId(session, 'showtime', typed);
  if (options.svg !== undefined) {
    await savePicture(session, options.svg, await matinee.showtimes.picture({ showtimeId }));
    return;
  }
  if (options.watch) {
    const { watchSeatMap } = await import('../watch/seats.ts');
    await watchSeatMap(session, showtimeId);
    return;
  }
  const map = await matinee.showtimes.seats({ showtimeId });
  const { paint, width } = session;
  session.print(options, map, () => drawSeats(map, { paint, width }));
}

import type { Inputs, SeatMap } from '@matinee/sdk';
import type { Command } from 'commander';
import { findSeats } from '../booking/seat-names.ts';
import { asJson, examples, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { findId } from '../named/find-id.ts';
import { drawSeats } from '../output/showtime.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { toInstant } from './showtime-input.ts';

const aShowtime = ['<showtime>', 'id, or the end of the id'] as const;

interface UnblockOptions extends Format {
  seat?: string[];
}

interface BlockOptions extends UnblockOptions {
  kind?: string;
  reason?: string;
  releaseAt?: string;
}

export function addShowtimeBlocks(showtimes: Command, terminal: Terminal): void {
  const block = withSeats(showtimes.command('block-seats').argument(...aShowtime));
  asJson(block.description('keep seats of a show from being sold'))
    .option('--kind <kind>', 'house, broken or hold; default: hold')
    .option('--reason <text>', 'why, for the staff')
    .option('--release-at <time>', 'when they are for sale again; local time of the theater');
  examples(block, [
    'matinee showtimes block-seats ID --seat B7 --kind broken',
    'matinee showtimes block-seats ID --seat C1-C4 --kind house \\\n' +
      '      --release-at 2026-12-24T18:00',
  ]);
  runs<BlockOptions>(block, terminal, blockSeats);

  const unblock = withSeats(showtimes.command('unblock-seats').argument(...aShowtime));
  asJson(unblock.description('sell blocked seats again; default: all of the show'));
  examples(unblock, ['matinee showtimes unblock-seats ID --seat B7']);
  runs<UnblockOptions>(unblock, terminal, unblockSeats);
}

function withSeats(command: Command): Command {
  return command.option(
    '--seat <seat>',
    'such as B7, or a range such as C1-C4; repeatable',
    (text: string, before?: string[]) => [...(before ?? []), text],
  );
}

async function blockSeats(
  session: Session,
  options: BlockOptions,
  [typed = '']: string[],
): Promise<void> {
  if (!options.seat) {
    throw usageError('Missing: --seat.', 'Name the seats, such as --seat B7.');
  }
  const matinee = await session.matinee();
  const showtimeId = await findId(session, 'showtime', typed);
  const seatIds = await seatIdsOf(session, showtimeId, options.seat);
  const { kind = 'hold', reason, releaseAt } = options;
  const showtime = releaseAt && (await matinee.showtimes.get({ showtimeId }));
  const release = showtime && (await toInstant(matinee, releaseAt, showtime.theater.id));
  const input = {
    showtimeId,
    seatIds,
    kind,
    ...(reason === undefined ? {} : { reason }),
    ...(release ? { releaseAt: release } : {}),
  } as Inputs['showtimes']['blockSeats'];
  printMap(session, options, await matinee.showtimes.blockSeats(input));
  session.talk('Seats blocked.');
}

async function unblockSeats(
  session: Session,
  options: UnblockOptions,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const showtimeId = await findId(session, 'showtime', typed);
  const named = options.seat && (await seatIdsOf(session, showtimeId, options.seat));
  const input = { showtimeId, ...(named ? { seatIds: named } : {}) };
  printMap(session, options, await matinee.showtimes.unblockSeats(input));
  session.talk('Seats unblocked.');
}

/** The ids of seats by their names. @throws CliError for a seat that is not in the theater */
async function seatIdsOf(session: Session, showtimeId: string, names: string[]): Promise<string[]> {
  const matinee = await session.matinee();
  const { seats } = await matinee.showtimes.seats({ showtimeId });
  const found = findSeats(names.join(' '), seats);
  if ('fault' in found) {
    throw usageError(found.fault);
  }
  return found.seats.map(({ id }) => id);
}

function printMap(session: Session, options: Format, map: SeatMap): void {
  const { paint, width } = session;
  session.print(options, map, () => drawSeats(map, { paint, width }));
}

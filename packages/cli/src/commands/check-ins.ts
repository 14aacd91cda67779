import type { Command } from 'commander';
import { addGroup, asJson, asList, csvOption, examples, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { checkInLayout, foundLayout, showCheckIn } from '../output/check-in.ts';
import { count } from '../output/text.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface UndoOptions extends Format {
  reason: string;
  showtimeId?: string;
}

const aShowtime = ['<showtime>', 'id, or the end of the id'] as const;

export function addCheckIns(program: Command, terminal: Terminal): void {
  const checkIns = addGroup(program, 'check-ins', 'scans at the doors, and tickets by name');

  const list = asList(checkIns.command('list').argument(...aShowtime));
  list.description('list the scans of a show, newest first, refused ones too');
  examples(list, ['matinee check-ins list ID']);
  runs<ListOptions>(list, terminal, listCheckIns);

  const find = asJson(checkIns.command('find').argument(...aShowtime)).addOption(csvOption());
  find
    .argument('<text>', 'a reference, a seat, or a part of the customer’s name')
    .description('find tickets of a show, for customers with nothing to scan');
  examples(find, ['matinee check-ins find ID A1', 'matinee check-ins find ID "Ada King"']);
  runs<Format>(find, terminal, findTickets);

  const undo = asJson(checkIns.command('undo'))
    .argument('<check-in>', 'id; with --showtime-id also the end of the id')
    .description('take an entry back, so that its ticket lets in again')
    .requiredOption('--reason <text>', 'why, for the log')
    .option('--showtime-id <showtime>', 'the show of the entry');
  examples(undo, ['matinee check-ins undo ID --reason "The wrong person was let in"']);
  runs<UndoOptions>(undo, terminal, undoCheckIn);
}

async function listCheckIns(
  session: Session,
  options: ListOptions,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const showtimeId = await findId(session, 'showtime', typed);
  const { limit } = options;
  const items = await matinee.checkIns.list.all({ showtimeId }).toArray({ limit });
  const zone = await zoneFor(session, options, showtimeId);
  printList(session, options, { items, layout: checkInLayout(zone, session.paint) });
  if (isTable(session, options)) {
    const counts = await matinee.checkIns.list({ showtimeId, limit: 1 });
    const { expected, admitted, inside } = counts;
    session.hint(`${count(expected, 'ticket')} expected, ${admitted} admitted, ${inside} inside.`);
  }
}

async function findTickets(
  session: Session,
  options: Format,
  [typed = '', q = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const showtimeId = await findId(session, 'showtime', typed);
  const items = await matinee.checkIns.find({ showtimeId, q });
  const zone = await zoneFor(session, options, showtimeId);
  printList(session, options, { items, layout: foundLayout(zone) });
}

async function undoCheckIn(
  session: Session,
  { reason, showtimeId: typedShow, ...format }: UndoOptions,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const checkInId = typedShow === undefined ? typed : await idIn(session, typedShow, typed);
  const undone = await matinee.checkIns.undo({ checkInId, reason });
  const { showtime } = undone;
  const zone = showtime && !format.json ? await zoneOf(session, showtime.id) : 'UTC';
  session.print(format, undone, () => showCheckIn(undone, zone, session.paint));
  session.talk('Entry taken back. Its ticket lets in again.');
}

/** The id of the one scan of a show whose id ends so. */
async function idIn(session: Session, typedShow: string, typed: string): Promise<string> {
  const matinee = await session.matinee();
  const showtimeId = await findId(session, 'showtime', typedShow);
  const scans = await matinee.checkIns.list.all({ showtimeId }).toArray();
  const [only, ...others] = scans.filter(({ id }) => id.endsWith(typed.toLowerCase()));
  if (!only || others.length > 0) {
    throw usageError(
      only ? `"${typed}" fits ${others.length + 1} scans.` : `No scan’s id ends with "${typed}".`,
      '`matinee check-ins list` shows the ids.',
    );
  }
  return only.id;
}

function isTable(session: Session, { json, csv }: Format): boolean {
  return !json && !csv && session.width !== undefined;
}

/** That of the theater, for times at a terminal. */
async function zoneFor(session: Session, format: Format, showtimeId: string): Promise<string> {
  return isTable(session, format) ? zoneOf(session, showtimeId) : 'UTC';
}

async function zoneOf(session: Session, showtimeId: string): Promise<string> {
  const matinee = await session.matinee();
  return (await matinee.showtimes.get({ showtimeId })).theater.timezone;
}

import type { CheckInRefusal, Manifest, ScanResult } from '@matinee/sdk';
import type { Synced, Verdict } from '@matinee/sdk/door';
import type { Paint } from './paint.ts';
import { pad, plain } from './text.ts';
import { localParts } from './time.ts';

/** What the words about a verdict depend on. */
export interface VerdictView {
  /** Of the theater. */
  zone: string;
  /** The show at the door. */
  show: Pick<Manifest, 'startTime' | 'opensAt' | 'endTime' | 'now'>;
  paint: Paint;
}

/** Why a ticket lets nobody in. A newer server may have reasons that are not here. */
export const refusalWords: Readonly<Record<CheckInRefusal, string>> = {
  invalid_code: 'Not a ticket',
  unknown: 'No ticket with this reference and seat',
  wrong_show: 'Wrong show',
  wrong_site: 'A ticket of another cinema',
  too_early: 'Too early',
  too_late: 'Too late',
  cancelled: 'Cancelled',
  unpaid: 'Not paid',
  void: 'Void: issued anew, or given back',
  not_inside: 'Not inside',
};

const attentionWords: Partial<Record<string, string>> = {
  check_age: 'check age',
  proof: 'see proof',
  dispute: 'payment disputed',
  wheelchair: 'wheelchair',
};

/** Where the seat begins, behind `✓ IN` and `✓ OUT`. */
const headWidth = 6;

/**
 * The lines about a scan: the answer in a colour and in words, then what to look at, then whether this
 * device has judged.
 */
export function verdictLines(verdict: Verdict, view: VerdictView): string[] {
  const { paint, zone, show } = view;
  const { attention, isOffline, result } = verdict;
  const words = attention.map((word) => attentionWords[word] ?? plain(word));
  const isLookedAt = words.length > 0 && result === 'admitted' && verdict.type === 'entry';
  return [
    [headOf(verdict, paint), ...factsOf(verdict, view)].join('  '),
    ...(isLookedAt ? [paint.yellow(paint.bold(`  ! ${words.join(', ')}`))] : []),
    ...(isOffline
      ? [paint.yellow(`  ! offline, judged by the list of ${clock(show.now, zone)}`)]
      : []),
  ];
}

/** In reverse, so that its colour is seen from afar. */
function headOf({ result, type }: Verdict, { green, red, bold, inverse }: Paint): string {
  if (result === 'admitted') {
    return green(inverse(bold(pad(type === 'entry' ? '✓ IN' : '✓ OUT', headWidth))));
  }
  return red(inverse(bold(result === 'refused' ? '✗ REFUSED' : '✗ ALREADY IN')));
}

function factsOf(verdict: Verdict, view: VerdictView): string[] {
  const { result, seat, ticketType, reference } = verdict;
  const name = seat && view.paint.bold(plain(seat));
  const ticket = [name, ticketType && plain(ticketType), reference && plain(reference)];
  if (result === 'admitted') {
    return ticket.filter((fact) => fact !== null);
  }
  const why = result === 'refused' ? refusalOf(verdict, view) : firstOf(verdict, view.zone);
  const facts = result === 'refused' ? [why, name, ticket.at(-1)] : [name, why];
  return facts.filter((fact) => fact !== null && fact !== undefined);
}

/** `first at 19:42, East, device east-1`. */
function firstOf({ first }: Verdict, zone: string): string {
  if (!first) {
    return '';
  }
  const device = first.deviceId === '' ? [] : [`device ${plain(first.deviceId)}`];
  const gate = first.gate === null ? [] : [plain(first.gate)];
  return [`first at ${clock(first.at, zone)}`, ...gate, ...device].join(', ');
}

function refusalOf({ reason, showtime }: Verdict, view: VerdictView): string {
  const { zone, show } = view;
  if (reason === 'wrong_show' && showtime) {
    const { startTime, movie, theater } = showtime;
    const { weekday, date, time } = localParts(startTime, zone);
    const day = date === localParts(show.startTime, zone).date ? '' : ` on ${weekday} ${date}`;
    return `Wrong show: ${plain(movie)}${day} at ${time} in ${plain(theater)}`;
  }
  if (reason === 'too_early') {
    return `Too early: the doors open at ${clock(show.opensAt, zone)}`;
  }
  if (reason === 'too_late') {
    return `Too late: the show ended at ${clock(show.endTime, zone)}`;
  }
  return reason === null ? '' : (refusalWords[reason] ?? plain(reason));
}

/** A sentence for each thing that went wrong while devices were cut off. */
export function incidentLines({ conflicts, wrong }: Synced, zone: string): string[] {
  // A second entry is a conflict already.
  const refused = wrong.filter(({ result }) => result === 'refused');
  return [
    ...conflicts.map((conflict) => conflictLine(conflict, zone)),
    ...refused.map((scan) => wrongLine(scan, zone)),
  ].map(plain);
}

type Conflict = Synced['conflicts'][number];

/** `Two people went in with A12 (K7Q2M9XD): east-1 at 19:42 was first, west-2 at 19:45.` */
function conflictLine(conflict: Conflict, zone: string): string {
  const { scans, first, reference, rowLabel, seatNumber } = conflict;
  const nameOf = ({ deviceId, at }: Conflict['first']) => `${deviceId} at ${clock(at, zone)}`;
  const isFirst = ({ deviceId, at }: Conflict['first']) =>
    deviceId === first.deviceId && at.getTime() === first.at.getTime();
  const others = scans.filter((scan) => !isFirst(scan)).map(nameOf);
  const people = scans.length === 2 ? 'Two' : scans.length;
  const seat = `${rowLabel}${seatNumber} (${reference})`;
  return `${people} people went in with ${seat}: ${nameOf(first)} was first, ${others.join(', ')}.`;
}

/** `A12 (K7Q2M9XD) went in at 19:45 offline, and should not have: Cancelled.` */
function wrongLine({ seat, reference, at, reason }: ScanResult, zone: string): string {
  const who = seat ? `${seat.rowLabel}${seat.seatNumber} (${reference})` : 'A person';
  const why = reason === null ? '' : `: ${refusalWords[reason] ?? reason}`;
  return `${who} went in at ${clock(at, zone)} offline, and should not have${why}.`;
}

/** `19:42`, by the clock of the theater. */
export function clock(instant: Date, zone: string): string {
  return localParts(instant, zone).time;
}

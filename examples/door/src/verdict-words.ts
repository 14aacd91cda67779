import type { Verdict } from '@matinee/sdk/door';
import type { IconName } from './icons.ts';
import { clockTime } from './place.ts';

/** A verdict as the screen shows it. */
export interface VerdictWords {
  kind: 'good' | 'out' | 'warning' | 'bad';
  icon: IconName;
  /** "ADMITTED" */
  word: string;
  /** "A12"; empty when the ticket is unknown. */
  seat: string;
  /** "Adult" */
  ticketType: string;
  /** Why, or who was first; empty for a simple admission. */
  reason: string;
  /** What to look at before the holder goes in. */
  attention: string[];
  /** What a verdict without the server rests on; empty for one of the server. */
  basis: string;
}

/** What the words need besides the verdict. */
export interface VerdictContext {
  timeZone: string;
  deviceId: string;
  opensAt: Date | undefined;
  /** When the list of tickets was loaded. */
  listedAt: Date | undefined;
}

type Reason = NonNullable<Verdict['reason']>;

export const reasonWords: Record<Reason, string> = {
  invalid_code: 'This is no ticket of ours.',
  unknown: 'There is no ticket with this reference and seat.',
  wrong_show: 'The ticket is for another show.',
  wrong_site: 'The ticket is for another cinema.',
  too_early: 'The doors are not open yet.',
  too_late: 'The show is over.',
  cancelled: 'The booking or the show has been cancelled.',
  unpaid: 'The booking has not been paid.',
  void: 'The ticket was returned, or replaced by a newer one.',
  not_inside: 'This ticket’s holder is not inside.',
};

const attentionWords: Partial<Record<string, string>> = {
  check_age: 'Check the age',
  proof: 'See the proof for the price',
  dispute: 'Payment disputed',
  wheelchair: 'Wheelchair place',
};

export function wordsOf(verdict: Verdict, context: VerdictContext): VerdictWords {
  const { ticketType, seat, attention, isOffline } = verdict;
  return {
    ...resultWords(verdict, context),
    seat: seat ?? '',
    ticketType: capitalized(ticketType ?? ''),
    attention: isGoingIn(verdict)
      ? attention.map((each) => attentionWords[each] ?? capitalized(each))
      : [],
    basis: isOffline ? basisOf(context) : '',
  };
}

/** Whether somebody goes in by this verdict. */
export function isGoingIn({ result, type }: Verdict): boolean {
  return result === 'admitted' && type === 'entry';
}

/** All of it in one sentence or two, for screen readers. */
export function spoken({ word, seat, ticketType, reason, attention, basis }: VerdictWords): string {
  const who = [word, seat, ticketType].filter((each) => each !== '').join(' ');
  return [`${who}.`, reason, ...attention.map((each) => `${each}.`), basis]
    .filter((each) => each !== '')
    .join(' ');
}

function resultWords(
  verdict: Verdict,
  context: VerdictContext,
): Pick<VerdictWords, 'kind' | 'icon' | 'word' | 'reason'> {
  switch (verdict.result) {
    case 'admitted':
      return verdict.type === 'exit'
        ? { kind: 'out', icon: 'left', word: 'OUT', reason: 'May come in again.' }
        : { kind: 'good', icon: 'admitted', word: 'ADMITTED', reason: '' };
    case 'already_admitted':
      return {
        kind: 'warning',
        icon: 'already',
        word: 'ALREADY IN',
        reason: firstWords(verdict, context),
      };
    default:
      return {
        kind: 'bad',
        icon: 'refused',
        word: 'REFUSED',
        reason: refusalWords(verdict, context),
      };
  }
}

/** "First at 19:42 by east-1" */
function firstWords({ first }: Verdict, { timeZone, deviceId }: VerdictContext): string {
  if (!first) {
    return 'A person went in with this ticket.';
  }
  const by = first.deviceId === deviceId ? 'this device' : first.deviceId;
  const gate = first.gate === null || first.gate === '' ? '' : `, ${first.gate}`;
  const who = by === '' ? '' : ` by ${by}`;
  return `First at ${clockTime(first.at, timeZone)}${who}${gate}`;
}

function refusalWords(
  { reason, showtime }: Verdict,
  { timeZone, opensAt }: VerdictContext,
): string {
  if (reason === 'wrong_show' && showtime) {
    const start = clockTime(showtime.startTime, timeZone);
    return `The ticket is for ${showtime.movie}, ${showtime.theater}, ${start}.`;
  }
  if (reason === 'too_early' && opensAt) {
    return `The doors open at ${clockTime(opensAt, timeZone)}.`;
  }
  return reason === null ? '' : reasonWords[reason];
}

/** "Offline: by the list of 19:40" */
function basisOf({ listedAt, timeZone }: VerdictContext): string {
  return listedAt ? `Offline: by the list of ${clockTime(listedAt, timeZone)}` : 'Offline';
}

/** Without the server, a ticket type is known by its code, such as `adult`. */
function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replaceAll('_', ' ');
}

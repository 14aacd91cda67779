import type { CheckIn, FoundTicket } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn } from './short-id.ts';
import { clock, refusalWords } from './verdict.ts';

/**
 * The columns of a list of scans.
 *
 * @param zone of the theater
 */
export function checkInLayout(zone: string, paint: Paint): Layout<CheckIn> {
  return {
    noun: 'scan',
    columns: [
      idColumn(),
      { title: 'AT', value: ({ at }) => clock(at, zone), piped: ({ at }) => at },
      {
        title: 'RESULT',
        value: resultOf,
        piped: pipedResult,
        paint: (text, scan) => brushOf(scan, paint)(text),
        shrinks: true,
      },
      { title: 'SEAT', value: seatOf },
      { title: 'TICKET', value: ({ ticketType }) => ticketType?.name, shrinks: true, drops: 3 },
      { title: 'REFERENCE', value: ({ reference }) => reference },
      { title: 'GATE', value: ({ gate }) => gate, shrinks: true, drops: 1 },
      { title: 'DEVICE', value: ({ deviceId }) => deviceId, shrinks: true, drops: 2 },
    ],
    csv: [
      { name: 'id', value: ({ id }) => id },
      { name: 'at', value: ({ at }) => at },
      { name: 'type', value: ({ type }) => type },
      { name: 'result', value: ({ result }) => result },
      { name: 'reason', value: ({ reason }) => reason },
      { name: 'reference', value: ({ reference }) => reference },
      { name: 'seat', value: seatOf },
      { name: 'ticketType', value: ({ ticketType }) => ticketType?.code },
      { name: 'gate', value: ({ gate }) => gate },
      { name: 'deviceId', value: ({ deviceId }) => deviceId },
      { name: 'endedAt', value: ({ endedAt }) => endedAt },
      { name: 'undoneAt', value: ({ undoneAt }) => undoneAt },
      { name: 'undoReason', value: ({ undoReason }) => undoReason },
      { name: 'isForced', value: ({ isForced }) => isForced },
      { name: 'isLetIn', value: ({ isLetIn }) => isLetIn },
    ],
  };
}

/** Formats a scan, one fact per line. */
export function showCheckIn(scan: CheckIn, zone: string, paint: Paint): string {
  const timeOf = (instant: Date | null) => instant && clock(instant, zone);
  return details(
    [
      ['Result', resultOf(scan)],
      ['Seat', seatOf(scan)],
      ['Ticket', scan.ticketType?.name],
      ['Reference', scan.reference],
      ['At', timeOf(scan.at)],
      ['Gate', scan.gate],
      ['Device', scan.deviceId],
      ['Taken back', timeOf(scan.undoneAt)],
      ['Reason', scan.undoReason],
      ['Id', scan.id],
    ],
    paint,
  );
}

/**
 * The columns of tickets that were looked for at a door.
 *
 * @param zone of the theater
 */
export function foundLayout(zone: string): Layout<FoundTicket> {
  return {
    noun: 'ticket',
    columns: [
      { title: 'REFERENCE', value: ({ reference }) => reference },
      { title: 'SEAT', value: ({ seat }) => seat },
      { title: 'TICKET', value: ({ ticketType }) => ticketType.name, shrinks: true, drops: 1 },
      { title: 'CUSTOMER', value: ({ customerName }) => customerName, shrinks: true },
      {
        title: 'IN SINCE',
        value: ({ usedAt }) => usedAt && clock(usedAt, zone),
        piped: ({ usedAt }) => usedAt,
      },
    ],
    csv: [
      { name: 'reference', value: ({ reference }) => reference },
      { name: 'seat', value: ({ seat }) => seat },
      { name: 'ticketType', value: ({ ticketType }) => ticketType.code },
      { name: 'customerName', value: ({ customerName }) => customerName },
      { name: 'usedAt', value: ({ usedAt }) => usedAt },
    ],
  };
}

function resultOf({ result, type, reason, undoneAt }: CheckIn): string {
  if (undoneAt) {
    return 'taken back';
  }
  if (result === 'admitted') {
    return type === 'entry' ? 'in' : 'out';
  }
  return result === 'refused' && reason ? lowerFirst(refusalWords[reason] ?? reason) : 'already in';
}

/** `in`, `out`, `already_admitted`, `taken_back`, or the reason of a refusal. */
function pipedResult({ result, type, reason, undoneAt }: CheckIn): string {
  if (undoneAt) {
    return 'taken_back';
  }
  if (result === 'admitted') {
    return type === 'entry' ? 'in' : 'out';
  }
  return reason ?? result;
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function brushOf({ result, undoneAt }: CheckIn, { green, red, yellow }: Paint) {
  if (undoneAt) {
    return yellow;
  }
  return result === 'admitted' ? green : red;
}

function seatOf({ seat }: CheckIn): string | null {
  return seat && `${seat.rowLabel}${seat.seatNumber}`;
}

import type { Manifest } from '../types.ts';
import type { DoorMemory, QueuedScan } from './memory.ts';
import { readTicketCode, ticketIdOf } from './ticket-code.ts';
import type { Judged, Verdict } from './verdict.ts';

type Scan = Pick<QueuedScan, 'code' | 'type' | 'at'>;

/**
 * Judges a scan by the manifest: as the server does, as of when the manifest was loaded.
 *
 * @throws Error without a manifest
 */
export async function judge(scan: Scan, memory: DoorMemory, deviceId: string): Promise<Judged> {
  const { manifest } = memory;
  if (!manifest) {
    throw new Error('The manifest of the show has not been loaded.');
  }
  const { ticket, reason } = await find(scan, manifest);
  const refusal = reason ?? refusalByClock(scan, manifest);
  const base = verdictOf(scan, ticket, manifest);
  if (!ticket || refusal !== null) {
    return { ticket, verdict: { ...base, result: 'refused', reason: refusal } };
  }
  const usedAt = memory.usedAt(ticket.id);
  if (scan.type === 'exit') {
    const isInside = usedAt !== undefined;
    const result = isInside ? 'admitted' : 'refused';
    return { ticket, verdict: { ...base, result, reason: isInside ? null : 'not_inside' } };
  }
  if (usedAt !== undefined) {
    const by = memory.isOwn(ticket.id) ? deviceId : '';
    const first = { at: usedAt, gate: null, deviceId: by };
    return { ticket, verdict: { ...base, result: 'already_admitted', first } };
  }
  return { ticket, verdict: base };
}

function verdictOf({ type }: Scan, ticket: Judged['ticket'], { ticketTypes }: Manifest): Verdict {
  return {
    result: 'admitted',
    type,
    reason: null,
    first: null,
    seat: ticket ? `${ticket.row}${ticket.seat}` : null,
    ticketType: ticketTypes.find(({ code }) => code === ticket?.type)?.name ?? null,
    reference: ticket?.reference ?? null,
    showtime: null,
    attention: ticket?.attention ?? [],
    checkInId: null,
    isOffline: true,
  };
}

/** A reference and, behind it, a seat. */
const typed = /^([2-9A-HJ-NP-Z]{8})(?:[\s/,-]+(\S.*))?$/;

async function find(
  { code }: Scan,
  { keys, tickets, showtimeId }: Manifest,
): Promise<{ ticket?: Judged['ticket']; reason: Verdict['reason'] }> {
  const [, reference, label] = typed.exec(code.toUpperCase()) ?? [];
  const seat = label?.replaceAll(/[\s/,-]+/g, '');
  if (reference !== undefined) {
    const ofReference = tickets.filter((each) => each.reference === reference);
    const fitting = ofReference.filter(
      (each) => seat === undefined || `${each.row}${each.seat}`.toUpperCase() === seat,
    );
    const isOne = fitting.length === 1;
    return isOne ? { ticket: fitting[0], reason: null } : { reason: 'unknown' };
  }
  const read = await readTicketCode(code, keys);
  if (!read) {
    return { reason: 'invalid_code' };
  }
  const id = await ticketIdOf(code);
  const ticket = tickets.find((each) => each.id === id);
  if (!ticket) {
    // Given back, issued anew, or sold after the manifest was loaded.
    return { reason: showtimeId.startsWith(read.showtimePrefix) ? 'void' : 'wrong_show' };
  }
  return { ticket, reason: null };
}

function refusalByClock({ type, at }: Scan, { opensAt, endTime }: Manifest): Verdict['reason'] {
  if (type === 'exit') {
    return null;
  }
  if (at < opensAt) {
    return 'too_early';
  }
  return at > endTime ? 'too_late' : null;
}

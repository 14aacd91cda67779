import { query, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { ValidationError } from '../errors.ts';
import type { StaffContext } from '../service-context.ts';
import { readCode } from '../tickets/code.ts';

/** What a scan is of. */
export interface ScannedTicket {
  /** Null: no key of ours signed the code. */
  reservationId: string | null;
  seatId: string | null;
  /** Of the code; null: a reference was typed. */
  version: number | null;
}

const invalid: ScannedTicket = { reservationId: null, seatId: null, version: null };
/** Of a reservation that does not exist. */
const nobodys: ScannedTicket = {
  reservationId: '00000000-0000-0000-0000-000000000000',
  seatId: null,
  version: null,
};

/** A reference as reservations have them, and a seat. */
const typed = /^([2-9A-HJ-NP-Z]{8})(?:[\s/,-]+(\S.*))?$/;

/**
 * What a scanner read, or somebody typed.
 *
 * @param isLate nobody can be asked any more: a reference of several seats names no ticket
 * @throws ValidationError for a reference of several seats without one of them, unless it is late
 */
export async function scannedTicket(
  ctx: StaffContext,
  code: string,
  { isLate = false }: { isLate?: boolean } = {},
): Promise<ScannedTicket> {
  const [, reference, label] = typed.exec(code.trim().normalize('NFC').toUpperCase()) ?? [];
  if (reference !== undefined) {
    return typedTicket(ctx, { reference, label, isLate });
  }
  const read = await readCode(code, (kid) => ctx.app.ticketKeys.accepted(ctx, kid));
  return read ?? invalid;
}

const seatsByReference = statement(
  `select r.id, (
     select coalesce(json_agg(json_build_object('seatId', s.id, 'label', upper(s.row_label || s.seat_number),
         'isHeld', l.cancelled_at is null) order by s.row_index, s.position), '[]'::json)
     from reservation_seats l join seats s on s.id = l.seat_id
     where l.reservation_id = r.id) as seats
   from reservations r join theaters h on h.id = r.theater_id
   where r.reference = $1 and ($2::uuid[] is null or h.site_id = any($2))`,
  { id: 'uuid', seats: jsonOf<{ seatId: string; label: string; isHeld: boolean }[]>() },
);

/** Neither references of other sites nor seats of other reservations are known here. */
async function typedTicket(
  ctx: StaffContext,
  what: { reference: string; label: string | undefined; isLate: boolean },
): Promise<ScannedTicket> {
  const { reference, label, isLate } = what;
  const [found] = await query(ctx, seatsByReference, [reference, ctx.sites]);
  if (!found) {
    return nobodys;
  }
  const wanted = label?.replaceAll(/[\s/,-]+/g, '');
  const fitting = found.seats.filter((seat) =>
    wanted === undefined ? seat.isHeld : seat.label === wanted,
  );
  const [first] = fitting;
  if (wanted !== undefined ? !first : fitting.length > 1 && isLate) {
    return nobodys;
  }
  if (fitting.length > 1 && first) {
    const message = `names ${fitting.length} seats: add one of them, as in “${reference} ${first.label}”`;
    throw new ValidationError([{ path: ['code'], message }]);
  }
  return { reservationId: found.id, seatId: first?.seatId ?? null, version: null };
}

import { queryOne, statement } from '../db/query.ts';
import type { ActorContext } from '../service-context.ts';

/** What became of a reservation after it was sold. Amounts are decimal strings. */
export interface LogEntry {
  reservationId: string;
  kind: 'cancelled' | 'seats_cancelled' | 'reseated';
  /** Seats that were given back, and what they had cost with the fees that went with them. */
  seats: number;
  price: string;
  /** What the cinema keeps of it; negative when it returns more. */
  kept: string;
  data: object;
  at: Date;
}

const addEntry = statement(
  `insert into reservation_log (id, theater_id, showtime_id, reservation_id, kind, seats, price,
     kept, data, actor_id, created_at)
   select gen_random_uuid(), theater_id, showtime_id, id, $2, $3, $4, $5, $6, $7, $8
   from reservations where id = $1 returning id`,
  { id: 'uuid' },
);

/** Notes what the caller did to a reservation: reports add it to the sale. @returns the entry's id */
export async function writeLogEntry(tx: ActorContext, entry: LogEntry): Promise<string> {
  const { id } = await queryOne(tx, addEntry, [
    entry.reservationId,
    entry.kind,
    entry.seats,
    entry.price,
    entry.kept,
    JSON.stringify(entry.data),
    tx.caller.id,
    entry.at,
  ]);
  return id;
}

const request = statement('select request_refunds($1, $2, $3, $4, $5) as amount', {
  amount: 'numeric',
});

/** Money of a reservation that goes back. */
export interface WantedRefund {
  reservationId: string;
  /** A decimal string; less is returned when less is left. */
  amount: string;
  /** `exchanged`: it is moved to another reservation. */
  cause: 'cancellation' | 'reseated' | 'exchanged';
  reason: string | undefined;
}

/**
 * Returns money of a reservation, whose row the caller holds, to where it came from. Writes the fact
 * `refund.due` for each payment at a provider.
 *
 * @returns what is returned
 */
export async function requestRefunds(
  tx: ActorContext,
  { reservationId, amount, cause, reason }: WantedRefund,
): Promise<string> {
  const values = [reservationId, amount, cause, reason ?? null, tx.caller.id];
  const returned = await queryOne(tx, request, values);
  tx.facts.written = true;
  return returned.amount;
}

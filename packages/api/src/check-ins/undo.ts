import { isAmong, sitesWith } from '../auth/rights.ts';
import { databaseNow, query, queryOne, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { ForbiddenError, noSuch, StateError } from '../errors.ts';
import type { ActorContext } from '../service-context.ts';
import { checkInById, toCheckIn } from './list.ts';
import type { CheckIn, UndoCheckIn } from './schema.ts';

/** How long the door may take back what it did; managers may later. */
const doorMs = 15 * 60_000;

const entryById = statement(
  `select c.reservation_id as "reservationId", c.seat_id as "seatId", c.type, c.result,
     c.is_let_in as "isLetIn", c.undone_at as "undoneAt", c.created_at as "createdAt",
     h.site_id as "siteId"
   from check_ins c join theaters h on h.id = c.theater_id where c.id = $1 for update of c`,
  {
    reservationId: 'uuid?',
    seatId: 'uuid?',
    isLetIn: 'bool',
    type: textOf<'entry' | 'exit'>(),
    result: textOf<'admitted' | 'already_admitted' | 'refused'>(),
    undoneAt: 'instant?',
    createdAt: 'instant',
    siteId: 'uuid',
  },
);

const lockTicket = statement(
  `select id from reservations
   where id = (select reservation_id from check_ins where id = $1) for no key update`,
  { id: 'uuid' },
);

const takeBack = statement(
  `update check_ins set undone_at = $2, undo_reason = $3, undone_by = $4,
     ended_at = coalesce(ended_at, $2)
   where id = $1`,
);

const replay = statement('select replay_check_ins($1, $2)::text as replayed', {
  replayed: 'text?',
});

/**
 * Takes an entry back: its ticket lets somebody in again. The door may for 15 minutes, managers at any
 * time. Runs in a transaction.
 *
 * @throws NotFoundError for what let nobody in
 * @throws StateError `ALREADY_CANCELLED` when it was taken back before
 * @throws ForbiddenError after 15 minutes
 */
export async function undoCheckIn(
  tx: ActorContext,
  { checkInId, reason }: UndoCheckIn,
): Promise<CheckIn> {
  await query(tx, lockTicket, [checkInId]);
  const [entry] = await query(tx, entryById, [checkInId]);
  if (entry?.type !== 'entry' || !entry.isLetIn || entry.result === 'refused') {
    throw noSuch('entry');
  }
  if (entry.undoneAt !== null) {
    throw new StateError('ALREADY_CANCELLED', undefined, 'The entry has been taken back already.');
  }
  const now = await databaseNow(tx);
  const isLate = now.getTime() - entry.createdAt.getTime() > doorMs;
  if (isLate && !isAmong(sitesWith(tx.caller, 'manage'), entry.siteId)) {
    throw new ForbiddenError();
  }
  await query(tx, takeBack, [checkInId, now, reason, tx.caller.id]);
  // Who went in with the ticket as well, or was let in before, is inside now.
  await query(tx, replay, [entry.reservationId, entry.seatId]);
  return toCheckIn((await queryOne(tx, checkInById, [checkInId])).answer);
}

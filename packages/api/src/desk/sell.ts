import { v7 } from 'uuid';
import { noPassword } from '../auth/password.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { noSuch, ValidationError } from '../errors.ts';
import { formatMinor, parseMinor } from '../money.ts';
import { toReservation } from '../reservations/read.ts';
import { newReference } from '../reservations/reference.ts';
import { answerOf, noteSeats } from '../seats/booking.ts';
import type { Outcome } from '../seats/outcome.ts';
import type { ActorContext } from '../service-context.ts';
import { drawerFor } from './difference.ts';
import type { DeskSale, SellAtDesk } from './schema.ts';

const showSite = statement(
  `select h.site_id as "siteId" from showtimes t join theaters h on h.id = t.theater_id
   where t.id = $1 and t.archived_at is null`,
  { siteId: 'uuid' },
);

const sell = statement(
  `select sell_at_desk($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, null) as result`,
  { result: jsonOf<Outcome>() },
);

/**
 * Sells seats at the desk, until some minutes after the start. Runs in a transaction.
 *
 * @throws ValidationError for a comp without a reason, or less cash than the total
 * @throws NotFoundError for a showtime, seats or a customer that do not exist
 * @throws ConflictError `NO_OPEN_SHIFT` for cash, `SEATS_UNAVAILABLE`
 * @throws StateError `SHOWTIME_CANCELLED`, `SHOWTIME_STARTED`, `TICKET_TYPE_NOT_ALLOWED`,
 * `AGE_RESTRICTED`
 */
export async function sellAtDesk(tx: ActorContext, input: SellAtDesk): Promise<DeskSale> {
  assertTender(input);
  const [show] = await query(tx, showSite, [input.showtimeId]);
  if (!show) {
    throw noSuch('showtime', 'showtimeId');
  }
  const shift = await drawerFor(tx, show.siteId, input.tender);
  const result = await sellOnce(tx, input, {
    customerId: await customerOf(tx, input, show.siteId),
    shift,
  });
  const reservation = toReservation(answerOf(tx, result, 'showtimeId'));
  const seats = reservation.seats.length;
  noteSeats(tx, result, { event: 'confirmed', seats, reservations: 1 });
  tx.facts.written = true;
  return { reservation, changeDue: changeOf(input, reservation.total) };
}

async function sellOnce(
  tx: ActorContext,
  { showtimeId, seats, tender, reason, customer }: SellAtDesk,
  { customerId, shift }: { customerId: string; shift: string | undefined },
): Promise<Outcome> {
  const contact = customer && !('userId' in customer) ? customer : {};
  const { result } = await queryOne(tx, sell, [
    tx.caller.id,
    customerId,
    showtimeId,
    seats.map(({ seatId }) => seatId),
    seats.map(({ ticketTypeId }) => ticketTypeId),
    v7(),
    newReference(),
    v7(),
    tender,
    shift ?? null,
    JSON.stringify(contact),
    reason ?? null,
  ]);
  return result;
}

function assertTender({ tender, reason, tendered }: SellAtDesk): void {
  if (tender === 'comp' && reason === undefined) {
    throw new ValidationError([{ path: ['reason'], message: 'must be given for a comp' }]);
  }
  if (tender !== 'cash' && tendered !== undefined) {
    throw new ValidationError([{ path: ['tendered'], message: 'is for cash only' }]);
  }
}

function changeOf({ tender, tendered }: SellAtDesk, total: string): string {
  if (tender !== 'cash' || tendered === undefined) {
    return '0.00';
  }
  const change = parseMinor(tendered) - parseMinor(total);
  if (change < 0n) {
    throw new ValidationError([{ path: ['tendered'], message: `must be at least ${total}` }]);
  }
  return formatMinor(change);
}

const activeUser = statement(
  `select id from users u where id = $1 and disabled_at is null
     and not exists (select from api_keys where id = u.id)`,
  { id: 'uuid' },
);

/** Who a sale belongs to: an account, a guest of its own for a name or an address, or the walk-ups. */
async function customerOf(
  tx: ActorContext,
  { customer }: SellAtDesk,
  siteId: string,
): Promise<string> {
  if (customer === undefined) {
    return walkUpOf(tx, siteId);
  }
  if (!('userId' in customer)) {
    return makeGuest(tx, customer.name);
  }
  const [user] = await query(tx, activeUser, [customer.userId]);
  if (!user) {
    throw noSuch('user', 'customer.userId');
  }
  return user.id;
}

/** A guest has no address of its own, and no password fits. */
const insertGuest = statement(
  `insert into users (id, email, password_hash, role, last_name)
   values ($1::uuid, $1::uuid::text, '${noPassword}', 'guest', left($2, 100))`,
);

async function makeGuest(tx: ActorContext, name: string | undefined): Promise<string> {
  const id = v7();
  await query(tx, insertGuest, [id, name ?? null]);
  return id;
}

const walkUp = statement('select walk_up_user_id as id from sites where id = $1', {
  id: 'uuid?',
});

const siteForUpdate = statement(
  'select walk_up_user_id as id, name from sites where id = $1 for update',
  { id: 'uuid?', name: 'text' },
);

const keepWalkUp = statement('update sites set walk_up_user_id = $2 where id = $1');

/**
 * Whose sales without a customer are: one guest for each site, made by the first such sale. Nobody
 * signs in as one (`auth/guests.ts`).
 */
async function walkUpOf(tx: ActorContext, siteId: string): Promise<string> {
  const known = (await queryOne(tx, walkUp, [siteId])).id;
  if (known !== null) {
    return known;
  }
  const site = await queryOne(tx, siteForUpdate, [siteId]);
  const id = site.id ?? (await makeGuest(tx, `Walk-up, ${site.name}`));
  await query(tx, keepWalkUp, [siteId, id]);
  return id;
}

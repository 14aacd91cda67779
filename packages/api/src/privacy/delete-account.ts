import { randomUUID } from 'node:crypto';
import { noPassword } from '../auth/password.ts';
import { noSecondFactor } from '../auth/second-factor.ts';
import { recordOwn } from '../auth/service.ts';
import { query, statement } from '../db/query.ts';
import { StateError } from '../errors.ts';
import type { UserContext } from '../service-context.ts';
import { changeUser, endAccess } from '../users/service.ts';
import type { DeleteAccount } from './schema.ts';

/** Shows that the user has paid for, in whatever way, and that have not begun. */
const paidShowsAhead = statement(
  `select r.id, r.reference from reservations r join showtimes t on t.id = r.showtime_id
   where r.user_id = $1 and r.status = 'confirmed' and t.start_time > clock_timestamp()
     and exists (
       select from payments p where p.reservation_id = r.id and p.status = 'succeeded' and p.amount > 0)
   order by t.start_time, r.id limit 100`,
  { id: 'uuid', reference: 'text' },
);

const forgetBookings = statement(
  `update reservations set customer_name = null, contact_email = null, contact_phone = null, locale = null
   where user_id = $1
     and coalesce(customer_name, contact_email, contact_phone, locale) is not null`,
);
const forgetGrants = statement('delete from site_roles where user_id = $1');
const forgetSettings = statement('delete from notification_settings where user_id = $1');
/** What mail servers and owners have said of the address. */
const forgetAddress = statement(
  `with refused as (delete from refused_addresses where address = lower($1))
   delete from unsubscribed_addresses where address = lower($1)`,
);
/** Answers that are kept for repetitions; the one of this request is being made. */
const forgetAnswers = statement(
  'delete from idempotency_keys where user_id = $1 and answer is not null',
);

/**
 * Deletes the caller's account: sessions and seat locks end, the name, the address and what signs in are
 * forgotten. Bookings stay, without a name: they are the cinema's books. Runs in a transaction; the
 * password has been compared.
 *
 * @throws StateError `PAID_SHOWS_AHEAD` unless the caller forfeits them, `LAST_ADMIN`
 */
export async function deleteAccount(
  tx: UserContext,
  { forfeit }: Pick<DeleteAccount, 'forfeit'>,
): Promise<{ deleted: true }> {
  const { id } = tx.caller;
  await changeUser(tx, id, async (locked, user) => {
    const reservations = await query(locked, paidShowsAhead, [id]);
    if (reservations.length > 0 && !forfeit) {
      throw new StateError('PAID_SHOWS_AHEAD', { reservations });
    }
    await endAccess(locked, user);
    for (const forget of [forgetBookings, forgetGrants, forgetSettings, forgetAnswers]) {
      await query(locked, forget, [id]);
    }
    await query(locked, forgetAddress, [user.email]);
    locked.em.assign(user, {
      ...noSecondFactor,
      // As a guest's: nobody's address, and no password fits.
      role: 'guest',
      email: randomUUID(),
      passwordHash: noPassword,
      firstName: null,
      lastName: null,
      locale: null,
      emailVerifiedAt: null,
    });
    await recordOwn(tx, 'auth.deleteAccount', id);
  });
  return { deleted: true };
}

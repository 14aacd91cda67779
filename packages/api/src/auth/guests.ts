import { v7 } from 'uuid';
import { User as UserEntity } from '../db/entities/index.ts';
import { inTransaction, query, statement } from '../db/query.ts';
import type { ServiceContext } from '../service-context.ts';
import { linkInvalid, readLink } from './mailed-links.ts';
import { noPassword } from './password.ts';
import type { BookingLinkToken, SignedIn } from './schema.ts';
import { recordOwn, toUser } from './service.ts';
import { openSession, tokensOf } from './session.ts';

/**
 * Makes a guest and signs it in for a day. A guest has no e-mail address and no password, so this
 * session is the only one, but for those that mailed links open.
 *
 * @throws RateLimitedError when one client makes too many accounts and guests
 */
export async function signInAsGuest(ctx: ServiceContext): Promise<SignedIn> {
  await ctx.app.rateLimits.countAccount(ctx);
  return inTransaction(ctx, async (tx) => {
    const id = v7();
    const values = { id, email: id, passwordHash: noPassword, role: 'guest' as const };
    const guest = tx.em.create(UserEntity, values);
    await tx.em.flush();
    const opened = await openSession(tx, guest);
    await recordOwn(tx, 'auth.guest', guest.id);
    return { user: toUser(guest), ...tokensOf(ctx.app, opened) };
  });
}

const guestOf = statement(
  `select u.id from reservations r join users u on u.id = r.user_id
   where r.id = $1 and u.role = 'guest' and u.disabled_at is null
     and not exists (select from sites where walk_up_user_id = u.id)`,
  { id: 'uuid' },
);

/**
 * Signs in the guest who made a reservation, by the token of the link that was mailed. Links to
 * reservations of accounts open nothing: accounts sign in. Those of walk-ups do not either: all walk-ups
 * of a site are one guest.
 *
 * @throws StateError `LINK_INVALID`
 */
export async function signInByLink(
  ctx: ServiceContext,
  { token }: BookingLinkToken,
): Promise<SignedIn> {
  const link = readLink(ctx, ctx.app.bookingLinks, token);
  const [found] = await query(ctx, guestOf, [link.reservationId]);
  if (!found) {
    throw linkInvalid('unknown');
  }
  const guest = await ctx.em.findOneOrFail(UserEntity, { id: found.id });
  const opened = await openSession(ctx, guest);
  await recordOwn(ctx, 'auth.link', guest.id);
  return { user: toUser(guest), ...tokensOf(ctx.app, opened) };
}

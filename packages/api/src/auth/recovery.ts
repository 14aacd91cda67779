import { LockMode } from '@mikro-orm/core';
import { clientOf } from '../address.ts';
import { User as UserEntity } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query, statement } from '../db/query.ts';
import { noSuch } from '../errors.ts';
import type { ServiceContext, UserContext } from '../service-context.ts';
import { askForProof, askForReset, notePasswordChange } from './account-facts.ts';
import { canMailLinks, linkInvalid, readLink, resetLinkOf } from './mailed-links.ts';
import { findRefusal, unmarkRefused } from './refused-addresses.ts';
import type { RequestPasswordReset, ResetPassword, User, VerifyEmail } from './schema.ts';
import { endSessionsOf, countedAccount, recordOwn, toUser } from './service.ts';
import { assertNotOwn } from './weak-passwords.ts';

/**
 * Mails a link that sets a new password, if the address is that of an account. Nothing tells whether it
 * is: the fact is written for every address, and a worker looks for the account. After five mails to an
 * address within an hour no more are sent.
 */
export async function requestPasswordReset(
  ctx: ServiceContext,
  { email }: RequestPasswordReset,
): Promise<{ sent: true }> {
  if (await ctx.app.rateLimits.mayMail(email)) {
    await inTransaction(ctx, (tx) => askForReset(tx, { email }));
  }
  return { sent: true };
}

/**
 * Sets a new password by the token of a mailed link. The link works once: it is about the password that
 * it replaces. Ends all sessions; and the address is proven, because the link came there.
 *
 * @throws StateError `LINK_INVALID`
 * @throws ValidationError for a password that is the owner's e-mail address or name
 */
export async function resetPassword(
  ctx: ServiceContext,
  { token, newPassword }: ResetPassword,
): Promise<{ changed: true }> {
  const { passwords, passwordResets, rateLimits } = ctx.app;
  const link = readLink(ctx, passwordResets, token);
  const account = await accountOf(ctx, link.id);
  if (!link.isAbout(account.passwordHash)) {
    throw linkInvalid('used');
  }
  assertNotOwn(newPassword, account, 'newPassword');
  const passwordHash = await passwords.inTurn(clientOf(ctx.remoteAddress), () =>
    passwords.hash(newPassword),
  );
  await inTransaction(ctx, async (tx) => {
    const user = await lockAccount(tx, link.id);
    if (!link.isAbout(user.passwordHash)) {
      throw linkInvalid('used');
    }
    tx.em.assign(user, { passwordHash, updatedAt: await databaseNow(tx) });
    await proveAddress(tx, user);
    await endSessionsOf(tx, user.id);
    await recordOwn(tx, 'auth.resetPassword', user.id);
    await notePasswordChange(tx, user.id);
  });
  await rateLimits.forgiveAll(await countedAccount(ctx, account.email), ctx.remoteAddress);
  return { changed: true };
}

/**
 * Whether the caller can be mailed a link now: the address is not proven, or has refused mail since, and has
 * not had too many mails. Counts the mail. Not in a transaction: it would hold its connection while this
 * waits for another.
 */
export async function mayAskForProof(ctx: UserContext): Promise<boolean> {
  const { email, emailVerifiedAt } = await ctx.em.findOneOrFail(UserEntity, { id: ctx.caller.id });
  const isNeeded = !emailVerifiedAt || (await findRefusal(ctx, email)) !== undefined;
  return isNeeded && ctx.app.rateLimits.mayMail(email);
}

/** Mails the caller a link that proves the address. */
export async function requestEmailVerification(ctx: UserContext): Promise<{ sent: true }> {
  await inTransaction(ctx, (tx) => askForProof(tx, ctx.caller.id));
  return { sent: true };
}

/**
 * Proves the address of an account by the token of a mailed link. What guests have booked with that
 * address is the account's from now on. May be repeated.
 *
 * @throws StateError `LINK_INVALID`
 */
export async function verifyEmail(ctx: ServiceContext, { token }: VerifyEmail): Promise<User> {
  const link = readLink(ctx, ctx.app.emailProofs, token);
  return inTransaction(ctx, async (tx) => {
    const user = await lockAccount(tx, link.id);
    if (!link.isAbout(user.email)) {
      throw linkInvalid('unknown');
    }
    await proveAddress(tx, user);
    await recordOwn(tx, 'auth.verifyEmail', user.id);
    return toUser(user);
  });
}

/**
 * Mails a user a link that sets a new password; where no mail is sent, the administrator passes it on.
 * Runs in a transaction.
 *
 * @throws NotFoundError for a guest, and for an account that is disabled
 */
export async function requestResetFor(
  tx: ServiceContext,
  userId: string,
): Promise<{ sent: boolean }> {
  await activeAccount(tx, userId, () => noSuch('user'));
  if (!canMailLinks(tx.app)) {
    return { sent: false };
  }
  await askForReset(tx, { userId });
  return { sent: true };
}

/** The link that sets a new password. @throws NotFoundError as `requestResetFor` */
export async function resetLinkFor(ctx: ServiceContext, userId: string): Promise<string> {
  return resetLinkOf(ctx, await activeAccount(ctx, userId, () => noSuch('user')));
}

function accountOf(ctx: ServiceContext, id: string): Promise<UserEntity> {
  return activeAccount(ctx, id, () => linkInvalid('unknown'));
}

/** An account that can sign in. Guests have none. */
async function activeAccount(
  ctx: ServiceContext,
  id: string,
  refusal: () => Error,
): Promise<UserEntity> {
  const user = await ctx.em.findOne(UserEntity, { id });
  if (!user || user.role === 'guest' || user.disabledAt) {
    throw refusal();
  }
  return user;
}

/** As `accountOf`, as the row is now, until the transaction ends. */
async function lockAccount(tx: ServiceContext, id: string): Promise<UserEntity> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true };
  const user = await tx.em.findOne(UserEntity, { id }, lock);
  if (!user || user.role === 'guest' || user.disabledAt) {
    throw linkInvalid('unknown');
  }
  return user;
}

/**
 * Bookings of guests with a contact address. Those of walk-ups stay: the desk looks after them. Those that
 * are being paid for stay too.
 */
export const bookingsOfGuests = statement(
  `select r.id from reservations r join users u on u.id = r.user_id
   where lower(r.contact_email) = lower($1) and u.role = 'guest' and r.status <> 'pending'
     and not exists (select from sites where walk_up_user_id = u.id)
   order by r.id for no key update of r`,
  { id: 'uuid' },
);

const takeOver = statement(
  'update reservations set user_id = $1, updated_at = $3 where id = any($2)',
);
/** Their seats, found by the shows: claims have no index by reservation. */
export const takeOverClaims = statement(
  `update seat_claims c set user_id = $1 from reservations r
   where r.id = any($2) and c.showtime_id = r.showtime_id and c.reservation_id = r.id`,
);

/** Notes that the address is the user's, who gets what was booked with it as a guest. */
async function proveAddress(tx: ServiceContext, user: UserEntity): Promise<void> {
  const now = await databaseNow(tx);
  user.emailVerifiedAt ??= now;
  await tx.em.flush();
  await unmarkRefused(tx, user.email);
  const bookings = await query(tx, bookingsOfGuests, [user.email]);
  if (bookings.length > 0) {
    const ids = bookings.map(({ id }) => id);
    await query(tx, takeOver, [user.id, ids, now]);
    await query(tx, takeOverClaims, [user.id, ids]);
  }
}

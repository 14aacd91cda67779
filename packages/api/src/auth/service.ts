import { LockMode } from '@mikro-orm/core';
import { clientOf } from '../address.ts';
import { record } from '../audit/record.ts';
import { inAnyCase, withoutCase } from '../db/collation.ts';
import { User as UserEntity } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query, queryOne, statement } from '../db/query.ts';
import { ConflictError, ValidationError } from '../errors.ts';
import { defined } from '../patch.ts';
import type { ServiceContext, UserContext } from '../service-context.ts';
import { askForProof, notePasswordChange } from './account-facts.ts';
import { canMailLinks } from './mailed-links.ts';
import type { CountedAccount } from './rate-limits.ts';
import type {
  ChangePassword,
  Logout,
  OpenedSession,
  Register,
  SignedIn,
  UpdateMe,
  User,
} from './schema.ts';
import { openSession, tokensOf } from './session.ts';
import { assertNotOwn } from './weak-passwords.ts';

/**
 * Creates an account with the role `user` and signs it in.
 *
 * @throws ValidationError for a password that is the owner's e-mail address or name
 * @throws RateLimitedError when one client makes too many accounts
 */
export async function register(ctx: ServiceContext, input: Register): Promise<SignedIn> {
  assertNotOwn(input.password, input, 'password');
  await assertEmailFree(ctx, input.email);
  const { passwords, rateLimits } = ctx.app;
  await rateLimits.countAccount(ctx);
  const passwordHash = await passwords.inTurn(clientOf(ctx.remoteAddress), () =>
    passwords.hash(input.password),
  );
  return inTransaction(ctx, async (tx) => {
    const user = tx.em.create(UserEntity, {
      email: input.email,
      passwordHash,
      firstName: input.firstName ?? null,
      lastName: input.lastName ?? null,
      locale: input.locale ?? null,
    });
    await tx.em.flush();
    const opened = await openSession(tx, user);
    await recordOwn(tx, 'auth.register', user.id);
    if (canMailLinks(ctx.app)) {
      await askForProof(tx, user.id);
    }
    return { user: toUser(user), ...tokensOf(ctx.app, opened) };
  });
}

/** What a user did with the own account. */
export function recordOwn(ctx: ServiceContext, action: string, userId: string): Promise<void> {
  return record(ctx, { action, actorId: userId, subject: userId, data: {} });
}

/** The caller's own account. */
export async function getMe(ctx: UserContext): Promise<User> {
  return toUser(await ctx.em.findOneOrFail(UserEntity, { id: ctx.caller.id }));
}

/** Changes the caller's names; `null` clears one. */
export async function updateMe(ctx: UserContext, input: UpdateMe): Promise<User> {
  return inTransaction(ctx, async (tx) => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
    const user = await tx.em.findOneOrFail(UserEntity, { id: ctx.caller.id }, lock);
    tx.em.assign(user, { ...defined(input), updatedAt: await databaseNow(tx) });
    return toUser(user);
  });
}

/** Refuses every token of a user from the next request on. */
export async function endSessionsOf(ctx: ServiceContext, userId: string): Promise<void> {
  await query(ctx, endAllSessions, [userId]);
}

const endSession = statement('delete from sessions where id = $1');
const endAllSessions = statement('delete from sessions where user_id = $1');

/** Ends this session, or all of them. The token is refused from the next request on. */
export async function logout(ctx: UserContext, input: Logout): Promise<{ loggedOut: true }> {
  const { id, sessionId } = ctx.caller;
  await (input?.everywhere
    ? query(ctx, endAllSessions, [id])
    : query(ctx, endSession, [sessionId]));
  await recordOwn(ctx, 'auth.logout', id);
  return { loggedOut: true };
}

/** A new password that has been checked and hashed, and the hash that it replaces. */
export interface PreparedPassword {
  presentHash: string;
  newHash: string;
}

/**
 * Compares the caller's password; takes its time, so no transaction may be open.
 *
 * @param asked the procedure and the field of its input that has the password
 * @returns the caller's account
 * @throws ValidationError for a wrong one, which counts as a failed sign-in
 * @throws RateLimitedError after too many
 */
export async function assertPassword(
  ctx: UserContext,
  password: string,
  asked: { procedure: string; field: string },
): Promise<UserEntity> {
  const { passwords, rateLimits, refusals } = ctx.app;
  const user = await ctx.em.findOneOrFail(UserEntity, { id: ctx.caller.id });
  const account = await countedAccount(ctx, user.email);
  await passwords.inTurn(ctx.caller.id, async () => {
    const forgive = await rateLimits.countAttempt(account, ctx.remoteAddress);
    if (!(await passwords.matches(password, user.passwordHash))) {
      const { procedure } = asked;
      refusals.note({ procedure, code: 'INVALID_CREDENTIALS', request: ctx });
      throw wrongPassword(asked.field);
    }
    await forgive();
  });
  return user;
}

/**
 * Compares the current password and hashes the new one; takes its time, so no transaction may be
 * open. A wrong one counts as a failed sign-in.
 *
 * @throws ValidationError for a wrong current password, or a new one that is the caller's own name
 * @throws RateLimitedError after too many
 */
export async function preparePassword(
  ctx: UserContext,
  input: ChangePassword,
): Promise<PreparedPassword> {
  const { passwords } = ctx.app;
  const owner = await ctx.em.findOneOrFail(UserEntity, { id: ctx.caller.id });
  assertNotOwn(input.newPassword, owner, 'newPassword');
  const asked = { procedure: 'auth.changePassword', field: 'currentPassword' };
  const { passwordHash: presentHash } = await assertPassword(ctx, input.currentPassword, asked);
  const newHash = await passwords.inTurn(ctx.caller.id, () => passwords.hash(input.newPassword));
  return { presentHash, newHash };
}

/** Sets a prepared password, ends all sessions and opens a new one. Runs in a transaction. */
export async function changePassword(
  tx: UserContext,
  { presentHash, newHash }: PreparedPassword,
): Promise<OpenedSession> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true };
  const user = await tx.em.findOneOrFail(UserEntity, { id: tx.caller.id }, lock);
  if (user.passwordHash !== presentHash) {
    // Another session changed it while this one was hashing.
    throw wrongPassword('currentPassword');
  }
  tx.em.assign(user, { passwordHash: newHash, updatedAt: await databaseNow(tx) });
  await tx.em.flush();
  await endSessionsOf(tx, user.id);
  await recordOwn(tx, 'auth.changePassword', user.id);
  await notePasswordChange(tx, user.id);
  return openSession(tx, user);
}

function wrongPassword(field: string): ValidationError {
  return new ValidationError([{ path: [field], message: 'is wrong' }]);
}

/** The public value of an account. */
export function toUser(user: UserEntity): User {
  const { id, email, firstName, lastName, role, createdAt } = user;
  return {
    id,
    email: role === 'guest' ? null : email,
    firstName: firstName ?? null,
    lastName: lastName ?? null,
    emailVerifiedAt: user.emailVerifiedAt ?? null,
    secondFactorAt: user.secondFactorAt ?? null,
    locale: user.locale ?? null,
    role,
    disabledAt: user.disabledAt ?? null,
    createdAt,
  };
}

/** The name under which attempts at an account are counted, and the account, by its address. */
const accountByEmail = statement(
  `select ${withoutCase('$1')} as account, (
     select id from users where lower(email) = ${inAnyCase('$1')}
     order by lower(email) = lower($1) desc limit 1) as id`,
  { account: 'text', id: 'uuid?' },
);

/** What attempts at the account with an address are counted under. */
export function countedAccount(ctx: ServiceContext, email: string): Promise<CountedAccount> {
  return queryOne(ctx, accountByEmail, [email]);
}

/** Spares the hash when the answer is known; the unique index decides between two at a time. */
async function assertEmailFree(ctx: ServiceContext, email: string): Promise<void> {
  const { id } = await countedAccount(ctx, email);
  if (id !== null) {
    throw new ConflictError('EMAIL_TAKEN');
  }
}

import { randomBytes } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import { User as UserEntity } from '../db/entities/index.ts';
import { databaseNow, query, statement } from '../db/query.ts';
import { ForbiddenError, noSuch, ValidationError } from '../errors.ts';
import type { ServiceContext, UserContext } from '../service-context.ts';
import { noteSecondFactor } from './account-facts.ts';
import type { SecondFactorStarted, User } from './schema.ts';
import { assertPassword, endSessionsOf, countedAccount, recordOwn, toUser } from './service.ts';
import { base32, fittingStep, otpauthUrl, placeOfRecoveryCode, recoveryCodesOf } from './totp.ts';

/** Bytes of a secret, as RFC 4226 recommends for SHA-1. */
const secretBytes = 20;

/**
 * Makes a secret for an authenticator app. It is of no effect until `confirmSecondFactor`, and replaces
 * one that was not confirmed. Runs in a transaction; the password has been compared.
 *
 * @throws ForbiddenError when there is a second factor: it has to be removed first
 */
export async function startSecondFactor(tx: UserContext): Promise<{ started: true }> {
  const user = await lockOwn(tx);
  if (user.secondFactorAt) {
    throw new ForbiddenError('You have a second factor already. Remove it first.');
  }
  user.secondFactorSecret = tx.app.factorSecrets.seal(randomBytes(secretBytes), user.id);
  await tx.em.flush();
  return { started: true };
}

/** The secret that was made for the caller: shown until it is confirmed. @throws ForbiddenError */
export async function readStarted(ctx: UserContext): Promise<SecondFactorStarted> {
  const user = await ctx.em.findOneOrFail(UserEntity, { id: ctx.caller.id }, { refresh: true });
  const secret = secretOf(ctx, user);
  if (!secret || user.secondFactorAt) {
    throw new ForbiddenError('The secret is not shown again.');
  }
  return { secret: base32(secret), otpauthUrl: otpauthUrl(secret, user.email) };
}

/**
 * Counts an attempt to give a code, as a failed sign-in until it is taken back.
 *
 * @returns a function that takes it back
 * @throws RateLimitedError
 */
export async function countCode(ctx: UserContext): Promise<() => Promise<void>> {
  const { email } = await ctx.em.findOneOrFail(UserEntity, { id: ctx.caller.id });
  return ctx.app.rateLimits.countAttempt(await countedAccount(ctx, email), ctx.remoteAddress);
}

const endOtherSessions = statement('delete from sessions where user_id = $1 and id <> $2');

/**
 * Takes the first code of an authenticator app. From now on signing in needs one, and the other sessions
 * of the account end: they were opened without. Runs in a transaction.
 *
 * @throws ValidationError for a wrong code, or where nothing was begun
 */
export async function confirmSecondFactor(
  tx: UserContext,
  code: string,
): Promise<{ confirmed: true }> {
  const user = await lockOwn(tx);
  const secret = secretOf(tx, user);
  const step = secret && fittingStep(secret, digitsOf(code), tx.app.clock());
  if (step === undefined || user.secondFactorAt) {
    throw wrongCode();
  }
  const now = await databaseNow(tx);
  tx.em.assign(user, { secondFactorAt: now, secondFactorStep: step, updatedAt: now });
  await tx.em.flush();
  await query(tx, endOtherSessions, [user.id, tx.caller.sessionId]);
  await recordOwn(tx, 'auth.secondFactor.confirm', user.id);
  await noteSecondFactor(tx, user.id, 'added');
  return { confirmed: true };
}

/** The caller's recovery codes, the used ones too. */
export async function readRecoveryCodes(ctx: UserContext): Promise<string[]> {
  const user = await ctx.em.findOneOrFail(UserEntity, { id: ctx.caller.id }, { refresh: true });
  const secret = secretOf(ctx, user);
  return secret ? recoveryCodesOf(secret) : [];
}

/**
 * Compares the password and a code before the second factor is removed; takes its time, so no
 * transaction may be open.
 *
 * @throws ValidationError for a wrong one, which counts as a failed sign-in
 */
export async function assertBoth(
  ctx: UserContext,
  { password, code }: { password: string; code: string },
): Promise<void> {
  const procedure = 'auth.secondFactor.remove';
  const user = await assertPassword(ctx, password, { procedure, field: 'password' });
  const forgive = await countCode(ctx);
  if (!(await takeCode(ctx, user, code))) {
    throw wrongCode();
  }
  await forgive();
}

/** Removes the caller's second factor. Runs in a transaction; `assertBoth` has been called. */
export async function removeSecondFactor(tx: UserContext): Promise<{ removed: true }> {
  await clearSecondFactor(tx, await lockOwn(tx));
  await recordOwn(tx, 'auth.secondFactor.remove', tx.caller.id);
  return { removed: true };
}

/**
 * Removes the second factor of a user who has lost it, and ends all sessions. Runs in a transaction.
 *
 * @throws NotFoundError for a guest
 */
export async function resetSecondFactor(tx: ServiceContext, userId: string): Promise<User> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const user = await tx.em.findOne(UserEntity, { id: userId }, lock);
  if (!user || user.role === 'guest') {
    throw noSuch('user');
  }
  await clearSecondFactor(tx, user);
  await endSessionsOf(tx, userId);
  return toUser(user);
}

const takeStep = statement(
  `update users set second_factor_step = $2
   where id = $1 and second_factor_at is not null and second_factor_step < $2 returning id`,
  { id: 'uuid' },
);
const takeRecovery = statement(
  `update users set second_factor_used = second_factor_used | (1 << $2::int)
   where id = $1 and second_factor_at is not null and second_factor_used & (1 << $2::int) = 0
   returning id`,
  { id: 'uuid' },
);
const sealAgain = statement(
  'update users set second_factor_secret = $3 where id = $1 and second_factor_secret = $2',
);

/**
 * Takes a code of the account's second factor: one of the app once, or a recovery code once. Of requests
 * with the same code at the same time, one is right.
 *
 * @returns whether the code is right
 */
export async function takeCode(
  ctx: ServiceContext,
  user: UserEntity,
  code: string,
): Promise<boolean> {
  const secret = secretOf(ctx, user);
  if (!secret) {
    return false;
  }
  const step = fittingStep(secret, digitsOf(code), ctx.app.clock());
  const place = placeOfRecoveryCode(secret, code);
  const [use, number] = step === undefined ? [takeRecovery, place] : [takeStep, step];
  const isTaken = number !== undefined && (await query(ctx, use, [user.id, number])).length > 0;
  if (isTaken) {
    await renewSeal(ctx, user, secret);
  }
  return isTaken;
}

/** What a secret of before has encrypted is encrypted anew when it is used. */
async function renewSeal(ctx: ServiceContext, user: UserEntity, secret: Buffer): Promise<void> {
  const { id, secondFactorSecret: sealed } = user;
  const { factorSecrets } = ctx.app;
  if (sealed && factorSecrets.open(sealed, id)?.isOld) {
    await query(ctx, sealAgain, [id, sealed, factorSecrets.seal(secret, id)]);
  }
}

function secretOf({ app }: ServiceContext, user: UserEntity): Buffer | undefined {
  const { id, secondFactorSecret } = user;
  return secondFactorSecret ? app.factorSecrets.open(secondFactorSecret, id)?.content : undefined;
}

/** Removes a second factor. The owner is told, if there was one. */
async function clearSecondFactor(tx: ServiceContext, user: UserEntity): Promise<void> {
  if (user.secondFactorAt) {
    await noteSecondFactor(tx, user.id, 'removed');
  }
  tx.em.assign(user, { ...noSecondFactor, updatedAt: await databaseNow(tx) });
  await tx.em.flush();
}

/** The columns of an account without one. */
export const noSecondFactor = {
  secondFactorSecret: null,
  secondFactorAt: null,
  secondFactorStep: 0,
  secondFactorUsed: 0,
} as const;

/** The caller's row as it is now, until the transaction ends. */
function lockOwn(tx: UserContext): Promise<UserEntity> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true };
  return tx.em.findOneOrFail(UserEntity, { id: tx.caller.id }, lock);
}

function digitsOf(code: string): string {
  return code.replaceAll(/\s/g, '');
}

function wrongCode(): ValidationError {
  return new ValidationError([{ path: ['code'], message: 'is wrong' }]);
}

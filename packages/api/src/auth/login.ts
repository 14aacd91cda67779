import { clientOf } from '../address.ts';
import { User as UserEntity } from '../db/entities/index.ts';
import { query, statement } from '../db/query.ts';
import { AuthenticationError } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import type { CountedAccount } from './rate-limits.ts';
import type { Login, SignedIn } from './schema.ts';
import { takeCode } from './second-factor.ts';
import { countedAccount, recordOwn, toUser } from './service.ts';
import { openSession, tokensOf } from './session.ts';

/**
 * Signs in. A refusal does not reveal whether the address, the password or a disabled account is the
 * reason, and an unknown address takes as long as a wrong password.
 *
 * @throws AuthenticationError `INVALID_CREDENTIALS`, also for a wrong code; `SECOND_FACTOR_REQUIRED` when
 *   the password fits and the account has a second factor
 */
export async function login(ctx: ServiceContext, input: Login): Promise<SignedIn> {
  const { passwords, rateLimits } = ctx.app;
  return passwords.inTurn(clientOf(ctx.remoteAddress), async () => {
    const { account, user } = await findAccount(ctx, input.email);
    if (user) {
      ctx.notes.subject = user.id;
    }
    const forgive = await rateLimits.countAttempt(account, ctx.remoteAddress);
    const matches = await passwords.matches(input.password, user?.passwordHash);
    if (!matches || !user || user.disabledAt) {
      throw new AuthenticationError('INVALID_CREDENTIALS');
    }
    await assertSecondFactor(ctx, { user, code: input.code, forgive });
    await forgive();
    const passwordHash = await renewHash(ctx, user, input.password);
    const { id, email, role } = user;
    const opened = await openSession(ctx, { id, email, role, passwordHash });
    await recordOwn(ctx, 'auth.login', user.id);
    return { user: toUser(user), ...tokensOf(ctx.app, opened) };
  });
}

async function assertSecondFactor(
  ctx: ServiceContext,
  {
    user,
    code,
    forgive,
  }: { user: UserEntity; code?: string | undefined; forgive: () => Promise<void> },
): Promise<void> {
  if (!user.secondFactorAt) {
    return;
  }
  if (code === undefined) {
    await forgive();
    throw new AuthenticationError('SECOND_FACTOR_REQUIRED');
  }
  if (!(await takeCode(ctx, user, code))) {
    throw new AuthenticationError('INVALID_CREDENTIALS');
  }
}

const renew = statement('update users set password_hash = $3 where id = $1 and password_hash = $2');

/** The account's hash, made anew if it was made in an older way. The password is known to fit. */
async function renewHash(
  ctx: ServiceContext,
  { id, passwordHash }: UserEntity,
  password: string,
): Promise<string> {
  const { passwords } = ctx.app;
  if (!passwords.isOutdated(passwordHash)) {
    return passwordHash;
  }
  const renewed = await passwords.hash(password);
  await query(ctx, renew, [id, passwordHash, renewed]);
  return renewed;
}

/**
 * The user with an address, and the name under which its attempts are counted: as the database
 * compares it, so that no other spelling of the same address has a count of its own.
 */
async function findAccount(
  ctx: ServiceContext,
  email: string,
): Promise<{ account: CountedAccount; user: UserEntity | undefined }> {
  const account = await countedAccount(ctx, email);
  const { id } = account;
  return {
    account,
    user: id === null ? undefined : await ctx.em.findOneOrFail(UserEntity, { id }),
  };
}

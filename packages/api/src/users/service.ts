import { LockMode } from '@mikro-orm/core';
import type { User } from '../auth/schema.ts';
import { toUser } from '../auth/service.ts';
import { given, selection } from '../db/conditions.ts';
import { User as UserEntity } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { noSuch, StateError } from '../errors.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ServiceContext } from '../service-context.ts';
import type { ListUsers } from './schema.ts';

const users = selection({
  columns: {
    id: 'uuid',
    email: 'text?',
    firstName: 'text?',
    lastName: 'text?',
    role: textOf<User['role']>(),
    emailVerifiedAt: 'instant?',
    secondFactorAt: 'instant?',
    locale: 'text?',
    disabledAt: 'instant?',
    createdAt: 'instant',
  },
  fixed: 1,
  text: (conditions) => `
    select id, case when role <> 'guest' then email end as email, first_name as "firstName", last_name as "lastName", role,
      email_verified_at as "emailVerifiedAt", second_factor_at as "secondFactorAt", locale, disabled_at as "disabledAt", created_at as "createdAt"
    from users u where not exists (select from api_keys where id = u.id) and ${conditions}
    order by created_at, id limit $1`,
  conditions: {
    email: `role <> 'guest' and position(lower($1) in lower(email)) > 0`,
    role: 'role = $1',
    withAccount: `role <> 'guest'`,
    idEndsWith: `id::text like '%' || $1`,
    after: '(created_at, id) > ($1::timestamptz, $2::uuid)',
  },
});

/** Accounts, oldest first. Guests are listed by their role alone. */
export async function listUsers(ctx: ServiceContext, input: ListUsers): Promise<Page<User>> {
  const after = readInstantCursor(input.cursor);
  const bound = users.where([input.limit + 1], {
    email: given(input.email),
    role: given(input.role),
    withAccount: input.role === undefined ? [] : undefined,
    idEndsWith: given(input.idEndsWith),
    after,
  });
  return toPage(await query(ctx, ...bound), input.limit, {
    keyOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    toItem: (row) => row,
  });
}

/** A guest stays a guest. @throws NotFoundError */
function assertAccount({ role }: UserEntity): void {
  if (role === 'guest') {
    throw noSuch('user');
  }
}

/** Makes a user an administrator; an administrator stays one. @throws NotFoundError for a guest */
export function promoteUser(ctx: ServiceContext, userId: string): Promise<User> {
  return changeUser(ctx, userId, async (_tx, user) => {
    assertAccount(user);
    user.role = 'admin';
  });
}

const apiKey = statement('select id from api_keys where id = $1', { id: 'uuid' });

const anyRole = statement('select id from site_roles where user_id = $1 limit 1', { id: 'uuid' });

/**
 * Makes an administrator a user, or staff where a role at a site is left.
 *
 * @throws NotFoundError for a guest
 * @throws StateError `LAST_ADMIN`
 */
export function demoteUser(ctx: ServiceContext, userId: string): Promise<User> {
  return changeUser(ctx, userId, async (tx, user) => {
    assertAccount(user);
    const [role] = await query(tx, anyRole, [userId]);
    user.role = role ? 'staff' : 'user';
  });
}

const endSessions = statement('delete from sessions where user_id = $1');
const releaseLocks = statement('select release_seat_locks($1, null, null)::text as released', {
  released: 'text?',
});

/**
 * Disables an account: every session ends immediately and seat locks are freed, bookings stay.
 *
 * @throws StateError `LAST_ADMIN`
 */
export function disableUser(ctx: ServiceContext, userId: string): Promise<User> {
  return changeUser(ctx, userId, async (tx, user) => {
    await endAccess(tx, user);
  });
}

/** Disables a user whose row is locked: sessions end, and seat locks are freed. */
export async function endAccess(tx: ServiceContext, user: UserEntity): Promise<void> {
  user.disabledAt ??= await databaseNow(tx);
  await query(tx, endSessions, [user.id]);
  // The user's row is locked, so no request of this account is locking seats any more.
  await query(tx, releaseLocks, [user.id]);
}

/** Lets a disabled account sign in again. */
export function enableUser(ctx: ServiceContext, userId: string): Promise<User> {
  return changeUser(ctx, userId, async (_tx, user) => {
    user.disabledAt = null;
  });
}

/**
 * Changes an account with all active administrators locked, in the order of their ids: two who
 * demote each other queue here, and the second finds itself the last.
 */
export async function changeUser(
  ctx: ServiceContext,
  userId: string,
  change: (tx: ServiceContext, user: UserEntity) => Promise<void>,
): Promise<User> {
  return inTransaction(ctx, async (tx) => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } } as const;
    const active = { role: 'admin' as const, disabledAt: null };
    const locked = await tx.em.find(UserEntity, { $or: [active, { id: userId }] }, lock);
    const user = locked.find(({ id }) => id === userId);
    // The row of an API key is no account.
    if (!user || (await query(tx, apiKey, [userId])).length > 0) {
      throw noSuch('user');
    }
    await change(tx, user);
    if (!locked.some(({ role, disabledAt }) => role === 'admin' && !disabledAt)) {
      throw new StateError('LAST_ADMIN');
    }
    user.updatedAt = await databaseNow(tx);
    await tx.em.flush();
    return toUser(user);
  });
}

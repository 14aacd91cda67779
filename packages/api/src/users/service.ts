import { LockMode } from '@mikro-orm/core';
import type { User } from '../auth/schema.ts';
import { toUser } from '../auth/service.ts';
import { User as UserEntity } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query } from '../db/query.ts';
import { NotFoundError, StateError } from '../errors.ts';
import { readCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ServiceContext } from '../trpc.ts';
import type { ListUsers } from './schema.ts';

/** Accounts, oldest first. */
export async function listUsers(ctx: ServiceContext, input: ListUsers): Promise<Page<User>> {
  const after = readCursor(input.cursor, 'instant');
  const rows = await query<User>(
    ctx,
    `select id, email, first_name as "firstName", last_name as "lastName", role,
            disabled_at as "disabledAt", created_at as "createdAt"
     from users
     where position(lower($2) in lower(email)) > 0 and ($3::text is null or role = $3)
       ${after ? 'and (created_at, id) > ($4::timestamptz, $5::uuid)' : ''}
     order by created_at, id limit $1`,
    [
      input.limit + 1,
      input.email ?? '',
      input.role ?? null,
      ...(after ? [new Date(after[0]), after[1]] : []),
    ],
  );
  const keyOf = (user: User) => [user.createdAt.getTime(), user.id] as const;
  return toPage(rows, input.limit, { keyOf, toItem: (user) => user });
}

/** Makes a user an administrator; one who is stays one. */
export function promoteUser(ctx: ServiceContext, userId: string): Promise<User> {
  return changeUser(ctx, userId, async (_tx, user) => {
    user.role = 'admin';
  });
}

/** Makes an administrator a user. @throws StateError `LAST_ADMIN` */
export function demoteUser(ctx: ServiceContext, userId: string): Promise<User> {
  return changeUser(ctx, userId, async (_tx, user) => {
    user.role = 'user';
  });
}

/**
 * Disables an account: every session ends at once and seat locks are freed, bookings stay.
 *
 * @throws StateError `LAST_ADMIN`
 */
export function disableUser(ctx: ServiceContext, userId: string): Promise<User> {
  return changeUser(ctx, userId, async (tx, user) => {
    user.disabledAt ??= await databaseNow(tx);
    await query(tx, 'delete from sessions where user_id = $1', [userId]);
    // The user's row is locked: whoever was locking seats for this account has ended.
    await query(
      tx,
      `with held as (
         select showtime_id, seat_id from seat_claims
         where user_id = $1 and reservation_id is null
         order by showtime_id, seat_id for update)
       delete from seat_claims c using held
       where c.showtime_id = held.showtime_id and c.seat_id = held.seat_id
         and c.user_id = $1 and c.reservation_id is null`,
      [userId],
    );
  });
}

/** Lets a disabled account sign in again. */
export function enableUser(ctx: ServiceContext, userId: string): Promise<User> {
  return changeUser(ctx, userId, async (_tx, user) => {
    user.disabledAt = null;
  });
}

/**
 * Changes an account with all active administrators locked, in the order of their ids: two who
 * demote each other queue up, and the second finds itself the last.
 */
async function changeUser(
  ctx: ServiceContext,
  userId: string,
  change: (tx: ServiceContext, user: UserEntity) => Promise<void>,
): Promise<User> {
  return inTransaction(ctx, async (tx) => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } } as const;
    const active = { role: 'admin' as const, disabledAt: null };
    const locked = await tx.em.find(UserEntity, { $or: [active, { id: userId }] }, lock);
    const user = locked.find(({ id }) => id === userId);
    if (!user) {
      throw new NotFoundError();
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

import { audited } from '../audit/record.ts';
import { User } from '../auth/schema.ts';
import { route } from '../meta.ts';
import { adminProcedure } from '../trpc.ts';
import { ListUsers, UserId, UserPage } from './schema.ts';
import { demoteUser, disableUser, enableUser, listUsers, promoteUser } from './service.ts';

export const usersRouter = {
  /** Accounts, oldest first. */
  list: adminProcedure
    .meta(route('GET /admin/users', 'List accounts', 'Oldest first.'))
    .input(ListUsers)
    .output(UserPage)
    .query(({ ctx, input }) => listUsers(ctx, input)),

  /** Makes a user an administrator. */
  promote: adminProcedure
    .meta(
      route(
        'POST /admin/users/{userId}/promote',
        'Make a user an administrator',
        'From the next request on. An administrator stays one.',
      ),
    )
    .input(UserId)
    .output(User)
    .mutation(
      audited(User, ({ ctx, input }) => promoteUser(ctx, input.userId), { subject: 'userId' }),
    ),

  /** Makes an administrator a user; the last active one stays. */
  demote: adminProcedure
    .meta({
      ...route(
        'POST /admin/users/{userId}/demote',
        'Make an administrator a user',
        'Not the last active one.',
      ),
      refusals: ['LAST_ADMIN'],
    })
    .input(UserId)
    .output(User)
    .mutation(
      audited(User, ({ ctx, input }) => demoteUser(ctx, input.userId), { subject: 'userId' }),
    ),

  /** Disables an account: sessions end, seat locks are freed, bookings stay. */
  disable: adminProcedure
    .meta({
      ...route(
        'POST /admin/users/{userId}/disable',
        'Disable an account',
        'Every session ends immediately, seat locks are freed, bookings stay.',
      ),
      refusals: ['LAST_ADMIN'],
    })
    .input(UserId)
    .output(User)
    .mutation(
      audited(User, ({ ctx, input }) => disableUser(ctx, input.userId), { subject: 'userId' }),
    ),

  /** Lets a disabled account sign in again. */
  enable: adminProcedure
    .meta(
      route(
        'POST /admin/users/{userId}/enable',
        'Enable an account',
        'It can sign in again; ended sessions stay ended.',
      ),
    )
    .input(UserId)
    .output(User)
    .mutation(
      audited(User, ({ ctx, input }) => enableUser(ctx, input.userId), { subject: 'userId' }),
    ),
};

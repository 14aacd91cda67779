import { audited } from '../audit/record.ts';
import { requestResetFor, resetLinkFor } from '../auth/recovery.ts';
import { User } from '../auth/schema.ts';
import { resetSecondFactor } from '../auth/second-factor.ts';
import type { RequestContext } from '../context.ts';
import { route } from '../meta.ts';
import type { UserContext } from '../service-context.ts';
import { adminProcedure } from '../trpc.ts';
import { ListUsers, ResetNoted, ResetRequested, UserId, UserPage } from './schema.ts';
import { demoteUser, disableUser, enableUser, listUsers, promoteUser } from './service.ts';

const resetRequest = audited<
  UserContext & Pick<RequestContext, 'idempotencyKey'>,
  UserId,
  { sent: boolean }
>(ResetNoted, ({ ctx, input }) => requestResetFor(ctx, input.userId), { subject: 'userId' });

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

  /** Mails a user a link that sets a new password, or returns it. */
  requestPasswordReset: adminProcedure
    .meta(
      route(
        'POST /admin/users/{userId}/request-password-reset',
        'Let a user set a new password',
        'Mails the user a link that works once, for 30 minutes. Where no mail is sent, `link` has it, to ' +
          'be passed on.',
      ),
    )
    .input(UserId)
    .output(ResetRequested)
    .mutation(async (call) => {
      const { sent } = await resetRequest(call);
      return { sent, link: sent ? null : await resetLinkFor(call.ctx, call.input.userId) };
    }),

  /** Removes the second factor of a user who has lost it. */
  resetSecondFactor: adminProcedure
    .meta(
      route(
        'POST /admin/users/{userId}/reset-second-factor',
        'Remove the second factor of a user',
        'For one who has lost the authenticator app and the recovery codes. Every session ends.',
      ),
    )
    .input(UserId)
    .output(User)
    .mutation(
      audited(User, ({ ctx, input }) => resetSecondFactor(ctx, input.userId), {
        subject: 'userId',
      }),
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

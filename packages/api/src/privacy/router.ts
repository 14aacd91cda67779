import { assertPassword } from '../auth/service.ts';
import type { RequestContext } from '../context.ts';
import { idempotentInSteps } from '../idempotency.ts';
import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import type { UserContext } from '../service-context.ts';
import { accountProcedure } from '../trpc.ts';
import { deleteAccount } from './delete-account.ts';
import { exportData } from './export-data.ts';
import { AccountDeleted, AccountExport, DeleteAccount } from './schema.ts';

const deletion = idempotentInSteps<
  UserContext & Pick<RequestContext, 'idempotencyKey'>,
  DeleteAccount,
  { deleted: true },
  unknown
>(AccountDeleted, {
  prepare: ({ ctx, input, path }) =>
    assertPassword(ctx, input.password, { procedure: path, field: 'password' }),
  effect: ({ ctx, input }) => deleteAccount(ctx, input),
});

export const privacyRouter = {
  /** Everything that is kept about the caller. */
  exportData: accountProcedure
    .meta(
      route(
        'GET /auth/export',
        'Read everything kept about you',
        'Your account, sessions, reservations, locks, scans and what the audit log has, as JSON.',
      ),
    )
    .input(NoInput)
    .output(AccountExport)
    .query(({ ctx }) => exportData(ctx)),

  /** Deletes the caller's account. */
  deleteAccount: accountProcedure
    .meta({
      ...route(
        'POST /auth/delete-account',
        'Delete your account',
        'Your name, address and sign-in are forgotten, and all sessions end. Bookings stay, without a name. ' +
          'Where a show ahead has been paid for, cancel it first, or send `forfeit`. A wrong password counts ' +
          'as a failed sign-in.',
      ),
      message: 'Account deleted.',
      refusals: ['PAID_SHOWS_AHEAD', 'LAST_ADMIN', 'RATE_LIMITED'],
    })
    .input(DeleteAccount)
    .output(AccountDeleted)
    .mutation((call) => deletion(call)),
};

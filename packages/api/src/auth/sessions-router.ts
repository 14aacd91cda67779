import { idempotent } from '../idempotency.ts';
import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import { userProcedure } from '../trpc.ts';
import { RevokeSession, Sessions } from './schema.ts';
import { listSessions, revokeSession } from './sessions.ts';

export const sessionsRouter = {
  /** The caller's sessions. */
  list: userProcedure
    .meta(
      route(
        'GET /auth/sessions',
        'List your sessions',
        'Where you are signed in; the one that was used last comes first.',
      ),
    )
    .input(NoInput)
    .output(Sessions)
    .query(({ ctx }) => listSessions(ctx)),

  /** Ends one of the caller's sessions. */
  revoke: userProcedure
    .meta({
      ...route(
        'DELETE /auth/sessions/{sessionId}',
        'End one of your sessions',
        'Its tokens are refused from now on. Returns the sessions that are left. Ending this one ' +
          'signs you out.',
      ),
      message: 'Session ended.',
      refusals: ['NOT_FOUND'],
    })
    .input(RevokeSession)
    .output(Sessions)
    .mutation(idempotent(Sessions, ({ ctx, input }) => revokeSession(ctx, input))),
};

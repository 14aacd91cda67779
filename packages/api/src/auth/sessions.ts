import { query, statement } from '../db/query.ts';
import { noSuch } from '../errors.ts';
import type { UserContext } from '../service-context.ts';
import type { RevokeSession, Session } from './schema.ts';
import { recordOwn } from './service.ts';

const sessionsOf = statement(
  `select id, created_at as "createdAt", coalesce(last_used_at, created_at) as "lastUsedAt",
     user_agent as "userAgent", id = $2 as current
   from sessions where user_id = $1 and expires_at > clock_timestamp()
   order by coalesce(last_used_at, created_at) desc, id desc limit 100`,
  { id: 'uuid', createdAt: 'instant', lastUsedAt: 'instant', userAgent: 'text?', current: 'bool' },
);

const endOne = statement(
  'delete from sessions where id = $1 and user_id = $2 and expires_at > clock_timestamp() returning id',
  { id: 'uuid' },
);

/** The caller's sessions, at most 100; the one that was used last comes first. */
export function listSessions(ctx: UserContext): Promise<Session[]> {
  const { id, sessionId } = ctx.caller;
  return query(ctx, sessionsOf, [id, sessionId]);
}

/**
 * Ends a session of the caller. Its tokens are refused from the next request on.
 *
 * @returns the sessions that are left
 * @throws NotFoundError for one that has ended, or that is another user's
 */
export async function revokeSession(
  ctx: UserContext,
  { sessionId }: RevokeSession,
): Promise<Session[]> {
  const [ended] = await query(ctx, endOne, [sessionId, ctx.caller.id]);
  if (!ended) {
    throw noSuch('session');
  }
  await recordOwn(ctx, 'auth.sessions.revoke', ctx.caller.id);
  return listSessions(ctx);
}

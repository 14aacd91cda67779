import { v7 } from 'uuid';
import type { App } from '../app.ts';
import { guestSeconds, tokenSeconds } from '../config.ts';
import type { User } from '../db/entities/index.ts';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { AuthenticationError } from '../errors.ts';
import type { RightsHolder } from './rights.ts';
import type { OpenedSession } from './schema.ts';

/** The caller: the user's row as it is now, and the session that the token belongs to. */
export interface Caller extends RightsHolder {
  readonly id: string;
  readonly sessionId: string;
}

/** Who a token of ours says is calling. Whether the session is alive is not known yet. */
export interface Claimant {
  readonly id: string;
  readonly sessionId: string;
  readonly tokenEndsAt: Date;
  /** A guest stays one, so the token may say it. */
  readonly isGuest: boolean;
}

type SessionContext = Database & { readonly app: App };

const insertSession = statement(
  `with account as (
     select id from users
     where id = $2 and disabled_at is null and password_hash = $4 for key share)
   insert into sessions (id, user_id, expires_at)
   select $1, id, clock_timestamp() + make_interval(secs => $3) from account returning id`,
  { id: 'uuid' },
);

/** Sessions of one account at a time; a new one ends the oldest. */
const mostSessions = 20;

const endOldest = statement(
  `delete from sessions where id in (
     select id from sessions where user_id = $1 and id <> $3
     order by created_at desc, id desc offset $2)`,
);

/**
 * Opens a session. Its end is set by the database's clock. Waits for a disabling or a new password
 * that is under way, and opens nothing after it.
 *
 * @throws AuthenticationError `INVALID_CREDENTIALS` when the account has changed since it was read
 */
export async function openSession(
  ctx: SessionContext,
  user: Pick<User, 'id' | 'email' | 'role' | 'passwordHash'>,
): Promise<OpenedSession> {
  const { config, clock } = ctx.app;
  const expiresIn = user.role === 'guest' ? guestSeconds : tokenSeconds(config);
  const sessionId = v7();
  const values = [sessionId, user.id, expiresIn, user.passwordHash];
  if ((await query(ctx, insertSession, values)).length === 0) {
    throw new AuthenticationError('INVALID_CREDENTIALS');
  }
  if (config.rateLimit) {
    await query(ctx, endOldest, [user.id, mostSessions - 1, sessionId]);
  }
  const { id: userId, role } = user;
  // A claim that servers of every release expect.
  const email = role === 'guest' ? '' : user.email;
  const issuedAt = Math.floor(clock().getTime() / 1000);
  return { userId, email, role, sessionId, issuedAt, expiresIn };
}

/** The token of a session (HS256): of the same session always the same. */
export function tokenOf(
  { tokens }: Pick<App, 'tokens'>,
  { userId, email, role, sessionId, issuedAt: iat, expiresIn }: OpenedSession,
): { accessToken: string; tokenType: 'bearer'; expiresIn: number } {
  const exp = iat + expiresIn;
  const accessToken = tokens.sign({ user_id: userId, email, role, sid: sessionId, iat, exp });
  return { accessToken, tokenType: 'bearer', expiresIn };
}

/**
 * Reads who an `Authorization` header says is calling, for a procedure whose own statement checks
 * the session.
 *
 * @throws AuthenticationError `TOKEN_INVALID` for anything but a token of ours
 */
export function claimantOf(app: App, authorization: string): Claimant {
  const { user_id: id, sid: sessionId, exp, role } = app.tokens.read(authorization);
  return { id, sessionId, tokenEndsAt: new Date(exp * 1000), isGuest: role === 'guest' };
}

/**
 * Reads who an `Authorization` header stands for. The token decides about the session alone; role
 * and state come from the user's row, so that a demotion holds at the next request.
 *
 * @throws AuthenticationError `TOKEN_EXPIRED` for an expired token, `TOKEN_INVALID` for any other
 */
export async function authenticate(app: App, authorization: string): Promise<Caller> {
  const claims = app.tokens.read(authorization);
  const session = await app.sessions.find(claims.sid);
  const now = session?.now ?? app.clock();
  if (claims.exp * 1000 <= now.getTime() || (session && session.expiresAt <= now)) {
    throw new AuthenticationError('TOKEN_EXPIRED');
  }
  if (!session || session.disabled || session.id !== claims.user_id) {
    throw new AuthenticationError('TOKEN_INVALID');
  }
  const { id, role, grants } = session;
  return { id, role, grants: grants ?? [], sessionId: claims.sid };
}

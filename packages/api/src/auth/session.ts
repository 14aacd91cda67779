import { v7 } from 'uuid';
import type { App } from '../app.ts';
import { guestSeconds, refreshSeconds, tokenSeconds } from '../config.ts';
import type { User } from '../db/entities/index.ts';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { AuthenticationError } from '../errors.ts';
import type { RightsHolder } from './rights.ts';
import type { OpenedSession, SessionTokens } from './schema.ts';

/** The caller: the user's row as it is now, and the session that the token belongs to. */
export interface Caller extends RightsHolder {
  readonly id: string;
  readonly sessionId: string;
  readonly hasSecondFactor: boolean;
}

/** Who a token of ours says is calling. Whether the session is alive is not known yet. */
export interface Claimant {
  readonly id: string;
  readonly sessionId: string;
  readonly tokenEndsAt: Date;
  /** A guest stays one, so the token may say it. */
  readonly isGuest: boolean;
  /** Whether the account was one of staff or an administrator's when the token was made. */
  readonly wasStaff: boolean;
}

type SessionContext = Database & {
  readonly app: App;
  readonly userAgent: string | undefined;
};

const insertSession = statement(
  `with account as (
     select id from users
     where id = $2 and disabled_at is null and password_hash = $4 for key share)
   insert into sessions (id, user_id, user_agent, expires_at)
   select $1, id, $5, clock_timestamp() + make_interval(secs => $3) from account
   returning expires_at as "expiresAt"`,
  { expiresAt: 'instant' },
);

/** Sessions of one account at a time; a new one ends the one that was used longest ago. */
const mostSessions = 20;

const endOldest = statement(
  `delete from sessions where id in (
     select id from sessions where user_id = $1 and id <> $3
     order by coalesce(last_used_at, created_at) desc, id desc offset $2)`,
);

/**
 * Opens a session. Its end is set by the database's clock; guests' cannot be renewed. Waits for a disabling or a new password
 * that is under way, and opens nothing after it.
 *
 * @throws AuthenticationError `INVALID_CREDENTIALS` when the account has changed since it was read
 */
export async function openSession(
  ctx: SessionContext,
  user: Pick<User, 'id' | 'email' | 'role' | 'passwordHash'>,
): Promise<OpenedSession> {
  const { config, clock } = ctx.app;
  const isGuest = user.role === 'guest';
  const expiresIn = isGuest ? guestSeconds : tokenSeconds(config);
  const lifeSeconds = isGuest ? guestSeconds : Math.max(refreshSeconds, expiresIn);
  const sessionId = v7();
  const values = [sessionId, user.id, lifeSeconds, user.passwordHash, nameOf(ctx.userAgent)];
  const [inserted] = await query(ctx, insertSession, values);
  if (!inserted) {
    throw new AuthenticationError('INVALID_CREDENTIALS');
  }
  if (config.rateLimit) {
    await query(ctx, endOldest, [user.id, mostSessions - 1, sessionId]);
  }
  const { id: userId, role } = user;
  // A claim that servers of every release expect.
  const email = role === 'guest' ? '' : user.email;
  const issuedAt = Math.floor(clock().getTime() / 1000);
  const opened = { userId, email, role, sessionId, issuedAt, expiresIn };
  if (isGuest) {
    return opened;
  }
  const endsAt = Math.floor(inserted.expiresAt.getTime() / 1000);
  return { ...opened, refresh: { generation: 0, endsAt, expiresIn: lifeSeconds } };
}

/** What a client calls itself, as it can be shown: printable ASCII, as headers have it. */
function nameOf(userAgent: string | undefined): string | null {
  return userAgent?.replaceAll(/[^ -~]/g, '').slice(0, 255) || null;
}

/** The tokens of a session (the access token: HS256): of the same session always the same. */
export function tokensOf(
  { tokens, refreshTokens }: Pick<App, 'tokens' | 'refreshTokens'>,
  { userId, email, role, sessionId, issuedAt: iat, expiresIn, refresh }: OpenedSession,
): SessionTokens {
  const exp = iat + expiresIn;
  const accessToken = tokens.sign({ user_id: userId, email, role, sid: sessionId, iat, exp });
  const access = { accessToken, tokenType: 'bearer', expiresIn } as const;
  if (!refresh) {
    return { ...access, refreshToken: null, refreshExpiresIn: null };
  }
  const refreshToken = refreshTokens.sign({
    id: sessionId,
    expiresAt: new Date(refresh.endsAt * 1000),
    about: String(refresh.generation),
  });
  return { ...access, refreshToken, refreshExpiresIn: refresh.expiresIn };
}

/**
 * Reads who an `Authorization` header says is calling, for a procedure whose own statement checks
 * the session.
 *
 * @throws AuthenticationError `TOKEN_INVALID` for anything but a token of ours
 */
export function claimantOf(app: App, authorization: string): Claimant {
  const { user_id: id, sid: sessionId, exp, role } = app.tokens.read(authorization);
  app.sessionUses.note(sessionId);
  const wasStaff = role === 'admin' || role === 'staff';
  return { id, sessionId, tokenEndsAt: new Date(exp * 1000), isGuest: role === 'guest', wasStaff };
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
  app.sessionUses.note(claims.sid);
  const { id, role, grants, hasSecondFactor } = session;
  return { id, role, grants: grants ?? [], sessionId: claims.sid, hasSecondFactor };
}

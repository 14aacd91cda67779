import jwt from 'jsonwebtoken';
import { v7 } from 'uuid';
import type { App } from '../app.ts';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { AuthenticationError } from '../errors.ts';

/** The caller: the user's row as it is now, and the session that the token belongs to. */
export interface Caller {
  readonly id: string;
  readonly email: string;
  readonly role: 'admin' | 'user';
  readonly sessionId: string;
}

type SessionContext = Database & { readonly app: App };

/** The claims of an access token: the source design's three, and the session. */
interface Claims {
  user_id: string;
  email: string;
  role: string;
  sid: string;
  exp: number;
}

const insertSession = statement(
  `with account as (
     select id from users
     where id = $2 and disabled_at is null and password_hash = $4 for key share)
   insert into sessions (id, user_id, expires_at)
   select $1, id, clock_timestamp() + make_interval(secs => $3) from account returning id`,
  { id: 'uuid' },
);

/**
 * Opens a session and makes its token (HS256). The session's end is set by the database's clock.
 * Waits for a disabling or a new password that is under way, and opens nothing after it.
 *
 * @throws AuthenticationError `INVALID_CREDENTIALS` when the account has changed since it was read
 */
export async function openSession(
  ctx: SessionContext,
  user: { id: string; email: string; role: string; passwordHash: string },
): Promise<{ accessToken: string; tokenType: 'bearer'; expiresIn: number }> {
  const { jwtKey, config, clock } = ctx.app;
  const expiresIn = Math.round(config.jwt.expiresInMinutes * 60);
  const sessionId = v7();
  const values = [sessionId, user.id, expiresIn, user.passwordHash];
  if ((await query(ctx, insertSession, values)).length === 0) {
    throw new AuthenticationError('INVALID_CREDENTIALS');
  }
  const iat = Math.floor(clock().getTime() / 1000);
  const claims: Claims & { iat: number } = {
    user_id: user.id,
    email: user.email,
    role: user.role,
    sid: sessionId,
    iat,
    exp: iat + expiresIn,
  };
  const accessToken = jwt.sign(claims, jwtKey, { algorithm: 'HS256' });
  return { accessToken, tokenType: 'bearer', expiresIn };
}

const sessionById = statement(
  `select u.id, u.email, u.role, u.disabled_at is not null as disabled,
     s.expires_at as "expiresAt", clock_timestamp() as now
   from sessions s join users u on u.id = s.user_id
   where s.id = $1`,
  {
    id: 'uuid',
    email: 'text',
    role: textOf<Caller['role']>(),
    disabled: 'bool',
    expiresAt: 'instant',
    now: 'instant',
  },
);

/**
 * Reads who an `Authorization` header stands for. The token decides about the session alone; role
 * and state come from the user's row, so that a demotion holds at the next request.
 *
 * @throws AuthenticationError `TOKEN_EXPIRED` for an expired token, `TOKEN_INVALID` for any other
 */
export async function authenticate(ctx: SessionContext, authorization: string): Promise<Caller> {
  const claims = readToken(ctx.app, authorization);
  const [session] = await query(ctx, sessionById, [claims.sid]);
  const now = session?.now ?? ctx.app.clock();
  if (claims.exp * 1000 <= now.getTime() || (session && session.expiresAt <= now)) {
    throw new AuthenticationError('TOKEN_EXPIRED');
  }
  if (!session || session.disabled || session.id !== claims.user_id) {
    throw new AuthenticationError('TOKEN_INVALID');
  }
  return { id: session.id, email: session.email, role: session.role, sessionId: claims.sid };
}

function readToken({ jwtKey }: App, authorization: string): Claims {
  const [, token] = /^Bearer +([^\s]+) *$/i.exec(authorization) ?? [];
  try {
    // The session's row and the database's clock decide whether it has expired.
    const options = { algorithms: ['HS256' as const], ignoreExpiration: true };
    const claims = jwt.verify(token ?? '', jwtKey, options) as Partial<Claims>;
    const known = typeof claims.exp === 'number' && typeof claims.user_id === 'string';
    if (known) {
      const sid = isId(claims.sid) ? claims.sid : '00000000-0000-0000-0000-000000000000';
      return { ...(claims as Claims), sid };
    }
  } catch {
    // Falls through: it is not a token of ours.
  }
  throw new AuthenticationError('TOKEN_INVALID');
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

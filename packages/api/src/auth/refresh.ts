import { longestSessionSeconds, refreshSeconds, tokenSeconds } from '../config.ts';
import { User as UserEntity } from '../db/entities/index.ts';
import { inTransaction, query, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { AuthenticationError } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import type { OpenedSession, Refresh, SignedIn } from './schema.ts';
import { recordOwn, toUser } from './service.ts';
import { tokensOf } from './session.ts';
import type { ReadToken } from './signed-tokens.ts';

/**
 * How long a refresh token that was used gets the same answer again, in milliseconds: two tabs renew at
 * the same time, and an answer can be lost.
 */
const graceMs = 30_000;

/** Renewals within that time that are remembered. */
const mostRenewals = 10;

const sessionRow = {
  userId: 'uuid',
  generation: 'int',
  renewals: jsonOf<number[]>(),
  createdAt: 'instant',
  expiresAt: 'instant',
  isDisabled: 'bool',
  now: 'instant',
} as const;
type SessionRow = RowOf<typeof sessionRow>;

const sessionById = statement(
  `select u.id as "userId", s.generation, s.renewals, s.created_at as "createdAt",
     s.expires_at as "expiresAt", u.disabled_at is not null as "isDisabled", clock_timestamp() as now
   from sessions s join users u on u.id = s.user_id where s.id = $1`,
  sessionRow,
);

const renew = statement(
  `update sessions set generation = generation + 1, renewals = $3, last_used_at = $4, expires_at = $5
   where id = $1 and generation = $2 returning id`,
  { id: 'uuid' },
);

const endSession = statement('delete from sessions where id = $1');

/** A renewal: what the refresh token that it gave is about, and when it was. */
interface Renewal {
  generation: number;
  at: Date;
}

/**
 * Renews a session: a new access token, and a new refresh token in place of the one that is given. A
 * token that was used gets the same pair again for 30 seconds; after that it is in two hands, and the
 * session ends.
 *
 * @throws AuthenticationError `TOKEN_EXPIRED` when the session has ended by time, otherwise `TOKEN_INVALID`
 */
export async function refresh(ctx: ServiceContext, { refreshToken }: Refresh): Promise<SignedIn> {
  const { app } = ctx;
  const token = app.refreshTokens.read(refreshToken);
  if (!token) {
    throw new AuthenticationError('TOKEN_INVALID');
  }
  for (;;) {
    const session = await liveSession(ctx, token);
    const renewal = await renewalBy(ctx, token, session);
    if (renewal) {
      const user = await ctx.em.findOneOrFail(UserEntity, { id: session.userId });
      const opened = renewed(
        { sessionId: token.id, session, renewal, user },
        tokenSeconds(app.config),
      );
      return { user: toUser(user), ...tokensOf(app, opened) };
    }
  }
}

async function liveSession(ctx: ServiceContext, token: ReadToken): Promise<SessionRow> {
  const [session] = await query(ctx, sessionById, [token.id]);
  const now = session?.now ?? ctx.app.clock();
  if (token.expiresAt <= now || (session && session.expiresAt <= now)) {
    throw new AuthenticationError('TOKEN_EXPIRED');
  }
  if (!session || session.isDisabled) {
    throw new AuthenticationError('TOKEN_INVALID');
  }
  ctx.notes.subject = session.userId;
  return session;
}

/**
 * The renewal that a token stands for: a new one for the newest token, the past one for a token that
 * was used a moment ago.
 *
 * @returns undefined when another request has renewed the session meanwhile
 */
async function renewalBy(
  ctx: ServiceContext,
  token: ReadToken,
  session: SessionRow,
): Promise<Renewal | undefined> {
  const { generation, renewals, now } = session;
  if (token.isAbout(String(generation))) {
    const recent = [now.getTime(), ...renewals].filter((at) => isRecent(at, now));
    const values = [JSON.stringify(recent.slice(0, mostRenewals)), now, endOf(session, now)];
    const [changed] = await query(ctx, renew, [token.id, generation, ...values]);
    return changed && { generation: generation + 1, at: now };
  }
  const place = renewals.findIndex((_, index) => token.isAbout(String(generation - index - 1)));
  const at = renewals[place];
  if (at === undefined || !isRecent(at, now)) {
    await inTransaction(ctx, async (tx) => {
      await query(tx, endSession, [token.id]);
      await recordOwn(tx, 'auth.refreshReused', session.userId);
    });
    throw new AuthenticationError('TOKEN_INVALID');
  }
  return { generation: generation - place, at: new Date(at) };
}

function isRecent(at: number, now: Date): boolean {
  return now.getTime() - at <= graceMs;
}

/** When a session ends that was renewed at an instant, unless it is renewed again. */
function endOf({ createdAt }: Pick<SessionRow, 'createdAt'>, at: Date): Date {
  const longest = createdAt.getTime() + longestSessionSeconds * 1000;
  return new Date(Math.min(at.getTime() + refreshSeconds * 1000, longest));
}

function renewed(
  {
    sessionId,
    session,
    renewal: { generation, at },
    user: { id: userId, email, role },
  }: { sessionId: string; session: SessionRow; renewal: Renewal; user: UserEntity },
  tokenLife: number,
): OpenedSession {
  const issuedAt = Math.floor(at.getTime() / 1000);
  const endsAt = Math.floor(endOf(session, at).getTime() / 1000);
  const expiresIn = Math.min(tokenLife, endsAt - issuedAt);
  const next = { generation, endsAt, expiresIn: endsAt - issuedAt };
  return { userId, email, role, sessionId, issuedAt, expiresIn, refresh: next };
}

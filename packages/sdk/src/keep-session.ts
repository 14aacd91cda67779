import { readRestAnswer } from './answer.ts';
import { performCall } from './call.ts';
import type { SendOnce } from './call.ts';
import type { MatineeError } from './errors.ts';
import { performRequest } from './http.ts';
import type { SessionKeeper, SessionStore, StoredSession } from './session-store.ts';
import type { Settings } from './settings.ts';
import type { SignedIn } from './types.ts';

/** An access token is renewed this long before it expires, in milliseconds. */
const earlyMs = 60_000;

/** Attempts to renew: a lost answer comes again within half a minute. */
const attempts = 3;

/** Keeps the session of a client in a store. */
export function keepSession(settings: Settings, store: SessionStore): SessionKeeper {
  let renewing: Promise<StoredSession | null> | undefined;
  /** The calls of this client that need it renew together. */
  const renew = (used: string) => {
    renewing ??= renewOnce(settings, store, used).finally(() => (renewing = undefined));
    return renewing;
  };
  return {
    token: async () => {
      const session = await store.load();
      if (session?.refreshToken && session.expiresAt - Date.now() < earlyMs) {
        return (await renew(session.refreshToken))?.accessToken;
      }
      return session?.accessToken;
    },
    keep: async (path, value) => {
      if (path === 'auth.logout') {
        await store.save(null);
      } else if (isSignedIn(path, value)) {
        await store.save(toStored(value));
      }
    },
    renewAfter: async ({ code }, token) => {
      const session = await store.load();
      if (!session || session.accessToken !== token) {
        // Another tab has signed in, or renewed the session, while this call was on its way.
        return session !== null;
      }
      if (code === 'TOKEN_EXPIRED' && session.refreshToken) {
        const renewed = await renew(session.refreshToken);
        return renewed !== null && renewed.refreshToken !== session.refreshToken;
      }
      await store.save(null);
      return false;
    },
  };
}

/**
 * The session after a renewal, if its refresh token still is the one that was used: access tokens of the
 * same second are equal. The session is over, and `null`, if the server says so; with any other failure
 * it stays what it was.
 */
function renewOnce(
  settings: Settings,
  store: SessionStore,
  used: string,
): Promise<StoredSession | null> {
  const work = async () => {
    const session = await store.load();
    if (!session?.refreshToken || session.refreshToken !== used) {
      return session;
    }
    const renewed = await askForRenewal(settings, session.refreshToken);
    if (renewed === 'unknown') {
      return session;
    }
    await store.save(renewed);
    return renewed;
  };
  return store.alone ? store.alone(work) : work();
}

async function askForRenewal(
  settings: Settings,
  refreshToken: string,
): Promise<StoredSession | null | 'unknown'> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      return toStored(await sendRefresh(settings, refreshToken));
    } catch (thrown) {
      const error = thrown as MatineeError;
      if (error.status === 401) {
        settings.onUnauthorized(error, refreshToken);
        return null;
      }
      if (!error.isRetryable) {
        break;
      }
    }
  }
  return 'unknown';
}

function sendRefresh(settings: Settings, refreshToken: string): Promise<unknown> {
  const path = 'auth.refresh';
  const send: SendOnce = async (signal) => {
    const [outcome] = await performRequest(
      settings,
      {
        method: 'POST',
        url: `${settings.url}/api/v1/auth/refresh`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken }),
        paths: [path],
        signal,
      },
      (head, text) => [readRestAnswer(head, text)],
    );
    return outcome;
  };
  // Without the keeper: it saves what it asked for itself.
  return performCall({ ...settings, session: undefined }, { path, input: {}, options: {}, send });
}

/** The calls that open a session, and the one that replaces it. */
function isSignedIn(path: string, value: unknown): boolean {
  const opens = /^auth\.(login|register|guest|link|refresh|changePassword)$/;
  return opens.test(path) && typeof value === 'object' && value !== null && 'accessToken' in value;
}

function toStored(value: unknown): StoredSession {
  const { accessToken, refreshToken, expiresIn } = value as SignedIn;
  // A server of before has no refresh tokens.
  const next = (refreshToken as string | null | undefined) ?? null;
  return { accessToken, refreshToken: next, expiresAt: Date.now() + expiresIn * 1_000 };
}

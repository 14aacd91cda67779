import type { MatineeError } from './errors.ts';

/** A session as it is kept: plain JSON. */
export interface StoredSession {
  accessToken: string;
  /** Renews the session; `null` for guests. */
  refreshToken: string | null;
  /** When the access token expires by the clock of this device, in milliseconds since 1970. */
  expiresAt: number;
}

/** Where a session is kept. */
export interface SessionStore {
  /** Asked before every request: another tab may have signed in or out. */
  load: () => StoredSession | null | Promise<StoredSession | null>;
  /** `null`: signed out. */
  save: (session: StoredSession | null) => void | Promise<void>;
  /** Runs `work` while nobody else does who keeps the session in the same place. */
  alone?: (<Result>(work: () => Promise<Result>) => Promise<Result>) | undefined;
}

/** The part of a browser's `LockManager` that is used here. */
interface Locks {
  request: <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;
}

/**
 * Keeps the session in `localStorage`, for all tabs of this origin: one renews it, and the others go on
 * with what it got.
 *
 * @param key of the entry; `matinee.session` if left out
 */
export function browserSession(key = 'matinee.session'): SessionStore {
  return {
    load: () => read(localStorage.getItem(key)),
    save: (session) =>
      session ? localStorage.setItem(key, JSON.stringify(session)) : localStorage.removeItem(key),
    // Pages without TLS have no locks. Two tabs that renew together then get the same tokens.
    alone: (work) => {
      const { locks } = navigator as { locks?: Locks };
      return locks ? locks.request(key, work) : work();
    },
  };
}

/** Keeps the session in this process alone. */
export function memorySession(): SessionStore {
  let kept: StoredSession | null = null;
  return { load: () => kept, save: (session) => void (kept = session) };
}

/** Keeps the session of a client. */
export interface SessionKeeper {
  /** The access token, which is renewed before it expires; undefined when nobody is signed in. */
  token: () => Promise<string | undefined>;
  /** Takes note of what a call has returned: signing in, and signing out. */
  keep: (path: string, value: unknown) => Promise<void>;
  /**
   * Renews the session after a call was refused.
   *
   * @returns whether the call can be sent again, with another token
   */
  renewAfter: (error: MatineeError, token: string | undefined) => Promise<boolean>;
}

/** What was kept; `null` for anything else. */
function read(text: string | null): StoredSession | null {
  try {
    const session = JSON.parse(text ?? 'null') as StoredSession | null;
    return typeof session?.accessToken === 'string' ? session : null;
  } catch {
    return null;
  }
}

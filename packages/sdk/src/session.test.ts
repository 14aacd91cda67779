import { afterEach, describe, expect, test, vi } from 'vitest';
import { cut, refuse, smallServer } from '../test/small-server.ts';
import { createMatinee } from './create-matinee.ts';
import type { MatineeError } from './errors.ts';
import { browserSession, memorySession } from './session-store.ts';
import type { SessionStore, StoredSession } from './session-store.ts';
import type { Fetch, MatineeOptions } from './settings.ts';

const url = 'http://matinee.test';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A server whose access token n is renewed to n + 1; those in `expired` are refused as such. */
function aServer() {
  const expired = new Set<string>();
  const state = { newest: 1, over: false, isSignedIn: true, sameSecond: false };
  const pair = () => ({
    user: { id: 'u' },
    accessToken: state.sameSecond ? 'access-1' : `access-${state.newest}`,
    tokenType: 'bearer',
    expiresIn: 3_600,
    refreshToken: `refresh-${state.newest}`,
    refreshExpiresIn: 2_592_000,
  });
  const checked = (headers: Headers) => {
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? '';
    if (token === '') {
      refuse('AUTHENTICATION_REQUIRED', 401);
    }
    if (!state.isSignedIn) {
      refuse('TOKEN_INVALID', 401);
    }
    if (expired.has(token)) {
      refuse('TOKEN_EXPIRED', 401);
    }
    return { token };
  };
  const server = smallServer({
    'auth.login!': pair,
    'auth.guest!': () => ({ ...pair(), refreshToken: null, refreshExpiresIn: null }),
    'auth.logout!': () => ({ loggedOut: true }),
    'auth.changePassword!': () => ({ ...pair(), accessToken: 'changed' }),
    'auth.me': (_input, headers) => checked(headers),
    'reservations.get': (_input, headers) => checked(headers),
    'showtimes.lockSeats!': (_input, headers) => checked(headers),
  });
  const renewals: string[] = [];
  const faults: (() => Response)[] = [];
  const fetch: Fetch = async (address, init) => {
    if (!address.endsWith('/api/v1/auth/refresh')) {
      return server.fetch(address, init);
    }
    const { refreshToken } = JSON.parse(init.body as string) as { refreshToken: string };
    renewals.push(refreshToken);
    const fault = faults.shift();
    if (fault) {
      return fault();
    }
    if (state.over) {
      const error = { code: 'TOKEN_INVALID', message: 'No.', details: {} };
      return Response.json({ success: false, error }, { status: 401 });
    }
    // As the server does: a token that was just used gets the same pair.
    const used = Number(refreshToken.replace('refresh-', ''));
    state.newest = Math.max(state.newest, used + 1);
    return Response.json({ success: true, data: pair() });
  };
  return { fetch, expired, state, renewals, faults, requests: server.requests };
}

function aClient(options: Partial<MatineeOptions> = {}) {
  const server = aServer();
  const store = options.session ?? memorySession();
  const matinee = createMatinee({ url, fetch: server.fetch, ...options, session: store });
  const me = async () => ((await matinee.auth.me()) as unknown as { token: string }).token;
  return { server, store, matinee, me };
}

const login = { email: 'ada@example.com', password: 'p' };
const ends = (session: StoredSession | null, expiresAt: number) =>
  session && { ...session, expiresAt };

describe('a kept session', () => {
  test('is written by signing in, read by every call, and gone after signing out', async () => {
    const { matinee, store, me } = aClient();
    await expect(me()).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    await matinee.auth.login(login);
    expect(await store.load()).toMatchObject({
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
    });
    expect(await me()).toBe('access-1');
    await matinee.auth.changePassword({ currentPassword: 'p', newPassword: 'another-one' });
    expect(await me()).toBe('changed');
    await matinee.auth.logout();
    expect(await store.load()).toBeNull();
    await expect(me()).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
  });

  test('is renewed a minute before its access token expires, once for all calls', async () => {
    const { matinee, server, store, me } = aClient();
    await matinee.auth.login(login);
    await store.save(ends(await store.load(), Date.now() + 59_000));
    const lock = { showtimeId: 's', seatIds: ['a'] };
    const calls = [me(), matinee.showtimes.lockSeats(lock), me(), matinee.auth.me()];
    await Promise.all(calls);
    expect(server.renewals).toEqual(['refresh-1']);
    expect(await me()).toBe('access-2');
    expect(await store.load()).toMatchObject({ refreshToken: 'refresh-2' });
    // Another minute away it is left alone.
    await store.save(ends(await store.load(), Date.now() + 61_000));
    await me();
    expect(server.renewals).toHaveLength(1);
  });

  test('is renewed when a call finds its token expired, and the call is sent again', async () => {
    const onUnauthorized = vi.fn<(error: MatineeError) => void>();
    const { matinee, server, me } = aClient({ onUnauthorized });
    await matinee.auth.login(login);
    server.expired.add('access-1');
    const calls = await Promise.all([
      me(),
      matinee.reservations.get({ reservationId: 'r' }),
      matinee.showtimes.lockSeats({ showtimeId: 's', seatIds: ['a'] }),
    ]);
    expect(calls).toEqual(['access-2', { token: 'access-2' }, { token: 'access-2' }]);
    expect(server.renewals).toEqual(['refresh-1']);
    expect(onUnauthorized).not.toHaveBeenCalled();
    const keys = server.requests
      .filter(({ paths }) => paths.includes('showtimes.lockSeats'))
      .map(({ headers }) => headers.get('idempotency-key'));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test('is over when it cannot be renewed: told once, and forgotten', async () => {
    const onUnauthorized = vi.fn<(error: MatineeError) => void>();
    const { matinee, server, store, me } = aClient({ onUnauthorized });
    await matinee.auth.login(login);
    server.state.over = true;
    server.expired.add('access-1');
    await expect(me()).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(await store.load()).toBeNull();
    expect(onUnauthorized.mock.calls.map(([{ code }]) => code as string)).toContain(
      'TOKEN_INVALID',
    );
    expect(server.renewals).toHaveLength(1);
  });

  test('that was ended elsewhere is forgotten without a renewal', async () => {
    const { matinee, server, store, me } = aClient();
    await matinee.auth.login(login);
    server.state.isSignedIn = false;
    await expect(me()).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    expect(await store.load()).toBeNull();
    expect(server.renewals).toEqual([]);
  });

  test('outlives a renewal whose answer is lost, and one that fails for a while', async () => {
    const { matinee, server, store, me } = aClient();
    await matinee.auth.login(login);
    await store.save(ends(await store.load(), Date.now()));
    server.faults.push(() => {
      throw new TypeError('fetch failed');
    });
    expect(await me()).toBe('access-2');
    await store.save(ends(await store.load(), Date.now()));
    server.faults.push(...Array.from({ length: 3 }, () => () => new Response('', { status: 503 })));
    expect(await me()).toBe('access-2');
    expect(await store.load()).toMatchObject({ refreshToken: 'refresh-2' });
  });

  test('of a guest is never renewed', async () => {
    const { matinee, server, store, me } = aClient();
    await matinee.auth.guest();
    await store.save(ends(await store.load(), Date.now()));
    expect(await me()).toBe('access-1');
    server.expired.add('access-1');
    await expect(me()).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(server.renewals).toEqual([]);
  });

  test('is not given together with a token', () => {
    const both = { url, token: 'abc', session: memorySession() };
    expect(() => createMatinee(both)).toThrow('either a token or a session');
  });

  test('is not sent along with a sign-in, and a refused sign-in does not end it', async () => {
    const { matinee, server, store } = aClient();
    await matinee.auth.login(login);
    await matinee.auth.login(login);
    expect(server.requests.at(-1)?.headers.has('authorization')).toBe(false);
    expect(await store.load()).not.toBeNull();
  });
});

describe('two tabs', () => {
  function twoTabs(store: SessionStore) {
    const server = aServer();
    const tabs = [0, 1].map(() => createMatinee({ url, fetch: server.fetch, session: store }));
    return { server, tabs };
  }

  function aLockedStore(): SessionStore {
    let last: Promise<unknown> = Promise.resolve();
    return {
      ...memorySession(),
      alone: (work) => {
        const next = last.then(work);
        last = next.catch(() => {});
        return next;
      },
    };
  }

  test('with a lock renew once, although the access token of the same second is the same', async () => {
    const store = aLockedStore();
    const { server, tabs } = twoTabs(store);
    server.state.sameSecond = true;
    await tabs[0]?.auth.login(login);
    await store.save(ends(await store.load(), Date.now()));
    await Promise.all(tabs.map((tab) => tab.auth.me()));
    expect(server.renewals).toEqual(['refresh-1']);
  });

  test('with a lock renew one after the other: once', async () => {
    const { server, tabs } = twoTabs(aLockedStore());
    await tabs[0]?.auth.login(login);
    server.expired.add('access-1');
    await Promise.all(tabs.map((tab) => tab.auth.me()));
    expect(server.renewals).toEqual(['refresh-1']);
  });

  test('without one renew together, and have the same tokens', async () => {
    const store = memorySession();
    const { server, tabs } = twoTabs(store);
    await tabs[0]?.auth.login(login);
    server.expired.add('access-1');
    expect(await Promise.all(tabs.map((tab) => tab.auth.me()))).toEqual([
      { token: 'access-2' },
      { token: 'access-2' },
    ]);
    expect(await store.load()).toMatchObject({ refreshToken: 'refresh-2' });
  });

  test('a call that was refused in one goes on with what the other has renewed', async () => {
    const store = memorySession();
    const { server, tabs } = twoTabs(store);
    await tabs[0]?.auth.login(login);
    server.expired.add('access-1');
    await tabs[0]?.auth.me();
    expect(await tabs[1]?.auth.me()).toEqual({ token: 'access-2' });
    expect(server.renewals).toHaveLength(1);
  });
});

describe('browserSession', () => {
  function aBrowser(locks?: unknown): Map<string, string> {
    const entries = new Map<string, string>();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => entries.get(key) ?? null,
      setItem: (key: string, value: string) => void entries.set(key, value),
      removeItem: (key: string) => void entries.delete(key),
    });
    vi.stubGlobal('navigator', { locks });
    return entries;
  }

  test('keeps the session in localStorage, and takes turns by the lock of the browser', async () => {
    const names: string[] = [];
    const entries = aBrowser({
      request: (name: string, work: () => unknown) => {
        names.push(name);
        return work();
      },
    });
    const { matinee, server, me } = aClient({ session: browserSession() });
    await matinee.auth.login(login);
    expect(JSON.parse(entries.get('matinee.session') ?? '')).toMatchObject({
      accessToken: 'access-1',
    });
    server.expired.add('access-1');
    expect(await me()).toBe('access-2');
    expect(names).toEqual(['matinee.session']);
    await matinee.auth.logout();
    expect(entries.size).toBe(0);
  });

  test('takes what is no session for none', async () => {
    const entries = aBrowser();
    for (const odd of ['{', 'null', '7', '{"accessToken":7}', '[]']) {
      entries.set('shop', odd);
      expect(await browserSession('shop').load()).toBeNull();
    }
  });

  test('works without locks', async () => {
    aBrowser();
    const { matinee, server, me } = aClient({ session: browserSession('shop') });
    await matinee.auth.login(login);
    server.expired.add('access-1');
    expect(await me()).toBe('access-2');
  });
});

test('a line that is cut is no reason to forget the session', async () => {
  const session = memorySession();
  const server = aServer();
  let isDown = false;
  const fetch: Fetch = (address, init) =>
    isDown ? Promise.resolve(cut({} as never)) : server.fetch(address, init);
  const matinee = createMatinee({ url, fetch, session, retries: 0 });
  await matinee.auth.login(login);
  isDown = true;
  await expect(matinee.auth.me()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  expect(await session.load()).toMatchObject({ accessToken: 'access-1' });
});

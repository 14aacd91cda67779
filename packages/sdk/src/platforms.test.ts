import { afterEach, describe, expect, test, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { smallServer } from '../test/small-server.ts';
import { createMatinee } from './create-matinee.ts';

const url = 'http://matinee.test';
const deaf = { onSnapshot: () => {}, onChange: () => {} };

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('in a browser', () => {
  /** `window.fetch` as it is: called as a method of anything but the window it throws. */
  function windowFetch() {
    const server = smallServer({ 'movies.genres': () => [], 'auth.logout!': () => ({}) });
    function fetch(this: unknown, address: string, init: RequestInit): Promise<Response> {
      if (this !== undefined && this !== globalThis) {
        throw new TypeError("Failed to execute 'fetch' on 'Window': Illegal invocation");
      }
      return server.fetch(address, init);
    }
    return { server, fetch };
  }

  test.each(['given', 'global'])('the %s fetch is called on its own', async (where) => {
    const { server, fetch } = windowFetch();
    vi.stubGlobal('fetch', fetch);
    const matinee = createMatinee({ url, retries: 0, ...(where === 'given' ? { fetch } : {}) });

    await Promise.all([matinee.movies.genres(), matinee.movies.genres()]);
    await matinee.auth.logout();
    server.faults.push(() => Response.json({ success: true, data: { title: 'Heat' } }));
    await matinee.movies.uploadPoster({ movieId: 'm', file: new Blob(['picture']) });
    const stop = matinee.showtimes.onSeatsChanged({ showtimeId: 's' }, deaf);
    await vi.waitUntil(() => server.requests.length >= 4);
    stop();

    expect(server.requests.slice(0, 2).map(({ paths }) => paths.length)).toEqual([2, 1]);
  });
});

describe('the user agent', () => {
  /** Those of a query, a change, a poster and a route, as they arrive. */
  async function sentBy(options: { headers?: Record<string, string> } = {}) {
    const server = smallServer({ 'movies.genres': () => [], 'auth.logout!': () => ({}) });
    const matinee = createMatinee({ url, fetch: server.fetch, ...options });
    await matinee.movies.genres();
    await matinee.auth.logout();
    const rest = () => Response.json({ success: true, data: { title: 'Heat' } });
    server.faults.push(rest, rest);
    await matinee.movies.uploadPoster({ movieId: 'm', file: new Blob(['picture']) });
    await matinee.request({ path: '/movies/m' });
    return server.requests.map(({ headers }) => headers.get('user-agent'));
  }
  const four = (name: string | null) => [name, name, name, name];

  test('is the SDK’s in Node', async () => {
    expect(await sentBy()).toEqual(four(`matinee-sdk/${manifest.version}`));
  });

  test.each(['user-agent', 'User-Agent'])(
    'is the caller’s where there is one (%s)',
    async (name) => {
      expect(await sentBy({ headers: { [name]: 'kiosk/1' } })).toEqual(four('kiosk/1'));
      const server = smallServer({ 'movies.genres': () => [] });
      const matinee = createMatinee({ url, fetch: server.fetch });
      await matinee.movies.genres(undefined, { headers: { [name]: 'kiosk/2' } });
      expect(server.requests[0]?.headers.get('user-agent')).toBe('kiosk/2');
    },
  );

  test('does not make a header look like one', async () => {
    expect(await sentBy({ headers: { 'x-user-agent': 'kiosk/1' } })).toEqual(
      four(`matinee-sdk/${manifest.version}`),
    );
  });

  test.each([
    ['a page', { process: undefined, document: {} }],
    ['a page with a bundler’s process', { process: { env: {}, versions: {} }, document: {} }],
    ['a window of Electron', { document: {} }],
    ['a worker of Electron', { WorkerGlobalScope: {} }],
    ['React Native', { process: { env: {} } }],
  ])('is the platform’s own in %s', async (_name, globals) => {
    for (const [name, value] of Object.entries(globals)) {
      vi.stubGlobal(name, value);
    }
    const sent = await sentBy();
    vi.unstubAllGlobals();
    expect(sent).toEqual(four(null));
  });
});

describe('in React Native', () => {
  /** What is missing there, or is there by name alone. */
  function stubReactNative(): void {
    class URL {
      get pathname(): string {
        throw new Error('URL.pathname is not implemented');
      }
      get searchParams(): never {
        throw new Error('URL.searchParams is not implemented');
      }
    }
    const absent = ['crypto', 'DOMException', 'EventSource', 'ReadableStream', 'URLSearchParams'];
    vi.stubGlobal('URL', URL);
    for (const name of absent) {
      vi.stubGlobal(name, undefined);
    }
  }

  /** Answers as read whole: no `body`. */
  function wholeAnswer(json: unknown): Response {
    const text = () => Promise.resolve(JSON.stringify(json));
    return { ok: true, status: 200, headers: new Headers(), text } as Response;
  }

  test('calls work: one, several in a batch, and changes with a key', async () => {
    const sent: { address: string; init: RequestInit }[] = [];
    const good = { result: { data: { json: [] } } };
    const fetch = async (address: string, init: RequestInit) => {
      sent.push({ address, init });
      return wholeAnswer(address.includes('batch=1') ? [good, good] : good);
    };
    stubReactNative();
    const matinee = createMatinee({ url, fetch });

    await Promise.all([matinee.movies.genres(), matinee.movies.genres()]);
    await matinee.auth.me();
    await matinee.auth.logout();

    expect(sent.map(({ address }) => address.split('?')[0])).toEqual([
      `${url}/trpc/movies.genres,movies.genres`,
      `${url}/trpc/auth.me`,
      `${url}/trpc/auth.logout`,
    ]);
    const headers = sent[2]?.init.headers as Record<string, string>;
    expect(headers['idempotency-key']).toMatch(/^[\x21-\x7e]{16,255}$/);
  });

  test('watching says at once that it needs an EventSource, and sends nothing', async () => {
    const fetch = vi.fn<(address: string) => Promise<Response>>();
    stubReactNative();
    const { promise, resolve } = Promise.withResolvers<Error>();

    createMatinee({ url, fetch }).showtimes.onSeatsChanged(
      { showtimeId: 's' },
      { ...deaf, onError: resolve },
    );

    expect((await promise).message).toBe(
      'showtimes.onSeatsChanged: ABORTED: ' +
        'This platform has no EventSource: pass one to createMatinee.',
    );
    expect(fetch).not.toHaveBeenCalled();
  });
});

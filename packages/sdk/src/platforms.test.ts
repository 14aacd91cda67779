import { afterEach, describe, expect, test, vi } from 'vitest';
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

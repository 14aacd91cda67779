import { afterEach, describe, expect, test, vi } from 'vitest';
import { answer, cut, silence, smallServer } from '../test/small-server.ts';
import type { Arrived } from '../test/small-server.ts';
import { createMatinee } from './create-matinee.ts';

const url = 'http://matinee.test';
const written = {
  id: 'm1',
  title: 'Heat',
  posterUrl: '/uploads/m1.webp',
  releaseDate: '1995-12-15',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-02-01T00:00:00.000Z',
};

function served(): Response {
  return Response.json({ success: true, data: written, message: 'Saved.' }, { status: 201 });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a poster', () => {
  test('goes over REST as a form, and the movie that comes back has dates', async () => {
    const server = smallServer({});
    let arrived: Arrived | undefined;
    server.faults.push((request) => {
      arrived = request;
      return served();
    });
    const matinee = createMatinee({ url, token: 'abc', fetch: server.fetch });
    const file = new Blob(['picture'], { type: 'image/png' });

    const movie = await matinee.movies.uploadPoster({ movieId: 'm/1', file });

    expect(arrived?.method).toBe('POST');
    expect(arrived?.url.pathname).toBe('/api/v1/movies/m%2F1/poster');
    expect(arrived?.headers.get('authorization')).toBe('Bearer abc');
    expect(arrived?.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/);
    expect(arrived?.body).toMatch(/name="file"; filename="[^"]+"\r\nContent-Type: image\/png/);
    expect(arrived?.body).toContain('picture');
    expect(movie).toEqual({
      ...written,
      createdAt: new Date(written.createdAt),
      updatedAt: new Date(written.updatedAt),
    });
  });

  test('is sent again under the same key', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const server = smallServer({});
    server.faults.push(cut, served);
    const matinee = createMatinee({ url, fetch: server.fetch });

    await matinee.movies.uploadPoster({ movieId: 'm1', file: new Blob(['x']) });
    server.faults.push(served);
    const options = { idempotencyKey: 'mine' };
    await matinee.movies.uploadPoster({ movieId: 'm1', file: new Blob(['x']) }, options);

    const keys = server.requests.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys[0]).toMatch(/./);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).toBe('mine');
  });

  test('is refused in the words of REST', async () => {
    const server = smallServer({});
    const error = {
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'Not a picture.',
      details: {},
      requestId: 'req-9',
    };
    server.faults.push(answer(415, JSON.stringify({ success: false, error })));
    const matinee = createMatinee({ url, fetch: server.fetch });

    const call = matinee.movies.uploadPoster({ movieId: 'm1', file: new Blob(['x']) });

    const { message: userMessage, ...rest } = error;
    const expected = { ...rest, userMessage, status: 415, isRetryable: false };
    await expect(call).rejects.toMatchObject(expected);
  });

  test('can be given up', async () => {
    const server = smallServer({});
    server.faults.push(silence);
    const matinee = createMatinee({ url, fetch: server.fetch });
    const controller = new AbortController();

    const input = { movieId: 'm1', file: new Blob(['x']) };
    const call = matinee.movies
      .uploadPoster(input, { signal: controller.signal })
      .catch((error: unknown) => error);
    await vi.waitUntil(() => server.requests.length === 1);
    controller.abort();

    expect(await call).toMatchObject({ code: 'ABORTED' });
    expect(server.requests[0]?.signal.aborted).toBe(true);
  });

  test('tells an answer of something else', async () => {
    const server = smallServer({});
    server.faults.push(answer(200, '<html>'));
    const matinee = createMatinee({ url, fetch: server.fetch });

    const call = matinee.movies.uploadPoster({ movieId: 'm1', file: new Blob(['x']) });

    await expect(call).rejects.toMatchObject({ code: 'BAD_RESPONSE' });
  });
});

import { describe, expect, test } from 'vitest';
import { answer, refuse, smallServer } from '../test/small-server.ts';
import { createMatinee } from './create-matinee.ts';
import { isMatineeError, MatineeError } from './errors.ts';

const url = 'http://matinee.test';

const strange = { code: 'BAD_RESPONSE', status: 0 };

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('an error', () => {
  test('says what the server said', async () => {
    const seats = [{ seatId: 'a', reason: 'locked' }];
    const server = smallServer({
      'showtimes.lockSeats!': () => refuse('SEATS_UNAVAILABLE', 409, { seats }),
    });
    const matinee = createMatinee({ url, fetch: server.fetch });

    const error = await failureOf(matinee.showtimes.lockSeats({ showtimeId: 's', seatIds: ['a'] }));

    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(MatineeError);
    expect(isMatineeError(error)).toBe(true);
    expect(error).toMatchObject({
      name: 'MatineeError',
      code: 'SEATS_UNAVAILABLE',
      status: 409,
      details: { seats },
      requestId: 'req-1',
      isRetryable: false,
      procedure: 'showtimes.lockSeats',
      userMessage: 'SEATS_UNAVAILABLE',
      message: 'showtimes.lockSeats: SEATS_UNAVAILABLE: SEATS_UNAVAILABLE (request req-1)',
    });
    expect((error as Error).constructor.name).toBe('MatineeError');
    expect((error as Error).stack).toMatch(/^MatineeError: showtimes\.lockSeats: /);
  });

  test('names the request by the header when the body does not', async () => {
    const server = smallServer({});
    const headers = { 'x-request-id': 'of the header' };
    const refusal = { message: 'No.', data: { appCode: 'FORBIDDEN', requestId: null } };
    server.faults.push(answer(404, 'no such page', headers));
    server.faults.push(answer(403, JSON.stringify({ error: { json: refusal } }), headers));
    const matinee = createMatinee({ url, fetch: server.fetch });

    const unread = await failureOf(matinee.movies.genres());
    const refused = await failureOf(matinee.movies.genres());

    expect(unread).toMatchObject({ code: 'BAD_RESPONSE', requestId: 'of the header' });
    expect(refused).toMatchObject({ code: 'FORBIDDEN', status: 403, requestId: 'of the header' });
    expect(refused).toMatchObject({ details: {} });
  });

  test('with a code that this version does not know is handed on', async () => {
    const server = smallServer({
      'movies.genres': () => refuse('PAYMENT_REQUIRED', 402, { a: 1 }),
    });

    const error = await failureOf(createMatinee({ url, fetch: server.fetch }).movies.genres());

    expect(error).toMatchObject({ code: 'PAYMENT_REQUIRED', status: 402, details: { a: 1 } });
  });

  test('is known by its mark: another copy of the package makes the same', () => {
    class Foreign extends Error {}
    const foreign = new Foreign('from the CommonJS copy');
    Object.defineProperty(foreign, Symbol.for('@matinee/sdk/error'), { value: true });

    expect(isMatineeError(foreign)).toBe(true);
    expect(isMatineeError(new Error('other'))).toBe(false);
    expect(isMatineeError({ code: 'NOT_FOUND' })).toBe(false);
    expect(isMatineeError(undefined)).toBe(false);
  });

  test.each([
    ['a page instead of an answer', answer(200, '<html>'), strange],
    ['JSON of somebody else', answer(200, '{"ok":true}'), strange],
    ['nothing at all', answer(204, null as never), strange],
    ['a refusal of somebody else', answer(403, '<html>'), strange],
    ['an overloaded proxy', answer(429, 'slow down'), { code: 'RATE_LIMITED', status: 429 }],
    ['a proxy without a server', answer(502, '<html>'), { code: 'UNAVAILABLE', status: 502 }],
    ['a crashed server', answer(500, 'oops'), { code: 'UNAVAILABLE', status: 500 }],
    [
      'a success that carries a failing status',
      answer(500, '{"result":{"data":{"json":1}}}'),
      { code: 'UNAVAILABLE', status: 500 },
    ],
  ])('tells %s', async (_name, fault, expected) => {
    const server = smallServer({});
    server.faults.push(fault);
    const matinee = createMatinee({ url, fetch: server.fetch, retries: 0 });

    const error = await failureOf(matinee.movies.genres());

    expect(error).toMatchObject({ isRetryable: expected !== strange, ...expected });
  });

  test('tells an answer that breaks off', async () => {
    const server = smallServer({});
    server.faults.push(() => {
      const body = new ReadableStream({
        start: (controller) => controller.error(new TypeError('terminated')),
      });
      return new Response(body);
    });

    const matinee = createMatinee({ url, fetch: server.fetch, retries: 0 });
    const error = await failureOf(matinee.movies.genres());

    expect(error).toMatchObject({ code: 'NETWORK_ERROR', status: 0 });
  });

  test('has details that can be relied on when something between made it', async () => {
    const server = smallServer({});
    server.faults.push(answer(429, '', { 'retry-after': '90' }));

    const error = await failureOf(createMatinee({ url, fetch: server.fetch }).movies.genres());

    expect(error).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 90 } });
  });
});

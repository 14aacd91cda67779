import type { Request, RequestHandler, Response } from 'express';
import { expect, test, vi } from 'vitest';
import { compose } from '../src/compose.ts';

const [req, res] = [{} as Request, {} as Response];

/** Runs handlers as one, and waits for the end of them. */
function run(...handlers: RequestHandler[]): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers();
  void compose(...handlers)(req, res, resolve);
  return promise;
}

const fault = new Error('A fault.');

test('handlers are called in turn, with the request and its response', async () => {
  const called: unknown[] = [];
  const named =
    (name: string): RequestHandler =>
    (...[request, response, next]) => {
      called.push(name, request === req, response === res);
      next();
    };
  expect(await run(named('first'), named('second'))).toBeUndefined();
  expect(called).toEqual(['first', true, true, 'second', true, true]);
});

test('a handler that does not go on is the last', () => {
  const [after, next] = [vi.fn<RequestHandler>(), vi.fn<() => void>()];
  void compose(() => {}, after)(req, res, next);
  expect(after).not.toHaveBeenCalled();
  expect(next).not.toHaveBeenCalled();
});

test('one that goes on later is followed by the others then', async () => {
  const later: RequestHandler = (_req, _res, next) => void setImmediate(next);
  const after = vi.fn<RequestHandler>((_req, _res, next) => next());
  await run(later, after);
  expect(after).toHaveBeenCalledOnce();
});

test.each<[string, RequestHandler]>([
  ['passes on', (_req, _res, next) => next(fault)],
  [
    'throws',
    () => {
      throw fault;
    },
  ],
  ['rejects with', () => Promise.reject(fault)],
  [
    'throws after it was called later',
    (_req, _res, next) =>
      void setImmediate(() => {
        next(fault);
      }),
  ],
])('what a handler %s goes to the end, past the others', async (_how, failing) => {
  const after = vi.fn<RequestHandler>();
  const pass: RequestHandler = (_req, _res, next) => void setImmediate(next);
  expect(await run(pass, failing, after)).toBe(fault);
  expect(after).not.toHaveBeenCalled();
});

test('a handler that rejects with nothing has failed all the same', async () => {
  const after = vi.fn<RequestHandler>();
  expect(await run(() => Promise.reject(), after)).toBeInstanceOf(Error);
  expect(after).not.toHaveBeenCalled();
});

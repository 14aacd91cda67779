import express, { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/compose.ts';
import { directRoutes } from '../../src/rest/direct.ts';
import type { ServedRoute } from '../../src/rest/direct.ts';
import { restRoutes } from '../../src/rest/routes.ts';

interface Asked {
  method: string;
  url: string;
}

/** What became of a request. */
type Outcome = { served: string; params: object } | 'not served' | 'not readable';

/** Handlers of routes, made for one request: they call `serve`. */
type Serving = (serve: (outcome: Outcome) => void) => RequestHandler;

const prefix = '/api/v1';
const routes = restRoutes().map(({ openapi: { method }, path }) => ({ method, path }));

const handlersOf = (serve: (outcome: Outcome) => void): ServedRoute[] =>
  routes.map(({ method, path }) => ({
    method,
    path,
    handle: ({ params }) => serve({ served: `${method} ${path}`, params: { ...params } }),
  }));

const direct: Serving = (serve) => directRoutes(prefix, handlersOf(serve));

const expressRouter: Serving = (serve) => {
  const router = Router({ caseSensitive: true, strict: true });
  for (const { method, path, handle } of handlersOf(serve)) {
    router[method.toLowerCase() as 'get' | 'post' | 'put' | 'delete'](path, handle);
  }
  return Router().use(prefix, router);
};

/** As the server has them: the router has what direct routes leave. */
const both: Serving = (serve) => compose(direct(serve), expressRouter(serve));

function ask(serving: Serving, { method, url }: Asked): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const req = Object.assign(Object.create(express.request) as Request, { method, url });
  const next = (failure?: unknown) => resolve(failure ? 'not readable' : 'not served');
  void serving(resolve)(req, {} as Response, next);
  return promise;
}

/** A path with a value for each parameter. */
const filled = (path: string, value: string) => prefix + path.replaceAll(/:\w+/g, () => value);

describe('a request that names a route plainly', () => {
  test.each(routes)('$method $path is served without Express’ router', async ({ method, path }) => {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    const params = Object.fromEntries(names.map((name) => [name, '0190-ab_c.d~']));
    for (const query of ['', '?a=b/c&d=%20']) {
      const url = filled(path, '0190-ab_c.d~') + query;
      expect(await ask(direct, { method, url })).toEqual({ served: `${method} ${path}`, params });
    }
  });
});

describe('direct routes leave to the router', () => {
  const movie = `${prefix}/movies/0190-ab`;
  test.each([
    ['a method that has no route', 'PATCH', movie],
    ['HEAD, which the router answers as GET', 'HEAD', movie],
    ['OPTIONS', 'OPTIONS', movie],
    ['percent-encoding', 'GET', `${prefix}/movies/0190%2Dab`],
    ['percent-encoding that cannot be read', 'GET', `${prefix}/movies/%zz`],
    ['a slash at the end', 'GET', `${movie}/`],
    ['an empty segment', 'GET', `${prefix}/movies/`],
    ['two slashes', 'GET', `${prefix}//movies`],
    ['capital letters', 'GET', `${prefix}/Movies`],
    ['more segments than a route has', 'GET', `${movie}/posters/large`],
    ['the prefix alone', 'GET', prefix],
    ['a name that begins with the prefix', 'GET', `${prefix}0/movies`],
    ['another prefix', 'GET', '/api/v2/movies'],
    ['a name of objects in JavaScript', 'GET', `${prefix}/__proto__/constructor`],
  ])('%s', async (_what, method, url) => {
    expect(await ask(direct, { method, url })).toBe('not served');
  });

  test('but not the form of a request with a whole address', async () => {
    const url = `http://127.0.0.1${prefix}/movies/0190-ab`;
    const outcome = { served: 'GET /movies/:movieId', params: { movieId: '0190-ab' } };
    expect(await ask(direct, { method: 'GET', url })).toEqual(outcome);
  });
});

describe('whatever the path', () => {
  const segments = [...new Set(routes.flatMap(({ path }) => path.split('/').slice(1)))];
  const segment = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...segments) },
    { weight: 2, arbitrary: fc.constantFrom('', '.', '..', '%2e', '%2F', '%', 'MOVIES', 'a%20b') },
    { weight: 1, arbitrary: fc.webSegment() },
  );
  const paths = fc.oneof(
    fc.tuple(fc.constantFrom(...routes), segment).map(([{ path }, value]) => filled(path, value)),
    fc.array(segment, { maxLength: 5 }).map((all) => [prefix, ...all].join('/')),
  );
  const requests = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'),
    url: fc.tuple(paths, fc.constantFrom('', '?', '?q=a/b', '/')).map((parts) => parts.join('')),
  });
  /** Whether a request always meets what it meets in Express' router alone. */
  const isAsInExpress = (serving: Serving) =>
    fc.check(
      fc.asyncProperty(requests, async (asked) => {
        expect(await ask(serving, asked)).toEqual(await ask(expressRouter, asked));
      }),
      { numRuns: 2_000 },
    );

  test('a request meets the route that it meets in Express’ router alone', async () => {
    const { failed, counterexample } = await isAsInExpress(both);
    expect(failed ? counterexample : null).toBeNull();
  });

  test.each<[string, Serving]>([
    [
      'took percent-encoding for plain text',
      (serve) => (req, res, next) => {
        req.url = req.url.replace('%20', '%2520');
        return both(serve)(req, res, next);
      },
    ],
    [
      'ignored the method',
      (serve) => (req, res, next) => {
        req.method = req.method === 'PATCH' ? 'PUT' : req.method;
        return both(serve)(req, res, next);
      },
    ],
    ['had no router behind them', direct],
  ])('it would be noticed if direct routes %s', async (_what, serving) => {
    expect((await isAsInExpress(serving)).failed).toBe(true);
  });
});

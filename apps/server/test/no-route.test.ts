import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nearest } from '../src/nearest.ts';
import { nearRoute, underPrefix } from '../src/rest/near-routes.ts';
import { restRoutes } from '../src/rest/routes.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

const id = '01a204ba-1098-7481-bd0b-8b404bef00e0';
const routes = restRoutes().map(({ openapi }) => underPrefix(openapi));

function suggested(request: string): string | undefined {
  const [method = '', path = ''] = request.split(' ');
  const near = nearRoute({ method, path }, routes);
  return near && `${near.method} ${near.path}`;
}

describe('the route that is meant', () => {
  test.each([
    ['GET /api/v1/movie', 'GET /api/v1/movies'],
    ['HEAD /api/v1/movie', 'GET /api/v1/movies'],
    ['POST /api/v1/movie', 'POST /api/v1/movies'],
    ['GET /api/v1/Movies', 'GET /api/v1/movies'],
    ['GET /api/v1/movies/', 'GET /api/v1/movies'],
    ['GET /movies', 'GET /api/v1/movies'],
    ['GET /api/movies', 'GET /api/v1/movies'],
    ['GET /api/v2/movies', 'GET /api/v1/movies'],
    ['POST /login', 'POST /api/v1/auth/login'],
    ['GET /api/v1/login', 'POST /api/v1/auth/login'],
    ['GET /api/v1/movie/genre', 'GET /api/v1/movies/genres'],
    [`GET /api/v1/movie/${id}`, 'GET /api/v1/movies/{movieId}'],
    [`GET /api/v1/showtime/${id}/seats`, 'GET /api/v1/showtimes/{showtimeId}/seats'],
    [`POST /api/v1/showtimes/${id}/lockseats`, 'POST /api/v1/showtimes/{showtimeId}/lock-seats'],
    ['GET /api/v1/admin/report/revenue', 'GET /api/v1/admin/reports/revenue'],
  ])('by %s is %s', (request, expected) => {
    expect(suggested(request)).toBe(expected);
  });

  test.each([
    'GET /api/v1/nowhere',
    'GET /wp-login.php',
    'GET /a',
    'GET /x',
    `GET /api/v1/${'movies'.repeat(30)}`,
  ])('by %s is not known', (request) => {
    expect(suggested(request)).toBeUndefined();
  });

  test('is looked for quickly, however long the path is', () => {
    const startedAt = performance.now();
    for (const path of ['/', '/aaaa/bbbb/cccc'.repeat(8), 'movies/'.repeat(100_000)]) {
      for (let turn = 0; turn < 300; turn += 1) {
        nearRoute({ method: 'GET', path }, routes);
      }
    }
    const names = routes.map((meant) => ({ name: meant.path, meant }));
    for (let turn = 0; turn < 300; turn += 1) {
      nearest('movies.'.repeat(2_000), names);
    }
    // A tenth of a millisecond each on the slowest machine; a hundred times as long without a bound.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

let server: TestServer;
let silent: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  silent = await startTestServer({}, server.databaseUrl, { docs: false });
});
afterAll(async () => {
  await silent.close();
  await server.close();
});

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('a program that asks for no route', () => {
  test.each(['/api/v1/movie', '/api/v1/movie?search=x'])('%s reads which is near', async (path) => {
    const response = await fetch(server.url + path);
    const error = {
      code: 'NOT_FOUND',
      message:
        'No route GET /api/v1/movie. Did you mean GET /api/v1/movies? All routes are at /docs.',
      details: {},
      requestId: response.headers.get('x-request-id'),
    };
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ success: false, error });
  });

  test('reads nothing of pages that are not served', async () => {
    const { error } = (await (await fetch(`${silent.url}/doc`)).json()) as { error: object };
    expect(error).toMatchObject({ message: 'No route GET /doc.' });
    const found = (await (await fetch(`${server.url}/doc`)).json()) as { error: object };
    expect(found.error).toMatchObject({
      message: expect.stringContaining('GET /docs?') as unknown,
    });
  });

  test('over tRPC reads which procedure is near', async () => {
    const message = async (name: string) =>
      (await fetch(`${server.url}/trpc/${name}`)).text().then((text) => text.slice(0, 90));
    expect(await message('movies.lst')).toContain(
      'No procedure movies.lst. Did you mean movies.list?',
    );
    expect(await message('nothing.at.all')).toContain('"No procedure nothing.at.all."');
  });
});

describe('a browser that asks for no route', () => {
  test('gets a page that says so, and leads to the route that is near', async () => {
    const response = await fetch(`${server.url}/api/v1/movie`, { headers: browser });
    const page = await response.text();
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('vary')).toMatch(/accept/i);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(page).toContain('No route <code>GET /api/v1/movie</code>.');
    expect(page).toContain('<a href="/api/v1/movies"><code>GET /api/v1/movies</code></a>');
    expect(page).toContain('<a href="/docs">');
    expect(page).toContain(response.headers.get('x-request-id'));
  });

  test('gets no link to documentation that is not served', async () => {
    const response = await fetch(`${silent.url}/nowhere`, { headers: browser });
    expect(await response.text()).not.toContain('/docs');
  });

  test('gets a path back as text, whatever is in it', async () => {
    const path = `/<script>alert(1)</script>/"onload='x'&${'y'.repeat(300)}`;
    const headers = { ...browser, 'x-request-id': '<b>' };
    const page = await (await fetch(server.url + path, { headers })).text();
    expect(page).not.toMatch(/<script|<b>|y{200}|"onload/);
    expect(page).toContain('&#60;b&#62;');
  });

  test('gets a failure that is not about a route as JSON', async () => {
    const response = await fetch(`${server.url}/api/v1/movies/${id}`, { headers: browser });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/json; charset=utf-8',
    ]);
  });
});

describe('the icon', () => {
  test('is an ICO file with a PNG in it, and may be kept for a day', async () => {
    const response = await fetch(`${server.url}/favicon.ico`);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('image/vnd.microsoft.icon');
    expect(response.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(bytes.subarray(0, 4).toString('hex')).toBe('00000100');
    expect(bytes.readUInt32LE(14)).toBe(bytes.length - 22);
    expect(bytes.subarray(22, 30).toString('hex')).toBe('89504e470d0a1a0a');
  });

  test('is SVG for browsers that know it', async () => {
    const response = await fetch(`${server.url}/favicon.svg`);
    expect(response.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(await response.text()).toMatch(/^<svg /);
  });
});

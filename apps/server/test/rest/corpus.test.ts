import { aShowtime } from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { freshDocument, operationsOf } from './document.ts';

/*
 * The routes share their schemas with tRPC: a bridge that changed one on the way (to read numbers
 * out of a query, say) would answer differently once it has been called. Here nothing does.
 */

let server: TestServer;
let scene: Scene;
beforeAll(async () => {
  server = await startTestServer();
  scene = await aShowtime(server.app, { seats: 6, seatTypePrices: { vip: '20.00' } });
});
afterAll(() => server.close());

/** A request whose answer depends on nothing that the others do. */
interface Asked {
  method: string;
  path: string;
  body?: unknown;
}

const get = (path: string): Asked => ({ method: 'GET', path });
const unknownId = '00000000-0000-7000-8000-000000000000';

/** Reads and refusals; as text in queries and as values in bodies, over both surfaces. */
function corpus(): Asked[] {
  const { movieId, theater, showtime } = scene;
  const rest = [
    `/movies/${movieId}`,
    `/movies/${movieId.toUpperCase()}`,
    `/movies/${movieId}/showtimes?limit=1`,
    `/movies/${movieId}/showtimes?limit=01`,
    '/movies?limit=0',
    '/movies?limit=1.5',
    '/movies?limit=%201',
    '/movies?limit=1&limit=2',
    '/movies?limit=true',
    '/movies?date=2036-02-30',
    '/movies?search=',
    '/movies?x=1',
    '/movies?__proto__=1',
    '/movies/genres?genre=a',
    '/movies/nonsense',
    `/theaters/${theater.id}`,
    '/theaters?cursor=',
    `/showtimes/${showtime.id}`,
    `/showtimes?theaterId=${theater.id}&limit=5`,
    `/showtimes?theaterId=${theater.id}&theaterId=${theater.id}`,
    '/showtimes?date=2036-12-05&from=2036-12-05',
    '/reservations?when=never',
    '/admin/reports/capacity?from=2036-12-01&to=2036-12-07&groupBy=color',
    '/admin/reports/popular-movies?limit=101',
    '/admin/users?role=owner',
  ].map((path) => get(`/api/v1${path}`));
  const inputs: [string, unknown][] = [
    ['movies.list', { limit: '1' }],
    ['movies.list', { limit: 0 }],
    ['movies.get', { movieId }],
    ['movies.showtimes', { movieId, limit: 1 }],
    ['showtimes.list', { theaterId: theater.id, limit: '5' }],
    ['showtimes.get', { showtimeId: showtime.id }],
    ['reservations.list', { when: 'never' }],
    ['admin.reports.popularMovies', { limit: '3' }],
  ];
  const trpc = inputs.map(([name, json]) =>
    get(`/trpc/${name}?input=${encodeURIComponent(JSON.stringify({ json }))}`),
  );
  const bodies: [string, unknown][] = [
    ['/movies', { title: 'a', genre: 'b', durationMinutes: '90' }],
    ['/showtimes', { movieId, theaterId: theater.id, startTime: 0, price: 12.5 }],
    [
      '/showtimes',
      { movieId, theaterId: unknownId, startTime: '2036-12-05T10:00:00Z', price: '1.00' },
    ],
    [`/showtimes/${showtime.id}/lock-seats`, { seatIds: unknownId }],
    [`/showtimes/${showtime.id}/lock-seats`, { seatIds: [unknownId, unknownId] }],
    ['/reservations', { showtimeId: showtime.id, seatIds: [unknownId] }],
    ['/theaters', { name: 'a', timezone: 'Nowhere/City', rows: [{ label: 'A', seats: '2' }] }],
    ['/auth/change-password', { currentPassword: 1, newPassword: 'x' }],
  ];
  const posts = bodies.map(([path, body]) => ({ method: 'POST', path: `/api/v1${path}`, body }));
  return [...rest, ...trpc, ...posts];
}

async function ask({ method, path, body }: Asked): Promise<string> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${scene.admin.token}`,
      'x-request-id': 'corpus',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return `${response.status} ${await response.text()}`;
}

async function askAll(): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const asked of corpus()) {
    answers[`${asked.method} ${asked.path} ${JSON.stringify(asked.body)}`] = await ask(asked);
  }
  return answers;
}

/** Every route once, with an input that it takes apart before it finds nothing there. */
async function callEveryRoute(): Promise<number[]> {
  const statuses: number[] = [];
  for (const [, { route }] of operationsOf(await freshDocument())) {
    const [method = '', template = ''] = route.split(' ');
    if (template === '/auth/logout') {
      continue;
    }
    const path = template.replace(/\{\w+\}/g, unknownId);
    const query = method === 'GET' ? '?limit=7' : '';
    const body = method === 'POST' || method === 'PUT' ? { seatIds: [unknownId] } : undefined;
    const answer = await ask({ method, path: `/api/v1${path}${query}`, body });
    statuses.push(Number(answer.slice(0, 3)));
  }
  return statuses;
}

test('a corpus of inputs is answered the same before and after every route has been called', async () => {
  const before = await askAll();
  const kinds = new Set(Object.values(before).map((answer) => answer.slice(0, 3)));
  expect([...kinds].toSorted()).toEqual(['200', '400', '404']);

  const statuses = await callEveryRoute();
  expect(statuses.length).toBeGreaterThan(40);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  expect(await askAll()).toEqual(before);
});

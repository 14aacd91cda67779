import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openApi30Document } from '@matinee/api/openapi';
import { aShowtime } from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restRoutes } from '../../src/rest/routes.ts';
import { run } from '../run.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { freshDocument, operationIdOf, operationsOf } from './document.ts';
import type { Json } from './document.ts';

const guide = new URL('../../../../docs/versioning.md', import.meta.url);
const hasCurl = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0);

let server: TestServer;
let closed: TestServer;
let scene: Scene;
beforeAll(async () => {
  server = await startTestServer();
  closed = await startTestServer({}, server.databaseUrl, { docs: false });
  scene = await aShowtime(server.app, { seatTypePrices: { vip: '20.00' } });
});
afterAll(async () => {
  await closed.close();
  await server.close();
});

const announced = {
  deprecation: '@1795996800',
  sunset: 'Wed, 01 Dec 2027 00:00:00 GMT',
  link: '</guides/versioning.md>; rel="deprecation"; type="text/plain"',
};
const silent = { deprecation: null, sunset: null, link: null };

function headersOf({ headers }: Response) {
  const [deprecation, sunset, link] = ['deprecation', 'sunset', 'link'].map((name) =>
    headers.get(name),
  );
  return { deprecation, sunset, link };
}

describe('a response with a deprecated part', () => {
  test('says since when, and until when', async () => {
    const response = await fetch(`${server.url}/api/v1/showtimes/${scene.showtime.id}`);
    expect([response.status, headersOf(response)]).toEqual([200, announced]);
  });

  test('is what it was, and has the same figures in the place that the advice names', async () => {
    const response = await fetch(`${server.url}/api/v1/showtimes/${scene.showtime.id}`);
    const { data } = (await response.json()) as { data: Scene['showtime'] };
    expect(JSON.stringify(data.seatTypePrices)).toBe('{"vip":"20.00"}');
    const { regular, ...others } = data.ticketTypes[0]?.prices ?? { regular: '' };
    expect([regular, others]).toEqual([data.price, data.seatTypePrices]);
  });

  test.each<[string, string, RequestInit, number]>([
    ['is missing', '/showtimes/00000000-0000-7000-8000-00000000dead', {}, 404],
    [
      'is asked for with a bad token',
      '/showtimes',
      { headers: { authorization: 'Bearer x' } },
      401,
    ],
    ['is refused', '/showtimes', { method: 'POST' }, 401],
    [
      'cannot be read',
      '/showtimes',
      { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<show/>' },
      415,
    ],
  ])('says so too when it %s', async (_when, place, init, status) => {
    const response = await fetch(`${server.url}/api/v1${place}`, init);
    expect([response.status, headersOf(response)]).toEqual([status, announced]);
  });

  test('has no link where no guides are published', async () => {
    const response = await fetch(`${closed.url}/api/v1/showtimes/${scene.showtime.id}`);
    expect(headersOf(response)).toEqual({ ...announced, link: null });
  });

  test('is reported by the function in the guide, once', async () => {
    const [, code = ''] = /```js\n([^]*?)```/.exec(await readFile(guide, 'utf8')) ?? [];
    const calls = `for (const path of ['/showtimes', '/showtimes', '/movies']) {
      await watchedFetch('${server.url}/api/v1' + path);
    }`;
    const { err } = await run(process.execPath, ['--input-type=module', '-e', code + calls], {
      env: {},
    });
    expect(err.trim().split('\n')).toEqual([
      '/api/v1/showtimes has parts that are deprecated since 2026-11-30.',
      `They stay until ${announced.sunset}: ${announced.link}`,
    ]);
  });

  test.skipIf(!hasCurl)('is found by the commands in the guide', async () => {
    const [, commands = ''] = /```sh\n([^]*?)```/.exec(await readFile(guide, 'utf8')) ?? [];
    const lines = commands.replaceAll('http://127.0.0.1:8000', server.url);
    const env = { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` };
    const { out } = await run('bash', ['--norc', '-uc', lines], { env });
    expect(out).toContain("field: 'Showtime.seatTypePrices'");
    expect(out).toContain(`Deprecation: ${announced.deprecation}`);
    expect(out).toContain(`Sunset: ${announced.sunset}`);
  });

  test('leads to a page that lists every deprecation', async () => {
    const response = await fetch(`${server.url}/guides/versioning.md`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; charset=utf-8',
    ]);
    const page = await response.text();
    const parts = restRoutes().flatMap(({ deprecations }) => deprecations);
    for (const { field, since, sunset } of parts) {
      expect(page).toMatch(new RegExp(`\\| \`${field}\`.* \\| ${since} \\| ${sunset} \\| `));
    }
  });
});

test('other responses have no such headers, and tRPC has none', async () => {
  const input = encodeURIComponent(JSON.stringify({ json: { showtimeId: scene.showtime.id } }));
  for (const place of ['/api/v1/movies', `/trpc/showtimes.get?input=${input}`, '/api/v1']) {
    const response = await fetch(server.url + place);
    expect([place, response.status, headersOf(response)]).toEqual([place, 200, silent]);
  }
});

test('the index lists every deprecation, and the page about versions', async () => {
  const { data } = (await (await fetch(`${server.url}/api/v1`)).json()) as {
    data: { links: Record<string, string>; deprecations: Json[] };
  };
  expect(data.links.versioning).toBe('/guides/versioning.md');
  expect(data.deprecations).toEqual([
    {
      field: 'Showtime.seatTypePrices',
      since: '2026-11-30',
      sunset: '2027-12-01',
      instead: '`prices` of the first of `ticketTypes`, which are the same figures',
    },
  ]);
});

/** Whether a schema, or what it refers to, has a deprecated part. */
function hasDeprecated(part: unknown, document: Json, seen = new Set<string>()): boolean {
  if (typeof part !== 'object' || part === null) {
    return false;
  }
  const { $ref, deprecated, ...rest } = part as Json;
  if (typeof $ref === 'string' && !seen.has($ref)) {
    seen.add($ref);
    const target = $ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at[key] as Json, document);
    return hasDeprecated(target, document, seen);
  }
  return (
    deprecated === true || Object.values(rest).some((each) => hasDeprecated(each, document, seen))
  );
}

describe.each([
  ['3.1', freshDocument],
  ['3.0', async () => JSON.parse(JSON.stringify(openApi30Document('1'))) as Json],
])('in OpenAPI %s', (_version, read) => {
  test('the headers are where a response has a deprecated part, and nowhere else', async () => {
    const document = await read();
    const announcing = [...operationsOf(document)].flatMap(([id, { operation }]) => {
      const responses = Object.entries(operation.responses as Record<string, Json>);
      const successes = responses.filter(([status]) => status.startsWith('2'));
      return successes.map(([, { headers, content }]) => {
        const names = Object.keys((headers ?? {}) as Json);
        return { id, isSaid: names.includes('Deprecation'), is: hasDeprecated(content, document) };
      });
    });
    expect(announcing.filter(({ isSaid, is }) => isSaid !== is)).toEqual([]);
    expect(announcing.filter(({ is }) => is).map(({ id }) => id)).toContain('showtimesGet');
    // The server sends them where the document has them.
    const sending = restRoutes().filter(({ deprecations }) => deprecations.length > 0);
    const described = new Set(announcing.filter(({ is }) => is).map(({ id }) => id));
    expect(new Set(sending.map(({ name }) => operationIdOf(name)))).toEqual(described);
  });

  test('the schema says so, with what to read in its place', async () => {
    const { components } = (await read()) as { components: { schemas: Record<string, Json> } };
    const { Showtime = {} } = components.schemas;
    const { seatTypePrices } = Showtime.properties as Record<string, Json>;
    expect(seatTypePrices).toMatchObject({
      deprecated: true,
      description:
        'As sent; a type that is left out costs `price`. Deprecated since 2026-11-30, and kept until ' +
        '2027-12-01 at least. Use `prices` of the first of `ticketTypes`, which are the same figures.',
      'x-deprecation': { sunset: '2027-12-01' },
    });
    const { CreateShowtime = {} } = components.schemas;
    expect(hasDeprecated(CreateShowtime, { components })).toBe(false);
  });
});

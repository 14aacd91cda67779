import { openApi30Document } from '@matinee/api/openapi';
import { aShowtime } from '@matinee/api/testing';
import type { Scene } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { toBruno, toPostman } from './collections.ts';
import type { ConvertedRequest } from './collections.ts';
import { freshDocument, operationsOf } from './document.ts';
import type { Json } from './document.ts';

/* The document as Postman and Bruno import it. */

let server: TestServer;
let scene: Scene;
beforeAll(async () => {
  server = await startTestServer();
  scene = await aShowtime(server.app, { seats: 3 });
});
afterAll(() => server.close());

interface Variables {
  token?: string;
  parameters?: Record<string, string>;
}

/** Sends a request of a collection after its variables have been filled in, as the guide says. */
function send(
  { route, url, headers, body, token }: ConvertedRequest,
  variables: Variables = {},
): Promise<Response> {
  const filled = Object.entries(variables.parameters ?? {}).reduce(
    (text, [name, value]) => text.replace(`:${name}`, value),
    url.replace('{{baseUrl}}', `${server.url}/api/v1`),
  );
  const authorization =
    token === undefined ? {} : { authorization: `Bearer ${variables.token ?? token}` };
  return fetch(filled, {
    method: route.split(' ')[0] ?? '',
    headers: { ...headers, ...authorization },
    ...(body === undefined ? {} : { body }),
  });
}

/** Postman's converter takes no parameter that is only a part of a segment. */
const unreadable = 'GET /reservations/{reservationId}/tickets/{seatId}.svg';

/** The operations of a document that a collection lacks. */
function missingIn(requests: ConvertedRequest[], document: Json): string[] {
  const routes = new Set(requests.map(({ route }) => route));
  return [...operationsOf(document).values()]
    .map(({ route }) => route)
    .filter((route) => !routes.has(route) && route !== unreadable);
}

const freshDocument30 = async () => JSON.parse(JSON.stringify(openApi30Document('1.0.0'))) as Json;

describe.each([
  ['Postman', '3.1', toPostman, freshDocument],
  ['Postman', '3.0', toPostman, freshDocument30],
  ['Bruno', '3.1', toBruno, freshDocument],
  ['Bruno', '3.0', toBruno, freshDocument30],
])(
  '%s, from the document in OpenAPI %s,',
  { timeout: 60_000 },
  (_name, _version, convert, read) => {
    let requests: ConvertedRequest[];
    beforeAll(async () => {
      requests = await convert(await read());
    }, 60_000);
    const find = (route: string) =>
      requests.find((each) => each.route === route) ?? expect.unreachable(route);

    test('has every operation', async () => {
      expect(missingIn(requests, await read())).toEqual([]);
      expect(requests).toHaveLength(operationsOf(await read()).size);
    });

    test('would be noticed if it had not', async () => {
      const document = await read();
      const { '/auth/me': _removed, ...paths } = document.paths as Json;
      expect(missingIn(await convert({ ...document, paths }), document)).toEqual([
        'GET /auth/me',
        'PUT /auth/me',
      ]);
    });

    test('signs up, signs in, and uses the token, with requests as they are', async () => {
      const registered = await send(find('POST /auth/register'));
      // Other collections find the account of the first.
      expect([201, 409]).toContain(registered.status);
      const signedIn = await send(find('POST /auth/login'));
      const { data } = (await signedIn.json()) as { data: { accessToken: string } };
      const account = await send(find('GET /auth/me'), { token: data.accessToken });
      expect(await account.json()).toMatchObject({ data: { email: 'ada@example.com' } });

      const seats = await send(find('GET /showtimes/{showtimeId}/seats'), {
        parameters: { showtimeId: scene.showtime.id },
      });
      expect(await seats.json()).toMatchObject({ data: { counts: { total: 3 } } });
    });

    test('reads lists with the values that it suggests', async () => {
      for (const route of ['GET /movies', 'GET /showtimes', 'GET /theaters']) {
        expect([route, (await send(find(route))).status]).toEqual([route, 200]);
      }
    });

    test('sends no idempotency key unless it is switched on, or a second request would be refused', () => {
      const keyed = requests.filter(({ headers }) => 'Idempotency-Key' in headers);
      expect(keyed.map(({ route }) => route)).toEqual([]);
    });
  },
);

test.each([
  ['Postman', toPostman],
  ['Bruno', toBruno],
])(
  '%s asks for a file for the poster, which it knows by the form of OpenAPI 3.0',
  async (_name, convert) => {
    const requests = await convert(await freshDocument30());
    const poster = requests.find(({ route }) => route === 'POST /movies/{movieId}/poster');
    expect(poster?.files).toEqual(['file']);
  },
);

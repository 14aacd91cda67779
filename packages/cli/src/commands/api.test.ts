import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

useOwnConfig();

interface Received {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  body: string;
}

let server: Server | undefined;
afterEach(() => server?.close());

/** Runs a command against an HTTP server that sends the responses in turn. */
async function against(answers: [status: number, body: string][], line: readonly string[]) {
  const received: Received[] = [];
  server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method, url, headers } = request;
      received.push({ method, url, authorization: headers.authorization, body });
      const [status, text] = answers[received.length - 1] ?? [500, ''];
      response.writeHead(status, { connection: 'close' }).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const env = { MATINEE_URL: `http://127.0.0.1:${port}` };
  return { ...(await runFake(['api', ...line], { env })), received };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = await request.toArray();
  return Buffer.concat(chunks).toString();
}

const good = (data: unknown): [number, string] => [200, JSON.stringify({ success: true, data })];
const refused = (status: number, error: object): [number, string] => [
  status,
  JSON.stringify({ success: false, error }),
];

test.each(['/movies?limit=5', 'movies?limit=5', '/api/v1/movies?limit=5'])(
  'prints the data of %s, with the token of the session',
  async (path) => {
    const { exitCode, data, received } = await against([good({ items: [] })], ['get', path]);
    expect({ exitCode, data: JSON.parse(data) as unknown }).toEqual({
      exitCode: 0,
      data: { items: [] },
    });
    expect(received).toEqual([
      { method: 'GET', url: '/api/v1/movies?limit=5', authorization: 'Bearer token', body: '' },
    ]);
  },
);

test('sends a body', async () => {
  const line = ['PATCH', '/movies/m1', '--data', '{"title":"Heat"}', '--jq', '.id'];
  const { data, received } = await against([good({ id: 'm1' })], line);
  expect(data).toBe('m1\n');
  expect(received).toMatchObject([{ method: 'PATCH', body: '{"title":"Heat"}' }]);
});

test('reads all pages', async () => {
  const pages = [
    good({ items: [1, 2], nextCursor: 'a&b' }),
    good({ items: [3], nextCursor: null }),
  ];
  const { data, received } = await against(pages, ['GET', '/movies?genre=Drama', '--paginate']);
  expect(JSON.parse(data)).toEqual({ items: [1, 2, 3], nextCursor: null });
  expect(received.map(({ url }) => url)).toEqual([
    '/api/v1/movies?genre=Drama&limit=100',
    '/api/v1/movies?genre=Drama&limit=100&cursor=a%26b',
  ]);
});

test('has no pages of a single item', async () => {
  const { exitCode, said } = await against(
    [good({ id: 'm1' })],
    [...['GET', '/movies/m1', '--paginate']],
  );
  expect(exitCode).toBe(2);
  expect(said).toContain('--paginate needs a list.');
});

test.each([
  [3, refused(404, { code: 'NOT_FOUND', message: 'No such movie.' }), 'No such movie.'],
  [4, refused(401, { code: 'TOKEN_EXPIRED', message: 'Expired.' }), 'Run `matinee login`'],
  [
    6,
    refused(400, {
      code: 'VALIDATION_ERROR',
      message: 'Invalid.',
      details: { issues: [{ path: ['title'], message: 'must not be empty' }] },
    }),
    'title must not be empty',
  ],
  [1, [200, '<html>'] as [number, string], 'does not come from a Matinee server'],
])('ends with exit code %d like other commands', async (expected, answer, reason) => {
  const { exitCode, data, said } = await against([answer], ['GET', '/movies/m1']);
  expect({ exitCode, data }).toEqual({ exitCode: expected, data: '' });
  expect(said).toContain(reason);
});

test('ends with exit code 7 if no server responds', async () => {
  expect(await runFake('api GET /movies')).toMatchObject({ exitCode: 7, data: '' });
});

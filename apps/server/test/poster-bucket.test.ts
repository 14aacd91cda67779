import { createHash, createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { anAdmin } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { S3Store } from '../src/posters/store-s3.ts';
import type { ListedFile } from '../src/posters/store.ts';
import { sweepPosters } from '../src/posters/sweep.ts';
import { aBucket, keys, startBucket } from './poster-stores.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/* A bucket that does not do its work: a stand-in for S3 that fails in one way after the other. */

type Failure = (req: IncomingMessage, res: ServerResponse) => void;

let bucket: Server;
let endpoint: string;
let fail: Failure;
/** The methods of the requests that arrived. */
let asked: string[] = [];
let server: TestServer;
let admin: Person;
let png: Buffer;

/** Short times: nothing here waits for a good answer. */
const patience = { partMs: 300, putMs: 300, pauseMs: 1 };

async function listen(handler: Failure): Promise<{ server: Server; url: string }> {
  const made = createServer(handler).listen(0, '127.0.0.1');
  await once(made, 'listening');
  return { server: made, url: `http://127.0.0.1:${(made.address() as AddressInfo).port}` };
}

beforeAll(async () => {
  const standIn = await listen((req, res) => {
    asked.push(req.method ?? '');
    req.resume();
    fail(req, res);
  });
  bucket = standIn.server;
  endpoint = standIn.url;
  server = await startTestServer({}, undefined, { posters: aBucket({ endpoint }, patience) });
  admin = await anAdmin(server.app);
  png = await sharp({ create: { width: 400, height: 9, channels: 3, background: '#0a0' } })
    .png()
    .toBuffer();
});
afterEach(() => {
  asked = [];
  bucket.closeAllConnections();
});
afterAll(async () => {
  await server.close();
  bucket.close();
});

const status =
  (code: number, body = ''): Failure =>
  (_req, res) =>
    res.writeHead(code, { 'content-length': Buffer.byteLength(body) }).end(body);
const error = (code: number, name: string) =>
  status(code, `<?xml version="1.0"?><Error><Code>${name}</Code></Error>`);

const poster = `${randomUUID()}.png`;
const read = (query = '', init: RequestInit = {}) =>
  fetch(`${server.url}/uploads/${poster}${query}`, init);
const aMovie = () =>
  admin.call.movies.create({ title: randomUUID(), genre: 'Drama', durationMinutes: 90 });

async function upload(url = server.url): Promise<Response> {
  const { id } = await aMovie();
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(png)]));
  const headers = { authorization: `Bearer ${admin.token}` };
  return fetch(`${url}/api/v1/movies/${id}/poster`, { method: 'POST', headers, body });
}

const failures: [string, Failure, number][] = [
  ['does not answer', () => {}, 1],
  ['answers 500 again and again', error(500, 'InternalError'), 3],
  ['asks for less', error(503, 'SlowDown'), 3],
  ['refuses our keys', error(403, 'InvalidAccessKeyId'), 1],
  ['is none that there is', error(404, 'NoSuchBucket'), 1],
  ['cuts the connection', (req) => req.socket.destroy(), 3],
  ['answers no HTTP', (req) => void req.socket.end('nonsense\r\n\r\n'), 3],
  ['sends us elsewhere', (_req, res) => res.writeHead(307, { location: elsewhere }).end(), 1],
  [
    'does not finish its refusal',
    (_req, res) => void res.writeHead(403, { 'content-length': 99 }).write('<Error>'),
    1,
  ],
];
let elsewhere = '';

describe.each(failures)('a bucket that %s', (_how, failure, attempts) => {
  test('makes posters unavailable, for a while that has an end', async () => {
    fail = failure;
    for (const query of ['', '?w=320']) {
      asked = [];
      const began = performance.now();
      const response = await read(query);
      expect(performance.now() - began).toBeLessThan(3_000);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(response.headers.get('cache-control')).toBe('no-store');
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
      expect(text).not.toContain(keys.secretAccessKey);
      expect(asked).toEqual(Array(attempts).fill('GET'));
    }
  });

  test('takes no upload, and the movie stays as it was', async () => {
    fail = failure;
    const response = await upload();
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { code: 'UNAVAILABLE' } },
    ]);
    expect(asked).toEqual(Array(attempts).fill('PUT'));
    const named = 'select count(*)::int as n from movies where poster_url is not null';
    expect((await server.app.pool.query(named)).rows).toEqual([{ n: 0 }]);
  });

  test('fails the sweep, and the server stays ready', async () => {
    fail = failure;
    await expect(sweepPosters(server.app, server.posters)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });
});

test('the signature goes to the endpoint alone', async () => {
  let visits = 0;
  const other = await listen((_req, res) => {
    visits += 1;
    res.end();
  });
  elsewhere = other.url;
  fail = (_req, res) => res.writeHead(307, { location: elsewhere }).end();
  expect((await read()).status).toBe(503);
  expect((await upload()).status).toBe(503);
  expect(visits).toBe(0);
  other.server.close();
});

test('one failure is not noticed: the call is repeated', async () => {
  fail = (req, res) =>
    (asked.length === 1 ? error(500, 'InternalError') : status(200, 'x'))(req, res);
  const response = await read();
  expect([response.status, await response.text()]).toEqual([200, 'x']);
});

test.each<[string, Failure]>([
  [
    'is cut off',
    (req, res) => {
      res.writeHead(200, { 'content-length': 1_000 }).write('x'.repeat(100));
      setTimeout(() => req.socket.destroy(), 50);
    },
  ],
  [
    'stops coming',
    (_req, res) => void res.writeHead(200, { 'content-length': 1_000 }).write('x'.repeat(100)),
  ],
])('a poster that %s in the middle never looks whole', async (_how, failure) => {
  fail = (req, res) => (req.url?.includes('.w320.') ? status(404) : failure)(req, res);
  const began = performance.now();
  const response = await read();
  await expect(response.arrayBuffer()).rejects.toThrow();
  expect(performance.now() - began).toBeLessThan(3_000);
  // As the master of a width it is no picture, so nothing is made of it.
  expect((await read('?w=320')).status).toBe(503);
});

test('a width that cannot be kept is sent all the same, and made again', async () => {
  const made = await fetch(`${server.url}/metrics`).then((response) => response.text());
  expect(made).toContain('matinee_poster_renditions_total{outcome="made"} 0');
  fail = (req, res) => {
    const isMaster = req.url?.endsWith(`/posters/${poster}`) ?? false;
    if (req.method === 'GET' && isMaster) {
      res.writeHead(200, { 'content-length': png.length }).end(png);
    } else {
      error(req.method === 'GET' ? 404 : 500, 'NoSuchKey')(req, res);
    }
  };
  for (const time of [1, 2]) {
    const response = await read('?w=320');
    expect(response.status).toBe(200);
    const { width, format } = await sharp(await response.arrayBuffer()).metadata();
    expect([time, width, format]).toEqual([time, 320, 'webp']);
  }
});

test('a reader who leaves ends the request to the bucket', async () => {
  const left = Promise.withResolvers<void>();
  fail = (_req, res) => {
    res.writeHead(200, { 'content-length': 100_000_000 }).write(Buffer.alloc(100_000));
    res.once('close', () => left.resolve());
  };
  const reader = new AbortController();
  const response = await read('', { signal: reader.signal });
  expect(response.status).toBe(200);
  reader.abort();
  await left.promise;
});

test('a problem is one line of the log, without the keys', async () => {
  fail = error(403, 'SignatureDoesNotMatch');
  const lines: unknown[][] = [];
  const warn = (...line: unknown[]) => void lines.push(line);
  const log = { error: warn, warn, info: warn, debug: warn };
  const secret = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' };
  const store = new S3Store({ endpoint, name: 'shop', region: 'r', ...secret }, log, patience);
  await expect(store.sizeOf(poster)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(store.put(poster, png)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  fail = status(404);
  expect(await store.sizeOf(poster)).toBeUndefined();
  expect(lines.map(([, message]) => message)).toEqual([
    'The bucket of the posters does not do its work',
    'The bucket of the posters works again',
  ]);
  const shown = lines.map(([fields]) => {
    const { err } = fields as { err?: Error };
    return `${JSON.stringify(fields)} ${err?.stack ?? ''}`;
  });
  expect(shown.join('\n')).not.toMatch(/wJalr|AKIDEXAMPLE/);
});

/** The signature of a request, computed by hand as AWS describes it (Signature Version 4). */
async function signatureOf(req: IncomingMessage, secret: string): Promise<string> {
  const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
  const hmac = (key: string | Buffer, data: string) =>
    createHmac('sha256', key).update(data).digest();
  const { pathname, searchParams } = new URL(req.url ?? '', endpoint);
  searchParams.sort();
  const query = [...searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  const [, scope = '', signed = ''] =
    /Credential=[^/]+\/(\S+), SignedHeaders=(\S+),/.exec(req.headers.authorization ?? '') ?? [];
  const headers = signed.split(';').map((name) => `${name}:${String(req.headers[name])}\n`);
  const given = String(req.headers['x-amz-content-sha256']);
  const body = await buffer(req);
  const hash = given === 'UNSIGNED-PAYLOAD' ? given : sha256(body);
  const canonical = [req.method, pathname, query, headers.join(''), signed, hash].join('\n');
  const text = `AWS4-HMAC-SHA256\n${String(req.headers['x-amz-date'])}\n${scope}\n${sha256(canonical)}`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

test('every request is signed, and a file with its content', async () => {
  const signatures: [string | undefined, string, string | undefined][] = [];
  const other = await listen((req, res) => {
    const [, sent] = /Signature=([0-9a-f]+)$/.exec(req.headers.authorization ?? '') ?? [];
    void signatureOf(req, keys.secretAccessKey).then((signature) => {
      signatures.push([req.method, signature, sent]);
      const hash = createHash('sha256').update(png).digest('hex');
      const isWhole = req.method !== 'PUT' || req.headers['x-amz-content-sha256'] === hash;
      status(isWhole ? 200 : 400)(req, res);
    });
  });
  const store = aBucket({ endpoint: other.url, region: 'eu-central-1' });
  await store.put(poster, png);
  await store.sizeOf(poster);
  (await store.open(poster))?.body.resume();
  for await (const _file of store.list()) {
    // There is none.
  }
  await store.remove(poster);
  expect(signatures.map(([method]) => method)).toEqual(['PUT', 'HEAD', 'GET', 'GET', 'DELETE']);
  for (const [, computed, sent] of signatures) {
    expect(sent).toBe(computed);
  }
  other.server.close();
});

test('a bucket with a list of several pages is read to its end', async () => {
  const names = Array.from({ length: 3 }, () => `${randomUUID()}.png`);
  fail = (req, res) => {
    const { searchParams } = new URL(req.url ?? '', endpoint);
    const page = Number(searchParams.get('continuation-token') ?? '0');
    const more = page < 2 ? `<NextContinuationToken>${page + 1}</NextContinuationToken>` : '';
    const entry = (key: string) =>
      `<Contents><Key>${key}</Key><LastModified>2026-11-30T10:00:00.000Z</LastModified></Contents>`;
    const others = ['posters/notes.txt', 'other/x.png', `other/${names[page]}`].map(entry).join('');
    const isCut = `<IsTruncated>${page < 2}</IsTruncated>`;
    status(200, `<List>${isCut}${others}${entry(`posters/${names[page]}`)}${more}</List>`)(
      req,
      res,
    );
  };
  const listed: ListedFile[] = [];
  for await (const file of server.posters.list()) {
    listed.push(file);
  }
  expect(listed).toEqual(
    names.map((name) => ({ name, putAt: Date.parse('2026-11-30T10:00:00Z') })),
  );
});

test('keys that the bucket does not know upload nothing', async () => {
  const kept = await startBucket();
  const { endpoint: url } = kept;
  const store = aBucket({ endpoint: url, accessKeyId: 'another' }, patience);
  await expect(store.put(poster, png)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await kept.names()).toEqual([]);
  await aBucket({ endpoint: url }).put(poster, png);
  expect(await kept.names()).toEqual([poster]);
  await kept.close();
});

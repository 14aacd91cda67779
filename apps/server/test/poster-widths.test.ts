import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { anAdmin } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extensionFor } from '../src/posters/files.ts';
import { Renditions } from '../src/posters/renditions.ts';
import type { RenditionOutcome } from '../src/posters/renditions.ts';
import type { PosterStore } from '../src/posters/store.ts';
import { sweepPosters } from '../src/posters/sweep.ts';
import { readSamples } from './exposition.ts';
import { quietLog, startBucket, startFolder, testStores } from './poster-stores.ts';
import type { TestStore } from './poster-stores.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer;
let admin: Person;
let kept: TestStore;

/** A picture that no other test has. */
async function picture(format: 'jpeg' | 'png' | 'webp' = 'jpeg', width = 800): Promise<Buffer> {
  const [r, g, b] = [randomInt(256), randomInt(256), randomInt(256)];
  const create = { width, height: 30, channels: 3 as const, background: { r, g, b } };
  return sharp({ create }).toFormat(format).toBuffer();
}

const aMovie = async () =>
  (await admin.call.movies.create({ title: randomUUID(), genre: 'Drama', durationMinutes: 90 })).id;

/** Uploads a picture. @returns the name of its file */
async function upload(bytes: Buffer, movieId?: string): Promise<string> {
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(bytes)]));
  const response = await fetch(
    `${server.url}/api/v1/movies/${movieId ?? (await aMovie())}/poster`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${admin.token}` },
      body,
    },
  );
  expect(response.status).toBe(201);
  const { data } = (await response.json()) as { data: { posterUrl: string } };
  return path.basename(data.posterUrl);
}

const get = (name: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${server.url}/uploads/${name}`, { headers, method });
const chrome = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe.each(testStores)('in %s', (_where, startStore) => {
  beforeAll(async () => {
    kept = await startStore();
    server = await startTestServer({}, undefined, { posters: kept.store });
    admin = await anAdmin(server.app);
  });
  afterAll(async () => {
    await server.close();
    await kept.close();
  });

  test.each([
    ['image/avif', 'image/avif'],
    ['image/webp', 'image/webp'],
    [chrome, 'image/avif'],
    ['*/*', 'image/webp'],
    ['image/png', 'image/jpeg'],
  ])('a width comes for Accept: %s as %s, and is kept', async (accept, type) => {
    const name = await upload(await picture());
    const response = await get(`${name}?w=320`, { accept });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('vary')).toMatch(/(^|, )Accept(,|$)/);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toMatch(/ sandbox$/);
    const bytes = await bytesOf(response);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 320, height: 12 });
    const extension = type === 'image/jpeg' ? 'jpg' : type.slice(6);
    expect(await kept.read(`${name}.w320.${extension}`)).toEqual(bytes);
    expect(await bytesOf(await get(`${name}?w=320`, { accept }))).toEqual(bytes);
  });

  test('a picture is never made wider than it is, and comes whole without a width', async () => {
    const name = await upload(await picture('png', 500));
    const [narrow, wide, whole] = [
      await bytesOf(await get(`${name}?w=320`)),
      await bytesOf(await get(`${name}?w=1280`)),
      await bytesOf(await get(name)),
    ];
    expect((await sharp(narrow).metadata()).width).toBe(320);
    expect((await sharp(wide).metadata()).width).toBe(500);
    expect(whole).toEqual(await kept.read(name));
    // Of a parameter that makes no picture nothing is made.
    expect(await bytesOf(await get(`${name}?v=2`))).toEqual(whole);
  });

  test('a poster of an earlier release is served as before, and in widths', async () => {
    const name = `${randomUUID()}.jpg`;
    await kept.store.put(name, await picture());
    expect((await get(name)).status).toBe(200);
    const narrow = await get(`${name}?w=640`, { accept: 'image/avif' });
    expect((await sharp(await bytesOf(narrow)).metadata()).width).toBe(640);
    const movieId = await aMovie();
    const set = 'update movies set poster_url = $1 where id = $2';
    await server.app.pool.query(set, [`/uploads/${name}`, movieId]);
    await upload(await picture(), movieId);
    expect((await kept.names()).filter((each) => each.startsWith(name))).toEqual([]);
  });

  test.each([
    '?w=0320',
    '?w=320.0',
    '?w=',
    '?w=321',
    '?w=-320',
    '?w=1e3',
    '?w=320&w=320',
    '?w=%00',
    '?w=3200',
    '?w=320%20',
    '?w=__proto__',
  ])('of a width %s nothing is made', async (query) => {
    const name = await upload(await picture());
    const before = await kept.names();
    const response = await get(`${name}${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      success: false,
      error: { code: 'VALIDATION_ERROR', message: 'w must be 320, 640, 1280' },
    });
    expect(await kept.names()).toEqual(before);
  });

  test('a name that is none of ours reaches no file', async () => {
    const name = await upload(await picture());
    const { port } = new URL(server.url);
    for (const address of [
      `/uploads/../uploads/${name}x`,
      `/uploads/%2e%2e/${name}`,
      `/uploads/${name}%00`,
      `/uploads/${name}.w320.avif`,
      `/uploads//${name}`,
      `/uploads/${name}/`,
      `/uploads/${name.toUpperCase()}`,
      `/uploads/${'0'.repeat(64)}.jpg`,
      `/uploads/${'0'.repeat(64)}.jpg?w=320`,
    ]) {
      const asked = request({ host: '127.0.0.1', port, path: address }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      expect([address, response.statusCode]).toEqual([address, 404]);
      expect(response.headers['cache-control']).not.toMatch(/immutable/);
      await text(response);
    }
    await expect(kept.store.put('../x.jpg', Buffer.from('x'))).rejects.toThrow(/is not the name/);
    await expect(kept.store.open('../../etc/passwd')).rejects.toThrow(/is not the name/);
    await expect(kept.store.remove(`${name}/../x`)).rejects.toThrow(/is not the name/);
  });

  test.each([[''], ['?w=320']])(
    'a part, a condition and a head are answered: %j',
    async (query) => {
      const name = await upload(await picture());
      const address = `${name}${query}`;
      const first = await get(address);
      const whole = await bytesOf(first);
      const etag = first.headers.get('etag') ?? '';
      expect(first.headers.get('accept-ranges')).toBe('bytes');
      const { length } = whole;

      const part = await get(address, { range: 'bytes=2-5' });
      expect([part.status, part.headers.get('content-range')]).toEqual([
        206,
        `bytes 2-5/${length}`,
      ]);
      expect(await bytesOf(part)).toEqual(whole.subarray(2, 6));
      const end = await get(address, { range: 'bytes=-3' });
      expect(await bytesOf(end)).toEqual(whole.subarray(length - 3));
      const outside = await get(address, { range: `bytes=${length}-` });
      expect(outside.status).toBe(416);
      expect(outside.headers.get('content-range')).toBe(`bytes */${length}`);
      expect(outside.headers.get('cache-control')).toBe('no-store');
      for (const range of ['bytes=0-1,3-4', 'seats=0-1', 'bytes=x']) {
        expect((await get(address, { range })).status).toBe(200);
      }
      const other = await get(address, { range: 'bytes=2-5', 'if-range': '"other"' });
      expect(other.status).toBe(200);

      const known = await get(address, { 'if-none-match': `"x", ${etag}` });
      expect([known.status, await known.text()]).toEqual([304, '']);
      expect(known.headers.get('etag')).toBe(etag);
      expect(known.headers.get('cache-control')).toMatch(/immutable/);
      expect((await get(address, { 'if-none-match': '"other"' })).status).toBe(200);

      const head = await get(address, {}, 'HEAD');
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(length)]);
      expect((await get(address, {}, 'POST')).status).toBe(404);
    },
  );

  test('two hundred readers of a width that is not there wait for one encoding', async () => {
    const name = await upload(await picture('jpeg', 1_500));
    const made = 'matinee_poster_renditions_total{outcome="made"}';
    const before = (await readSamples(server.url)).get(made) ?? 0;
    const answers = await Promise.all(
      Array.from({ length: 200 }, async () =>
        bytesOf(await get(`${name}?w=640`, { accept: chrome })),
      ),
    );
    expect(new Set(answers.map((bytes) => bytes.toString('base64'))).size).toBe(1);
    expect((await readSamples(server.url)).get(made)).toBe(before + 1);
  });

  test('an empty file is no poster', async () => {
    const name = await upload(await picture());
    await kept.damage(name, Buffer.alloc(0));
    expect((await get(name)).status).toBe(404);
    expect((await get(name, {}, 'HEAD')).status).toBe(404);
    expect((await get(`${name}?w=320`)).status).toBe(404);
  });

  test('a damaged master makes no width, and a damaged upload is healed by the same picture', async () => {
    const sent = await picture();
    const name = await upload(sent);
    const whole = await kept.read(name);
    await kept.damage(name, whole.subarray(0, 200));
    const failed = await get(`${name}?w=320`);
    expect(failed.status).toBe(500);
    expect(failed.headers.get('cache-control')).toBe('no-store');
    expect(String(server.errors.at(-1) && (server.errors.pop() as { err: Error }).err)).toMatch(
      /damaged: upload it again/,
    );
    expect(await upload(sent)).toBe(name);
    expect(await kept.read(name)).toEqual(whole);
    expect((await get(`${name}?w=320`)).status).toBe(200);
  });

  describe('a picture of two movies', () => {
    test('is one file, and goes with all its widths when the last of them drops it', async () => {
      const [sent, one, other] = [await picture(), await aMovie(), await aMovie()];
      const name = await upload(sent, one);
      expect(await upload(sent, other)).toBe(name);
      await get(`${name}?w=320`, { accept: 'image/avif' });
      await get(`${name}?w=1280`, { accept: 'image/webp' });
      await upload(await picture(), one);
      expect((await kept.names()).filter((each) => each.startsWith(name))).toHaveLength(3);
      expect((await get(name)).status).toBe(200);
      await upload(await picture(), other);
      expect((await kept.names()).filter((each) => each.startsWith(name))).toEqual([]);
    });

    test('is never lost while one movie drops it and another begins to name it', async () => {
      const sent = await picture();
      for (let round = 0; round < 8; round += 1) {
        const [one, other] = [await aMovie(), await aMovie()];
        const name = await upload(sent, one);
        await Promise.all([upload(await picture(), one), upload(sent, other)]);
        expect(await kept.store.sizeOf(name)).toBeGreaterThan(0);
        await upload(await picture(), other);
        expect(await kept.store.sizeOf(name)).toBeUndefined();
      }
    });

    test('is not removed by a sweep that begins between its file and its row', async () => {
      const sent = await picture();
      const movieId = await aMovie();
      const name = await upload(sent, movieId);
      await server.app.pool.query('update movies set poster_url = null where id = $1', [movieId]);
      await kept.age(name, 60);
      // The upload waits for the row of its movie, with its file written.
      const editor = await server.app.pool.connect();
      await editor.query('begin');
      await editor.query('select from movies where id = $1 for update', [movieId]);
      const uploading = upload(sent, movieId);
      const waits = `select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      const waiting = async () => (await server.app.pool.query<{ n: number }>(waits)).rows[0]?.n;
      await expect.poll(waiting).toBe(1);
      await kept.age(name, 60);
      const sweeping = sweepPosters(server.app, kept.store);
      await expect.poll(waiting).toBe(2);
      await editor.query('commit');
      editor.release();
      expect(await uploading).toBe(name);
      expect(await sweeping).toBe(0);
      expect(await kept.store.sizeOf(name)).toBeGreaterThan(0);
    });
  });

  test('the sweep removes widths whose master no movie names, and no others', async () => {
    const [named, unnamed] = [await upload(await picture()), `${'b'.repeat(64)}.jpg`];
    for (const master of [named, unnamed]) {
      await kept.store.put(`${master}.w320.avif`, Buffer.from('x'));
      await kept.age(`${master}.w320.avif`, 60);
    }
    await kept.store.put(`${unnamed}.w640.webp`, Buffer.from('x'));
    await sweepPosters(server.app, kept.store);
    const names = await kept.names();
    expect(names).toContain(`${named}.w320.avif`);
    expect(names.filter((each) => each.startsWith(unnamed))).toEqual([]);
  });

  test('what an upload left that was killed before its row goes after ten minutes', async () => {
    const bytes = await picture();
    const name = `${'c'.repeat(64)}.jpg`;
    await kept.store.put(name, bytes);
    await kept.age(name, 9);
    expect(await sweepPosters(server.app, kept.store)).toBe(0);
    expect(await kept.names()).toContain(name);
    await kept.age(name, 11);
    expect(await sweepPosters(server.app, kept.store)).toBe(1);
    // The same picture again would have counted as new.
    await kept.store.put(name, bytes);
    await kept.age(name, 11);
    await kept.store.put(name, bytes);
    expect(await sweepPosters(server.app, kept.store)).toBe(0);
    await kept.store.remove(name);
  });
});

describe('the queue', () => {
  test('takes sixteen, and gives the others the master, which no cache keeps', async () => {
    kept = await startFolder();
    const gate = Promise.withResolvers<void>();
    // Nothing is made before the gate opens.
    const slow = Object.create(kept.store) as PosterStore;
    slow.open = async (name, range) => {
      if (name.includes('.w')) {
        return undefined;
      }
      await gate.promise;
      return kept.store.open(name, range);
    };
    const outcomes: RenditionOutcome[] = [];
    const count = (outcome: RenditionOutcome) => outcomes.push(outcome);
    const renditions = new Renditions({ store: slow, log: quietLog, count });
    const bytes = await picture();
    const masters = Array.from({ length: 40 }, () => `${randomUUID()}.jpg`);
    for (const master of masters) {
      await kept.store.put(master, bytes);
    }
    const made = masters.map((master) =>
      renditions.make({ master, width: 320, extension: 'webp' }),
    );
    const waiting = made.filter((each) => each !== 'busy');
    expect(waiting.length).toBeGreaterThanOrEqual(17);
    expect(waiting.length).toBeLessThanOrEqual(18);
    gate.resolve();
    await Promise.all(waiting);
    expect(outcomes.filter((each) => each === 'skipped')).toHaveLength(40 - waiting.length);
    expect(outcomes.filter((each) => each === 'made')).toHaveLength(waiting.length);
    expect(renditions.make({ master: masters[39] ?? '', width: 320, extension: 'webp' })).not.toBe(
      'busy',
    );
    await kept.close();
  });
});

test.each([
  [undefined, 'webp'],
  ['', 'png'],
  ['text/html', 'png'],
  ['image/*', 'webp'],
  ['image/AVIF', 'avif'],
  ['image/webp,image/avif', 'avif'],
  ['image/webp,image/avif;q=0.5', 'webp'],
  ['image/avif;q=0,image/webp', 'webp'],
  ['image/avif;q=0,image/webp;q=0', 'png'],
  ['image/webp;q=0,*/*', 'png'],
  ['image/avif;q=x', 'png'],
  [`${'x,'.repeat(5_000)}image/avif`, 'png'],
])('a PNG is sent for the Accept %j as %s', (accept, expected) => {
  expect(extensionFor(accept, 'png')).toBe(expected);
});

test('a part of a large poster is read, not all of it', async () => {
  kept = await startBucket();
  const name = `${randomUUID()}.png`;
  await kept.store.put(name, Buffer.alloc(1_000_000, 7));
  const file = await kept.store.open(name, { start: 10, end: 19 });
  expect(file?.size).toBe(1_000_000);
  expect(await buffer(file?.body ?? Readable.from([]))).toEqual(Buffer.alloc(10, 7));
  await kept.close();
});

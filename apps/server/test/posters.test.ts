import { createHash, randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { crc32, deflateSync } from 'node:zlib';
import { anAdmin, aShowtime, aUser } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DiskStore } from '../src/posters/store-disk.ts';
import { sweepPosters } from '../src/posters/sweep.ts';
import { testStores } from './poster-stores.ts';
import type { TestStore } from './poster-stores.ts';
import { run } from './run.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

let server: TestServer;
let admin: Person;
let kept: TestStore;

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';
/** A picture that no other test has; of noise it is as large as it looks. */
function picture(format: Format = 'png', { side = 32, noise = false } = {}): Promise<Buffer> {
  const [r, g, b] = [randomInt(256), randomInt(256), randomInt(256)];
  const create = { width: side, height: side, channels: 3 as const, background: { r, g, b } };
  const image = noise
    ? sharp({ create: { ...create, noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
    : sharp({ create });
  return image.toFormat(format).toBuffer();
}

interface Upload {
  movieId?: string;
  person?: Person | null;
  field?: string;
  name?: string;
  type?: string;
  key?: string;
}
interface Answer {
  status: number;
  code: string;
  headers: Headers;
  movie: { id: string; posterUrl: string; revision: number };
}
const aMovie = async () =>
  (await admin.call.movies.create({ title: randomUUID(), genre: 'Drama', durationMinutes: 90 })).id;

async function send(
  movieId: string,
  body: FormData | string,
  headers: Record<string, string>,
): Promise<Answer> {
  const url = `${server.url}/api/v1/movies/${movieId}/poster`;
  const response = await fetch(url, { method: 'POST', headers, body });
  const { data, error } = (await response.json()) as {
    data: Answer['movie'];
    error?: { code: string };
  };
  return {
    status: response.status,
    code: error?.code ?? 'ok',
    headers: response.headers,
    movie: data,
  };
}
async function upload(files: Buffer | Buffer[], options: Upload = {}): Promise<Answer> {
  const {
    movieId = await aMovie(),
    person = admin,
    field = 'file',
    name = 'poster.png',
    type = 'image/png',
  } = options;
  const form = new FormData();
  [files]
    .flat()
    .forEach((bytes) => form.append(field, new Blob([new Uint8Array(bytes)], { type }), name));
  const headers = {
    ...(person ? { authorization: `Bearer ${person.token}` } : {}),
    ...(options.key ? { 'idempotency-key': options.key } : {}),
  };
  return send(movieId, form, headers);
}
/** The name of what the library that writes posters leaves when its process dies. */
async function leftByKilledUpload(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'matinee-killed-'));
  const program = `
    const [library, file] = process.argv.slice(1);
    const { default: writeFileAtomic } = await import(library);
    const tmpfileCreated = () => process.kill(process.pid, 'SIGKILL');
    await writeFileAtomic(file, 'x', { tmpfileCreated });
  `;
  const library = import.meta.resolve('write-file-atomic');
  const args = ['--input-type=module', '-e', program, '--', library];
  await run(process.execPath, [...args, path.join(dir, `${randomUUID()}.png`)], { env: {} });
  const [name = ''] = await readdir(dir);
  await rm(dir, { recursive: true });
  return name;
}
const stored = () => kept.names();
const fileOf = (posterUrl: string) => kept.read(path.basename(posterUrl));
/** A black PNG that says it is this large, and has the first of its pixels. */
function bomb(width: number, height: number, pixels = 1_000): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    magic,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(pixels * 3 + Math.min(height, 10_000)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe.each(testStores)('in %s', (where, startStore) => {
  beforeAll(async () => {
    kept = await startStore();
    server = await startTestServer({}, undefined, { posters: kept.store });
    admin = await anAdmin(server.app);
  });
  afterAll(async () => {
    await server.close();
    await kept.close();
  });

  describe('a picture', () => {
    test.each(['jpeg', 'png', 'webp'] as const)(
      'of the type %s is kept, encoded anew, and served as a picture and nothing else',
      async (format) => {
        const sent = await picture(format, { side: 64 });
        const hidden = Buffer.from('<script>alert(1)</script><?php system("id") ?>');
        const movieId = await aMovie();
        const { status, movie } = await upload(Buffer.concat([sent, hidden]), {
          movieId,
          name: 'x.html',
          type: 'text/html',
        });
        expect(status).toBe(201);
        expect(movie).toEqual(JSON.parse(JSON.stringify(await admin.call.movies.get({ movieId }))));
        expect(movie.posterUrl).toMatch(/^\/uploads\/[0-9a-f]{64}\.(jpg|png|webp)$/);

        const served = await fetch(server.url + movie.posterUrl);
        const bytes = Buffer.from(await served.arrayBuffer());
        expect(served.status).toBe(200);
        expect(served.headers.get('content-type')).toBe(`image/${format}`);
        expect(served.headers.get('x-content-type-options')).toBe('nosniff');
        const policy = served.headers.get('content-security-policy');
        expect(policy).toMatch(
          /^default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox$/,
        );
        const name = path.basename(movie.posterUrl);
        expect(name).toMatch(createHash('sha256').update(bytes).digest('hex'));
        expect(served.headers.get('content-disposition')).toBe(`inline; filename="${name}"`);
        expect(bytes.includes('script') || bytes.includes('php')).toBe(false);
        expect(await sharp(bytes).metadata()).toMatchObject({ format, width: 64, height: 64 });
        expect(await fileOf(movie.posterUrl)).toEqual(bytes);
      },
    );

    test('keeps nothing of where and by whom it was taken', async () => {
      const exif = { IFD0: { Copyright: 'somebody-secret', Make: 'camera-secret' } };
      const sent = await sharp(await picture('jpeg'))
        .withExif(exif)
        .toBuffer();
      expect(sent.includes('secret')).toBe(true);
      const { movie } = await upload(sent);
      const bytes = await fileOf(movie.posterUrl);
      expect(bytes.includes('secret')).toBe(false);
      expect((await sharp(bytes).metadata()).exif).toBeUndefined();
    });

    test('of many pixels, but not too many, is scaled down', async () => {
      const { status, movie } = await upload(await picture('png', { side: 5_000 }));
      expect(status).toBe(201);
      const { width = 0 } = await sharp(await fileOf(movie.posterUrl)).metadata();
      expect(width).toBeLessThanOrEqual(5_000);
    });

    test.each([
      '../../evil.png',
      '..\\..\\evil.png',
      '/etc/evil.png',
      'C:\\evil.png',
      '.htaccess',
      'x'.repeat(300),
      '%2e%2e%2fevil.png',
    ])('never goes where its name %j points', async (name) => {
      const { status, movie } = await upload(await picture(), { name });
      expect(status).toBe(201);
      const file = path.basename(movie.posterUrl);
      expect(await stored()).toContain(file);
      expect(file).not.toMatch(/evil|htaccess|\.\./);
      expect(
        (await stored()).filter((each) => !/^[\w-]+\.(jpg|jpeg|png|webp)$/.test(each)),
      ).toEqual([]);
      const above = await readdir(tmpdir());
      expect(above.filter((each) => each.includes('evil'))).toEqual([]);
    });
  });

  describe('what is no picture of ours', () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
    const page = '<!doctype html><script>alert(document.domain)</script>';
    const cut = async (format: Format) => {
      const whole = await picture(format, { side: 200, noise: true });
      return whole.subarray(0, Math.floor(whole.length / 2));
    };
    const rows: [string, () => Buffer | Promise<Buffer>, string[]][] = [
      ['SVG', () => Buffer.from(svg), ['415 UNSUPPORTED_MEDIA_TYPE']],
      [
        'SVG as XML',
        () => Buffer.from(`<?xml version="1.0"?>${svg}`),
        ['415 UNSUPPORTED_MEDIA_TYPE'],
      ],
      ['a page named .png', () => Buffer.from(page), ['415 UNSUPPORTED_MEDIA_TYPE']],
      ['a GIF', () => picture('gif'), ['415 UNSUPPORTED_MEDIA_TYPE']],
      [
        'a GIF that is a script',
        () => Buffer.from('GIF89a/*\x01\x00*/=1;alert(1)'),
        ['415 UNSUPPORTED_MEDIA_TYPE'],
      ],
      ['an AVIF', () => picture('avif'), ['415 UNSUPPORTED_MEDIA_TYPE']],
      ['a TIFF', () => picture('tiff'), ['415 UNSUPPORTED_MEDIA_TYPE']],
      ['a PDF', () => Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n'), ['415 UNSUPPORTED_MEDIA_TYPE']],
      [
        'an empty file',
        () => Buffer.alloc(0),
        ['415 UNSUPPORTED_MEDIA_TYPE', '400 VALIDATION_ERROR'],
      ],
      ['half a PNG', () => cut('png'), ['400 VALIDATION_ERROR']],
      ['half a JPEG', () => cut('jpeg'), ['400 VALIDATION_ERROR']],
      ['half a WebP', () => cut('webp'), ['400 VALIDATION_ERROR']],
      [
        'the head of a PNG with a page',
        async () => Buffer.concat([(await picture()).subarray(0, 60), Buffer.from(page)]),
        ['400 VALIDATION_ERROR', '415 UNSUPPORTED_MEDIA_TYPE'],
      ],
      [
        'the head of a JPEG with a page',
        () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(page)]),
        ['400 VALIDATION_ERROR'],
      ],
      [
        'a bomb of 50,000 × 50,000',
        () => bomb(50_000, 50_000),
        ['413 PAYLOAD_TOO_LARGE', '400 VALIDATION_ERROR'],
      ],
      [
        'a bomb of 2³¹ − 1 squared',
        () => bomb(0x7fffffff, 0x7fffffff),
        ['413 PAYLOAD_TOO_LARGE', '400 VALIDATION_ERROR'],
      ],
      [
        'a bomb of one row',
        () => bomb(0x7fffffff, 1),
        ['413 PAYLOAD_TOO_LARGE', '400 VALIDATION_ERROR'],
      ],
      [
        'a bomb of 49 million pixels, all there',
        () => bomb(7_000, 7_000, 49_000_000),
        ['413 PAYLOAD_TOO_LARGE'],
      ],
      [
        'more bytes than a megabyte',
        () => picture('png', { side: 900, noise: true }),
        ['413 PAYLOAD_TOO_LARGE'],
      ],
      ['bytes of nothing', () => Buffer.alloc(1_048_577), ['413 PAYLOAD_TOO_LARGE']],
    ];

    test.each(rows)('%s is refused, and leaves nothing', async (_name, bytes, expected) => {
      const movieId = await aMovie();
      const before = await stored();
      const { status, code } = await upload(await bytes(), { movieId });
      expect(expected).toContain(`${status} ${code}`);
      expect(await stored()).toEqual(before);
      expect((await admin.call.movies.get({ movieId })).posterUrl).toBeNull();
    });
  });

  describe('a request', () => {
    const form = (parts: [string, string | Blob][]) => {
      const data = new FormData();
      parts.forEach(([name, value]) => data.append(name, value));
      return data;
    };
    const png = async () => new Blob([new Uint8Array(await picture())], { type: 'image/png' });
    const boundary = { 'content-type': 'multipart/form-data; boundary=x' };
    const rows: [string, () => Promise<FormData | string>, Record<string, string>, string][] = [
      ['without a file', async () => form([]), {}, '400 VALIDATION_ERROR'],
      ['with a text for a file', async () => form([['file', 'text']]), {}, '400 VALIDATION_ERROR'],
      [
        'with another field',
        async () => form([['poster', await png()]]),
        {},
        '400 VALIDATION_ERROR',
      ],
      [
        'with two files',
        async () =>
          form([
            ['file', await png()],
            ['file', await png()],
          ]),
        {},
        '400 VALIDATION_ERROR',
      ],
      [
        'with a second field',
        async () =>
          form([
            ['file', await png()],
            ['posterUrl', '/uploads/x.png'],
          ]),
        {},
        '400 VALIDATION_ERROR',
      ],
      [
        'of JSON',
        async () => '{"file":"x"}',
        { 'content-type': 'application/json' },
        '415 UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        'of the picture itself',
        async () => 'x',
        { 'content-type': 'image/png' },
        '415 UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        'that breaks off',
        async () =>
          '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc',
        boundary,
        '400 VALIDATION_ERROR',
      ],
      ['that is no multipart', async () => 'nonsense', boundary, '400 VALIDATION_ERROR'],
      [
        'with a header that never ends',
        async () => `--x\r\nContent-Disposition: form-data; name="${'y'.repeat(200_000)}`,
        boundary,
        '400 VALIDATION_ERROR',
      ],
    ];

    test.each(rows)('%s is refused, and leaves nothing', async (...row) => {
      const [, body, headers, expected] = row;
      const before = await stored();
      const authorization = `Bearer ${admin.token}`;
      const { status, code } = await send(await aMovie(), await body(), {
        authorization,
        ...headers,
      });
      expect(`${status} ${code}`).toBe(expected);
      expect(await stored()).toEqual(before);
    });

    test('of those who may not, or for no movie, is refused and leaves nothing', async () => {
      const before = await stored();
      const bytes = await picture();
      const outcomes = [
        await upload(bytes, { person: null }),
        await upload(bytes, { person: { ...admin, token: 'garbage' } }),
        await upload(bytes, { person: await aUser(server.app) }),
        await upload(bytes, { movieId: randomUUID() }),
        await upload(bytes, { movieId: 'x' }),
      ];
      expect(outcomes.map(({ status, code }) => `${status} ${code}`)).toEqual([
        '401 AUTHENTICATION_REQUIRED',
        '401 TOKEN_INVALID',
        '403 FORBIDDEN',
        '404 NOT_FOUND',
        '400 VALIDATION_ERROR',
      ]);
      expect(outcomes[0]?.headers.get('www-authenticate')).toBe('Bearer');
      expect(await stored()).toEqual(before);
    });
  });

  describe('a poster', () => {
    test('that replaces another removes its file', async () => {
      const movieId = await aMovie();
      const first = await upload(await picture('jpeg'), { movieId });
      const second = await upload(await picture('png'), { movieId });
      expect(second.movie.revision).toBe(first.movie.revision + 1);
      expect(await stored()).toContain(path.basename(second.movie.posterUrl));
      expect(await stored()).not.toContain(path.basename(first.movie.posterUrl));
      expect((await fetch(server.url + first.movie.posterUrl)).status).toBe(404);
    });

    test('is one of those that came at once, with its file and no other', async () => {
      const movieId = await aMovie();
      const before = await stored();
      const bytes = await picture('webp');
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => upload(bytes, { movieId })),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(4).fill(201));
      const { posterUrl } = await admin.call.movies.get({ movieId });
      expect((await stored()).filter((name) => !before.includes(name))).toEqual([
        path.basename(posterUrl ?? ''),
      ]);
    });

    test('is stored once under an Idempotency-Key, whose other use is refused', async () => {
      const [movieId, key, bytes] = [await aMovie(), randomUUID(), await picture()];
      const first = await upload(bytes, { movieId, key });
      const files = await stored();
      const again = await upload(bytes, { movieId, key });
      expect([again.status, again.movie]).toEqual([201, first.movie]);
      expect([
        first.headers.get('idempotency-replayed'),
        again.headers.get('idempotency-replayed'),
      ]).toEqual([null, 'true']);
      const reused = [
        await upload(await picture('webp'), { movieId, key }),
        await upload(bytes, { key }),
      ];
      expect(reused.map(({ status, code }) => `${status} ${code}`)).toEqual(
        Array(2).fill('422 IDEMPOTENCY_KEY_REUSED'),
      );
      expect(await stored()).toEqual(files);
      expect((await fetch(server.url + first.movie.posterUrl)).status).toBe(200);
    });

    test('that cannot be stored leaves the one before as it was', async () => {
      const movieId = await aMovie();
      const { movie } = await upload(await picture(), { movieId });
      await server.asOwner(`
      create or replace function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
      create trigger refuse before update on movies for each row when (new.id = '${movieId}') execute function refuse();`);
      expect((await upload(await picture('webp'), { movieId })).code).toBe('INTERNAL_ERROR');
      await server.asOwner('drop trigger refuse on movies');
      expect(await admin.call.movies.get({ movieId })).toMatchObject({
        posterUrl: movie.posterUrl,
      });
      expect((await fetch(server.url + movie.posterUrl)).status).toBe(200);
    });

    test('stays with a movie that is archived, and goes with one that is erased', async () => {
      const { movieId: sold, showtime, seatIds } = await aShowtime(server.app);
      const seats = { showtimeId: showtime.id, seatIds: seatIds.slice(0, 1) };
      await admin.call.showtimes.lockSeats(seats);
      const { id: reservationId } = await admin.call.reservations.create(seats);
      await admin.call.reservations.cancel({ reservationId });
      const unsold = await aMovie();
      const names: string[] = [];
      for (const movieId of [sold, unsold]) {
        names.push(path.basename((await upload(await picture(), { movieId })).movie.posterUrl));
        expect(await admin.call.movies.delete({ movieId })).toMatchObject({
          archived: movieId === sold,
        });
      }
      const [held = '', orphan = ''] = names;
      const [young, old] = [`${randomUUID()}.png`, `${randomUUID()}.png`];
      await kept.store.put(young, await picture());
      await kept.store.put(old, await picture());
      for (const name of [held, orphan, old]) {
        await kept.age(name, 60);
      }
      await sweepPosters(server.app, kept.store);
      const left = await stored();
      expect(left).toEqual(expect.arrayContaining([held, young]));
      expect(left).not.toEqual(expect.arrayContaining([orphan]));
      expect(left).not.toEqual(expect.arrayContaining([old]));
      expect(await sweepPosters(server.app, kept.store)).toBe(0);
      await kept.store.remove(young);
    });

    test('is what every row names, and every file is named by a row', async () => {
      await sweepOld();
      const { rows } = await server.app.pool.query<{ name: string }>(
        `select split_part(poster_url, '/', 3) as name from movies where poster_url is not null`,
      );
      expect((await stored()).toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
    });

    /** Lets the sweep see every file as old. */
    async function sweepOld(): Promise<void> {
      for (const name of await stored()) {
        await kept.age(name, 60);
      }
      await sweepPosters(server.app, kept.store);
    }
  });
});

describe('in a folder alone', () => {
  beforeAll(async () => {
    server = await startTestServer();
    admin = await anAdmin(server.app);
  });
  afterAll(() => server.close());

  test.each([
    ['an upload that was killed', leftByKilledUpload],
    ['a restore that was killed', async () => `${randomUUID()}.webp.partial`],
  ])('a poster that %s left half written goes after ten minutes', async (_whose, leave) => {
    const name = await leave();
    const uploadDir = await mkdtemp(path.join(tmpdir(), 'matinee-sweep-'));
    const file = path.join(uploadDir, name);
    await writeFile(file, 'x');
    const sweepAt = async (minutes: number) => {
      const then = Date.now() / 1_000 - minutes * 60;
      await utimes(file, then, then);
      await sweepPosters(server.app, new DiskStore(uploadDir));
      return await readdir(uploadDir);
    };
    expect(await sweepAt(9)).toEqual([name]);
    expect(await sweepAt(11)).toEqual([]);
    await rm(uploadDir, { recursive: true });
  });

  test('the sweep leaves alone what is none of ours, and a folder that is not there', async () => {
    const uploadDir = await mkdtemp(path.join(tmpdir(), 'matinee-sweep-'));
    const names = ['README.txt', 'not-ours.png', `${'a'.repeat(64)}.png.w99.avif`];
    for (const name of names) {
      await writeFile(path.join(uploadDir, name), 'x');
      await utimes(path.join(uploadDir, name), 0, 0);
    }
    expect(await sweepPosters(server.app, new DiskStore(uploadDir))).toBe(0);
    expect((await readdir(uploadDir)).toSorted()).toEqual(names.toSorted());
    await rm(uploadDir, { recursive: true });
    expect(await sweepPosters(server.app, new DiskStore(uploadDir))).toBe(0);
  });

  test('a poster that is there is not lost when the same picture comes to a full disk', async () => {
    const bytes = await picture();
    const { movie } = await upload(bytes);
    const file = path.join(server.uploadDir, path.basename(movie.posterUrl));
    const whole = await readFile(file);
    const disk = vi
      .spyOn(fs, 'write')
      .mockImplementation(((...args: unknown[]) =>
        (args.at(-1) as (error: Error) => void)(
          new Error('ENOSPC'),
        )) as unknown as typeof fs.write);
    const again = await upload(bytes);
    disk.mockRestore();
    expect([again.status, again.movie.posterUrl]).toEqual([201, movie.posterUrl]);
    expect(await readFile(file)).toEqual(whole);
  });

  test('a poster that the disk takes only a part of is not stored', async () => {
    const [movieId, before] = [await aMovie(), await readdir(server.uploadDir)];
    const write = fs.write as (...args: unknown[]) => void;
    const half = (fd: number, data: Buffer, offset: number, length: number, ...rest: unknown[]) =>
      write(fd, data, offset, Math.floor(length / 2), ...rest);
    const disk = vi.spyOn(fs, 'write').mockImplementation(half as unknown as typeof fs.write);
    const { status, code } = await upload(await picture(), { movieId });
    expect(disk).toHaveBeenCalled();
    disk.mockRestore();
    expect(`${status} ${code}`).toBe('500 INTERNAL_ERROR');
    expect(await readdir(server.uploadDir)).toEqual(before);
    expect((await admin.call.movies.get({ movieId })).posterUrl).toBeNull();
  });

  // As they are sent: `fetch` would resolve the dots itself.
  test.each(['/uploads', '/uploads/', '/uploads/.', '/uploads/%2e%2e/', '/uploads/.hidden'])(
    '%s shows no folder',
    async (address) => {
      await writeFile(path.join(server.uploadDir, '.hidden'), 'secret');
      const { port } = new URL(server.url);
      const asked = request({ host: '127.0.0.1', port, path: address }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(404);
      expect(await text(response)).not.toContain('secret');
      await rm(path.join(server.uploadDir, '.hidden'));
    },
  );
});

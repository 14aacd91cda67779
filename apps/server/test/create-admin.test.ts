import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createFirstAdmin } from '@matinee/api';
import {
  anAdmin,
  aUser,
  callerOf,
  createTestApp,
  databaseUrl,
  onServer,
  password as oldPassword,
} from '@matinee/api/testing';
import type { TestApp } from '@matinee/api/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { askPassword, readArguments } from '../src/create-admin.ts';
import { compiled } from './compiled.ts';

const password = 'a-password-of-my-own';
const email = 'owner@cinema.example';

let started: TestApp;
let folder = '';

beforeEach(async () => {
  started = await createTestApp();
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-admin-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await started.close();
});

const saying = (pattern: RegExp) => expect.stringMatching(pattern) as unknown;

const create = (input: { email?: string; password?: string; force?: boolean } = {}) =>
  createFirstAdmin(started.app, { email, password, force: false, ...input });

const logIn = (as = email, using = password) =>
  callerOf(started.app).auth.login({ email: as, password: using });

test('makes an administrator who can sign in', async () => {
  expect(await create({ email: `  ${email} ` })).toBe(email);

  expect((await logIn()).user).toMatchObject({ email, role: 'admin', disabledAt: null });
});

test('refuses when there is an active administrator, and makes one more with force', async () => {
  await anAdmin(started.app);

  await expect(create()).rejects.toThrow(/An active administrator already exists/);
  await expect(create({ force: true })).resolves.toBe(email);
});

test('does not count an administrator who is disabled', async () => {
  const { id } = await anAdmin(started.app);
  await started.app.pool.query('delete from sessions where user_id = $1', [id]);
  await started.app.pool.query('update users set disabled_at = now() where id = $1', [id]);

  expect(await create()).toBe(email);
});

test('takes over an account that exists only with force, and ends its sessions', async () => {
  const user = await aUser(started.app);
  const shouting = user.email.toUpperCase();

  await expect(create({ email: shouting })).rejects.toThrow(
    /An account with this e-mail address exists/,
  );
  expect(await create({ email: shouting, force: true })).toBe(user.email);

  expect((await logIn(user.email)).user).toMatchObject({ id: user.id, role: 'admin' });
  await expect(logIn(user.email, oldPassword)).rejects.toThrow();
  await expect(user.call.auth.me()).rejects.toThrow();
});

test('enables an administrator who was disabled', async () => {
  const { id, email: theirs } = await anAdmin(started.app);
  await started.app.pool.query('delete from sessions where user_id = $1', [id]);
  await started.app.pool.query('update users set disabled_at = now() where id = $1', [id]);

  await create({ email: theirs, force: true });

  expect((await logIn(theirs)).user.disabledAt).toBeNull();
});

test('lets one of several at once succeed', async () => {
  const { pool } = started.app;
  const gate = await pool.connect();
  // Reading goes on, inserting waits: whoever has looked for an administrator is held here.
  await gate.query('begin; lock table users in share mode');
  const attempts = [1, 2, 3].map((n) => create({ email: `owner${n}@cinema.example` }));
  const settled = Promise.allSettled(attempts);
  const waiting = `select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  await expect
    .poll(async () => (await pool.query<{ count: number }>(waiting)).rows[0]?.count)
    .toBe(attempts.length);

  await gate.query('commit');
  gate.release();

  const statuses = (await settled).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect((await pool.query(`select 1 from users where role = 'admin'`)).rows).toHaveLength(1);
});

test('refuses what registering refuses, and names the field', async () => {
  const invalid = { code: 'VALIDATION_ERROR' };

  const wrongEmail = { ...invalid, message: saying(/email/) };
  await expect(create({ email: 'nobody' })).rejects.toMatchObject(wrongEmail);
  const wrongPassword = { ...invalid, message: saying(/password/) };
  await expect(create({ password: 'short' })).rejects.toMatchObject(wrongPassword);
});

test('asks for fifteen characters in production', async () => {
  const production = await createTestApp({ environment: 'production' });
  const account = { email: 'owner@example.com', force: false };
  const attempt = (secret: string) =>
    createFirstAdmin(production.app, { ...account, password: secret });
  const message = 'must have at least 15 characters in production';
  await expect(attempt('fourteen-of-it')).rejects.toMatchObject({
    details: { issues: [{ path: ['password'], message }] },
  });
  expect(await attempt('fifteen-of-them')).toBe('owner@example.com');
  await production.close();
});

test.each(['password-2026-!', '!!!P@ssw0rd!2345', 'bossbossbossboss', 'qwertyuiopasdfg'])(
  'refuses in production what is common: %s',
  async (secret) => {
    const production = await createTestApp({ environment: 'production' });
    const account = { email: 'boss@corp.example', password: secret, force: false };
    await expect(createFirstAdmin(production.app, account)).rejects.toMatchObject({
      details: { issues: [{ path: ['password'] }] },
    });
    await production.close();
  },
);

test('refuses the address of a demo account in production', async () => {
  const production = await createTestApp({ environment: 'production' });
  const attempt = createFirstAdmin(production.app, {
    email: 'Admin@example.com',
    password,
    force: true,
  });

  await expect(attempt).rejects.toThrow(/demo account/);
  await production.close();
});

// --- The command. ---

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

async function run(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const program = path.join(import.meta.dirname, '../src/create-admin.ts');
  const child = spawn(process.execPath, ['--conditions=@matinee/source', program, ...args], {
    env: {
      PATH: process.env['PATH'],
      ...compiled,
      DATABASE_URL: started.databaseUrl,
      DATA_DIR: folder,
      MATINEE_PASSWORD: password,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, out, err };
}

test('the command ends with the address and exit code 0', async () => {
  expect(await run(['--email', email])).toEqual({
    code: 0,
    out: `Administrator: ${email}\n`,
    err: '',
  });
  expect((await logIn()).user.role).toBe('admin');
});

test('the command says why it refuses', async () => {
  await anAdmin(started.app);

  const refused = await run(['--email', email]);

  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toMatch(/^An active administrator already exists/);
  expect(await run(['--email', email, '--force'])).toMatchObject({ code: 0 });
});

test('the command ends with 2 when it is called wrongly, and without a terminal', async () => {
  expect(await run(['--password', password])).toMatchObject({ code: 2, err: saying(/^Usage: /) });
  expect(await run(['--email', email], { MATINEE_PASSWORD: '' })).toMatchObject({
    code: 2,
    err: saying(/set MATINEE_PASSWORD/),
  });
});

test('the command refuses a database with pending migrations, or without an answer', async () => {
  const name = `started${randomUUID().replaceAll('-', '')}`;
  const server = inject('postgresUrl');
  await onServer(server, (client) => client.query(`create database ${name}`));
  try {
    const pending = await run(['--email', email], { DATABASE_URL: databaseUrl(server, name) });
    expect(pending).toMatchObject({ code: 1, err: saying(/lacks \d+ migration.*npm start/s) });
  } finally {
    await onServer(server, (client) => client.query(`drop database ${name} with (force)`));
  }
  // Port 1 is privileged, and nobody listens there.
  const nobody = await run(['--email', email], { DATABASE_URL: 'postgresql://x@127.0.0.1:1/x' });
  expect(nobody).toMatchObject({ code: 1, err: saying(/^DATABASE_URL: .*ECONNREFUSED/) });
});

test('the command does not make a database where a data folder is mistyped', async () => {
  const missing = path.join(folder, 'missing');

  const refused = await run(['--email', email], { DATABASE_URL: '', DATA_DIR: missing });

  expect(refused).toMatchObject({ code: 1, err: saying(/There is no database in/) });
});

test('takes --email and --force, and nothing else', () => {
  expect(readArguments(['--email', email, '--force'])).toEqual({ email, force: true });
  expect(readArguments([`--email=${email}`])).toEqual({ email, force: false });
  for (const wrong of [[], ['--force'], ['--email'], ['x'], ['--email', email, '--role', 'x']]) {
    expect(() => readArguments(wrong)).toThrow(/^Usage/);
  }
});

/** Answers each question with the next line. */
function typing(lines: string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk;
    if (String(chunk).endsWith(': ')) {
      const line = lines.shift();
      if (line === undefined) {
        input.end();
      } else {
        input.write(`${line}\r`);
      }
    }
  });
  return { terminal: { input, output }, shown: () => shown };
}

test('asks for the password twice and shows nothing of it', async () => {
  const { terminal, shown } = typing([password, password]);

  expect(await askPassword(terminal, new AbortController().signal)).toBe(password);
  expect(shown()).toBe('Password: \nRepeat the password: \n');
});

test('refuses two passwords that differ, and ends when nothing is typed', async () => {
  const { signal } = new AbortController();

  await expect(askPassword(typing([password, 'other']).terminal, signal)).rejects.toThrow(/differ/);
  await expect(askPassword(typing([]).terminal, signal)).rejects.toThrow('Interrupted.');
});

test('ends the question when the command is told to stop', async () => {
  const stop = new AbortController();
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const asking = askPassword({ input, output: new PassThrough() }, stop.signal);

  stop.abort();

  await expect(asking).rejects.toThrow('Interrupted.');
});

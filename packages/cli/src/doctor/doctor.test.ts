import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Matinee, Status } from '@matinee/sdk';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';
import { judgeClock } from './check.ts';
import { outboxCheck } from './outbox.ts';
import { statusChecks } from './status.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

const closing: Server[] = [];
afterEach(() => Promise.all(closing.splice(0).map(close)));

/** A server with health pages and nothing else. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

const health =
  (checks: object): RequestListener =>
  (request, response) => {
    const body = request.url === '/health/live' ? { status: 'ok' } : { status: 'ok', checks };
    response.end(JSON.stringify(body));
  };

const status: Status = {
  version: '0.1.0',
  now: new Date(),
  database: { version: '18.4', latencyMs: 0.8, migrationsPending: 0 },
  jobs: { enabled: true, lastSweepAt: new Date(Date.now() - 20_000) },
  disk: { freeBytes: 5e10 },
  warnings: [],
  uptimeSeconds: 7_300,
};

const stateOf = (changes: Partial<Status>, name: string) =>
  statusChecks({ ...status, ...changes }).find((check) => check.name === name);

describe('doctor', () => {
  test('suggests what to do if no server responds', async () => {
    const url = await serve(() => {});
    await Promise.all(closing.splice(0).map(close));
    const { exitCode, data } = await runFake(`doctor --url ${url}`);
    expect(exitCode).toBe(7);
    expect(data).toMatch(/✗ server .*ECONNREFUSED/);
    expect(data).toContain('→ Start the server, or set its address');
  });

  test('recognises a server that is not Matinee', async () => {
    const url = await serve((_request, response) => response.end('<html>'));
    const { exitCode, data } = await runFake(`doctor --url ${url}`);
    expect(exitCode).toBe(7);
    expect(data).toContain('is not a Matinee server (HTTP 200)');
  });

  test('shows the states of the health pages to all users', async () => {
    const checks = {
      database: 'ok',
      migrations: 'ok',
      jobs: 'off',
      disk: 'unavailable',
      replicas: 'behind',
      redis: 'unavailable',
    };
    const url = await serve(health(checks));
    fake.matinee = fakeMatinee({}).matinee;
    const line = `doctor --url ${url}`;
    const { exitCode, data } = await runFake(line, { env: { MATINEE_TOKEN: '' } });
    expect(exitCode).toBe(1);
    expect(data).toMatch(/✓ database {3}ok/);
    expect(data).toMatch(/✓ jobs {7}off on this server/);
    expect(data).toMatch(/✗ disk {7}unavailable\n {13}→ Free some space/);
    expect(data).toMatch(/! replicas {3}behind\n {13}→ Lists and reports are read/);
    expect(data).toMatch(/! redis {6}unavailable\n {13}→ Each server reads the database by/);
    expect(data).toMatch(/– sign-in {4}not signed in/);
  });

  test('shows the figures to an administrator', async () => {
    const url = await serve(health({}));
    const { matinee, calls } = fakeMatinee({
      'auth.me': () => ({ email: 'ada@example.com', role: 'admin' }),
      'admin.status': () => status,
      'admin.outbox.list': () => [],
    });
    fake.matinee = matinee;
    const { exitCode, data } = await runFake(`doctor --json --url ${url}`);
    expect(exitCode).toBe(0);
    expect(calls.map(({ path }) => path)).toEqual(['auth.me', 'admin.status', 'admin.outbox.list']);
    const { ok, checks } = JSON.parse(data) as { ok: boolean; checks: { name: string }[] };
    expect(ok).toBe(true);
    expect(checks.map(({ name }) => name).join(' ')).toBe(
      'server version database migrations jobs disk replicas outbox clock sign-in',
    );
  });
});

describe('dead deliveries', () => {
  const check = (deliveries: () => unknown[]) =>
    outboxCheck(fakeMatinee({ 'admin.outbox.list': deliveries }).matinee);

  test('are counted, and the list is named', async () => {
    expect(await check(() => [])).toMatchObject({ state: 'ok' });
    expect(await check(() => [{}])).toMatchObject({ found: '1 delivery failed for good' });
    expect(await check(() => [{}, {}, {}])).toEqual({
      name: 'outbox',
      state: 'warning',
      found: '3 deliveries failed for good',
      advice: 'See `matinee outbox list --state dead`.',
    });
    const many = Array.from({ length: 2_000 }, () => ({}));
    expect((await check(() => many)).found).toBe('at least 1000 deliveries failed for good');
  });

  test('are skipped if the server has no list of them', async () => {
    const { state } = await check(() => {
      throw new Error('No such procedure.');
    });
    expect(state).toBe('skipped');
  });
});

describe('the figures of a server', () => {
  test('are judged', () => {
    const { database } = status;
    const pending = { ...database, migrationsPending: 2 };
    expect(stateOf({ database: pending }, 'migrations')).toMatchObject({
      state: 'failed',
      found: '2 migrations pending',
    });
    const silent = { enabled: true, lastSweepAt: new Date(status.now.getTime() - 600_000) };
    expect(stateOf({ jobs: silent }, 'jobs')?.state).toBe('warning');
    const never = { enabled: false, lastSweepAt: null };
    expect(stateOf({ jobs: never }, 'jobs')?.state).toBe('warning');
    expect(stateOf({ jobs: never, uptimeSeconds: 20 }, 'jobs')?.state).toBe('ok');
    expect(stateOf({ disk: { freeBytes: 1e8 } }, 'disk')?.state).toBe('warning');
    expect(stateOf({ version: '2.0.0' }, 'version')?.state).toBe('warning');
    expect(stateOf({ version: '0.2.0' }, 'version')).toMatchObject({
      state: 'warning',
      advice: expect.stringContaining('The server is newer.') as string,
    });
    expect(stateOf({ version: '0.0.9' }, 'version')?.state).toBe('ok');
    expect(stateOf({}, 'version')?.found).toContain('up for 2 h;');
    expect(stateOf({ uptimeSeconds: 3_599 }, 'version')?.found).toContain('up for 59 min;');
    expect(stateOf({ uptimeSeconds: 20.4 }, 'version')?.found).toContain('up for 20 s;');
  });

  test('include the clock', () => {
    expect(judgeClock(400).state).toBe('ok');
    expect(judgeClock(60_000)).toMatchObject({
      state: 'warning',
      found: 'this machine is 60.0 s behind the server',
    });
    expect(judgeClock(-60_000).found).toBe('this machine is 60.0 s ahead of the server');
  });
});

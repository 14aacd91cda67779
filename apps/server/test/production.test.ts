import { randomBytes } from 'node:crypto';
import { createTestApp, createTestDatabase, password } from '@matinee/api/testing';
import type { TestDatabase } from '@matinee/api/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServerProcess } from './races/processes.ts';

/* What a start in production refuses and keeps to itself beyond its settings, which environment.test.ts has. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const start = (env: Record<string, string> = {}) =>
  startServerProcess({
    databaseUrl: database.url,
    env: {
      ENVIRONMENT: 'production',
      RATE_LIMIT: 'on',
      ALLOWED_ORIGINS: '',
      JWT_SECRET_KEY: randomBytes(48).toString('base64url'),
      ...env,
    },
  });

async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { headers });
  await response.text();
  return response.status;
}

test('without a token there are no figures, with one they are for its holder', async () => {
  const closed = await start();
  expect(await statusOf(`${closed.url}/metrics`)).toBe(404);
  expect(await statusOf(`${closed.url}/health/live`)).toBe(200);
  expect(await closed.stop()).toBe(0);

  const token = randomBytes(24).toString('base64url');
  const open = await start({ METRICS_TOKEN: token });
  expect(await statusOf(`${open.url}/metrics`)).toBe(401);
  expect(await statusOf(`${open.url}/metrics`, { authorization: `Bearer ${token}` })).toBe(200);
  expect(await open.stop()).toBe(0);
});

test('it is refused while a demo account is active, which is named', async () => {
  const { app, close } = await createTestApp({}, database.url);
  const passwordHash = await app.passwords.hash(password);
  await app.pool.query(
    `insert into users (id, email, password_hash, role, created_at, updated_at)
     values (gen_random_uuid(), 'Desk@example.com', $1, 'user', now(), now())`,
    [passwordHash],
  );
  await expect(start()).rejects.toThrow(
    'Refused to start in production with active demo accounts: Desk@example.com.',
  );
  await app.pool.query('update users set disabled_at = now()');
  const server = await start();
  expect(await server.stop()).toBe(0);
  await close();
});

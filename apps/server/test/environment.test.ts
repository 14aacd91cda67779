import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EnvironmentError, readEnvironment, toConfig } from '../src/environment.ts';
import { rootDir } from '../src/root-dir.ts';

/** A start in production in which nothing is wrong. */
const production = {
  ENVIRONMENT: 'production',
  DATABASE_URL: 'postgresql://shop:uZ4tq0Yw@db.example/matinee',
  JWT_SECRET_KEY: 'xL3vK8dGm2QwYb7RtPz1NsJf5HcVaE9o',
  ALLOWED_ORIGINS: 'https://shop.example',
};

/** One key of an id: the same for each. */
const ticketKey = (id: number) =>
  `${id}:${Buffer.from(production.JWT_SECRET_KEY).toString('base64url')}`;

/** The lines with which a start is refused; none when it is not. */
function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readEnvironment(env);
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) {
      return error.problems;
    }
    throw error;
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-environment-'));
  await mkdir(path.join(folder, 'data', 'uploads'), { recursive: true });
  await symlink(path.join(folder, 'data'), path.join(folder, 'link'));
  await symlink(path.join(folder, 'later'), path.join(folder, 'early'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  'postgresql://shop:secret@one.example,two.example/matinee',
  'postgresql://shop:secret@one.example:5432,two.example:5432/matinee',
  'postgresql://shop:secret@one.example/matinee?target_session_attrs=read-write',
])('an address for libpq alone is refused, and the way is named: %s', (DATABASE_URL) => {
  const [line, ...others] = problemsOf({ DATABASE_URL });
  expect(line).toMatch(/^DATABASE_URL: must name one host, .+ a proxy that follows it/);
  expect(line).not.toContain('secret');
  expect(others).toEqual([]);
  expect(problemsOf({ DATABASE_URL: 'postgresql://shop:a%2Cb@one.example/matinee' })).toEqual([]);
});

test.each([
  'http://redis.example',
  'redis.example:6379',
  'redis://',
  'redis://redis.example/cache',
  'redis://redis.example/0/1',
  'redis://:secret@redis.example?enableOfflineQueue=true',
  'redis://:secret#1@redis.example',
  'redis://:secret%@redis.example',
])('an address that is none of Redis is refused, without its password: %s', (REDIS_URL) => {
  const problems = problemsOf({ REDIS_URL });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^REDIS_URL: must /);
  expect(problems[0]).not.toContain('secret');
});

test.each([
  'redis://127.0.0.1',
  'redis://[::1]:6379/0',
  'rediss://shop:p%40ss@redis.example:6380/15',
])('an address of Redis is taken: %s', (REDIS_URL) => {
  expect(problemsOf({ ...production, REDIS_URL })).toEqual([]);
});

test('seats are locked for two hours at most', () => {
  const clocks = { SEAT_LOCK_TTL_MINUTES: '120', SEAT_LOCK_MAX_MINUTES: '120' };
  expect(problemsOf({ ...production, ...clocks })).toEqual([]);
  expect(problemsOf({ ...production, ...clocks, SEAT_LOCK_TTL_MINUTES: '121' })).toContain(
    'SEAT_LOCK_TTL_MINUTES: must be at most 120 in production',
  );
});

test('everything that is wrong is reported in one go, and no value is shown', () => {
  const secret = 'change-me-to-at-least-32-random-bytes';
  const problems = problemsOf({
    ENVIRONMENT: 'production',
    JWT_SECRET_KEY: secret,
    PORT: 'eight thousand',
    RATE_LIMIT: 'off',
    MAIL_URL: 'smtp://mail.example',
    TRUST_PROXY: '0.0.0.0/0',
  });
  expect(problems.map((line) => line.split(':')[0]).toSorted()).toEqual([
    'ALLOWED_ORIGINS',
    'JWT_SECRET_KEY',
    'MAIL_FROM',
    'PORT',
    'RATE_LIMIT',
    'TRUST_PROXY',
  ]);
  const shown = problems.join('\n');
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain('eight thousand');
  expect(shown).not.toContain('0.0.0.0');
});

test.each<[string, NodeJS.ProcessEnv]>([
  ['as it should be', {}],
  ['without web pages', { ALLOWED_ORIGINS: '' }],
  ['with a secret in hexadecimal', { JWT_SECRET_KEY: '4f1c9be07a5d23864f6ab1c7d9e0853b' }],
  ['with a previous secret', { JWT_PREVIOUS_SECRET_KEYS: 'oE9aVcHf5JsNz1PtRb7YwQ2mGd8KvL3x' }],
  [
    'with proven addresses',
    {
      EMAIL_PROOF: 'required',
      MAIL_URL: 'smtp://mail.example',
      MAIL_FROM: 'a@example.com',
      PUBLIC_URL: 'https://tickets.example',
    },
  ],
  ['behind five proxies', { TRUST_PROXY: '5' }],
  ['behind private addresses', { TRUST_PROXY: '10.0.0.0/8, fc00::/7, 127.0.0.1' }],
  ['behind private addresses of both kinds', { TRUST_PROXY: '::ffff:10.0.0.0/104,172.16.0.0/12' }],
  [
    'behind all private addresses',
    { TRUST_PROXY: '10.0.0.0/8,127.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7' },
  ],
  ['behind a network of IPv6', { TRUST_PROXY: '2001:db8::/32,::1' }],
  ['with a token in hexadecimal', { METRICS_TOKEN: '4f1c9be07a5d2386' }],
  ['behind a provider', { TRUST_PROXY: '104.16.0.0/13,2400:cb00::/32' }],
  ['with a token for the figures', { METRICS_TOKEN: 'hN4v-92kQx_TzLb7' }],
  ['with warnings in the log', { LOG_LEVEL: 'warn' }],
  ['with a key for tickets', { TICKET_KEYS: ticketKey(1) }],
  ['on all addresses', { HOST: '0.0.0.0' }],
])('production starts %s', (_how, change) => {
  expect(problemsOf({ ...production, ...change })).toEqual([]);
});

describe('production is refused', () => {
  test.each<[string, NodeJS.ProcessEnv]>([
    ['EMAIL_PROOF', { EMAIL_PROOF: 'required' }],
    [
      'EMAIL_PROOF',
      { EMAIL_PROOF: 'required', MAIL_URL: 'smtp://mail.example', MAIL_FROM: 'a@example.com' },
    ],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: undefined }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'x'.repeat(31) }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'a'.repeat(32) }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'ab'.repeat(16) }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'secret'.repeat(6) }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'A long Secret 42'.repeat(2) }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'your-256-bit-secret'.repeat(2) }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'CHANGE-ME-TO-AT-LEAST-32-RANDOM-BYTES' }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'change-me-to-at-least-32-random-bytes ' }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: 'your-secret-key-change-in-production1' }],
    ['JWT_SECRET_KEY', { JWT_SECRET_KEY: production.DATABASE_URL }],
    ['JWT_PREVIOUS_SECRET_KEYS', { JWT_PREVIOUS_SECRET_KEYS: 'short' }],
    [
      'JWT_PREVIOUS_SECRET_KEYS',
      { JWT_PREVIOUS_SECRET_KEYS: 'change-me-to-at-least-32-random-bytes' },
    ],
    ...[
      'a'.repeat(32),
      'ab'.repeat(16),
      'change_me_to_at_least_32_random_bytes',
      'a-string-secret-at-least-256-bits-long',
      'Xmatinee-secretmatinee-secretmatinee-secret',
      'abcdefghijklmnopqrstuvwxyz012345',
      'qwertyuiopasdfghjklzxcvbnm123456',
      'zyxwvutsrqponmlkjihgfedcba987654',
    ].flatMap((weak): [string, NodeJS.ProcessEnv][] => [
      ['JWT_SECRET_KEY', { JWT_SECRET_KEY: weak }],
      ['JWT_PREVIOUS_SECRET_KEYS', { JWT_PREVIOUS_SECRET_KEYS: weak }],
      ['METRICS_TOKEN', { METRICS_TOKEN: weak }],
    ]),
    [
      'JWT_SECRET_KEY',
      {
        JWT_SECRET_KEY: 'oE9aVcHf5JsNz1PtRb7YwQ2mGd8KvL3x',
        REDIS_URL: 'redis://:oE9aVcHf5JsNz1PtRb7YwQ2mGd8KvL3x@redis.example',
      },
    ],
    ['METRICS_TOKEN', { METRICS_TOKEN: production.JWT_SECRET_KEY }],
    ['TICKET_KEYS', { TICKET_KEYS: `1:${'A'.repeat(43)}` }],
    ['TICKET_KEYS', { TICKET_KEYS: `1:${Buffer.alloc(32, 'ab').toString('base64url')}` }],
    ['TICKET_KEYS', { TICKET_KEYS: `${ticketKey(1)},${ticketKey(2)}` }],
    ['DEBUG', { DEBUG: 'true' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: undefined }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: '*' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'https://a.example,*' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'http://shop.example' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'https://*.example.com' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'https://shop.example/' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'null' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://tickets.example' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'tickets.example' }],
    ['RATE_LIMIT', { RATE_LIMIT: 'off' }],
    ['WEBHOOK_ALLOW_PRIVATE', { WEBHOOK_ALLOW_PRIVATE: 'on' }],
    ['TRUST_PROXY', { TRUST_PROXY: '99' }],
    ['TRUST_PROXY', { TRUST_PROXY: 'true' }],
    ['TRUST_PROXY', { TRUST_PROXY: '10.0.0.0/8,::/0' }],
    ['TRUST_PROXY', { TRUST_PROXY: '0.0.0.0/1,128.0.0.0/1' }],
    ['TRUST_PROXY', { TRUST_PROXY: '::ffff:0:0/96' }],
    ['TRUST_PROXY', { TRUST_PROXY: '::ffff:10.0.0.1/97' }],
    ['TRUST_PROXY', { TRUST_PROXY: '::/16' }],
    ['TRUST_PROXY', { TRUST_PROXY: '::/80' }],
    ['TRUST_PROXY', { TRUST_PROXY: '2000::/7' }],
    ['TRUST_PROXY', { TRUST_PROXY: '1.0.0.0/8,2.0.0.0/8,3.0.0.0/8,4.0.0.0/8,5.0.0.0/8' }],
    ['JWT_ALGORITHM', { JWT_ALGORITHM: 'none' }],
    ['JWT_ACCESS_TOKEN_EXPIRE_MINUTES', { JWT_ACCESS_TOKEN_EXPIRE_MINUTES: '1441' }],
    ['SEAT_LOCK_MAX_MINUTES', { SEAT_LOCK_MAX_MINUTES: '121' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'silent' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'fatal' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'error' }],
    ['PORT', { PORT: '0x10' }],
    ['PORT', { PORT: '1e3' }],
    ['SEAT_LOCK_TTL_MINUTES', { SEAT_LOCK_TTL_MINUTES: '1e-9' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'https://user:pass@tickets.example' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'https://tickets.example/?a=1' }],
    ['NODE_TLS_REJECT_UNAUTHORIZED', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    ['METRICS_TOKEN', { METRICS_TOKEN: 'short' }],
    ['POSTER_BASE_URL', { POSTER_BASE_URL: 'http://cdn.example' }],
  ])('for %s: %j', (name, change) => {
    const problems = problemsOf({ ...production, ...change });
    const names = new Set(problems.map((line) => line.split(':')[0]));
    expect(names).toEqual(new Set([name]));
  });
});

describe('in every environment', () => {
  test.each<[string, () => string]>([
    ['the root of the disk', () => '/'],
    ['the folder of the program', () => rootDir],
    ['a folder above it', () => path.dirname(rootDir)],
    ['the data folder', () => path.join(folder, 'data')],
    ['a link to it', () => path.join(folder, 'link')],
    ['a folder around it', () => folder],
  ])('%s cannot hold posters', (_what, uploads) => {
    const env = { DATA_DIR: path.join(folder, 'data'), UPLOAD_DIR: uploads() };
    expect(problemsOf(env)).toEqual([
      expect.stringMatching(/^UPLOAD_DIR: must be a folder of its/),
    ]);
  });

  test.each([
    ['a link to data that is not there yet', 'early', 'later'],
    ['a folder around data whose name begins with dots', '.', '..data'],
  ])('%s cannot hold posters', (_what, uploads, data) => {
    const env = { DATA_DIR: path.join(folder, data), UPLOAD_DIR: path.join(folder, uploads) };
    expect(problemsOf(env)).toEqual([
      expect.stringMatching(/^UPLOAD_DIR: must be a folder of its/),
    ]);
  });

  test.each([
    ['beside the data', () => path.join(folder, 'posters')],
    ['inside the data', () => path.join(folder, 'data', 'uploads')],
    ['inside the program’s folder', () => path.join(rootDir, 'uploads')],
  ])('a folder of its own %s can', (_where, uploads) => {
    const env = { DATA_DIR: path.join(folder, 'data'), UPLOAD_DIR: uploads() };
    expect(problemsOf(env)).toEqual([]);
  });
});

describe('posters', () => {
  const bucket = {
    POSTER_STORE: 's3',
    S3_ENDPOINT: 'https://s3.example',
    S3_BUCKET: 'shop',
    S3_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    S3_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
  };

  test.each<[string, NodeJS.ProcessEnv]>([
    ['in a bucket', bucket],
    ['in a bucket of a program beside it', { ...bucket, S3_ENDPOINT: 'http://127.0.0.1:9000' }],
    ['in a folder, with the settings of a bucket', { ...bucket, POSTER_STORE: 'disk' }],
    ['behind a CDN', { POSTER_BASE_URL: 'https://cdn.example/shop' }],
  ])('are kept %s', (_where, env) => {
    expect(problemsOf({ ...production, ...env })).toEqual([]);
  });

  test('in a bucket need its settings, and all that are missing are named', () => {
    const problems = problemsOf({ POSTER_STORE: 's3' });
    expect(problems).toEqual(
      ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'].map(
        (name) => `${name}: is required with POSTER_STORE=s3`,
      ),
    );
  });

  test.each<[string, NodeJS.ProcessEnv]>([
    ['POSTER_STORE', { POSTER_STORE: 'tape' }],
    ['S3_ENDPOINT', { S3_ENDPOINT: 's3.example' }],
    ['S3_ENDPOINT', { S3_ENDPOINT: 'https://AKIDEXAMPLE:wJalrXUtnFEMI@s3.example' }],
    ['S3_ENDPOINT', { S3_ENDPOINT: 'https://s3.example/?x=wJalrXUtnFEMI' }],
    ['S3_BUCKET', { S3_BUCKET: 'shop/../wJalrXUtnFEMI' }],
    ['S3_REGION', { S3_REGION: 'eu central wJalrXUtnFEMI' }],
    ['POSTER_BASE_URL', { POSTER_BASE_URL: 'ftp://cdn.example' }],
    ['POSTER_BASE_URL', { POSTER_BASE_URL: 'https://cdn.example/?w=320' }],
    ['POSTER_BASE_URL', { POSTER_BASE_URL: '//cdn.example' }],
  ])('are refused for %s, without its value: %j', (name, env) => {
    const problems = problemsOf({ ...bucket, ...env });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
    expect(problems.join()).not.toMatch(/wJalr|AKID|tape/);
  });
});

test.each([
  ['0.0.0.0', {}, 1],
  ['::', {}, 1],
  ['192.168.1.2', {}, 1],
  ['127.0.0.1', {}, 0],
  ['::1', {}, 0],
  ['localhost', {}, 0],
  ['0.0.0.0', { DEMO_ON_NETWORK: 'on' }, 0],
  ['0.0.0.0', { ENVIRONMENT: 'test' }, 1],
  ['0.0.0.0', { ENVIRONMENT: 'test', DEMO_ON_NETWORK: 'on' }, 0],
])('the demo accounts are for this machine alone: HOST=%s %j', (HOST, change, count) => {
  expect(problemsOf({ HOST, ...change })).toHaveLength(count);
});

test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
  ['that is set', { PUBLIC_URL: 'https://tickets.example' }, 'https://tickets.example'],
  ['of a development server', { PORT: '8123' }, 'http://127.0.0.1:8123'],
  ['of a development server on IPv6', { HOST: '::1', PORT: '8123' }, 'http://[::1]:8123'],
  ['of a port that the system picks', { PORT: '0' }, undefined],
  ['of a production server', production, undefined],
])('links in mails lead to the address %s', (_which, env, expected) => {
  const environment = readEnvironment({ DATA_DIR: folder, ...env });
  const config = toConfig(environment, { database: { url: 'postgresql://db' }, version: '1' });
  expect(config.publicUrl).toBe(expected);
});

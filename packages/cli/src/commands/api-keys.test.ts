import type { Matinee } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

const idOf = (number: number) => `00000000-0000-7000-8000-00000000000${number}`;
const [downtown, kiosk, accounting] = [idOf(1), idOf(2), idOf(3)];
const createdAt = new Date('2026-11-01T10:00:00Z');
const keys = [
  {
    ...{ id: kiosk, name: 'Kiosk', ending: 'aZ09aZ', scopes: ['sell', 'read'], siteId: downtown },
    ...{ createdBy: { id: idOf(9), email: 'ada@example.com' }, createdAt },
    ...{ expiresAt: null, lastUsedAt: null, revokedAt: null },
  },
  {
    ...{ id: accounting, name: 'Accounting', ending: 'bY18bY', scopes: ['manage'], siteId: null },
    ...{ createdBy: null, createdAt, expiresAt: new Date('2026-11-02T10:00:00Z') },
    ...{ lastUsedAt: createdAt, revokedAt: null },
  },
];
const key = `mk_${'aZ09'.repeat(12)}a`;

async function against(line: string, columns?: number) {
  const { matinee, calls } = fakeMatinee({
    'sites.list': () => [{ id: downtown, name: 'Downtown' }],
    'admin.apiKeys.list': () => keys,
    'admin.apiKeys.create': () => ({ id: kiosk, key }),
    'admin.apiKeys.revoke': () => ({ ...keys[1], revokedAt: createdAt }),
  });
  fake.matinee = matinee;
  const ended = await runFake(
    line,
    columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
  );
  return { ...ended, calls: calls.filter(({ path }) => /create|revoke/.test(path)) };
}

test('lists keys with their sites and states', async () => {
  const { data } = await against('api-keys list', 120);
  expect(data).toMatch(/Kiosk +…aZ09aZ +sell,read +Downtown +active +never/);
  expect(data).toMatch(/Accounting +…bY18bY +manage +all sites +expired/);
  const piped = await against('api-keys list');
  expect(piped.data.split('\n')[0]?.split('\t').slice(0, 6)).toEqual([
    ...[kiosk, 'Kiosk', 'aZ09aZ', 'sell,read', downtown, 'active'],
  ]);
});

describe('create', () => {
  test('prints the key alone on stdout', async () => {
    const { calls, data, said } = await against(
      'api-keys create Kiosk --scopes sell,read --site Downtown --expires 2027-06-30T22:00Z',
    );
    const input = { name: 'Kiosk', scopes: ['sell', 'read'], siteId: downtown };
    expect(calls).toEqual([
      { path: 'admin.apiKeys.create', input: { ...input, expiresAt: '2027-06-30T22:00Z' } },
    ]);
    expect(data).toBe(`${key}\n`);
    expect(said).toContain('it is not shown again');
    expect(said).not.toContain(key);
  });

  test.each(['', ' --site Downtown --all-sites'])('needs one place, not `%s`', async (places) => {
    const { calls, exitCode } = await against(`api-keys create Kiosk --scopes read${places}`);
    expect([calls, exitCode]).toEqual([[], 2]);
  });

  test('knows the scopes', async () => {
    const { exitCode, said } = await against('api-keys create Kiosk --scopes admin --all-sites');
    expect(exitCode).toBe(2);
    expect(said).toContain('manage, sell, read, check_in');
  });
});

test('revoke ends a key by its name, once it is confirmed', async () => {
  const { calls, said } = await against('api-keys revoke accounting --yes');
  expect(calls).toEqual([{ path: 'admin.apiKeys.revoke', input: { apiKeyId: accounting } }]);
  expect(said).toContain('API key revoked.');
  const unconfirmed = await against(`api-keys revoke ${accounting}`);
  expect([unconfirmed.calls, unconfirmed.exitCode]).toEqual([[], 2]);
});

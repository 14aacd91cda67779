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
const [downtown, ada] = [idOf(1), idOf(2)];
const user = { id: ada, email: 'ada@example.com' };

async function against(line: string, columns?: number) {
  const { matinee, calls } = fakeMatinee({
    'sites.list': () => [{ id: downtown, name: 'Downtown' }],
    'admin.staff.list': () => [
      { user, siteId: downtown, role: 'box_office' },
      { user, siteId: null, role: 'manager' },
    ],
    'admin.staff.grant': ({ siteId, role }: { siteId: string | null; role: string }) => [
      { user, siteId, role },
    ],
    'admin.staff.revoke': () => [],
  });
  fake.matinee = matinee;
  const ended = await runFake(
    line,
    columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
  );
  return { ...ended, calls: calls.filter(({ path }) => path.startsWith('admin')) };
}

test('lists roles with the names of their sites', async () => {
  const { calls, data } = await against('staff list --site downtown', 80);
  expect(calls).toEqual([{ path: 'admin.staff.list', input: { siteId: downtown } }]);
  expect(data).toMatch(/ada@example\.com +box_office +Downtown/);
  expect(data).toMatch(/ada@example\.com +manager +all sites/);
  const piped = await against('staff list');
  expect(piped.data.split('\n').slice(0, 2)).toEqual([
    `ada@example.com\tbox_office\t${downtown}\t${ada}`,
    `ada@example.com\tmanager\tall\t${ada}`,
  ]);
});

describe('grant', () => {
  test('gives a role at a site by its name, or at all', async () => {
    const { calls, said } = await against(`staff grant ${ada} gate --site Downtown`);
    const input = { userId: ada, siteId: downtown, role: 'gate' };
    expect(calls).toEqual([{ path: 'admin.staff.grant', input }]);
    expect(said).toContain('Role given.');
    const all = await against(`staff grant ${ada} manager --all-sites`);
    expect(all.calls[0]?.input).toEqual({ userId: ada, siteId: null, role: 'manager' });
  });

  test.each(['', ' --site Downtown --all-sites'])('needs one place, not `%s`', async (places) => {
    const { calls, exitCode, said } = await against(`staff grant ${ada} gate${places}`);
    expect([calls, exitCode]).toEqual([[], 2]);
    expect(said).toContain('Give either --site or --all-sites.');
  });

  test('knows the roles', async () => {
    const { exitCode, said } = await against(`staff grant ${ada} usher --all-sites`);
    expect(exitCode).toBe(2);
    expect(said).toContain('manager, box_office, gate');
  });
});

test('revoke takes the role at a site, or every role', async () => {
  const { calls, said } = await against(`staff revoke ${ada} --site Downtown`);
  expect(calls[0]?.input).toEqual({ userId: ada, siteId: downtown });
  expect(said).toContain('No role is left.');
  expect((await against(`staff revoke ${ada}`)).calls[0]?.input).toEqual({ userId: ada });
});

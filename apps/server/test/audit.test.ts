import { procedureInfos } from '@matinee/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { procedureRows } from './procedures.ts';
import { startPayingServer } from './server.ts';
import type { TestServer } from './server.ts';
import { callTrpc } from './surfaces.ts';
import { aWorld } from './world.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startPayingServer();
});
afterAll(() => server.close());

const mutations = procedureRows.filter(
  ({ name, access }) =>
    (access === 'A' || access === 'manage' || access === 'sell') &&
    procedureInfos.get(name)?.type === 'mutation',
);

test.each(mutations.map((row) => [row.name, row] as const))(
  '%s leaves one entry in the audit log',
  async (name, { good }) => {
    const world = await aWorld(server);
    const input = await good(world);
    const entries = async () => {
      const filters = { actorId: world.admin.id, action: name };
      return (await world.admin.call.admin.audit.list(filters)).items;
    };
    const before = await entries();
    const { outcome } = await callTrpc(server.url, name, {
      input,
      authorization: `Bearer ${world.admin.token}`,
    });
    expect(outcome).toBe('200 ok');

    const [entry, ...others] = await entries();
    expect(others).toEqual(before);
    expect(entry?.subject).toMatch(/^[0-9a-f-]{36}$/);
  },
);

test('there are such procedures', () => {
  expect(mutations.length).toBeGreaterThan(12);
});

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

/** Whole ids cost no request. */
const idOf = (number: number) => `00000000-0000-7000-8000-00000000000${number}`;
const [i1, i2, p7] = [idOf(1), idOf(2), idOf(7)];

const incident = (id: string, changes: object = {}) => ({
  id,
  kind: 'dispute',
  paymentId: p7,
  reservationId: null,
  data: { amount: '25.00', currency: 'EUR', reason: 'fraudulent' },
  openedAt: new Date(Date.now() - 3 * 3_600_000),
  resolvedAt: null,
  resolution: null,
  ...changes,
});

const resolved = { resolvedAt: new Date(), resolution: 'Answered at Stripe' };

async function against(line: string | readonly string[], columns?: number) {
  const { matinee, calls } = fakeMatinee({
    'admin.incidents.list': () => [
      incident(i1, { kind: 'paid_without_seats' }),
      incident(i2, { paymentId: null, data: {}, ...resolved }),
    ],
    'admin.incidents.resolve': ({ incidentId }: { incidentId: string }) =>
      incident(incidentId, resolved),
  });
  fake.matinee = matinee;
  const ended = await runFake(
    line,
    columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
  );
  return { ...ended, calls };
}

describe('incidents list', () => {
  test('filters, and prints whole values in a pipe', async () => {
    const { calls, data } = await against('incidents list --state open --kind dispute');
    expect(calls).toEqual([
      { path: 'admin.incidents.list', input: { state: 'open', kind: 'dispute' } },
    ]);
    expect(data.split('\n')[0]).toMatch(
      /^\S+1\topen\tpaid_without_seats\t\S+7\t25\.00\t20\S+Z\tfraudulent$/,
    );
  });

  test('fits 80 columns with what was found', async () => {
    const { data, said } = await against('incidents list', 80);
    expect(data.split('\n').slice(0, 3)).toEqual([
      'ID      STATE     KIND                PAYMENT  AMOUNT  OPENED   NOTE',
      '000001  open      paid_without_seats  000007    25.00  3 h ago  fraudulent',
      '000002  resolved  dispute                              3 h ago  Answered at Str…',
    ]);
    expect(said).toContain('2 incidents.');
  });

  test('prints all values as JSON and CSV', async () => {
    const { data } = await against('incidents list --json');
    expect(JSON.parse(data)).toMatchObject({ items: [{ id: i1 }, { id: i2 }], nextCursor: null });
    const [head, , second] = (await against('incidents list --csv')).data.split('\n');
    expect(head).toBe('id,state,kind,paymentId,reservationId,data,openedAt,resolvedAt,resolution');
    expect(second).toMatch(/^\S+2,resolved,dispute,,,\{\},20\S+Z,20\S+Z,Answered at Stripe$/);
  });
});

test('incidents resolve notes what was found', async () => {
  const { calls, data, said } = await against(
    ['incidents', 'resolve', '000001', 'Answered at Stripe'],
    80,
  );
  expect(calls.at(-1)).toEqual({
    path: 'admin.incidents.resolve',
    input: { incidentId: i1, resolution: 'Answered at Stripe' },
  });
  expect(data).toMatch(/^Amount +25\.00 EUR$/m);
  expect(data).toMatch(/^Resolution +Answered at Stripe$/m);
  expect(said).toMatch(/^000001 is paid_without_seats, .* UTC\.\nIncident resolved\.\n$/);
});

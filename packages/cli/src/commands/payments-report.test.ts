import type { Matinee } from '@matinee/sdk';
import { expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

const stripe = {
  provider: 'stripe',
  currency: 'EUR',
  payments: 12,
  captured: '300.00',
  refunds: 2,
  refunded: '25.00',
  chargedBack: '12.50',
  net: '262.50',
};
const paypal = { ...stripe, provider: 'paypal', payments: 1, captured: '0.00', net: '-37.50' };
const full = {
  from: '2026-11-01',
  to: '2026-11-30',
  rows: [
    { date: '2026-11-02', ...stripe },
    { date: '2026-11-03', ...paypal },
  ],
  totals: [paypal, stripe],
};

async function against(
  line: string,
  { report = full, columns }: { report?: object; columns?: number } = {},
) {
  const { matinee, calls } = fakeMatinee({ 'admin.reports.payments': () => report });
  fake.matinee = matinee;
  const ended = await runFake(
    line,
    columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
  );
  return { ...ended, calls };
}

test('is requested with its days', async () => {
  const { calls, data } = await against('reports payments --from 2026-11-01 --to 2026-11-30');
  expect(calls).toEqual([
    { path: 'admin.reports.payments', input: { from: '2026-11-01', to: '2026-11-30' } },
  ]);
  expect(data.split('\n')[0]).toBe('2026-11-02\tstripe\tEUR\t12\t300.00\t2\t25.00\t12.50\t262.50');
});

test('fits 80 columns, with a total for each provider below a line', async () => {
  const { data } = await against('reports payments', { columns: 80 });
  expect(data.split('\n')).toMatchInlineSnapshot(`
    [
      "Payments by date (UTC), 2026-11-01 to 2026-11-30",
      "",
      "DATE        PROVIDER  CURRENCY  CAPTURED  REFUNDED  CHARGED BACK     NET",
      "2026-11-02  stripe    EUR         300.00     25.00         12.50  262.50",
      "2026-11-03  paypal    EUR           0.00     25.00         12.50  -37.50",
      "────────────────────────────────────────────────────────────────────────",
      "Total       paypal    EUR           0.00     25.00         12.50  -37.50",
      "Total       stripe    EUR         300.00     25.00         12.50  262.50",
      "",
    ]
  `);
});

test('shows all figures at a wide terminal', async () => {
  const { data } = await against('reports payments', { columns: 120 });
  expect(data.split('\n')[2]).toBe(
    'DATE        PROVIDER  CURRENCY  PAYMENTS  CAPTURED  REFUNDS  REFUNDED  CHARGED BACK     NET',
  );
});

test('says that there is nothing', async () => {
  const report = { ...full, rows: [], totals: [] };
  const { data } = await against('reports payments', { report, columns: 80 });
  expect(data).toBe(
    'Payments by date (UTC), 2026-11-01 to 2026-11-30\n\nNo payments on these days.\n',
  );
});

test('comes as JSON and CSV', async () => {
  expect(JSON.parse((await against('reports payments --json')).data)).toEqual(full);
  expect((await against('reports payments --csv')).data).toBe(
    'date,provider,currency,payments,captured,refunds,refunded,chargedBack,net\n' +
      '2026-11-02,stripe,EUR,12,300.00,2,25.00,12.50,262.50\n' +
      '2026-11-03,paypal,EUR,1,0.00,2,25.00,12.50,-37.50\n',
  );
});

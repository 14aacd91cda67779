import { MatineeError } from '@matinee/sdk';
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
const [p1, p2, r1] = [idOf(1), idOf(2), idOf(9)];

const payment = (id: string, changes: object = {}) => ({
  id,
  reservationId: r1,
  provider: 'stripe',
  status: 'succeeded',
  amount: '25.00',
  currency: 'EUR',
  refunded: '0.00',
  payBefore: null,
  lastError: null,
  clientAction: null,
  createdAt: new Date(Date.now() - 3 * 3_600_000),
  ...changes,
});

const declined = { status: 'open', provider: null, lastError: 'Your card was declined.' };

async function against(
  line: string | readonly string[],
  { answers = {}, columns }: { answers?: Parameters<typeof fakeMatinee>[0]; columns?: number } = {},
) {
  const one = ({ paymentId }: { paymentId: string }) => payment(paymentId);
  const { matinee, calls } = fakeMatinee({
    'admin.payments.list': () => [payment(p1), payment(p2, declined)],
    'admin.payments.refund': one,
    'payments.get': one,
    'payments.sync': one,
    ...answers,
  });
  fake.matinee = matinee;
  const ended = await runFake(
    line,
    columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
  );
  return { ...ended, calls };
}

describe('payments list', () => {
  test('filters, and prints whole values in a pipe', async () => {
    const { calls, data, said } = await against(
      'payments list --status open --provider stripe --from 2026-11-01 --to 2026-11-30',
    );
    expect(calls).toEqual([
      {
        path: 'admin.payments.list',
        input: { status: 'open', provider: 'stripe', from: '2026-11-01', to: '2026-11-30' },
      },
    ]);
    expect(data.split('\n')[0]).toMatch(/^\S+1\tsucceeded\tstripe\t25\.00 EUR\t0\.00\t20\S+Z\t$/);
    expect(said).toBe('');
  });

  test('fits 80 columns with the reason of a decline', async () => {
    const { data, said } = await against('payments list', { columns: 80 });
    expect(data.split('\n').slice(0, 3)).toEqual([
      'ID      STATUS     PROVIDER     AMOUNT  REFUNDED  WHEN     LAST ERROR',
      '000001  succeeded  stripe    25.00 EUR      0.00  3 h ago',
      '000002  open       –         25.00 EUR      0.00  3 h ago  Your card was declin…',
    ]);
    expect(said).toContain('2 payments.');
  });

  test('prints all values as JSON and CSV', async () => {
    const { data } = await against('payments list --json');
    expect(JSON.parse(data)).toMatchObject({ items: [{ id: p1 }, { id: p2 }], nextCursor: null });
    const [head, first] = (await against('payments list --csv')).data.split('\n');
    expect(head).toBe(
      'id,reservationId,provider,status,amount,currency,refunded,payBefore,lastError,createdAt',
    );
    expect(first).toMatch(/^\S+1,\S+9,stripe,succeeded,25\.00,EUR,0\.00,,,20\S+Z$/);
  });
});

test.each(['get', 'sync'])('payments %s shows a payment', async (verb) => {
  const { calls, data } = await against(`payments ${verb} ${p1}`, { columns: 80 });
  expect(calls).toEqual([{ path: `payments.${verb}`, input: { paymentId: p1 } }]);
  expect(data).toMatch(/^Status +succeeded$/m);
  expect(data).toMatch(/^Amount +25\.00 EUR$/m);
  expect(data).toMatch(new RegExp(`^Reservation id +${r1}$`, 'm'));
});

describe('a payment', () => {
  test('is found by the end of its id', async () => {
    const { calls, said } = await against('payments get 000002', { columns: 80 });
    expect(calls.at(-1)).toEqual({ path: 'payments.get', input: { paymentId: p2 } });
    expect(said).toMatch(/^000002 is 25\.00 EUR, open, /);
  });

  test('is found by the reference of its booking, for a customer too', async () => {
    const items = [{ id: r1, reference: 'K7WQ3MXA', payment: { id: p2 } }];
    const answers = { 'reservations.list': () => ({ items }) };
    const { calls } = await against('payments get k7wq3mxa', { answers });
    expect(calls).toEqual([
      { path: 'reservations.list', input: { reference: 'k7wq3mxa' } },
      { path: 'payments.get', input: { paymentId: p2 } },
    ]);
  });

  test('is not found by a customer who may not list payments', async () => {
    const answers = {
      'admin.payments.list': () => {
        throw new MatineeError({ code: 'FORBIDDEN', message: 'No.', status: 403, details: {} });
      },
    };
    const { exitCode, said } = await against('payments get 000002', { answers });
    expect(exitCode).toBe(3);
    expect(said).toContain('There is no payment "000002".');
  });
});

describe('payments refund', () => {
  const refund = ['payments', 'refund', p1, '5.00', '--reason', 'The sound failed'];

  test('needs a confirmation, and sends nothing without one', async () => {
    const { exitCode, calls, said } = await against(refund);
    expect({ exitCode, calls }).toEqual({ exitCode: 2, calls: [] });
    expect(said).toContain('Repeat it with --yes to confirm.');
  });

  test('returns a part with its reason', async () => {
    const { calls, said } = await against([...refund, '--yes']);
    expect(calls).toEqual([
      {
        path: 'admin.payments.refund',
        input: { paymentId: p1, amount: '5.00', reason: 'The sound failed' },
      },
    ]);
    expect(said).toBe('Refund requested. The server sends it to the provider within seconds.\n');
  });
});

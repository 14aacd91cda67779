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

const s1 = '00000000-0000-7000-8000-000000000001';
const site = {
  id: s1,
  name: 'Grand',
  timezone: 'Europe/Paris',
  currency: 'EUR',
  address: null,
  taxRate: 5.5,
  refundPolicy: {
    tiers: [
      { hoursBefore: 24, percent: 100 },
      { hoursBefore: 0, percent: 50 },
    ],
    feeRefundable: true,
  },
  lateSalesMinutes: 15,
  businessDayStartsAt: null,
  revision: 4,
  createdAt: new Date('2026-11-01T10:00:00Z'),
};

async function against(line: string | readonly string[], columns?: number) {
  const { matinee, calls } = fakeMatinee({
    'sites.list': () => [site],
    'sites.get': () => site,
    'sites.update': () => site,
    'sites.create': () => ({ ...site, businessDayStartsAt: '06:00' }),
    'sites.delete': () => ({ id: s1, archived: true }),
  });
  fake.matinee = matinee;
  const ended = await runFake(
    line,
    columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
  );
  return { ...ended, calls };
}

test('sites list prints tables, whole values and CSV', async () => {
  const { data, said } = await against('sites list', 80);
  expect(data.split('\n').slice(0, 2)).toEqual([
    'ID      NAME   TIME ZONE      TAX  REFUNDS',
    '000001  Grand  Europe/Paris  5.5%  100% until 24 h before, 50% until the start',
  ]);
  expect(said).toContain('1 site.');
  expect((await against('sites list')).data).toBe(
    `${s1}\tGrand\tEurope/Paris\t5.5%\t24:100 0:50\n`,
  );
  expect((await against('sites list --csv')).data).toBe(
    'id,name,timezone,currency,address,taxRate,refundTiers,feeRefundable,lateSalesMinutes,' +
      `businessDayStartsAt,revision,createdAt\n${s1},Grand,Europe/Paris,EUR,,5.5,24:100 0:50,true,15,,4,` +
      '2026-11-01T10:00:00.000Z\n',
  );
});

test.each(['grand', '000001', s1])('sites get shows the cinema "%s"', async (name) => {
  const { calls, data } = await against(`sites get ${name}`, 80);
  expect(calls.at(-1)).toEqual({ path: 'sites.get', input: { siteId: s1 } });
  expect(data).toMatch(/^Refunds +100% until 24 h before, 50% until the start$/m);
  expect(data).toMatch(/^Fees +returned with the last seat$/m);
});

describe('sites create', () => {
  const named = 'sites create --name Riverside --timezone Europe/Paris';

  test('sends the fields, and shows when the day begins', async () => {
    const { calls, data, said } = await against(
      `${named} --tax-rate 20 --business-day-starts-at 06:00`,
      80,
    );
    expect(calls.at(-1)).toEqual({
      path: 'sites.create',
      input: {
        name: 'Riverside',
        timezone: 'Europe/Paris',
        taxRate: 20,
        businessDayStartsAt: '06:00',
      },
    });
    expect(data).toMatch(/^Day begins +06:00$/m);
    expect(said).toContain('Site created.');
  });

  test.each([
    [
      '--refund-tier 2:50 --refund-tier 24:100',
      {
        tiers: [
          { hoursBefore: 24, percent: 100 },
          { hoursBefore: 2, percent: 50 },
        ],
        feeRefundable: true,
      },
    ],
    ['--no-fee-refundable', { tiers: [{ hoursBefore: 0, percent: 100 }], feeRefundable: false }],
  ])('completes the policy of %s', async (flags, refundPolicy) => {
    const { calls } = await against(`${named} ${flags}`);
    expect(calls.at(-1)?.input).toMatchObject({ refundPolicy });
  });

  test('needs a name and a time zone', async () => {
    const { exitCode, calls, said } = await against('sites create --tax-rate 20');
    expect({ exitCode, calls }).toEqual({ exitCode: 2, calls: [] });
    expect(said).toContain('Missing: --name, --timezone.');
  });
});

test('sites delete deletes the cinema with exactly this name', async () => {
  const { calls, said } = await against('sites delete grand --yes');
  expect(calls.at(-1)).toEqual({ path: 'sites.delete', input: { siteId: s1 } });
  expect(said).toContain('Site deleted.');
  expect((await against('sites delete gran --yes')).exitCode).not.toBe(0);
});

describe('sites update', () => {
  test('sends the fields with the revision that it has read', async () => {
    const { calls, said } = await against(
      `sites update ${s1} --name Rex --timezone Europe/Rome --tax-rate 7.25 ` +
        '--late-sales-minutes 20 --clear address --clear business-day-starts-at',
    );
    expect(calls.at(-1)).toEqual({
      path: 'sites.update',
      input: {
        siteId: s1,
        revision: 4,
        name: 'Rex',
        timezone: 'Europe/Rome',
        taxRate: 7.25,
        lateSalesMinutes: 20,
        address: null,
        businessDayStartsAt: null,
      },
    });
    expect(said).toBe('Site updated.\n');
  });

  test('sends the given revision', async () => {
    const { calls } = await against(`sites update ${s1} --name Rex --revision 2`);
    expect(calls.at(-1)?.input).toEqual({ siteId: s1, revision: 2, name: 'Rex' });
  });

  test.each([
    [
      '--refund-tier 2:50 --refund-tier 24:100',
      {
        tiers: [
          { hoursBefore: 24, percent: 100 },
          { hoursBefore: 2, percent: 50 },
        ],
        feeRefundable: true,
      },
    ],
    ['--no-fee-refundable', { ...site.refundPolicy, feeRefundable: false }],
    [
      '--refund-tier 0:0 --fee-refundable',
      { tiers: [{ hoursBefore: 0, percent: 0 }], feeRefundable: true },
    ],
  ])('keeps what %s does not change', async (flags, refundPolicy) => {
    const { calls } = await against(`sites update ${s1} ${flags}`);
    expect(calls.at(-1)?.input).toEqual({ siteId: s1, revision: 4, refundPolicy });
  });

  test.each([
    ['--refund-tier 24', 'It must be HOURS:PERCENT, such as 24:100.'],
    ['--tax-rate seven', 'It must be a number.'],
    ['', 'There is nothing to change.'],
  ])('refuses "%s"', async (flags, reason) => {
    const { exitCode, calls, said } = await against(`sites update ${s1} ${flags}`);
    expect({ exitCode, calls }).toEqual({ exitCode: 2, calls: [] });
    expect(said).toContain(reason);
  });
});

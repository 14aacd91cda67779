import { describe, expect, test } from 'vitest';
import { workOut } from './refund-policy.ts';
import type { Sale } from './refund-policy.ts';

const startTime = new Date('2026-12-01T20:00:00Z');
const before = (hours: number, ms = 0) => new Date(startTime.getTime() - hours * 3_600_000 + ms);
const policy = {
  tiers: [
    { hoursBefore: 24, percent: 100 },
    { hoursBefore: 2, percent: 50 },
  ],
  feeRefundable: false,
};
const seat = (seatId: string, price: string) => ({ seatId, price });

function aSale(values: Partial<Sale> = {}): Sale {
  return {
    seats: [seat('a', '10.00'), seat('b', '12.50')],
    fees: '1.00',
    startTime,
    policy,
    remaining: '23.50',
    ...values,
  };
}

const refund = (sale: Sale, now: Date, share: 'policy' | 'full' | 'none' = 'policy') =>
  workOut(sale, sale.seats, { share, now });

describe('the tier', () => {
  test.each([
    [before(24), '22.50', before(24)],
    [before(24, 1), '11.25', before(2)],
    [before(2), '11.25', before(2)],
    [before(2, 1), '0.00', null],
  ])('at %s returns %s', (now, refundTotal, validUntil) => {
    expect(refund(aSale(), now)).toMatchObject({ refundTotal, validUntil });
  });

  test('is none without a policy, and nothing is returned that was not paid', () => {
    expect(refund(aSale({ policy: null }), before(48)).refundTotal).toBe('0.00');
    expect(refund(aSale({ remaining: null }), before(48))).toMatchObject({
      refundTotal: '0.00',
      kept: '0.00',
      feeKept: '0.00',
    });
  });
});

describe('fees', () => {
  test('are kept, or returned with the last seat, as the policy says', () => {
    expect(refund(aSale(), before(48))).toMatchObject({
      feeKept: '1.00',
      refundTotal: '22.50',
      kept: '1.00',
      paid: '23.50',
    });
    const generous = aSale({ policy: { ...policy, feeRefundable: true } });
    expect(refund(generous, before(48))).toMatchObject({ feeKept: '0.00', refundTotal: '23.50' });
    expect(
      workOut(generous, generous.seats.slice(0, 1), { share: 'policy', now: before(48) }),
    ).toMatchObject({ feeKept: '0.00', refundTotal: '10.00', paid: '10.00' });
  });

  test('are returned when the staff returns everything', () => {
    expect(refund(aSale(), before(-1), 'full').refundTotal).toBe('23.50');
    expect(refund(aSale(), before(48), 'none')).toMatchObject({
      refundTotal: '0.00',
      kept: '23.50',
    });
  });
});

describe('rounding', () => {
  test('is half up on the sum, and the largest remainder gets the last cent', () => {
    const sale = aSale({
      seats: [seat('a', '0.01'), seat('b', '0.02'), seat('c', '0.02')],
      fees: '0.00',
    });
    const { refundTotal, seats } = refund(sale, before(3));
    expect(refundTotal).toBe('0.03');
    expect(seats.map((each) => each.refund)).toEqual(['0.01', '0.01', '0.01']);
  });

  test('adds up for every price and share', () => {
    for (let percent = 0; percent <= 100; percent += 0.25) {
      const seats = [3, 7, 999, 1_001, 12_345].map((cents, at) =>
        seat(`${at}`, (cents / 100).toFixed(2)),
      );
      const tiers = [{ hoursBefore: 0, percent }];
      const sale = aSale({ seats, policy: { tiers, feeRefundable: false }, remaining: '1000.00' });
      const worked = refund(sale, before(1));
      const cents = worked.seats.map((each) => Math.round(Number(each.refund) * 100));
      expect(cents.reduce((sum, each) => sum + each, 0)).toBe(
        Math.round(Number(worked.refundTotal) * 100),
      );
      expect(Math.round(Number(worked.refundTotal) * 100)).toBe(
        Math.floor((14_355 * percent * 100 + 5_000) / 10_000),
      );
      worked.seats.forEach((each, at) => {
        expect(Number(each.refund)).toBeLessThanOrEqual(Number(seats[at]?.price));
      });
    }
  });
});

test('seats that cost nothing return nothing', () => {
  const sale = aSale({ seats: [seat('a', '0.00')], fees: '0.00', remaining: '0.00' });
  expect(refund(sale, before(48))).toMatchObject({
    refundTotal: '0.00',
    seats: [{ refund: '0.00' }],
  });
});

test('nothing is returned when more than the payment has gone back already', () => {
  expect(refund(aSale({ remaining: '-12.99' }), before(48))).toMatchObject({
    refundTotal: '0.00',
    kept: '23.50',
  });
});

test('never more is returned than is left of the payment', () => {
  const { refundTotal, seats, kept } = refund(aSale({ remaining: '5.00' }), before(48));
  expect(refundTotal).toBe('5.00');
  expect(kept).toBe('18.50');
  expect(seats.map((each) => each.refund)).toEqual(['2.22', '2.78']);
});

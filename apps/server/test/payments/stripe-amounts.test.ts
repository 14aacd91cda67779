import { describe, expect, test } from 'vitest';
import {
  fromStripeAmount,
  stripeMinimum,
  toStripeAmount,
} from '../../src/payments/stripe-amounts.ts';

describe('an amount', () => {
  test.each([
    ['12.50', 'USD', 1250],
    ['0.05', 'USD', 5],
    ['0.00', 'EUR', 0],
    ['12345678.90', 'HUF', 1_234_567_890],
    ['500', 'JPY', 500],
    ['5.00', 'ISK', 500],
    ['5.00', 'UGX', 500],
    ['5.120', 'KWD', 5120],
  ] as const)('of %s %s is %i for Stripe, and back', (amount, currency, minor) => {
    expect(toStripeAmount(amount, currency)).toBe(minor);
    expect(toStripeAmount(amount, currency.toLowerCase())).toBe(minor);
    expect(fromStripeAmount(minor, currency)).toBe(amount);
  });

  test.each([
    ['500.00', 'JPY', 500],
    ['5', 'USD', 500],
    ['5.1', 'USD', 510],
    ['5', 'ISK', 500],
  ] as const)('may be written as %s %s', (amount, currency, minor) => {
    expect(toStripeAmount(amount, currency)).toBe(minor);
  });

  test.each([
    ['500.50', 'JPY'],
    ['5.005', 'USD'],
    ['5.50', 'ISK'],
    ['5.50', 'UGX'],
    ['5.125', 'KWD'],
    ['-5.00', 'USD'],
    ['5,00', 'USD'],
    ['1e3', 'USD'],
    ['', 'USD'],
    ['99999999999999999.00', 'USD'],
  ])('of "%s" %s is declined', (amount, currency) => {
    expect(() => toStripeAmount(amount, currency)).toThrow(
      expect.objectContaining({ kind: 'declined' }),
    );
  });
});

test.each([
  ['USD', '0.50'],
  ['gbp', '0.30'],
  ['HUF', '175.00'],
  ['JPY', '50'],
  ['ZAR', null],
])('the minimum in %s is %s', (currency, minimum) => {
  expect(stripeMinimum(currency)).toBe(minimum);
});

import { ProviderError } from '@matinee/api';

/*
 * Amounts as Stripe has them: integers of its own minor units, which differ from those of ISO 4217 for some
 * currencies. Source of all tables: https://docs.stripe.com/currencies, in September 2026.
 */

/** Currencies whose amounts are whole units. */
const withoutDecimals = new Set(
  'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
);

const withThreeDecimals = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** Of these, Stripe takes hundredths, and they must be zero: 5 ISK are `500`. */
const wholeUnitsInHundredths = new Set(['ISK', 'UGX']);

/** The least amounts that can be charged, in Stripe's minor units, where the account settles in this currency. */
const minimums: Readonly<Record<string, number>> = {
  AED: 200,
  AUD: 50,
  BGN: 100,
  BRL: 50,
  CAD: 50,
  CHF: 50,
  CZK: 1500,
  DKK: 250,
  EUR: 50,
  GBP: 30,
  HKD: 400,
  HUF: 17_500,
  INR: 50,
  JPY: 50,
  MXN: 1000,
  MYR: 200,
  NOK: 300,
  NZD: 50,
  PLN: 200,
  RON: 200,
  SEK: 300,
  SGD: 50,
  THB: 1000,
  USD: 50,
};

/**
 * The least that can be charged, as a decimal string; null if Stripe publishes no minimum of this currency. Then
 * the minimum of the currency in which the account settles applies, which only Stripe can convert.
 */
export function stripeMinimum(currency: string): string | null {
  const least = minimums[currency.toUpperCase()];
  return least === undefined ? null : fromStripeAmount(least, currency);
}

/**
 * `"12.50"` → `1250`.
 *
 * @throws ProviderError `declined` for an amount that Stripe cannot represent
 */
export function toStripeAmount(amount: string, currency: string): number {
  const parts = /^(\d+)(?:\.(\d+))?$/.exec(amount);
  const decimals = decimalsOf(currency);
  const fraction = (parts?.[2] ?? '').padEnd(decimals, '0');
  const minor = Number(`${parts?.[1]}${fraction.slice(0, decimals)}`);
  const isExact = /^0*$/.test(fraction.slice(decimals)) && minor % stepOf(currency) === 0;
  if (!parts || !isExact || !Number.isSafeInteger(minor)) {
    throw new ProviderError('declined', `Stripe cannot charge ${amount} ${currency}.`);
  }
  return minor;
}

/** `1250` → `"12.50"`. */
export function fromStripeAmount(minor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  const digits = minor.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
}

function decimalsOf(currency: string): number {
  const code = currency.toUpperCase();
  return withoutDecimals.has(code) ? 0 : withThreeDecimals.has(code) ? 3 : 2;
}

/** The number of minor units of which an amount has to be a multiple. */
function stepOf(currency: string): number {
  const code = currency.toUpperCase();
  // The last of three decimals must be 0, because card networks carry two.
  return wholeUnitsInHundredths.has(code) ? 100 : withThreeDecimals.has(code) ? 10 : 1;
}

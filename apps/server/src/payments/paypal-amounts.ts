import { ProviderError } from '@matinee/api';

/*
 * Amounts as PayPal has them: decimal strings, without decimals for some currencies.
 * Source: https://developer.paypal.com/api/rest/reference/currency-codes/, in September 2026.
 */

/** PayPal refuses decimals in these, although two of them have minor units. */
const withoutDecimals = new Set(['HUF', 'JPY', 'TWD']);

/** An amount in PayPal's API. */
export interface PayPalMoney {
  currency_code: string;
  value: string;
}

/** @throws ProviderError `declined` for an amount that PayPal does not take */
export function toPayPalMoney(amount: string, currency: string): PayPalMoney {
  const code = currency.toUpperCase();
  const parts = /^(\d+)(?:\.(\d\d?))?$/.exec(amount);
  const [whole, fraction] = [parts?.[1] ?? '', (parts?.[2] ?? '').padEnd(2, '0')];
  const isTaken = parts && !(withoutDecimals.has(code) && fraction !== '00');
  if (!isTaken) {
    throw new ProviderError('declined', `PayPal cannot charge ${amount} ${currency}.`);
  }
  const value = withoutDecimals.has(code) ? whole : `${whole}.${fraction}`;
  return { currency_code: code, value };
}

/** A decimal string with the decimals that the currency has: `2500` HUF are `"2500.00"`. */
export function fromPayPalMoney({ currency_code: code, value }: PayPalMoney): string {
  const [whole = '0', fraction = ''] = value.split('.');
  return code === 'JPY' ? whole : `${whole}.${fraction.padEnd(2, '0')}`;
}

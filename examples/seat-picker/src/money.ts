import { locale } from './locale.ts';

/** Amounts are decimal strings, so that they stay exact. They become numbers only for display. */
export function money(amount: string, currency: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(Number(amount));
}

/** The sum of decimal strings, counted in cents. */
export function sum(amounts: string[]): string {
  const cents = amounts.reduce((total, amount) => total + Math.round(Number(amount) * 100), 0);
  return (cents / 100).toFixed(2);
}

/** The smallest of some decimal strings. */
export function least(amounts: string[]): string {
  return amounts.toSorted((one, other) => Number(one) - Number(other))[0] ?? '0.00';
}

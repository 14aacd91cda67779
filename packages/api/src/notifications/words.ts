const locale = 'en';

/** A start in the theater's zone: `Friday, December 4, 2026 at 7:30 PM EST`. */
export function formatTime(instant: Date, timeZone: string): string {
  const date = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'full' }).format(instant);
  const time = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(instant);
  return `${date} at ${time}`;
}

/** An amount in its currency: `$25.00`. Exact: the decimal string is formatted as it is. */
export function formatAmount(amount: string, currency: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(amount as Intl.StringNumericLiteral);
}

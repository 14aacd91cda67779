/*
 * Amounts are decimal strings at the border and integers of minor units inside. All currencies
 * that can be configured have two decimals.
 */

/** `"12.50"` → `1250n`. */
export function parseMinor(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

/** `1250n` → `"12.50"`. */
export function formatMinor(minor: bigint): string {
  if (minor < 0n) {
    return `-${formatMinor(-minor)}`;
  }
  const digits = minor.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The quotient of two amounts that are not negative, halves rounded up. */
export function roundHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend * 2n + divisor) / (divisor * 2n);
}

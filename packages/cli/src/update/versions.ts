/** Whether a version such as `1.10.0` is newer than another. Pre-releases are never newer. */
export function isNewer(version: string, other: string): boolean {
  const numbers = numbersOf(version);
  const others = numbersOf(other);
  if (!numbers || !others) {
    return false;
  }
  const index = numbers.findIndex((number, each) => number !== others[each]);
  return index >= 0 && (numbers[index] ?? 0) > (others[index] ?? 0);
}

function numbersOf(version: string): number[] | undefined {
  return /^\d+\.\d+\.\d+$/.test(version) ? version.split('.').map(Number) : undefined;
}

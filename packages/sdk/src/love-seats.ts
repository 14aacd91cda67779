import type { Seat } from './types.ts';

/**
 * The seats that are locked together with this one: both halves of a love seat, or the seat alone.
 *
 * @param seats of the seat map, in its order
 */
export function seatsLockedWith(seat: Seat, seats: readonly Seat[]): Seat[] {
  if (!isHalf(seat)) {
    return [seat];
  }
  const halves = seats.filter((each) => isHalf(each) && each.rowIndex === seat.rowIndex);
  const at = new Map(halves.map((half) => [half.position, half]));
  let first = seat.position;
  while (at.has(first - 1)) {
    first -= 1;
  }
  // Love seats that stand side by side are paired from the left.
  const isLeft = (seat.position - first) % 2 === 0;
  const other = at.get(seat.position + (isLeft ? 1 : -1));
  return [seat, ...(other ? [other] : [])].toSorted((a, b) => a.position - b.position);
}

/** A server of an earlier release answers no features. */
function isHalf({ features }: Partial<Pick<Seat, 'features'>>): boolean {
  return features?.includes('pair') ?? false;
}

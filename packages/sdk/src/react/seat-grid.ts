import type { Seat } from '@matinee/sdk';

/** A row of a hall, its seats from left to right. */
export interface Row {
  readonly label: string;
  readonly index: number;
  readonly seats: readonly Seat[];
}

/** The rows from the screen backwards. */
export function rowsOf(seats: readonly Seat[]): Row[] {
  const rows = new Map<number, Seat[]>();
  for (const seat of seats) {
    const row = rows.get(seat.rowIndex);
    if (row) {
      row.push(seat);
    } else {
      rows.set(seat.rowIndex, [seat]);
    }
  }
  return [...rows]
    .toSorted(([a], [b]) => a - b)
    .map(([index, inRow]) => ({
      index,
      label: inRow[0]?.rowLabel ?? '',
      seats: inRow.toSorted((a, b) => a.position - b.position),
    }));
}

/** Positions of the widest row. */
export function columnsOf(seats: readonly Seat[]): number {
  return Math.max(1, ...seats.map(({ position }) => position));
}

const steps: Record<string, readonly [rows: number, positions: number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** The seat that an arrow key leads to: the next in its row, or the nearest of the next row. */
export function neighbour(rows: readonly Row[], from: Seat, key: string): Seat | undefined {
  const step = steps[key];
  if (!step) {
    return undefined;
  }
  const [down, right] = step;
  const at = rows.findIndex(({ index }) => index === from.rowIndex);
  if (right !== 0) {
    const seats = rows[at]?.seats ?? [];
    return seats[seats.findIndex(({ id }) => id === from.id) + right];
  }
  const distance = ({ position }: Seat) => Math.abs(position - from.position);
  return rows[at + down]?.seats.toSorted((a, b) => distance(a) - distance(b))[0];
}

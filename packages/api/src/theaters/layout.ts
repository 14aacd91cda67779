import { seatNumbers } from './numbering.ts';
import type { SeatFeature, SeatRow, SeatType } from './schema.ts';

/** A place where a seat stands, before it has an id. */
export interface SeatPlace {
  rowLabel: string;
  seatNumber: number;
  rowIndex: number;
  position: number;
  seatType: SeatType;
  outOfOrder: boolean;
  features: SeatFeature[];
}

/**
 * Draws the seats from a compact layout. Gaps have a position and no seat; `seatNumbers` says how
 * the others are numbered.
 */
export function seatPlaces(rows: readonly SeatRow[]): SeatPlace[] {
  return rows.flatMap((row, index) => placesOfRow(row, index + 1));
}

/** What makes a seat the same seat when the layout changes. */
export function seatLabel(seat: { rowLabel: string; seatNumber: number }): string {
  return `${seat.rowLabel}\n${seat.seatNumber}`;
}

function placesOfRow(row: SeatRow, rowIndex: number): SeatPlace[] {
  const overrides = new Map((row.overrides ?? []).map((each) => [each.position, each]));
  return [...seatNumbers(row)].map(([position, seatNumber]) => {
    const override = overrides.get(position);
    return {
      rowLabel: row.label,
      seatNumber,
      rowIndex,
      position,
      seatType: override?.seatType ?? row.seatType ?? 'regular',
      outOfOrder: override?.outOfOrder ?? false,
      features: override?.features ?? [],
    };
  });
}

import type { SeatRow, SeatType } from './schema.ts';

/** A place where a seat stands, before it has an id. */
export interface SeatPlace {
  rowLabel: string;
  seatNumber: number;
  rowIndex: number;
  position: number;
  seatType: SeatType;
  outOfOrder: boolean;
}

/**
 * Draws the seats from a compact layout. Gaps have a position and no seat; seats are numbered from
 * 1, left to right, without the gaps.
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
  const places: SeatPlace[] = [];
  for (let position = 1; position <= row.seats; position += 1) {
    const override = overrides.get(position);
    if (override?.gap) {
      continue;
    }
    places.push({
      rowLabel: row.label,
      seatNumber: places.length + 1,
      rowIndex,
      position,
      seatType: override?.seatType ?? row.seatType ?? 'regular',
      outOfOrder: override?.outOfOrder ?? false,
    });
  }
  return places;
}

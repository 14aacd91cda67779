import type { SeatType } from '@matinee/sdk';
import type { DrawnSeat } from '../output/seat-map.ts';

/** A row as the API takes it. `seats` counts positions, gaps included. */
export interface RoomRow {
  label: string;
  seats: number;
  seatType?: SeatType;
  overrides?: { position: number; gap: true }[];
}

/** Neighbouring rows that are alike. */
export interface Block {
  labels: readonly string[];
  /** Seats in each row, without gaps. */
  seats: number;
  /** The seats that have an aisle on their right. */
  aislesAfter: readonly number[];
  seatType: SeatType;
}

/** Limits of the server. */
const mostPositions = 60;
const mostRows = 60;

/** The rows of a block. An aisle takes one position. */
export function rowsOf({ labels, seats, aislesAfter, seatType }: Block): RoomRow[] {
  const gaps = aislesAfter.map((seat, index) => ({
    position: seat + index + 1,
    gap: true as const,
  }));
  return labels.map((label) => ({
    label,
    seats: seats + gaps.length,
    ...(seatType === 'regular' ? {} : { seatType }),
    ...(gaps.length > 0 ? { overrides: gaps } : {}),
  }));
}

/** Reads `A-H`, `1-12` or `A, B, AA`; undefined for other texts and too many rows. */
export function readLabels(text: string): string[] | undefined {
  const labels = text.split(',').flatMap((part) => rangeOf(part.trim()));
  const isGood = labels.length <= mostRows && labels.every((label) => /^.{1,10}$/u.test(label));
  return isGood && new Set(labels).size === labels.length ? labels : undefined;
}

/** Reads the seats before an aisle, such as `4, 12`; undefined if the row has no such aisle. */
export function readAisles(text: string, seats: number): number[] | undefined {
  const numbers = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  const isGood = numbers.every((each) => Number.isInteger(each) && each >= 1 && each < seats);
  const aisles = [...new Set(numbers)].toSorted((a, b) => a - b);
  return isGood && seats + aisles.length <= mostPositions ? aisles : undefined;
}

/** The seats of the rows, to draw them. */
export function seatsToDraw(rows: readonly RoomRow[]): DrawnSeat[] {
  return rows.flatMap((row, index) => {
    const gaps = new Set((row.overrides ?? []).map(({ position }) => position));
    const positions = Array.from({ length: row.seats }, (_none, each) => each + 1);
    return positions
      .filter((position) => !gaps.has(position))
      .map((position, seat) => ({
        rowLabel: row.label,
        seatNumber: seat + 1,
        rowIndex: index + 1,
        position,
        seatType: row.seatType ?? 'regular',
        status: 'available',
      }));
  });
}

function rangeOf(part: string): string[] {
  const [, first = '', last = ''] =
    /^([A-Za-z]|\d{1,3}) ?[-–] ?([A-Za-z]|\d{1,3})$/.exec(part) ?? [];
  const isNumeric = /\d/.test(first);
  if (first === '' || isNumeric !== /\d/.test(last)) {
    return [part];
  }
  const codeOf = (text: string) => (isNumeric ? Number(text) : text.toUpperCase().charCodeAt(0));
  const length = codeOf(last) - codeOf(first) + 1;
  return Array.from({ length: Math.max(0, length) }, (_none, index) => {
    const code = codeOf(first) + index;
    return isNumeric ? String(code) : String.fromCharCode(code);
  });
}

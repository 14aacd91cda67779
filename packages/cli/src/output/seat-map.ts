import type { Paint } from './paint.ts';
import { flow, pad, plain, widthOf } from './text.ts';

/** A seat as it is drawn; a theater's own seats have no status and are all free. */
export interface DrawnSeat {
  rowLabel: string;
  seatNumber: number;
  rowIndex: number;
  /** Place from the left, from 1, gaps counted. */
  position: number;
  seatType: string;
  status: string;
  yours?: boolean | undefined;
}

export interface DrawOptions {
  paint: Paint;
  /** Columns of the terminal; left out, the map may be as wide as it is. */
  width?: number | undefined;
}

/**
 * The map from the screen backwards, as the audience sees it, and what its signs mean. Ends without
 * a line break.
 */
export function drawSeatMap(seats: readonly DrawnSeat[], { paint, width }: DrawOptions): string {
  const rows = byRow(seats);
  const positions = Math.max(1, ...seats.map((seat) => seat.position));
  const labelWidth = Math.max(1, ...rows.map(([label]) => widthOf(label)));
  const drawing = chooseDrawing(seats, positions, (width ?? Infinity) - 2 * labelWidth - 4);
  const lines = rows.map(([label, row]) => {
    const cells = Array.from({ length: positions }, (_, index) => {
      const seat = row.get(index + 1);
      return seat ? colour(seat, paint)(drawing.cell(seat)) : ' '.repeat(drawing.width);
    });
    return `${pad(label, labelWidth, 'right')}  ${cells.join('')}  ${label}`;
  });
  const screen = screenLine(positions * drawing.width, labelWidth, paint);
  return [...screen, ...lines, '', flow(legend(seats, drawing, paint), '   ', width)].join('\n');
}

interface Drawing {
  width: number;
  cell: (seat: DrawnSeat) => string;
}

/** What the signs mean; only those that the map has. */
function legend(seats: readonly DrawnSeat[], drawing: Drawing, paint: Paint): string[] {
  const seen = new Map(seats.map((seat) => [meaningOf(seat), seat]));
  const order = Object.keys(signs);
  return [...seen]
    .toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([meaning, seat]) => {
      const sign = drawing.cell({ ...seat, seatNumber: 1 }).trim();
      return `${colour(seat, paint)(sign)} ${meaning}`;
    });
}

/** Numbers where they fit, else signs, and at worst signs without a space between them. */
function chooseDrawing(seats: readonly DrawnSeat[], positions: number, room: number): Drawing {
  // Two digits with the letter of a type would touch the next seat.
  const isLong = seats.some((seat) => widthOf(numbered(seat).trim()) > 2);
  const wide = isLong ? 4 : 3;
  if (positions * wide <= room) {
    return { width: wide, cell: (seat) => pad(numbered(seat), wide) };
  }
  const width = positions * 2 <= room ? 2 : 1;
  return { width, cell: (seat) => pad(signOf(seat), width) };
}

/** A free seat shows its number and type, any other one what is the matter with it. */
function numbered(seat: DrawnSeat): string {
  const isFree = seat.status === 'available' && !seat.yours;
  const mark = seat.seatType === 'regular' ? ' ' : seat.seatType.charAt(0);
  return isFree ? `${String(seat.seatNumber).padStart(2)}${mark}` : ` ${signOf(seat)} `;
}

const signs: Record<string, string> = {
  regular: 'o',
  premium: 'p',
  vip: 'v',
  yours: '*',
  locked: '~',
  reserved: 'x',
  'out of order': '#',
};

function signOf(seat: DrawnSeat): string {
  return signs[meaningOf(seat)] ?? '?';
}

function meaningOf({ yours, status, seatType }: DrawnSeat): string {
  if (yours) {
    return 'yours';
  }
  if (status === 'blocked') {
    return 'out of order';
  }
  return plain(status === 'available' ? seatType : status);
}

function colour(seat: DrawnSeat, paint: Paint): (text: string) => string {
  const brushes: Record<string, (text: string) => string> = {
    regular: paint.green,
    premium: paint.cyan,
    vip: paint.magenta,
    yours: (text) => paint.inverse(paint.green(text)),
    locked: paint.yellow,
    reserved: paint.red,
  };
  return brushes[meaningOf(seat)] ?? paint.dim;
}

function byRow(seats: readonly DrawnSeat[]): [label: string, Map<number, DrawnSeat>][] {
  const rows = new Map<number, [string, Map<number, DrawnSeat>]>();
  for (const seat of seats.toSorted((a, b) => a.rowIndex - b.rowIndex)) {
    const row = rows.get(seat.rowIndex) ?? [plain(seat.rowLabel), new Map()];
    rows.set(seat.rowIndex, row);
    row[1].set(seat.position, seat);
  }
  return [...rows.values()];
}

function screenLine(width: number, labelWidth: number, paint: Paint): string[] {
  const word = width >= 12 ? ' SCREEN ' : '';
  const side = Math.max(0, width - word.length);
  const left = '─'.repeat(Math.floor(side / 2));
  const right = '─'.repeat(Math.ceil(side / 2));
  return [`${' '.repeat(labelWidth + 2)}${paint.dim(`${left}${word}${right}`)}`, ''];
}

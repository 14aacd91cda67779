import type { Paint } from './paint.ts';
import { flow, pad, plain, widthOf } from './text.ts';

/** A seat to draw. */
export interface DrawnSeat {
  rowLabel: string;
  seatNumber: number;
  rowIndex: number;
  /** Position from the left, counted from 1, including gaps. */
  position: number;
  seatType: string;
  status: string;
  features?: readonly string[] | undefined;
  yours?: boolean | undefined;
}

export interface DrawOptions {
  paint: Paint;
  /** Columns of the terminal. Without a width, the map is drawn at full size. */
  width?: number | undefined;
}

/**
 * Draws the seats, with the screen at the top, and a legend of the signs. The text has no line break
 * at its end.
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

/** The meanings of the signs that the map contains. */
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

/** Numbers if they fit, else signs, and else signs without spaces. */
function chooseDrawing(seats: readonly DrawnSeat[], positions: number, room: number): Drawing {
  // The longest number and its mark touch the next seat, unless there is room for a space.
  const longest = Math.max(2, ...seats.map((seat) => widthOf(numbered(seat).trim())));
  const wide = [longest + 1, Math.max(3, longest)].find((each) => positions * each <= room);
  if (wide !== undefined) {
    return { width: wide, cell: (seat) => pad(numbered(seat), wide) };
  }
  const width = positions * 2 <= room ? 2 : 1;
  return { width, cell: (seat) => pad(signOf(seat), width) };
}

/** A free seat shows its number and its feature or type. Other seats show their status. */
function numbered(seat: DrawnSeat): string {
  const isFree = seat.status === 'available' && !seat.yours;
  const mark = markOf(seat);
  return isFree ? `${String(seat.seatNumber).padStart(2)}${mark}` : ` ${signOf(seat)} `;
}

/** The sign of a feature that has rules, else the letter of a type. */
function markOf(seat: DrawnSeat): string {
  const feature = featureOf(seat);
  if (feature !== undefined) {
    return signs[feature] ?? '?';
  }
  return seat.seatType === 'regular' ? ' ' : seat.seatType.charAt(0);
}

/** What a seat is called that has rules of its own. */
function featureOf({ features = [] }: DrawnSeat): string | undefined {
  return features.map((feature) => featureWords[feature]).find((word) => word !== undefined);
}

const featureWords: Record<string, string | undefined> = {
  wheelchair: 'wheelchair place',
  companion: 'companion seat',
  pair: 'love seat',
};

const signs: Record<string, string> = {
  regular: 'o',
  premium: 'p',
  vip: 'v',
  'wheelchair place': 'W',
  'companion seat': 'C',
  'love seat': '=',
  yours: '*',
  locked: '~',
  reserved: 'x',
  'not for sale': '#',
};

function signOf(seat: DrawnSeat): string {
  return signs[meaningOf(seat)] ?? '?';
}

function meaningOf(seat: DrawnSeat): string {
  const { yours, status, seatType } = seat;
  if (yours) {
    return 'yours';
  }
  if (status === 'blocked') {
    return 'not for sale';
  }
  return status === 'available' ? (featureOf(seat) ?? plain(seatType)) : plain(status);
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
  const meaning = meaningOf(seat);
  // A free seat with a feature has the colour of its price.
  return brushes[meaning === featureOf(seat) ? seat.seatType : meaning] ?? paint.dim;
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

import type { SeatPlace } from './layout.ts';
import { definitions, style } from './picture-style.ts';
import {
  escaped,
  featureWords,
  isolated,
  stateWords,
  typeWords,
  widthOf,
} from './picture-words.ts';
import type { SeatState } from './picture-words.ts';
import type { SeatFeature, SeatType } from './schema.ts';

/** A seat where the layout has it (`seatPlaces`), and what is to be seen of it. */
export interface PicturedSeat extends Omit<SeatPlace, 'outOfOrder'> {
  id: string;
  state: SeatState;
}

/** What a picture shows. */
export interface SeatPicture {
  /** A sentence about the whole, for screen readers. */
  label: string;
  seats: readonly PicturedSeat[];
}

/** From one seat to the next, in px of a picture at its own size. */
const pitch = 32;
/** From the top to the first row: the screen is here. */
const top = 56;
const narrowest = 320;
const legendLine = 30;

/** Where the seats are in the picture. */
interface Frame {
  /** The middle of position 0, in px from the left. */
  origin: number;
  /** The middle of the hall. */
  centre: number;
  /** The middle of the labels at the left and at the right. */
  labels: [number, number];
  width: number;
  rows: Row[];
}

interface Row {
  index: number;
  label: string;
  seats: PicturedSeat[];
}

/**
 * Draws seats as SVG, the screen at the top: a table of rows and seats, each seat with its id and a title, and a
 * legend of what is there. The text is a document of its own, and can be written into a page as it is.
 */
export function drawSeats({ label, seats }: SeatPicture): string {
  const frame = frameOf(seats);
  const hall = top + (frame.rows.at(-1)?.index ?? 1) * pitch;
  const legend = drawLegend(seats, frame.width, hall + 8);
  const { width } = frame;
  const { height } = legend;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="matinee-seats" role="group"`,
    ` aria-label="${escaped(label)}" viewBox="0 0 ${width} ${height}" width="${width}"`,
    ` height="${height}">${style}${definitions}`,
    `<rect class="m-paper" width="${width}" height="${height}" rx="12"/>`,
    drawScreen(frame),
    drawAisles(frame),
    `<g role="table" aria-label="Seats">${frame.rows.map((row) => drawRow(row, frame)).join('')}</g>`,
    legend.drawing,
    '</svg>\n',
  ].join('');
}

function frameOf(seats: readonly PicturedSeat[]): Frame {
  const rows = [...Map.groupBy(seats, ({ rowIndex }) => rowIndex)]
    .toSorted(([a], [b]) => a - b)
    .map(([index, inRow]) => ({
      index,
      label: inRow[0]?.rowLabel ?? '',
      seats: inRow.toSorted((a, b) => a.position - b.position),
    }));
  const columns = Math.max(1, ...seats.map(({ position }) => position));
  const margin = Math.max(24, ...rows.map((row) => widthOf(row.label) + 12));
  const hall = columns * pitch;
  const width = Math.max(narrowest, hall + 2 * margin);
  const left = (width - hall) / 2;
  const labels: [number, number] = [left - margin / 2, width - left + margin / 2];
  return { origin: left - pitch / 2, centre: width / 2, labels, width, rows };
}

function drawScreen({ centre, width }: Frame): string {
  const half = width / 2 - 40;
  return (
    `<path class="m-screen" d="M${centre - half} 22Q${centre} 8 ${centre + half} 22"/>` +
    `<text class="m-muted" x="${centre}" y="34">Screen</text>`
  );
}

/** The floor where a row has no seat between two of its seats; strips of neighbours are one. */
function drawAisles({ rows, origin }: Frame): string {
  const strips = rows.flatMap((row) =>
    gapsOf(row).map(([from, to]) => {
      const x = origin + (from - 0.5) * pitch;
      const y = top + (row.index - 1) * pitch - pitch / 2 + 8;
      return `M${x} ${y}h${(to - from + 1) * pitch}v${pitch}H${x}z`;
    }),
  );
  return strips.length === 0 ? '' : `<path class="m-aisle" d="${strips.join('')}"/>`;
}

/** First and last position of each gap in a row. */
function gapsOf({ seats }: Row): [number, number][] {
  return seats.flatMap(({ position }, index): [number, number][] => {
    const next = seats[index + 1]?.position ?? position;
    return next > position + 1 ? [[position + 1, next - 1]] : [];
  });
}

function drawRow({ index, label, seats }: Row, { origin, labels }: Frame): string {
  const y = top + 8 + (index - 1) * pitch;
  const name = escaped(label);
  return [
    `<g role="row" transform="translate(0 ${y})">`,
    `<text class="m-row" role="rowheader" x="${labels[0]}">${name}</text>`,
    ...seats.map((seat) => drawSeat(seat, origin + seat.position * pitch)),
    `<text class="m-row" aria-hidden="true" x="${labels[1]}">${name}</text></g>`,
  ].join('');
}

function drawSeat(seat: PicturedSeat, x: number): string {
  const looks = looksOf(seat);
  const number = isForSale(seat.state) ? numberOf(seat) : '';
  return (
    `<g role="cell" class="${looks}" data-seat-id="${seat.id}" transform="translate(${x})">` +
    `<title>${titleOf(seat)}</title><use href="#${looks}"/>${number}${badgeOf(seat.features)}</g>`
  );
}

/** Its number; four digits are as wide as a seat at most. */
function numberOf({ seatNumber }: PicturedSeat): string {
  const narrowed = seatNumber > 999 ? ' textLength="21" lengthAdjust="spacingAndGlyphs"' : '';
  return `<text${narrowed}>${seatNumber}</text>`;
}

/** Whether its number and its type matter more than its state. */
function isForSale(state: SeatState): boolean {
  return state === 'available' || state === 'place';
}

/** The name of a seat's shape and of its colours. */
function looksOf({ state, seatType }: Pick<PicturedSeat, 'state' | 'seatType'>): string {
  return `m-${isForSale(state) ? seatType : state}`;
}

/** Features that are marked in the picture, of which a seat shows the first; titles name all. */
const marked = ['wheelchair', 'companion', 'pair', 'restrictedView'] as const;

function badgeOf(features: readonly SeatFeature[], place = ' x="10" y="-10"'): string {
  const feature = marked.find((each) => features.includes(each));
  return feature === undefined ? '' : `<use class="m-badge" href="#m-${feature}"${place}/>`;
}

function titleOf({ rowLabel, seatNumber, seatType, features, state }: PicturedSeat): string {
  const about = [typeWords[seatType], ...features.map((feature) => featureWords[feature])];
  return [`Row ${isolated(rowLabel)}, seat ${seatNumber}`, ...about, stateWords[state]]
    .filter((part) => part !== '')
    .join(', ');
}

/** A sign of the legend, and what it means. */
interface Sign {
  sign: string;
  meaning: string;
}

/** What the signs in the picture mean, in lines as wide as the hall. */
function drawLegend(
  seats: readonly PicturedSeat[],
  width: number,
  from: number,
): { drawing: string; height: number } {
  let x = 28;
  let y = from + legendLine / 2;
  const items = signsOf(seats).map(({ sign, meaning }) => {
    const needed = widthOf(meaning) + 48;
    if (x > 28 && x + needed > width) {
      x = 28;
      y += legendLine;
    }
    const item = `<g role="listitem" transform="translate(${x} ${y})">${sign}<text x="20">${meaning}</text></g>`;
    x += needed;
    return item;
  });
  const drawing = `<g class="m-legend" role="list" aria-label="Legend">${items.join('')}</g>`;
  return { drawing, height: y + legendLine };
}

const types: readonly SeatType[] = ['regular', 'premium', 'vip'];
const states: readonly SeatState[] = ['locked', 'reserved', 'blocked', 'outOfOrder'];

function signsOf(seats: readonly PicturedSeat[]): Sign[] {
  const bySale = types.flatMap((seatType) => {
    const one = seats.find((seat) => seat.seatType === seatType && isForSale(seat.state));
    const meaning = one && [typeWords[seatType], stateWords[one.state]].filter(Boolean).join(', ');
    return one && meaning ? [{ sign: signOf(one), meaning: capitalized(meaning) }] : [];
  });
  const byState = states.flatMap((state) => {
    const one = seats.find((seat) => seat.state === state);
    return one ? [{ sign: signOf(one), meaning: capitalized(stateWords[state]) }] : [];
  });
  const byFeature = marked
    .filter((feature) => seats.some(({ features }) => features.includes(feature)))
    .map((feature) => ({
      sign: badgeOf([feature], ''),
      meaning: capitalized(featureWords[feature]),
    }));
  return [...bySale, ...byState, ...byFeature];
}

function signOf(seat: PicturedSeat): string {
  const looks = looksOf(seat);
  return `<use class="${looks}" href="#${looks}"/>`;
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

import { z } from 'zod';
import { defaultSite } from '../db/entities/theater.ts';
import { isTimeZone } from '../local-time.ts';
import {
  Count,
  IdEnding,
  idOf,
  Instant,
  outputIdOf,
  outputText,
  page,
  pageInput,
  PositiveInteger,
  Revision,
  RevisionOutput,
  text,
} from '../schema.ts';
import { typeNames } from '../type-names.ts';
import { seatNumbers } from './numbering.ts';

export const SeatType = z.enum(['regular', 'premium', 'vip']);
export type SeatType = z.infer<typeof SeatType>;

export const SeatFeature = z.enum([
  'wheelchair',
  'companion',
  'transferArm',
  'aisle',
  'noSteps',
  'hearingLoop',
  'restrictedView',
  'pair',
]);
export type SeatFeature = z.infer<typeof SeatFeature>;

/** The features of a seat, as a theater and a seat map answer them. */
export const SeatFeatures = z.array(SeatFeature).meta({
  description:
    '`wheelchair` places, `companion` seats and love seats (`pair`) have rules of their own.',
});

/** Numbers have up to four digits. */
const largestNumber = 9_999;

/** The largest theater; `rows` and the seats of a row are bounded below. */
export const mostSeats = 2_000;
const mostRows = 60;
const mostPositions = 60;

/** A zone that this runtime knows; the database is asked as well before one is stored. */
export const TimeZone = text(64)
  .refine(isTimeZone, { message: 'must be an IANA time zone, such as "Europe/Paris"' })
  .meta({ description: 'IANA name of the time zone.', examples: ['Europe/Paris'] });

const SeatOverride = z.strictObject({
  position: z
    .int()
    .min(1)
    .max(mostPositions)
    .meta({ description: 'Position from the left, from 1.' }),
  seatType: SeatType.meta({ description: 'The type of this seat.' }).optional(),
  gap: z.literal(true).meta({ description: 'No seat here: an aisle, a pillar.' }).optional(),
  outOfOrder: z.literal(true).meta({ description: 'A seat that cannot be sold.' }).optional(),
  number: z
    .int()
    .min(1)
    .max(largestNumber)
    .meta({ description: 'Its own number, unique in the row; the other seats keep theirs.' })
    .optional(),
  features: z
    .array(SeatFeature)
    .max(SeatFeature.options.length)
    .refine((features) => new Set(features).size === features.length, {
      message: 'names a feature twice',
    })
    .meta({
      uniqueItems: true,
      description: 'What the seat offers. A `pair` is two seats side by side.',
    })
    .optional(),
});
type SeatOverride = z.infer<typeof SeatOverride>;

export const SeatRow = z
  .strictObject({
    label: text(10).meta({
      description: 'The letter or number of the row; unique in the theater.',
    }),
    seats: z
      .int()
      .min(1)
      .max(mostPositions)
      .meta({ description: 'Positions in the row, gaps included.' }),
    seatType: SeatType.meta({ description: '`regular` if left out.' }).optional(),
    numbering: z
      .enum(['left', 'right'])
      .meta({ description: 'The end of the row that numbers count from; `left` if left out.' })
      .optional(),
    overrides: z
      .array(SeatOverride)
      .max(mostPositions)

      .meta({ description: 'Positions that differ from the rest of the row.' })
      .optional(),
  })
  .register(typeNames, { name: 'SeatRow' });
export type SeatRow = z.infer<typeof SeatRow>;

/** Rows from the screen backwards. Checked as a whole, because the parts depend on each other. */
export const SeatRows = z
  .array(SeatRow)
  .min(1)
  .max(mostRows)
  .superRefine((rows, context) => {
    const fail = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const labels = new Set<string>();
    let seats = 0;
    for (const [index, row] of rows.entries()) {
      const gaps = checkOverrides(row, (path, message) => fail([index, ...path], message));
      seats += row.seats - gaps;
      if (labels.has(row.label)) {
        fail([index, 'label'], 'is the label of another row');
      }
      labels.add(row.label);
    }
    if (seats < 1 || seats > mostSeats) {
      fail([], `must have 1 to ${mostSeats} seats, not ${seats}`);
    }
  });

export const ListTheaters = z.strictObject({
  siteId: idOf('site').meta({ description: 'Theaters of this cinema.' }).optional(),
  idEndsWith: IdEnding.optional(),
  ...pageInput,
});
export type ListTheaters = z.infer<typeof ListTheaters>;

export const TheaterId = z.strictObject({ theaterId: idOf('theater') });

const TurnaroundMinutes = z
  .int()
  .min(0)
  .max(480)
  .meta({ description: 'Minutes of cleaning after each show.' });

export const CreateTheater = z.strictObject({
  name: text(255).meta({ description: 'The name of the theater.' }),
  timezone: TimeZone,
  turnaroundMinutes: TurnaroundMinutes.optional(),
  siteId: idOf('site')
    .meta({ description: 'Id of its cinema; by default the default cinema.' })
    .optional(),
  rows: SeatRows.meta({ description: 'The rows, from the screen backwards.' }),
});
export type CreateTheater = z.infer<typeof CreateTheater>;

export const UpdateTheater = z.strictObject({
  theaterId: idOf('theater'),
  name: text(255).meta({ description: 'The name of the theater.' }).optional(),
  timezone: TimeZone.optional(),
  turnaroundMinutes: TurnaroundMinutes.optional(),
  siteId: idOf('site').meta({ description: 'Id of its cinema.' }).optional(),
  rows: SeatRows.meta({
    description: 'The rows, from the screen backwards; replaces the layout.',
  }).optional(),
  revision: Revision.optional(),
});
export type UpdateTheater = z.infer<typeof UpdateTheater>;

/** A seat of a theater. */
export const TheaterSeat = z
  .object({
    id: outputIdOf('seat'),
    rowLabel: outputText('The label of its row.'),
    seatNumber: PositiveInteger.meta({
      description: 'Unique in the row; from 1 unless the layout says otherwise.',
    }),
    rowIndex: PositiveInteger.meta({ description: 'Row, counted from the screen, from 1.' }),
    position: PositiveInteger.meta({
      description: 'Position from the left, from 1; gaps are counted.',
    }),
    seatType: SeatType.meta({ description: 'The type, which decides the price.' }),
    outOfOrder: z.boolean().meta({ description: 'The seat cannot be sold.' }),
    features: SeatFeatures,
  })
  .register(typeNames, { name: 'TheaterSeat' });

const theater = {
  id: outputIdOf('theater'),
  name: outputText('The name of the theater.'),
  timezone: z
    .string()
    .meta({ description: 'IANA name of the time zone.', examples: ['Europe/Paris'] }),
  turnaroundMinutes: Count.meta({ description: 'Minutes of cleaning after each show.' }),
  siteId: outputIdOf('site').default(defaultSite),
  totalSeats: Count.meta({ description: 'The number of seats.' }),
  revision: RevisionOutput,
  createdAt: Instant.meta({ description: 'When the theater was created.' }),
};

export const Theater = z.object(theater).meta({ id: 'Theater' });
export type Theater = z.infer<typeof Theater>;

export const TheaterWithSeats = z
  .object({
    ...theater,
    seats: z.array(TheaterSeat).meta({ description: 'The seats, row by row.' }),
  })
  .meta({ id: 'TheaterWithSeats' });
export type TheaterWithSeats = z.infer<typeof TheaterWithSeats>;

export const TheaterPage = page(Theater);

function checkOverrides(row: SeatRow, fail: Fail): number {
  const positions = new Set<number>();
  let gaps = 0;
  for (const [index, override] of (row.overrides ?? []).entries()) {
    if (override.position > row.seats) {
      fail(
        ['overrides', index, 'position'],
        `must be at most ${row.seats}, the number of positions in the row`,
      );
    }
    if (positions.has(override.position)) {
      fail(['overrides', index, 'position'], 'has another override');
    }
    positions.add(override.position);
    gaps += override.gap ? 1 : 0;
    checkFeatures(override, (path, message) => fail(['overrides', index, ...path], message));
  }
  checkNumbers(row, fail);
  checkPairs(row, fail);
  return gaps;
}

type Fail = (path: (string | number)[], message: string) => void;

/** The features that give a seat rules; each seat has one of them at most. */
const ruled: readonly SeatFeature[] = ['wheelchair', 'companion', 'pair'];

function checkFeatures(override: SeatOverride, fail: Fail): void {
  if (override.gap && (override.number !== undefined || override.features)) {
    fail(['gap'], 'has no number and no features');
  }
  if ((override.features ?? []).filter((feature) => ruled.includes(feature)).length > 1) {
    fail(['features'], 'must have at most one of "wheelchair", "companion" and "pair"');
  }
}

/** Each number once: two of the row's own, or one of them and one that is counted. */
function checkNumbers(row: SeatRow, fail: Fail): void {
  const numbers = [...seatNumbers(row).values()];
  for (const [index, { gap, number }] of (row.overrides ?? []).entries()) {
    if (!gap && number !== undefined && numbers.filter((each) => each === number).length > 1) {
      fail(['overrides', index, 'number'], 'is the number of another seat in the row');
    }
  }
}

/** Love seats that stand in one run are paired from its left, so their number is even. */
function checkPairs(row: SeatRow, fail: Fail): void {
  const pairs = [...(row.overrides ?? []).entries()]
    .filter(([, { gap, features }]) => !gap && features?.includes('pair'))
    .toSorted(([, a], [, b]) => a.position - b.position);
  let run = 0;
  for (const [place, [index, { position }]] of pairs.entries()) {
    run += 1;
    if (pairs[place + 1]?.[1].position !== position + 1) {
      if (run % 2 === 1) {
        fail(['overrides', index, 'features'], 'must be a pair of two seats side by side');
      }
      run = 0;
    }
  }
}

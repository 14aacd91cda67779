import { z } from 'zod';
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

export const SeatType = z.enum(['regular', 'premium', 'vip']);
export type SeatType = z.infer<typeof SeatType>;

/** The largest theater; `rows` and the seats of a row are bounded below. */
export const mostSeats = 2_000;
const mostRows = 60;
const mostPositions = 60;

/** A zone that this runtime knows; the database is asked as well before one is stored. */
const TimeZone = text(64)
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
});

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
    overrides: z
      .array(SeatOverride)
      .max(mostPositions)

      .meta({ description: 'Positions that differ from the rest of the row.' })
      .optional(),
  })
  .register(typeNames, { name: 'SeatRow' });
export type SeatRow = z.infer<typeof SeatRow>;

/** Rows from the screen backwards. Checked as a whole, because the parts depend on each other. */
const SeatRows = z
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

export const ListTheaters = z.strictObject({ idEndsWith: IdEnding.optional(), ...pageInput });
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
  rows: SeatRows.meta({ description: 'The rows, from the screen backwards.' }),
});
export type CreateTheater = z.infer<typeof CreateTheater>;

export const UpdateTheater = z.strictObject({
  theaterId: idOf('theater'),
  name: text(255).meta({ description: 'The name of the theater.' }).optional(),
  timezone: TimeZone.optional(),
  turnaroundMinutes: TurnaroundMinutes.optional(),
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
    seatNumber: PositiveInteger.meta({ description: 'From 1; gaps are not counted.' }),
    rowIndex: PositiveInteger.meta({ description: 'Row, counted from the screen, from 1.' }),
    position: PositiveInteger.meta({
      description: 'Position from the left, from 1; gaps are counted.',
    }),
    seatType: SeatType.meta({ description: 'The type, which decides the price.' }),
    outOfOrder: z.boolean().meta({ description: 'The seat cannot be sold.' }),
  })
  .register(typeNames, { name: 'TheaterSeat' });

const theater = {
  id: outputIdOf('theater'),
  name: outputText('The name of the theater.'),
  timezone: z
    .string()
    .meta({ description: 'IANA name of the time zone.', examples: ['Europe/Paris'] }),
  turnaroundMinutes: Count.meta({ description: 'Minutes of cleaning after each show.' }),
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

function checkOverrides(
  row: SeatRow,
  fail: (path: (string | number)[], message: string) => void,
): number {
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
  }
  return gaps;
}

import { z } from 'zod';
import { scheduleRow } from '../schedule-row.ts';
import { CalendarDate, Count, idOf, Instant, outputIdOf } from '../schema.ts';
import { CreateShowtime, Showtime } from '../showtimes/schema.ts';

/** A plan for more shows is probably for a wrong year. */
export const mostShows = 500;

const Time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, such as "19:30"')
  .meta({ examples: ['19:30'] });

const Dst = z.enum(['reject', 'skip', 'shift']).meta({
  description:
    'What becomes of times that the clocks of the theater leave out or repeat: `reject` refuses ' +
    'the plan, `skip` leaves these shows out, `shift` moves a time that is left out by the hour that ' +
    'is missing, and takes the first of two.',
});

const OnlyFree = z.boolean().default(false).meta({
  description: 'Schedule what is `ok` and leave out the rest, instead of all or nothing.',
});

/** Values of a list that may not be named twice. */
function once<Item extends z.ZodType>(item: Item, most: number) {
  return z
    .array(item)
    .min(1)
    .max(most)
    .refine((values) => new Set(values).size === values.length, {
      message: 'must not name a value twice',
    });
}

const { movieId, theaterId, price, priceListId, seatTypePrices } = CreateShowtime.shape;

export const PlanSchedule = z.strictObject({
  movieId,
  theaterId,
  from: CalendarDate.meta({ description: 'First day, inclusive, on the clocks of the theater.' }),
  to: CalendarDate.meta({ description: 'Last day, inclusive.' }),
  weekdays: once(z.int().min(1).max(7), 7)
    .optional()
    .meta({ description: '1 is Monday, 7 Sunday; without it: every day.' }),
  times: once(Time, 50).meta({
    description: 'Times of day on the clocks of the theater, `HH:MM`.',
    examples: [['17:00', '19:30']],
  }),
  exceptDates: once(CalendarDate, 500).optional().meta({ description: 'Days without a show.' }),
  price,
  priceListId,
  seatTypePrices,
  dst: Dst,
  onlyFree: OnlyFree,
});
export type PlanSchedule = z.infer<typeof PlanSchedule>;

const Monday = CalendarDate.refine((date) => new Date(`${date}T00:00Z`).getUTCDay() === 1, {
  message: 'must be a Monday',
});

export const CopyWeek = z.strictObject({
  theaterId,
  from: Monday.meta({ description: 'Monday of the week that is copied.' }),
  to: Monday.meta({ description: 'Monday of the week that gets the shows.' }),
  dst: Dst.default('reject'),
  onlyFree: OnlyFree,
});
export type CopyWeek = z.infer<typeof CopyWeek>;

export const Schedule = z
  .object({
    rows: z
      .array(
        scheduleRow(
          Instant.nullable().meta({
            description:
              'When the show begins; `null` for a time that the clocks leave out or repeat.',
          }),
        ),
      )
      .meta({ description: 'Every show of the plan, by date and time.' }),
    seriesId: outputIdOf('series').nullable().meta({
      description: 'What the created shows have in common; `null` without any.',
    }),
    created: z.array(Showtime).meta({ description: 'The shows that were created, by start.' }),
  })
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof Schedule>;
export type ScheduleRow = Schedule['rows'][number];

export const SeriesId = z.strictObject({ seriesId: idOf('series') });

export const SeriesDeleted = z
  .object({
    id: outputIdOf('series'),
    deleted: Count.meta({ description: 'Shows that were deleted.' }),
    kept: z.array(outputIdOf('showtime')).meta({
      description: 'Shows ahead that stay because a seat is locked or booked, by start.',
    }),
  })
  .meta({ id: 'SeriesDeleted' });
export type SeriesDeleted = z.infer<typeof SeriesDeleted>;

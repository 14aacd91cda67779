import { z } from 'zod';
import { CalendarDateOutput, outputIdOf } from './schema.ts';

/** Why a show of a plan can be scheduled, or cannot. */
export const scheduleStates = z.enum([
  'ok',
  'conflict',
  'self_conflict',
  'nonexistent',
  'ambiguous',
  'past',
]);

/** One show of a plan. Failures carry instants as text, responses as a `Date`. */
export function scheduleRow<Start extends z.ZodType>(start: Start) {
  return z.object({
    date: CalendarDateOutput.meta({ description: 'The day on the clocks of the theater.' }),
    time: z.string().meta({
      description: 'The time of day on the clocks of the theater, `HH:MM`.',
      examples: ['19:30'],
    }),
    startTime: start,
    state: scheduleStates.meta({
      description:
        '`conflict`: showtimes of the theater are in the way, cleaning included. `self_conflict`: it ' +
        'overlaps another show of the plan. `nonexistent`: the clocks are set forward over this ' +
        'time. `ambiguous`: the clocks are set back, and this time comes twice. `past`: it would ' +
        'have started.',
    }),
    showtimeIds: z
      .array(outputIdOf('showtime'))
      .optional()
      .meta({ description: 'With `conflict`: the showtimes in the way, by start.' }),
    movieId: outputIdOf('movie'),
  });
}

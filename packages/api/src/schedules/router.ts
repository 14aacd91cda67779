import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { atItsSite } from '../staff/at-site.ts';
import { staffProcedure } from '../trpc.ts';
import { copyWeek } from './copy-week.ts';
import { createSchedule, previewSchedule } from './create.ts';
import { deleteSeries } from './remove.ts';
import { CopyWeek, PlanSchedule, Schedule, SeriesDeleted, SeriesId } from './schema.ts';

/** Of the body. */
const theaterOf = (id: string) => ({ kind: 'theater', id, field: 'theaterId' }) as const;

export const schedulesRouter = {
  /** What `create` would make of a plan, show by show; changes nothing. */
  preview: staffProcedure('manage')
    .meta({
      ...route(
        'POST /schedules/preview',
        'Preview a schedule',
        'Takes the input of `POST /schedules` and returns every show of the plan with its state. ' +
          'Conflicts are no failure here. Has no effect.',
      ),
      isSafe: true,
      refusals: ['NOT_FOUND'],
    })
    .input(PlanSchedule)
    .output(Schedule)
    .query(
      atItsSite(
        ({ theaterId }) => [theaterOf(theaterId)],
        ({ ctx, input }) => previewSchedule(ctx, input),
      ),
    ),

  /** Schedules a movie on many days, all of the plan or none. */
  create: staffProcedure('manage')
    .meta({
      ...route(
        'POST /schedules',
        'Schedule many showtimes',
        'The movie at these local times of the theater, on each day from `from` to `to` that the ' +
          'weekdays and exceptions leave; at most 500 shows. If a show cannot be scheduled, none is, ' +
          'and the failure names every show with its state. With `onlyFree` those with the state `ok` ' +
          'are created.',
      ),
      successStatus: 201,
      message: 'Schedule created.',
      refusals: ['NOT_FOUND', 'SCHEDULE_CONFLICT'],
    })
    .input(PlanSchedule)
    .output(Schedule)
    .mutation(
      atItsSite(
        ({ theaterId }) => [theaterOf(theaterId)],
        audited(Schedule, ({ ctx, input }) => createSchedule(ctx, input), { subject: 'theaterId' }),
      ),
    ),

  /** Schedules the shows of one week of a theater again in another. */
  copyWeek: staffProcedure('manage')
    .meta({
      ...route(
        'POST /schedules/copy-week',
        'Copy a week',
        'The shows of a theater in the week of `from`, at the same local times in the week of `to`: ' +
          'at their own prices, or those of the newest version of their price lists. Weeks have ' +
          'business days. Cancelled shows and movies that have left the catalogue are left out. All ' +
          'shows or none, as with `POST /schedules`.',
      ),
      successStatus: 201,
      message: 'Week copied.',
      refusals: ['NOT_FOUND', 'SCHEDULE_CONFLICT'],
    })
    .input(CopyWeek)
    .output(Schedule)
    .mutation(
      atItsSite(
        ({ theaterId }) => [theaterOf(theaterId)],
        audited(Schedule, ({ ctx, input }) => copyWeek(ctx, input), { subject: 'theaterId' }),
      ),
    ),

  /** Deletes the shows of a series that are ahead and in which nothing is locked or booked. */
  delete: staffProcedure('manage')
    .meta({
      ...route(
        'DELETE /schedules/{seriesId}',
        'Delete a series',
        'The shows that were planned together and have not started. Those in which a seat is locked ' +
          'or booked stay, and are named.',
      ),
      message: 'Series deleted.',
    })
    .input(SeriesId)
    .output(SeriesDeleted)
    .mutation(
      atItsSite(
        ({ seriesId }) => [{ kind: 'series', id: seriesId }],
        audited(SeriesDeleted, ({ ctx, input }) => deleteSeries(ctx, input.seriesId), {
          subject: 'seriesId',
        }),
      ),
    ),
};

import type { Inputs, Matinee, Outputs, Theater } from '@matinee/sdk';
import { MatineeError } from '@matinee/sdk';
import { ask, promptStreams } from '../ask.ts';
import { CliError, exitCodes } from '../failure.ts';
import { shortId } from '../output/short-id.ts';
import { table } from '../output/table.ts';
import type { TableOptions } from '../output/table.ts';
import { count, plain } from '../output/text.ts';
import { localTime } from '../output/time.ts';
import type { Format, Session } from '../session.ts';
import { widthFor } from '../terminal.ts';
import type { RunOfShows } from './run-options.ts';

type NewSchedule = Inputs['schedules']['create'];
type Schedule = Outputs['schedules']['create'];
type Row = Schedule['rows'][number];

/** The input that the shows of a run share. */
export type RunTemplate = Omit<NewSchedule, keyof RunOfShows>;

interface RunFormat extends Format {
  dryRun?: boolean;
}

/** Prints the plan with its conflicts, then schedules all of its shows or none. */
export async function scheduleRun(
  session: Session,
  format: RunFormat,
  { run, template }: { run: RunOfShows; template: RunTemplate },
): Promise<void> {
  const matinee = await session.matinee();
  const input = { ...template, ...run };
  const [theater, movie, preview] = await Promise.all([
    matinee.theaters.get({ theaterId: template.theaterId }),
    matinee.movies.get({ movieId: template.movieId }),
    matinee.schedules.preview(input),
  ]);
  const plan: Plan = { rows: preview.rows, theater, titles: await titlesIn(matinee, preview.rows) };
  const title = plain(`${movie.title}, ${theater.name} (${theater.timezone})`);
  const refused = preview.rows.filter((row) => isInTheWay(row, run)).length;
  if (refused > 0 || format.dryRun) {
    session.talk(`${title}\n`);
    printPlan(session, format, plan);
    endWithoutChange(session, refused, preview.rows.length);
    return;
  }
  const { talkPaint: paint, terminal } = session;
  session.talk(`${title}\n\n${planTable(plan, { paint, width: widthFor(terminal.talk) })}\n`);
  const shows = preview.rows.filter(({ state }) => state === 'ok').length;
  await agree(session, shows);
  const schedule = await matinee.schedules.create(input);
  printCreated(session, format, { schedule, theater });
}

/** Copies a week of a theater. */
export async function copyWeek(
  session: Session,
  format: Format,
  input: Inputs['schedules']['copyWeek'],
): Promise<void> {
  const matinee = await session.matinee();
  const theater = await matinee.theaters.get({ theaterId: input.theaterId });
  try {
    const schedule = await matinee.schedules.copyWeek(input);
    printCreated(session, format, { schedule, theater });
  } catch (error) {
    const rows = rowsOf(error);
    if (rows) {
      const { paint, width } = session;
      session.talk(
        planTable({ rows, theater, titles: await titlesIn(matinee, rows) }, { paint, width }),
      );
      endWithoutChange(session, rows.filter(({ state }) => state !== 'ok').length, rows.length);
    }
    throw error;
  }
}

function rowsOf(error: unknown): Row[] | undefined {
  return error instanceof MatineeError && error.code === 'SCHEDULE_CONFLICT'
    ? error.details.rows?.map((row) => ({
        ...row,
        startTime: row.startTime === null ? null : new Date(row.startTime),
      }))
    : undefined;
}

/** Whether the server would refuse a run because of a row. */
function isInTheWay({ state }: Row, { dst, onlyFree }: RunOfShows): boolean {
  const isSkipped = dst === 'skip' && (state === 'nonexistent' || state === 'ambiguous');
  return state !== 'ok' && !onlyFree && !isSkipped;
}

function endWithoutChange(session: Session, refused: number, all: number): void {
  if (refused > 0) {
    throw new CliError(
      exitCodes.conflict,
      `${refused} of ${count(all, 'show')} cannot be scheduled. Nothing was changed.`,
      'Choose other days or times, or add --only-free.',
    );
  }
  session.talk('Dry run: nothing was changed.');
}

interface Plan {
  rows: readonly Row[];
  theater: Pick<Theater, 'timezone'>;
  /** Of the shows in the way, by id. */
  titles: ReadonlyMap<string, string>;
}

/** More shows in the way than this are counted, and not named. */
const mostNamed = 20;

async function titlesIn(matinee: Matinee, rows: readonly Row[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap(({ showtimeIds = [] }) => showtimeIds))].slice(0, mostNamed);
  const shows = await Promise.all(ids.map((showtimeId) => matinee.showtimes.get({ showtimeId })));
  return new Map(shows.map(({ id, movie }) => [id, movie.title]));
}

/** Prints a plan that is not carried out. */
function printPlan(session: Session, format: RunFormat, plan: Plan): void {
  const { rows } = plan;
  if (!format.json && session.width === undefined) {
    // A time that the clocks skip has no instant.
    const start = ({ startTime, date, time }: Row) => startTime ?? `${date} ${time}`;
    session.writeTsv([start, (row) => stateOf(row, plan)], rows);
    return;
  }
  const { paint, width } = session;
  const value = { rows, seriesId: null, created: [] };
  session.print(format, value, () => planTable(plan, { paint, width }));
}

function printCreated(
  session: Session,
  format: RunFormat,
  { schedule, theater }: { schedule: Schedule; theater: Pick<Theater, 'timezone'> },
): void {
  const { created, seriesId } = schedule;
  if (!format.json && session.width === undefined) {
    session.writeTsv([({ id }) => id, ({ startTime }) => startTime], created);
  } else {
    const lines = created.map(
      ({ id, startTime }) => `${shortId(id)}  ${localTime(startTime, theater.timezone)}`,
    );
    session.print(format, schedule, () => lines.join('\n'));
  }
  session.talk(`${count(created.length, 'showtime')} created.`);
  if (seriesId !== null) {
    session.hint(`Delete what is free of them with: matinee schedules delete ${seriesId}`);
  }
}

function planTable(plan: Plan, options: TableOptions<Row>): string {
  const { red, green } = options.paint;
  return table<Row>(
    [
      { title: 'START', value: (row) => startOf(row, plan.theater.timezone) },
      {
        title: 'STATE',
        value: (row) => stateOf(row, plan),
        shrinks: true,
        paint: (text, { state }) => (state === 'ok' ? green(text) : red(text)),
      },
    ],
    plan.rows,
    options,
  );
}

const states: Readonly<Record<Row['state'], string>> = {
  ok: 'free',
  conflict: 'conflicts with another show',
  self_conflict: 'overlaps another show of this run',
  nonexistent: 'the clocks skip this time',
  ambiguous: 'occurs twice: the clocks are set back',
  past: 'is in the past',
};

function stateOf({ state, showtimeIds = [] }: Row, { titles }: Plan): string {
  const names = showtimeIds.flatMap((id) => titles.get(id) ?? []);
  return names.length > 0
    ? names.map((title) => `conflicts with "${title}"`).join('; ')
    : states[state];
}

/** A time that the clocks skip has no instant. Its weekday is that of its date. */
function startOf({ startTime, date, time }: Row, zone: string): string {
  return startTime ? localTime(startTime, zone) : localTime(new Date(`${date}T${time}Z`), 'UTC');
}

/** Scheduling destroys nothing, so a script needs no `--yes`. */
async function agree(session: Session, shows: number): Promise<void> {
  if (session.globals.yes || !session.canAsk) {
    return;
  }
  const message = `Schedule ${count(shows, 'show')}?`;
  const streams = promptStreams(session);
  if (!(await ask((prompts) => prompts.confirm({ message, ...streams })))) {
    throw new CliError(exitCodes.error, 'Nothing was changed.');
  }
}

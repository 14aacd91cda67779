import type { Inputs, Matinee, Showtime, TheaterWithSeats } from '@matinee/sdk';
import { ask, promptStreams } from '../ask.ts';
import { CliError, exitCodes } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { Progress } from '../output/progress.ts';
import { shortId } from '../output/short-id.ts';
import { table } from '../output/table.ts';
import type { TableOptions } from '../output/table.ts';
import { count, plain } from '../output/text.ts';
import { localTime } from '../output/time.ts';
import type { Format, Session } from '../session.ts';
import { widthFor } from '../terminal.ts';
import { planRun } from './plan.ts';
import type { PlannedShow } from './plan.ts';
import type { RunOfShows } from './run-options.ts';

type NewShowtime = Inputs['showtimes']['create'];

/** The input that the shows of a run share. */
export type RunTemplate = Omit<NewShowtime, 'startTime'>;

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
  const [theater, movie] = await Promise.all([
    matinee.theaters.get({ theaterId: template.theaterId }),
    matinee.movies.get({ movieId: template.movieId }),
  ]);
  const present = await matinee.showtimes.list
    .all({ theaterId: theater.id, from: dayBeside(run.from, -1), to: dayBeside(run.to, 1) })
    .toArray();
  const { durationMinutes } = movie;
  const planned = planRun(run, { theater, durationMinutes, present });
  const title = plain(`${movie.title}, ${theater.name} (${theater.timezone})`);
  const refused = planned.filter(({ problems }) => problems.length > 0).length;
  if (refused > 0 || format.dryRun) {
    session.talk(`${title}\n`);
    printPlan(session, format, { planned, theater });
    endWithoutChange(session, refused, planned.length);
    return;
  }
  const { talkPaint: paint, terminal } = session;
  const plan = planTable(planned, theater, { paint, width: widthFor(terminal.talk) });
  session.talk(`${title}\n\n${plan}\n`);
  await agree(session, planned.length);
  const created = await createAll(session, matinee, toInputs(planned, template));
  printCreated(session, format, { planned, theater, created });
  session.talk(`${count(created.length, 'showtime')} created.`);
}

function endWithoutChange(session: Session, refused: number, all: number): void {
  if (refused > 0) {
    throw new CliError(
      exitCodes.conflict,
      `${refused} of ${count(all, 'show')} cannot be scheduled. Nothing was changed.`,
      'Choose other days or times.',
    );
  }
  session.talk('Dry run: nothing was changed.');
}

/** Creates all shows. If one is refused, deletes the others: a run with gaps is worse than none. */
async function createAll(
  session: Session,
  matinee: Matinee,
  inputs: NewShowtime[],
): Promise<Showtime[]> {
  const created: Showtime[] = [];
  const progress = new Progress(session.terminal.talk);
  let current: Promise<Showtime> | undefined;
  let isStopped = false;
  const deleteCreated = async () => {
    isStopped = true;
    await current?.catch(() => undefined);
    for (const { id } of created) {
      await matinee.showtimes.delete({ showtimeId: id });
    }
  };
  const forget = onInterrupt(deleteCreated);
  try {
    for (const input of inputs) {
      current = matinee.showtimes.create(input);
      created.push(await current);
      if (isStopped) {
        break;
      }
      progress.show(created.length / inputs.length, `${created.length} of ${inputs.length}`);
    }
    return created;
  } catch (error) {
    await deleteCreated();
    session.talk('A show was refused. The shows created before it have been deleted.');
    throw error;
  } finally {
    progress.clear();
    forget();
  }
}

function toInputs(planned: readonly PlannedShow[], template: RunTemplate): NewShowtime[] {
  return planned.flatMap(({ startTime }) => (startTime ? [{ ...template, startTime }] : []));
}

interface Plan {
  planned: readonly PlannedShow[];
  theater: TheaterWithSeats;
}

/** Prints a plan that is not carried out. */
function printPlan(session: Session, format: RunFormat, { planned, theater }: Plan): void {
  if (!format.json && session.width === undefined) {
    // A time that the clocks skip has no instant.
    const start = ({ startTime, date, time }: PlannedShow) => startTime ?? `${date} ${time}`;
    session.writeTsv([start, stateOf], planned);
    return;
  }
  const { paint, width } = session;
  const value = { planned, created: [] };
  session.print(format, value, () => planTable(planned, theater, { paint, width }));
}

function printCreated(
  session: Session,
  format: RunFormat,
  { planned, theater, created }: Plan & { created: readonly Showtime[] },
): void {
  if (!format.json && session.width === undefined) {
    session.writeTsv([({ id }) => id, ({ startTime }) => startTime], created);
    return;
  }
  const line = ({ id, startTime }: Showtime) =>
    `${shortId(id)}  ${localTime(startTime, theater.timezone)}`;
  session.print(format, { planned, created }, () => created.map(line).join('\n'));
}

function planTable(
  planned: readonly PlannedShow[],
  { timezone }: TheaterWithSeats,
  options: TableOptions<PlannedShow>,
): string {
  const { red, green } = options.paint;
  return table<PlannedShow>(
    [
      { title: 'START', value: (show) => startOf(show, timezone) },
      {
        title: 'STATE',
        value: stateOf,
        shrinks: true,
        paint: (text, { problems }) => (problems.length > 0 ? red(text) : green(text)),
      },
    ],
    planned,
    options,
  );
}

function stateOf({ problems }: PlannedShow): string {
  return problems.join('; ') || 'free';
}

/** A time that the clocks skip has no instant. Its weekday is that of its date. */
function startOf({ startTime, date, time }: PlannedShow, zone: string): string {
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

function dayBeside(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

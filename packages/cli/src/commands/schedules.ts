import type { Inputs } from '@matinee/sdk';
import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { addGroup, asJson, examples, runs } from '../command.ts';
import { findId } from '../named/find-id.ts';
import { siteOf } from '../named/site-option.ts';
import type { SiteOption } from '../named/site-option.ts';
import { count, plain } from '../output/text.ts';
import { localParts } from '../output/time.ts';
import { drawWeek } from '../schedule/week-text.ts';
import { daysFrom, mondayOf, weekOf } from '../schedule/week.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { writeFile } from '../write-file.ts';
import { addScheduleRuns, dstOption } from './showtime-input.ts';

type CopyWeek = Inputs['schedules']['copyWeek'];

interface CopyFlags extends Format, Omit<CopyWeek, 'theaterId'> {
  theaterId: string;
}

interface WeekFlags extends Format, SiteOption {
  date?: string;
  theaterId?: string;
  html?: string;
}

export function addSchedules(program: Command, terminal: Terminal): void {
  const schedules = addGroup(program, 'schedules', 'many showtimes in one step');
  addScheduleRuns(schedules, terminal);

  const copy = schedules
    .command('copy-week')
    .description('schedule the shows of a week again in another')
    .requiredOption('--theater-id <theater>', 'name or id of the theater')
    .requiredOption('--from <date>', 'Monday of the week that is copied (YYYY-MM-DD)')
    .requiredOption('--to <date>', 'Monday of the week that gets the shows')
    .addOption(dstOption())
    .option('--only-free', 'schedule what is free, and leave out the rest');
  examples(asJson(copy), [
    'matinee schedules copy-week --theater-id ID --from 2026-12-07 --to 2026-12-14',
  ]);
  runs<CopyFlags>(copy, terminal, copyAWeek);

  const remove = schedules
    .command('delete')
    .description('delete the shows of a series that are ahead and free')
    .argument('<series>', 'id of the series');
  examples(asJson(remove), ['matinee schedules delete ID']);
  runs<Format>(remove, terminal, deleteSeries);

  const week = schedules
    .command('week')
    .description('draw the week of the house')
    .option('--date <date>', 'a day of the week (YYYY-MM-DD); default: today')
    .option('--site <site>', 'only this cinema: name or id')
    .option('--theater-id <theater>', 'only this theater: name or id')
    .option('--html <file>', 'write the week to an HTML file');
  examples(asJson(week), [
    'matinee schedules week',
    'matinee schedules week --date 2026-12-24 --html week.html',
  ]);
  runs<WeekFlags>(week, terminal, showWeek);
}

async function copyAWeek(session: Session, flags: CopyFlags): Promise<void> {
  const { from, to, dst, onlyFree } = flags;
  const theaterId = await findId(session, 'theater', flags.theaterId);
  const { copyWeek } = await import('../schedule/schedule-run.ts');
  const options = { ...(dst ? { dst } : {}), ...(onlyFree ? { onlyFree } : {}) };
  await copyWeek(session, flags, { theaterId, from, to, ...options });
}

async function deleteSeries(
  session: Session,
  format: Format,
  [seriesId = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  await confirm(session, async () => `the free shows ahead of the series ${plain(seriesId)}`);
  const deleted = await matinee.schedules.delete({ seriesId });
  session.print(format, deleted, () => count(deleted.deleted, 'showtime'));
  session.talk('Deleted.');
  if (deleted.kept.length > 0) {
    session.talk(`Kept, with locked or booked seats: ${count(deleted.kept.length, 'showtime')}.`);
  }
}

async function showWeek(session: Session, flags: WeekFlags): Promise<void> {
  const matinee = await session.matinee();
  const today = localParts(new Date(), Intl.DateTimeFormat().resolvedOptions().timeZone).date;
  const monday = mondayOf(flags.date ?? today);
  const [, , , , , , sunday = monday, next = sunday] = daysFrom(monday, 8);
  const { theaterId: theater } = flags;
  const filters = {
    ...(await siteOf(session, flags)),
    ...(theater === undefined ? {} : { theaterId: await findId(session, 'theater', theater) }),
  };
  // The night after the last day belongs to it.
  const showtimes = await matinee.showtimes.list
    .all({ ...filters, from: monday, to: next })
    .toArray();
  const week = weekOf(monday, showtimes);
  if (flags.html !== undefined) {
    const { weekHtml } = await import('../schedule/week-html.ts');
    const names = [...new Set(showtimes.map((show) => show.theater.name))].toSorted();
    const madeAt = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const { url: server } = session.settings;
    writeFile(flags.html, weekHtml(week, { house: names.join(', '), server, madeAt }));
    session.talk(`Week written to ${plain(flags.html)}.`);
    return;
  }
  const { paint, width } = session;
  session.print(flags, { from: monday, to: sunday, days: week.days }, () =>
    drawWeek(week, { paint, width }),
  );
}

import type { Matinee } from '@matinee/sdk';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { addGroup, asJson, csvOption, examples, given, runs } from '../command.ts';
import { hintOmitted } from '../lists.ts';
import { withIds } from '../named/find-id.ts';
import { siteOf } from '../named/site-option.ts';
import type { SiteOption } from '../named/site-option.ts';
import type { ReportPage } from '../output/report-html.ts';
import { reportCsv } from '../output/report-rows.ts';
import type { Report, ReportName } from '../output/report-rows.ts';
import { currencyNote, omittedFigures, showReport } from '../output/report.ts';
import { count, plain } from '../output/text.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { writeFile } from '../write-file.ts';
import { addPaymentsReport } from './payments-report.ts';

interface ReportFlags extends Format, SiteOption {
  from?: string;
  to?: string;
  groupBy?: string;
  theaterId?: string;
  movieId?: string;
  siteId?: string;
  currency?: string;
  limit?: number;
  html?: string;
}

const reports: Record<ReportName, { description: string; groupBy: string; example: string }> = {
  capacity: {
    description: 'seats sold and seats in total',
    groupBy: 'showtime (default), date, movie, theater',
    example: 'matinee reports capacity --from 2026-12-01 --to 2026-12-07 --group-by date',
  },
  revenue: {
    description: 'revenue from reservations',
    groupBy: 'movie (default), date, theater, showtime',
    example: 'matinee reports revenue --group-by theater',
  },
  'popular-movies': {
    description: 'the movies with the most seats sold',
    groupBy: '',
    example: 'matinee reports popular-movies --limit 5',
  },
  occupancy: {
    description: 'average share of seats sold per show',
    groupBy: 'theater (default), date, weekday, hour',
    example: 'matinee reports occupancy --group-by weekday',
  },
};

export function addReports(program: Command, terminal: Terminal): void {
  const group = addGroup(program, 'reports', 'sales reports (for administrators and managers)');
  for (const name of Object.keys(reports) as ReportName[]) {
    const { description, groupBy, example } = reports[name];
    const command = asJson(group.command(name).description(description))
      .addOption(csvOption())
      .option('--html <file>', 'write the report to an HTML file, with a chart')
      .option('--from <date>', 'first day (YYYY-MM-DD); default: 29 days before --to')
      .option('--to <date>', 'last day; default: today')
      .option('--theater-id <theater>', 'only this theater: name or id')
      .option('--movie-id <movie>', 'only this movie: title or id')
      .option('--site <site>', 'only this cinema: name or id')
      .option('--currency <code>', 'money in this currency; default: that of the cinema');
    if (groupBy) {
      command.option('--group-by <what>', groupBy);
    } else {
      command.option('--limit <number>', 'number of movies; default: 10', wholeNumber);
    }
    examples(command, [example, `matinee reports ${name} --csv > ${name}.csv`]);
    runs<ReportFlags>(command, terminal, (session, flags) => report(session, name, flags));
  }
  addPaymentsReport(group, terminal);
}

async function report(session: Session, name: ReportName, flags: ReportFlags): Promise<void> {
  const matinee = await session.matinee();
  const filters = { ...(await withIds(session, flags)), ...(await siteOf(session, flags)) };
  const found = await readReport(matinee, name, filters);
  if (flags.csv) {
    session.writeCsv(reportCsv(name, found.groupBy), found.rows);
    return;
  }
  const { paint, width } = session;
  if (flags.html !== undefined) {
    const { reportHtml } = await import('../output/report-html.ts');
    const page = await describePage(session, name, filters);
    const notes = [...page.filters, currencyNote(found) ?? []].flat();
    writeFile(flags.html, reportHtml(found, { ...page, filters: notes }));
    session.talk(`Report written to ${plain(flags.html)}.`);
    return;
  }
  if (!flags.json && width === undefined) {
    session.writeTsv(
      reportCsv(name, found.groupBy).map(({ value }) => value),
      found.rows,
    );
    return;
  }
  const view = { name, paint, width };
  session.print(flags, found, () => showReport(found, view));
  if (!flags.json && found.rows.length > 0) {
    hintOmitted(session, omittedFigures(found, view));
  }
}

/** The names of the house and of the filters, which a report itself does not contain. */
async function describePage(
  session: Session,
  name: ReportName,
  { theaterId, movieId, siteId }: ReportFlags,
): Promise<ReportPage> {
  const matinee = await session.matinee();
  const [theater, movie, site, theaters] = await Promise.all([
    theaterId === undefined ? undefined : matinee.theaters.get({ theaterId }),
    movieId === undefined ? undefined : matinee.movies.get({ movieId }),
    siteId === undefined ? undefined : matinee.sites.get({ siteId }),
    matinee.theaters.list.all(given({ siteId }, ['siteId'])).toArray(),
  ]);
  const names = theater ? [theater.name] : theaters.map((each) => each.name);
  return {
    name,
    house: names.length > mostNames ? count(names.length, 'theater') : names.join(' · '),
    server: session.settings.url,
    filters: [
      ...(theater ? [`Only the theater ${theater.name}`] : []),
      ...(movie ? [`Only the movie ${movie.title}`] : []),
      ...(site ? [`Only the cinema ${site.name}`] : []),
    ],
    madeAt: new Date(),
  };
}

/** A longer list of theaters does not name a house any more. */
const mostNames = 6;

async function readReport(matinee: Matinee, name: ReportName, flags: ReportFlags): Promise<Report> {
  const input = given(flags, [
    'from',
    'to',
    'theaterId',
    'movieId',
    'siteId',
    'currency',
    'groupBy',
    'limit',
  ]);
  // The server checks `groupBy`.
  const { capacity, revenue, popularMovies, occupancy } = matinee.admin.reports;
  const readers = { capacity, revenue, 'popular-movies': popularMovies, occupancy };
  return (readers[name] as (input: object) => Promise<Report>)(input);
}

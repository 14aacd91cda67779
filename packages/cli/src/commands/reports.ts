import { writeFileSync } from 'node:fs';
import type { Matinee } from '@matinee/sdk';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { addGroup, asJson, csvOption, examples, given, runs } from '../command.ts';
import { reportCsv } from '../output/report-rows.ts';
import type { Report, ReportName } from '../output/report-rows.ts';
import { showReport } from '../output/report.ts';
import { plain } from '../output/text.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ReportFlags extends Format {
  from?: string;
  to?: string;
  groupBy?: string;
  theaterId?: string;
  movieId?: string;
  limit?: number;
  html?: string;
}

const reports: Record<ReportName, { description: string; groupBy: string; example: string }> = {
  capacity: {
    description: 'seats sold against seats there are',
    groupBy: 'showtime (default), date, movie, theater',
    example: 'matinee reports capacity --from 2026-12-01 --to 2026-12-07 --group-by date',
  },
  revenue: {
    description: 'what was taken',
    groupBy: 'movie (default), date, theater, showtime',
    example: 'matinee reports revenue --group-by theater',
  },
  'popular-movies': {
    description: 'the movies with the most seats sold',
    groupBy: '',
    example: 'matinee reports popular-movies --limit 5',
  },
  occupancy: {
    description: 'how full the shows were on average',
    groupBy: 'theater (default), date, weekday, hour',
    example: 'matinee reports occupancy --group-by weekday',
  },
};

export function addReports(program: Command, terminal: Terminal): void {
  const group = addGroup(program, 'reports', 'what was sold (for administrators)');
  for (const name of Object.keys(reports) as ReportName[]) {
    const { description, groupBy, example } = reports[name];
    const command = asJson(group.command(name).description(description))
      .addOption(csvOption())
      .option('--html <file>', 'write a page with a chart, to be mailed or printed')
      .option('--from <date>', 'first day (YYYY-MM-DD); 29 days before --to if left out')
      .option('--to <date>', 'last day; today if left out')
      .option('--theater-id <id>', 'of this theater')
      .option('--movie-id <id>', 'of this movie');
    if (groupBy) {
      command.option('--group-by <what>', groupBy);
    } else {
      command.option('--limit <number>', 'so many movies; 10 if left out', wholeNumber);
    }
    examples(command, [example, `matinee reports ${name} --csv > ${name}.csv`]);
    runs<ReportFlags>(command, terminal, (session, flags) => report(session, name, flags));
  }
}

async function report(session: Session, name: ReportName, flags: ReportFlags): Promise<void> {
  const matinee = await session.matinee();
  const found = await readReport(matinee, name, flags);
  if (flags.csv) {
    session.writeCsv(reportCsv(name, found.groupBy), found.rows);
    return;
  }
  const { paint, width } = session;
  const isByShowtime = found.groupBy === 'showtime' && !flags.json;
  const zones = isByShowtime ? await zonesByName(matinee) : new Map<string, string>();
  if (flags.html !== undefined) {
    const { reportHtml } = await import('../output/report-html.ts');
    writeFileSync(flags.html, reportHtml(found, { name, zones }));
    session.talk(`Written: ${plain(flags.html)}`);
    return;
  }
  session.answer(flags, found, () => showReport(found, { name, paint, width, zones }));
}

async function readReport(matinee: Matinee, name: ReportName, flags: ReportFlags): Promise<Report> {
  const input = given(flags, ['from', 'to', 'theaterId', 'movieId', 'groupBy', 'limit']);
  // What `groupBy` may be is the server's to say.
  const { capacity, revenue, popularMovies, occupancy } = matinee.admin.reports;
  const readers = { capacity, revenue, 'popular-movies': popularMovies, occupancy };
  return (readers[name] as (input: object) => Promise<Report>)(input);
}

/** A row tells the name of its theater; where two have one name, their zone is left open. */
async function zonesByName(matinee: Matinee): Promise<Map<string, string>> {
  const theaters = await matinee.theaters.list
    .all({})
    .toArray()
    .catch(() => []);
  const zones = new Map<string, string>();
  for (const { name, timezone } of theaters) {
    zones.set(name, zones.has(name) && zones.get(name) !== timezone ? 'UTC' : timezone);
  }
  return zones;
}

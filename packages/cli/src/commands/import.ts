import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import { atLeastOne } from '../arguments.ts';
import { asJson, examples, runs } from '../command.ts';
import { endsWith, exitCodes, usageError } from '../failure.ts';
import {
  assertColumns,
  listed,
  readColumns,
  unusedColumns as unusedOf,
} from '../import/columns.ts';
import type { Columns } from '../import/columns.ts';
import type { Tally } from '../import/import-movies.ts';
import type { ReadOptions } from '../import/movie-row.ts';
import type { Table } from '../import/rows.ts';
import { onInterrupt } from '../interrupt.ts';
import { Progress } from '../output/progress.ts';
import { count, plain } from '../output/text.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ImportFlags extends Format {
  map?: string[];
  defaultGenre?: string;
  defaultDuration?: number;
  dryRun?: boolean;
}

export function addImport(movies: Command, terminal: Terminal): void {
  const command = movies.command('import').argument('<file>', 'CSV or JSON; - is standard input');
  command
    .description('import movies from a file; invalid rows are reported and skipped')
    .option('--map <key=column>', 'columns of the file: title=Name,genre=Kind', collect)
    .option('--default-genre <genre>', 'genre of new movies whose row has none')
    .option('--default-duration <minutes>', 'duration of new movies whose row has none', atLeastOne)
    .option('--dry-run', 'report the result and change nothing');
  command.addHelpText('after', explanation);
  examples(asJson(command), [
    'matinee movies import movies.json --dry-run',
    'matinee movies import films.csv --map title=Name --default-duration 100',
  ]);
  runs<ImportFlags>(command, terminal, importFile);
}

const explanation = `
The file is CSV or another delimited text, a JSON array, {"items": [...]}, or one JSON object
per line (NDJSON), in UTF-8 or UTF-16.

Column names, in any case and spacing: title, genre (or Major Genre, genres), durationMinutes
(or Running Time min), releaseDate (or Year), description, contentRating (or MPAA Rating),
minimumAge, ageRule (advisory, accompanied or restricted).
Dates: 1998-06-12, Jun 12 1998, 12 June 1998; a month or a year alone means its first day.
Lengths: 112, 112 min, 1h 52min, 1:52, PT1H52M; 0 means not known. A list of genres is joined.
Empty cells, \\N, NULL, N/A, NaN, dashes and the like have no value. None is a title.

A row updates the movie with the same title and release year. A cell without a value keeps the
stored one. If two rows about one movie contradict each other, the first one counts.`;

/** The most refused rows that a terminal shows. A pipe gets all of them. */
const mostShown = 50;

async function importFile(
  session: Session,
  flags: ImportFlags,
  [path = '']: string[],
): Promise<void> {
  const columns = flags.map ? readColumns(flags.map.join(',')) : {};
  const { source, share } = openFile(path);
  try {
    const [{ readTable }, { judgeOf }] = await Promise.all([
      import('../import/rows.ts'),
      import('../import/movie-row.ts'),
    ]);
    const { defaultGenre, defaultDuration } = flags;
    const options = { columns, defaultGenre, defaultDuration };
    const table = await readTable(source, judgeOf(options));
    assertColumns(table.columns, columns);
    const tally = await importTable(session, flags, { table, options, share });
    report(session, flags, { tally, columns });
  } finally {
    source.destroy();
  }
}

interface OpenTable {
  table: Table;
  options: ReadOptions;
  share: () => number | undefined;
}

async function importTable(
  session: Session,
  flags: ImportFlags,
  { table, options, share }: OpenTable,
): Promise<Tally> {
  const [{ importMovies, emptyTally }, { KnownMovies }] = await Promise.all([
    import('../import/import-movies.ts'),
    import('../import/known-movies.ts'),
  ]);
  const matinee = await session.matinee();
  const progress = new Progress(session.terminal.talk);
  const tally = emptyTally(table.columns);
  const forget = onInterrupt(() => {
    progress.clear();
    session.talk(`Stopped. ${summary(tally)}`);
  });
  try {
    progress.show(undefined, 'Reading the stored movies…');
    await importMovies(
      table.rows,
      {
        ...options,
        matinee,
        known: await KnownMovies.read(matinee),
        isDryRun: flags.dryRun === true,
        onProgress: (soFar, rows) => progress.show(share(), `row ${rows}  ${outcomes(soFar)}`),
      },
      tally,
    );
  } catch (error) {
    progress.clear();
    session.talk(`Stopped early. ${summary(tally)}`);
    throw error;
  } finally {
    forget();
  }
  progress.clear();
  return tally;
}

function report(
  session: Session,
  flags: ImportFlags,
  { tally, columns }: { tally: Tally; columns: Columns },
): void {
  const { created, updated, unchanged, refused, blank, defaults } = tally;
  const refusedRows = tally.refusedRows.toSorted((a, b) => a.row - b.row);
  const shown = session.terminal.talk.isTTY ? mostShown : Infinity;
  for (const { row, reason } of refusedRows.slice(0, shown)) {
    session.talk(plain(`row ${row}: ${reason}`));
  }
  if (refusedRows.length > shown) {
    const more = count(refusedRows.length - shown, 'more row');
    session.talk(`… and ${more}. --json lists all of them.`);
  }
  const unusedColumns = unusedOf(tally.columns, columns);
  for (const remark of remarks(tally, unusedColumns)) {
    session.talk(plain(remark));
  }
  if (flags.dryRun) {
    session.talk('Dry run: nothing was changed.');
  }
  const counts = { created, updated, unchanged, refused };
  const result = { ...counts, refusedRows, blank, defaults, unusedColumns };
  session.print(flags, result, () => summary(tally));
  if (refused > 0) {
    throw endsWith(exitCodes.invalid);
  }
}

/** What a user may not expect, in sentences. */
function remarks(
  { unreadableRows, blank, defaults }: Tally,
  unusedColumns: readonly string[],
): string[] {
  const unreadable = unreadableRows.toSorted((a, b) => a - b).slice(0, mostShown);
  const took = [
    ...(defaults.genre > 0 ? [`the default genre: ${defaults.genre}`] : []),
    ...(defaults.durationMinutes > 0 ? [`the default duration: ${defaults.durationMinutes}`] : []),
  ];
  return [
    ...(unreadable.length > 0
      ? [`Characters that are not UTF-8 were imported as \ufffd. Rows: ${unreadable.join(', ')}.`]
      : []),
    ...(blank > 0 ? [`Blank rows that were ignored: ${blank}.`] : []),
    ...(took.length > 0 ? [`New movies with ${took.join(', with ')}.`] : []),
    ...(unusedColumns.length > 0 ? [`Columns that were not used: ${listed(unusedColumns)}.`] : []),
  ];
}

/** JSON on one line, which people can read as well. */
function summary({ created, updated, unchanged, refused }: Tally): string {
  const pairs = Object.entries({ created, updated, unchanged, refused });
  return `{ ${pairs.map(([name, number]) => `"${name}": ${number}`).join(', ')} }`;
}

/** The counts that are not 0. The line of the progress bar has no room for the others. */
function outcomes({ created, updated, unchanged, refused }: Tally): string {
  return Object.entries({ created, updated, unchanged, refused })
    .filter(([, number]) => number > 0)
    .map(([name, number]) => `${number} ${name}`)
    .join(', ');
}

/** Opens the file. `share` returns the part that was read, or undefined if the size is unknown. */
function openFile(path: string): { source: Readable; share: () => number | undefined } {
  if (path === '-') {
    return { source: process.stdin, share: () => undefined };
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats || stats.isDirectory()) {
    const problem = stats ? `"${path}" is a folder.` : `There is no file "${path}".`;
    throw usageError(problem, 'Name a JSON or CSV file, or - for standard input.');
  }
  const source = createReadStream(path);
  const share = () => (stats.size > 0 ? source.bytesRead / stats.size : undefined);
  return { source, share };
}

function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

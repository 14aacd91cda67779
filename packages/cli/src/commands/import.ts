import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import { atLeastOne } from '../arguments.ts';
import { asJson, examples, runs } from '../command.ts';
import { endsWith, exitCodes, usageError } from '../failure.ts';
import type { Tally } from '../import/import-movies.ts';
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
  const command = movies.command('import').argument('<file>', 'JSON array or CSV; - reads stdin');
  command
    .description('bring in a list of movies; rows that cannot be movies are told by number')
    .option('--map <key=column>', 'which column is what: title=Name,genre=Kind', collect)
    .option('--default-genre <genre>', 'for new movies without a genre')
    .option('--default-duration <minutes>', 'for new movies without a duration', atLeastOne)
    .option('--dry-run', 'only say what would be done');
  command.addHelpText('after', explanation);
  examples(asJson(command), [
    'matinee movies import movies.json --dry-run',
    'matinee movies import films.csv --map title=Name --default-duration 100',
  ]);
  runs<ImportFlags>(command, terminal, importFile);
}

const explanation = `
Recognised names of columns, in any case and spacing: title, genre (Major Genre),
durationMinutes (Running Time min), releaseDate, description, contentRating (MPAA Rating).
Dates are YYYY-MM-DD or Mon D YYYY. A movie with the same title and release date is
updated where the row says otherwise; what a row leaves empty stays as it is.`;

/** The person at a terminal sees so many refused rows; a pipe gets all of them. */
const mostShown = 50;

async function importFile(
  session: Session,
  flags: ImportFlags,
  [path = '']: string[],
): Promise<void> {
  const [{ importMovies, emptyTally }, { KnownMovies }, { readColumns }] = await Promise.all([
    import('../import/import-movies.ts'),
    import('../import/known-movies.ts'),
    import('../import/columns.ts'),
  ]);
  const columns = flags.map ? readColumns(flags.map.join(',')) : {};
  const { source, share } = openFile(path);
  const matinee = await session.matinee();
  const progress = new Progress(session.terminal.talk);
  const tally = emptyTally();
  const forget = onInterrupt(() => {
    progress.clear();
    session.talk(`Stopped. ${summary(tally)}`);
  });
  try {
    progress.show(undefined, 'Reading the movies that are there…');
    await importMovies(
      source,
      {
        columns,
        defaultGenre: flags.defaultGenre,
        defaultDuration: flags.defaultDuration,
        matinee,
        known: await KnownMovies.read(matinee),
        isDryRun: flags.dryRun === true,
        onProgress: (so, rows) => progress.show(share(), `row ${rows}  ${told(so)}`),
      },
      tally,
    );
  } catch (error) {
    progress.clear();
    session.talk(`Stopped before the end. ${summary(tally)}`);
    throw error;
  } finally {
    forget();
    source.destroy();
  }
  progress.clear();
  report(session, flags, tally);
}

function report(session: Session, flags: ImportFlags, tally: Tally): void {
  const { created, updated, unchanged, refused } = tally;
  const refusedRows = tally.refusedRows.toSorted((a, b) => a.row - b.row);
  const shown = session.terminal.talk.isTTY ? mostShown : Infinity;
  for (const { row, reason } of refusedRows.slice(0, shown)) {
    session.talk(plain(`row ${row}: ${reason}`));
  }
  if (refusedRows.length > shown) {
    const more = count(refusedRows.length - shown, 'more row');
    session.talk(`… and ${more}: --json lists them all.`);
  }
  if (tally.unreadableRows.length > 0) {
    const rows = tally.unreadableRows
      .toSorted((a, b) => a - b)
      .slice(0, mostShown)
      .join(', ');
    session.talk(`Characters that are not UTF-8 came in as \ufffd, in row ${rows}.`);
  }
  if (flags.dryRun) {
    session.talk('Nothing was changed: this was a dry run.');
  }
  const result = { created, updated, unchanged, refused, refusedRows };
  session.answer(flags, result, () => summary(tally));
  if (refused > 0) {
    throw endsWith(exitCodes.invalid);
  }
}

/** On one line, and JSON all the same: people read it, and scripts do. */
function summary({ created, updated, unchanged, refused }: Tally): string {
  const pairs = Object.entries({ created, updated, unchanged, refused });
  return `{ ${pairs.map(([name, number]) => `"${name}": ${number}`).join(', ')} }`;
}

/** On the line of the bar there is room for what happened, not for what did not. */
function told({ created, updated, unchanged, refused }: Tally): string {
  return Object.entries({ created, updated, unchanged, refused })
    .filter(([, number]) => number > 0)
    .map(([name, number]) => `${number} ${name}`)
    .join(', ');
}

/** The file, and how much of it was read, if that can be known. */
function openFile(path: string): { source: Readable; share: () => number | undefined } {
  if (path === '-') {
    return { source: process.stdin, share: () => undefined };
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats || stats.isDirectory()) {
    throw usageError(stats ? `"${path}" is a folder.` : `There is no file "${path}".`);
  }
  const source = createReadStream(path);
  const share = () => (stats.size > 0 ? source.bytesRead / stats.size : undefined);
  return { source, share };
}

function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

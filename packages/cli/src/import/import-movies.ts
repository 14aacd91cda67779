import type { Matinee } from '@matinee/sdk';
import type { MovieRow } from './columns.ts';
import { claim, contradictions, differences, remember } from './known-movies.ts';
import type { KnownMovies } from './known-movies.ts';
import { movieIdentity, readMovie } from './movie-row.ts';
import type { ReadMovie, ReadOptions } from './movie-row.ts';
import type { RawRow } from './rows.ts';

/** A row that was refused, and the reason. */
export interface RefusedRow {
  row: number;
  reason: string;
}

/** The result of an import so far. */
export interface Tally {
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  refusedRows: RefusedRow[];
  /** The number of rows without any value. */
  blank: number;
  /** The number of new movies that have the default. */
  defaults: { genre: number; durationMinutes: number };
  /** All columns of the file. */
  columns: Set<string>;
  /** Rows with U+FFFD: characters that were lost before or during decoding. */
  unreadableRows: number[];
}

export interface ImportOptions extends ReadOptions {
  matinee: Matinee;
  known: KnownMovies;
  /** Computes the result and changes nothing. */
  isDryRun: boolean;
  onProgress: (tally: Tally, rows: number) => void;
}

/** Simultaneous requests: enough to hide the latency, and few enough not to load the server. */
const lanes = 8;

/** Imports the rows of a file. The tally is correct at any moment. */
export async function importMovies(
  rows: AsyncIterable<RawRow>,
  options: ImportOptions,
  tally: Tally,
): Promise<void> {
  const running = new Map<string, Promise<void>>();
  let failure: { error: unknown } | undefined;

  for await (const raw of rows) {
    const { row } = raw;
    options.onProgress(tally, row);
    const reading = readRow(raw, options, tally);
    if (!reading) {
      continue;
    }
    // Rows about the same movie wait for one another.
    const identity = movieIdentity(reading.movie);
    const before = running.get(identity) ?? Promise.resolve();
    const work = before
      .then(() => bringIn(reading, { ...options, tally, row }))
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.get(identity) === work && running.delete(identity));
    running.set(identity, work);
    if (running.size >= lanes) {
      await Promise.race(running.values());
    }
    if (failure) {
      break;
    }
  }
  await Promise.all(running.values());
  if (failure) {
    throw failure.error;
  }
}

export function emptyTally(columns: Iterable<string> = []): Tally {
  return {
    created: 0,
    updated: 0,
    unchanged: 0,
    refused: 0,
    refusedRows: [],
    blank: 0,
    defaults: { genre: 0, durationMinutes: 0 },
    columns: new Set(columns),
    unreadableRows: [],
  };
}

/** The movie in a row. A row without one is counted. */
function readRow(
  { row, record, fault, isBlank }: RawRow,
  options: ImportOptions,
  tally: Tally,
): ReadMovie | undefined {
  if (isBlank) {
    tally.blank += 1;
    return undefined;
  }
  for (const name of Object.keys(record ?? {})) {
    tally.columns.add(name);
  }
  const reading = record ? readMovie(record, options) : { fault: fault ?? 'the row is empty' };
  if ('fault' in reading) {
    refuse(tally, row, reading.fault);
    return undefined;
  }
  return reading;
}

type RowOptions = ImportOptions & { tally: Tally; row: number };

async function bringIn(reading: ReadMovie, options: RowOptions): Promise<void> {
  const { tally, row } = options;
  try {
    const outcome = await createOrUpdate(reading, options);
    if (typeof outcome === 'object') {
      refuse(tally, row, outcome.fault);
      return;
    }
    tally[outcome] += 1;
    if (Object.values(reading.movie).some((value) => String(value).includes('\ufffd'))) {
      tally.unreadableRows.push(row);
    }
  } catch (error) {
    refuse(tally, row, await reasonOf(error));
  }
}

/**
 * Several rows about one movie complete each other. A row that contradicts an earlier one is
 * refused: otherwise each import would update the movie once for each of these rows.
 */
async function createOrUpdate(
  { movie, given }: ReadMovie,
  { matinee, known, isDryRun, tally, row }: RowOptions,
): Promise<'created' | 'updated' | 'unchanged' | { fault: string }> {
  const there = known.find(movie, given);
  if (!there) {
    const created = known.add(isDryRun ? movie : await matinee.movies.create(movie));
    claim(created, row, given);
    tally.defaults.genre += given.genre === undefined ? 1 : 0;
    tally.defaults.durationMinutes += given.durationMinutes === undefined ? 1 : 0;
    return 'created';
  }
  const others = contradictions(there, given);
  if (there.claim && others.length > 0) {
    const what = others.map((key) => `another ${labels[key]}`).join(' and ');
    return {
      fault: `the movie of row ${there.claim.row} has the same title and year, but ${what}`,
    };
  }
  const changes = differences(there, given);
  const isSame = Object.keys(changes).length === 0;
  if (!isSame && !isDryRun) {
    const { id, revision } = there;
    remember(there, await matinee.movies.update({ movieId: id, revision, ...changes }));
  } else if (!isSame) {
    remember(there, changes);
  }
  claim(there, row, given);
  return isSame ? 'unchanged' : 'updated';
}

const labels: Record<keyof MovieRow, string> = {
  title: 'title',
  genre: 'genre',
  durationMinutes: 'duration',
  releaseDate: 'release date',
  description: 'description',
  contentRating: 'content rating',
  minimumAge: 'minimum age',
  ageRule: 'age rule',
};

function refuse(tally: Tally, row: number, reason: string): void {
  tally.refused += 1;
  tally.refusedRows.push({ row, reason });
}

/** The reason of a refusal that concerns one row. Any other failure would affect all rows. */
async function reasonOf(error: unknown): Promise<string> {
  const { isMatineeError } = await import('@matinee/sdk');
  if (isMatineeError(error) && [400, 404, 409, 413, 422].includes(error.status)) {
    return error.userMessage;
  }
  throw error;
}

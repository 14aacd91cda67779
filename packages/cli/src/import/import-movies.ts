import type { Readable } from 'node:stream';
import type { Matinee } from '@matinee/sdk';
import { differences } from './known-movies.ts';
import type { KnownMovies } from './known-movies.ts';
import { movieIdentity, readMovie } from './movie-row.ts';
import type { ReadMovie, ReadOptions } from './movie-row.ts';
import { readRows } from './rows.ts';

/** A row that did not go in, and why. */
export interface RefusedRow {
  row: number;
  reason: string;
}

/** How an import went so far. */
export interface Tally {
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  refusedRows: RefusedRow[];
  /** Rows with characters that were lost before they got here. */
  unreadableRows: number[];
}

export interface ImportOptions extends ReadOptions {
  matinee: Matinee;
  known: KnownMovies;
  /** Only says what would be done. */
  isDryRun: boolean;
  onProgress: (tally: Tally, rows: number) => void;
}

/** Rows on their way at once: enough to hide the network, few enough to leave the server free. */
const lanes = 8;

/** Brings the rows of a file to the server. The tally is true at any moment. */
export async function importMovies(
  source: Readable,
  options: ImportOptions,
  tally: Tally,
): Promise<void> {
  const running = new Map<string, Promise<void>>();
  let failure: { error: unknown } | undefined;

  for await (const { row, record, fault } of readRows(source)) {
    const reading = record ? readMovie(record, options) : { fault: fault ?? 'is empty' };
    options.onProgress(tally, row);
    if ('fault' in reading) {
      refuse(tally, row, reading.fault);
      continue;
    }
    // One movie named twice in the file is worked on one row after the other.
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

export function emptyTally(): Tally {
  return {
    created: 0,
    updated: 0,
    unchanged: 0,
    refused: 0,
    refusedRows: [],
    unreadableRows: [],
  };
}

async function bringIn(
  reading: ReadMovie,
  options: ImportOptions & { tally: Tally; row: number },
): Promise<void> {
  const { tally, row } = options;
  try {
    const outcome = await createOrUpdate(reading, options);
    tally[outcome] += 1;
    if (Object.values(reading.movie).some((value) => String(value).includes('\ufffd'))) {
      tally.unreadableRows.push(row);
    }
  } catch (error) {
    refuse(tally, row, await reasonOf(error));
  }
}

async function createOrUpdate(
  { movie, told }: ReadMovie,
  { matinee, known, isDryRun }: ImportOptions,
): Promise<'created' | 'updated' | 'unchanged'> {
  const there = known.find(movie);
  if (!there) {
    known.add(isDryRun ? movie : await matinee.movies.create(movie));
    return 'created';
  }
  const changes = differences(there, told);
  if (Object.keys(changes).length === 0) {
    return 'unchanged';
  }
  const { id, revision } = there;
  known.add(isDryRun ? movie : await matinee.movies.update({ movieId: id, revision, ...changes }));
  return 'updated';
}

function refuse(tally: Tally, row: number, reason: string): void {
  tally.refused += 1;
  tally.refusedRows.push({ row, reason });
}

/** A refusal that is about this row is told; any other failure would meet the next row as well. */
async function reasonOf(error: unknown): Promise<string> {
  const { isMatineeError } = await import('@matinee/sdk');
  if (isMatineeError(error) && [400, 404, 409, 413, 422].includes(error.status)) {
    return error.message;
  }
  throw error;
}

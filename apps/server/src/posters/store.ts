import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { isFile } from './names.ts';

/** A part of a file, in bytes; both ends are part of it. */
export interface Range {
  start: number;
  end: number;
}

/** A file that is being read. Its stream must be read or destroyed. */
export interface OpenFile {
  /** Of the whole file, in bytes. */
  size: number;
  body: Readable;
}

/** A file of a list. */
export interface ListedFile {
  name: string;
  /** When it was last put, in milliseconds since 1970, by the store's clock. */
  putAt: number;
}

/**
 * Where posters and their renditions are kept, for all servers together.
 *
 * An empty file counts as none: caches would keep it for a year. All methods throw `UnavailableError` if
 * the store does not respond, and an `Error` for names that are none of `names.ts`.
 */
export interface PosterStore {
  /** For a person; without secrets. */
  readonly description: string;
  /** Writes a file, whole or not at all. One that is there is written again, and counts as new. */
  put(name: string, bytes: Buffer): Promise<void>;
  /** The size of a file in bytes; undefined if there is none. */
  sizeOf(name: string): Promise<number | undefined>;
  /** Opens a file, or a part of it that is inside the file; undefined if there is none. */
  open(name: string, range?: Range): Promise<OpenFile | undefined>;
  /** All files, also those that are not ours. Files that change meanwhile may be missing. */
  list(): AsyncIterable<ListedFile>;
  /** Removes a file, and half a file too; one that is not there is no failure. */
  remove(name: string): Promise<void>;
}

/** @throws Error for a name that no poster or rendition has: nothing is written elsewhere */
export function assertFile(name: string): void {
  if (!isFile(name)) {
    throw new Error(`${JSON.stringify(name)} is not the name of a poster.`);
  }
}

/** More than any picture of ours, which has at most 2,000 × 2,000 pixels of eight bytes. */
const mostBytes = 64 * 1024 * 1024;

/** All bytes of a file; undefined if there is none. @throws Error for a file that is too large for a picture */
export async function readWhole(store: PosterStore, name: string): Promise<Buffer | undefined> {
  const file = await store.open(name);
  if (!file) {
    return undefined;
  }
  if (file.size > mostBytes) {
    file.body.destroy();
    throw new Error(`${name} is too large for a poster.`);
  }
  return buffer(file.body);
}

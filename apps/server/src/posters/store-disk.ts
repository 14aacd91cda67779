import { mkdir, open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { masterOf } from './names.ts';
import { assertFile } from './store.ts';
import type { ListedFile, OpenFile, PosterStore, Range } from './store.ts';

/** Posters in a folder: `UPLOAD_DIR`. Several servers share it. */
export class DiskStore implements PosterStore {
  readonly description: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.description = folder;
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    const file = this.#pathOf(name);
    // The same picture again is not written over: on a full disk both would be lost.
    if (bytes.equals((await readFile(file).catch(ifMissing)) ?? Buffer.alloc(0))) {
      const now = new Date();
      await utimes(file, now, now);
    } else {
      await writeDurably(file, bytes);
    }
  }

  async sizeOf(name: string): Promise<number | undefined> {
    const found = await stat(this.#pathOf(name)).catch(ifMissing);
    return found?.isFile() && found.size > 0 ? found.size : undefined;
  }

  async open(name: string, range?: Range): Promise<OpenFile | undefined> {
    const handle = await open(this.#pathOf(name)).catch(ifMissing);
    if (!handle) {
      return undefined;
    }
    const found = await handle.stat();
    if (!found.isFile() || found.size === 0) {
      await handle.close();
      return undefined;
    }
    return { size: found.size, body: handle.createReadStream(range) };
  }

  async *list(): AsyncIterable<ListedFile> {
    for (const name of (await readdir(this.#folder).catch(ifMissing)) ?? []) {
      const found = await stat(path.join(this.#folder, name)).catch(ifMissing);
      if (found) {
        yield { name, putAt: found.mtimeMs };
      }
    }
  }

  async remove(name: string): Promise<void> {
    if (masterOf(name) === undefined) {
      assertFile(name);
    }
    await rm(path.join(this.#folder, name), { force: true });
  }

  #pathOf(name: string): string {
    assertFile(name);
    return path.join(this.#folder, name);
  }
}

/** @returns undefined, where a file is not there @throws every other error */
function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}

/** Under its name only once it is on the disk. */
async function writeDurably(file: string, bytes: Buffer): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, bytes, { fsync: true });
  // The library writes once and does not ask how much was written: a full disk takes only a part.
  const { size } = await stat(file);
  if (size !== bytes.length) {
    await rm(file, { force: true });
    throw new Error(
      `Only ${size} of the ${bytes.length} bytes of a poster were written. Is the disk full?`,
    );
  }
}

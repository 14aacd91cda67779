import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Log } from '@matinee/api';
import pLimit from 'p-limit';
import { renditionOf, sumOf } from './names.ts';
import type { Extension, Width } from './names.ts';
import { render } from './pictures.ts';
import { readWhole } from './store.ts';
import type { PosterStore } from './store.ts';

/** What became of a rendition that someone asked for first. */
export type RenditionOutcome = 'made' | 'failed' | 'skipped';

export interface RenditionOptions {
  store: PosterStore;
  log: Log;
  count: (outcome: RenditionOutcome) => void;
}

/** A rendition that is to be made. */
export interface Wanted {
  master: string;
  width: Width;
  extension: Extension;
}

/** Half of the machine stays with those who book; libvips encodes on one core each. */
const mostAtATime = Math.min(2, Math.ceil(availableParallelism() / 2));
/**
 * Renditions that wait for their turn. A page of posters that are shown for the first time wants more, but
 * whoever is last would wait for seconds: they get the master.
 */
const mostWaiting = 16;

/**
 * Makes renditions when they are first asked for, and keeps them beside their master. At upload they would
 * all be made, on the time of the administrator, and most of them for no reader.
 */
export class Renditions {
  readonly #options: RenditionOptions;
  readonly #limit = pLimit(mostAtATime);
  /** Each is made once, for all who wait for it. */
  readonly #underWay = new Map<string, Promise<Buffer | undefined>>();

  constructor(options: RenditionOptions) {
    this.#options = options;
  }

  /**
   * The bytes of a rendition that is not in the store; undefined without its master.
   *
   * @returns `busy` if too many others wait
   * @throws Error if the master is damaged, UnavailableError if the store does not respond
   */
  make(wanted: Wanted): Promise<Buffer | undefined> | 'busy' {
    const name = renditionOf(wanted.master, wanted.width, wanted.extension);
    const known = this.#underWay.get(name);
    if (known) {
      return known;
    }
    if (this.#limit.pendingCount >= mostWaiting) {
      this.#options.count('skipped');
      return 'busy';
    }
    const making = this.#limit(() => this.#make(name, wanted)).finally(() => {
      this.#underWay.delete(name);
    });
    this.#underWay.set(name, making);
    return making;
  }

  async #make(name: string, { master, width, extension }: Wanted): Promise<Buffer | undefined> {
    const { store, log, count } = this.#options;
    try {
      // Made while this one waited: by another server, or just before it was asked for.
      const kept = await readWhole(store, name);
      const bytes = kept ?? (await readWhole(store, master));
      if (kept || !bytes) {
        return kept;
      }
      assertUndamaged(master, bytes);
      const made = await render(bytes, width, extension);
      count('made');
      await store.put(name, made).catch((err: unknown) => {
        log.warn({ err, name }, 'A rendition of a poster cannot be kept; it will be made again');
      });
      return made;
    } catch (error) {
      count('failed');
      throw error;
    }
  }
}

/** @throws Error for a master whose bytes are not those that its name was made of */
function assertUndamaged(master: string, bytes: Buffer): void {
  const sum = sumOf(master);
  if (sum !== undefined && createHash('sha256').update(bytes).digest('hex') !== sum) {
    throw new Error(
      `The poster ${master} is damaged: upload it again, or restore it from a backup.`,
    );
  }
}

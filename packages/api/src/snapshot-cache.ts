import { setTimeout as delay } from 'node:timers/promises';
import type { Observer } from './observer.ts';
import type { SharedSnapshots } from './shared-snapshots.ts';

/** What was found nowhere is looked for again after so long, while another server reads it: in milliseconds. */
const waitMs = 10;
/** For how long in all; then this server reads it as well. */
const mostWaitMs = 50;

/** How a snapshot becomes a text that only has what every caller may see, and is made of it again. */
export interface SnapshotForm<Snapshot> {
  encode(snapshot: Snapshot, key: string): string;
  /** Undefined for a text that does not fit this server any more. A failure counts as that. */
  decode(text: string, key: string): Promise<Snapshot | undefined> | Snapshot | undefined;
}

interface Options<Snapshot> {
  /** Of the kind of snapshot; also in the figures. */
  name: string;
  /** From the moment before the reading, in milliseconds. */
  maxAgeMs: number;
  /** How many are kept at most; without it, all that are young. */
  mostKept?: number;
  /**
   * Whether callers wait for a reading under way however old it is: a database that is slow is asked once, and
   * what they get may be older.
   */
  sharesSlow?: boolean;
  observer: Observer;
  /** The other servers, if there are any to share with, and the form in which this is done. */
  shared?: { snapshots: SharedSnapshots | undefined; form: SnapshotForm<Snapshot> };
}

interface Entry<Snapshot> {
  /** By `performance.now()`, as the next. */
  readonly askedAt: number;
  /** Not after the reading began. */
  at: number;
  isRead: boolean;
  snapshot: Promise<Snapshot>;
}

/**
 * Snapshots that many callers may share while they are young: one reading for all who ask within `maxAgeMs`, and
 * one for all servers that share a store. For what is the same for every caller, and for views alone: a decision
 * reads the database.
 */
export class SnapshotCache<Snapshot extends object> {
  readonly #options: Options<Snapshot>;
  /** In the order in which they were asked for. */
  readonly #entries = new Map<string, Entry<Snapshot>>();

  constructor(options: Options<Snapshot>) {
    this.#options = options;
  }

  /** How many snapshots are kept. */
  get kept(): number {
    return this.#entries.size;
  }

  /**
   * A snapshot whose reading began at most `maxAgeMs` before this call, or later.
   *
   * @param read reads it from the database; called when no young one is known
   * @throws what `read` throws
   */
  get(key: string, read: () => Promise<Snapshot>): Promise<Snapshot> {
    const now = performance.now();
    const known = this.#entries.get(key);
    if (known && this.#isUsable(known, now)) {
      return known.snapshot;
    }
    this.#forgetOld(now);
    const reading = Promise.withResolvers<Snapshot>();
    const entry: Entry<Snapshot> = {
      askedAt: now,
      at: now,
      isRead: false,
      snapshot: reading.promise,
    };
    // Deleted first: the map is kept in the order of age.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const done = (snapshot: Snapshot) => {
      entry.isRead = true;
      reading.resolve(snapshot);
    };
    this.#take(key, { read, entry }).then(done, (error: unknown) => {
      if (this.#entries.get(key) === entry) {
        this.#entries.delete(key);
      }
      reading.reject(error);
    });
    return entry.snapshot;
  }

  async #take(key: string, parts: Parts<Snapshot>): Promise<Snapshot> {
    const { shared } = this.#options;
    return shared?.snapshots
      ? this.#takeShared(key, { ...parts, snapshots: shared.snapshots, form: shared.form })
      : this.#read(parts.read);
  }

  #read(read: () => Promise<Snapshot>): Promise<Snapshot> {
    const { name, observer } = this.#options;
    observer.snapshotTaken(name, 'database');
    return read();
  }

  /** Takes what another server has read, or reads it for the others. */
  async #takeShared(key: string, parts: SharingParts<Snapshot>): Promise<Snapshot> {
    const { read, entry, snapshots, form } = parts;
    const { name, maxAgeMs, observer } = this.#options;
    const sharedName = `${name}:${key}`;
    for (;;) {
      const sentAt = performance.now();
      const found = await snapshots.find(sharedName);
      if (!found) {
        return this.#read(read);
      }
      const snapshot = found.text === undefined ? undefined : await decoded(form, found.text, key);
      if (found.isDamaged || (found.text !== undefined && !snapshot)) {
        observer.snapshotTaken(name, 'ignored');
      }
      // The question was on its way meanwhile, and the clocks of the store and of this server are not compared.
      const at = sentAt - found.ageMs;
      if (snapshot && this.#isYoung(at, performance.now())) {
        entry.at = Math.min(entry.at, at);
        observer.snapshotTaken(name, 'store');
        return snapshot;
      }
      const isLate = performance.now() - entry.askedAt >= mostWaitMs;
      if (isLate || (await snapshots.claim(sharedName))) {
        const own = await this.#read(read);
        snapshots.put(sharedName, form.encode(own, key), { fromMs: found.storeMs, maxAgeMs });
        return own;
      }
      await delay(waitMs);
    }
  }

  #isYoung(at: number, now: number): boolean {
    return now - at < this.#options.maxAgeMs;
  }

  #isUsable({ at, isRead }: Entry<Snapshot>, now: number): boolean {
    return this.#isYoung(at, now) || (this.#options.sharesSlow === true && !isRead);
  }

  #forgetOld(now: number): void {
    const { mostKept = Infinity } = this.#options;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size < mostKept && this.#isUsable(entry, now)) {
        return;
      }
      this.#entries.delete(key);
    }
  }
}

interface Parts<Snapshot> {
  read: () => Promise<Snapshot>;
  entry: Entry<Snapshot>;
}

interface SharingParts<Snapshot> extends Parts<Snapshot> {
  snapshots: SharedSnapshots;
  form: SnapshotForm<Snapshot>;
}

async function decoded<Snapshot>(
  form: SnapshotForm<Snapshot>,
  text: string,
  key: string,
): Promise<Snapshot | undefined> {
  try {
    return await form.decode(text, key);
  } catch {
    return undefined;
  }
}

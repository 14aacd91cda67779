import { createHmac, timingSafeEqual } from 'node:crypto';

/*
 * Snapshots that the servers of an installation share, each for a fraction of a second. A store such as Redis
 * only saves readings of the database: what is decided never reads it, and it is trusted with nothing.
 */

/** What a store has under a key. */
interface Stored {
  /** Undefined: nothing, or nothing of ours. */
  value: string | undefined;
  /** The clock of the store in milliseconds, read after the value. */
  storeMs: number;
}

/** Keeps values for all servers; brought by the host. A method throws nothing and is soon back. */
export interface SnapshotStore {
  /** Undefined when the store cannot be asked now. */
  find(key: string): Promise<Stored | undefined>;
  /** Whether this server is the first to claim the key within so many milliseconds. */
  claim(key: string, ms: number): Promise<boolean>;
  /** Keeps a value for so many milliseconds; one that cannot be kept is lost. */
  put(key: string, value: string, ms: number): void;
}

/** What was found for a snapshot, and how old it is. */
interface Found {
  /** Undefined: nothing that can be used. */
  text: string | undefined;
  /** Its greatest possible age in the store. */
  ageMs: number;
  /** The clock of the store, for a snapshot that is read from the database after this. */
  storeMs: number;
  /** There was a value that this installation has not put there. */
  isDamaged: boolean;
}

/** Changes with the form of any snapshot. */
const format = 1;

/** Characters of a snapshot that is shared: a map of 500 seats has some 1,500. */
const mostCharacters = 200_000;

/** For how long the others leave a reading to the server that claimed it. */
const claimMs = 100;

/** Of an installation: what tells it from others that use the same store. */
export interface Installation {
  /** Of its database. */
  identity: string;
  /** Of its release: only equal releases share. */
  version: string;
  /** The secret of its configuration. */
  secret: string;
}

/**
 * The snapshots of one installation in a store. Keys and values are sealed with a key that is derived from the
 * secret of the configuration: what another installation, another release or a person has put into the store is
 * not read.
 *
 * A snapshot carries the clock of the store from before its reading began. Its age is the difference to the same
 * clock when it is found, so that no two clocks are compared, and a value that arrived late in the store is old.
 */
export class SharedSnapshots {
  readonly #store: SnapshotStore;
  readonly #key: Buffer;
  readonly #prefix: string;

  constructor(store: SnapshotStore, { identity, version, secret }: Installation) {
    this.#store = store;
    this.#key = createHmac('sha256', secret).update('shared snapshots').digest();
    const names = [format, version, identity].join('\n');
    this.#prefix = `matinee:${this.#sign(names).slice(0, 22)}`;
  }

  /** What there is, of whatever age; undefined when the store cannot be asked. */
  async find(name: string): Promise<Found | undefined> {
    const key = this.#keyOf(name);
    const stored = await this.#store.find(key);
    if (!stored) {
      return undefined;
    }
    const { value, storeMs } = stored;
    const opened = value === undefined ? undefined : this.#open(key, value);
    const ageMs = storeMs - (opened?.readFromMs ?? storeMs);
    return {
      // A clock that was set back says nothing about an age.
      text: ageMs >= 0 ? opened?.text : undefined,
      ageMs,
      storeMs,
      isDamaged: value !== undefined && !opened,
    };
  }

  /** Whether this server is to read the database, of those that found nothing. */
  claim(name: string): Promise<boolean> {
    return this.#store.claim(`${this.#keyOf(name)}:claim`, claimMs);
  }

  /** @param fromMs the clock of the store, as it was found before the reading began */
  put(
    name: string,
    text: string,
    { fromMs, maxAgeMs }: { fromMs: number; maxAgeMs: number },
  ): void {
    if (text.length <= mostCharacters) {
      const key = this.#keyOf(name);
      const content = `${fromMs} ${text}`;
      this.#store.put(key, `${this.#sign(`${key}\n${content}`)} ${content}`, maxAgeMs);
    }
  }

  #keyOf(name: string): string {
    return `${this.#prefix}:${name}`;
  }

  #open(key: string, value: string): { readFromMs: number; text: string } | undefined {
    const end = value.indexOf(' ');
    const content = value.slice(end + 1);
    const [given, expected] = [value.slice(0, end), this.#sign(`${key}\n${content}`)].map((mark) =>
      Buffer.from(mark),
    );
    if (!given || !expected || given.length !== expected.length) {
      return undefined;
    }
    const from = content.indexOf(' ');
    return timingSafeEqual(given, expected)
      ? { readFromMs: Number(content.slice(0, from)), text: content.slice(from + 1) }
      : undefined;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** A lock on a table that keeps customers from writing or reading. */
export interface HeldLock {
  table: string;
  mode: string;
  heldMs: number;
}

export const intervalMs = 5;

/** Locks that conflict with what a booking or a list takes, on the product's tables. */
const heldNow = /* sql */ `
  select l.pid || ' ' || coalesce(l.virtualtransaction, '') || ' ' || c.relname || ' ' || l.mode as key,
    c.relname as table, l.mode
  from pg_locks l join pg_class c on c.oid = l.relation
  where l.granted and l.locktype = 'relation' and c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    and l.database = (select oid from pg_database where datname = current_database())
    and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    and c.relname <> 'migrations'`;

/** One that was there at the last look, with the instant of the first. */
interface Present extends HeldLock {
  since: number;
}

/** Looks at the locks of a database again and again. */
export class LockWatch {
  readonly #client: Client;
  /** The longest of each table and mode. */
  readonly #longest = new Map<string, HeldLock>();
  readonly #watching: Promise<void>;
  #isStopping = false;

  private constructor(client: Client) {
    this.#client = client;
    this.#watching = this.#watch();
  }

  static async start(url: string): Promise<LockWatch> {
    const client = new Client({ connectionString: url, application_name: 'lock-watch' });
    await client.connect();
    return new LockWatch(client);
  }

  /** @returns the locks that were seen, the longest first */
  async stop(): Promise<HeldLock[]> {
    this.#isStopping = true;
    await this.#watching;
    await this.#client.end();
    return [...this.#longest.values()].toSorted((a, b) => b.heldMs - a.heldMs);
  }

  async #watch(): Promise<void> {
    let present = new Map<string, Present>();
    while (!this.#isStopping) {
      const { rows } = await this.#client.query<{ key: string; table: string; mode: string }>(
        heldNow,
      );
      const now = performance.now();
      // A transaction may let go of a lock, in a step that is rolled back, and take it again.
      present = new Map(
        rows.map(({ key, table, mode }) => {
          const since = present.get(key)?.since ?? now;
          return [key, { table, mode, since, heldMs: now - since }];
        }),
      );
      for (const lock of present.values()) {
        this.#note(lock);
      }
      await delay(intervalMs);
    }
  }

  #note({ table, mode, heldMs }: HeldLock): void {
    const key = `${table} ${mode}`;
    if (heldMs >= (this.#longest.get(key)?.heldMs ?? 0)) {
      this.#longest.set(key, { table, mode, heldMs });
    }
  }
}

import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import type { Log } from '../log.ts';

/** How long uses are gathered, and how many at most: others are noted at a later call. */
const gatherMs = 30_000;
const most = 10_000;

/** A session in constant use is written once in five minutes. */
const noteUses = statement(
  `update sessions set last_used_at = clock_timestamp() where id in (
     select id from sessions
     where id = any($1) and coalesce(last_used_at, created_at) < clock_timestamp() - interval '5 minutes'
     order by id for no key update skip locked)`,
);

/** Notes when sessions are used: beside the calls, so that no call writes for it. */
export class SessionUses {
  readonly #db: Database;
  readonly #log: Log;
  #used = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
  }

  note(sessionId: string): void {
    if (this.#used.size < most) {
      this.#used.add(sessionId);
    }
    this.#timer ??= setTimeout(() => void this.settle(), gatherMs).unref();
  }

  /** Writes what was noted. A failure is logged: the sessions look unused for a while longer. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const used = [...this.#used];
    this.#used = new Set();
    if (used.length === 0) {
      return;
    }
    await query(this.#db, noteUses, [used]).catch((err: unknown) => {
      this.#log.debug({ err }, 'The uses of sessions could not be noted');
    });
  }
}

import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { clientOf } from '../address.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { RequestContext } from '../context.ts';
import type { ErrorCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Observer } from '../observer.ts';
import { writeEntry } from './write.ts';

/** The refusals that say something about who calls; of the others, a line of the access log is enough. */
const notable: ReadonlySet<ErrorCode> = new Set([
  'INVALID_CREDENTIALS',
  'RATE_LIMITED',
  'FORBIDDEN',
  'TOKEN_INVALID',
  'LAST_ADMIN',
]);

/** A client that is refused over and over is one entry in so many milliseconds. */
const quietMs = 15 * 60_000;
/** Kinds of refusals that this server remembers having written. */
const mostRemembered = 10_000;

/** What refusals need of the product. */
interface Sources {
  log: Log;
  observer: Observer;
  pool: Pool;
  fork: () => EntityManager;
  clock: () => Date;
}

/** A refusal of a call. */
export interface Refusal {
  procedure: string;
  code: ErrorCode;
  request: Pick<RequestContext, 'remoteAddress' | 'requestId' | 'notes'>;
}

/**
 * Reports refusals to the log, each, and to the audit log, the first of a kind in a quarter of an
 * hour: nobody can fill the table by being refused. Nothing waits for the entry.
 */
export class Refusals {
  readonly #sources: Sources;
  readonly #written = new BoundedMap<string, true>(mostRemembered);
  readonly #pending = new Set<Promise<void>>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  note({ procedure, code, request }: Refusal): void {
    const { remoteAddress, requestId, notes } = request;
    // Only who has an API key can have it refused.
    const isKey = notes.apiKeyId !== undefined;
    if (!notable.has(code) && !(isKey && code === 'TOKEN_EXPIRED')) {
      return;
    }
    if (code === 'INVALID_CREDENTIALS') {
      this.#sources.observer.signInFailed();
    }
    const entry = {
      action: procedure,
      actorId: notes.userId ?? notes.apiKeyId ?? null,
      subject: notes.subject ?? null,
    };
    const fields = { ...entry, outcome: code, address: remoteAddress, requestId };
    this.#sources.log.warn(fields, 'security');
    // A forged token names a user who has nothing to do with it: anyone can make one.
    if (code !== 'TOKEN_INVALID' || isKey) {
      this.#keep({ ...entry, data: { code } }, remoteAddress);
    }
  }

  /** Waits until every entry that was begun is written. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #keep(
    entry: { action: string; actorId: string | null; subject: string | null; data: object },
    remoteAddress: string,
  ): void {
    const { log, pool, fork, clock } = this.#sources;
    const span = Math.floor(clock().getTime() / quietMs);
    const kind = JSON.stringify([entry, clientOf(remoteAddress), span]);
    const onceKey = createHash('sha256').update(kind).digest('base64url');
    if (this.#written.get(onceKey)) {
      return;
    }
    this.#written.set(onceKey, true);
    const writing = writeEntry({ em: fork(), pool }, entry, { remoteAddress, onceKey })
      .catch((err: unknown) => log.warn({ err }, 'An entry of the audit log was not written'))
      .finally(() => this.#pending.delete(writing));
    this.#pending.add(writing);
  }
}

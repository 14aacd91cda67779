import type { Pool } from 'pg';
import { BoundedMap } from '../bounded-map.ts';
import { NaturalBatch } from '../db/natural-batch.ts';
import type { BatchFigures } from '../db/natural-batch.ts';
import { queryTogether } from '../db/query-together.ts';
import { statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import type { Log } from '../log.ts';
import type { Right } from './rights.ts';

const keyRow = {
  digest: 'text',
  id: 'uuid',
  scopes: jsonOf<Right[]>(),
  siteId: 'uuid?',
  hasExpired: 'bool',
  isRevoked: 'bool',
  isFresh: 'bool',
} as const;

/** An API key as its row is now. `isFresh`: that it is used has been noted in the last minute. */
export type ApiKeyRow = RowOf<typeof keyRow>;

const keysByDigest = statement(
  `select encode(digest, 'hex') as digest, id, to_json(scopes) as scopes, site_id as "siteId",
     coalesce(expires_at <= clock_timestamp(), false) as "hasExpired",
     revoked_at is not null as "isRevoked",
     coalesce(last_used_at > clock_timestamp() - interval '1 minute', false) as "isFresh"
   from api_keys where digest = any($1::bytea[])`,
  keyRow,
);

const noteUse = statement(
  `update api_keys set last_used_at = date_trunc('milliseconds', clock_timestamp())
   where id = $1
     and (last_used_at is null or last_used_at <= clock_timestamp() - interval '1 minute')`,
);

/** A use is noted once in so many milliseconds by one server. */
const quietMs = 60_000;
/** Keys whose last note a server remembers. */
const mostRemembered = 1_000;

/** Every call with an API key reads its row: calls that wait share one statement. */
export class ApiKeyLookup {
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #batch: NaturalBatch<Buffer, ApiKeyRow | undefined>;
  readonly #enabled: boolean;
  readonly #noted = new BoundedMap<string, number>(mostRemembered);
  readonly #pending = new Set<Promise<void>>();

  constructor(pool: Pool, { batching, log }: { batching: boolean; log: Log }) {
    this.#pool = pool;
    this.#log = log;
    this.#enabled = batching;
    this.#batch = new NaturalBatch<Buffer, ApiKeyRow | undefined>({
      most: 64,
      places: 2,
      together: async (digests) =>
        inOrder(digests, await queryTogether(pool, keysByDigest, [digests])),
      alone: async (digest) => (await this.#read([digest]))[0],
    });
  }

  /** The key with this digest as it is after this call began; undefined when there is none. */
  async find(digest: Buffer): Promise<ApiKeyRow | undefined> {
    return this.#enabled ? this.#batch.run(digest) : (await this.#read([digest]))[0];
  }

  /** Notes that a key has been used, at most once a minute. Nothing waits for it. */
  noteUse({ id, isFresh }: Pick<ApiKeyRow, 'id' | 'isFresh'>): void {
    const now = performance.now();
    if (isFresh || now - (this.#noted.get(id) ?? -quietMs) < quietMs) {
      return;
    }
    this.#noted.set(id, now);
    const { name, text } = noteUse;
    const writing = this.#pool
      .query({ name, text, values: [id] })
      .then(() => undefined)
      .catch((err: unknown) => this.#log.warn({ err }, 'The use of an API key was not noted'))
      .finally(() => this.#pending.delete(writing));
    this.#pending.add(writing);
  }

  /** Waits until every note that was begun is written. */
  async settle(): Promise<void> {
    await Promise.all(this.#pending);
  }

  get figures(): BatchFigures {
    return this.#batch.figures;
  }

  async #read(digests: readonly Buffer[]): Promise<(ApiKeyRow | undefined)[]> {
    const { name, text } = keysByDigest;
    const { rows } = await this.#pool.query<ApiKeyRow>({ name, text, values: [digests] });
    return inOrder(digests, rows);
  }
}

function inOrder(digests: readonly Buffer[], rows: ApiKeyRow[]): (ApiKeyRow | undefined)[] {
  const found = new Map(rows.map((row) => [row.digest, row]));
  return digests.map((digest) => found.get(digest.toString('hex')));
}

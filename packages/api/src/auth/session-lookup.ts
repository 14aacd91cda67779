import type { Pool } from 'pg';
import { NaturalBatch } from '../db/natural-batch.ts';
import type { BatchFigures } from '../db/natural-batch.ts';
import { queryTogether } from '../db/query-together.ts';
import { statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import type { Grant, RightsHolder } from './rights.ts';

const sessionRow = {
  sessionId: 'uuid',
  id: 'uuid',
  role: textOf<RightsHolder['role']>(),
  grants: jsonOf<Grant[] | null>({ nullable: true }),
  disabled: 'bool',
  hasSecondFactor: 'bool',
  expiresAt: 'instant',
  now: 'instant',
} as const;

/** A session with its user as the rows are now, and the database's clock. */
export type SessionRow = RowOf<typeof sessionRow>;

const sessionsById = statement(
  `select s.id as "sessionId", u.id, u.role, u.disabled_at is not null as disabled,
     u.second_factor_at is not null as "hasSecondFactor",
     s.expires_at as "expiresAt", clock_timestamp() as now, g.grants
   from sessions s join users u on u.id = s.user_id
   cross join lateral (
     select json_agg(json_build_object('siteId', site_id, 'role', role)) as grants
     from site_roles where user_id = u.id and u.role = 'staff') g
   where s.id = any($1)`,
  sessionRow,
);

/** Every signed-in call reads its session: calls that wait share one statement. */
export class SessionLookup {
  readonly #pool: Pool;
  readonly #batch: NaturalBatch<string, SessionRow | undefined>;
  readonly #enabled: boolean;

  constructor(pool: Pool, enabled: boolean) {
    this.#pool = pool;
    this.#enabled = enabled;
    this.#batch = new NaturalBatch<string, SessionRow | undefined>({
      most: 64,
      places: 2,
      together: async (ids) => inOrder(ids, await queryTogether(pool, sessionsById, [ids])),
      alone: async (id) => (await this.#read([id]))[0],
    });
  }

  /** The session as it is after this call began; undefined when it has ended. */
  async find(sessionId: string): Promise<SessionRow | undefined> {
    return this.#enabled ? this.#batch.run(sessionId) : (await this.#read([sessionId]))[0];
  }

  get figures(): BatchFigures {
    return this.#batch.figures;
  }

  async #read(ids: readonly string[]): Promise<(SessionRow | undefined)[]> {
    const { name, text } = sessionsById;
    const { rows } = await this.#pool.query<SessionRow>({ name, text, values: [ids] });
    return inOrder(ids, rows);
  }
}

function inOrder(ids: readonly string[], rows: SessionRow[]): (SessionRow | undefined)[] {
  const found = new Map(rows.map((row) => [row.sessionId, row]));
  return ids.map((id) => found.get(id.toLowerCase()));
}

import { timeLimits } from '@matinee/api';
import type { Client } from 'pg';
import { Unfit } from './unfit.ts';

/** How `DATABASE_URL` is served: by PostgreSQL, or by a pooler that lends connections per transaction. */
export type Pooler = 'none' | 'transaction';

/**
 * Whether a connection pooler, PgBouncer for example, stands between: it tells its clients a process
 * id of its own. A proxy such as HAProxy passes PostgreSQL's on.
 */
export async function isPooled(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  // The driver keeps the id for cancelling statements; its types do not show it.
  return Reflect.get(client, 'processID') !== rows[0]?.pid;
}

/** @throws Unfit unless both lead to one database */
export async function assertSameDatabase(client: Client, direct: Client): Promise<void> {
  const identity =
    'select concat(system_identifier, current_database()) as id from pg_control_system()';
  const [one, other] = await Promise.all(
    [client, direct].map((each) => each.query<{ id: string }>(identity)),
  );
  if (one?.rows[0]?.id !== other?.rows[0]?.id) {
    throw new Unfit('leads to another database than DATABASE_DIRECT_URL').of('DATABASE_URL');
  }
}

/**
 * A pooler takes no settings from a connection, so the time limits have to be settings of the role.
 *
 * @throws Unfit with the statements that set them, when one does not hold
 */
export async function assertLimits(client: Client): Promise<void> {
  const names = Object.keys(timeLimits);
  const { rows } = await client.query<{ name: string; ms: number }>(
    'select name, setting::int as ms from pg_settings where name = any($1)',
    [names],
  );
  const limits = new Map<string, number>(Object.entries(timeLimits));
  if (rows.every(({ name, ms }) => ms > 0 && ms <= (limits.get(name) ?? 0))) {
    return;
  }
  const { rows: statements } = await client.query<{ text: string }>(
    `select format('alter role %I in database %I set %s = %L;',
       current_user, current_database(), name, ms || 'ms') as text
     from unnest($1::text[], $2::int[]) as limits (name, ms)`,
    [names, Object.values(timeLimits)],
  );
  throw new Unfit(
    'statements have no time limits behind the connection pooler. Run these as the role itself or ' +
      'as a superuser, and let the pooler reconnect (RECONNECT in the console of PgBouncer): ' +
      statements.map(({ text }) => text).join(' '),
  );
}

import { query, statement } from './query.ts';
import type { Database } from './query.ts';

const identity = statement(
  `select concat_ws('/', d.datname::text, d.oid::text,
     (select extract(epoch from min(m.executed_at))::text from migrations m)) as identity
   from pg_database d where d.datname = current_database()`,
  { identity: 'text' },
);

/** Tells a database from all others, and is the same after a failover to a standby. It needs no right of its own. */
export async function installationIdentity(db: Database): Promise<string> {
  const [row] = await query(db, identity);
  return row?.identity ?? '';
}

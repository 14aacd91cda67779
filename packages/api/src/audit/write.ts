import { v7 } from 'uuid';
import { query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';

/** Something that is worth an entry. */
export interface Entry {
  /** The name of the procedure. */
  action: string;
  /** The user or the API key who did it. */
  actorId: string | null;
  /** The id of what it was done to. */
  subject: string | null;
  data: object;
}

/** The longest data that an entry keeps, as JSON. */
const longestData = 4_000;
/** The longest address: IPv6 with an IPv4 part. */
const longestAddress = 45;

const insert = statement(
  `insert into audit_events (id, at, action, actor_id, subject, data, remote_address, once_key)
   values ($1, date_trunc('milliseconds', clock_timestamp()), $2, $3, $4, $5, $6, $7)
   on conflict (once_key) do nothing`,
);

/**
 * Writes an entry of the audit log, in the transaction of `db` if there is one.
 *
 * @param onceKey set for an entry of which one is enough: a second with the same key is not written
 */
export async function writeEntry(
  db: Database,
  { action, actorId, subject, data }: Entry,
  { remoteAddress, onceKey = null }: { remoteAddress: string; onceKey?: string | null },
): Promise<void> {
  const json = JSON.stringify(data);
  const kept = json.length > longestData ? JSON.stringify({ fields: Object.keys(data) }) : json;
  const address = remoteAddress.slice(0, longestAddress);
  await query(db, insert, [v7(), action, actorId, subject, kept, address, onceKey]);
}

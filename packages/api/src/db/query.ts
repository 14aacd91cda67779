import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import type { Transaction } from 'kysely';
import type { Pool } from 'pg';

/** Where SQL runs: the transaction of `em` if there is one, else any connection of `pool`. */
export interface Database {
  readonly em: EntityManager;
  readonly pool: Pool;
}

const statementNames = new Map<string, string>();

/**
 * Runs one SQL statement with bound parameters. Outside a transaction it is a prepared statement,
 * so `text` must come from a small, fixed set and never contain a value.
 *
 * @returns the rows; instants are `Date`, `numeric` and `bigint` strings, `date` is `YYYY-MM-DD`
 */
export async function query<Row>(
  db: Database,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const transaction: Transaction<unknown> | undefined = db.em.getTransactionContext();
  if (transaction) {
    const compiled = CompiledQuery.raw(text, values as unknown[]);
    return (await transaction.executeQuery(compiled)).rows as Row[];
  }
  const result = await db.pool.query({ name: nameOf(text), text, values: [...values] });
  return result.rows as Row[];
}

/** The one row of a statement that always has one. */
export async function queryOne<Row>(
  db: Database,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row> {
  const [row] = await query<Row>(db, text, values);
  if (row === undefined) {
    throw new Error(`No row from: ${text.slice(0, 80)}`);
  }
  return row;
}

/** Runs `work` in one transaction; what it is given shadows what it was called with. */
export function inTransaction<Context extends Database, Result>(
  ctx: Context,
  work: (ctx: Context) => Promise<Result>,
): Promise<Result> {
  return ctx.em.transactional((em) => work({ ...ctx, em }));
}

/**
 * The database's clock at this moment. Read it after the row locks are held: a clock read in the
 * statement that waits for a lock shows the time before the wait.
 */
export async function databaseNow(db: Database): Promise<Date> {
  const text = `select date_trunc('milliseconds', clock_timestamp()) as now`;
  return (await queryOne<{ now: Date }>(db, text)).now;
}

function nameOf(text: string): string {
  let name = statementNames.get(text);
  if (name === undefined) {
    name = `m_${createHash('sha1').update(text).digest('hex').slice(0, 16)}`;
    statementNames.set(text, name);
  }
  return name;
}

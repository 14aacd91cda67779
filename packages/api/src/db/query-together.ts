import type { Pool } from 'pg';
import { inDatabaseSpan } from '../tracing.ts';
import { sqlStateOf } from './constraints.ts';
import { NotSent } from './natural-batch.ts';
import type { Statement } from './query.ts';

/**
 * Runs the statement of a batch on a connection of its own. The pool's own query would throw the
 * connection away on every error.
 *
 * @throws NotSent when no connection can be had
 */
export function queryTogether<Row>(
  pool: Pool,
  given: Statement<Row>,
  values: unknown[],
): Promise<Row[]> {
  return inDatabaseSpan(given.summary, () => run(pool, given, values));
}

async function run<Row>(
  pool: Pool,
  { name, text }: Statement<Row>,
  values: unknown[],
): Promise<Row[]> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw new NotSent(cause);
  });
  let lost: Error | undefined;
  try {
    const { rows } = await client.query<Row & object>({ name, text, values });
    return rows;
  } catch (error) {
    lost = isRefusal(error) ? undefined : (error as Error);
    throw error;
  } finally {
    client.release(lost ?? false);
  }
}

/** Lock timeout, deadlock, serialization: the transaction is over, the connection is not. */
function isRefusal(error: unknown): boolean {
  return /^(55P03|40P01|40001)$/.test(sqlStateOf(error)?.code ?? '');
}

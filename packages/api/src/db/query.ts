import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import type { Transaction } from 'kysely';
import type { Pool } from 'pg';
import { inDatabaseSpan } from '../tracing.ts';
import type { Columns, RowOf } from './row.ts';

/** Where SQL runs: the transaction of `em` if there is one, else any connection of `pool`. */
export interface Database {
  readonly em: EntityManager;
  readonly pool: Pool;
}

/** One SQL statement, and the type of every column that it returns. */
export interface Statement<Row> {
  readonly text: string;
  /** The name under which connections keep it prepared; undefined if it is planned for its values each time. */
  readonly name: string | undefined;
  /** What it does and to which table or function, for spans: `UPDATE reservations`. */
  readonly summary: string;
  readonly columns: Columns;
  /** Carries the row's type; never set. */
  readonly row?: Row;
}

/** A statement with the values of its parameters: `query(db, ...bound)`. */
export type Bound<Row> = [statement: Statement<Row>, values: unknown[]];

/** Of a statement that returns no rows. */
type NoColumns = Readonly<Record<string, never>>;

const statements = new Set<Statement<unknown>>();
const namesByText = new Map<string, string>();

/** The name of a statement of ours by its text; undefined for any other. */
export function nameOfStatement(text: string): string | undefined {
  return namesByText.get(text);
}

/** Every statement of the modules that have been loaded; a test prepares them all. */
export function allStatements(): ReadonlySet<Statement<unknown>> {
  return statements;
}

/**
 * Declares a statement, once, when its module is loaded. A test prepares it on the database and
 * compares the columns.
 *
 * @param text SQL with `$1`, `$2` … for the values; never contains a value itself
 * @param columns the type of each column that it returns, in any order; none by default
 */
export function statement<const C extends Columns = NoColumns>(
  text: string,
  columns?: C,
): Statement<RowOf<C>> {
  const name = `m_${createHash('sha1').update(text).digest('hex').slice(0, 16)}`;
  namesByText.set(text, name);
  return declare<C>(text, name, columns);
}

/**
 * Declares a statement that is planned for its values each time, like `statement`. For one that reads a
 * few rows or a million, as its values ask for: PostgreSQL soon plans a prepared one without its values,
 * as if for a few. A plan takes 3 to 6 ms for a report (decision 0093).
 */
export function statementPlannedEachTime<const C extends Columns>(
  text: string,
  columns: C,
): Statement<RowOf<C>> {
  return declare<C>(text, undefined, columns);
}

function declare<C extends Columns>(
  text: string,
  name: string | undefined,
  columns: C | undefined,
): Statement<RowOf<C>> {
  const made = { text, name, summary: summaryOf(text), columns: columns ?? {} };
  statements.add(made);
  return made;
}

const writing = /\b(insert into|delete from|(?<!for |key |do )update)\s+"?(\w+)/;
const reading = /\bfrom\s+"?(\w+)|\bselect\s+(\w+)\(/;

function summaryOf(text: string): string {
  const [, operation = 'select', written] = writing.exec(text) ?? [];
  const [, table, called] = reading.exec(text) ?? [];
  const target = written ?? table ?? called ?? '';
  return `${operation.split(' ', 1)[0]?.toUpperCase()} ${target}`.trim();
}

/** Runs a statement. Connections keep it prepared: `keepNames` does in transactions. */
export function query<Row>(
  db: Database,
  given: Statement<Row>,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return inDatabaseSpan(given.summary, () => run(db, given, values));
}

async function run<Row>(
  db: Database,
  { name, text }: Statement<Row>,
  values: readonly unknown[],
): Promise<Row[]> {
  const transaction: Transaction<unknown> | undefined = db.em.getTransactionContext();
  if (transaction) {
    const { rows } = await transaction.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
    return rows;
  }
  // Names differ from text to text, so no connection prepares one twice.
  const prepared = name === undefined ? {} : { name };
  const { rows } = await db.pool.query<Row & object>({ ...prepared, text, values: [...values] });
  return rows;
}

/** The one row of a statement that always returns one. */
export async function queryOne<Row>(
  db: Database,
  given: Statement<Row>,
  values: readonly unknown[] = [],
): Promise<Row> {
  const [row] = await query(db, given, values);
  if (row === undefined) {
    throw new Error(`No row from: ${given.text.slice(0, 80)}`);
  }
  return row;
}

/**
 * Runs `work` in one transaction. The context that `work` receives carries it; inside, use nothing
 * but that context.
 */
export function inTransaction<Context extends Database, Result>(
  ctx: Context,
  work: (ctx: Context) => Promise<Result>,
): Promise<Result> {
  return inDatabaseSpan('transaction', () => ctx.em.transactional((em) => work({ ...ctx, em })));
}

const clock = statement(`select date_trunc('milliseconds', clock_timestamp()) as now`, {
  now: 'instant',
});

/**
 * The database's clock at this moment. Read it after the row locks are held: a clock that is read in
 * the statement that waits for a lock shows the time before the wait.
 */
export async function databaseNow(db: Database): Promise<Date> {
  return (await queryOne(db, clock)).now;
}

import type { Client } from 'pg';
import { recordStatement } from './record.ts';
import { shapeDifferences, shapeOf } from './release.ts';
import type { RecordedStatement, RecordedStep, Release } from './release.ts';

/**
 * What servers of a release would stumble over on the database of `client`, one line each. Leaves
 * the database as it was.
 */
export async function releaseDifferences(client: Client, release: Release): Promise<string[]> {
  const found: string[] = [];
  for (const statement of release.statements) {
    found.push(...(await statementDifferences(client, statement)));
  }
  await client.query('begin');
  for (const step of release.steps) {
    found.push(...(await stepDifferences(client, step)));
  }
  await client.query('rollback');
  return found;
}

async function statementDifferences(
  client: Client,
  { text, parameters, columns }: RecordedStatement,
): Promise<string[]> {
  let present: RecordedStatement;
  try {
    present = await recordStatement(client, text);
  } catch (error) {
    return [`${text}: ${String(error)}`];
  }
  const found = new Map(present.columns.map((column) => [column.name, column]));
  const types = present.parameters.join();
  return [
    ...(types === parameters.join() ? [] : [`takes ${types} instead of ${parameters.join()}`]),
    // A column that is new comes from `select *` or `returning *` of a library.
    ...columns.flatMap(({ name, type, nullable }) => {
      const column = found.get(name);
      if (column?.type !== type) {
        return [`returns ${name} as ${column?.type} instead of ${type}`];
      }
      return column.nullable && !nullable ? [`may return null as ${name}`] : [];
    }),
  ].map((difference) => `${text}: ${difference}`);
}

async function stepDifferences(
  client: Client,
  { what, text, values, shape }: RecordedStep,
): Promise<string[]> {
  await client.query('savepoint step');
  try {
    const { rows } = await client.query<object>(text, values);
    return shapeDifferences(shape, shapeOf(rows)).map((difference) => `${what}: ${difference}`);
  } catch (error) {
    await client.query('rollback to savepoint step');
    return [`${what}: ${String(error)}`];
  }
}

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import '../index.ts';
import { describeStatement } from '../../test/describe-statement.ts';
import type { DescribedColumn } from '../../test/describe-statement.ts';
import { allStatements } from './query.ts';
import type { Statement } from './query.ts';
import { columnOf, typeNames } from './row.ts';

/*
 * Statements claim the type of every column that they return. Here the database has the last word:
 * each is prepared, and what it would return is compared with the claim.
 */

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What is wrong with the claims of a statement, one line each. */
async function wrongClaims({ text, columns }: Statement<unknown>): Promise<string[]> {
  const described = await describeStatement(client, text);
  const claimed = Object.entries(columns).map(([name, column]) => ({ name, ...columnOf(column) }));
  const found = new Map(described.map((column) => [column.name, column]));
  const unclaimed = described.filter(({ name }) => !(name in columns));
  return [
    ...unclaimed.map(({ name }) => `${name} is returned and not claimed`),
    ...claimed.flatMap((claim) => wrongClaim(claim, found.get(claim.name))),
  ];
}

function wrongClaim(
  { name, type, nullable }: { name: string; type: keyof typeof typeNames; nullable: boolean },
  column: DescribedColumn | undefined,
): string[] {
  if (!column) {
    return [`${name} is claimed and not returned`];
  }
  if (!typeNames[type].includes(column.type)) {
    return [`${name} is claimed as ${type} and returned as ${column.type}`];
  }
  const mayBeNull = column.source === 'nullable column';
  return mayBeNull && !nullable ? [`${name} may be null`] : [];
}

describe('every statement', () => {
  test('returns the columns that it claims', async () => {
    const wrong: Record<string, string[]> = {};
    for (const each of allStatements()) {
      const claims = await wrongClaims(each).catch((error: unknown) => [String(error)]);
      if (claims.length > 0) {
        wrong[each.text.replaceAll(/\s+/g, ' ').slice(0, 100)] = claims;
      }
    }
    expect(wrong).toEqual({});
    expect(allStatements().size).toBeGreaterThan(60);
  });

  test.each([
    ['a column that it does not return', 'select id from movies', { id: 'uuid', title: 'text' }],
    ['too few columns', 'select id, title from movies', { id: 'uuid' }],
    ['another type', 'select id from movies', { id: 'int' }],
    [
      'never null for a column that may be',
      'select archived_at as at from movies',
      { at: 'instant' },
    ],
  ] as const)('is found out when it claims %s', async (_what, text, columns) => {
    const wrong = await wrongClaims({ text, columns, name: 'control', summary: '' });
    expect(wrong).toHaveLength(1);
  });

  test('is found out when a table that it names is not there', async () => {
    const lost = {
      text: 'select 1 as one from nowhere',
      columns: {},
      name: 'control',
      summary: '',
    };
    await expect(wrongClaims(lost)).rejects.toThrow('nowhere');
  });
});

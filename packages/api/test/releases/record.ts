import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { installedFunctions } from '../../src/db/functions.ts';
import { migrations } from '../../src/db/migrations/index.ts';
import { ormOptions } from '../../src/db/orm.ts';
import { allStatements } from '../../src/db/query.ts';
import '../../src/index.ts';
import { describeStatement } from '../describe-statement.ts';
import { shapeOf } from './release.ts';
import type { RecordedStatement, RecordedStep, Release } from './release.ts';
import { calls, rows } from './story.ts';

interface Recording {
  version: string;
  /** Of an empty database with the present schema. */
  url: string;
  /** Statements of libraries, as they were sent. */
  ofLibraries: readonly string[];
}

/**
 * Everything that this version's servers ask of the database.
 *
 * @throws Error when the story lacks a column or a call
 */
export async function recordRelease({ version, url, ofLibraries }: Recording): Promise<Release> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const orm = await MikroORM.init(ormOptions({ url, poolSize: 1 }));
  try {
    const tables = tablesOf(orm);
    const own = [...allStatements()].map(({ text }) => plain(text));
    await assertComplete(client, { tables, own });
    const texts = [...own, ...tables.flatMap(ormStatements), ...ofLibraries];
    const statements: RecordedStatement[] = [];
    for (const text of [...new Set(texts)].toSorted()) {
      statements.push(await recordStatement(client, text));
    }
    const steps = await runStory(client, own);
    return { version, migrations: migrations.map(({ name }) => name), statements, steps };
  } finally {
    await orm.close();
    await client.end();
  }
}

/** What a statement takes and returns. */
export async function recordStatement(client: Client, text: string): Promise<RecordedStatement> {
  const columns = await describeStatement(client, text);
  return {
    text,
    parameters: await parametersOf(client, text),
    columns: columns.map(({ name, type, source }) => {
      return { name, type, nullable: source !== 'column' };
    }),
  };
}

/** Statements without parameters, such as `lock table`, cannot be prepared by name. */
async function parametersOf(client: Client, text: string): Promise<string[]> {
  if (!/^(select|insert|update|delete|with)\b/i.test(text)) {
    return [];
  }
  await client.query(`prepare recorded as ${text}`);
  const { rows: prepared } = await client.query<{ types: string[] }>(
    `select array(select t::text from unnest(parameter_types) t) as types
     from pg_prepared_statements where name = 'recorded'`,
  );
  await client.query('deallocate recorded');
  return prepared[0]?.types ?? [];
}

/** Without line breaks, for a file that people compare. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** A table of an entity with the columns that MikroORM reads and writes. */
interface EntityTable {
  name: string;
  keys: string[];
  read: string[];
  written: string[];
}

function tablesOf(orm: MikroORM): EntityTable[] {
  return [...orm.getMetadata().getAll().values()].map(({ tableName, props }) => {
    const stored = props.filter(({ persist }) => persist !== false);
    const namesOf = (some: typeof stored) => [...new Set(some.flatMap((prop) => prop.fieldNames))];
    return {
      name: tableName,
      keys: namesOf(stored.filter(({ primary }) => primary)),
      read: namesOf(stored),
      written: namesOf(stored.filter(({ generated }) => generated === undefined)),
    };
  });
}

function ormStatements({ name, keys, read, written }: EntityTable): string[] {
  const list = (columns: string[]) => columns.map((column) => `"${column}"`).join(', ');
  const assigned = written.map((column, index) => `"${column}" = $${index + 1}`).join(', ');
  const key = keys.map((column, index) => `"${column}" = $${written.length + index + 1}`);
  return [
    `select ${list(read)} from "${name}"`,
    insertOf(name, written),
    `update "${name}" set ${assigned} where ${key.join(' and ')}`,
  ];
}

function insertOf(table: string, columns: readonly string[]): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const values = columns.map((_, index) => `$${index + 1}`).join(', ');
  return `insert into "${table}" (${names}) values (${values})`;
}

interface Known {
  tables: EntityTable[];
  own: string[];
}

async function assertComplete(client: Client, { tables, own }: Known): Promise<void> {
  const missing = tables.flatMap(({ name, written }) => {
    const row = rows.find(({ table }) => table === name)?.values ?? {};
    return written.filter((column) => !(column in row)).map((column) => `${name}.${column}`);
  });
  const signatures = [...(await installedFunctions(client)).keys()];
  const names = new Set(signatures.map((signature) => signature.split('(', 1)[0]));
  const calling = own.filter((text) =>
    [...text.matchAll(/\b(\w+)\(/g)].some(([, name]) => names.has(name)),
  );
  const uncalled = calling.filter((text) => !calls.some((call) => text.includes(call.statement)));
  if (missing.length > 0 || uncalled.length > 0) {
    const lines = [...missing, ...uncalled].join('\n  ');
    throw new Error(`packages/api/test/releases/story.ts lacks:\n  ${lines}`);
  }
}

async function runStory(client: Client, own: string[]): Promise<RecordedStep[]> {
  const inserts = rows.map(({ table, values }) => ({
    what: `writes ${table}`,
    text: insertOf(table, Object.keys(values)),
    values: Object.values(values),
  }));
  const called = calls.map(({ what, statement, values }) => {
    const [text, ...others] = own.filter((each) => each.includes(statement));
    if (text === undefined || others.length > 0) {
      throw new Error(`story.ts: ${statement} is in ${others.length + 1} statements`);
    }
    return { what, text, values: [...values] };
  });
  const steps: RecordedStep[] = [];
  await client.query('begin');
  for (const step of [...inserts, ...called]) {
    const { rows: result } = await client.query<object>(step.text, step.values);
    steps.push({ ...step, shape: shapeOf(result) });
  }
  await client.query('rollback');
  return steps;
}

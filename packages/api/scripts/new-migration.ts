import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DatabaseSchema, MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { installedFunctions, installFunctions } from '../src/db/functions.ts';
import { migrate } from '../src/db/migrate.ts';
import { ormOptions } from '../src/db/orm.ts';

/*
 * Makes the migration that leads from the present migrations to the present entities and database
 * functions, adds it to the list, and writes the snapshot of the schema beside it:
 *
 *   DATABASE_URL=postgresql://… node packages/api/scripts/new-migration.ts --name add-trailers
 *
 * The database is a scratch one: all present migrations are applied to it. Read the result before
 * it lands: the difference knows nothing of rows, or of the requests that wait while a large table
 * is altered. Without a difference only the snapshot is written.
 */

const folder = new URL('../src/db/migrations/', import.meta.url);

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { name = '' } = parseArgs({ options: { name: { type: 'string' } } }).values;
  const url = process.env['DATABASE_URL'];
  if (!url || !/^([a-z][a-z0-9]*(-[a-z0-9]+)*)?$/.test(name)) {
    throw new Error('Usage: DATABASE_URL=postgresql://… new-migration.ts --name what-it-does');
  }
  const database = { url, poolSize: 2 };
  await migrate(database);
  const orm = await MikroORM.init(ormOptions(database));
  try {
    const { up, down } = await difference(orm);
    const functions = await changedFunctions(url, up);
    if (up === '' && functions.length === 0) {
      process.stdout.write(
        'The migrations lead to the entities and the functions: there is nothing to add.\n',
      );
    } else {
      await addMigration(name, { up, down, functions });
    }
    // What MikroORM's own `storeCurrentSchema` writes, which only its own `create` can call.
    const snapshot = JSON.stringify(orm.schema.getTargetSchema(), null, 2);
    await writeFile(new URL('snapshot.json', folder), `${snapshot}\n`);
  } finally {
    await orm.close();
  }
}

interface Difference {
  up: string;
  down: string;
}

/** The difference of the schema, and the definition of every function that differs. */
interface Change extends Difference {
  functions: string[];
}

/** A function may take rows of a table that the difference makes. */
async function changedFunctions(url: string, up: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const before = await installedFunctions(client);
    await client.query('begin');
    await client.query(up);
    await installFunctions(client);
    const after = await installedFunctions(client);
    await client.query('rollback');
    const changed = [...after].filter(([name, text]) => before.get(name) !== text);
    return changed.map(([, text]) => text.trimEnd());
  } finally {
    await client.end();
  }
}

async function difference(orm: MikroORM): Promise<Difference> {
  const { em, config } = orm;
  // Read here, because what MikroORM reads itself has the functions in it: its `down` would make
  // all of them anew.
  const fromSchema = await DatabaseSchema.create(
    em.getConnection(),
    em.getPlatform(),
    config,
    undefined,
    undefined,
    undefined,
    config.get('schemaGenerator').skipTables,
  );
  const { up, down } = await orm.schema.getUpdateSchemaMigrationSQL({ wrap: false, fromSchema });
  return { up: up.trim(), down: down.trim() };
}

async function addMigration(what: string, change: Change): Promise<void> {
  if (what === '') {
    throw new Error(`The schema or a function differs; add --name:\n\n${change.up}`);
  }
  const name = `${new Date().toISOString().slice(0, 10)}-${what}`;
  const className = what.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
  const list = await withEntry(name, className);
  await writeFile(new URL(`${name}.ts`, folder), source(className, change), { flag: 'wx' });
  await writeFile(new URL('index.ts', folder), list);
  process.stdout.write(`Made ${name}: say in its comment what it is for.\n`);
}

/** The list with one migration more. */
async function withEntry(name: string, className: string): Promise<string> {
  const list = await readFile(new URL('index.ts', folder), 'utf8');
  if (new RegExp(`\\b${className}\\b`).test(list)) {
    throw new Error(`There is a migration ${className}: choose another name.`);
  }
  return list
    .replace('\n\n', `\nimport { ${className} } from './${name}.ts';\n\n`)
    .replace(/\];\n$/, `  { name: '${name}', class: ${className} },\n];\n`);
}

function source(className: string, { up, down, functions }: Change): string {
  const sql = (text: string) => `/* sql */ \`\n${text.replace(/[\\`]|\$\{/g, '\\$&')}\n\``;
  return `import { Migration } from '@mikro-orm/migrations';

const change = ${sql(up)};

const undo = ${sql(down)};

/** Frozen copies of \`functions/*.sql\` as they were then. */
const functions = [
${functions.map((text) => `  ${sql(text)},`).join('\n')}
];

/** What it is for, and which rows it touches. */
export class ${className} extends Migration {
  override up(): void {
    // A function may call one that is created after it.
    this.addSql('set local check_function_bodies = off');
    for (const statement of [change, ...functions]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    this.addSql(undo);
  }
}
`;
}

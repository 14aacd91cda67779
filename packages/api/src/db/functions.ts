import { readdir, readFile } from 'node:fs/promises';
import type { Client } from 'pg';

/*
 * For the script that makes migrations and for the test that compares: nothing at run time reads
 * the files in `functions/`.
 */

const folder = new URL('functions/', import.meta.url);

/** The statements of `functions/*.sql` and of `functions/previous/*.sql`. */
export async function functionSources(): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
}

/** Installs the functions of the folder over those that are there. */
export async function installFunctions(client: Client): Promise<void> {
  // A function may call one that is created after it.
  await client.query('set check_function_bodies = off');
  for (const source of await functionSources()) {
    await client.query(source);
  }
}

/** Every function of the product with its definition, by name and arguments. */
export async function installedFunctions(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ signature: string; definition: string }>(
    `select oid::regprocedure::text as signature, pg_get_functiondef(oid) as definition
     from pg_proc
     where pronamespace = 'public'::regnamespace and not exists (
       select from pg_depend where objid = pg_proc.oid and deptype = 'e')
     order by 1`,
  );
  return new Map(rows.map(({ signature, definition }) => [signature, definition]));
}

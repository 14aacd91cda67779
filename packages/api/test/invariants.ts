import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';

const file = new URL('../src/db/invariants.sql', import.meta.url);

/** Every row that breaks a guarantee, by the name of the query that found it. */
export async function brokenInvariants(pool: Pool): Promise<Record<string, unknown[]>> {
  const text = await readFile(file, 'utf8');
  const broken: Record<string, unknown[]> = {};
  for (const [, name = '', sql = ''] of text.matchAll(/^-- name: (.+)\n([^]+?;)\s*$/gm)) {
    const { rows } = await pool.query(sql);
    if (rows.length > 0) {
      broken[name] = rows;
    }
  }
  return broken;
}

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorStatus } from './errors.ts';

/** The rows of the table in `docs/errors.md`: status and code. */
async function documented(): Promise<[code: string, status: number][]> {
  const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const rows = page.matchAll(/^\| (\d{3}) \| `([A-Z_]+)` \|/gm);
  return [...rows].map(([, status, code = '']) => [code, Number(status)]);
}

test('the documented codes are the codes there are, with their status', async () => {
  expect(await documented()).toEqual(Object.entries(errorStatus));
});

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorsTable } from './openapi/errors-table.ts';

test('docs/errors.md has the table of the codes (npm run openapi)', async () => {
  const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  expect(page).toContain(`\n\n${errorsTable()}\n\n`);
  expect(errorsTable()).toContain('| 409 | `SEATS_UNAVAILABLE` | Some of the seats');
});

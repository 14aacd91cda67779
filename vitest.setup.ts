import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import type {} from './packages/api/test/database.ts';
import { startEmbeddedPostgres } from './apps/server/src/embedded-postgres.ts';
import { makeTemplate } from './packages/api/test/template.ts';

/**
 * One PostgreSQL for all test files, each of which clones a migrated template. `TEST_DATABASE_URL`
 * uses a server that is there already: its oldest supported release, for example.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined) {
    await makeTemplate(given);
    project.provide('postgresUrl', given);
    return async () => {};
  }
  const dataDir = await mkdtemp(path.join(tmpdir(), 'matinee-test-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    // A crash of the machine may cost the test database; a crash of PostgreSQL does not.
    settings: { fsync: 'off', full_page_writes: 'off' },
  });
  await makeTemplate(postgres.url);
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

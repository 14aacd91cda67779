import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { dropTemplate, makeTemplate } from './packages/api/test/template.ts';
// By path: the set-up is loaded without the condition under which packages resolve to sources.
import { startEmbeddedPostgres } from './packages/embedded-postgres/src/index.ts';

/** What the tests of a run share: a PostgreSQL, and what the programs that they start have compiled. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Read by `compiled.ts`, in the workers.
  const compiled = await mkdtemp(path.join(tmpdir(), 'matinee-compiled-'));
  process.env.TEST_COMPILE_CACHE = compiled;
  const endPostgres = await startPostgres(project);
  return async () => {
    await endPostgres();
    await rm(compiled, { recursive: true, force: true });
  };
}

/**
 * One PostgreSQL for all test files, each of which clones a migrated template. `TEST_POSTGRES=15`
 * takes the oldest release that is supported, `TEST_DATABASE_URL` a server that is there already.
 */
async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined) {
    const template = await makeTemplate(given);
    project.provide('postgresUrl', given);
    project.provide('templateName', template.name);
    project.provide('serverRole', template.role);
    return () => dropTemplate(given, template);
  }
  const dataDir = await mkdtemp(path.join(tmpdir(), 'matinee-test-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    ...(process.env.TEST_POSTGRES === '15' ? { binariesDir: oldestRelease() } : {}),
    // A crash of the machine may cost the test database; a crash of PostgreSQL does not.
    settings: { fsync: 'off', full_page_writes: 'off' },
  });
  const { name, role } = await makeTemplate(postgres.url);
  project.provide('templateName', name);
  project.provide('serverRole', role);
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** The binaries of PostgreSQL 15, which come as an older release of the same packages. */
function oldestRelease(): string {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres-15');
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  return path.resolve(createRequire(wrapper).resolve(platform), '../../native');
}

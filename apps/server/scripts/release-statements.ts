import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { createApp, migrate } from '@matinee/api';
import type { App, Log } from '@matinee/api';
import { callerOf, recordRelease, testConfig } from '@matinee/api/testing';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import { startJobs } from '../src/jobs.ts';
import { Metrics } from '../src/metrics/metrics.ts';
import { DiskStore } from '../src/posters/store-disk.ts';
import { version } from '../src/version.ts';

/*
 * `npm run release-statements`, once for each release: writes what the servers of this version ask of
 * the database into `packages/api/src/db/releases/`, and removes the file of the release before. Until
 * the next release, `releases.test.ts` holds every change of the schema to it.
 *
 * The statements of libraries are those that PostgreSQL has logged while they were at work.
 */

const releases = fileURLToPath(new URL('../../../packages/api/src/db/releases/', import.meta.url));

/** Tables whose statements are in libraries. */
const ofLibraries = /\b(agenda_jobs|rate_limits)\b/;

if ((await readdir(releases)).includes(`${version}.json`)) {
  process.stderr.write(
    `The list of ${version} is there already. Set the new version in package.json first; to write the ` +
      `list of a version that has not been published anew, remove ${releases}${version}.json.\n`,
  );
  process.exit(1);
}

const failed = (fields: object) => process.stderr.write(`${inspect(fields)}\n`);
const quiet: Log = { error: failed, warn: failed, info: () => {}, debug: () => {} };

/** This script's own question. */
const areDone = 'select from agenda_jobs having bool_and(last_finished_at is not null)';

const folder = await mkdtemp(path.join(tmpdir(), 'matinee-release-'));
const postgres = await startEmbeddedPostgres({
  dataDir: folder,
  settings: { logging_collector: 'on', log_destination: 'jsonlog', log_statement: 'all' },
});
try {
  await migrate({ url: postgres.url });
  const app = await createApp(testConfig(postgres.url, { rateLimit: true }), { log: quiet });
  await useLibraries(app);
  const logged = await readLogged(app);
  await app.pool.query('create database recorded');
  await app.close();
  const url = Object.assign(new URL(postgres.url), { pathname: '/recorded' }).href;
  await migrate({ url });
  const release = await recordRelease({ version, url, ofLibraries: logged });
  for (const file of await readdir(releases)) {
    await rm(path.join(releases, file));
  }
  const file = path.join(releases, `${version}.json`);
  await writeFile(file, `${JSON.stringify(release, null, 2)}\n`);
  const { statements, steps } = release;
  process.stdout.write(`${file}: ${statements.length} statements, ${steps.length} steps\n`);
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

/** A sweep of the jobs from start to stop, and calls that are counted. */
async function useLibraries(app: App): Promise<void> {
  const jobs = await startJobs(app, new DiskStore(folder), new Metrics());
  const { auth } = callerOf(app);
  await auth.register({ email: 'someone@example.com', password: 'a-long-password-of-nobody' });
  while ((await app.pool.query(areDone)).rows.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await jobs.stop();
}

/** The statements of libraries in PostgreSQL's log, as they were prepared. */
async function readLogged(app: App): Promise<string[]> {
  const { rows } = await app.pool.query<{ dir: string }>(
    `select current_setting('data_directory') || '/log/' as dir`,
  );
  const dir = rows[0]?.dir ?? '';
  const files = (await readdir(dir)).filter((file) => file.endsWith('.json'));
  const texts = await Promise.all(files.map((file) => readFile(path.join(dir, file), 'utf8')));
  const messages = texts.flatMap((text) => text.trimEnd().split('\n')).map(messageOf);
  const statements = messages.flatMap((message) => {
    const [, statement] = /^(?:execute \S+|statement): (.*)$/s.exec(message) ?? [];
    return statement === undefined ? [] : [statement.replaceAll(/\s+/g, ' ').trim()];
  });
  const prepared = statements.filter((text) => /^(select|insert|update|delete|with)\b/i.test(text));
  return [...new Set(prepared.filter((text) => ofLibraries.test(text) && text !== areDone))];
}

function messageOf(line: string): string {
  const entry: unknown = JSON.parse(line);
  return typeof entry === 'object' && entry !== null && 'message' in entry
    ? String(entry.message)
    : '';
}

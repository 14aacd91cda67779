import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brokenInvariants } from '@matinee/api/testing';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import { fuzz } from '../apps/server/test/fuzz/fuzz.ts';
import { openPool } from '../apps/server/test/races/processes.ts';

/*
 * `npm run fuzz -- [--requests N] [--seed S] [--path P]`
 *
 * Requests made up from the OpenAPI document, to a server of its own on a PostgreSQL of its own.
 */

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '50000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    path: { type: 'string' },
  },
});

const dataDir = await mkdtemp(join(tmpdir(), 'matinee-fuzz-'));
const postgres = await startEmbeddedPostgres({ dataDir });
try {
  const began = performance.now();
  const report = await fuzz({
    databaseUrl: postgres.url,
    requests: Number(options.requests),
    seed: Number(options.seed),
    path: options.path,
  });
  const seconds = Math.round((performance.now() - began) / 1_000);
  const pool = openPool(postgres.url);
  const broken = await brokenInvariants(pool);
  await pool.end();
  console.log(JSON.stringify({ ...report, seconds, broken }, null, 2));
  console.log(report.failure ?? 'All answers were right.');
  const isWell = report.failure === undefined && Object.keys(broken).length === 0;
  process.exitCode = isWell ? 0 : 1;
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

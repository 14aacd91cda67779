import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureDoor } from '../../../bench/p11-door.ts';
import type { Server } from '../../../bench/servers.ts';
import { assertSound, buildStage, countSold } from '../../../bench/stage.ts';
import type { Stage } from '../../../bench/stage.ts';
import { jwtSecret } from '../../../bench/token.ts';
import { compiled } from './compiled.ts';
import { run } from './run.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/*
 * A few seconds of a benchmark and of the torture, neither of which `npm test` runs in full. They fill,
 * read and empty tables by SQL of their own, which a new table or foreign key can break.
 */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-benchmarks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The product in this process, in place of its build. */
function asProduct({ url }: TestServer): Server {
  const stop = () => Promise.resolve();
  return { name: 'product', url, pid: process.pid, startMs: 0, memoryMb: () => 0, stop };
}

const countCheckIns = async ({ pool }: Stage) =>
  (await pool.query<{ id: string }>('select id from check_ins')).rows.length;

test('a round of the benchmark at the door books, scans, and leaves the stage as it was', async () => {
  const stage = await buildStage({ history: 400, onSale: 20, users: 128 });
  const server = await startTestServer(
    { jwt: { secret: jwtSecret, previousSecrets: [], expiresInMinutes: 1_440 } },
    stage.url,
    { trustProxy: 1 },
  );
  try {
    const product = asProduct(server);
    const lengths = { seconds: 1, rounds: 1, warmUpSeconds: 1, history: 400 };
    const { rounds } = await measureDoor({
      options: { ...lengths, quick: true, only: new Set<string>(), out: folder },
      stage,
      product,
      raw: product,
      bare: product,
    });
    const scans = Object.values(rounds).flat();
    expect(scans.map(({ errors, answers }) => [errors, answers > 0])).toEqual([
      [0, true],
      [0, true],
    ]);
    const statuses = new Set(scans.flatMap((scan) => Object.keys(scan.statuses)));
    expect([...statuses]).toEqual(['200']);
    expect(await countSold(stage, 'product')).toBe(0);
    expect(await countCheckIns(stage)).toBe(0);
    await assertSound(stage);
  } finally {
    await server.close();
    await stage.close();
  }
}, 60_000);

test('a round of the torture sells, checks, and empties its tables', async () => {
  const root = path.join(import.meta.dirname, '../../..');
  const report = path.join(folder, 'torture.md');
  const args = ['--minutes', '0.03', '--seed', '1', '--servers', '1', '--clients', '6'];
  const script = path.join(root, 'scripts/torture.ts');
  const { code, out, err } = await run(
    process.execPath,
    ['--conditions=@matinee/source', script, ...args, '--report', report],
    { env: { PATH: process.env.PATH, ...compiled }, cwd: root },
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('Written to');
  expect(await readFile(report, 'utf8')).toMatch(/, 1 rounds? \|/);
}, 120_000);

import { resolve as resolvePath } from 'node:path';
import { createTestDatabase } from '@matinee/api/testing';
import type { TestDatabase } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPool, startServerProcess } from '../races/processes.ts';
import type { Attack, Tally } from './attack.ts';
import { attacks } from './attacks.ts';
import { compressedDocs } from './attacks/compressed-docs.ts';
import { deepJson } from './attacks/deep-json.ts';
import { endlessBodies } from './attacks/endless-bodies.ts';
import { forgedAddresses } from './attacks/forged-addresses.ts';
import { halfBodies } from './attacks/half-bodies.ts';
import { halfUploads } from './attacks/half-uploads.ts';
import { hashesInTransactions } from './attacks/hashes-in-transactions.ts';
import { hoarding } from './attacks/hoarding.ts';
import { idempotencyKeys } from './attacks/idempotency-keys.ts';
import { liveMaps } from './attacks/live-maps.ts';
import { manyReads } from './attacks/many-reads.ts';
import { manyWrites } from './attacks/many-writes.ts';
import { passwordFlood } from './attacks/password-flood.ts';
import { pipelinedUnread } from './attacks/pipelined-unread.ts';
import { sessions } from './attacks/sessions.ts';
import { unknownKeys } from './attacks/unknown-keys.ts';
import { unreadAnswers } from './attacks/unread-answers.ts';
import { wideReport } from './attacks/wide-report.ts';
import { bounds, playAttack, quantile } from './play.ts';
import type { Phase, Stage } from './play.ts';
import { residentMib } from './process-figures.ts';
import { buildScene } from './scene.ts';
import type { Replacement } from './without.ts';

/*
 * A short form of `npm run abuse`. Every attack meets two servers: one as it is, and one without the
 * bounds, on which it must go through. No latency is measured here.
 */

/** Half of the memory that the first of the attacks took before there were bounds. */
const mostGrowthMib = 500;

/** The bound on responses that are not read, short enough for a test. */
const impatient = {
  file: 'src/sockets.ts',
  from: 'stalledMs: 30_000',
  to: 'stalledMs: 1_000',
};

const withoutBounds: Replacement[] = [
  { file: 'src/sockets.ts', from: 'stalledMs: 30_000', to: 'stalledMs: 3_600_000' },
  { file: 'src/sockets.ts', from: 'if (waiting > pipelined)', to: 'if (waiting > Infinity)' },
  {
    file: 'posters/upload.ts',
    from: "await callerOf(app, req)('movies.mayUpload', 'query');",
    to: '',
  },
  {
    file: 'posters/upload.ts',
    from: 'if (underWay >= mostUnderWay)',
    to: 'if (underWay >= Infinity)',
  },
  {
    file: 'src/body.ts',
    from: 'longestAnonymousBody = 16 * 1024',
    to: 'longestAnonymousBody = 1e9',
  },
  { file: 'src/body.ts', from: 'mostUnderWay = 64 * longestBody', to: 'mostUnderWay = Infinity' },
  { file: 'src/body.ts', from: 'const deepest = 32', to: 'const deepest = Infinity' },
  { file: 'src/body.ts', from: 'const mostKeys = 30_000', to: 'const mostKeys = Infinity' },
  { file: 'src/request.ts', from: 'isIP(ip) === 0', to: "ip === ''" },
  {
    file: 'auth/rate-limits.ts',
    from: 'ofClient: 10, ofAccount: 100',
    to: 'ofClient: 1e6, ofAccount: 1e6',
  },
  {
    file: 'src/request-turns.ts',
    from: 'const begunInOneTurn = 8',
    to: 'const begunInOneTurn = Infinity',
  },
  { file: 'src/request-turns.ts', from: 'const thereMs = 1_000', to: 'const thereMs = 0' },
  { file: 'src/app.ts', from: 'const writesOfCaller = 4', to: 'const writesOfCaller = 1e6' },
  { file: 'auth/session.ts', from: 'const mostSessions = 20', to: 'const mostSessions = 1e6' },
  { file: 'reports/service.ts', from: 'const mostDays = 1_100', to: 'const mostDays = Infinity' },
  { file: 'reports/statements.ts', from: 'mostShows = 50_000', to: 'mostShows = 1e9' },
  { file: 'seats/booking-batches.ts', from: 'ofClient: 40', to: 'ofClient: 1e6' },
  { file: 'seats/viewers.ts', from: 'const perClient = 100', to: 'const perClient = 1e6' },
  { file: 'src/issues.ts', from: 'const mostIssues = 20', to: 'const mostIssues = 1e6' },
  {
    file: 'src/idempotency.ts',
    from:
      'const prepared = await steps.prepare({ ctx, input, path });\n' +
      '        return await inTransaction(ctx, async (tx) => {',
    to:
      'return await inTransaction(ctx, async (tx) => {\n' +
      '          const prepared = await steps.prepare({ ctx, input, path });',
  },
  {
    file: 'src/fair-turns.ts',
    from: 'return this.#queues.get(source)',
    to: "return this.#queues.get('all')",
  },
  {
    file: 'src/fair-turns.ts',
    from: 'await this.#wait(source)',
    to: "await this.#wait('all')",
  },
  {
    file: 'auth/password.ts',
    from: 'longestQueueOfOne = 256',
    to: 'longestQueueOfOne = 16',
  },
  {
    // For this attack alone: the others ask for the same pages.
    file: 'src/shared-answer.ts',
    from: 'await oncePer(of, `${name}, ${encoding}`, make)',
    to:
      "(await (req.get('accept-encoding') === 'br, gzip' ? make() : " +
      'oncePer(of, `${name}, ${encoding}`, make)))',
  },
];

interface TestStage extends Stage {
  close(): Promise<void>;
}

let guarded: TestStage;
let careless: TestStage;
beforeAll(async () => {
  [guarded, careless] = await Promise.all([startStage([impatient]), startStage(withoutBounds)]);
});
afterAll(() => Promise.all([guarded.close(), careless.close()]));

async function startStage(replacements: Replacement[]): Promise<TestStage> {
  const database: TestDatabase = await createTestDatabase();
  const server = await startServerProcess({
    databaseUrl: database.url,
    env: {
      RATE_LIMIT: 'on',
      TRUST_PROXY: '1',
      LOG_LEVEL: 'fatal',
      WITHOUT: JSON.stringify(replacements),
    },
    nodeArgs: [
      '--conditions=@matinee/source',
      `--import=${resolvePath(import.meta.dirname, 'without.ts')}`,
    ],
  });
  const pool = openPool(database.url);
  const scene = await buildScene(server.url, pool, 1);
  // A server that runs from its sources makes the document for its first reader; a build brings it along.
  await (await fetch(`${server.url}/openapi.json`)).arrayBuffer();
  const close = async () => {
    await server.stop();
    await pool.end();
    await database.drop();
  };
  return { server, pool, scene, close };
}

/** An attack, and what tells whether the server withstood it. */
interface Trial {
  attack: Attack;
  part: number;
  seconds: number;
  isWithstood(phase: Phase & { tally: Tally }): boolean;
}

const byTally =
  (attack: Attack) =>
  ({ tally }: { tally: Tally }) =>
    attack.letThrough(tally) === undefined;

/** Of bodies that never end: the server does not wait for them. */
const isRefused = ({ tally: { answers, cut } }: { tally: Tally }) =>
  cut + Object.keys(answers).length > 0;

/** How many responses an attacker receives in the time that a step of an honest customer takes. */
function answersWithinAStep({ served, tally, seconds }: Phase & { tally: Tally }): number {
  const answers = Object.values(tally.answers).reduce((sum, count) => sum + count, 0);
  return (answers / seconds) * (quantile(served.steps, 0.5) / 1_000);
}

const trials: Trial[] = [
  { attack: pipelinedUnread, part: 0.1, seconds: 1, isWithstood: byTally(pipelinedUnread) },
  { attack: unreadAnswers, part: 0.2, seconds: 3, isWithstood: byTally(unreadAnswers) },
  { attack: halfUploads, part: 0.1, seconds: 0.5, isWithstood: isRefused },
  { attack: halfBodies, part: 0.1, seconds: 0.5, isWithstood: isRefused },
  { attack: endlessBodies, part: 0.1, seconds: 0.5, isWithstood: isRefused },
  { attack: unknownKeys, part: 0.1, seconds: 1, isWithstood: byTally(unknownKeys) },
  { attack: deepJson, part: 0.2, seconds: 1, isWithstood: byTally(deepJson) },
  { attack: liveMaps, part: 0.05, seconds: 2, isWithstood: byTally(liveMaps) },
  { attack: forgedAddresses, part: 1, seconds: 2, isWithstood: byTally(forgedAddresses) },
  {
    attack: compressedDocs,
    part: 1,
    seconds: 1,
    isWithstood: ({ serverCpuSeconds, tally: { answers } }) =>
      serverCpuSeconds / (answers[200] ?? 0) < 0.005,
  },
  {
    attack: hashesInTransactions,
    part: 0.3,
    seconds: 2,
    isWithstood: ({ idleInTransaction }) => idleInTransaction <= bounds.idleInTransaction,
  },
  {
    attack: sessions,
    part: 0.4,
    seconds: 1,
    isWithstood: ({ tally: { figures } }) => figures['open sessions'] === 20,
  },
  {
    attack: passwordFlood,
    part: 0.5,
    seconds: 3,
    isWithstood: ({ served: { refused } }) => refused[429] === undefined,
  },
  {
    attack: manyReads,
    part: 0.5,
    seconds: 3,
    isWithstood: (phase) => answersWithinAStep(phase) < 80,
  },
  {
    attack: manyWrites,
    part: 0.3,
    seconds: 2,
    // Three of the four, and what honest customers wait for.
    isWithstood: ({ waitingForLocks }) => waitingForLocks <= 8,
  },
  { attack: wideReport, part: 0.1, seconds: 3, isWithstood: byTally(wideReport) },
  { attack: hoarding, part: 0.2, seconds: 3, isWithstood: byTally(hoarding) },
];

async function attackOn(stage: Stage, { attack, part, seconds }: Trial) {
  const target = { url: stage.server.url, scene: stage.scene, seconds, part };
  const tally = await attack.run(target);
  return { tally, cpuSeconds: 0 };
}

describe.each(trials)('$attack.name', (trial) => {
  async function play(stage: Stage) {
    const before = residentMib(stage.server.pid);
    const phase = await playAttack(stage, () => attackOn(stage, trial));
    const { tally } = phase.attacked ?? (await attackOn(stage, trial));
    return { ...phase, tally, growthMib: phase.memoryMib - before };
  }

  test('is withstood, and honest customers are served', async () => {
    const phase = await play(guarded);

    expect(trial.isWithstood(phase)).toBe(true);
    expect(phase.served.refused).toEqual({});
    expect(phase.isRunning).toBe(true);
    expect(phase.growthMib).not.toBeGreaterThan(mostGrowthMib);
  });

  test('goes through where the bound is missing (control)', async () => {
    expect(trial.isWithstood(await play(careless))).toBe(false);
  });
});

/** Takes thousands of requests; `hoarding.test.ts` of the product tries the bound. */
const tooLong = [idempotencyKeys];

test('every attack is tried here, or known to take too long', () => {
  const known = [...trials.map(({ attack }) => attack), ...tooLong];

  expect(known.map(({ name }) => name).toSorted()).toEqual(
    attacks.map(({ name }) => name).toSorted(),
  );
});

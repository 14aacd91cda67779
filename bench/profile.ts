import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { cpuBetween, readCpu } from './cpu.ts';
import { startProduct } from './servers.ts';
import type { Server } from './servers.ts';
import type { Stage } from './stage.ts';

/** Where the time of the product went during one load. */
export interface Profile {
  name: string;
  /** Cores used by each side while the load ran. */
  cores: { product: number; postgres: number; generator: number; others: number };
  /** Shares of the product's busy time. */
  packages: Share[];
  functions: Share[];
  /** Microseconds of the database's functions per call, their callees taken off. */
  sql: { name: string; calls: number; selfUs: number }[];
}

interface Share {
  name: string;
  share: number;
}

/** Runs the product under V8's profiler while `work` loads it. */
export async function profileProduct(
  stage: Stage,
  name: string,
  work: (server: Server) => Promise<unknown>,
): Promise<Profile> {
  const folder = await mkdtemp(path.join(stage.folder, 'profile-'));
  await track(stage, 'all');
  const server = await startProduct(stage, {
    nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'],
  });
  try {
    const before = readCpu(server.pid);
    // The profiler's clock: the machine's, in microseconds.
    const began = Number(process.hrtime.bigint() / 1000n);
    await work(server);
    const ended = Number(process.hrtime.bigint() / 1000n);
    const seconds = (ended - began) / 1_000_000;
    const used = cpuBetween(before, readCpu(server.pid));
    await server.stop();
    const [file = ''] = await readdir(folder);
    const profile = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as CpuProfile;
    const shares = summarise(profile, { began, ended });
    const others = used.machine - used.server - used.postgres - used.generator;
    const cores = {
      product: used.server / seconds,
      postgres: used.postgres / seconds,
      generator: used.generator / seconds,
      others: others / seconds,
    };
    return { name, cores, ...shares, sql: await sqlFunctions(stage) };
  } finally {
    await server.stop();
    await track(stage, 'none');
  }
}

/** For connections that are opened from now on. */
async function track({ pool }: Stage, what: 'all' | 'none'): Promise<void> {
  await pool.query('select pg_stat_reset()');
  await pool.query(`alter role current_user set track_functions = '${what}'`);
}

async function sqlFunctions({ pool }: Stage): Promise<Profile['sql']> {
  const { rows } = await pool.query<Profile['sql'][number]>(
    `select funcname as name, calls::int as calls, round(self_time / calls * 1000)::int as "selfUs"
     from pg_stat_user_functions where calls > 100 order by self_time desc`,
  );
  return rows;
}

interface CpuProfile {
  startTime: number;
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
}

/** Of the time under load: neither the start nor the end of the server. */
function summarise(
  { startTime, nodes, samples, timeDeltas }: CpuProfile,
  { began, ended }: { began: number; ended: number },
): Pick<Profile, 'packages' | 'functions'> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  let now = startTime;
  for (const [index, id] of samples.entries()) {
    const { functionName = '', url = '' } = frames.get(id) ?? {};
    const time = timeDeltas[index] ?? 0;
    now += time;
    if (functionName !== '(idle)' && now >= began && now <= ended) {
      const owner = ownerOf(functionName, url);
      busy += time;
      packages.set(owner, (packages.get(owner) ?? 0) + time);
      const called = functionName === '' ? 'anonymous' : functionName;
      const name = called.startsWith('(') ? called : `${called} (${owner})`;
      functions.set(name, (functions.get(name) ?? 0) + time);
    }
  }
  const largest = (times: Map<string, number>, count: number) =>
    [...times]
      .map(([name, time]) => ({ name, share: time / busy }))
      .toSorted((a, b) => b.share - a.share)
      .slice(0, count);
  return { packages: largest(packages, 14), functions: largest(functions, 14) };
}

/** Whose code it is: a package's, Node's, ours, or V8's own. */
function ownerOf(functionName: string, url: string): string {
  if (functionName === '(garbage collector)') {
    return 'garbage collector';
  }
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (name !== undefined) {
    return name;
  }
  if (url.startsWith('node:')) {
    return `node (${
      url
        .slice('node:'.length)
        .replace(/^internal\//, '')
        .split('/', 1)[0]
    })`;
  }
  const [, ours] = /\/(packages|apps)\/(\w+)\/dist/.exec(url) ?? [];
  return ours === undefined ? 'native code' : 'matinee';
}

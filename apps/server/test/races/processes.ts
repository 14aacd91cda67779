import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import { Pool } from 'pg';
import { compiled } from '../compiled.ts';

/*
 * Real servers as child processes. Like `exchange.ts`, `customers.ts` and `stock.ts` used by
 * `faults.test.ts` and by `scripts/torture.ts`, which does not run under vitest: nothing in them
 * knows of it.
 */

const main = resolvePath(import.meta.dirname, '../../src/main.ts');

/** The secret of the servers and of the products that tests make in their own process. */
const jwtSecret = 'only-for-tests-'.repeat(3);

/** A start takes about 1.5 s of one free core; the suite runs beside others on two. */
const startWithinMs = 60_000;

/** A server in a process of its own, on a free port of 127.0.0.1. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** The end of what it wrote to stderr: its log. */
  output(): string;
  isRunning(): boolean;
  /** SIGKILL: what a lost machine looks like from outside. */
  kill(): Promise<void>;
  /** SIGTERM. @returns the exit code */
  stop(): Promise<number | null>;
}

export interface ServerOptions {
  databaseUrl: string;
  jobs?: boolean;
  /** Further variables, such as `SEAT_LOCK_TTL_MINUTES`. */
  env?: Record<string, string>;
  /** The program; the sources if left out. */
  file?: string;
  /** Arguments of Node itself. */
  nodeArgs?: readonly string[];
}

/** Starts a server and waits until it says where it is. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'matinee-server-'));
  const { file = main, nodeArgs = ['--conditions=@matinee/source'] } = options;
  const child = spawn(process.execPath, [...nodeArgs, file], {
    env: environmentOf(options, dir),
    // With the channel a server ends when this process does, however that comes about.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = once(child, 'exit')
    .catch(() => {})
    .then(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  const output = collect(child);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (isRunning()) {
      child.kill(signal);
    }
    await exited;
    return child.exitCode;
  };
  const url = await addressOf(child, output).catch(async (error: unknown) => {
    await end('SIGKILL');
    throw error;
  });
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output.stderr(),
    isRunning,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

function environmentOf({ databaseUrl, jobs, env }: ServerOptions, dir: string) {
  return {
    PATH: process.env.PATH,
    ...compiled,
    ENVIRONMENT: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dir,
    UPLOAD_DIR: join(dir, 'uploads'),
    JWT_SECRET_KEY: jwtSecret,
    LOG_LEVEL: 'warn',
    RATE_LIMIT: 'off',
    JOBS: jobs ? 'on' : 'off',
    ...env,
  };
}

interface Output {
  stdout(): string;
  stderr(): string;
}

/** Reads both streams to the end, or a full pipe would stop the server; keeps the last of it. */
function collect(child: ChildProcess): Output {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] = (texts[name] + chunk).slice(-20_000);
    });
  }
  return { stdout: () => texts.stdout, stderr: () => texts.stderr };
}

async function addressOf(child: ChildProcess, output: Output): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (why: string) => reject(new Error(`The server ${why}:\n${output.stderr()}`));
  const timer = setTimeout(() => fail('did not start in time'), startWithinMs);
  child.once('error', (error) => fail(`cannot be started: ${error.message}`));
  child.once('exit', () => fail('ended while it was starting'));
  child.stdout?.on('data', () => {
    const [, url] = /serving at (http:\/\/\S+)/.exec(output.stdout()) ?? [];
    if (url !== undefined) {
      resolve(url);
    }
  });
  return promise.finally(() => clearTimeout(timer));
}

/** A pool for looking into the database from outside; a lost connection is made anew. */
export function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 4, application_name: 'races' });
  pool.on('error', () => {});
  return pool;
}

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stage } from './stage.ts';
import { jwtSecret } from './token.ts';

/** A server in a process of its own. */
export interface Server {
  name: string;
  url: string;
  pid: number;
  /** From the start of the process to the address on stdout. */
  startMs: number;
  /** Resident memory now, in megabytes. */
  memoryMb(): number;
  stop(): Promise<void>;
}

export const root = path.resolve(import.meta.dirname, '..');

interface Start {
  name: string;
  file: string;
  nodeArgs?: string[];
  env?: Record<string, string>;
}

interface ProductOptions {
  env?: Record<string, string>;
  nodeArgs?: string[];
  /** The folder of another version, built. */
  checkout?: string;
}

/** The product as `npm start` runs it, everything on; its log goes to a file. */
export function startProduct(
  stage: Stage,
  { env = {}, nodeArgs = [], checkout = root }: ProductOptions = {},
): Promise<Server> {
  return start(stage, {
    name: 'product',
    file: path.join(checkout, 'apps/server/dist/main.js'),
    nodeArgs: ['--max-semi-space-size=16', ...nodeArgs],
    env: {
      ENVIRONMENT: 'test',
      PORT: '0',
      LOG_LEVEL: 'info',
      RATE_LIMIT: 'on',
      // Each customer has an address, which the generator sends as a proxy would.
      TRUST_PROXY: '1',
      JOBS: 'on',
      JWT_SECRET_KEY: jwtSecret,
      DATA_DIR: stage.folder,
      UPLOAD_DIR: path.join(stage.folder, 'uploads'),
      ...env,
    },
  });
}

const references = {
  raw: import.meta.resolve('./raw.ts'),
  bare: import.meta.resolve('./bare.ts'),
  walls: import.meta.resolve('./walls.ts'),
  ordinary: import.meta.resolve('./ordinary.ts'),
  writer: import.meta.resolve('./bare-writer.ts'),
};

export function startReference(
  stage: Stage,
  name: keyof typeof references,
  env: Record<string, string> = {},
): Promise<Server> {
  const file = fileURLToPath(references[name]);
  return start(stage, { name, file, env: { JWT_SECRET_KEY: jwtSecret, ...env } });
}

async function start(stage: Stage, { name, file, nodeArgs = [], env }: Start): Promise<Server> {
  const began = performance.now();
  const log = openSync(path.join(stage.folder, `${name}.log`), 'a');
  const { PATH = '', HOME = '' } = process.env;
  // The channel tells the child when this process is gone.
  const child = spawn(process.execPath, [...nodeArgs, file], {
    cwd: root,
    env: { PATH, HOME, DATABASE_URL: stage.url, ...env },
    stdio: ['ignore', 'pipe', log, 'ipc'],
  });
  closeSync(log);
  const url = await addressOf(child, path.join(stage.folder, `${name}.log`));
  const { pid = 0 } = child;
  return {
    name,
    url,
    pid,
    startMs: performance.now() - began,
    memoryMb: () => residentMb(pid),
    stop: () => stop(child),
  };
}

async function addressOf(child: ChildProcess, logFile: string): Promise<string> {
  let text = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const [, url] = /serving at (http:\S+)/.exec(text) ?? [];
    if (url !== undefined) {
      resolve(url);
    }
  });
  const ended = (code: number | null) =>
    reject(new Error(`The server ended with code ${code}:\n${endOf(logFile)}`));
  child.once('exit', ended);
  try {
    return await promise;
  } finally {
    child.off('exit', ended);
  }
}

/** The last lines of a log, which may have gigabytes. */
function endOf(file: string): string {
  const length = 2_000;
  const log = openSync(file, 'r');
  try {
    const { size } = fstatSync(log);
    const end = Buffer.alloc(Math.min(size, length));
    readSync(log, end, 0, end.length, size - end.length);
    return end.toString();
  } finally {
    closeSync(log);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await exited;
  clearTimeout(impatient);
}

/** Linux only; NaN elsewhere. */
export function residentMb(pid: number): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return Number.NaN;
  }
}

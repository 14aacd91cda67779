import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { rootDir } from '../../src/root-dir.ts';

/* Programs of other makers, which a machine may have: tests without theirs are skipped. */

export const deployDir = path.join(rootDir, 'deploy');

/** Debian keeps the programs of an administrator in folders that a user does not search. */
const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];

/** The path of a program; undefined if this machine does not have it. */
export function programOf(name: string): string | undefined {
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** What HAProxy changes to when root starts it; a test may have another user, or run where it is missing. */
export const ownUser = { '  user haproxy\n  group haproxy\n': '' };

/** Whether tests with this program have to be skipped. */
export const lacks = (name: string): boolean => programOf(name) === undefined;

/** A changed copy of `deploy/` or of a part of it. */
export interface Copy {
  dir: string;
  /** Replaces texts in all files; each has to occur in one of them. */
  change(replacements: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

/** Copies a folder of `deploy/`, for tests that need other ports and paths. */
export async function copyOf(part: string): Promise<Copy> {
  const dir = await mkdtemp(path.join(tmpdir(), 'matinee-deploy-'));
  await cp(path.join(deployDir, part), dir, { recursive: true });
  return {
    dir,
    change: async (replacements) => {
      for (const [old, text] of Object.entries(replacements)) {
        await replaceAll(dir, old, text);
      }
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function replaceAll(dir: string, old: string, text: string): Promise<void> {
  let occurs = false;
  for (const name of await readdir(dir, { recursive: true })) {
    const file = path.join(dir, name);
    const before = (await stat(file)).isFile() ? await readFile(file, 'utf8') : '';
    if (before.includes(old)) {
      occurs = true;
      await writeFile(file, before.replaceAll(old, text));
    }
  }
  if (!occurs) {
    throw new Error(`No file in ${dir} contains ${old}`);
  }
}

/** What a program printed and how it ended. */
export interface Verdict {
  code: number;
  text: string;
}

/** Runs a program to its end; both of its outputs are one text. */
export async function judge(name: string, args: string[], cwd?: string): Promise<Verdict> {
  const program = programOf(name) ?? name;
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { cwd });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const {
      code,
      stdout = '',
      stderr = '',
    } = error as {
      code?: number | string;
      stdout?: string;
      stderr?: string;
    };
    if (typeof code !== 'number') {
      throw error;
    }
    return { code, text: stdout + stderr };
  }
}

/**
 * Ports of 127.0.0.1 on which no program listens, all different. They are below those that the system gives to
 * programs that do not care, or one of these could take a port before it is used.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) {
      ports.add(port);
    }
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A self-signed certificate and its key, as two files and as one. */
export async function makeCertificate(dir: string): Promise<void> {
  const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => path.join(dir, name));
  const form = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test'];
  await promisify(execFile)('openssl', [...form, '-keyout', `${key}`, '-out', `${certificate}`]);
  const both = await Promise.all([certificate, key].map((file) => readFile(`${file}`, 'utf8')));
  await writeFile(path.join(dir, 'both.pem'), both.join(''));
}

/** A program that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>;
}

/** Starts a program and waits until `isReady` holds. */
export async function start(
  name: string,
  args: string[],
  { isReady, uid }: { isReady: () => Promise<boolean>; uid?: number | undefined },
): Promise<Running> {
  const child = spawn(programOf(name) ?? name, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const deadline = performance.now() + 10_000;
  try {
    while (!(await isReady())) {
      if (child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`${name} did not start: ${said}`);
      }
    }
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

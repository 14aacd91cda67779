import { spawn } from 'node:child_process';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const sdk = path.join(root, 'packages/sdk/dist/index.js');
const lock = path.join(root, 'packages/cli/node_modules/.built-for-tests');

/**
 * The command as `npx matinee` runs it, built if it is missing or older than its sources. Test files
 * run in parallel, so one of them builds and the others wait.
 */
export async function builtCommand(): Promise<string> {
  while (await isStale()) {
    const isMine = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (isMine) {
      try {
        await build();
      } finally {
        await rm(lock, { recursive: true });
      }
    } else {
      await delay(50);
    }
  }
  return path.join(root, 'packages/cli/bin/matinee.js');
}

async function isStale(): Promise<boolean> {
  return (await exists(lock)) || !(await exists(sdk)) || isOlderThanSources();
}

async function build(): Promise<void> {
  // Its declarations take long to build, and another test checks it. Here it must only exist.
  if (!(await exists(sdk))) {
    await buildPackage('packages/sdk');
  }
  if (await isOlderThanSources()) {
    await buildPackage('packages/cli');
  }
}

async function isOlderThanSources(): Promise<boolean> {
  const cli = path.join(root, 'packages/cli');
  const names = await readdir(path.join(cli, 'src'), { recursive: true });
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const files = ['package.json', 'tsdown.config.ts', ...sources.map((name) => `src/${name}`)];
  const times = await Promise.all(files.map((name) => modifiedAt(path.join(cli, name))));
  return Math.max(...times) > (await modifiedAt(path.join(cli, 'dist/main.js')));
}

async function modifiedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function exists(file: string): Promise<boolean> {
  return (await modifiedAt(file)) > 0;
}

function buildPackage(folder: string): Promise<void> {
  const tsdown = path.join(root, 'node_modules/tsdown/dist/run.mjs');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsdown], {
      cwd: path.join(root, folder),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${folder} does not build:\n${said}`)),
    );
  });
}

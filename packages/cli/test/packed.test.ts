import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { readState, updateFile } from '../src/update/state.ts';
import { openPseudoTerminal } from './pseudo-terminal.ts';

/* The command as npm packs it, in a folder that has its dependencies and nothing else. */

const run = promisify(execFile);
const cli = fileURLToPath(new URL('..', import.meta.url));
const root = join(cli, '../..');

let folder: string;
let tarball: string;
let installed: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'matinee-packed-cli-')));
  tarball = await packTo(join(folder, 'package'));
  installed = join(folder, 'node_modules/@matinee/cli');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  await linkDependencies();
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Builds the package again, because other tests use the last build at the same time. */
async function packTo(place: string): Promise<string> {
  await mkdir(place);
  const tsdown = join(root, 'node_modules/tsdown/dist/run.mjs');
  await run(process.execPath, [tsdown, '--out-dir', join(place, 'dist')], { cwd: cli });
  for (const file of ['package.json', 'README.md', 'LICENSE', 'bin']) {
    await cp(join(cli, file), join(place, file), { recursive: true });
  }
  const { stdout } = await run('npm', ['pack', '--json'], { cwd: place });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  return join(place, packed?.filename ?? '');
}

/** Links the packages that the manifest names to the copies of the workspace. */
async function linkDependencies(): Promise<void> {
  for (const name of Object.keys(manifest.dependencies)) {
    const target = join(folder, 'node_modules', name);
    await mkdir(dirname(target), { recursive: true });
    await symlink(await realpath(join(cli, 'node_modules', name)), target);
  }
}

/** Runs the installed command from the empty folder. */
function matinee(...args: string[]): Promise<{ code: number; stdout: string }> {
  const env = { PATH: process.env.PATH, XDG_CONFIG_HOME: join(folder, '.config') };
  const file = join(installed, manifest.bin.matinee);
  return run(process.execPath, [file, ...args], { cwd: folder, env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
}

describe('the packed command', () => {
  test('runs from an empty folder', async () => {
    expect(await matinee('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n` });
  });

  test('finds the SDK and the other packages that it loads late', async () => {
    const nowhere = ['--url', 'http://127.0.0.1:9'];
    expect(await matinee('movies', 'list', ...nowhere)).toMatchObject({ code: 7 });
    expect(await matinee('movies', 'list', '--jq', '[', ...nowhere)).toMatchObject({ code: 2 });
    await cp(join(cli, 'src/import/fixtures/movies.json'), join(folder, 'movies.json'));
    expect(await matinee('movies', 'import', 'movies.json', ...nowhere)).toMatchObject({ code: 7 });
  });

  test('asks the registry behind its back, and tells of a newer version the next time', async () => {
    vi.stubEnv('XDG_CACHE_HOME', join(folder, '.cache'));
    const asked: string[] = [];
    let respond: (() => void) | undefined;
    const registry = createServer((request, response) => {
      asked.push(request.url ?? '');
      const version = '99.0.0';
      const versions = { [version]: { name: manifest.name, version } };
      const known = { name: manifest.name, 'dist-tags': { latest: version }, versions };
      respond = () => response.end(JSON.stringify(known));
    });
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
    const { port } = registry.address() as AddressInfo;
    const runAtTerminal = async (more: NodeJS.ProcessEnv = {}) => {
      const terminal = openPseudoTerminal({
        command: [process.execPath, join(installed, manifest.bin.matinee), '--version'],
        cwd: folder,
        columns: 120,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          XDG_CACHE_HOME: join(folder, '.cache'),
          npm_config_registry: `http://127.0.0.1:${port}/`,
          ...more,
        },
      });
      expect(await terminal.ended).toBe(0);
      return terminal.screen();
    };
    expect(await runAtTerminal({ MATINEE_NO_UPDATE_NOTICE: '1' })).not.toContain('available');
    expect(readState(updateFile())).toEqual({});
    // The registry has not responded when the command has ended.
    expect(await runAtTerminal()).not.toContain('available');
    await vi.waitFor(() => expect(asked).toEqual(['/@matinee%2fcli']), 20_000);
    respond?.();
    await vi.waitFor(() => expect(readState(updateFile()).latest).toBe('99.0.0'), 20_000);
    expect(await runAtTerminal()).toContain('matinee 99.0.0 is available');
    expect(await runAtTerminal()).not.toContain('available');
    expect(asked).toHaveLength(1);
    registry.close();
    vi.unstubAllEnvs();
  });

  test('depends on published versions only', () => {
    const versions = Object.values(manifest.dependencies);
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    const require = createRequire(import.meta.url);
    const sdk = require('@matinee/sdk/package.json') as { version: string };
    expect(manifest.dependencies['@matinee/sdk']).toBe(sdk.version);
  });

  test('carries the licence and a page for npm', async () => {
    const read = (place: string) => readFile(join(place, 'LICENSE'), 'utf8');
    expect(await read(installed)).toBe(await read(root));
    expect(await readFile(join(installed, 'README.md'), 'utf8')).toContain('npm install');
    expect(manifest).toMatchObject({
      repository: { directory: 'packages/cli' },
      homepage: expect.any(String) as string,
      bugs: expect.any(String) as string,
      keywords: expect.arrayContaining(['cinema']) as string[],
    });
  });

  test('has nothing that publint objects to', async () => {
    const { buffer } = await readFile(tarball);
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('holds no sources, no tests and no path of this machine', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball]);
    const strange = stdout
      .trim()
      .split('\n')
      .filter(
        (name) =>
          !/^package\/(LICENSE|README\.md|package\.json|bin\/matinee\.js|dist\/[\w-]+\.js)$/.test(
            name,
          ),
      );
    expect(strange).toEqual([]);
    const { stdout: found } = await run('grep', ['-rlF', root, installed]).catch(() => ({
      stdout: '',
    }));
    expect(found).toBe('');
  });
});

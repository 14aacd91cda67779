import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { build } from 'tsdown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findExamples } from '../examples.ts';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const sdk = join(here, '../..');
const root = join(sdk, '../..');

const consumer = new URL('./consumer.ts', import.meta.url);

/** The newest compiler, and the oldest that `@trpc/server` is made for and is still in use. */
const compilers = {
  '7': import.meta.resolve('typescript/package.json'),
  '5.9': import.meta.resolve('typescript-5.9/package.json'),
};

/** What a page pays for the client, gzipped; without what only Node loads. */
const largestBundle = 13_300;
/** What the React part adds to it, without React. */
const largestReactPart = 6_000;

let folder: string;
let tarball: string;
/** The package as it lies in the consumer's `node_modules`. */
let installed: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'matinee-packed-')));
  tarball = await packTo(join(folder, 'package'));
  installed = join(folder, 'node_modules/@matinee/sdk');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  await linkDependencies();
  await cp(consumer, join(folder, 'consumer.mts'));
  await cp(consumer, join(folder, 'consumer.cts'));
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Built anew, and not where other tests that run at the same time use the last build. */
async function packTo(place: string): Promise<string> {
  await mkdir(place);
  const tsdown = join(root, 'node_modules/tsdown/dist/run.mjs');
  const env = { ...process.env, OUT_DIR: join(place, 'dist') };
  await run(process.execPath, [tsdown], { cwd: sdk, env });
  for (const file of ['package.json', 'README.md', 'LICENSE', 'src/react/seat-picker.css']) {
    await cp(join(sdk, file), join(place, file));
  }
  const { stdout } = await run('npm', ['pack', '--json'], { cwd: place });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  return join(place, packed?.filename ?? '');
}

/** What the package says it needs, and nothing else: the workspace's own copies, by link. */
async function linkDependencies(): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    const target = join(folder, 'node_modules', name);
    await mkdir(dirname(target), { recursive: true });
    await symlink(await realpath(join(sdk, 'node_modules', name)), target);
  }
}

async function compile(
  compiler: keyof typeof compilers,
  options: object,
  files: string[] = ['consumer.mts', 'consumer.cts'],
): Promise<string> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'],
    types: [],
    exactOptionalPropertyTypes: true,
    ...options,
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = fileURLToPath(new URL('bin/tsc', compilers[compiler]));
  return run(process.execPath, [tsc, '-p', folder]).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

const built = [
  'index.js',
  'index.cjs',
  'index.d.ts',
  'index.d.cts',
  'react/index.js',
  'react/seat-picker.cjs',
  'react/index.d.ts',
  'door/index.js',
  'door/index.cjs',
  'door/index.d.ts',
  'webhooks/index.js',
  'webhooks/index.cjs',
  'webhooks/index.d.ts',
];

describe('the packed types', () => {
  test.each(['7', '5.9'] as const)('are what they promise in TypeScript %s', async (compiler) => {
    expect(await compile(compiler, {})).toBe('');
  });

  test('fit a bundler', async () => {
    const options = { module: 'esnext', moduleResolution: 'bundler' };
    expect(await compile('7', options)).toBe('');
  });

  test('do without the library of the browser', async () => {
    const target = join(folder, 'node_modules/@types/node');
    await mkdir(dirname(target), { recursive: true });
    await symlink(await realpath(join(root, 'node_modules/@types/node')), target);
    try {
      expect(await compile('7', { lib: ['es2022'], types: ['node'] })).toBe('');
    } finally {
      await rm(target);
    }
  });

  test('would not be believed if they were `any`', async () => {
    const types = join(installed, 'dist/index.d.ts');
    const before = await readFile(types, 'utf8');
    await writeFile(types, before.replace('readonly movies: MoviesApi;', 'readonly movies: any;'));
    try {
      expect(await compile('7', {})).toContain("Unused '@ts-expect-error' directive");
    } finally {
      await writeFile(types, before);
    }
  });

  test.each(['index.d.ts', 'index.d.cts'])('in %s import nothing but @trpc/*', async (file) => {
    const text = await readFile(join(installed, 'dist', file), 'utf8');
    expect(importsOf(text).filter((name) => !name.startsWith('@trpc/'))).toEqual([]);
  });

  test('have a doc comment on every call', async () => {
    const text = await readFile(join(installed, 'dist/index.d.ts'), 'utf8');
    const calls = [...text.matchAll(/^ {2}readonly (\w+): (?:List<|<By |WatchSeats|\(input)/gm)];
    const bare = calls.filter(({ index }) => !text.slice(0, index).endsWith('*/\n'));
    expect(calls.length).toBeGreaterThan(40);
    expect(bare.map(([, name]) => name)).toEqual([]);
  });
});

describe('the examples', () => {
  test('compile, those of the README and those of the doc comments', async () => {
    const examples = await findExamples();
    const files = examples.map(({ language }, index) =>
      language === 'tsx' ? `example-${index}.tsx` : `example-${index}.mts`,
    );
    for (const [index, { code }] of examples.entries()) {
      await writeFile(join(folder, files[index] ?? ''), `${code}export {};\n`);
    }
    await writeFile(join(folder, 'given.mts'), given);
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (const name of ['react', '@types/react', 'superjson']) {
      const target = join(folder, 'node_modules', name);
      await mkdir(dirname(target), { recursive: true });
      await symlink(await realpath(join(sdk, 'node_modules', name)), target);
    }
    expect(examples.length).toBeGreaterThanOrEqual(10);
    // As the types of a bundler do.
    await writeFile(join(folder, 'styles.d.ts'), "declare module '*.css';");
    const all = [...files, 'given.mts', 'styles.d.ts'];
    expect(await compile('7', { jsx: 'react-jsx' }, all)).toBe('');
  });
});

/** What an example takes for granted. */
const given = `import type { Matinee } from '@matinee/sdk';
import type * as Sdk from '@matinee/sdk';
import type * as React from '@matinee/sdk/react';
declare global {
  var createMatinee: typeof Sdk.createMatinee;
  var MatineeProvider: typeof React.MatineeProvider;
  var SeatPicker: typeof React.SeatPicker;
  var useSeatMap: typeof React.useSeatMap;
  var useSeatSelection: typeof React.useSeatSelection;
  var matinee: Matinee;
  var showtimeId: string;
  var seatIds: string[];
}`;

describe('the packed code', () => {
  test.each(['index.js', 'index.cjs'])(
    '%s loads two links, and `eventsource` late',
    async (file) => {
      const text = await readFile(join(installed, 'dist', file), 'utf8');
      const links = ['@trpc/client/links/httpBatchLink', '@trpc/client/links/httpLink'];
      expect(importsOf(text)).toEqual([...links, 'eventsource']);
      expect(text).toMatch(/await import\("eventsource"\)/);
    },
  );

  test.each(built)('%s says nothing of this machine', async (file) => {
    const text = await readFile(join(installed, 'dist', file), 'utf8');
    expect(text).not.toContain(root);
    expect(text).not.toContain(tmpdir());
  });

  test.each(nodes())('runs in %s as ESM and as CommonJS', async (_version, node) => {
    const names = '{ createMatinee, isMatineeError }';
    const script = await readFile(join(here, 'run.js'), 'utf8');
    const name = "'@matinee/sdk'";
    await writeFile(join(folder, 'run.mjs'), `import ${names} from ${name};\n${script}`);
    await writeFile(join(folder, 'run.cjs'), `const ${names} = require(${name});\n${script}`);
    for (const file of ['run.mjs', 'run.cjs']) {
      const { stdout } = await run(node, [join(folder, file)], { cwd: folder });
      const lines = stdout.trim().split('\n');
      expect(lines.toSorted()).toEqual(['1767225600000', 'reconnecting', 'true NETWORK_ERROR']);
    }
  });

  test('makes a small bundle', async () => {
    const page = await bundleOf(
      "export { createMatinee, isMatineeError, SeatMapStore } from '@matinee/sdk';",
    );
    const bytes = gzipSync(page, { level: 9 }).length;
    console.log(`A bundled client: ${page.length} bytes, ${bytes} gzipped`);
    // What is not in it yet: the substitute for `EventSource` in Node.
    expect(page.toString()).toMatch(/import\([`'"]\.\//);
    expect(bytes).toBeLessThan(largestBundle);
    expect(bytes).toBeGreaterThan(1_000);

    const react = await bundleOf(
      "export { createMatinee, isMatineeError, SeatMapStore } from '@matinee/sdk';" +
        "export * from '@matinee/sdk/react';",
    );
    const added = gzipSync(react, { level: 9 }).length - bytes;
    console.log(`The React part adds ${added} bytes, gzipped`);
    expect(added).toBeLessThan(largestReactPart);
    expect(added).toBeGreaterThan(1_000);
  });

  test.each(['index.js', 'index.cjs'])(
    'react/%s leaves the client and React where they are',
    async (file) => {
      const folderOfReact = join(installed, 'dist/react');
      const names = (await readdir(folderOfReact)).filter((name) => name.endsWith(file.slice(5)));
      const texts = await Promise.all(
        names.map((name) => readFile(join(folderOfReact, name), 'utf8')),
      );
      const outside = texts.flatMap(importsOf).filter((name) => !name.startsWith('.'));
      expect([...new Set(outside)].toSorted()).toEqual([
        '@matinee/sdk',
        'react',
        'react/jsx-runtime',
      ]);
    },
  );

  test.each(['context', 'seat-picker', 'use-seat-map', 'use-seat-selection'])(
    'react/%s.js is for the client of React, and the query options are for a server too',
    async (name) => {
      const text = await readFile(join(installed, `dist/react/${name}.js`), 'utf8');
      expect(text).toMatch(/^"use client";/);
      const options = await readFile(join(installed, 'dist/react/queries.js'), 'utf8');
      expect(options).not.toContain('use client');
    },
  );

  /** What a page would load, minified. */
  async function bundleOf(code: string): Promise<Buffer> {
    await writeFile(join(folder, 'page.js'), code);
    await build({
      config: false,
      cwd: folder,
      entry: ['page.js'],
      outDir: 'bundle',
      platform: 'browser',
      target: 'es2022',
      format: 'esm',
      minify: true,
      dts: false,
      deps: { alwaysBundle: [/./], neverBundle: [/^react(\/|$)/], onlyBundle: false },
      logLevel: 'silent',
    });
    const files = await readdir(join(folder, 'bundle'));
    const entry = files.find((name) => name.startsWith('page.')) ?? '';
    return readFile(join(folder, 'bundle', entry));
  }
});

describe('the package', () => {
  test('has nothing that publint objects to', async () => {
    const { buffer } = await readFile(tarball);
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('has nothing that attw objects to', async () => {
    const checked = await checkPackage(createPackageFromTarballData(await readFile(tarball)), {
      excludeEntrypoints: ['./react/seat-picker.css'],
    });
    expect(checked.types).not.toBe(false);
    const problems = 'problems' in checked ? checked.problems : [];
    // The oldest resolution of TypeScript knows no `exports`, so it finds the main entry alone.
    const isOld = (problem: object) =>
      'resolutionKind' in problem &&
      problem.resolutionKind === 'node10' &&
      'entrypoint' in problem &&
      ['./react', './door', './webhooks'].includes(String(problem.entrypoint));
    expect(problems.filter((problem) => !isOld(problem))).toEqual([]);
  });

  test('carries the licence', async () => {
    const read = (place: string) => readFile(join(place, 'LICENSE'), 'utf8');
    expect(await read(installed)).toBe(await read(root));
  });

  test('holds no tests and no server', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball]);
    const files = stdout.trim().split('\n').toSorted();
    const builtFile =
      /^package\/dist\/(react\/|door\/|webhooks\/)?[a-z-]+\.(c?js|c?js\.map|d\.c?ts)$/;
    expect(files.filter((file) => !builtFile.test(file))).toEqual([
      'package/LICENSE',
      'package/README.md',
      'package/package.json',
      'package/src/react/seat-picker.css',
    ]);
    expect(files.filter((file) => file.includes('test'))).toEqual([]);
  });
});

/** What a module names in an import, a re-export or a require; comments aside. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[^]*?\*\//g, '');
  const patterns = [
    /^\s*(?:import|export)\b[^'"();]*?from\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g,
  ];
  const names = patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name]) => name));
  return [...new Set(names.map(String))];
}

/** The Node that runs the tests, and the first other one on the path. */
function nodes(): [string, string][] {
  const others = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((path) => !path.includes('node_modules'))
    .map((path) => join(path, 'node'))
    .filter((path) => existsSync(path));
  const [other] = others;
  const own: [string, string] = [`Node ${process.version}`, process.execPath];
  return other ? [own, ['the Node of the path', other]] : [own];
}

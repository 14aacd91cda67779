import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const sdk = fileURLToPath(new URL('..', import.meta.url));
const root = join(sdk, '../..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matinee-guide-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The code of the guide by file name; a block without one is a file by itself. */
async function blocksOfGuide(guide: string): Promise<Map<string, string>> {
  const text = await readFile(join(root, 'docs', guide), 'utf8');
  const blocks = text.matchAll(
    /(?:^`([\w-]+\.\w+)`[^\n]*\n(?:[^\n`]+\n)*\n)?^```(tsx?|jsx?)\n([^]*?)^```/gm,
  );
  return new Map(
    [...blocks].map(([, name, language = '', code = ''], index) => [
      name ?? `block-${index}.${language}`,
      `${code}export {};\n`,
    ]),
  );
}

/** What the compiler says to files that use the SDK of today. */
async function compile(files: Map<string, string>): Promise<string[]> {
  for (const [name, code] of files) {
    await writeFile(join(folder, name), code);
  }
  await writeFile(join(folder, 'given.d.ts'), given);
  await writeFile(join(folder, 'style.d.ts'), 'export {};');
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2024',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    jsx: 'react-jsx',
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    customConditions: ['@matinee/source'],
    skipLibCheck: true,
    paths: {
      '@matinee/sdk': [join(sdk, 'src/index.ts')],
      '@matinee/sdk/react': [join(sdk, 'src/react/index.ts')],
      '@matinee/sdk/react/seat-picker.css': [join(folder, 'style.d.ts')],
      react: [join(sdk, 'node_modules/@types/react')],
      'react/*': [join(sdk, 'node_modules/@types/react/*')],
      'react-dom/*': [join(sdk, 'node_modules/@types/react-dom/*')],
    },
  };
  const names = ['given.d.ts', ...files.keys()];
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: names }));
  const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
  const told = await run(process.execPath, [tsc, '-p', folder]).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  return told.split('\n').filter((line) => line.includes('error TS'));
}

/** What a block that is no whole file takes for granted. */
const given = `import type { Matinee } from '@matinee/sdk';
import { isMatineeError as tell } from '@matinee/sdk';
declare global {
  var matinee: Matinee;
  var isMatineeError: typeof tell;
  var showtimeId: string;
  var seatIds: string[];
  /** Stripe.js. */
  var Stripe: (key: string) => {
    elements(options: { clientSecret: string }): {
      create(type: 'payment'): { mount(place: string): void };
    };
    confirmPayment(options: {
      elements: object;
      confirmParams: { return_url: string };
      redirect: 'if_required';
    }): Promise<{ error?: { message?: string } }>;
  };
  var error: unknown;
}`;

describe('the guide to a seat picker', () => {
  test('has code that compiles, with React and without', async () => {
    const blocks = await blocksOfGuide('frontend.md');
    const { 'main.ts': main = '', 'main.tsx': picker = '' } = Object.fromEntries(blocks);
    expect(main).not.toBe('');
    expect(picker).not.toBe('');
    // Two wrong copies beside it: a compiler that takes everything for `any` would not object.
    const wrong: [name: string, code: string][] = [
      ['wrong.ts', main.replace('error.details.limit', 'error.details.limits')],
      [
        'wrong.tsx',
        picker.replace('({ reference }) => alert(reference)', '({ refrence }) => alert(refrence)'),
      ],
    ];

    expect(await compile(new Map([...blocks, ...wrong]))).toEqual([
      expect.stringMatching(/wrong\.ts.*Property 'limits' does not exist/),
      expect.stringMatching(/wrong\.tsx.*Property 'refrence' does not exist/),
    ]);
  }, 120_000);
});

describe('the guide to payments', () => {
  test('has code that compiles', async () => {
    const blocks = await blocksOfGuide('taking-money.md');
    expect(blocks.size).toBe(2);
    // A wrong copy beside it, for control.
    const [[, pays = ''] = []] = blocks;
    const wrong = pays.replace('clientAction.publishableKey', 'clientAction.url');

    expect(await compile(new Map([...blocks, ['wrong-payment.ts', wrong]]))).toEqual([
      expect.stringMatching(/wrong-payment\.ts.*Property 'url' does not exist/),
    ]);
  }, 120_000);
});

describe.each([
  ['react.md', 'examples/react'],
  ['nextjs.md', 'examples/nextjs'],
])('the guide %s', (page, example) => {
  test('shows files of the example as they are: those are compiled and run', async () => {
    const text = await readFile(join(root, 'docs', page), 'utf8');
    const blocks = [...text.matchAll(/`((?:src|app)\/[^`\n]+\.tsx?)`:\n\n```tsx?\n([^]*?)^```/gm)];
    const files = await Promise.all(
      blocks.map(async ([, name = '']) => [
        name,
        await readFile(join(root, example, name), 'utf8'),
      ]),
    );
    expect(blocks.map(([, name, code]) => [name, code])).toEqual(files);
    expect(blocks.length).toBeGreaterThanOrEqual(5);
  });
});

import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { aShowtime } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Output } from '../run.ts';
import { startTestServer } from '../server.ts';
import { freshDocument, operationsOf } from './document.ts';
import type { Json } from './document.ts';
import { programOf, runTool } from './tool.ts';

/** A package of its own: the generator needs an older TypeScript than the rest. */
const home = fileURLToPath(new URL('../generated-client/', import.meta.url));
const programs = path.join(home, 'package.json');
const generator = path.join(home, 'node_modules/@hey-api/openapi-ts/dist/run.mjs');
const compiler = programOf('typescript', 'lib/tsc.js', programs);

let document: Json;
/** Inside that package, so that what is compiled finds its dependencies. */
let folder: string;
let generated: Output;
beforeAll(async () => {
  document = await freshDocument();
  folder = await mkdtemp(path.join(home, '.client-'));
  generated = await generate(document, 'client');
  await copyFile(path.join(home, 'book.ts'), path.join(folder, 'book.ts'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function generate(from: Json, into: string): Promise<Output> {
  const input = path.join(folder, `${into}.json`);
  await writeFile(input, JSON.stringify(from));
  const output = path.join(folder, into);
  return runTool(generator, ['-i', input, '-o', output, '--no-log-file'], folder);
}

/** Compiles `book.ts` with the generated client beside it. */
async function compile(): Promise<Output> {
  const compilerOptions = { outDir: 'out' };
  const project = { extends: '../tsconfig.json', compilerOptions, include: ['book.ts'] };
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  return runTool(compiler, ['-p', folder, '--pretty', 'false'], folder);
}

describe('a client that a generator makes of the document', { timeout: 60_000 }, () => {
  test('has a function for every operation, by its name', async () => {
    expect(generated).toMatchObject({ code: 0, err: '' });
    const source = await readFile(path.join(folder, 'client/sdk.gen.ts'), 'utf8');
    const functions = [...source.matchAll(/^export const (\w+) =/gm)].map(([, name]) => name);
    expect(functions.toSorted()).toEqual([...operationsOf(document).keys()].toSorted());
  });

  test('compiles strictly, and books and cancels', async () => {
    expect(await compile()).toEqual({ code: 0, out: '', err: '' });
    const server = await startTestServer();
    try {
      const { showtime } = await aShowtime(server.app, { seats: 3, price: '12.50' });
      const { href } = pathToFileURL(path.join(folder, 'out/book.js'));
      const main = path.join(folder, 'main.mjs');
      const print = `console.log(JSON.stringify(await book(process.argv[2])));`;
      await writeFile(main, `import { book } from '${href}';\n${print}\n`);
      const { code, out, err } = await runTool(main, [server.url]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(JSON.parse(out)).toEqual([
        'locked 2 for 25.00 USD',
        'SEATS_UNAVAILABLE locked',
        'SEATS_UNAVAILABLE locked',
        'confirmed 2 for 25.00',
        'SEATS_UNAVAILABLE reserved',
        'SEATS_UNAVAILABLE reserved',
        'cancelled',
        'ALREADY_CANCELLED',
      ]);
      const bought = 'select status from reservations where showtime_id = $1';
      const { rows } = await server.app.pool.query(bought, [showtime.id]);
      expect(rows).toEqual([{ status: 'cancelled' }]);
    } finally {
      await server.close();
    }
  });
});

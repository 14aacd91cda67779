import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestDatabase } from '@matinee/api/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServerProcess } from './races/processes.ts';

/*
 * What a start loads is what every start waits for, and what a server at rest holds: libraries that
 * most servers never need are loaded when they are.
 */

const rarelyNeeded = ['sharp', 'file-type', 'undici', 'zod-openapi', 'pdfkit'];

/** Runs before the server in its process, and writes what it has loaded when it ends. */
const recorder = (file: string) => `
  import { registerHooks } from 'node:module';
  import { writeFileSync } from 'node:fs';
  const urls = [];
  registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
  process.on('exit', () => writeFileSync(${JSON.stringify(file)}, urls.join('\\n')));`;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-start-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** The rarely needed packages among those that a server loads from its start to its end. */
async function loadedBy(use: (url: string) => Promise<unknown>): Promise<string[]> {
  const file = path.join(folder, 'loaded');
  const server = await startServerProcess({
    databaseUrl: database.url,
    jobs: true,
    nodeArgs: [
      '--conditions=@matinee/source',
      `--import=data:text/javascript,${encodeURIComponent(recorder(file))}`,
    ],
  });
  await use(server.url);
  expect(await server.stop()).toBe(0);
  const loaded = await readFile(file, 'utf8');
  expect(loaded).toContain('/node_modules/express/');
  return rarelyNeeded.filter((name) => loaded.includes(`/node_modules/${name}/`));
}

test('a start loads no library that most servers never need', async () => {
  expect(await loadedBy((url) => fetch(`${url}/health/ready`))).toEqual([]);
});

test('they are loaded when they are needed', async () => {
  const use = async (url: string) => {
    for (const page of ['/favicon.ico', '/openapi.json']) {
      expect((await fetch(url + page)).status).toBe(200);
    }
  };
  expect(await loadedBy(use)).toEqual(['sharp', 'zod-openapi']);
});

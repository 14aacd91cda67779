import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../../scripts/directions.ts';
import { rootDir } from '../src/root-dir.ts';

/*
 * `npm run lint` holds the directions of the house. These are its controls: each breaks a direction
 * in a copy of the configuration, and the linter has to notice.
 */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-directions-'));
  for (const file of ['oxlint.config.ts', 'scripts/directions.ts', 'package.json']) {
    await cp(path.join(rootDir, file), path.join(folder, file));
  }
  await symlink(path.join(rootDir, 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the linter reports for files of that content. */
async function lint(files: Record<string, string>): Promise<string> {
  const names = Object.keys(files).map((name) => path.join(folder, name));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const linter = path.join(rootDir, 'node_modules/oxlint/bin/oxlint');
  const { promise, resolve } = Promise.withResolvers<string>();
  execFile(process.execPath, [linter, ...names], { cwd: folder }, (_error, stdout, stderr) =>
    resolve(stdout + stderr),
  );
  const report = await promise;
  await Promise.all(names.map((name) => rm(name)));
  return report;
}

const api = 'packages/api/src';

/** It describes every procedure, as `procedure-info.ts` does. */
const describing = 'openapi';

test('every folder has a row', async () => {
  const entries = await readdir(path.join(rootDir, api), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(rows.flat().toSorted()).toEqual(folders.filter((name) => name !== describing).toSorted());
});

test('the document of the architecture has the same rows', async () => {
  const text = await readFile(path.join(rootDir, 'ARCHITECTURE.md'), 'utf8');
  const drawn = /do not import each other:\n\n```\n(.*?)```/s.exec(text)?.[1] ?? '';
  const ofText = drawn
    .trim()
    .split('\n')
    .map((row) => row.split(' · '));
  expect(ofText.toReversed()).toEqual(rows);
});

const importing = (specifier: string) => `import { x } from '${specifier}';\nexport const y = x;\n`;

test.each([
  ['upward', `${api}/movies/control.ts`, '../reservations/create.ts', 'folders below it'],
  ['across its row', `${api}/movies/control.ts`, '../theaters/service.ts', 'folders below it'],
  ['the composition', `${api}/seats/control.ts`, '../consequences.ts', 'files that compose it'],
  ['tRPC from a service', `${api}/seats/control.ts`, '../trpc.ts', 'knows its context'],
  ['the database from a router', `${api}/seats/router.ts`, '../db/query.ts', 'calls its service'],
  ['a host', `${api}/seats/control.ts`, 'express', 'nothing of its hosts'],
  ['the api from the command', 'packages/cli/src/control.ts', '@matinee/api', 'the SDK alone'],
  ['Node from the SDK', 'packages/sdk/src/control.ts', 'node:fs', 'runs in browsers'],
  ['cinemas', 'packages/embedded-postgres/src/control.ts', '@matinee/api', 'nothing of cinemas'],
])('an import of %s is reported', async (_what, file, specifier, sentence) => {
  expect(await lint({ [file]: importing(specifier) })).toContain(sentence);
});

test('an import of a folder below is fine', async () => {
  const report = await lint({ [`${api}/seats/control.ts`]: importing('../showtimes/list.ts') });
  expect(report).toContain('Found 0 warnings and 0 errors');
});

test('a circle is reported, even one of types', async () => {
  const report = await lint({
    [`${api}/seats/a.ts`]: `import type { B } from './b.ts';\nexport type A = B | 1;\n`,
    [`${api}/seats/b.ts`]: `import type { A } from './a.ts';\nexport type B = A[];\n`,
  });
  expect(report).toContain('import(no-cycle)');
});

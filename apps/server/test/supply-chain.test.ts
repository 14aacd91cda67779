import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { licenceProblems, licencesPage } from '../../../scripts/licences-page.ts';
import type { Bill } from '../../../scripts/licences-page.ts';
import { rootDir } from '../src/root-dir.ts';

let folder: string;
/** What `npm run sbom` writes. */
let bill: Bill & { bomFormat: string; specVersion: string };
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-sbom-'));
  const file = path.join(folder, 'matinee.cdx.json');
  const script = path.join(rootDir, 'scripts', 'sbom.mjs');
  await promisify(execFile)(process.execPath, [script, file], { cwd: folder });
  bill = JSON.parse(await readFile(file, 'utf8'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const find = (name: string, group?: string) =>
  bill.components.find((each) => each.name === name && each.group === group);

describe('the bill of materials', () => {
  test('has the packages that a server runs, with versions, licences and checksums', async () => {
    expect([bill.bomFormat, bill.specVersion]).toEqual(['CycloneDX', '1.6']);
    const { dependencies } = JSON.parse(
      await readFile(path.join(rootDir, 'apps/server/package.json'), 'utf8'),
    );
    for (const [name, id] of [
      ['express', 'MIT'],
      ['sharp', 'Apache-2.0'],
      ['multer', 'MIT'],
    ] as const) {
      expect(find(name)).toMatchObject({
        version: dependencies[name],
        purl: `pkg:npm/${name}@${dependencies[name]}`,
        licenses: [{ license: { id } }],
        externalReferences: expect.arrayContaining([
          expect.objectContaining({
            type: 'distribution',
            hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
          }),
        ]),
      });
    }
    expect(find('server', '@trpc')).toBeDefined();
    expect(find('node')).toBeDefined();
    expect(find('csv-stringify')).toBeDefined();
  });

  test.each(['vitest', 'oxlint', 'fast-check', 'playwright-core', 'autocannon', 'smtp-server'])(
    'has not %s, with which it is made and tested',
    (name) => {
      expect(find(name)).toBeUndefined();
    },
  );
});

describe('licences', () => {
  test('are allowed, or explained', () => {
    expect(licenceProblems(bill)).toEqual([]);
  });

  test('are in docs/licences.md as they are (npm run licences)', async () => {
    const page = await readFile(path.join(rootDir, 'docs', 'licences.md'), 'utf8');
    expect(page).toBe(licencesPage(bill));
    expect(page).toMatch(/^\| @img\/sharp-libvips-\* \| LGPL-3\.0-or-later \|/m);
  });

  test.each([
    [
      'of another kind',
      { licenses: [{ license: { id: 'GPL-3.0-only' } }] },
      'left-pad: GPL-3.0-only',
    ],
    [
      'in a word of its own',
      { licenses: [{ license: { name: 'Fair use' } }] },
      'left-pad: Fair use',
    ],
    [
      'in an expression',
      { licenses: [{ expression: 'MIT OR SSPL-1.0' }] },
      'left-pad: MIT OR SSPL-1.0',
    ],
    ['that are missing', {}, 'left-pad: no licence'],
  ])('%s are noticed', (_what, licences, problem) => {
    const component = { name: 'left-pad', version: '1.0.0', ...licences };
    expect(licenceProblems({ components: [component] })).toEqual([problem]);
  });

  test('that an explained package has changed are noticed', () => {
    const licenses = [{ license: { id: 'AGPL-3.0-only' } }];
    const component = { name: 'decko', version: '2.0.0', licenses };
    expect(licenceProblems({ components: [component] })).toEqual(['decko: AGPL-3.0-only']);
  });
});

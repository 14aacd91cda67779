import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { licencesPage } from './licences-page.ts';
import type { Bill } from './licences-page.ts';

/*
 * Writes docs/licences.md: `npm run licences`, after a change of dependencies.
 */
const folder = await mkdtemp(path.join(tmpdir(), 'matinee-licences-'));
const file = path.join(folder, 'matinee.cdx.json');
const sbom = path.join(import.meta.dirname, 'sbom.mjs');
await promisify(execFile)(process.execPath, [sbom, file]);
const bill: Bill = JSON.parse(await readFile(file, 'utf8'));
await writeFile(path.join(import.meta.dirname, '..', 'docs', 'licences.md'), licencesPage(bill));
await rm(folder, { recursive: true });

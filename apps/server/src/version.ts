import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rootDir } from './root-dir.ts';

const manifest = readFileSync(path.join(rootDir, 'package.json'), 'utf8');

/** The version of the product, as the root's package.json has it. */
export const { version } = JSON.parse(manifest) as { version: string };

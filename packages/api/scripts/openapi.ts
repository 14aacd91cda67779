import { readFile, writeFile } from 'node:fs/promises';
import { openApiDocument } from '../src/openapi/document.ts';

/*
 * Writes the committed copy of the OpenAPI document. Run it after a change of the surface:
 * `npm run openapi`.
 */
const root = new URL('../../../', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
  version: string;
};
const document = JSON.stringify(openApiDocument(manifest.version), null, 2);
await writeFile(new URL('docs/openapi.json', root), `${document}\n`);

import { readFile, writeFile } from 'node:fs/promises';
import { openApiDocument } from '../src/openapi/document.ts';
import { errorsTable } from '../src/openapi/errors-table.ts';
import { sdkTypes } from './sdk-types/sdk-types.ts';

/*
 * Writes the committed copy of the OpenAPI document, the table in `docs/errors.md`, and the types of
 * the SDK. Run it after a change of the surface: `npm run openapi`.
 */
const root = new URL('../../../', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
  version: string;
};
const document = JSON.stringify(openApiDocument(manifest.version), null, 2);
await writeFile(new URL('docs/openapi.json', root), `${document}\n`);

const page = new URL('docs/errors.md', root);
const text = await readFile(page, 'utf8');
const table = /^\| HTTP [^]*?\n(?=\n)/m;
await writeFile(page, text.replace(table, `${errorsTable()}\n`));

const sdk = new URL('packages/sdk/src/', root);
for (const [name, types] of Object.entries(sdkTypes())) {
  await writeFile(new URL(name, sdk), types);
}

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { documentText, openApiFiles } from '../src/openapi-files.ts';

/*
 * Part of the build: writes the OpenAPI documents beside the server. To make them takes a quarter of a
 * second, in which it could respond to nobody.
 */

const dist = path.resolve(import.meta.dirname, '../dist');
for (const file of openApiFiles) {
  await writeFile(path.join(dist, file), await documentText(file));
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openApiDocument } from '@matinee/api/openapi';

/** An object of the document, of any kind. */
export type Json = Record<string, unknown>;

const manifest = new URL('../../../../package.json', import.meta.url);

/** The document as the code makes it now, with the version that is in package.json. */
export async function freshDocument(): Promise<Json> {
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  return JSON.parse(JSON.stringify(openApiDocument(version))) as Json;
}

/** A document in a file of its own, for a tool to read. */
export interface DocumentFile {
  path: string;
  remove(): Promise<void>;
}

export async function writeDocument(document: Json): Promise<DocumentFile> {
  const folder = await mkdtemp(path.join(tmpdir(), 'matinee-document-'));
  const file = path.join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document, null, 2));
  return { path: file, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The operations by their `operationId`. */
export function operationsOf(document: Json): Map<string, { route: string; operation: Json }> {
  const paths = document.paths as Record<string, Record<string, Json>>;
  const entries = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const route = `${method.toUpperCase()} ${template}`;
      return [String(operation.operationId), { route, operation }] as const;
    }),
  );
  return new Map(entries);
}

/** What the document calls a procedure: `moviesList` for `movies.list`. */
export function operationIdOf(procedure: string): string {
  return procedure.replace(/\.(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

import { version } from './version.ts';

/** The OpenAPI documents that are served, newest first; the build writes them beside the program. */
export const openApiFiles = ['openapi.json', 'openapi-3.0.json'] as const;

/** A document as JSON, made anew. It takes some 150 ms in which nothing else happens. */
export async function documentText(file: (typeof openApiFiles)[number]): Promise<string> {
  const { openApi30Document, openApiDocument } = await import('@matinee/api/openapi');
  const make = file === 'openapi.json' ? openApiDocument : openApi30Document;
  return JSON.stringify(make(version));
}

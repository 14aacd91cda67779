import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import { documentText, openApiFiles } from './openapi-files.ts';
import { pageFile } from './pages/html.ts';
import { sendShared } from './shared-answer.ts';

const require = createRequire(import.meta.url);

/**
 * `/openapi.json` and the same in OpenAPI 3.0, Swagger UI at `/docs`, ReDoc at `/redoc`; nothing comes
 * from other hosts. Everything is read for its first reader, is in memory once, and compressed once.
 */
export function documentation(): Router {
  const router = Router({ caseSensitive: true });
  for (const name of openApiFiles) {
    const document = serve('json', () => openApiFile(name));
    router.get(`/${name}`, anyOrigin, forAnHour, document);
  }
  const page = (html: string) => serve('html', async () => html);
  router.get('/docs', allowPage, page(swaggerPage));
  router.get('/redoc', allowPage, page(redocPage));
  const file = (type: string, name: string) => serve(type, async () => pageFile(name));
  router.get('/docs/init.js', forAnHour, file('js', 'docs.js'));
  router.get('/docs/matinee.css', forAnHour, file('css', 'docs.css'));
  router.get('/redoc/matinee.css', forAnHour, file('css', 'redoc.css'));
  router.get('/redoc/init.js', forAnHour, file('js', 'redoc.js'));
  for (const [name, type] of swaggerFiles) {
    const asset = serve(type, () => swaggerFile(name));
    router.get(`/docs/${name}`, forAnHour, asset);
  }
  router.get('/redoc/redoc.standalone.js', forAnHour, serve('js', redocBundle));
  return router;
}

/** As the build has written it; a server that runs from its sources makes it. */
function openApiFile(name: (typeof openApiFiles)[number]): Promise<string | Buffer> {
  const built = path.join(import.meta.dirname, name);
  return existsSync(built) ? readFile(built) : documentText(name);
}

/** What the page of Swagger UI asks for. */
const swaggerFiles = [
  ['swagger-ui.css', 'css'],
  ['swagger-ui-bundle.js', 'js'],
] as const;

function swaggerFile(name: string): Promise<Buffer> {
  const folder = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  return readFile(path.join(folder, name));
}

/** Scripts from here alone; both pages style elements from their scripts. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function allowPage(_req: Request, res: Response, next: NextFunction): void {
  res.set('Content-Security-Policy', contentSecurityPolicy);
  res.set('Cache-Control', 'public, max-age=3600');
  next();
}

/** ReDoc without the picture that it loads from its maker, and without a colour that no theme changes. */
async function redocBundle(): Promise<string> {
  const redoc = path.dirname(require.resolve('redoc/package.json'));
  const bundle = await readFile(path.join(redoc, 'bundles', 'redoc.standalone.js'), 'utf8');
  return bundle
    .replaceAll('https://cdn.redoc.ly/redoc/logo-mini.svg', '/favicon.svg')
    .replaceAll('#0e7c86', 'currentColor');
}

function anyOrigin(_req: Request, res: Response, next: NextFunction): void {
  res.set('Access-Control-Allow-Origin', '*');
  next();
}

function forAnHour(_req: Request, res: Response, next: NextFunction): void {
  res.set('Cache-Control', 'public, max-age=3600');
  next();
}

/** A handler that makes what it sends once, when the first reader asks for it. */
function serve(type: string, make: () => Promise<string | Buffer>) {
  let made: Promise<{ body: Buffer }> | undefined;
  const remake = async () => ({ body: Buffer.from(await make()) });
  return async (req: Request, res: Response) => {
    made ??= remake().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    const document = await made;
    res.type(type);
    const { body } = document;
    return sendShared(req, res, { of: document, name: 'document', body, effort: 'thorough' });
  };
}

const swaggerPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Matinee API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="stylesheet" href="/docs/matinee.css">
    <link rel="icon" type="image/svg+xml" href="/favicon.svg">
  </head>
  <body>
    <nav class="matinee" aria-label="Matinee">
      <a href="/">Home</a>
      <a href="/redoc">Reference (ReDoc)</a>
      <a href="/guides/rest.md">Guide</a>
      <a href="/openapi.json">OpenAPI</a>
    </nav>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/init.js"></script>
  </body>
</html>
`;

const redocPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Matinee API reference</title>
    <link rel="icon" type="image/svg+xml" href="/favicon.svg">
    <meta name="color-scheme" content="light dark">
    <link rel="stylesheet" href="/redoc/matinee.css">
  </head>
  <body>
    <main id="redoc"></main>
    <script src="/redoc/redoc.standalone.js"></script>
    <script src="/redoc/init.js"></script>
  </body>
</html>
`;

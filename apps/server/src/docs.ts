import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { openApiDocument } from '@matinee/api';
import express, { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';

const require = createRequire(import.meta.url);

/** `/openapi.json`, Swagger UI at `/docs`, ReDoc at `/redoc`; nothing comes from other hosts. */
export function documentation(version: string): Router {
  const router = Router();
  const document = openApiDocument(version);
  router.get('/openapi.json', (_req, res) => {
    res.set('Access-Control-Allow-Origin', '*').json(document);
  });
  const assets = { index: false, maxAge: '1h' };
  const swagger = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  router.get('/docs', allowPage, html(swaggerPage));
  router.get('/docs/init.js', script(swaggerScript));
  router.use('/docs', express.static(swagger, assets));
  router.get('/redoc', allowPage, html(redocPage));
  router.get('/redoc/init.js', script(redocScript));
  router.get('/redoc/redoc.standalone.js', script(redocBundle()));
  return router;
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
  next();
}

/** ReDoc without the picture that it loads from its maker. */
function redocBundle(): string {
  const redoc = path.dirname(require.resolve('redoc/package.json'));
  const bundle = readFileSync(path.join(redoc, 'bundles', 'redoc.standalone.js'), 'utf8');
  return bundle.replaceAll(
    /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini\.svg/g,
    '/docs/favicon-32x32.png',
  );
}

function html(page: string) {
  return (_req: Request, res: Response) => void res.type('html').send(page);
}

function script(source: string) {
  return (_req: Request, res: Response) =>
    void res.type('js').set('Cache-Control', 'public, max-age=3600').send(source);
}

const swaggerPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Matinee API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/init.js"></script>
  </body>
</html>
`;

const swaggerScript = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
});
`;

const redocPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Matinee API reference</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
    <style>body { margin: 0 }</style>
  </head>
  <body>
    <div id="redoc"></div>
    <script src="/redoc/redoc.standalone.js"></script>
    <script src="/redoc/init.js"></script>
  </body>
</html>
`;

const redocScript = `Redoc.init('/openapi.json', { hideLoading: true }, document.getElementById('redoc'));
`;

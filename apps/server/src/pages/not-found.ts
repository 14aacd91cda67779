import { NotFoundError } from '@matinee/api';
import type { Request, RequestHandler, Response } from 'express';
import { sendFailure } from '../request.ts';
import { nearRoute, underPrefix } from '../rest/near-routes.ts';
import type { Destination } from '../rest/near-routes.ts';
import { restRoutes } from '../rest/routes.ts';
import { html, pageOf, sendPage } from './html.ts';
import type { Html } from './html.ts';

/** Pages that a person may mistype. */
const pages = ['/health/live', '/health/ready'];
const documentation = ['/docs', '/redoc', '/openapi.json', '/openapi-3.0.json'];

/**
 * Answers requests for which there is no route, and says which route is near. Programs get a failure
 * with the code `NOT_FOUND`, browsers a page.
 */
export function answerNoRoute({ docs }: { docs: boolean }): RequestHandler {
  const known = [...pages, ...(docs ? documentation : [])];
  const routes = [
    ...restRoutes().map(({ openapi }) => underPrefix(openapi)),
    underPrefix({ method: 'POST', path: '/movies/{movieId}/poster' }),
    ...known.map((path) => ({ method: 'GET', path })),
  ];
  return async (req, res) => {
    const asked = destinationOf(req);
    const near = nearRoute(asked, routes);
    res.vary('Accept');
    if (wantsPage(req)) {
      await sendNoPage(req, res, { asked, near, docs });
      return;
    }
    const hint = near ? ` Did you mean ${nameOf(near)}?` : '';
    const list = docs ? ' All routes are at /docs.' : '';
    sendFailure(res, new NotFoundError(`No route ${nameOf(asked)}.${hint}${list}`));
  };
}

function destinationOf(req: Request): Destination {
  const [path = ''] = req.originalUrl.split('?', 1);
  return { method: req.method, path: path.slice(0, 200) };
}

function nameOf({ method, path }: Destination): string {
  return `${method} ${path}`;
}

/** A person who followed a link. Programs that take anything get JSON. */
function wantsPage(req: Request): boolean {
  const isReading = req.method === 'GET' || req.method === 'HEAD';
  return isReading && req.accepts(['json', 'html']) === 'html';
}

interface NoPage {
  asked: Destination;
  near: Destination | undefined;
  docs: boolean;
}

async function sendNoPage(req: Request, res: Response, { asked, near, docs }: NoPage) {
  const page = pageOf({
    title: 'Not found – Matinee',
    body: html`
      <main>
        <h1>Not found</h1>
        <p>No route <code>${nameOf(asked)}</code>.</p>
        ${near ? suggestion(near) : []}
        <p><a href="/">Home</a>${docs ? documented : []}</p>
        <p class="soft">Request <code>${req.requestId}</code></p>
      </main>
    `,
  });
  req.notes.failure ??= 'NOT_FOUND';
  res.status(404).set('Cache-Control', 'no-store');
  await sendPage(req, res, page);
}

const documented = html` · <a href="/docs">All routes</a>`;

/** A link where a browser can follow it. */
function suggestion(near: Destination): Html {
  const name = html`<code>${nameOf(near)}</code>`;
  const isLink = near.method === 'GET' && !near.path.includes('{');
  const target = isLink ? html`<a href="${near.path}">${name}</a>` : name;
  return html` <p>Did you mean ${target}?</p> `;
}

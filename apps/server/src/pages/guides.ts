import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { rootDir } from '../root-dir.ts';
import { sendShared } from '../shared-answer.ts';

/** The guides that the home page lists, of the folder `docs`. */
export const guides = [
  { file: 'rest.md', title: 'REST with curl' },
  { file: 'frontend.md', title: 'A seat picker in a web page' },
  { file: 'react.md', title: 'React and TanStack Query' },
  { file: 'nextjs.md', title: 'Next.js' },
  { file: 'python.md', title: 'Python' },
  { file: 'operators.md', title: 'Running Matinee' },
  { file: 'taking-money.md', title: 'Taking money' },
  { file: 'selling-tickets.md', title: 'Selling tickets' },
  { file: 'tickets-and-the-door.md', title: 'Tickets and the door' },
  { file: 'webhooks.md', title: 'Webhooks' },
  { file: 'versioning.md', title: 'Versions and deprecations' },
  { file: 'errors.md', title: 'Error codes' },
] as const;

/** `/guides/rest.md` and the other files of the folder to which guides refer, as text. */
export function guidePages(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const folder = path.join(rootDir, 'docs');
  const files = readdirSync(folder).filter((file) => /\.(md|py)$/.test(file));
  router.get('/openapi.json', (_req, res) => res.redirect('/openapi.json'));
  for (const file of files) {
    const guide = { body: readFileSync(path.join(folder, file)) };
    router.get(`/${file}`, (req: Request, res: Response) => {
      res.set('Cache-Control', 'public, max-age=3600').type('text/plain');
      return sendShared(req, res, { of: guide, name: 'guide', body: guide.body });
    });
  }
  return router;
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { rootDir } from '../root-dir.ts';
import { sendShared } from '../shared-answer.ts';

/** The guides of the repository, in the folder `docs`. */
export const guides = [
  { file: 'rest.md', title: 'REST with curl' },
  { file: 'frontend.md', title: 'A seat picker in a web page' },
  { file: 'react.md', title: 'React and TanStack Query' },
  { file: 'nextjs.md', title: 'Next.js' },
  { file: 'python.md', title: 'Python' },
  { file: 'operators.md', title: 'Running Matinee' },
  { file: 'errors.md', title: 'Error codes' },
] as const;

/** `/guides/rest.md` and the others, as text. */
export function guidePages(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const { file } of guides) {
    const guide = { body: readFileSync(path.join(rootDir, 'docs', file)) };
    router.get(`/${file}`, (req: Request, res: Response) => {
      res.set('Cache-Control', 'public, max-age=3600').type('text/plain');
      return sendShared(req, res, { of: guide, name: 'guide', body: guide.body });
    });
  }
  return router;
}

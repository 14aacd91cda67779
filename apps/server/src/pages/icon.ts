import { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import { sendShared } from '../shared-answer.ts';
import { pageFile } from './html.ts';

/** Pixels of a side, in the form for browsers that take no SVG. */
const side = 32;
const headerBytes = 22;

/** `/favicon.svg`, and `/favicon.ico` for browsers that ask for it unbidden. */
export function icons(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const svg = { body: pageFile('favicon.svg') };
  let made: Promise<{ body: Buffer }> | undefined;
  router.get('/favicon.svg', forADay, (req: Request, res: Response) => {
    res.type('svg');
    return sendShared(req, res, { of: svg, name: 'icon', body: svg.body });
  });
  router.get('/favicon.ico', forADay, async (req: Request, res: Response) => {
    made ??= iconOf(svg.body);
    const icon = await made;
    res.type('ico');
    return sendShared(req, res, { of: icon, name: 'icon', body: icon.body });
  });
  return router;
}

function forADay(_req: Request, res: Response, next: NextFunction): void {
  res.set('Cache-Control', 'public, max-age=86400');
  next();
}

/** An ICO file is a header of fixed length and a PNG. */
async function iconOf(svg: string): Promise<{ body: Buffer }> {
  const { default: sharp } = await import('sharp');
  const png = await sharp(Buffer.from(svg)).resize(side, side).png().toBuffer();
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16LE(1, 2); // an icon
  header.writeUInt16LE(1, 4); // with one picture
  header.writeUInt8(side, 6);
  header.writeUInt8(side, 7);
  header.writeUInt16LE(1, 10); // one plane
  header.writeUInt16LE(32, 12); // bits for each pixel
  header.writeUInt32LE(png.length, 14);
  header.writeUInt32LE(headerBytes, 18);
  return { body: Buffer.concat([header, png]) };
}

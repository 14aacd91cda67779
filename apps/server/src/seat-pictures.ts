import { hostRouter, toAppError } from '@matinee/api';
import type { App, DrawnSeats } from '@matinee/api';
import { callTRPCProcedure } from '@trpc/server';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { contextOf, sendFailure } from './request.ts';
import { refuseMethod } from './rest/bridge.ts';
import { isKnown, sendShared } from './shared-answer.ts';

/** A picture that is opened as a page is nothing but itself. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** A picture, and how long a browser may show it without asking. */
interface Picture {
  path: string;
  procedure: string;
  caching: string;
}

const pictures: readonly Picture[] = [
  {
    path: '/theaters/:theaterId/seats.svg',
    procedure: 'seatPictures.theater',
    caching: 'public, max-age=300',
  },
  {
    path: '/showtimes/:showtimeId/seats.svg',
    procedure: 'seatPictures.showtime',
    caching: 'public, no-cache',
  },
];

/** Seats as pictures, the same for everyone, which pages show with `<img>`. */
export function seatPictures(app: App): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const picture of pictures) {
    router.get(picture.path, (req, res) => {
      answer(app, picture, { req, res }).catch((failure: unknown) =>
        sendFailure(res, toAppError(failure)),
      );
    });
    router.all(picture.path, refuseMethod(['GET']));
  }
  return router;
}

async function answer(
  app: App,
  { procedure, caching }: Picture,
  { req, res }: { req: Request; res: Response },
): Promise<void> {
  const drawn = (await callTRPCProcedure({
    router: hostRouter,
    path: procedure,
    type: 'query',
    ctx: contextOf(app, req),
    // Not the query: a page adds one to load a picture again.
    getRawInput: async () => req.params,
    signal: undefined,
    batchIndex: 0,
  })) as DrawnSeats;
  const etag = `"${drawn.version}"`;
  res.setHeader('Cache-Control', caching);
  res.setHeader('ETag', etag);
  if (isKnown(req, etag)) {
    res.statusCode = 304;
    res.end();
    return;
  }
  res.setHeader('Content-Type', 'image/svg+xml; charset=utf-8');
  res.setHeader('Content-Security-Policy', policy);
  await sendShared(req, res, { of: drawn, name: 'picture', body: drawn.text });
}

import { pipeline } from 'node:stream/promises';
import { AppError, ValidationError } from '@matinee/api';
import type { App } from '@matinee/api';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { sendFailure } from '../request.ts';
import { extensionOf, isMaster, renditionOf, types, widths } from './names.ts';
import type { Extension, Width } from './names.ts';
import type { Renditions } from './renditions.ts';
import type { PosterStore, Range } from './store.ts';

/** A picture that is opened as a page is nothing but itself. */
const picturePolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

/** A year, which is the longest that a cache believes. */
const forever = 'public, max-age=31536000, immutable';

interface Sources {
  store: PosterStore;
  renditions: Renditions;
}

/**
 * `/uploads/…`: pictures that we have encoded, under names of our own. With `?w=` a rendition. Other
 * parameters are ignored: none of them makes work or files.
 */
export function posterFiles(app: App, sources: Sources): RequestHandler {
  return (req, res, next) => {
    const name = req.path.slice(1);
    // What else is in the folder is not for readers.
    if (!isMaster(name) || !['GET', 'HEAD'].includes(req.method)) {
      next();
      return;
    }
    answer(req, res, { ...sources, name }).then(
      (found) => (found ? undefined : next()),
      (failure: unknown) => fail(app, failure, { res, next }),
    );
  };
}

interface Asked extends Sources {
  /** Of the master. */
  name: string;
}

/** @returns false without such a picture */
async function answer(req: Request, res: Response, asked: Asked): Promise<boolean> {
  const { store, renditions, name: master } = asked;
  const width = widthOf(req);
  if (width === undefined) {
    return sendStored(res, store, { name: master, etag: `"${master}"`, cacheControl: forever });
  }
  const extension = extensionFor(req.get('accept'), extensionOf(master));
  const name = renditionOf(master, width, extension);
  // Weak: another version of the encoder may make other bytes of the same picture.
  const picture = { name, etag: `W/"${name}"`, cacheControl: forever };
  res.vary('Accept');
  if (await sendStored(res, store, picture)) {
    return true;
  }
  const made = await renditions.make({ master, width, extension });
  if (made === 'busy') {
    // Large, but a picture, and the next reader gets the right one.
    return sendStored(res, store, { name: master, etag: `"${master}"`, cacheControl: 'no-store' });
  }
  if (!made) {
    return false;
  }
  const body = (range?: Range) => (range ? made.subarray(range.start, range.end + 1) : made);
  await send(res, { ...picture, size: made.length, body: async (range) => body(range) });
  return true;
}

/** @throws ValidationError for every value but the three, and for two of them */
function widthOf({ query }: Request): Width | undefined {
  const { w } = query;
  const width = widths.find((each) => String(each) === w);
  if (w !== undefined && width === undefined) {
    throw new ValidationError([{ path: ['w'], message: `must be ${widths.join(', ')}` }]);
  }
  return width;
}

/**
 * The type of a rendition. AVIF only for those who name it: it is the smallest, and programs that accept
 * anything may be older than it. Those who accept neither it nor WebP get the type of the master.
 */
export function extensionFor(accept = '*/*', own: Extension): Extension {
  const avif = qualityOf(accept, ['image/avif']);
  const webp = qualityOf(accept, ['image/webp', 'image/*', '*/*']);
  if (avif > 0 && avif >= webp) {
    return 'avif';
  }
  return webp > 0 ? 'webp' : own;
}

/** The quality that an `Accept` gives to the first of the types that it has; 0 without any. */
function qualityOf(accept: string, wanted: readonly string[]): number {
  const given = new Map(
    accept.split(',', 50).map((part) => {
      const [type = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
      const [, quality = '1'] =
        /^q=(.+)$/.exec(parameters.find((p) => p.startsWith('q=')) ?? '') ?? [];
      return [type, Number(quality) || 0];
    }),
  );
  const first = wanted.find((type) => given.has(type));
  return first === undefined ? 0 : (given.get(first) ?? 0);
}

interface Named {
  name: string;
  etag: string;
  cacheControl: string;
}

interface Picture extends Named {
  /** Of the whole, in bytes. */
  size: number;
  /** The bytes, or a part of them; undefined when they are gone meanwhile. */
  body: (range?: Range) => Promise<Buffer | NodeJS.ReadableStream | undefined>;
}

/** @returns false if the store has no such file */
async function sendStored(res: Response, store: PosterStore, named: Named): Promise<boolean> {
  const { req } = res;
  // Without a condition, a file takes one call to a bucket, not two.
  if (req.method === 'GET' && !req.headers.range && !req.headers['if-none-match']) {
    const file = await store.open(named.name);
    if (file) {
      await send(res, { ...named, size: file.size, body: async () => file.body });
    }
    return file !== undefined;
  }
  const size = await store.sizeOf(named.name);
  if (size === undefined) {
    return false;
  }
  const body = async (range?: Range) => (await store.open(named.name, range))?.body;
  return send(res, { ...named, size, body });
}

/** @returns false if the bytes are gone */
async function send(res: Response, picture: Picture): Promise<boolean> {
  const { req } = res;
  const range = rangeOf(req, picture);
  // Everything that can fail comes before the first header.
  const isFresh = isUnchanged(req, picture);
  const needsBody = req.method === 'GET' && !isFresh && range !== 'none';
  const body = needsBody ? await picture.body(range) : undefined;
  if (needsBody && body === undefined) {
    return false;
  }
  setHeaders(res, picture);
  if (isFresh) {
    res.status(304).end();
    return true;
  }
  setLength(res, picture.size, range);
  if (body === undefined || Buffer.isBuffer(body)) {
    res.end(body);
    return true;
  }
  // A reader who leaves, or a bucket that stops, ends the connection: the length says that a part is missing.
  await pipeline(body, res).catch(() => {});
  return true;
}

function setHeaders(res: Response, { name, etag, cacheControl }: Picture): void {
  res.setHeader('Content-Type', types[extensionOf(name)]);
  res.setHeader('Cache-Control', cacheControl);
  res.setHeader('Content-Security-Policy', picturePolicy);
  res.setHeader('Content-Disposition', `inline; filename="${name}"`);
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  res.setHeader('Accept-Ranges', 'bytes');
  if (cacheControl === forever) {
    res.setHeader('ETag', etag);
  }
}

function setLength(res: Response, size: number, range: Range | 'none' | undefined): void {
  if (range === undefined) {
    res.setHeader('Content-Length', size);
  } else if (range === 'none') {
    res.status(416).setHeader('Content-Range', `bytes */${size}`);
    res.removeHeader('ETag');
    res.setHeader('Cache-Control', 'no-store');
    res.removeHeader('Content-Type');
    res.setHeader('Content-Length', 0);
  } else {
    res.status(206).setHeader('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
    res.setHeader('Content-Length', range.end - range.start + 1);
  }
}

/** Whether the reader has these bytes. A name never gets others, so the date says nothing more. */
function isUnchanged(req: Request, { etag, cacheControl }: Picture): boolean {
  const known = req.get('if-none-match')?.split(',') ?? [];
  const plain = (tag: string) => tag.trim().replace(/^W\//, '');
  return cacheControl === forever && known.some((tag) => ['*', plain(etag)].includes(plain(tag)));
}

/** One part that is asked for; `none` outside the file. Several parts are answered with the whole. */
function rangeOf(req: Request, { size, etag }: Picture): Range | 'none' | undefined {
  const since = req.get('if-range');
  if (since !== undefined && since !== etag) {
    return undefined;
  }
  const ranges = req.range(size, { combine: true });
  if (ranges === -1) {
    return 'none';
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) {
    return undefined;
  }
  return ranges[0];
}

/** What the store has logged itself is not logged for every reader. */
function fail(
  app: App,
  failure: unknown,
  { res, next }: { res: Response; next: NextFunction },
): void {
  if (failure instanceof AppError) {
    sendFailure(res, failure);
    return;
  }
  next(failure);
}

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  hostRouter,
  listPosterUrls,
  RequestError,
  toAppError,
  UnavailableError,
  ValidationError,
} from '@matinee/api';
import type { App, AppError } from '@matinee/api';
import { context } from '@opentelemetry/api';
import { callTRPCProcedure } from '@trpc/server';
import express, { Router } from 'express';
import type { Request, Response } from 'express';
import { fileTypeFromBuffer } from 'file-type';
import multer from 'multer';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import writeFileAtomic from 'write-file-atomic';
import { contextOf, sendFailure } from './request.ts';
import { refuseMethod } from './rest/bridge.ts';

/** Where posters are kept and how large they may come. */
export interface PosterOptions {
  uploadDir: string;
  maxUploadSizeMb: number;
}

interface UploadCounter {
  /** Told how each picture fared that was received. */
  count: (outcome: 'stored' | 'refused') => void;
}

/** Pictures that are being received or encoded at a time. */
const mostUnderWay = 4;
/** Decoded size: a picture of a few kilobytes can unpack to gigabytes. */
const mostPixels = 40_000_000;
/** Larger posters are scaled down to this width or height. */
const longestSide = 2_000;

/** How each accepted type is written again; the extension is what the file is served as. */
const encodings = {
  'image/jpeg': { extension: 'jpg', encode: (image: Sharp) => image.jpeg({ quality: 85 }) },
  'image/png': { extension: 'png', encode: (image: Sharp) => image.png() },
  'image/webp': { extension: 'webp', encode: (image: Sharp) => image.webp({ quality: 85 }) },
} as const;

/** `POST /movies/{movieId}/poster`, beside tRPC because its body is no JSON. */
export function posterUpload(app: App, options: PosterOptions & UploadCounter): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const limits = { fileSize: options.maxUploadSizeMb * 1024 * 1024, files: 1, fields: 0, parts: 1 };
  const receive = multer({ storage: multer.memoryStorage(), limits }).single('file');
  let underWay = 0;
  router.post('/movies/:movieId/poster', async (req: Request, res: Response) => {
    if (!/^multipart\/form-data\s*;/i.test(req.get('content-type') ?? '')) {
      const message = 'Send multipart/form-data with one field, file.';
      sendFailure(res, new RequestError('UNSUPPORTED_MEDIA_TYPE', message));
      return;
    }
    try {
      // Before the first byte of the picture: it is kept in memory.
      await callerOf(app, req)('movies.mayUpload', 'query');
      if (underWay >= mostUnderWay) {
        throw new UnavailableError();
      }
    } catch (failure) {
      res.setHeader('Connection', 'close');
      sendFailure(res, toAppError(failure));
      return;
    }
    underWay += 1;
    res.once('close', () => {
      underWay -= 1;
      options.count(res.statusCode === 201 ? 'stored' : 'refused');
    });
    const stored = (error: unknown) => {
      const received = error === undefined ? store(app, req, options) : Promise.reject(error);
      received
        .then(({ movie, replayed }) => {
          if (replayed) {
            res.setHeader('Idempotency-Replayed', 'true');
          }
          res.status(201).json({ success: true, data: movie, message: 'Poster stored.' });
        })
        .catch((failure: unknown) => sendFailure(res, uploadFailure(failure)));
    };
    // Called by the stream of the body, outside the trace of the request.
    receive(req, res, context.bind(context.active(), stored));
  });
  router.all('/movies/:movieId/poster', refuseMethod(['POST']));
  return router;
}

/** `/uploads`: pictures that we have encoded, under names of our own. */
export function posterFiles({ uploadDir }: PosterOptions): express.Handler {
  const files = express.static(uploadDir, {
    index: false,
    redirect: false,
    immutable: true,
    maxAge: '365d',
    setHeaders: (res, file) => {
      res.setHeader('Content-Security-Policy', picturePolicy);
      res.setHeader('Content-Disposition', `inline; filename="${path.basename(file)}"`);
      res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    },
  });
  return (req, res, next) => {
    // Whatever else is in the folder is nobody's business.
    if (posterName.test(req.path.slice(1))) {
      files(req, res, next);
    } else {
      next();
    }
  };
}

/** A picture that is opened as a page is nothing but itself. */
const picturePolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

/** How the server names posters. */
const posterName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(jpg|png|webp|avif)$/;

/** A file younger than this may belong to an upload that is not committed yet. */
const orphanAgeMs = 10 * 60_000;

/** Removes files that no movie names: left by a crash, or by a movie that was erased. */
export async function sweepPosters(app: App, { uploadDir }: PosterOptions): Promise<number> {
  const names = await readdir(uploadDir).catch(() => []);
  const old: string[] = [];
  for (const name of names.filter(isPosterName)) {
    const { mtimeMs } = await stat(path.join(uploadDir, name)).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < app.clock().getTime() - orphanAgeMs) {
      old.push(name);
    }
  }
  // Read after the files were listed: a row that is younger than this belongs to a younger file.
  const urls = await listPosterUrls({ em: app.orm.em.fork(), pool: app.pool });
  const needed = new Set(urls.map((url) => path.basename(url)));
  const orphans = old.filter((name) => !needed.has(name));
  await Promise.all(orphans.map((name) => rm(path.join(uploadDir, name), { force: true })));
  return orphans.length;
}

/** Calls the host's own procedures for a request. */
function callerOf(app: App, req: Request, ctx = contextOf(app, req)) {
  return (procedure: string, type: 'query' | 'mutation', input?: unknown) =>
    callTRPCProcedure({
      router: hostRouter,
      path: procedure,
      type,
      ctx,
      getRawInput: async () => input,
      signal: undefined,
      batchIndex: 0,
    }) as Promise<unknown>;
}

interface Stored {
  movie: { posterUrl: string | null };
  replacedUrl: string | null;
}

/**
 * The file first, then the row: at every moment each row has its file. A file without a row, after
 * a refusal or a crash, is removed here or by `sweepPosters`.
 */
async function store(app: App, req: Request, { uploadDir }: PosterOptions) {
  const ctx = contextOf(app, req);
  const call = callerOf(app, req, ctx);
  if (!req.file) {
    throw new ValidationError([{ path: ['file'], message: 'is required' }]);
  }
  const { extension, bytes } = await reencode(req.file.buffer);
  const name = `${randomUUID()}.${extension}`;
  await writeDurably(path.join(uploadDir, name), bytes);
  const contentHash = createHash('sha256').update(req.file.buffer).digest('base64url');
  const input = { movieId: req.params.movieId, posterUrl: `/uploads/${name}`, contentHash };
  const discard = (url: string | null) =>
    url === null ? undefined : rm(path.join(uploadDir, path.basename(url)), { force: true });
  try {
    const { movie, replacedUrl } = (await call('movies.setPoster', 'mutation', input)) as Stored;
    const replayed = ctx.notes.idempotencyReplayed;
    await discard(replayed ? input.posterUrl : replacedUrl);
    return { movie, replayed };
  } catch (error) {
    // With the database lost nobody knows whether the row is there: then the sweep decides.
    if (toAppError(error).status < 500) {
      await discard(input.posterUrl);
    }
    throw error;
  }
}

/** Decodes by content and encodes anew: what was hidden in the file does not survive. */
async function reencode(sent: Buffer): Promise<{ extension: string; bytes: Buffer }> {
  const type = await fileTypeFromBuffer(sent).catch(() => undefined);
  const encoding = encodings[type?.mime as keyof typeof encodings] as
    | (typeof encodings)[keyof typeof encodings]
    | undefined;
  if (!encoding) {
    throw new RequestError(
      'UNSUPPORTED_MEDIA_TYPE',
      'The file must be a JPEG, PNG or WebP picture.',
    );
  }
  const image = sharp(sent, { limitInputPixels: mostPixels, failOn: 'error' })
    .rotate()
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true });
  try {
    return { extension: encoding.extension, bytes: await encoding.encode(image).toBuffer() };
  } catch (error) {
    if (/pixel limit/i.test(String(error))) {
      throw new RequestError('PAYLOAD_TOO_LARGE', 'The picture has too many pixels.');
    }
    const message = 'is a damaged picture';
    throw new ValidationError([{ path: ['file'], message }], { cause: error });
  }
}

/** Under its name only once it is on the disk. */
async function writeDurably(file: string, bytes: Buffer): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, bytes, { fsync: true });
  // The library writes once and does not ask how much was written: a full disk takes only a part.
  const { size } = await stat(file);
  if (size !== bytes.length) {
    await rm(file, { force: true });
    throw new Error(
      `Only ${size} of the ${bytes.length} bytes of a poster were written. Is the disk full?`,
    );
  }
}

/** A poster, or what a killed upload (`.<digits>`) or a killed restore (`.partial`) left of one. */
function isPosterName(name: string): boolean {
  return /^[0-9a-f-]{36}\.(jpg|png|webp)(\.\d+|\.partial)?$/.test(name);
}

function uploadFailure(failure: unknown): AppError {
  if (!(failure instanceof multer.MulterError)) {
    const broken =
      failure instanceof Error &&
      /^(Unexpected end of form|Malformed|Multipart)/.test(failure.message);
    const message = 'The upload cannot be read.';
    return broken ? new ValidationError([], { message, cause: failure }) : toAppError(failure);
  }
  if (failure.code === 'LIMIT_FILE_SIZE') {
    return new RequestError('PAYLOAD_TOO_LARGE', 'The file is too large.');
  }
  const message = 'must be one file in the field file, and nothing else';
  return new ValidationError([{ path: [failure.field ?? 'file'], message }]);
}

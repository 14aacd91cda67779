import { createHash } from 'node:crypto';
import {
  hostRouter,
  RequestError,
  toAppError,
  UnavailableError,
  ValidationError,
} from '@matinee/api';
import type { App, AppError } from '@matinee/api';
import { context } from '@opentelemetry/api';
import { callTRPCProcedure } from '@trpc/server';
import { Router } from 'express';
import type { Request, Response } from 'express';
import multer from 'multer';
import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import { contextOf, sendFailure } from '../request.ts';
import { refuseMethod } from '../rest/bridge.ts';
import { nameIn } from './names.ts';
import { reencode } from './pictures.ts';
import type { PosterStore } from './store.ts';
import { holdName, removeUnnamed } from './unnamed.ts';

/** Where posters are kept and how large they may come. */
export interface PosterOptions {
  store: PosterStore;
  maxUploadSizeMb: number;
}

interface UploadCounter {
  /** Hears how each picture fared that was received. */
  count: (outcome: 'stored' | 'refused') => void;
}

/** Pictures that are being received or encoded at a time. */
const mostUnderWay = 4;
/** `POST /movies/{movieId}/poster`, beside tRPC because its body is no JSON. */
export function posterUpload(app: App, options: PosterOptions & UploadCounter): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const limits = { fileSize: options.maxUploadSizeMb * 1024 * 1024, files: 1, fields: 0, parts: 1 };
  const receive = multer({ storage: multer.memoryStorage(), limits }).single('file');
  // One at a time: each has a connection of its own to the database while its file is written.
  const uploads = { posters: options.store, inTurn: pLimit(1) };
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
      const received = error === undefined ? store(app, req, uploads) : Promise.reject(error);
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

interface Uploads {
  posters: PosterStore;
  inTurn: LimitFunction;
}

interface Stored {
  movie: { posterUrl: string | null };
  replacedUrl: string | null;
}

/**
 * The file first, then the row: at every moment each row has its file. A file without a row, after
 * a refusal or a crash, is removed here or by `sweepPosters`.
 */
async function store(app: App, req: Request, { posters, inTurn }: Uploads) {
  const ctx = contextOf(app, req);
  const call = callerOf(app, req, ctx);
  if (!req.file) {
    throw new ValidationError([{ path: ['file'], message: 'is required' }]);
  }
  const { extension, bytes } = await reencode(req.file.buffer);
  const name = `${sha256(bytes).toString('hex')}.${extension}`;
  const contentHash = sha256(req.file.buffer).toString('base64url');
  const input = { movieId: req.params.movieId, posterUrl: `/uploads/${name}`, contentHash };
  try {
    const { movie, replacedUrl } = await inTurn(() =>
      holdName(app, name, async () => {
        await posters.put(name, bytes);
        return (await call('movies.setPoster', 'mutation', input)) as Stored;
      }),
    );
    const replayed = ctx.notes.idempotencyReplayed;
    const left = replayed ? input.posterUrl : replacedUrl;
    if (left !== null) {
      await discardFile(app, posters, nameIn(left));
    }
    return { movie, replayed };
  } catch (error) {
    // With the database lost it is not known whether the row is there: then the sweep decides.
    if (toAppError(error).status < 500) {
      await discardFile(app, posters, name);
    }
    throw error;
  }
}

/** Removes a file that this movie does not need any more, unless another one does. */
async function discardFile(app: App, posters: PosterStore, name: string): Promise<void> {
  await removeUnnamed(app, posters, name).catch((err: unknown) => {
    app.log.warn({ err, name }, 'A poster without a movie is still there; the sweep removes it');
  });
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
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

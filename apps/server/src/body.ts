import type { IncomingMessage } from 'node:http';
import { RequestError, ValidationError } from '@matinee/api';
import express from 'express';
import type { RequestHandler } from 'express';

/** The largest input there is, a theater of 60 rows with every seat its own, takes a quarter. */
const longestBody = 1024 * 1024;

/** Reads a JSON body as bytes; other content is refused before anything parses it. */
const readRaw = express.raw({ limit: longestBody, type: () => true });

/**
 * Reads and parses the JSON body of a request into `req.body`; undefined without one.
 *
 * @throws through `next`: RequestError for another content type or too many bytes, ValidationError
 * for a body that is not JSON
 */
export const readJson: RequestHandler = (req, res, next) => {
  if (!hasBody(req)) {
    req.body = undefined;
    next();
    return;
  }
  if (!isJson(req.headers['content-type'])) {
    next(new RequestError('UNSUPPORTED_MEDIA_TYPE', 'Send JSON: Content-Type: application/json.'));
    return;
  }
  readRaw(req, res, (error?: unknown) => {
    if (error !== undefined) {
      next(bodyFailure(error));
      return;
    }
    try {
      req.body = parse(req.body);
    } catch (failure) {
      next(failure);
      return;
    }
    next();
  });
};

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='));
  const readable = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  return type.trim() === 'application/json' && readable;
}

function parse(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) {
    return undefined;
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch (error) {
    throw new ValidationError([], { message: 'The body is not valid JSON.', cause: error });
  }
}

/** A failure of body-parser as one of ours. */
function bodyFailure(error: unknown): unknown {
  const { type, status } = error as { type?: string; status?: number };
  if (type === 'entity.too.large') {
    return new RequestError('PAYLOAD_TOO_LARGE');
  }
  if (status === 415) {
    return new RequestError('UNSUPPORTED_MEDIA_TYPE');
  }
  const message = 'The body cannot be read.';
  return status === 400 ? new ValidationError([], { message, cause: error }) : error;
}

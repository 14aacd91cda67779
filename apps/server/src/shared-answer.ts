import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { compress, encodingFor } from './encodings.ts';
import type { Effort } from './encodings.ts';

/*
 * A seat map is the same for everyone who reads it within its quarter of a second: what has to be
 * done to it on the way out is done once, and kept as long as the map itself.
 */

/** Answers below this many bytes are sent as they are. */
const compressedFromBytes = 2_048;

const known = new WeakMap<object, Map<string, unknown>>();

/** What `make` made of the value the first time, under that name. */
export function oncePer<Made>(value: object, name: string, make: () => Made): Made {
  let made = known.get(value);
  if (!made) {
    made = new Map();
    known.set(value, made);
  }
  if (!made.has(name)) {
    made.set(name, make());
  }
  return made.get(name) as Made;
}

/** A value's JSON, and the tag of everything in it but the clock: written once for both. */
export function sharedJson(value: object): { json: string; etag: string } {
  return oncePer(value, 'json', () => {
    const { now } = value as { now?: unknown };
    const json = JSON.stringify(value);
    const steady = now === undefined ? json : json.replace(`"now":${JSON.stringify(now)}`, '');
    const etag = `"${createHash('sha1').update(steady).digest('base64url')}"`;
    return { json, etag };
  });
}

/** Whether a client has the answer with this tag, by its `If-None-Match`. */
export function isKnown(req: Request, etag: string): boolean {
  const sent = req.get('if-none-match');
  const tags = sent?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}

/** An answer that is made of one value and nothing else of its request. */
export interface SharedAnswer {
  of: object;
  /** Tells the answers that are made of one value apart. */
  name: string;
  body: string | Buffer;
  /** `quick` by default. */
  effort?: Effort;
}

/** Sends it, compressed once for all who take an encoding. */
export async function sendShared(
  req: Request,
  res: Response,
  { of, name, body, effort = 'quick' }: SharedAnswer,
): Promise<void> {
  // One Buffer for all: a text would be encoded, and kept, for every reader who is slow to take it.
  const bytes = oncePer(of, `${name}, bytes`, () => bytesOf(body));
  res.vary('Accept-Encoding');
  const encoding = encodingFor(req.headers['accept-encoding']);
  if (bytes.length < compressedFromBytes || encoding === undefined) {
    res.setHeader('Content-Length', bytes.length);
    res.end(req.method === 'HEAD' ? undefined : bytes);
    return;
  }
  const make = () => compress(bytes, encoding, effort);
  const compressed = await oncePer(of, `${name}, ${encoding}`, make);
  res.setHeader('Content-Encoding', encoding);
  res.setHeader('Content-Length', compressed.length);
  res.end(req.method === 'HEAD' ? undefined : compressed);
}

function bytesOf(body: string | Buffer): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : body;
}

/**
 * Sends a text that is for this request alone, compressed where the client takes that.
 *
 * @param hasSecret whether it may have one; it is sent as it is then
 */
export async function sendOwn(
  req: Request,
  res: Response,
  { body, hasSecret }: { body: string; hasSecret: boolean },
): Promise<void> {
  const length = Buffer.byteLength(body);
  res.vary('Accept-Encoding');
  const isPlain = hasSecret || length < compressedFromBytes || req.method === 'HEAD';
  const encoding = isPlain ? undefined : encodingFor(req.headers['accept-encoding']);
  if (encoding === undefined) {
    res.setHeader('Content-Length', length);
    // A text leaves with its headers, in one piece.
    res.end(req.method === 'HEAD' ? undefined : body);
    return;
  }
  const compressed = await compress(Buffer.from(body), encoding, 'quick');
  res.setHeader('Content-Encoding', encoding);
  res.setHeader('Content-Length', compressed.length);
  res.end(compressed);
}

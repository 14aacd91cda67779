import type { IncomingMessage } from 'node:http';
import {
  isForSignedIn,
  mayCall,
  RequestError,
  UnavailableError,
  ValidationError,
} from '@matinee/api';
import type { Access, App } from '@matinee/api';
import type { Request, RequestHandler, Response } from 'express';

/** The largest input there is, a theater of 60 rows with every seat its own, takes a quarter. */
const longestBody = 1024 * 1024;
/** Of callers without a token of ours: the longest sign-up takes a fifth. */
const longestAnonymousBody = 16 * 1024;
/** Bodies that are being read on this server, all together. */
const mostUnderWay = 64 * longestBody;
/** A theater's layout has seven levels. */
const deepest = 32;
/** A theater of 60 rows, each of its seats described, has some 15,000. */
const mostKeys = 30_000;

let underWay = 0;

/**
 * Reads and parses the JSON body of a request into `req.body`; undefined without one. What cannot be
 * taken is refused from the header, or at the first byte too many, and the connection is given up: no
 * client makes the server read what it will not use.
 *
 * A caller may send 16 kB unless a token or an API key says that it may call this. Where one is needed, a
 * body whose header says that it is longer is left unread, and the procedure refuses the caller.
 *
 * @param accessOf who may call what the request asks for
 * @throws through `next`: RequestError for another content type or too many bytes, ValidationError
 * for a body that is not JSON, UnavailableError when too many bodies are being read
 */
export function jsonBody(app: App, accessOf: (req: Request) => Access): RequestHandler {
  return bodyReader(app, accessOf, {
    isType: (contentType) => hasType(contentType, 'application/json'),
    advice: 'Send JSON: Content-Type: application/json.',
    longest: longestBody,
    parse: parseJson,
  });
}

/**
 * Reads the body of a form into `req.body`, as `URLSearchParams`; undefined without one. It has at most
 * 16 kB, and is otherwise read as JSON is.
 */
export function formBody(app: App): RequestHandler {
  const type = 'application/x-www-form-urlencoded';
  return bodyReader(app, () => 'credentials', {
    isType: (contentType) => hasType(contentType, type),
    advice: `Send a form: Content-Type: ${type}.`,
    longest: longestAnonymousBody,
    parse: (body) => new URLSearchParams(textOf(body, 'The body is not valid UTF-8.')),
  });
}

/** A kind of bodies. */
interface Kind {
  isType(contentType: string | undefined): boolean;
  /** What to do about another type. */
  advice: string;
  /** The most bytes, of callers with a token as well. */
  longest: number;
  /** @throws ValidationError */
  parse(body: Buffer): unknown;
}

function bodyReader(app: App, accessOf: (req: Request) => Access, kind: Kind): RequestHandler {
  return async (req, res, next) => {
    req.body = undefined;
    try {
      if (hasBody(req)) {
        req.body = await readBody(app, { req, res, access: accessOf(req), kind });
      }
    } catch (failure) {
      next(failure);
      return;
    }
    next();
  };
}

interface Incoming {
  req: Request;
  res: Response;
  access: Access;
  kind: Kind;
}

async function readBody(app: App, { req, res, access, kind }: Incoming): Promise<unknown> {
  if (!kind.isType(req.headers['content-type'])) {
    throw leave(res, unsupported(kind.advice));
  }
  if (!/^(identity)?$/i.test(req.headers['content-encoding'] ?? '')) {
    throw leave(res, unsupported('Send the body without Content-Encoding.'));
  }
  const declared = Number(req.headers['content-length'] ?? 0);
  const isShort = declared > 0 && declared <= longestAnonymousBody;
  const isOurs = isShort ? hasToken(app, req) : await isAdmitted(app, req, access);
  const limit = isOurs ? kind.longest : longestAnonymousBody;
  const isUseless = !isOurs && isForSignedIn(access);
  if (declared > (isUseless ? longestBody : limit)) {
    throw leave(res, new RequestError('PAYLOAD_TOO_LARGE'));
  }
  if (isUseless && declared > limit) {
    res.setHeader('Connection', 'close');
    return undefined;
  }
  // A body without a length may be as long as any.
  const expected = declared > 0 ? declared : limit;
  if (underWay + expected > mostUnderWay) {
    throw leave(res, new UnavailableError());
  }
  underWay += expected;
  try {
    return kind.parse(await readBytes(req, limit));
  } catch (failure) {
    throw failure instanceof RequestError ? leave(res, failure) : failure;
  } finally {
    underWay -= expected;
  }
}

function unsupported(message: string): RequestError {
  return new RequestError('UNSUPPORTED_MEDIA_TYPE', message);
}

/** What is unread of the request stays so: the connection ends with the response. */
function leave<Failure>(res: Response, failure: Failure): Failure {
  res.setHeader('Connection', 'close');
  return failure;
}

/** Whether the signature of a token is ours; whether its session is alive is not asked here. */
function hasToken(app: App, { headers }: IncomingMessage): boolean {
  if (headers.authorization === undefined) {
    return false;
  }
  try {
    app.tokens.read(headers.authorization);
    return true;
  } catch {
    return false;
  }
}

/** Whether the caller of a long body is known, and has the role; it is looked up in the database. */
async function isAdmitted(
  app: App,
  { headers }: IncomingMessage,
  access: Access,
): Promise<boolean> {
  const { authorization } = headers;
  return authorization !== undefined && mayCall(app, { authorization, access });
}

/** @throws RequestError at the first byte above the limit; the rest is left unread */
function readBytes(req: IncomingMessage, limit: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  req.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) {
      req.removeAllListeners('data').pause();
      reject(new RequestError('PAYLOAD_TOO_LARGE'));
      return;
    }
    chunks.push(chunk);
  });
  req.once('end', () => resolve(Buffer.concat(chunks)));
  // Only for what was cut off: a failure that nobody needs would cost a stack trace.
  const refuse = () => reject(new ValidationError([], { message: 'The body cannot be read.' }));
  req.once('error', refuse);
  req.once('close', () => {
    if (!req.complete) {
      refuse();
    }
  });
  // It may have ended while the caller was looked up, and tells nothing of it now.
  if (req.destroyed) {
    refuse();
  }
  return promise;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function hasType(contentType: string | undefined, wanted: string): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='));
  const readable = charset === undefined || /^charset="?utf-8"?$/.test(charset);
  return type.trim() === wanted && readable;
}

/** @throws ValidationError with this message for a body that is not UTF-8 */
function textOf(body: Buffer, message: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new ValidationError([], { message, cause });
  }
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) {
    return undefined;
  }
  const text = textOf(body, notJson);
  const excess = excessOf(text);
  if (excess !== undefined) {
    throw new ValidationError([], { message: excess });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ValidationError([], { message: notJson, cause });
  }
}

const notJson = 'The body is not valid JSON.';

/**
 * What JSON has too much of, before it is parsed: what walks it would overflow, or take the time that
 * others wait for. Undefined for any input of ours.
 */
function excessOf(json: string): string | undefined {
  let depth = 0;
  let keys = 0;
  let isText = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (isText) {
      at += character === '\\' ? 1 : 0;
      isText = character !== '"';
    } else if (character === '"') {
      isText = true;
    } else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > deepest) {
        return 'The body is nested too deeply.';
      }
    } else if (character === ']' || character === '}') {
      depth -= 1;
    } else if (character === ':') {
      keys += 1;
      if (keys > mostKeys) {
        return 'The body has too many keys.';
      }
    }
  }
  return undefined;
}

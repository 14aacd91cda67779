import { RequestError, ValidationError } from '@matinee/api';
import type { Request } from 'express';

/** Queries in one request: what a page asks for at once. They are carried out a few at a time. */
export const mostQueries = 100;

/** Mutations in one request; more would evade the limits that count requests. */
const mostMutations = 10;

/** Calls of one request that run at a time. */
export const callsAtATime = 10;

/**
 * Characters of the responses of one request after which no further call of it begins: a thousandth
 * of the memory of a small server, and more than a hundred pages of a list.
 */
export const largestResponse = 10_000_000;

/** The calls of one request. */
export interface Calls {
  names: string[];
  batched: boolean;
  /** The input of a call as it was sent, by its place in the batch. */
  inputOf(index: number): unknown;
}

/** Parses the query once: Express does it at each look at `req.query`, and a call takes several. */
export function keepQuery(req: Request): void {
  Object.defineProperty(req, 'query', { value: req.query });
}

/** Where the procedures are. */
const prefix = '/trpc';

export function isCall({ path }: Request): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** The procedures that the path names; decoded first, or `%2C` would hide a batch. */
export function namesOf(req: Request): string[] {
  const path = decode(req.path.slice(prefix.length + 1));
  return isBatched(req) ? path.split(',') : [path];
}

/** A path that cannot be decoded names nothing. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export function isBatched(req: Request): boolean {
  return req.query.batch !== undefined;
}

/**
 * @throws RequestError for a method that tRPC does not use
 * @throws ValidationError for a request that is invalid as a whole
 */
export function assertCalls(req: Request): void {
  if (req.method !== 'GET' && req.method !== 'HEAD' && req.method !== 'POST') {
    throw new RequestError('METHOD_NOT_ALLOWED');
  }
  const names = namesOf(req);
  const [most, kind] =
    req.method === 'POST' ? [mostMutations, 'mutations'] : [mostQueries, 'queries'];
  if (names.length > most) {
    refuse(`A batch must have at most ${most} ${kind}.`);
  }
  if (names.length > 1 && names.some((name) => name.startsWith('auth.'))) {
    refuse('A call of auth.* must be alone in its request.');
  }
  const keyed = req.get('idempotency-key') !== undefined && req.method === 'POST';
  if (keyed && names.length > 1) {
    refuse('A batch with an Idempotency-Key must have at most one mutation.');
  }
}

/**
 * Reads the calls of a request whose body has been parsed: the inputs are in the body of a POST,
 * in the query of a GET.
 *
 * @throws ValidationError when a query's input is not JSON
 */
export function callsOf(req: Request): Calls {
  const names = namesOf(req);
  const batched = isBatched(req);
  const inputs: unknown = req.method !== 'POST' ? parseQuery(req.query.input) : req.body;
  if (!batched) {
    return { names, batched, inputOf: () => inputs };
  }
  const record: object = typeof inputs === 'object' && inputs !== null ? inputs : {};
  const inputOf = (index: number): unknown =>
    Object.hasOwn(record, index) ? (record as Record<string, unknown>)[index] : undefined;
  return { names, batched, inputOf };
}

function parseQuery(input: unknown): unknown {
  if (input === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(String(input)) as unknown;
  } catch (error) {
    throw new ValidationError([], { message: 'The input is not valid JSON.', cause: error });
  }
}

function refuse(message: string): never {
  throw new ValidationError([], { message });
}

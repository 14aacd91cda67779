import { errorStatus } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

type Json = Record<string, unknown>;

/** Request headers, and parameters that stand in many routes. */
export const parameters: Json = {
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    description: 'A name of your own for this request; it comes back, and stands in the log.',
    schema: { type: 'string', minLength: 1, maxLength: 128, examples: ['checkout-7f3a'] },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes the request safe to repeat: the same request with the same key has one effect and ' +
      'one answer, for 24 hours. Keys are yours alone; after a refusal the key is free again.',
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x20-\\x7e]+$',
      examples: ['b7c1d9a2-6f0e-4f5b-9a53-0a6f2f5e8d11'],
    },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `ETag` of an earlier answer: while nothing has changed, 304 without a body.',
    schema: { type: 'string' },
  },
};

/** Response headers. */
export const headers: Json = {
  RequestId: {
    description: 'Finds this request in the server’s log: yours, if you sent one.',
    schema: { type: 'string' },
  },
  IdempotencyReplayed: {
    description: '`true` when this is the stored answer of an earlier request.',
    schema: { type: 'string', const: 'true' },
  },
  ETag: {
    description: 'Differs whenever the answer does, `now` aside.',
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'Seconds to wait before trying again.',
    schema: { type: 'integer', minimum: 1 },
  },
  Authenticate: {
    description: 'The scheme to sign in with.',
    schema: { type: 'string', const: 'Bearer' },
  },
};

export function parameter(name: 'RequestId' | 'IdempotencyKey' | 'IfNoneMatch'): Json {
  return { $ref: `#/components/parameters/${name}` };
}

function header(name: string): Json {
  return { $ref: `#/components/headers/${name}` };
}

/** Headers of a success. */
export function successHeaders(has: { replay: boolean; etag: boolean }): Json {
  return {
    'X-Request-Id': header('RequestId'),
    ...(has.etag ? { ETag: header('ETag') } : {}),
    ...(has.replay ? { 'Idempotency-Replayed': header('IdempotencyReplayed') } : {}),
  };
}

const retried: ErrorCode[] = ['IDEMPOTENCY_CONFLICT', 'RATE_LIMITED', 'UNAVAILABLE'];

/** Headers of a failure with one of these codes. */
export function failureHeaders(codes: ErrorCode[]): Json {
  return {
    'X-Request-Id': header('RequestId'),
    ...(codes.some((code) => retried.includes(code))
      ? { 'Retry-After': header('RetryAfter') }
      : {}),
    ...(codes.some((code) => errorStatus[code] === 401)
      ? { 'WWW-Authenticate': header('Authenticate') }
      : {}),
  };
}

import type { HeadersObject, ParameterObject, ReferenceObject } from 'openapi3-ts/oas31';
import { errors } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

/**
 * Request headers that many routes take. Without examples: some tools would send one with each request,
 * and a second request with the same key is refused.
 */
export const parameters = {
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    description:
      'Your own name for this request, such as `checkout-7f3a`; the response and the server’s log ' +
      'repeat it.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes the request safe to repeat; a UUID is a good choice. The same request with the same ' +
      'key has one effect and one response, for 24 hours. Keys are scoped to your account; after a ' +
      'refusal the key is free.',
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x20-\\x7e]+$',
    },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `ETag` of an earlier response: 304 without a body while nothing has changed.',
    schema: { type: 'string' },
  },
} as const satisfies Record<string, ParameterObject>;

/** Response headers. */
export const headers = {
  RequestId: {
    description: 'Identifies this request in the server’s log: your own name, if you sent one.',
    schema: { type: 'string' },
  },
  IdempotencyReplayed: {
    description: '`true` when this is the stored response of an earlier request.',
    schema: { type: 'string', const: 'true' },
  },
  ETag: {
    description: 'Changes whenever the response does, apart from `now`.',
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'Seconds to wait before trying again.',
    schema: { type: 'integer', format: 'int32', minimum: 1 },
  },
  RateLimitPolicy: {
    description:
      'The limits that this call has counted for: the name of each, how many calls it admits (`q`), and ' +
      'in how many seconds (`w`). Of your own address or account alone: other limits, which may refuse a call too, are not in it.',
    schema: { type: 'string', examples: ['"auth-call";q=300;w=60'] },
  },
  RateLimit: {
    description:
      'What is left of each of them (`r`), and in how many seconds it is full again (`t`).',
    schema: { type: 'string', examples: ['"auth-call";r=299;t=60'] },
  },
  Deprecation: {
    description:
      'Since when a part of this response is deprecated, in seconds since 1970 behind an `@` (RFC ' +
      '9745). The schema says which part, and what to read in its place. Failures have the header too.',
    schema: { type: 'string', examples: ['@1795996800'] },
  },
  Sunset: {
    description: 'The earliest date on which that part may be missing (RFC 8594).',
    schema: { type: 'string', examples: ['Wed, 01 Dec 2027 00:00:00 GMT'] },
  },
  Link: {
    description:
      'The page about versions, `rel="deprecation"`, where the server publishes its guides.',
    schema: { type: 'string' },
  },
  Authenticate: {
    description: 'The scheme to sign in with.',
    schema: { type: 'string', const: 'Bearer' },
  },
} as const satisfies HeadersObject;

export function parameter(name: keyof typeof parameters): ReferenceObject {
  return { $ref: `#/components/parameters/${name}` };
}

function header(name: keyof typeof headers): ReferenceObject {
  return { $ref: `#/components/headers/${name}` };
}

/** What a success has beside its body. */
interface Extras {
  replay?: boolean;
  etag?: boolean;
  /** A part of it is deprecated. */
  deprecation?: boolean;
  /** The call counts for a limit. */
  limits?: boolean;
}

/** Headers of a success. */
export function successHeaders(has: Extras): HeadersObject {
  return {
    'X-Request-Id': header('RequestId'),
    ...(has.etag ? { ETag: header('ETag') } : {}),
    ...(has.replay ? { 'Idempotency-Replayed': header('IdempotencyReplayed') } : {}),
    ...(has.deprecation
      ? { Deprecation: header('Deprecation'), Sunset: header('Sunset'), Link: header('Link') }
      : {}),
    ...(has.limits ? limitHeaders() : {}),
  };
}

function limitHeaders(): HeadersObject {
  return { 'RateLimit-Policy': header('RateLimitPolicy'), RateLimit: header('RateLimit') };
}

const retried: readonly ErrorCode[] = ['IDEMPOTENCY_CONFLICT', 'RATE_LIMITED', 'UNAVAILABLE'];

/** Headers of a failure with one of these codes. */
export function failureHeaders(codes: readonly ErrorCode[]): HeadersObject {
  return {
    'X-Request-Id': header('RequestId'),
    ...(codes.some((code) => retried.includes(code))
      ? { 'Retry-After': header('RetryAfter') }
      : {}),
    ...(codes.includes('RATE_LIMITED') ? limitHeaders() : {}),
    ...(codes.some((code) => errors[code].status === 401)
      ? { 'WWW-Authenticate': header('Authenticate') }
      : {}),
  };
}

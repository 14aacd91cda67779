import { z } from 'zod';
import { errorStatus } from '../errors.ts';
import type { DetailsOf, ErrorCode, ErrorDetails } from '../errors.ts';
import type { Meta, OpenApiMeta } from '../meta.ts';
import examples from './examples.json' with { type: 'json' };
import { failureHeaders } from './headers.ts';

/*
 * The failures of the REST surface, as the document tells them: one schema per code, with the
 * details of that code, and for every route the codes that it can answer with.
 */

type Json = Record<string, unknown>;

/** What every failure is when it leaves: `code` decides about `details`. */
const details: { [Code in keyof ErrorDetails]: z.ZodType<DetailsOf<Code>> } = {
  VALIDATION_ERROR: z.object({
    issues: z
      .array(
        z.object({
          path: z.array(z.union([z.string(), z.int()])).meta({
            description: 'Keys and indexes that lead to the value; empty: the input as a whole.',
          }),
          message: z.string(),
        }),
      )
      .meta({
        description: 'One for each thing that is wrong; empty when the body is unreadable.',
      }),
  }),
  NOT_FOUND: z.object({
    seatIds: z
      .array(z.guid())
      .exactOptional()
      .meta({ description: 'Seats that are not in that theater.' }),
    field: z.string().exactOptional().meta({ description: 'The key of an id inside the body.' }),
  }),
  SEATS_UNAVAILABLE: z.object({
    seats: z
      .array(z.object({ seatId: z.guid(), reason: z.enum(['locked', 'reserved', 'blocked']) }))
      .meta({ description: 'Every seat that cannot be had.' }),
  }),
  LOCK_EXPIRED: z.object({
    seats: z
      .array(z.object({ seatId: z.guid(), reason: z.enum(['expired', 'not_locked']) }))
      .meta({ description: 'Every seat without a live lock of yours; the reason is a hint.' }),
  }),
  SHOWTIME_OVERLAP: z.object({
    conflictingShowtimeIds: z.array(z.guid()).meta({ description: 'By time.' }),
  }),
  IN_USE: z
    .object({ showtimes: z.int(), lockedSeats: z.int(), reservedSeats: z.int() })
    .meta({ description: 'How much still needs it.' }),
  EDIT_CONFLICT: z.object({
    revision: z.int().meta({ description: 'The present one.' }),
  }),
  SHOWTIME_STARTED: z.object({ startTime: z.iso.datetime() }),
  SEAT_LIMIT_EXCEEDED: z.object({
    limit: z.int().meta({ description: 'Seats that one user may have locked per showtime.' }),
    locked: z.int().meta({ description: 'Seats that you have locked already.' }),
    requested: z.int().meta({ description: 'Seats that you asked for in addition.' }),
  }),
  LOCK_EXTENSION_LIMIT: z.object({
    maxExpiresAt: z.iso.datetime().meta({ description: 'The hard cap of your seat locks.' }),
  }),
  RATE_LIMITED: z.object({ retryAfterSeconds: z.int() }),
};

/** When each code is told. */
const meanings: Record<ErrorCode, string> = {
  VALIDATION_ERROR: 'The input breaks its schema, has unknown keys, or is no JSON.',
  AUTHENTICATION_REQUIRED: 'No access token came along.',
  INVALID_CREDENTIALS: 'E-mail or password is wrong, or the account is disabled.',
  TOKEN_EXPIRED: 'The access token is past its time.',
  TOKEN_INVALID: 'The access token is not valid, or its session has ended.',
  FORBIDDEN: 'The role does not suffice.',
  NOT_FOUND: 'Not there, or somebody else’s.',
  METHOD_NOT_ALLOWED: 'The path does not take this method; `Allow` says which it takes.',
  SEATS_UNAVAILABLE: 'Some of the seats are locked by somebody else, sold or out of order.',
  LOCK_EXPIRED: 'Some of the seats are not, or no longer, locked by you.',
  SHOWTIME_OVERLAP: 'The theater is occupied at that time, cleaning included.',
  IN_USE: 'Showtimes, seat locks or reservations still need it.',
  EDIT_CONFLICT: 'Somebody has changed it since the revision you named.',
  EMAIL_TAKEN: 'There is an account with this e-mail address.',
  IDEMPOTENCY_CONFLICT: 'The first request with this key is still running: try again.',
  PAYLOAD_TOO_LARGE: 'The body, or the picture in it, is too large.',
  UNSUPPORTED_MEDIA_TYPE: 'The content type is not one this route takes.',
  SHOWTIME_STARTED: 'The show has started.',
  SHOWTIME_CANCELLED: 'The show does not take place.',
  ALREADY_CANCELLED: 'It has been cancelled already.',
  LAST_ADMIN: 'At least one active administrator must remain.',
  IDEMPOTENCY_KEY_REUSED: 'This key belongs to another request of yours.',
  SEAT_LIMIT_EXCEEDED: 'More seats than one user may have locked in a showtime.',
  LOCK_EXTENSION_LIMIT: 'The seats are locked as long as they can be.',
  RATE_LIMITED: 'Too many attempts: try again later.',
  INTERNAL_ERROR: 'A defect of the server; `requestId` finds its cause in the log.',
  UNAVAILABLE: 'Not at the moment, the database for instance: try again.',
};

/** The codes in which a route can fail, by status. */
export function failuresOf(meta: Meta, { method, path }: OpenApiMeta): Map<number, ErrorCode[]> {
  const hasBody = method !== 'GET';
  const codes = new Set<ErrorCode>([
    'VALIDATION_ERROR',
    ...accessRefusals(meta),
    ...(path.includes('{') ? ['NOT_FOUND' as const] : []),
    ...(hasBody ? (['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
    ...(isRepeatable(meta, method)
      ? (['IDEMPOTENCY_CONFLICT', 'IDEMPOTENCY_KEY_REUSED'] as const)
      : []),
    ...(meta.refusals ?? []),
    'INTERNAL_ERROR',
    'UNAVAILABLE',
  ]);
  const inOrder = (Object.keys(errorStatus) as ErrorCode[]).filter((code) => codes.has(code));
  return Map.groupBy(inOrder, (code) => errorStatus[code]);
}

/** Whether an `Idempotency-Key` is heeded. */
export function isRepeatable({ access }: Meta, method: string): boolean {
  return method !== 'GET' && (access === 'user' || access === 'admin');
}

function accessRefusals({ access }: Meta): ErrorCode[] {
  switch (access) {
    case 'credentials':
      return ['RATE_LIMITED'];
    case 'user':
      return ['AUTHENTICATION_REQUIRED', 'TOKEN_EXPIRED', 'TOKEN_INVALID'];
    case 'admin':
      return ['AUTHENTICATION_REQUIRED', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'FORBIDDEN'];
    default:
      return ['TOKEN_EXPIRED', 'TOKEN_INVALID'];
  }
}

/** Responses of a route by status, and `default` for what no route promises. */
export function failureResponses(failures: Map<number, ErrorCode[]>): Json {
  const byStatus = [...failures].map(([status, codes]) => [status, reference(codes)] as const);
  return { ...Object.fromEntries(byStatus), default: { $ref: '#/components/responses/Failure' } };
}

function reference(codes: ErrorCode[]): Json {
  return { $ref: `#/components/responses/${responseName(codes)}` };
}

/** Routes that can fail in the same ways share a response. */
function responseName(codes: ErrorCode[]): string {
  return codes.map(pascalCase).join('Or');
}

function failureResponse(codes: ErrorCode[]): Json {
  return {
    description: codes.map((code) => `\`${code}\`: ${meanings[code]}`).join('\n\n'),
    headers: failureHeaders(codes),
    content: {
      'application/json': {
        schema: envelopeOf(oneOf(codes)),
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

/** The schema and an example of every failure, and the responses that routes refer to. */
export function failureComponents(routes: Map<number, ErrorCode[]>[]): {
  schemas: Json;
  responses: Json;
  examples: Json;
} {
  const codes = Object.keys(errorStatus) as ErrorCode[];
  const used = routes.flatMap((failures) => [...failures.values()]);
  return {
    schemas: {
      Failure: envelopeOf({ ...anyFailure(codes), ...oneOf(codes) }),
      ...Object.fromEntries(codes.map((code) => [schemaName(code), failureSchema(code)])),
    },
    responses: {
      Failure: {
        description: 'Any failure; `code` says which.',
        headers: failureHeaders(codes),
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Failure' },
            // The path is there, and the method is not: no operation can tell that of itself.
            examples: { METHOD_NOT_ALLOWED: { $ref: '#/components/examples/METHOD_NOT_ALLOWED' } },
          },
        },
      },
      ...Object.fromEntries(used.map((some) => [responseName(some), failureResponse(some)])),
    },
    examples: Object.fromEntries(
      codes.map((code) => [
        code,
        { summary: meanings[code], value: (examples.errors as Record<string, unknown>)[code] },
      ]),
    ),
  };
}

/** What is common to all failures, with the closed list of codes. */
function anyFailure(codes: ErrorCode[]): Json {
  return {
    type: 'object',
    properties: {
      code: { type: 'string', enum: codes },
      message: { type: 'string' },
      details: { type: 'object' },
      requestId: { type: 'string' },
    },
    required: ['code', 'message', 'details', 'requestId'],
  };
}

function failureSchema(code: ErrorCode): Json {
  return {
    type: 'object',
    description: `HTTP ${errorStatus[code]}. ${meanings[code]}`,
    properties: {
      code: { type: 'string', const: code },
      message: { type: 'string', description: 'A sentence for a person.' },
      details: detailsSchema(code),
      requestId: { type: 'string', description: 'Finds this request in the server’s log.' },
    },
    required: ['code', 'message', 'details', 'requestId'],
  };
}

function detailsSchema(code: ErrorCode): Json {
  const schema = (details as Partial<Record<ErrorCode, z.ZodType>>)[code];
  if (!schema) {
    return { type: 'object', description: 'Empty.', maxProperties: 0 };
  }
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { override: withoutClosing });
  return json;
}

/** Clients have to expect keys that are added later. */
function withoutClosing({ jsonSchema }: { jsonSchema: Json }): void {
  delete jsonSchema.additionalProperties;
}

function oneOf(codes: ErrorCode[]): Json {
  const [only, ...others] = codes.map((code) => `#/components/schemas/${schemaName(code)}`);
  if (others.length === 0) {
    return { $ref: only };
  }
  return {
    oneOf: codes.map((code) => ({ $ref: `#/components/schemas/${schemaName(code)}` })),
    discriminator: {
      propertyName: 'code',
      mapping: Object.fromEntries(
        codes.map((code) => [code, `#/components/schemas/${schemaName(code)}`]),
      ),
    },
  };
}

function envelopeOf(error: Json): Json {
  return {
    type: 'object',
    properties: { success: { type: 'boolean', const: false }, error },
    required: ['success', 'error'],
  };
}

/** `SEATS_UNAVAILABLE` → `SeatsUnavailableError`. */
function schemaName(code: ErrorCode): string {
  return `${pascalCase(code).replace(/Error$/, '')}Error`;
}

function pascalCase(code: ErrorCode): string {
  const words = code.toLowerCase().split('_');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

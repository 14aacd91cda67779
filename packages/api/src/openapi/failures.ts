import type {
  ComponentsObject,
  ReferenceObject,
  ResponseObject,
  ResponsesObject,
  SchemaObject,
} from 'openapi3-ts/oas31';
import { z } from 'zod';
import { errorCodes, errors } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { isForSignedIn } from '../meta.ts';
import type { Meta, OpenApiMeta } from '../meta.ts';
import examples from './examples.json' with { type: 'json' };
import { failureHeaders } from './headers.ts';

/*
 * The failures of the REST surface in the document: one schema per code, with the details of that
 * code, and for every route the codes that it can return.
 */

/** The codes of one route, by status. */
export type RouteFailures = Map<number, ErrorCode[]>;

type Schema = SchemaObject | ReferenceObject;

/** The codes with which a route can fail, by status. */
export function failuresOf(meta: Meta, { method, path }: OpenApiMeta): RouteFailures {
  const hasBody = method !== 'GET';
  const codes = new Set<ErrorCode>([
    'VALIDATION_ERROR',
    ...accessRefusals(meta),
    ...(path.includes('{') ? ['NOT_FOUND' as const] : []),
    ...(hasBody ? (['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const) : []),
    ...(isRepeatable(meta, method)
      ? (['IDEMPOTENCY_CONFLICT', 'IDEMPOTENCY_KEY_REUSED', 'RATE_LIMITED'] as const)
      : []),
    ...(meta.refusals ?? []),
    'INTERNAL_ERROR',
    'UNAVAILABLE',
  ]);
  const inOrder = errorCodes.filter((code) => codes.has(code));
  return Map.groupBy(inOrder, (code) => errors[code].status);
}

/** Whether a route takes an `Idempotency-Key`. */
export function isRepeatable({ access, isSafe }: Meta, method: string): boolean {
  return method !== 'GET' && isSafe !== true && isForSignedIn(access);
}

function accessRefusals({ access }: Meta): ErrorCode[] {
  switch (access) {
    case 'credentials':
      return ['RATE_LIMITED'];
    // API keys are refused, or lack the scope.
    case 'user':
    case 'account':
    case 'staff':
    case 'admin':
      return ['AUTHENTICATION_REQUIRED', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'FORBIDDEN'];
    default:
      return ['TOKEN_EXPIRED', 'TOKEN_INVALID'];
  }
}

/** Responses of a route by status, and `default` for statuses that no route promises. */
export function failureResponses(failures: RouteFailures): ResponsesObject {
  const byStatus = [...failures].map(([status, codes]) => [status, reference(codes)] as const);
  return {
    ...Object.fromEntries(byStatus),
    default: { $ref: '#/components/responses/AnyFailure' },
  };
}

function reference(codes: ErrorCode[]): ReferenceObject {
  return { $ref: `#/components/responses/${responseName(codes)}` };
}

/**
 * Routes that can fail in the same ways share a response. Its name is not the name of a schema:
 * some generators know one type by each name.
 */
function responseName(codes: ErrorCode[]): string {
  return codes.map((code) => pascalCase(code).replace(/Error$/, '')).join('Or');
}

function failureResponse(codes: ErrorCode[]): ResponseObject {
  return {
    description: codes.map((code) => `\`${code}\`: ${errors[code].meaning}`).join('\n\n'),
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
export function failureComponents(
  routes: readonly RouteFailures[],
): Required<Pick<ComponentsObject, 'schemas' | 'responses' | 'examples'>> {
  const used = routes.flatMap((failures) => [...failures.values()]);
  const recorded: Readonly<Record<string, unknown>> = examples.errors;
  return {
    schemas: {
      Failure: envelopeOf(oneOf(errorCodes)),
      ...Object.fromEntries(errorCodes.map((code) => [schemaName(code), failureSchema(code)])),
    },
    responses: {
      AnyFailure: {
        description: 'Any failure; `code` identifies it.',
        headers: failureHeaders(errorCodes),
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Failure' },
            // A method that a path does not have belongs to no operation.
            examples: { METHOD_NOT_ALLOWED: { $ref: '#/components/examples/METHOD_NOT_ALLOWED' } },
          },
        },
      },
      ...Object.fromEntries(used.map((some) => [responseName(some), failureResponse(some)])),
    },
    examples: Object.fromEntries(
      errorCodes.map((code) => [code, { summary: errors[code].meaning, value: recorded[code] }]),
    ),
  };
}

function failureSchema(code: ErrorCode): SchemaObject {
  return {
    type: 'object',
    description: `HTTP ${errors[code].status}. ${errors[code].meaning}`,
    properties: {
      code: { type: 'string', const: code },
      message: { type: 'string', description: 'A sentence for a person.' },
      details: detailsSchema(code),
      requestId: { type: 'string', description: 'Identifies this request in the server’s log.' },
    },
    required: ['code', 'message', 'details', 'requestId'],
  };
}

/** The JSON schema of the details of a code. */
export function detailsSchema(code: ErrorCode): SchemaObject {
  const { details } = errors[code];
  if (!(details instanceof z.ZodType)) {
    return { type: 'object', description: 'Empty.', properties: {} };
  }
  const { $schema: _dialect, ...json } = z.toJSONSchema(details, {
    // Clients have to expect keys that are added later.
    override: ({ jsonSchema }) => {
      delete jsonSchema.additionalProperties;
    },
  });
  return json as SchemaObject;
}

function oneOf(codes: readonly ErrorCode[]): Schema {
  const references = codes.map((code) => ({ $ref: `#/components/schemas/${schemaName(code)}` }));
  const [only, ...others] = references;
  if (only && others.length === 0) {
    return only;
  }
  return {
    oneOf: references,
    discriminator: {
      propertyName: 'code',
      mapping: Object.fromEntries(
        codes.map((code) => [code, `#/components/schemas/${schemaName(code)}`]),
      ),
    },
  };
}

function envelopeOf(error: Schema): SchemaObject {
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

import { generateOpenApiDocument } from 'trpc-to-openapi';
import { errorStatus } from './errors.ts';
import type { Meta, OpenApiMeta } from './meta.ts';
import { appRouter } from './router.ts';

type Json = Record<string, unknown>;
type OpenApiRouter = Parameters<typeof generateOpenApiDocument>[0];

/**
 * The OpenAPI 3.1 document of the REST surface. trpc-to-openapi makes it from the procedures'
 * schemas; here it gets what is true of every route: the envelope, the real success status, the
 * closed list of errors, the headers.
 */
export function openApiDocument(version: string): Json {
  const document = generateOpenApiDocument(appRouter as unknown as OpenApiRouter, {
    title: 'Matinee',
    version,
    openApiVersion: '3.1.0',
    baseUrl: '/api/v1',
    description: [
      'Sells cinema seats, and never one seat twice: look at the seat map, lock seats for ten ' +
        'minutes, confirm.',
      'Ids are UUIDs, amounts decimal strings, instants ISO 8601 in UTC. Unknown keys are refused. ' +
        'Send an `Idempotency-Key` with POST, PUT and DELETE to repeat a request safely.',
    ].join('\n\n'),
    tags: [...tags.keys()],
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    },
  }) as unknown as Json;
  const paths = document.paths as Record<string, Record<string, Json>>;
  for (const [name, procedure] of Object.entries(appRouter._def.procedures)) {
    const { meta } = (procedure as unknown as { _def: { meta?: Meta } })._def;
    const operation = meta?.openapi && paths[meta.openapi.path]?.[meta.openapi.method.toLowerCase()];
    if (meta?.openapi && operation) {
      finishOperation(operation, { name, meta, openapi: meta.openapi });
    }
  }
  addPosterUpload(paths);
  document.servers = [{ url: '/api/v1' }];
  document.tags = [...tags].map(([name, description]) => ({ name, description }));
  document.info = { ...(document.info as Json), license: { name: 'MIT', identifier: 'MIT' } };
  const components = (document.components ??= {}) as Json;
  const ours = Object.entries(components.schemas as Json).filter(([key]) => !key.includes('.'));
  components.schemas = { ...Object.fromEntries(ours), Error: errorSchema() };
  components.responses = { Error: errorResponse() };
  return mendDates(document) as Json;
}

const tags = new Map([
  ['auth', 'Accounts and sessions.'],
  ['movies', 'The catalogue.'],
  ['theaters', 'Halls and their seats.'],
  ['showtimes', 'The schedule, seat maps and seat locks.'],
  ['reservations', 'What was bought.'],
  ['admin', 'Reports, accounts and the state of the system; for administrators.'],
]);

interface Operation {
  name: string;
  meta: Meta;
  openapi: OpenApiMeta;
}

function finishOperation(operation: Json, { name, meta, openapi }: Operation): void {
  operation.operationId = name.replace(/\.(\w)/g, (_match, letter: string) => letter.toUpperCase());
  const responses = operation.responses as Record<string, Json>;
  const schema = contentSchema(responses['200']);
  const status = String(meta.successStatus ?? 200);
  operation.responses = {
    [status]: {
      description: meta.message ?? 'Successful.',
      headers: successHeaders(openapi, meta),
      content: { 'application/json': { schema: envelopeOf(schema) } },
    },
    ...(meta.etag ? { 304: { description: 'Nothing has changed since that `ETag`.' } } : {}),
    default: { $ref: '#/components/responses/Error' },
  };
  operation.security = openapi.protect ? [{ bearer: [] }] : [{}, { bearer: [] }];
  if (openapi.method !== 'GET' && openapi.protect) {
    const parameters = (operation.parameters ??= []) as Json[];
    parameters.push(idempotencyKey);
  }
  if (meta.etag) {
    const parameters = (operation.parameters ??= []) as Json[];
    parameters.push({ name: 'If-None-Match', in: 'header', schema: { type: 'string' } });
  }
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Repeats of the same request with the same key have one effect and one answer, for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
};

const requestIdHeader = {
  description: 'Finds this request in the server’s log.',
  schema: { type: 'string' },
};

function successHeaders(openapi: OpenApiMeta, meta: Meta): Json {
  return {
    'X-Request-Id': requestIdHeader,
    ...(meta.etag ? { ETag: { schema: { type: 'string' } } } : {}),
    ...(openapi.method !== 'GET' && openapi.protect
      ? {
          'Idempotency-Replayed': {
            description: '`true` when this is the stored answer of an earlier request.',
            schema: { type: 'string', enum: ['true'] },
          },
        }
      : {}),
  };
}

function contentSchema(response: Json | undefined): unknown {
  const content = response?.content as Record<string, Json> | undefined;
  return content?.['application/json']?.schema ?? {};
}

function envelopeOf(data: unknown): Json {
  return {
    type: 'object',
    properties: { success: { const: true, type: 'boolean' }, data, message: { type: 'string' } },
    required: ['success', 'data', 'message'],
  };
}

function errorSchema(): Json {
  return {
    type: 'object',
    properties: {
      success: { const: false, type: 'boolean' },
      error: {
        type: 'object',
        properties: {
          code: { type: 'string', enum: Object.keys(errorStatus) },
          message: { type: 'string' },
          details: { type: 'object', description: '`{}` when there is nothing to say.' },
          requestId: { type: 'string' },
        },
        required: ['code', 'message', 'details', 'requestId'],
      },
    },
    required: ['success', 'error'],
  };
}

function errorResponse(): Json {
  return {
    description: 'Refused, or failed; `code` says why.',
    headers: {
      'X-Request-Id': requestIdHeader,
      'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } },
      'WWW-Authenticate': { description: 'With 401.', schema: { type: 'string' } },
    },
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
}

/** The upload goes beside tRPC, which has no multipart in its schemas. */
function addPosterUpload(paths: Record<string, Record<string, Json>>): void {
  paths['/movies/{movieId}/poster'] = {
    post: {
      operationId: 'moviesUploadPoster',
      summary: 'Upload a poster',
      description: 'JPEG, PNG or WebP; decoded and encoded anew. Replaces the poster before it.',
      tags: ['movies'],
      security: [{ bearer: [] }],
      parameters: [
        { name: 'movieId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        idempotencyKey,
      ],
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: {
              type: 'object',
              properties: { file: { type: 'string', format: 'binary' } },
              required: ['file'],
            },
          },
        },
      },
      responses: {
        201: {
          description: 'Poster stored.',
          headers: { 'X-Request-Id': requestIdHeader },
          content: {
            'application/json': { schema: envelopeOf({ $ref: '#/components/schemas/Movie' }) },
          },
        },
        default: { $ref: '#/components/responses/Error' },
      },
    },
  };
}

/** A `Date` has no JSON schema: what is marked as `date-time` is a string and nothing else. */
function mendDates(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(mendDates);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const schema = value as Json;
  if (schema.format === 'date-time' && !('const' in schema)) {
    const { description, examples } = schema;
    return {
      type: 'string',
      format: 'date-time',
      ...(description === undefined ? {} : { description }),
      ...(examples === undefined ? {} : { examples }),
    };
  }
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, mendDates(part)]));
}

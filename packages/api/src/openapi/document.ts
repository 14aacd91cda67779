import { generateOpenApiDocument } from 'trpc-to-openapi';
import type { Meta, OpenApiMeta } from '../meta.ts';
import { appRouter } from '../router.ts';
import examples from './examples.json' with { type: 'json' };
import { failureComponents, failureResponses, failuresOf, isRepeatable } from './failures.ts';
import { headers, parameter, parameters, successHeaders } from './headers.ts';

type Json = Record<string, unknown>;
type OpenApiRouter = Parameters<typeof generateOpenApiDocument>[0];

/**
 * The OpenAPI 3.1 document of the REST surface. trpc-to-openapi makes it from the procedures'
 * schemas; here it gets what is true of every route: the envelope, the real success status, the
 * failures with their details, the headers, the examples.
 */
export function openApiDocument(version: string): Json {
  const document = generateOpenApiDocument(appRouter as unknown as OpenApiRouter, {
    title: 'Matinee',
    version,
    openApiVersion: '3.1.0',
    baseUrl: '/api/v1',
    description: introduction,
    tags: [...tags.keys()],
  }) as unknown as Json;
  const paths = document.paths as Record<string, Record<string, Json>>;
  const failures: ReturnType<typeof failuresOf>[] = [];
  for (const [name, procedure] of Object.entries(appRouter._def.procedures)) {
    const { meta } = (procedure as unknown as { _def: { meta?: Meta } })._def;
    const operation =
      meta?.openapi && paths[meta.openapi.path]?.[meta.openapi.method.toLowerCase()];
    if (meta?.openapi && operation) {
      finishOperation(operation, { name, meta, openapi: meta.openapi });
      failures.push(failuresOf(meta, meta.openapi));
    }
  }
  addPosterUpload(paths);
  failures.push(failuresOf({ access: 'admin' }, posterUpload));
  document.servers = [{ url: '/api/v1' }];
  document.tags = [...tags].map(([name, description]) => ({ name, description }));
  document.info = { ...(document.info as Json), license: { name: 'MIT', identifier: 'MIT' } };
  document.components = componentsOf(document.components as Json, failures);
  return mendDates(document) as Json;
}

const introduction = [
  'Sells cinema seats, and never one seat twice: look at the seat map, lock seats for ten ' +
    'minutes, confirm.',
  '**Shapes.** Ids are UUIDs, amounts decimal strings such as `"12.50"`, instants ISO 8601 in UTC, ' +
    'calendar dates `YYYY-MM-DD` in the time zone of the theater. Unknown keys in a request are ' +
    'refused; expect keys and enum values in answers that you do not know yet, and pass over them.',
  '**Answers.** A success is `{ "success": true, "data", "message" }`, a failure ' +
    '`{ "success": false, "error": { "code", "message", "details", "requestId" } }`. Decide by ' +
    '`code`: the list is closed, and it says what `details` holds.',
  '**Lists** have `items` and `nextCursor`; send it back as `cursor` until it is `null`.',
  '**Repeating.** Send an `Idempotency-Key` with POST, PUT and DELETE, and a request whose answer ' +
    'got lost can be sent again: it has one effect.',
].join('\n\n');

const tags = new Map([
  ['auth', 'Accounts and sessions.'],
  ['movies', 'The catalogue.'],
  ['theaters', 'Halls and their seats.'],
  ['showtimes', 'The schedule, seat maps and seat locks.'],
  ['reservations', 'What was bought.'],
  ['admin', 'Reports, accounts and the state of the system; for administrators.'],
]);

/** What a request and its success look like in the recorded examples. */
interface Example {
  parameters?: Record<string, unknown>;
  body?: unknown;
  response: unknown;
}

interface Operation {
  name: string;
  meta: Meta;
  openapi: OpenApiMeta;
}

function finishOperation(operation: Json, { name, meta, openapi }: Operation): void {
  const id = name.replace(/\.(\w)/g, (_match, letter: string) => letter.toUpperCase());
  const { parameters: sent, body, response } = exampleOf(id);
  const repeatable = isRepeatable(meta, openapi.method);
  const responses = operation.responses as Record<string, Json>;
  const schema = contentSchema(responses['200']);
  const has = { replay: repeatable, etag: meta.etag === true };
  operation.operationId = id;
  operation.security = securityOf(meta);
  operation.parameters = [
    ...((operation.parameters ?? []) as Json[]).map((each) => finishParameter(each, sent)),
    parameter('RequestId'),
    ...(repeatable ? [parameter('IdempotencyKey')] : []),
    ...(meta.etag ? [parameter('IfNoneMatch')] : []),
  ];
  if (operation.requestBody) {
    const { content, required } = operation.requestBody as { content: Json; required: boolean };
    const json = content['application/json'] as Json;
    const { required: keys } = json.schema as { required?: string[] };
    operation.requestBody = {
      // With an id in the path there is an input without a body as well.
      required: required && (keys !== undefined || !openapi.path.includes('{')),
      content: {
        'application/json': { ...json, ...(body === undefined ? {} : { example: body }) },
      },
    };
  }
  operation.responses = {
    [String(meta.successStatus ?? 200)]: {
      description: meta.message ?? 'OK',
      headers: successHeaders(has),
      content: { 'application/json': { schema: envelopeOf(schema), example: response } },
    },
    ...(meta.etag
      ? {
          304: {
            description: 'Nothing has changed since that `ETag`.',
            headers: successHeaders(has),
          },
        }
      : {}),
    ...failureResponses(failuresOf(meta, openapi)),
  };
}

function exampleOf(operationId: string): Example {
  return (examples.operations as Record<string, Example>)[operationId] ?? { response: undefined };
}

function finishParameter(given: Json, sent: Example['parameters']): Json {
  const example = sent?.[String(given.name)];
  const { description, ...schema } = given.schema as Json;
  const isList = schema.type === 'array';
  return {
    ...given,
    ...(description === undefined ? {} : { description }),
    schema: example === undefined ? schema : { ...schema, examples: [example] },
    ...(isList ? { style: 'form', explode: true } : {}),
  };
}

function securityOf({ access }: Meta): Json[] {
  switch (access) {
    case 'credentials':
      return [];
    case 'public':
      return [{}, { bearer: [] }];
    default:
      return [{ bearer: [] }];
  }
}

function contentSchema(response: Json | undefined): unknown {
  const content = response?.content as Record<string, Json> | undefined;
  return content?.['application/json']?.schema ?? {};
}

function envelopeOf(data: unknown): Json {
  return {
    type: 'object',
    properties: {
      success: { type: 'boolean', const: true },
      data,
      message: { type: 'string', description: 'A sentence for a person.' },
    },
    required: ['success', 'data', 'message'],
  };
}

function componentsOf(generated: Json, routes: ReturnType<typeof failuresOf>[]): Json {
  // The generator's own error schemas have names with dots.
  const ours = Object.entries(generated.schemas as Json).filter(([key]) => !key.includes('.'));
  const failures = failureComponents(routes);
  return {
    schemas: { ...Object.fromEntries(ours), ...failures.schemas },
    responses: failures.responses,
    parameters,
    headers,
    examples: failures.examples,
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'The `accessToken` that `authLogin` and `authRegister` answer with.',
      },
    },
  };
}

/** The upload goes beside tRPC, which has no multipart in its schemas. */
const posterUpload: OpenApiMeta = {
  method: 'POST',
  path: '/movies/{movieId}/poster',
  tags: ['movies'],
  summary: 'Upload a poster',
  description: 'JPEG, PNG or WebP; decoded and encoded anew. Replaces the poster before it.',
};

function addPosterUpload(paths: Record<string, Record<string, Json>>): void {
  const { path, tags: group, summary, description } = posterUpload;
  const { parameters: sent, response } = exampleOf('moviesUploadPoster');
  const movieId = {
    name: 'movieId',
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid', description: 'Id of the movie.' },
  };
  const file = {
    type: 'object',
    properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
    required: ['file'],
  };
  paths[path] = {
    post: {
      operationId: 'moviesUploadPoster',
      summary,
      description,
      tags: group,
      security: [{ bearer: [] }],
      parameters: [
        finishParameter(movieId, sent),
        parameter('RequestId'),
        parameter('IdempotencyKey'),
      ],
      requestBody: { required: true, content: { 'multipart/form-data': { schema: file } } },
      responses: {
        201: {
          description: 'Poster stored.',
          headers: successHeaders({ replay: true, etag: false }),
          content: {
            'application/json': {
              schema: envelopeOf({ $ref: '#/components/schemas/Movie' }),
              example: response,
            },
          },
        },
        ...failureResponses(failuresOf({ access: 'admin' }, posterUpload)),
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
    const { description, examples: some } = schema;
    return {
      type: 'string',
      format: 'date-time',
      ...(description === undefined ? {} : { description }),
      ...(some === undefined ? {} : { examples: some }),
    };
  }
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, mendDates(part)]));
}

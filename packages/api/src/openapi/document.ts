import type {
  ComponentsObject,
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  PathItemObject,
  PathsObject,
  ReferenceObject,
  ResponseObject,
  SchemaObject,
  SecurityRequirementObject,
} from 'openapi3-ts/oas31';
import { generateOpenApiDocument } from 'trpc-to-openapi';
import { aboutApiKeys, isCounted, isForSignedIn } from '../meta.ts';
import type { Meta, OpenApiMeta } from '../meta.ts';
import { hostProcedureInfos, procedureInfos } from '../procedure-info.ts';
import type { ProcedureInfo } from '../procedure-info.ts';
import { appRouter, hostRouter } from '../router.ts';
import { codeSamples } from './code-samples.ts';
import { eventsMeta, eventsOperation, seatEvents } from './events-operation.ts';
import examples from './examples.json' with { type: 'json' };
import { failureComponents, failureResponses, failuresOf, isRepeatable } from './failures.ts';
import type { RouteFailures } from './failures.ts';
import { fileOperation, fileRoutes } from './file-operations.ts';
import { headers, parameter, parameters, successHeaders } from './headers.ts';
import { open, portable, withAdvice, withoutFormatPatterns } from './portable.ts';
import { webhookOperations } from './webhooks.ts';

type OpenApiRouter = Parameters<typeof generateOpenApiDocument>[0];
type Schema = SchemaObject | ReferenceObject;

/**
 * The OpenAPI 3.1 document of the REST surface. trpc-to-openapi makes it from the procedures'
 * schemas; this adds what is true of every route: the envelope, the real success status, the
 * failures with their details, the headers, the examples.
 */
export function openApiDocument(version: string): OpenAPIObject {
  const document = generate(appRouter, version);
  const host = generate(hostRouter, version);
  const paths = { ...host.paths, ...document.paths };
  const failures: RouteFailures[] = [];
  for (const info of [...hostProcedureInfos.values(), ...procedureInfos.values()]) {
    const { meta } = info;
    const operation = meta.openapi && operationOf(paths, meta.openapi);
    if (meta.openapi && operation) {
      finishOperation(operation, { ...info, openapi: meta.openapi });
      failures.push(failuresOf(meta, meta.openapi));
    }
  }
  paths[posterUpload.path] = { post: uploadOperation() };
  failures.push(failuresOf({ access: 'admin' }, posterUpload));
  paths[seatEvents.path] = { get: eventsOperation(exampleOf('showtimesEvents')) };
  failures.push(failuresOf(eventsMeta, seatEvents));
  for (const file of fileRoutes) {
    const operation = fileOperation(file);
    const recorded = exampleOf(operation.operationId ?? '');
    paths[file.openapi.path] = { get: fileOperation(file, recorded.parameters) };
    failures.push(failuresOf(file.meta, file.openapi));
  }
  document.paths = withoutFormatPatterns(paths);
  document.servers = [{ url: '/api/v1' }];
  document.tags = [...tags].map(([name, description]) => ({ name, description }));
  document.info.license = { name: 'MIT', identifier: 'MIT' };
  document.info.contact = { name: 'Matinee', url: 'https://github.com/OWNER/matinee' };
  document.info['x-logo'] = { url: '/favicon.svg', altText: 'Matinee', href: '/' };
  document.externalDocs = { description: 'REST with curl, step by step', url: '/guides/rest.md' };
  const schemas = { ...host.components?.schemas, ...document.components?.schemas };
  document.components = componentsOf({ schemas }, failures);
  document.webhooks = webhookOperations(exampleOf);
  return withAdvice(portable(document));
}

/** What trpc-to-openapi makes of a router. */
function generate(router: unknown, version: string): OpenAPIObject {
  return generateOpenApiDocument(router as OpenApiRouter, {
    title: 'Matinee',
    version,
    openApiVersion: '3.1.0',
    baseUrl: '/api/v1',
    description: introduction,
    tags: [...tags.keys()],
  });
}

const introduction = [
  'Sells cinema seats, and never one seat twice: read the seat map, lock seats for ten minutes, ' +
    'confirm.',
  '**Shapes.** Ids are UUIDs, amounts decimal strings such as `"12.50"`, instants ISO 8601 in UTC, ' +
    'calendar dates `YYYY-MM-DD` in the time zone of the theater. An instant in a request may have ' +
    'an offset such as `+02:00` instead of `Z`, and seconds are optional. Unknown fields in a ' +
    'request are refused. Ignore fields and enum values in responses that you do not know yet.',
  '**Responses.** A success is `{ "success": true, "data", "message" }`, a failure ' +
    '`{ "success": false, "error": { "code", "message", "details", "requestId" } }`. Decide by ' +
    '`code`: the list is closed, and each code defines its `details`.',
  '**Lists** have `items` and `nextCursor`; send it back as `cursor` until it is `null`.',
  '**Repeating.** Send an `Idempotency-Key` with POST, PUT and DELETE. You can then repeat a request ' +
    'whose response was lost: it has one effect.',
].join('\n\n');

const tags = new Map([
  ['api', 'What is served, and where.'],
  ['auth', 'Accounts and sessions.'],
  ['movies', 'The catalogue.'],
  ['sites', 'Cinemas, their tax and their refund policy.'],
  ['theaters', 'Theaters and their seats.'],
  ['ticket-types', 'Who tickets are for: adults, children, seniors.'],
  ['price-lists', 'What each ticket type costs; for managers.'],
  ['showtimes', 'The schedule, seat maps and seat locks.'],
  ['schedules', 'Many showtimes in one step.'],
  ['programme', 'What is shown on a day, for one screen.'],
  ['reservations', 'Purchases.'],
  ['payments', 'How a purchase is paid.'],
  ['desk', 'Sales over the counter, and shifts.'],
  ['check-ins', 'The door: scans of tickets.'],
  ['ticket-keys', 'Public keys, with which a door verifies tickets.'],
  ['admin', 'Reports, accounts and the state of the system; for administrators.'],
]);

/** What a request and its success look like in the recorded examples. */
export interface Example {
  parameters?: Record<string, unknown>;
  body?: unknown;
  response?: unknown;
}

/** A procedure whose operation is to be finished. */
interface Described extends Pick<ProcedureInfo, 'name' | 'meta' | 'deprecations'> {
  openapi: OpenApiMeta;
}

const verbs = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const;

function operationOf(paths: PathsObject, { path, method }: OpenApiMeta) {
  const item: PathItemObject | undefined = paths[path];
  return item?.[verbs[method]];
}

function finishOperation(
  operation: OperationObject,
  { name, meta, deprecations, openapi }: Described,
): void {
  const id = name.replace(/\.(\w)/g, (_match, letter: string) => letter.toUpperCase());
  const { parameters: sent, body, response } = exampleOf(id);
  const repeatable = isRepeatable(meta, openapi.method);
  const has = {
    replay: repeatable,
    etag: meta.shared === true,
    deprecation: deprecations.length > 0,
    limits: isCounted(meta),
  };
  const generated: ResponseObject | undefined = operation.responses?.['200'];
  const schema = generated?.content?.['application/json']?.schema ?? {};
  operation.operationId = id;
  operation.security = securityOf(meta);
  operation.description = [openapi.description, ...aboutApiKeys(meta)].join(' ');
  const isSignedIn = isForSignedIn(meta.access);
  operation['x-codeSamples'] = codeSamples({
    name,
    openapi,
    isSignedIn,
    parameters: sent,
    body,
    isRouteOnly: !procedureInfos.has(name),
  });
  operation.parameters = [
    ...(operation.parameters ?? []).map((each) => finishParameter(each, sent)),
    parameter('RequestId'),
    ...(repeatable ? [parameter('IdempotencyKey')] : []),
    ...(meta.shared ? [parameter('IfNoneMatch')] : []),
  ];
  finishBody(operation, openapi, body);
  operation.responses = {
    [String(meta.successStatus ?? 200)]: {
      description: meta.message ?? 'OK',
      headers: successHeaders(has),
      content: { 'application/json': { schema: open(envelopeOf(schema)), example: response } },
    },
    ...(meta.shared
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

function finishBody(operation: OperationObject, { path }: OpenApiMeta, example: unknown): void {
  const { requestBody } = operation;
  if (!requestBody || '$ref' in requestBody) {
    return;
  }
  const json = requestBody.content['application/json'] ?? {};
  const keys = json.schema && 'required' in json.schema ? json.schema.required : undefined;
  operation.requestBody = {
    // With an id in the path, an input without a body is possible.
    required: requestBody.required === true && (keys !== undefined || !path.includes('{')),
    content: { 'application/json': { ...json, ...(example === undefined ? {} : { example }) } },
  };
}

function exampleOf(operationId: string): Example {
  const recorded: Readonly<Record<string, Example>> = examples.operations;
  return recorded[operationId] ?? {};
}

function finishParameter(
  given: ParameterObject | ReferenceObject,
  sent: Example['parameters'],
): ParameterObject | ReferenceObject {
  if ('$ref' in given || !given.schema || '$ref' in given.schema) {
    return given;
  }
  const example = sent?.[given.name];
  const { description, ...schema } = given.schema;
  return {
    ...given,
    ...(description === undefined ? {} : { description }),
    schema: example === undefined ? schema : { ...schema, examples: [example] },
    ...(schema.type === 'array' ? { style: 'form', explode: true } : {}),
  };
}

function securityOf({ access }: Meta): SecurityRequirementObject[] {
  switch (access) {
    case 'credentials':
      return [];
    case 'public':
      return [{}, { bearer: [] }, { password: [] }];
    default:
      return [{ bearer: [] }, { password: [] }];
  }
}

function envelopeOf(data: Schema): SchemaObject {
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

function componentsOf(generated: ComponentsObject, routes: RouteFailures[]): ComponentsObject {
  // The generator's own error schemas have names with dots.
  const ours = Object.entries(generated.schemas ?? {}).filter(([key]) => !key.includes('.'));
  const failures = failureComponents(routes);
  return {
    schemas: { ...open(Object.fromEntries(ours)), ...failures.schemas },
    responses: failures.responses,
    parameters,
    headers,
    examples: failures.examples,
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'The `accessToken` that `authLogin`, `authRegister`, `authGuest` and `authLink` return. Or an ' +
          'API key, `mk_…`, that `adminApiKeysCreate` has returned, for programs: operations that take ' +
          'one name the scope that it needs; those that need no token take any.',
      },
      mailedLink: {
        type: 'apiKey',
        in: 'query',
        name: 'link',
        description: 'The token of a mailed link, which reads the files of one reservation.',
      },
      password: {
        type: 'oauth2',
        description:
          'Signs in by itself: your e-mail address is the `username`. There are no clients and no ' +
          'scopes.',
        flows: { password: { tokenUrl: tokenPath, scopes: {} } },
      },
    },
  };
}

/** Where the host exchanges a password for a token, as RFC 6749 describes it. */
const tokenPath = '/api/v1/auth/token';

/** The upload bypasses tRPC, which has no multipart in its schemas. */
const posterUpload: OpenApiMeta = {
  method: 'POST',
  path: '/movies/{movieId}/poster',
  tags: ['movies'],
  summary: 'Upload a poster',
  description: 'JPEG, PNG or WebP; decoded and encoded anew. Replaces the present poster.',
};

function uploadOperation(): OperationObject {
  const { tags: group, summary, description } = posterUpload;
  const { parameters: sent, response } = exampleOf('moviesUploadPoster');
  const movieId: ParameterObject = {
    name: 'movieId',
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid', description: 'Id of the movie.' },
  };
  const file: SchemaObject = {
    type: 'object',
    properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
    required: ['file'],
  };
  return {
    operationId: 'moviesUploadPoster',
    summary,
    description,
    tags: group,
    security: securityOf({ access: 'admin' }),
    'x-codeSamples': codeSamples({
      name: 'movies.uploadPoster',
      openapi: posterUpload,
      isSignedIn: true,
      parameters: sent,
      isUpload: true,
    }),
    parameters: [
      finishParameter(movieId, sent),
      parameter('RequestId'),
      parameter('IdempotencyKey'),
    ],
    requestBody: { required: true, content: { 'multipart/form-data': { schema: file } } },
    responses: {
      201: {
        description: 'Poster stored.',
        headers: successHeaders({ replay: true }),
        content: {
          'application/json': {
            schema: envelopeOf({ $ref: '#/components/schemas/Movie' }),
            example: response,
          },
        },
      },
      ...failureResponses(failuresOf({ access: 'admin' }, posterUpload)),
    },
  };
}

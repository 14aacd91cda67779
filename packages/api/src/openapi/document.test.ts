import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../errors.ts';
import { appRouter } from '../router.ts';
import { eventName, eventTypes, WebhookEvent } from '../webhooks/events.ts';
import type { EventType } from '../webhooks/events.ts';
import { openApiDocument } from './document.ts';
import { rewrite } from './portable.ts';
import { openApi30Document } from './version-3-0.ts';

type Json = Record<string, unknown>;
type Operation = Json & {
  operationId: string;
  responses: Record<string, Json>;
  security: unknown[];
};

const document = openApiDocument('0.2.0') as unknown as Json & {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Json>;
    examples: Record<string, Json>;
    responses: Record<string, Json>;
  };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

function operationOf(operationId: string): Operation {
  const found = operations.find(({ operation }) => operation.operationId === operationId);
  return found?.operation as Operation;
}

function codesOf({ $ref, content }: Json): string[] {
  const shared = document.components.responses[String($ref).split('/').at(-1) ?? ''];
  const all = (content ?? shared?.content ?? {}) as Record<string, { examples?: object }>;
  const media = all['application/json'];
  return Object.keys(media?.examples ?? {});
}

/** All objects of a part of the document, apart from its examples. */
function schemasIn(part: unknown): Json[] {
  const found: Json[] = [];
  rewrite(part, (schema) => {
    found.push({ ...schema });
    return schema;
  });
  return found;
}

const isObject = ({ type, properties }: Json) =>
  [type].flat().includes('object') && properties !== undefined;

test('the committed document is the present one (npm run openapi)', async () => {
  const committed = await readFile(
    new URL('../../../../docs/openapi.json', import.meta.url),
    'utf8',
  );
  expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(document)));
});

describe('the document', () => {
  test('is OpenAPI 3.1 for /api/v1, paths without the prefix', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers).toEqual([{ url: '/api/v1' }]);
    expect(Object.keys(document.paths).filter((path) => path.startsWith('/api'))).toEqual([]);
  });

  test('has every procedure but the subscription, and what only REST has', () => {
    const described = operations.map(({ operation }) => operation.operationId).toSorted();
    const named = Object.keys(appRouter._def.procedures)
      .filter((name) => name !== 'showtimes.onSeatsChanged')
      .map((name) => name.replace(/\.(\w)/g, (_match, letter: string) => letter.toUpperCase()));
    const restOnly = [
      'apiIndex',
      'moviesUploadPoster',
      'showtimesEvents',
      'showtimesPicture',
      'theatersPicture',
      'ticketsPdf',
      'ticketsCalendar',
      'ticketsPicture',
    ];
    expect(described).toEqual([...named, ...restOnly].toSorted());
  });

  test('has every type of event with its schema and an example of it', () => {
    const { webhooks = {} } = document as { webhooks?: Record<string, { post: Json }> };
    expect(Object.keys(webhooks)).toEqual(eventTypes);
    for (const [type, { post }] of Object.entries(webhooks)) {
      const { content } = post.requestBody as { content: Record<string, Json> };
      const { schema, example } = content['application/json'] ?? {};
      expect(schema).toEqual({ $ref: `#/components/schemas/${eventName(type as EventType)}` });
      const read = WebhookEvent.safeParse(withDates(example));
      expect([type, read.error]).toEqual([type, undefined]);
      expect((example as Json).type).toBe(type);
    }
    expect(openApi30Document('1.0.0')).not.toHaveProperty('webhooks');
  });

  test('says the real success status and the one error schema on every route', () => {
    const created = operations
      .filter(({ operation }) => '201' in operation.responses)
      .map(({ operation }) => operation.operationId)
      .toSorted();
    expect(created).toEqual([
      'adminApiKeysCreate',
      'adminPaymentsRefund',
      'adminWebhooksCreate',
      'authGuest',
      'authRegister',
      'deskOpenShift',
      'deskSell',
      'moviesCreate',
      'moviesUploadPoster',
      'priceListsCreate',
      'reservationsCreate',
      'schedulesCopyWeek',
      'schedulesCreate',
      'showtimesCreate',
      'showtimesLockSeats',
      'sitesCreate',
      'theatersCreate',
      'ticketTypesCreate',
    ]);
    for (const { operation } of operations) {
      expect(operation.responses.default).toEqual({ $ref: '#/components/responses/AnyFailure' });
    }
  });

  test('lists exactly the closed codes', () => {
    const { properties } = document.components.schemas.Failure as { properties: { error: Json } };
    const { mapping } = properties.error.discriminator as { mapping: Record<string, string> };
    expect(Object.keys(mapping)).toEqual(errorCodes);
    expect(properties.error.oneOf).toEqual(Object.values(mapping).map(($ref) => ({ $ref })));
  });

  test('says of every route what can go wrong, by status, with the details of each code', () => {
    const { responses } = operationOf('showtimesLockSeats');
    const told = Object.entries(responses).map(([status, response]) => [status, codesOf(response)]);
    expect(Object.fromEntries(told)).toMatchObject({
      401: ['AUTHENTICATION_REQUIRED', 'TOKEN_EXPIRED', 'TOKEN_INVALID'],
      409: ['SEATS_UNAVAILABLE', 'IDEMPOTENCY_CONFLICT'],
      503: ['UNAVAILABLE'],
    });
    expect(document.components.schemas.SeatsUnavailableError).toMatchObject({
      properties: {
        code: { enum: ['SEATS_UNAVAILABLE'] },
        details: { properties: { seats: { items: { required: ['seatId', 'reason'] } } } },
      },
    });
  });

  test('has an example of every body, every success and every code', () => {
    const without = operations.flatMap(({ operation }) => {
      const { operationId, requestBody, responses } = operation;
      const success = responses['201'] ?? responses['200'];
      const contents = [requestBody as Json | undefined, success].flatMap((part) =>
        Object.entries((part?.content ?? {}) as Record<string, Json>),
      );
      const bare = contents.filter(([type, { example }]) => {
        return type === 'application/json' && example === undefined;
      });
      return bare.length > 0 ? [operationId] : [];
    });
    expect(without).toEqual([]);
    expect(Object.keys(document.components.examples)).toEqual(errorCodes);
  });

  test('refuses unknown keys in every object of every body', () => {
    const bodies = operations.flatMap(({ operation }) => {
      const { content } = (operation.requestBody ?? {}) as { content?: Record<string, Json> };
      return content?.['application/json'] ?? [];
    });
    const objects = bodies.flatMap((body) => schemasIn(body).filter(isObject));
    expect(objects.length).toBeGreaterThan(20);
    expect(objects.filter((schema) => schema.additionalProperties !== false)).toEqual([]);
  });

  test('leaves room for new keys in every object of every response', () => {
    const responses = operations.map(({ operation }) => operation.responses);
    const objects = schemasIn([responses, document.components]).filter(isObject);
    expect(objects.length).toBeGreaterThan(100);
    const isClosed = (schema: Json) =>
      schema.additionalProperties === false || 'maxProperties' in schema;
    expect(objects.filter(isClosed)).toEqual([]);
  });

  test('gives every integer the bounds that it has, and a format', () => {
    const integers = schemasIn(document).filter(({ type }) => [type].flat().includes('integer'));
    expect(integers.length).toBeGreaterThan(80);
    expect(integers.filter(({ format }) => format !== 'int32')).toEqual([]);
    const bounds = integers.flatMap(({ minimum, maximum }) => [minimum, maximum]);
    expect(bounds.filter((bound) => Math.abs(Number(bound ?? 0)) >= 2 ** 31)).toEqual([]);
  });

  test('gives no response the name of a schema', () => {
    const { schemas, responses } = document.components;
    expect(Object.keys(responses).filter((name) => name in schemas)).toEqual([]);
  });

  test('writes null and single values in one form each', () => {
    const schemas = schemasIn(document);
    expect(schemas.filter((schema) => 'const' in schema)).toEqual([]);
    // A reference has no type that null could be added to.
    const besideReferences = schemas.flatMap(({ anyOf }) =>
      Array.isArray(anyOf) && '$ref' in (anyOf[0] as Json) ? (anyOf.slice(1) as Json[]) : [],
    );
    const nulls = schemas.filter(({ type }) => type === 'null');
    expect(nulls).toEqual(besideReferences);
    expect(schemas.filter(({ type }) => [type].flat().includes('null')).length).toBeGreaterThan(25);
  });

  test('allows more digits in a sum than in a price that is sent', () => {
    const { properties } = document.components.schemas.SeatLock as { properties: Json };
    const totalPrice = properties.totalPrice as Json;
    expect(totalPrice.pattern).toBe('^\\d+\\.\\d{2}$');
    expect('999999999.90').toMatch(new RegExp(String(totalPrice.pattern)));
    const body = operationOf('showtimesCreate').requestBody as Json;
    expect(JSON.stringify(body)).toContain(JSON.stringify('^\\d{1,8}\\.\\d{2}$'));
  });
});

/** An example as the procedures return it: with dates. */
function withDates(example: unknown): unknown {
  return JSON.parse(JSON.stringify(example), (_key, value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : value,
  );
}

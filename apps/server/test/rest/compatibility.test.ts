import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { breakingChanges, brokenPromises, hastySunsets, mayBreak } from './compatibility.ts';
import { freshDocument, operationsOf } from './document.ts';
import type { Json } from './document.ts';

const baselineFile = new URL('../../../../docs/openapi-baseline.json', import.meta.url);
const advice = [
  'These changes break clients of the REST API. Make them additions instead, or step the version:',
  'raise the major version in package.json (below 1.0 the minor), run `npm run openapi`, and copy',
  'docs/openapi.json to docs/openapi-baseline.json, which says what clients rely on from then on.',
].join('\n');

const sunsetAdvice =
  'Deprecated parts of responses are kept until their sunset, whatever the version: docs/versioning.md.';

const versionOf = ({ info }: Json) => (info as { version: string }).version;

test('the document breaks no client of the baseline, or the version says so', async () => {
  const baseline = JSON.parse(await readFile(baselineFile, 'utf8')) as Json;
  const document = await freshDocument();
  const changes = breakingChanges(baseline, document);
  const isAllowed = mayBreak(versionOf(baseline), versionOf(document));
  expect(isAllowed || changes.length === 0 ? '' : [advice, ...changes].join('\n')).toBe('');
  // Today can only allow more than yesterday: a test that has passed does not fail by the calendar.
  const broken = brokenPromises(changes, new Date().toISOString().slice(0, 10));
  expect(broken.length === 0 ? '' : [sunsetAdvice, ...broken].join('\n')).toBe('');
});

test('every deprecation of the document leaves clients 12 months', async () => {
  const document = await freshDocument();
  expect(hastySunsets(document)).toEqual([]);
  expect(JSON.stringify(document)).toContain('"x-deprecation"');
});

test.each([
  ['2026-11-30', '2027-11-30', true],
  ['2026-11-30', '2027-12-01', true],
  ['2026-11-30', '2027-11-29', false],
  ['2026-11-30', '2026-11-30', false],
  ['2028-02-29', '2029-02-28', false],
  ['2028-02-29', '2029-03-01', true],
  ['2026-11-30', 'next year', false],
])('a deprecation from %s to %s leaves them enough: %s', (since, sunset, isEnough) => {
  const field = { 'x-deprecation': { field: 'Seat.row', since, sunset, instead: '`line`' } };
  const lines = hastySunsets({ components: { schemas: { Seat: { properties: { row: field } } } } });
  expect(lines).toHaveLength(isEnough ? 0 : 1);
});

/** The changes of a document whose `Seat.position` is deprecated until 2027-12-01. */
function changesOfDeprecated(change: Change): string[] {
  const world = aDocument();
  const deprecate = (of: World, sunset: string) =>
    Object.assign(inSeat(of).position ?? {}, { 'x-deprecation': { sunset } });
  const before = aDocument();
  deprecate(before, '2027-12-01');
  deprecate(world, '2027-12-01');
  change(world);
  return breakingChanges(before.document, world.document);
}

const removal: Change = (world) => delete inSeat(world).position;
const newSunset =
  (sunset: string): Change =>
  (world) =>
    told('position', { type: 'integer', 'x-deprecation': { sunset } })(world);

describe('a deprecated part', () => {
  test.each([
    ['before its sunset', '2027-11-30', 1],
    ['on its sunset', '2027-12-01', 0],
    ['later', '2030-01-01', 0],
  ])('that is removed %s breaks a promise, or not', (_when, today, count) => {
    const changes = changesOfDeprecated(removal);
    expect(changes).toEqual([expect.stringMatching(/sunset is 2027-12-01$/) as unknown]);
    expect(brokenPromises(changes, today)).toHaveLength(count);
  });

  test('may be kept longer, or for good, but not shorter', () => {
    const always = '2099-01-01';
    expect(changesOfDeprecated(newSunset('2028-06-01'))).toEqual([]);
    expect(changesOfDeprecated(told('position', { type: 'integer' }))).toEqual([]);
    expect(brokenPromises(changesOfDeprecated(newSunset('2027-11-01')), always)).toHaveLength(1);
  });

  test('is a promise that other changes do not make', () => {
    expect(brokenPromises(changesAfter(removal), '2020-01-01')).toEqual([]);
  });
});

test.each([
  ['0.1.0', '0.1.0', false],
  ['0.1.0', '0.1.9', false],
  ['0.1.9', '0.2.0', true],
  ['0.9.0', '0.10.0', true],
  ['0.9.0', '1.0.0', true],
  ['1.2.0', '1.3.0', false],
  ['1.2.0', '2.0.0', true],
  ['2.0.0', '1.9.0', false],
  ['1.0.0', '0.9.0', false],
])('clients of %s may be broken by %s: %s', (before, after, allowed) => {
  expect(mayBreak(before, after)).toBe(allowed);
});

const text = () => ({ type: 'string' });

/** A document with one route of everything that can break. */
function aDocument() {
  const seat = {
    type: 'object',
    properties: {
      id: text(),
      price: { type: 'string', pattern: '^\\d+\\.\\d\\d$' },
      lockedUntil: { type: 'string', format: 'date-time' },
      row: { type: ['string', 'null'] },
      status: { type: 'string', enum: ['available', 'locked'] },
      position: { type: 'integer' },
      names: { type: 'array', items: text() },
    },
    required: ['id', 'price', 'row', 'status'],
  };
  const failure = (code: string) => ({
    type: 'object',
    properties: { code: { type: 'string', const: code }, details: { type: 'object' } },
    required: ['code', 'details'],
  });
  const lock = {
    operationId: 'lockSeats',
    parameters: [
      { name: 'showId', in: 'path', required: true, schema: text() },
      { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
      { name: 'Idempotency-Key', in: 'header', schema: text() },
    ],
    security: [{}, { bearer: [] as string[] }],
    requestBody: {
      required: false,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              seatIds: { type: 'array', items: text(), minItems: 1, maxItems: 50 },
              note: { type: ['string', 'null'], maxLength: 100 },
              kind: { enum: ['standard', 'vip'], type: 'string' },
              amount: { type: 'number' },
            },
            required: ['seatIds'],
          },
        },
      },
    },
    responses: {
      200: {
        description: 'Locked.',
        headers: { ETag: { schema: text() } },
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Seat' } } },
      },
      409: {
        description: 'Taken.',
        content: {
          'application/json': {
            schema: { oneOf: [failure('SEATS_UNAVAILABLE'), failure('IN_USE')] },
          },
        },
      },
    } as Record<string, Json>,
  };
  const document = {
    servers: [{ url: '/api/v1' }],
    paths: { '/shows/{showId}/lock': { post: lock } } as Record<string, Record<string, Json>>,
    components: { schemas: { Seat: seat } as Record<string, Json> },
  };
  const body = lock.requestBody.content['application/json'].schema;
  return { document, lock: lock as Lock<typeof lock>, body, seat, failure };
}
type Lock<Operation> = Omit<Operation, 'parameters'> & { parameters: Json[] };
type World = ReturnType<typeof aDocument>;
type Change = (world: World) => unknown;

const inBody = ({ body }: World) => body.properties as Record<string, Json>;
const inSeat = ({ seat }: World) => seat.properties as Record<string, Json>;
/** Another schema for a value that is sent, or that comes. */
const sent = (key: string, schema: Json) => (world: World) => (inBody(world)[key] = schema);
const told = (key: string, schema: Json) => (world: World) => (inSeat(world)[key] = schema);
/** More keywords for a value that is sent, for the parameter, and for the success. */
const sentAlso = (key: string, keywords: Json) => (world: World) =>
  Object.assign(inBody(world)[key] ?? {}, keywords);
const limit =
  (keywords: Json) =>
  ({ lock: { parameters } }: World) =>
    Object.assign(parameters[1] ?? {}, keywords);
const success =
  (parts: Json) =>
  ({ lock }: World) =>
    Object.assign(lock.responses[200] ?? {}, parts);
const nullable = (keywords: Json) => ({ type: ['string', 'null'], ...keywords });
const oneOf = (...values: string[]) => ({ type: 'string', enum: values });
/** Other failures, by their codes. */
const failures =
  (...codes: string[]) =>
  ({ lock, failure }: World) => {
    const schema = { oneOf: codes.map(failure) };
    lock.responses[409] = { content: { 'application/json': { schema } } };
  };
const zone =
  (keywords: Json = {}) =>
  ({ lock }: World) =>
    lock.parameters.push({ name: 'zone', in: 'query', schema: text(), ...keywords });

/** One change to the document, and what is to be said of it. */
function changesAfter(change: Change): string[] {
  const world = aDocument();
  change(world);
  return breakingChanges(aDocument().document, world.document);
}

const breaks: [string, Change, string][] = [
  ['a server that is gone', ({ document }) => (document.servers = []), 'server is gone'],
  ['a path that is gone', ({ document }) => (document.paths = {}), 'route is gone'],
  [
    'a path of another name',
    ({ document, lock }) => {
      document.paths = { '/screenings/{showId}/lock': { post: lock } };
    },
    'route is gone',
  ],
  [
    'another method',
    ({ document, lock }) => {
      document.paths = { '/shows/{showId}/lock': { put: lock } };
    },
    'route is gone',
  ],
  ['another operationId', ({ lock }) => (lock.operationId = 'holdSeats'), 'operationId'],
  ['a token that is needed', ({ lock }) => (lock.security = [{ bearer: [] }]), 'no longer open'],
  ['a parameter that is gone', ({ lock }) => lock.parameters.splice(1, 1), 'query limit: is gone'],
  ['a header that is gone', ({ lock }) => lock.parameters.pop(), 'Idempotency-Key: is gone'],
  ['a new parameter that is required', zone({ required: true }), 'needs a new query zone'],
  ['a parameter that becomes required', limit({ required: true }), 'query limit: is now required'],
  [
    'a parameter of narrower bounds',
    limit({ schema: { type: 'integer', maximum: 50 } }),
    'narrower maximum',
  ],
  ['a list that is written otherwise', limit({ explode: false }), 'written otherwise'],
  [
    'a body that becomes required',
    ({ lock }) => (lock.requestBody.required = true),
    'now needs a body',
  ],
  [
    'a content type that is no longer taken',
    ({ lock: { requestBody } }) => {
      requestBody.content = { 'application/xml': {} } as never;
    },
    'body application/json: is gone',
  ],
  [
    'a key to send that becomes required',
    ({ body }) => body.required.push('note'),
    '.note: is now required',
  ],
  [
    'a new key to send that is required',
    (world) => {
      inBody(world).zone = text();
      world.body.required.push('zone');
    },
    '.zone: is now required',
  ],
  ['a key to send that is gone', (world) => delete inBody(world).note, '.note: is gone'],
  [
    'a key to send of another name',
    (world) => {
      inBody(world).remark = text();
      delete inBody(world).note;
    },
    '.note: is gone',
  ],
  [
    'other keys that are refused',
    ({ body }) => Object.assign(body, { additionalProperties: false }),
    'other keys',
  ],
  ['an input of another type', sent('amount', text()), 'number became string'],
  ['an input that may not be null', sent('note', text()), 'null became string'],
  ['an input of fewer values', sent('kind', oneOf('vip')), 'no longer takes standard'],
  [
    'an input of some values only',
    sent('note', nullable({ enum: ['a', null] })),
    'no longer takes a value of one’s own',
  ],
  ['whole numbers only', sent('amount', { type: 'integer' }), 'number became integer'],
  ['steps only', sentAlso('amount', { multipleOf: 5 }), 'multipleOf'],
  ['a shorter text', sentAlso('note', { maxLength: 10 }), 'narrower maxLength'],
  ['a longer text', sentAlso('note', { minLength: 2 }), 'narrower minLength'],
  ['a format', sentAlso('note', { format: 'email' }), 'another format'],
  ['32 bits where more were', sentAlso('amount', { format: 'int32' }), 'another format'],
  ['a pattern', sentAlso('note', { pattern: '^a' }), 'another pattern'],
  ['fewer items', sentAlso('seatIds', { maxItems: 10 }), 'narrower maxItems'],
  ['more items', sentAlso('seatIds', { minItems: 2 }), 'narrower minItems'],
  ['no doubles', sentAlso('seatIds', { uniqueItems: true }), 'narrower uniqueItems'],
  [
    'items of another type',
    sentAlso('seatIds', { items: { type: 'integer' } }),
    '.seatIds[]: string became integer',
  ],
  ['an answer that is gone', ({ lock }) => delete lock.responses[200], '200: is gone'],
  [
    'another success',
    ({ lock: { responses } }) => {
      responses[201] = responses[200] ?? {};
      delete responses[200];
    },
    '200: is gone',
  ],
  ['a header of the answer that is gone', success({ headers: {} }), 'header ETag: is gone'],
  [
    'another content type of the answer',
    success({ content: { 'text/html': {} } }),
    '200 application/json: is gone',
  ],
  [
    'a key of the answer that is gone',
    (world) => delete inSeat(world).position,
    '.position: is gone',
  ],
  ['a key that may be missing', ({ seat }) => seat.required.shift(), '.id: may now be missing'],
  ['a value of another type', told('price', { type: 'number' }), 'string became number'],
  ['a value that may be null', told('id', nullable({})), '.id: string became null'],
  [
    'a value that may be null, as a union',
    told('id', { anyOf: [text(), { type: 'null' }] }),
    '.id: string became null',
  ],
  ['a value that may be anything', told('position', {}), 'integer became anything'],
  [
    'fractions where whole numbers were',
    told('position', { type: 'number' }),
    'integer became number',
  ],
  ['a format that is dropped', told('lockedUntil', text()), 'another format'],
  ['a pattern that is dropped', told('price', text()), 'another pattern'],
  ['only values that nobody knows', told('status', oneOf('free', 'taken')), 'none of its values'],
  ['values that are not told any more', told('status', text()), 'none of its values'],
  [
    'items of another type to get',
    told('names', { type: 'array', items: { type: 'integer' } }),
    '.names[]: string became integer',
  ],
  ['items that may be anything', told('names', { type: 'array' }), 'became anything'],
  [
    'details that are gone',
    ({ lock, failure }) => {
      const { details: _details, ...properties } = failure('IN_USE').properties;
      const schema = { ...failure('IN_USE'), properties };
      lock.responses[409] = { content: { 'application/json': { schema } } };
    },
    '.details: is gone',
  ],
  ['other failures only', failures('GONE'), 'none of its values is known'],
];

const additions: [string, Change][] = [
  ['nothing', () => {}],
  ['other words', ({ lock }) => Object.assign(lock, { description: 'All or none.' })],
  ['another server', ({ document }) => document.servers.push({ url: '/api/v2' })],
  ['another path', ({ document, lock }) => (document.paths['/theaters'] = { get: lock })],
  [
    'another method',
    ({ document: { paths }, lock }) => {
      paths['/shows/{showId}/lock'] = { post: lock, get: lock };
    },
  ],
  ['another way in', ({ lock }) => lock.security.push({ basic: [] } as never)],
  ['no token any more', ({ lock }) => (lock.security = [])],
  ['another parameter', zone()],
  ['a parameter that may be left out', ({ lock }) => delete lock.parameters[0]?.required],
  [
    'a format that the bounds say already',
    limit({ schema: { type: 'integer', minimum: 1, maximum: 100, format: 'int32' } }),
  ],
  ['wider bounds', limit({ schema: { type: 'integer', maximum: 500 } })],
  [
    'another content type',
    ({ lock: { requestBody } }) => Object.assign(requestBody.content, { 'application/xml': {} }),
  ],
  ['another key to send', sent('zone', text())],
  ['a key to send that may be left out', ({ body }) => body.required.pop()],
  ['an input of more values', sent('kind', oneOf('standard', 'premium', 'vip'))],
  ['an input of any value', sent('kind', text())],
  ['an input that may be null', sent('amount', { type: ['number', 'null'] })],
  ['an input of another type as well', sent('amount', { anyOf: [text(), { type: 'number' }] })],
  ['another status', ({ lock }) => (lock.responses[429] = { description: 'Too many.' })],
  ['another header', success({ headers: { ETag: {}, Age: {} } })],
  ['another key in an answer', told('type', text())],
  ['a key that is always there', ({ seat }) => seat.required.push('position')],
  ['a value that is never null', told('row', text())],
  ['another value in an answer’s enum', told('status', oneOf('available', 'locked', 'blocked'))],
  ['another failure', failures('SEATS_UNAVAILABLE', 'IN_USE', 'SHOWTIME_STARTED')],
  ['a failure less', failures('IN_USE')],
  [
    'a schema of a name of its own',
    ({ document, lock: { requestBody }, body }) => {
      Object.assign(document.components.schemas, { Wanted: body });
      const schema = { $ref: '#/components/schemas/Wanted' };
      requestBody.content['application/json'] = { schema } as never;
    },
  ],
];

describe('a client is broken by', () => {
  test.each(breaks)('%s', (_name, change, named) => {
    expect(changesAfter(change)).toEqual([expect.stringContaining(named) as unknown]);
  });
});

describe('a client is not broken by', () => {
  test.each(additions)('%s', (_name, change) => {
    expect(changesAfter(change)).toEqual([]);
  });
});

test('of the real document no version may leave a deprecated part out early', async () => {
  const document = await freshDocument();
  const { schemas } = document.components as { schemas: Record<string, Json> };
  const deprecations = JSON.stringify(document).match(/"x-deprecation":\{"field":"[\w.]+"/g) ?? [];
  expect(deprecations).not.toEqual([]);
  for (const declared of deprecations) {
    const [name = '', key = ''] = (/:"([\w.]+)"$/.exec(declared)?.[1] ?? '').split('.');
    const schema = schemas[name] as Json & { properties: Json };
    const { [key]: _left, ...properties } = schema.properties;
    const answer = (of: Json) => ({
      paths: {
        '/one': {
          get: { responses: { 200: { content: { 'application/json': { schema: of } } } } },
        },
      },
      components: { schemas },
    });
    const changes = breakingChanges(answer(schema), answer({ ...schema, properties }));
    expect(brokenPromises(changes, '2026-11-30')).toEqual([
      expect.stringMatching(new RegExp(`\\.${key}: is gone, and its sunset is`)) as unknown,
    ]);
  }
});

test('of the real document no operation demands more, or goes, unnoticed', async () => {
  const before = await freshDocument();
  const after = structuredClone(before);
  const operations = [...operationsOf(after).values()];
  const parameter = { name: 'zone', in: 'query', required: true, schema: text() };
  for (const { operation } of operations) {
    operation.parameters = [...((operation.parameters ?? []) as Json[]), parameter];
  }
  const demands = operations.map(({ route }) => `${route}: needs a new query zone`);
  expect(breakingChanges(before, after)).toEqual(demands);

  const losses = operations.map(({ route }) => `${route}: the route is gone`);
  expect(breakingChanges(before, { ...before, paths: {} })).toEqual(losses);
});

import fc from 'fast-check';
import type { Json } from '../rest/document.ts';
import type { Operation, Parameter } from './answers.ts';

/** Who asks. */
export type Actor = 'anonymous' | 'user' | 'admin' | 'stranger';

/**
 * A request as it is made up: `@kind:number` stands for an id of that kind that exists when it is
 * sent, so that the same seed makes up the same requests again.
 */
export interface Request {
  operationId: string;
  method: string;
  path: string;
  query: [string, string][];
  headers: Record<string, string>;
  body: string | undefined;
  actor: Actor;
}

/** Of things that the world has: the kind is the name of the key without `Id`. */
const kinds = ['movie', 'theater', 'showtime', 'seat', 'reservation', 'user'];

/** Costly for the server, which hashes a password each time. */
const rare = new Set(['authRegister', 'authLogin', 'authChangePassword']);

/** Requests to every operation, some of them right, most of them wrong in one or two places. */
export function requests(operations: Operation[]): fc.Arbitrary<Request> {
  return fc
    .oneof(
      ...operations.map((operation) => ({
        weight: rare.has(operation.operationId) ? 1 : 8,
        arbitrary: wellFormed(operation),
      })),
    )
    .chain((request) =>
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(request) },
        { weight: 3, arbitrary: mutated(request) },
        { weight: 1, arbitrary: mutated(request).chain(mutated) },
      ),
    );
}

function wellFormed(operation: Operation): fc.Arbitrary<Request> {
  const { operationId, method, path, parameters, body } = operation;
  const inPlace = (place: Parameter['in']) => parameters.filter((each) => each.in === place);
  return fc
    .record({
      actor: fc.constantFrom<Actor>(
        'anonymous',
        'user',
        'user',
        'admin',
        'admin',
        'admin',
        'stranger',
      ),
      path: fc.tuple(...inPlace('path').map(({ name, schema }) => valueOf(schema, name))),
      query: fc.tuple(...inPlace('query').map(queryPart)),
      body: body === undefined ? fc.constant(undefined) : valueOf(body, ''),
      key: rarely(fc.nat(60).map((number) => `key-${number}`)),
    })
    .map((made) => {
      const values = [...made.path];
      return {
        operationId,
        method,
        path: path.replace(/\{\w+\}/g, () => String(values.shift())),
        query: made.query.flat(),
        headers: {
          ...(made.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(made.key === undefined || method === 'GET' ? {} : { 'idempotency-key': made.key }),
        },
        body: made.body === undefined ? undefined : JSON.stringify(made.body),
        actor: made.actor,
      };
    });
}

function queryPart({ name, schema }: Parameter): fc.Arbitrary<[string, string][]> {
  const value = valueOf(schema, name);
  const pairs = value.map((made) =>
    [made].flat().map((each): [string, string] => [name, String(each)]),
  );
  return rarely(pairs).map((given) => given ?? []);
}

function rarely<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Values of a JSON schema. */
function valueOf(schema: Json, name: string): fc.Arbitrary<unknown> {
  const {
    anyOf,
    enum: choices,
    type,
  } = schema as { anyOf?: Json[]; enum?: unknown[]; type?: string | string[] };
  if (Array.isArray(type)) {
    return fc.oneof(...type.map((each) => valueOf({ ...schema, type: each }, name)));
  }
  if (choices) {
    return fc.constantFrom(...choices);
  }
  if (anyOf) {
    return fc.oneof(...anyOf.map((each) => valueOf(each, name)));
  }
  switch (type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(valueOf(schema.items as Json, name.replace(/s$/, '')), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: Math.min(4, Number(schema.maxItems ?? 4)),
      });
    case 'integer':
    case 'number':
      return fc.integer({
        min: Number(schema.minimum ?? 0),
        max: Math.min(Number(schema.maximum), 60),
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return textOf(schema, name);
  }
}

function objectOf(schema: Json): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const values = Object.fromEntries(properties.map(([key, part]) => [key, valueOf(part, key)]));
  return fc.record(values, { requiredKeys: (schema.required ?? []) as string[] });
}

function textOf(schema: Json, name: string): fc.Arbitrary<string> {
  const kind = kinds.find((each) => name === `${each}Id`);
  if (kind !== undefined) {
    const known = fc.nat(999).map((number) => `@${kind}:${number}`);
    return fc.oneof({ weight: 9, arbitrary: known }, { weight: 1, arbitrary: fc.uuid() });
  }
  switch (schema.format) {
    case 'uuid':
      return fc.uuid();
    case 'email':
      return fc.nat(99_999).map((number) => `person-${number}@example.com`);
    case 'date':
      return fc.constantFrom('2036-12-05', '2036-12-06', '2027-02-28', '2024-02-29');
    case 'date-time':
      return fc.integer({ min: Date.UTC(2036, 0), max: Date.UTC(2037, 0) }).chain((ms) => {
        const text = new Date(ms).toISOString();
        return fc.constantFrom(text, `${text.slice(0, 16)}Z`);
      });
    default:
      return plainText(schema, name);
  }
}

function plainText(schema: Json, name: string): fc.Arbitrary<string> {
  if (name === 'timezone') {
    return fc.constantFrom('UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kathmandu');
  }
  if (typeof schema.pattern === 'string' && schema.pattern.includes('\\d')) {
    return fc.integer({ min: 0, max: 99_999 }).map((cents) => (cents / 100).toFixed(2));
  }
  const most = Math.min(Number(schema.maxLength ?? 40), 40);
  const least = Math.min(Number(schema.minLength ?? 1), most);
  return fc.string({ unit: 'grapheme', minLength: least, maxLength: most });
}

// --- What goes wrong on the way from a client. ---

/** Values that have broken servers before. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1.5,
    1e308,
    2 ** 53,
    '',
    ' ',
    'null',
    'NaN',
    'Infinity',
    '-0',
    '1e3',
    '0x10',
    'a\0b',
    '\ud800',
    '٣',
    'ß'.repeat(300),
    'x'.repeat(10_000),
    '\u202e',
    '%00',
    '../../etc/passwd',
    "' or 1=1 --",
    '{{7*7}}',
    '__proto__',
    'constructor',
    '2036-02-30',
    '2036-12-05T25:00:00Z',
    '9999-12-31T23:59:59Z',
    '-000001-01-01T00:00:00Z',
    '2036-12-05T10:00:00',
    '99999999.99',
    '-1.00',
    '1,00',
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    [],
    {},
    [[]],
    [null],
    { $ne: null },
    { __proto__: null },
    { length: 1 },
    ['a', 'a'],
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

function mutated(request: Request): fc.Arbitrary<Request> {
  return fc.oneof(
    { weight: 6, arbitrary: withOddBody(request) },
    { weight: 4, arbitrary: withOddQuery(request) },
    { weight: 2, arbitrary: withOddPath(request) },
    { weight: 2, arbitrary: withOddHeaders(request) },
    { weight: 1, arbitrary: withOtherMethod(request) },
  );
}

function withOddBody(request: Request): fc.Arbitrary<Request> {
  const send = (body: string) => ({
    ...request,
    body,
    headers: { 'content-type': 'application/json', ...request.headers },
  });
  const parsed = objectIn(request.body);
  const key = fc.constantFrom(
    ...Object.keys(parsed),
    'unknown',
    '__proto__',
    'constructor',
    'toString',
  );
  const replaced = fc.tuple(key, odd).map(([name, value]) => {
    const { [name]: _old, ...others } = parsed;
    // Written out, because an object literal would take `__proto__` for something else.
    const rest = JSON.stringify(others).slice(1, -1);
    const pair = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
    return `{${rest === '' ? '' : `${rest},`}${pair}}`;
  });
  const dropped = key.map((name) => {
    const { [name]: _dropped, ...others } = parsed;
    return JSON.stringify(others);
  });
  const text = request.body ?? '{}';
  const cut = fc.nat(text.length).map((length) => text.slice(0, length));
  const deep = fc.constantFrom('['.repeat(5_000), `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`);
  const twice = fc.constant(text.replace(/^\{(.+)\}$/su, '{$1,$1}'));
  return fc
    .oneof(
      { weight: 6, arbitrary: replaced },
      { weight: 3, arbitrary: dropped },
      { weight: 1, arbitrary: cut },
      { weight: 1, arbitrary: deep },
      { weight: 1, arbitrary: twice },
      { weight: 1, arbitrary: odd.map((value) => JSON.stringify(value)) },
      { weight: 1, arbitrary: fc.string() },
    )
    .map(send);
}

/** The keys of a body; one that has been broken already has none. */
function objectIn(body: string | undefined): Json {
  try {
    const parsed: unknown = JSON.parse(body ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Json) : {};
  } catch {
    return {};
  }
}

function withOddQuery(request: Request): fc.Arbitrary<Request> {
  const names = request.query.map(([name]) => name);
  const all = [
    'limit',
    'cursor',
    'date',
    'from',
    'groupBy',
    'seatIds',
    'x',
    '__proto__',
    'limit[]',
  ];
  return fc
    .tuple(fc.constantFrom(...names, ...all), odd.map(asText), fc.boolean())
    .map(([name, value, isAdded]) => {
      const others = isAdded ? request.query : request.query.filter(([each]) => each !== name);
      return { ...request, query: [...others, [name, value] as [string, string]] };
    });
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Ways to write a path that routers disagree about. */
function withOddPath(request: Request): fc.Arbitrary<Request> {
  const { path } = request;
  return fc
    .constantFrom(
      `${path}/`,
      `${path}//`,
      path.replace(/\/[^/]*$/, '/%00'),
      path.replace(/\/[^/]*$/, '/%2e%2e'),
      path.replace(/\/[^/]*$/, '/%E0%A4%A'),
      path.replace(/\/[^/]*$/, `/${'a'.repeat(3_000)}`),
      path.replace(/\/[^/]*$/, '/not-an-id'),
      path.toUpperCase(),
      path.replace('/', '/%2F'),
      `${path};a=b`,
      `${path}%20`,
    )
    .map((strange) => ({ ...request, path: strange }));
}

function withOddHeaders(request: Request): fc.Arbitrary<Request> {
  return fc
    .constantFrom<Record<string, string>>(
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json; charset=utf-16' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'multipart/form-data' },
      { 'content-type': 'multipart/form-data; boundary=x' },
      { 'content-type': '' },
      { 'content-encoding': 'gzip' },
      { 'content-encoding': 'zstd' },
      { 'idempotency-key': '' },
      { 'idempotency-key': 'x'.repeat(256) },
      { 'idempotency-key': 'caf\u00e9' },
      { authorization: 'Bearer' },
      { authorization: 'Bearer  ' },
      { authorization: 'Basic YTpi' },
      { authorization: `Bearer ${'a.'.repeat(2_000)}` },
      { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoiMSJ9.' },
      { 'if-none-match': '*' },
      { 'if-none-match': '"'.repeat(500) },
      { 'x-request-id': 'x'.repeat(500) },
      { 'accept-encoding': 'br;q=2, *;q=0' },
      { 'accept-encoding': 'zstd;q=0, *' },
      { 'accept-encoding': 'zstd, br;q=0.5' },
      { 'accept-encoding': 'identity;q=0, *;q=0' },
      { 'accept-encoding': ';;q=,=;,\u00e9'.repeat(500) },
      { origin: 'http://evil.example' },
      { 'x-forwarded-for': '::::' },
      { expect: '100-continue' },
    )
    .map((headers) => ({ ...request, headers: { ...request.headers, ...headers } }));
}

function withOtherMethod(request: Request): fc.Arbitrary<Request> {
  return fc
    .constantFrom('PATCH', 'PUT', 'POST', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND')
    .map((method) => ({ ...request, method }));
}

import { unknownField, ValidationError } from '@matinee/api';
import type { Request } from 'express';
import type { z } from 'zod';
import type { Route } from './routes.ts';

/** What the input of a route depends on. */
type Asked = Pick<Route, 'input'> & { openapi: Pick<Route['openapi'], 'method'> };

/**
 * The input of a procedure, gathered from path, query and body. Path and query are text: values that
 * fit are converted to the type that the schema asks for, others are left for it to refuse.
 *
 * @throws ValidationError when the body is not an object, or a key is in the wrong place or in brackets
 */
export function inputOf(route: Asked, req: Request): unknown {
  const params = req.params as Record<string, string>;
  const query = queryOf(req.originalUrl);
  if (route.openapi.method === 'GET' || route.openapi.method === 'DELETE') {
    refuse([
      ...Object.keys(query).filter((key) => Object.hasOwn(params, key)),
      ...keysOf(req.body),
    ]);
    refuseBrackets(Object.keys(query), route.input);
    return { ...coerce(query, route.input), ...params };
  }
  const body: unknown = req.body ?? (isEmpty(params) ? undefined : {});
  if (body === undefined) {
    refuse(Object.keys(query));
    return undefined;
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ValidationError([{ path: [], message: 'must be a JSON object' }]);
  }
  refuse([...Object.keys(query), ...Object.keys(body).filter((key) => Object.hasOwn(params, key))]);
  return { ...body, ...params };
}

/** Query keys of this request; a repeated key is a list. */
function queryOf(url: string): Record<string, string | string[]> {
  const mark = url.indexOf('?');
  if (mark < 0) {
    return {};
  }
  const search = new URLSearchParams(url.slice(mark + 1));
  const keys = new Set(search.keys());
  return Object.fromEntries(
    [...keys].map((key) => {
      const [first = '', ...more] = search.getAll(key);
      return [key, more.length === 0 ? first : [first, ...more]];
    }),
  );
}

function coerce(query: Record<string, string | string[]>, schema: z.ZodObject | undefined) {
  return Object.fromEntries(
    Object.entries(query).map(([key, value]) => {
      const field = schema && Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
      return [key, field ? coerceField(value, field as z.ZodType) : value];
    }),
  );
}

/** PHP writes a list as `seatIds[0]=…`, axios as `seatIds[]=…`: the message names the key to repeat. */
function refuseBrackets(keys: string[], schema: z.ZodObject | undefined): void {
  for (const key of keys) {
    const [, name = ''] = /^(\w+)\[\d{0,9}\]$/.exec(key) ?? [];
    if (isList(name, schema)) {
      const message = `${unknownField}: to send a list, repeat the key ${name}`;
      throw new ValidationError([{ path: [key], message }]);
    }
  }
}

function isList(name: string, schema: z.ZodObject | undefined): boolean {
  const field = schema && Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined;
  return field !== undefined && unwrap(field as z.ZodType).def.type === 'array';
}

function coerceField(value: string | string[], schema: z.ZodType): unknown {
  const inner = unwrap(schema);
  if (inner.def.type === 'array') {
    const list = Array.isArray(value) ? value : [value];
    return list.map((each) => coerceText(each, unwrap((inner as z.ZodArray).element as z.ZodType)));
  }
  return Array.isArray(value) ? value : coerceText(value, inner);
}

function coerceText(value: string, schema: z.ZodType): unknown {
  if (schema.def.type === 'number') {
    return /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
  }
  if (schema.def.type === 'boolean') {
    return value === 'true' ? true : value === 'false' ? false : value;
  }
  return value;
}

/** The schema under `.optional()`, `.default()` and `.nullable()`. */
function unwrap(schema: z.ZodType): z.ZodType {
  const { type } = schema.def;
  return type === 'optional' || type === 'default' || type === 'nullable'
    ? unwrap((schema as z.ZodOptional<z.ZodType>).unwrap())
    : schema;
}

function refuse(keys: string[]): void {
  if (keys.length > 0) {
    throw new ValidationError(keys.map((key) => ({ path: [key], message: unknownField })));
  }
}

function isEmpty(record: object): boolean {
  return Object.keys(record).length === 0;
}

/** The keys of a body where none is expected; a body without keys is ignored. */
function keysOf(body: unknown): string[] {
  return typeof body === 'object' && body !== null ? Object.keys(body) : [];
}

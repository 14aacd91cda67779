import type { SchemaObject, SchemaObjectType } from 'openapi3-ts/oas31';
import { adviceOf, deprecationIn } from '../deprecation.ts';

/*
 * zod's JSON schemas in the forms that generators of clients agree on. Some generators
 * fail, or generate something wrong, without one of the rules below.
 */

/** A document, or a part of one, with every schema in it in its portable form. Examples stay as they are. */
export function portable<Part>(value: Part): Part {
  return rewrite(value, portableSchema) as Part;
}

/** The same schemas without `additionalProperties: false`: later versions may add keys to a response. */
export function open<Part>(value: Part): Part {
  return rewrite(value, withoutEnd) as Part;
}

/** A rule for schemas. It also receives the other objects of a document, and returns them as they are. */
type Rule = (schema: SchemaObject) => SchemaObject;

/** Keys whose values are data and not schemas. */
const data = ['default', 'enum', 'example', 'examples', 'x-deprecation'];

/**
 * Applies a rule to every object, from the innermost outwards, except to maps of properties.
 *
 * @param inMap whether the keys of this object are names
 */
export function rewrite(value: unknown, rule: Rule, inMap = false): unknown {
  if (Array.isArray(value)) {
    return value.map((entry: unknown) => rewrite(entry, rule));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([key, part]: [string, unknown]) => [
    key,
    !inMap && data.includes(key) ? part : rewrite(part, rule, key === 'properties' && !inMap),
  ]);
  const object = Object.fromEntries(entries) as SchemaObject;
  return inMap ? object : rule(object);
}

function portableSchema(schema: SchemaObject): SchemaObject {
  return [withDate, withSingleValue, withNull, withIntegerFormat].reduce(
    (rewritten, rule) => rule(rewritten),
    schema,
  );
}

/** A `Date` has no JSON schema: a schema with the format `date-time` is a string and nothing else. */
function withDate(schema: SchemaObject): SchemaObject {
  if (schema.format !== 'date-time') {
    return schema;
  }
  const { description, examples } = schema;
  return {
    type: 'string',
    format: 'date-time',
    ...(description === undefined ? {} : { description }),
    ...(examples === undefined ? {} : { examples }),
  };
}

/**
 * Ids and dates with their format alone. zod writes the format as a pattern as well, which tells a
 * reader nothing and fills the page.
 */
export function withoutFormatPatterns<Part>(value: Part): Part {
  return rewrite(value, withFormatAlone) as Part;
}

function withFormatAlone(schema: SchemaObject): SchemaObject {
  const { pattern: _pattern, ...rest } = schema;
  return ['uuid', 'date'].includes(schema.format ?? '') ? rest : schema;
}

/** The descriptions of deprecated parts with what to read in their place. */
export function withAdvice<Part>(value: Part): Part {
  return rewrite(value, advised) as Part;
}

function advised(schema: SchemaObject): SchemaObject {
  const deprecation = deprecationIn(schema);
  const { description = '' } = schema;
  return deprecation
    ? { ...schema, description: `${description} ${adviceOf(deprecation)}`.trim() }
    : schema;
}

/** OpenAPI 3.0 has no `const`, and a discriminator needs the values of an `enum`. */
function withSingleValue(schema: SchemaObject): SchemaObject {
  if (!('const' in schema)) {
    return schema;
  }
  const { const: value, ...rest } = schema;
  return { ...rest, enum: [value] };
}

/**
 * One form of `null`: `type: [x, "null"]`. A reference has no type, so with a reference it stays
 * `anyOf: [reference, { type: "null" }]`.
 */
function withNull(schema: SchemaObject): SchemaObject {
  const { anyOf = [], ...rest } = schema;
  const [other, nothing] = anyOf;
  const isNullable = anyOf.length === 2 && nothing && 'type' in nothing && nothing.type === 'null';
  if (!isNullable || !other || !('type' in other) || other.type === undefined) {
    return schema;
  }
  const types: SchemaObjectType[] = [other.type].flat();
  const values = other.enum ? { enum: [...other.enum, null] } : {};
  return { ...other, ...rest, type: [...types, 'null'], ...values };
}

/** Without a format, generators choose between 32 and 64 bits by themselves. */
function withIntegerFormat(schema: SchemaObject): SchemaObject {
  if (![schema.type].flat().includes('integer')) {
    return schema;
  }
  const { minimum, maximum, ...rest } = schema;
  // zod writes the limits of a JavaScript number where the schema has no bound.
  const least = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const is32Bits =
    least !== undefined && most !== undefined && least >= -(2 ** 31) && most < 2 ** 31;
  return {
    ...rest,
    ...(is32Bits ? { format: 'int32' } : {}),
    ...(least === undefined ? {} : { minimum: least }),
    ...(most === undefined ? {} : { maximum: most }),
  };
}

function withoutEnd(schema: SchemaObject): SchemaObject {
  const { additionalProperties, ...rest } = schema;
  return additionalProperties === false ? rest : schema;
}

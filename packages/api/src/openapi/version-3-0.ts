import type { OpenAPIObject } from 'openapi3-ts/oas30';
import type { ReferenceObject, SchemaObject } from 'openapi3-ts/oas31';
import { openApiDocument } from './document.ts';
import { rewrite } from './portable.ts';

/**
 * The document in OpenAPI 3.0.3, for generators that do not read 3.1. It describes the same requests
 * and responses. The conversion is written here because the document uses few of the forms that 3.1
 * added, and `@apiture/openapi-down-convert` brings a TypeScript compiler into the server.
 */
export function openApi30Document(version: string): OpenAPIObject {
  // Webhooks came with 3.1.
  const { info, webhooks: _webhooks, ...document } = openApiDocument(version);
  const rule = (schema: SchemaObject) => inVersion30(schema, document.components?.schemas);
  return withoutUnused({
    ...(rewrite(document, rule) as Omit<OpenAPIObject, 'info'>),
    openapi: '3.0.3',
    // A license has no identifier in 3.0.
    info: { ...info, license: { name: 'MIT', url: 'https://opensource.org/license/mit' } },
  });
}

/** Leaves out named schemas that were written out wherever they were used. */
function withoutUnused(document: OpenAPIObject): OpenAPIObject {
  const text = JSON.stringify(document);
  const { schemas = {}, ...components } = document.components ?? {};
  const used = Object.entries(schemas).filter(([name]) =>
    text.includes(`"#/components/schemas/${name}"`),
  );
  return { ...document, components: { ...components, schemas: Object.fromEntries(used) } };
}

/** The named schemas of the document. */
type Named = Readonly<Record<string, SchemaObject | ReferenceObject>>;

/** One schema, or another object of the document, in the forms of OpenAPI 3.0. */
export function inVersion30(schema: SchemaObject, named: Named = {}): SchemaObject {
  const nullable = (each: SchemaObject) => withNullable(each, named);
  return [withLoneReference, nullable, withOneExample, withBinary].reduce(
    (rewritten, rule) => rule(rewritten),
    schema,
  );
}

/** Beside a reference 3.0 reads nothing. */
function withLoneReference(schema: SchemaObject & { $ref?: string }): SchemaObject {
  const { $ref, ...rest } = schema;
  return $ref === undefined || Object.keys(rest).length === 0
    ? schema
    : { ...rest, allOf: [{ $ref }] };
}

/** `type: [x, "null"]` is `nullable`, and so is a reference beside null. */
function withNullable(schema: SchemaObject, named: Named): SchemaObject & { nullable?: boolean } {
  const { type, anyOf = [], ...rest } = schema;
  const [reference, nothing] = anyOf;
  if (anyOf.length === 2 && reference && nothing && isNull(nothing)) {
    return { ...orNull(reference, named), ...rest };
  }
  if (!Array.isArray(type)) {
    return schema;
  }
  const [only, ...others] = type.filter((each) => each !== 'null');
  if (only === undefined || others.length > 0) {
    throw new Error(`OpenAPI 3.0 has no type [${type.join()}]`);
  }
  return { ...schema, type: only, nullable: true };
}

/**
 * What a reference leads to, or null. `nullable` does not reach through a reference, so the schema is
 * written out; the values of an enumeration and the forms of a union are left to the description, because
 * generators disagree about null among them.
 */
function orNull(
  reference: SchemaObject | ReferenceObject,
  named: Named,
): SchemaObject & { nullable: true } {
  const name = '$ref' in reference ? reference.$ref.slice(reference.$ref.lastIndexOf('/') + 1) : '';
  const found = named[name];
  if (!found || '$ref' in found || found.properties === undefined) {
    const isText = found !== undefined && 'type' in found && found.type === 'string';
    return { type: isText ? 'string' : 'object', nullable: true };
  }
  const rule = (schema: SchemaObject) => inVersion30(schema, named);
  return { ...(rewrite(found, rule) as SchemaObject), nullable: true };
}

function isNull(schema: object): boolean {
  return 'type' in schema && schema.type === 'null';
}

/** Schemas have `examples`, a list. Those of media types are a map, which 3.0 has as well. */
function withOneExample(schema: SchemaObject): SchemaObject {
  const { examples, ...rest } = schema;
  return Array.isArray(examples) ? { ...rest, example: examples[0] as unknown } : schema;
}

/** 3.0 cannot describe what a text contains. */
function withBinary(
  schema: SchemaObject & { contentMediaType?: string; contentSchema?: unknown },
): SchemaObject {
  const { contentMediaType, contentSchema: _events, ...rest } = schema;
  if (contentMediaType === undefined) {
    return schema;
  }
  return contentMediaType.startsWith('text/') ? rest : { ...rest, format: 'binary' };
}

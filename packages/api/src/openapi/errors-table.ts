import type { ReferenceObject, SchemaObject } from 'openapi3-ts/oas31';
import { errorCodes, errors } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { detailsSchema } from './failures.ts';

/** The table of `docs/errors.md`: every code with its status, meaning and details, as Markdown. */
export function errorsTable(): string {
  const rows = errorCodes.map((code) => {
    const { status, meaning } = errors[code];
    return `| ${status} | \`${code}\` | ${meaning} | ${detailsOf(code)} |`;
  });
  return ['| HTTP | Code | Meaning | `details` |', '|---|---|---|---|', ...rows].join('\n');
}

function detailsOf(code: ErrorCode): string {
  const { properties = {}, required = [], description } = detailsSchema(code);
  const keys = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : ' (optional)';
    return `\`${name}\`${optional}: ${typeOf(schema)}${sentenceOf(schema)}`;
  });
  return keys.length === 0 ? '' : [...keys, ...(description ? [description] : [])].join('<br>');
}

function typeOf(schema: SchemaObject | ReferenceObject): string {
  if ('$ref' in schema) {
    return 'object';
  }
  if (schema.enum) {
    return schema.enum.map((value) => `\`${String(value)}\``).join(' or ');
  }
  if (schema.type === 'array' && schema.items) {
    return `list of ${itemOf(schema.items)}`;
  }
  if (schema.anyOf) {
    return schema.anyOf.map(typeOf).join(' or ');
  }
  return schema.format ?? String(schema.type);
}

function itemOf(items: SchemaObject | ReferenceObject): string {
  const keys = 'properties' in items ? Object.entries(items.properties ?? {}) : [];
  return keys.length === 0
    ? typeOf(items)
    : `{ ${keys.map(([name, schema]) => `\`${name}\`: ${typeOf(schema)}`).join(', ')} }`;
}

function sentenceOf(schema: SchemaObject | ReferenceObject): string {
  return schema.description === undefined ? '' : `. ${schema.description.replace(/\.$/, '')}`;
}

import type { SchemaObject } from 'openapi3-ts/oas31';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from './document.ts';
import { inVersion30, openApi30Document } from './version-3-0.ts';

describe('a schema in OpenAPI 3.0', () => {
  test.each<[string, SchemaObject, object]>([
    [
      'is nullable',
      { type: ['string', 'null'], maxLength: 9 },
      { type: 'string', maxLength: 9, nullable: true },
    ],
    [
      'is nullable with null among its values',
      { type: ['string', 'null'], enum: ['A', null] },
      { type: 'string', enum: ['A', null], nullable: true },
    ],
    [
      'is nullable around a reference',
      { anyOf: [{ $ref: '#/components/schemas/Movie' }, { type: 'null' }], description: 'One.' },
      { type: 'object', nullable: true, description: 'One.' },
    ],
    ['has one example', { type: 'string', examples: ['a', 'b'] }, { type: 'string', example: 'a' }],
    [
      'is binary',
      { type: 'string', contentMediaType: 'application/octet-stream' },
      { type: 'string', format: 'binary' },
    ],
    [
      'is text whose content is not described',
      { type: 'string', contentMediaType: 'text/event-stream', contentSchema: {} } as SchemaObject,
      { type: 'string' },
    ],
    [
      'stays as it is',
      { type: 'integer', format: 'int32', minimum: 1 },
      { type: 'integer', format: 'int32', minimum: 1 },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(inVersion30(schema)).toEqual(expected);
  });

  test('has one type', () => {
    expect(() => inVersion30({ type: ['string', 'integer'] })).toThrow('[string,integer]');
  });
});

test('every operation is in both versions, with the same summary and statuses', () => {
  const later = openApiDocument('1.0.0').paths ?? {};
  const told = (paths: object) =>
    Object.entries(paths as Record<string, Record<string, { summary: string; responses: object }>>)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { summary, responses }]) => {
          return [method, path, summary, ...Object.keys(responses)].join(' ');
        }),
      )
      .toSorted();
  expect(told(openApi30Document('1.0.0').paths)).toEqual(told(later));
});

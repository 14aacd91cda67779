import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fieldFacts } from '../scripts/sdk-types/doc-comment.ts';
import { sdkTypes } from '../scripts/sdk-types/sdk-types.ts';
import { TypeText } from '../scripts/sdk-types/type-text.ts';

describe('the types of the SDK', () => {
  test.each(Object.entries(sdkTypes()))(
    'in %s are those of the schemas of today',
    async (file, text) => {
      const committed = new URL(`../../sdk/src/${file}`, import.meta.url);
      expect(await readFile(committed, 'utf8'), 'run npm run openapi').toBe(text);
    },
  );

  test('document every field', () => {
    const lines = sdkTypes()['types.ts']?.split('\n') ?? [];
    expect(lines.length).toBeGreaterThan(500);
    const bare = lines.filter(
      (line, index) => /^ {2,}\w+\??: /.test(line) && !isDocumented(lines, index),
    );
    expect(bare).toEqual([]);
  });

  test.each<[string, z.ZodType, string]>([
    ['a default', z.int().default(3), 'number'],
    ['null', z.string().nullable(), 'string | null'],
    ['a list of alternatives', z.array(z.enum(['a', 'b'])), "('a' | 'b')[]"],
    ['an instant that may be a text', z.union([z.string(), z.date()]), 'string | Date'],
    ['nothing', z.object({}), 'Record<string, never>'],
  ])('write %s', (_what, schema, type) => {
    expect(new TypeText().of(schema, 'input')).toBe(type);
  });

  test('let a key with a default be left out by the caller, and not by the server', () => {
    const schema = z.object({ limit: z.int().default(20) });
    expect(new TypeText().of(schema, 'input')).toContain('limit?: number | undefined;');
    expect(new TypeText().of(schema, 'output')).toContain('limit: number;');
  });

  test('refuse a kind of schema that nobody thought of', () => {
    expect(() => new TypeText().of(z.map(z.string(), z.string()), 'output')).toThrow('map');
  });

  test('say bounds and defaults of an input', () => {
    const limit = z.int().min(1).max(100).default(20).meta({ description: 'Items on one page.' });
    expect(fieldFacts(limit, 'input')).toEqual([
      'Items on one page. From 1 to 100.',
      '@default 20',
    ]);
    expect(fieldFacts(limit, 'output')).toEqual(['Items on one page.']);
  });
});

/** Whether a comment ends above the line. */
function isDocumented(lines: string[], index: number): boolean {
  return lines[index - 1]?.trimEnd().endsWith('*/') === true;
}

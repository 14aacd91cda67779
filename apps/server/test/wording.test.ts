import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCodes, errors, procedureInfos } from '@matinee/api';
import { openApiDocument } from '@matinee/api/openapi';
import { describe, expect, test } from 'vitest';
import { rootDir } from '../src/root-dir.ts';

/*
 * The word list of CONTRIBUTING.md, held by a test: every message that the product can give, every
 * text of the OpenAPI document, and the guides.
 */

/** Phrases that a reader should not meet, each with what to write instead. */
const refused: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\btold\b/i, 'reported, returned'],
  [/\bpassed over\b/i, 'ignored, skipped'],
  [/\bpast (its|their) time\b/i, 'expired'],
  [/\bat once\b/i, 'immediately, or simultaneously'],
  [/\bthe way (out|back)\b/i, 'cleanup, the return path'],
  [/\bdoes not take place\b/i, 'has been cancelled'],
  [/\bno such thing\b/i, 'No movie with this id.'],
  [/\bnot known here\b/i, 'unknown field'],
  [/\bin a way (that )?it does not have\b/i, 'invalid usage'],
  [/\blive lock on\b/i, 'Your seat lock has expired'],
  [/\bdoes not take (that|this) method\b/i, 'does not support that HTTP method'],
  [/\b(whoever|nobody|somebody|everybody)\b/i, 'customers who …, no transaction …'],
  [/\bstands (in|there|here)\b/i, 'is in'],
  [/\bone’s own\b|\bone's own\b/i, 'your own'],
  [/\bcannot be had\b|\bto be had\b/i, 'is not available'],
];

/** How zod words its findings when nobody has worded them for it. */
const zodEnglish =
  /invalid (input|option|string|format|iso)|expected .+ received|unrecognized key|too (small|big)|must be one of/i;

function tracked(...patterns: string[]): string[] {
  const list = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns],
    {
      cwd: rootDir,
      encoding: 'utf8',
    },
  );
  return list.split('\n').filter((name) => name !== '');
}

function read(name: string): string {
  return readFileSync(path.join(rootDir, name), 'utf8');
}

/** The string literals of a source that read like words, without its comments. */
function messagesOf(source: string): string[] {
  const code = source.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
  const literals = code.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
  return literals.filter((text) => /[a-z]{2,} [a-z]/i.test(text));
}

/** Phrases of the list in a text, with what to write instead. */
function refusedIn(text: string): string[] {
  return refused.flatMap(([phrase, instead]) => {
    const found = phrase.exec(text);
    return found ? [`"${found[0]}": write ${instead}`] : [];
  });
}

/** The lines of a page; of a decision its head, because a decision is never edited. */
function linesOf(name: string): string[] {
  const lines = read(name).split('\n');
  return name.startsWith('docs/decisions/') ? lines.slice(0, 1) : lines;
}

/** What is wrong in each of some texts, by where they are. */
function problemsOf(texts: readonly (readonly [where: string, text: string])[]): string[] {
  return texts.flatMap(([where, text]) =>
    refusedIn(text).map((problem) => `${where}: ${problem} in ${text.slice(0, 120)}`),
  );
}

const sources = () =>
  tracked('packages/*/src/**', 'apps/server/src/**', 'scripts/*', 'examples/*/src/**').filter(
    (name) => /\.(ts|tsx|mjs)$/.test(name) && !/\.test\.ts$|\/migrations\//.test(name),
  );

describe('the words of the product', () => {
  test('every message in the sources avoids the phrases of the list', () => {
    const messages = sources().flatMap((name) =>
      messagesOf(read(name)).map((text) => [name, text] as const),
    );
    expect(messages.length).toBeGreaterThan(1_000);
    expect(problemsOf(messages)).toEqual([]);
  });

  test('every code has a message and a meaning that end as sentences do', () => {
    for (const code of errorCodes) {
      const { message, meaning } = errors[code];
      expect([message, meaning]).toEqual([
        expect.stringMatching(/^[A-Z].*\.$/),
        expect.stringMatching(/^[A-Z`].*\.$/),
      ]);
    }
  });

  test('every text of the OpenAPI document avoids them', () => {
    const document: unknown = JSON.parse(JSON.stringify(openApiDocument('0.0.0')));
    const texts = textsOf(document, '#');
    expect(texts.length).toBeGreaterThan(300);
    expect(problemsOf(texts)).toEqual([]);
  });

  test('every guide avoids them', () => {
    const pages = tracked('*.md', 'docs/*.md', 'packages/*/README.md', 'examples/*/README.md');
    // The word list names the phrases itself; reports of past runs stay as they were written.
    const lines = pages
      .filter((name) => name !== 'CONTRIBUTING.md' && !name.startsWith('bench/results/'))
      .flatMap((name) => linesOf(name).map((line) => [name, line] as const));
    expect(pages).toContain('README.md');
    expect(problemsOf(lines)).toEqual([]);
  });

  test('a phrase of the list is noticed', () => {
    const source = `throw new Error('This movie does not take place.'); // told at once`;
    const messages = messagesOf(source).map((text) => ['control', text] as const);
    expect(problemsOf(messages)).toHaveLength(1);
  });
});

function textsOf(value: unknown, where: string): (readonly [string, string])[] {
  if (Array.isArray(value)) {
    return value.flatMap((part, index) => textsOf(part, `${where}/${index}`));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, part]) => {
    const spoken = ['description', 'summary', 'message'].includes(key) && typeof part === 'string';
    return spoken ? [[`${where}/${key}`, part] as const] : textsOf(part, `${where}/${key}`);
  });
}

/** The keys of an object schema, which may be optional as a whole. */
function shapeOf(schema: unknown): string[] {
  const { shape, unwrap } = schema as { shape?: object; unwrap?: () => unknown };
  return shape ? Object.keys(shape) : unwrap ? shapeOf(unwrap.call(schema)) : [];
}

describe('a refused input', () => {
  const wrong = [
    undefined,
    null,
    0,
    -1,
    1.5,
    1e12,
    true,
    '',
    ' ',
    'x',
    'x'.repeat(6_000),
    {},
    [],
    ['x'],
    [{}],
  ];

  /** Every message with which a procedure refuses its input, field by field. */
  function refusalsOf(name: string): string[] {
    const schema = procedureInfos.get(name)?.input;
    const shape = schema ? shapeOf(schema) : [];
    const inputs = [
      ...wrong,
      { unknownKey: 1 },
      ...shape.flatMap((key) => wrong.map((value) => ({ [key]: value }))),
    ];
    return inputs.flatMap(
      (input) => schema?.safeParse(input).error?.issues.map(({ message }) => message) ?? [],
    );
  }

  test('is explained in our words, whatever it is', () => {
    const messages = new Set([...procedureInfos.keys()].flatMap(refusalsOf));
    expect(messages.size).toBeGreaterThan(30);
    expect([...messages].filter((text) => zodEnglish.test(text))).toEqual([]);
    // Each completes a sentence that begins with the name of the field.
    expect(
      [...messages].filter((text) => !/^(must|is|has|names|contains|cannot) /.test(text)),
    ).toEqual([]);
  });
});

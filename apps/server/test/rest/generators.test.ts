import { openApi30Document } from '@matinee/api/openapi';
import { aShowtime } from '@matinee/api/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { freshDocument, operationsOf } from './document.ts';
import type { Json } from './document.ts';
import { generatorNames, Workshop } from './generators.ts';
import type { GeneratorName } from './generators.ts';

const booked = [
  'locked 4 for 50.00 USD',
  'SEATS_UNAVAILABLE locked locked',
  'gave back 2',
  'confirmed 2 for 25.00',
  'SEATS_UNAVAILABLE reserved reserved',
  'cancelled 2 for 25.00',
  'ALREADY_CANCELLED',
];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Workshops of this file; each is removed at its end. */
const workshops: Workshop[] = [];
afterAll(() => Promise.all(workshops.map((each) => each.close())));

/** Generates these clients of a document. */
async function workshopFor(document: object, names: readonly GeneratorName[]): Promise<Workshop> {
  const workshop = await Workshop.open(document);
  workshops.push(workshop);
  await Promise.all(names.map((name) => workshop.generate(name)));
  return workshop;
}

/** Books with a compiled client, at a show of its own. @returns what it printed, or its last words */
async function book(workshop: Workshop, name: GeneratorName): Promise<unknown> {
  const { showtime } = await aShowtime(server.app, { seats: 4, price: '12.50' });
  const { code, out, err } = await workshop.book(name, server.url, showtime.movie.title);
  return code === 0 ? (JSON.parse(out) as unknown) : err;
}

describe('a client that another generator makes of the document', { timeout: 120_000 }, () => {
  let workshop: Workshop;
  let complaints: string[];
  beforeAll(async () => {
    workshop = await workshopFor(await freshDocument(), generatorNames);
    complaints = await workshop.compile(generatorNames, 5);
  }, 120_000);

  test.each(generatorNames)('names every operation: %s', async (name) => {
    const words = new Set((await workshop.sourceOf(name)).match(/\w+/g));
    const operationIds = [...operationsOf(await freshDocument()).keys()];
    expect(operationIds.filter((id) => !words.has(id))).toEqual([]);
  });

  test('compiles strictly, and tells the failures apart by their codes', () => {
    expect(complaints).toEqual([]);
  });

  test.each(generatorNames)('books seats: %s', async (name) => {
    expect(await book(workshop, name)).toEqual(booked);
  });
});

test('the document in OpenAPI 3.0 makes clients that book seats, too', async () => {
  const names = ['openapi-zod-client', 'swagger-typescript-api'] as const;
  const workshop = await workshopFor(openApi30Document('1.0.0'), names);
  expect(await workshop.compile(names, 7)).toEqual([]);
  for (const name of names) {
    expect(await book(workshop, name)).toEqual(booked);
  }
}, 120_000);

describe('the test would notice', { timeout: 120_000 }, () => {
  test('codes that no longer tell the failures apart, in every client', async () => {
    const document = rewritten(await storyDocument(), ({ discriminator: _removed, ...schema }) => {
      const { code, ...properties } = (schema.properties ?? {}) as Json;
      return code ? { ...schema, properties: { ...properties, code: { type: 'string' } } } : schema;
    });
    const workshop = await workshopFor(document, generatorNames);
    const complaints = await workshop.compile(generatorNames, 7);
    const files = new Set(complaints.map((line) => line.split('.ts(')[0]));
    expect(generatorNames.filter((name) => !files.has(name))).toEqual([]);
  });

  test('const as the value of a discriminator: the client of openapi-zod-client does not load', async () => {
    const names = ['openapi-zod-client'] as const;
    const document = rewritten(await storyDocument(), ({ enum: values, ...schema }) => {
      const [value, ...others] = (values ?? []) as unknown[];
      const isSingle = values !== undefined && others.length === 0;
      return isSingle
        ? { ...schema, const: value }
        : { ...schema, ...(values === undefined ? {} : { enum: values }) };
    });
    const sound = await workshopFor(await storyDocument(), names);
    expect(await sound.loadZodClient()).toBe('');
    const spoilt = await workshopFor(document, names);
    expect(await spoilt.loadZodClient()).toContain('A discriminator value for key `code`');
  });
});

/** The part of the document that the programs call: a control needs no more. */
async function storyDocument(): Promise<Json> {
  const document = await freshDocument();
  const tags = new Set(['auth', 'showtimes', 'reservations']);
  const paths = Object.entries(document.paths as Record<string, Record<string, Json>>);
  const kept = paths.filter(([, methods]) =>
    Object.values(methods).some((operation) => tags.has(String((operation.tags as string[])[0]))),
  );
  return { ...document, paths: Object.fromEntries(kept) };
}

/** The document with a rule applied to every object in it, from the innermost outwards. */
function rewritten(value: Json, rule: (schema: Json) => Json): Json {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? rule(part as Json) : part,
  ) as Json;
}

import { fullFormats } from 'ajv-formats/dist/formats.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { freshDocument, operationsOf } from './document.ts';
import type { Json } from './document.ts';

/** A client that was generated from a document and checks each response of a later server with it. */
class StrictClient {
  readonly #ajv = new Ajv2020({ strict: false, formats: fullFormats });
  readonly #responses: [operationId: string, media: Json][];

  constructor(document: Json) {
    this.#ajv.addSchema({ ...document, $id: 'document' });
    this.#responses = [...operationsOf(document)].flatMap(([operationId, { operation }]) => {
      const responses = operation.responses as Record<string, { content: Record<string, Json> }>;
      const json = (responses[201] ?? responses[200])?.content['application/json'];
      return json ? [[operationId, json]] : [];
    });
  }

  /** Reads the example of every success, after a change. @returns the operations it refuses */
  refuses(change: (response: unknown) => unknown): string[] {
    return this.#responses.flatMap(([operationId, { schema, example }]) => {
      const text = JSON.stringify(schema).replaceAll('"#/', '"document#/');
      const isValid = this.#ajv.validate(JSON.parse(text) as Json, change(example));
      return isValid ? [] : [operationId];
    });
  }
}

/** The response of a server that has added a key to every object. */
function grown(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? { ...part, addedLater: 1 }
      : part,
  );
}

/** The document with its objects closed. */
function closed(document: Json): Json {
  return JSON.parse(JSON.stringify(document), (_key, part: unknown) => {
    const isObject = typeof part === 'object' && part !== null && 'properties' in part;
    return isObject ? { ...part, additionalProperties: false } : part;
  }) as Json;
}

test('a strict client accepts responses with keys that were added later', async () => {
  const client = new StrictClient(await freshDocument());
  expect(client.refuses((response) => response)).toEqual([]);
  expect(client.refuses(grown)).toEqual([]);
});

test('a strict client of a closed document would refuse them all', async () => {
  const document = await freshDocument();
  const client = new StrictClient(closed(document));
  expect(client.refuses((response) => response)).toEqual([]);
  // A stream is text, and a file is a file.
  const texts = [
    'showtimesEvents',
    'ticketsPdf',
    'ticketsCalendar',
    'ticketsPicture',
    'theatersPicture',
    'showtimesPicture',
  ];
  const operations = [...operationsOf(document).keys()].filter((id) => !texts.includes(id));
  expect(client.refuses(grown)).toEqual(operations);
});

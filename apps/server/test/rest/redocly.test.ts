import { fileURLToPath } from 'node:url';
import { openApi30Document } from '@matinee/api/openapi';
import { expect, test } from 'vitest';
import { freshDocument, operationsOf, writeDocument } from './document.ts';
import type { Json } from './document.ts';
import { programOf, runTool } from './tool.ts';

const program = programOf('@redocly/cli', 'bin/cli.js');
const config = fileURLToPath(new URL('redocly.yaml', import.meta.url));

interface Report {
  totals: { errors: number; warnings: number; ignored: number };
  problems: { ruleId: string; message: string; location: { pointer?: string }[] }[];
}

/**
 * Kebab case, which Redocly does not see: it takes no extension behind a parameter. A path that the
 * contract names. And what receivers of webhooks answer is theirs, as types of events are no paths.
 */
const accepted = [
  /^paths-kebab-case: `\/reservations\/\{reservationId\}\/tickets\/\{seatId\}\.svg`/,
  /^no-http-verbs-in-paths: path `\/auth\/delete-account` /,
  /^(paths-kebab-case|response-contains-header): .* #\/webhooks\//,
];

/** The problems that `redocly lint` finds, as `rule: message at place`. */
async function lint(document: Json): Promise<string[]> {
  const file = await writeDocument(document);
  try {
    const options = ['--config', config, '--lint-config', 'error', '--format', 'json'];
    const args = ['lint', file.path, ...options, '--max-problems', '1000'];
    const { code, out, err } = await runTool(program, args);
    expect(err, 'nothing but the problems is to be said').not.toMatch(/config|unused|warning/i);
    const { totals, problems } = JSON.parse(out) as Report;
    expect(totals).toEqual({ errors: problems.length, warnings: 0, ignored: 0 });
    expect(code).toBe(problems.length === 0 ? 0 : 1);
    return problems
      .map(({ ruleId, message, location: [place] }) => `${ruleId}: ${message} ${place?.pointer}`)
      .filter((problem) => !accepted.some((each) => each.test(problem)));
  } finally {
    await file.remove();
  }
}

test('the linter of Redocly finds nothing to say about the document', async () => {
  expect(await lint(await freshDocument())).toEqual([]);
});

const freshDocument30 = () => JSON.parse(JSON.stringify(openApi30Document('1.0.0'))) as Json;

test('the linter finds nothing to say about the document in OpenAPI 3.0', async () => {
  expect(await lint(freshDocument30())).toEqual([]);
});

test('the linter would notice every form that OpenAPI 3.0 does not have', async () => {
  const document = freshDocument30();
  const { schemas } = document.components as { schemas: Record<string, Json> };
  const forms: Record<string, Json> = {
    title: { type: ['string', 'null'] },
    genre: { const: 'A', type: 'string' },
    description: { type: 'string', examples: ['A'] },
    posterUrl: { type: 'string', contentMediaType: 'application/octet-stream' },
    contentRating: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  };
  Object.assign(schemas.Movie?.properties ?? {}, forms);
  document.info = { ...(document.info as Json), license: { name: 'MIT', identifier: 'MIT' } };
  const problems = (await lint(document)).filter((problem) => problem.startsWith('struct:'));
  const places = Object.keys(forms).map((key) => `#/components/schemas/Movie/properties/${key}`);
  for (const place of [...places, '#/info/license/identifier']) {
    expect(problems).toContainEqual(expect.stringContaining(place));
  }
});

/** A fault in one operation or in the whole document, and the rule that must notice it. */
type Fault = [rule: string, operationId: string, spoil: (operation: Json, document: Json) => void];

const faults: Fault[] = [
  ['operation-operationId', 'moviesList', (operation) => delete operation.operationId],
  ['operation-description', 'moviesGet', (operation) => delete operation.description],
  [
    'operation-4xx-response',
    'theatersList',
    (operation) => {
      const { 200: success } = operation.responses as Json;
      operation.responses = { 200: success };
    },
  ],
  [
    'parameter-description',
    'theatersGet',
    (operation) => {
      operation.parameters = [{ name: 'x', in: 'query', schema: { type: 'string' } }];
    },
  ],
  [
    'no-unresolved-refs',
    'authMe',
    (operation) => {
      operation.requestBody = { $ref: '#/components/requestBodies/Nowhere' };
    },
  ],
  [
    'struct',
    'moviesGenres',
    (operation) => {
      operation.response = {};
    },
  ],
  [
    'no-unused-components',
    'adminStatus',
    (_operation, { components }) => {
      (components as { schemas: Json }).schemas.Unused = { type: 'string' };
    },
  ],
];

test('the linter would notice every one of some faults', async () => {
  const document = await freshDocument();
  const operations = operationsOf(document);
  for (const [, operationId, spoil] of faults) {
    spoil(operations.get(operationId)?.operation ?? {}, document);
  }
  const rules = new Set((await lint(document)).map((problem) => problem.split(':')[0]));
  expect(faults.map(([rule]) => rule).filter((rule) => !rules.has(rule))).toEqual([]);
});

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDocument, operationsOf } from './document.ts';
import type { Json } from './document.ts';

/*
 * The code samples of the document as people copy them: those for the shell and for Python are run, and
 * must send what the recorded example of the operation sends; those in TypeScript must compile.
 */

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../../', import.meta.url));

interface Sent {
  method: string | undefined;
  url: string | undefined;
  token: string | undefined;
  type: string | undefined;
  body: string;
}

let folder: string;
let echo: Server;
let origin: string;
let sent: Sent[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'matinee-samples-'));
  await mkdir(path.join(folder, 'node_modules/@matinee'), { recursive: true });
  await mkdir(path.join(folder, 'node_modules/@types'));
  await symlink(path.join(root, 'packages/sdk'), path.join(folder, 'node_modules/@matinee/sdk'));
  await symlink(
    path.join(root, 'node_modules/@types/node'),
    path.join(folder, 'node_modules/@types/node'),
  );
  await writeFile(path.join(folder, 'poster.png'), 'a picture');
  echo = createServer((req, res) => {
    void note(req).then(() => res.end('{"success":true,"data":{}}'));
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  origin = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
});
afterAll(async () => {
  echo.close();
  await rm(folder, { recursive: true, force: true });
});

async function note(req: IncomingMessage): Promise<void> {
  const { method, url, headers } = req;
  const type = headers['content-type']?.split(';')[0];
  sent.push({ method, url, token: headers.authorization, type, body: await text(req) });
}

interface Sample {
  lang: string;
  source: string;
}

const operations = [...operationsOf(await freshDocument())].map(([id, { route, operation }]) => {
  return { id, route, operation, samples: operation['x-codeSamples'] as Sample[] };
});

function sourceOf(samples: Sample[], lang: string): string {
  return samples.find((sample) => sample.lang === lang)?.source ?? '';
}

/** What was sent when the examples were recorded. */
const recordedFile = new URL('../../../../packages/api/src/openapi/examples.json', import.meta.url);
const recorded = JSON.parse(await readFile(recordedFile, 'utf8')) as {
  operations: Record<string, { parameters?: Json }>;
};

/** The request of an operation's example. */
function expectedOf({ id, route, operation }: (typeof operations)[number]): Sent {
  const [method = '', template = ''] = route.split(' ');
  const query = new URLSearchParams();
  let url = `/api/v1${template}`;
  for (const [key, value] of Object.entries(recorded.operations[id]?.parameters ?? {})) {
    if (url.includes(`{${key}}`)) {
      url = url.replace(`{${key}}`, String(value));
    } else {
      [value].flat().forEach((each) => query.append(key, String(each)));
    }
  }
  const { content } = (operation.requestBody ?? {}) as { content?: Record<string, Json> };
  const json = content?.['application/json']?.example;
  const security = operation.security as Json[];
  const isOpen = security.length === 0 || security.some((each) => Object.keys(each).length === 0);
  return {
    method,
    url: query.size === 0 ? url : `${url}?${query.toString()}`,
    token: isOpen ? undefined : 'Bearer of-the-reader',
    type: json === undefined ? undefined : 'application/json',
    body: json === undefined ? '' : JSON.stringify(json),
  };
}

const isUpload = (id: string) => id === 'moviesUploadPoster';
const env = { PATH: process.env['PATH'] ?? '', TOKEN: 'of-the-reader' };

async function requestsOf(command: readonly [string, ...string[]]): Promise<Sent[]> {
  sent = [];
  const [file, ...args] = command;
  await run(file, args, { env, cwd: folder });
  return sent;
}

describe.each<[string, (source: string) => [string, ...string[]]]>([
  ['Shell', (source) => ['sh', '-euc', source]],
  ['Python', (source) => ['python3', '-c', source]],
])('the sample in %s', (lang, commandFor) => {
  test.each(operations.map((each) => [each.id, each] as const))(
    'of %s sends its example',
    async (id, each) => {
      const source = sourceOf(each.samples, lang).replace('http://127.0.0.1:8000', origin);
      const [request, ...others] = await requestsOf(commandFor(source));
      expect(others).toEqual([]);
      const expected = expectedOf(each);
      if (isUpload(id)) {
        const { method, url, token } = expected;
        expect(request).toMatchObject({ method, url, token, type: 'multipart/form-data' });
        expect(request?.body).toMatch(
          /name="file"; filename="poster\.png"\r\n[^]*\r\n\r\na picture\r\n--/,
        );
        return;
      }
      const body = request?.body ? JSON.stringify(JSON.parse(request.body)) : '';
      expect({ ...request, body }).toEqual(expected);
    },
  );
});

test('the samples in TypeScript compile with the SDK', { timeout: 60_000 }, async () => {
  for (const { id, samples } of operations) {
    await writeFile(path.join(folder, `${id}.ts`), sourceOf(samples, 'TypeScript'));
  }
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    customConditions: ['@matinee/source'],
    allowImportingTsExtensions: true,
  };
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  const told = await run(tsc, ['-p', '.', '--pretty', 'false'], { cwd: folder }).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
  expect(told).toBe('');
  // A sample with a wrong key does not compile.
  const wrong = sourceOf(
    operations.find(({ id }) => id === 'moviesList')?.samples ?? [],
    'TypeScript',
  );
  await writeFile(path.join(folder, 'moviesList.ts'), wrong.replace('genre:', 'gener:'));
  await expect(run(tsc, ['-p', '.', '--pretty', 'false'], { cwd: folder })).rejects.toMatchObject({
    stdout: expect.stringContaining('gener') as unknown,
  });
});

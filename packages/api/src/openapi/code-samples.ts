import type { OpenApiMeta } from '../meta.ts';

/*
 * How each operation is called, with the input that is recorded as its example: by curl, by the SDK, and
 * in Python with its standard library.
 */

/** An extension of the document that ReDoc and other tools show. */
export interface CodeSample {
  lang: string;
  label: string;
  source: string;
}

/** A call that the samples make. */
export interface SampledCall {
  /** Such as `movies.list`. */
  name: string;
  openapi: Pick<OpenApiMeta, 'method' | 'path'>;
  /** Whether it needs a token. */
  isSignedIn: boolean;
  parameters?: Readonly<Record<string, unknown>> | undefined;
  body?: unknown;
  /** The body is a form with one picture. */
  isUpload?: boolean;
  /** The SDK has no function for it, and reaches the route by its path. */
  isRouteOnly?: boolean;
}

const origin = 'http://127.0.0.1:8000';

export function codeSamples(call: SampledCall): CodeSample[] {
  return [
    { lang: 'Shell', label: 'curl', source: inShell(call) },
    { lang: 'TypeScript', label: 'TypeScript', source: inTypeScript(call) },
    { lang: 'Python', label: 'Python', source: inPython(call) },
  ];
}

function inShell({ openapi, isSignedIn, body, isUpload, ...call }: SampledCall): string {
  const hasMethod = openapi.method !== (body === undefined && !isUpload ? 'GET' : 'POST');
  const lines = [
    `curl${hasMethod ? ` -X ${openapi.method}` : ''} ${quoted(urlOf({ openapi, ...call }))}`,
    ...(isSignedIn ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(isUpload ? ['-F file=@poster.png'] : []),
    ...(body === undefined
      ? []
      : ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body))}`]),
  ];
  return lines.join(' \\\n  ');
}

/** A word of the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function inTypeScript(call: SampledCall): string {
  const { name, openapi, parameters, body, isSignedIn, isUpload, isRouteOnly } = call;
  const given = { ...parameters, ...(typeof body === 'object' ? body : {}) };
  const input = isUpload ? `{ ...${literal(given)}, file }` : literal(given);
  const hasInput = isUpload || Object.keys(given).length > 0;
  const token = isSignedIn ? ', token: () => process.env.TOKEN' : '';
  return [
    ...(isUpload ? ["import { openAsBlob } from 'node:fs';"] : []),
    "import { createMatinee } from '@matinee/sdk';",
    '',
    `const matinee = createMatinee({ url: '${origin}'${token} });`,
    ...(isUpload ? ["const file = await openAsBlob('poster.png');"] : []),
    isRouteOnly
      ? `const result = await matinee.request({ path: '${openapi.path}' });`
      : `const result = await matinee.${name}(${hasInput ? input : ''});`,
  ].join('\n');
}

/** How the live map is read: the response does not end, and each event is read as it comes. */
export function eventSamples(call: Pick<SampledCall, 'openapi' | 'parameters'>): CodeSample[] {
  const url = urlOf(call);
  const input = literal(call.parameters ?? {});
  const typescript = [
    "import { createMatinee } from '@matinee/sdk';",
    '',
    `const matinee = createMatinee({ url: '${origin}' });`,
    `const stop = matinee.showtimes.onSeatsChanged(${input}, {`,
    "  onSnapshot: ({ seats }) => console.log('all', seats.length, 'seats'),",
    '  onChange: ({ seats }) => console.log(seats),',
    '});',
    "process.once('SIGINT', stop);",
  ];
  const python = [
    'import urllib.request',
    '',
    `with urllib.request.urlopen(${JSON.stringify(url)}) as response:`,
    '    for line in response:',
    '        print(line.decode().rstrip())',
  ];
  return [
    { lang: 'Shell', label: 'curl', source: `curl -N ${quoted(url)}` },
    { lang: 'TypeScript', label: 'TypeScript', source: typescript.join('\n') },
    { lang: 'Python', label: 'Python', source: python.join('\n') },
  ];
}

/** How a file is downloaded. */
export function fileSamples(call: SampledCall, extension: string): CodeSample[] {
  const { name, parameters } = call;
  const file = `matinee.${extension}`;
  const typescript = [
    "import { writeFile } from 'node:fs/promises';",
    "import { createMatinee } from '@matinee/sdk';",
    '',
    `const matinee = createMatinee({ url: '${origin}', token: () => process.env.TOKEN });`,
    `const file = await matinee.${name}(${literal(parameters ?? {})});`,
    `await writeFile('${file}', file.stream());`,
  ];
  const python = inPython(call).replace(
    /^ {4}result = .+$/m,
    [`    with open("${file}", "wb") as file:`, '        file.write(response.read())'].join('\n'),
  );
  return [
    { lang: 'Shell', label: 'curl', source: `${inShell(call)} \\\n  -o ${file}` },
    { lang: 'TypeScript', label: 'TypeScript', source: typescript.join('\n') },
    { lang: 'Python', label: 'Python', source: python.replace(/^import json\n/, '') },
  ];
}

/** A value as a literal of TypeScript, without quotes around keys. */
function literal(value: unknown): string {
  const json = JSON.stringify(value, null, 2);
  return json.replaceAll(/^( *)"(\w+)":/gm, '$1$2:');
}

function inPython({ openapi, isSignedIn, body, isUpload, ...call }: SampledCall): string {
  const headers = [
    ...(isSignedIn ? ['"Authorization": "Bearer " + os.environ["TOKEN"]'] : []),
    ...(body === undefined ? [] : ['"Content-Type": "application/json"']),
    ...(isUpload ? ['"Content-Type": "multipart/form-data; boundary=" + boundary'] : []),
  ];
  return [
    'import json',
    ...(isSignedIn ? ['import os'] : []),
    'import urllib.request',
    ...(isUpload ? ['import uuid'] : []),
    '',
    ...(isUpload ? pythonForm : []),
    ...(body === undefined ? [] : [`body = ${pythonLiteral(body)}`]),
    'request = urllib.request.Request(',
    `    ${JSON.stringify(urlOf({ openapi, ...call }))},`,
    ...(body === undefined ? [] : ['    data=json.dumps(body).encode(),']),
    ...(isUpload ? ['    data=form,'] : []),
    ...(headers.length === 0 ? [] : [`    headers={${headers.join(', ')}},`]),
    `    method="${openapi.method}",`,
    ')',
    'with urllib.request.urlopen(request) as response:',
    '    result = json.load(response)["data"]',
  ].join('\n');
}

/** The standard library has no forms with files. */
const pythonForm = [
  'boundary = uuid.uuid4().hex',
  'head = f\'--{boundary}\\r\\nContent-Disposition: form-data; name="file"; filename="poster.png"\\r\\n\'',
  'with open("poster.png", "rb") as file:',
  '    picture = file.read()',
  'head += "Content-Type: image/png\\r\\n\\r\\n"',
  'form = head.encode() + picture + f"\\r\\n--{boundary}--\\r\\n".encode()',
];

/** JSON's three words have other names in Python. */
function pythonLiteral(value: unknown): string {
  const words: Readonly<Record<string, string>> = { true: 'True', false: 'False', null: 'None' };
  const json = JSON.stringify(value, null, 4);
  return json.replaceAll(/(?<=^ *|": )(true|false|null)(?=,?$)/gm, (word) => words[word] ?? word);
}

/** The path with its parameters, and the others in the query; a list repeats its key. */
function urlOf({ openapi, parameters = {} }: Pick<SampledCall, 'openapi' | 'parameters'>): string {
  const path = openapi.path.replaceAll(/\{(\w+)\}/g, (_match, key: string) =>
    encodeURIComponent(String(parameters[key])),
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (!openapi.path.includes(`{${key}}`)) {
      [value].flat().forEach((each) => query.append(key, String(each)));
    }
  }
  return `${origin}/api/v1${path}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/*
 * The converters that Postman and Bruno publish, and requests of their collections as the programs send
 * them. The programs themselves are not needed for it.
 */

const load = createRequire(fileURLToPath(new URL('../generators/package.json', import.meta.url)));

/** A request of a collection. Variables such as `{{baseUrl}}` are not filled in. */
export interface ConvertedRequest {
  /** `GET /movies/{movieId}` */
  route: string;
  /** With the values of the query that are sent unless they are switched off. */
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** The names of the fields of a form that are files. */
  files: string[];
  /** The variable that holds the access token, such as `{{token}}`. */
  token: string | undefined;
}

/** A pair of a header or a query, and whether it is sent. */
interface Field {
  key?: string;
  name?: string;
  value: string;
  enabled?: boolean;
  disabled?: boolean;
  type?: string;
}

function sent(fields: readonly Field[] = []): [string, string][] {
  return fields
    .filter(({ enabled = true, disabled = false }) => enabled && !disabled)
    .map(({ key, name = key ?? '', value }) => [name, value]);
}

function filesIn(fields: readonly Field[] = []): string[] {
  return fields.filter(({ type }) => type === 'file').map(({ key, name = key ?? '' }) => name);
}

function toRequest(
  method: string,
  path: string,
  rest: Omit<ConvertedRequest, 'route' | 'url'> & { query: [string, string][] },
): ConvertedRequest {
  const { query, ...request } = rest;
  const text = new URLSearchParams(query).toString();
  const route = `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;
  return { ...request, route, url: `{{baseUrl}}${path}${text === '' ? '' : `?${text}`}` };
}

interface PostmanItem {
  item?: PostmanItem[];
  request: {
    method: string;
    url: { path: string[]; query: Field[] };
    header: Field[];
    body: { raw?: string; formdata?: Field[] };
    auth: { bearer?: Field[] } | null;
  };
}

interface PostmanConverter {
  convertV2(
    input: object,
    options: object,
    callback: (
      error: Error | null,
      result: { result: boolean; reason?: string; output: { data: PostmanItem }[] },
    ) => void,
  ): void;
}

/** Converts as Postman imports with examples, and with optional parameters switched off. */
export async function toPostman(document: object): Promise<ConvertedRequest[]> {
  const converter = load('openapi-to-postmanv2') as PostmanConverter;
  const options = {
    folderStrategy: 'Tags',
    parametersResolution: 'Example',
    enableOptionalParameters: false,
  };
  const collection = await new Promise<PostmanItem>((resolve, reject) => {
    converter.convertV2({ type: 'json', data: document }, options, (error, converted) => {
      const [first] = converted.output;
      if (error || !first) {
        reject(error ?? new Error(converted.reason));
      } else {
        resolve(first.data);
      }
    });
  });
  return leavesOf(collection, ({ item }) => item).map(({ request }) =>
    toRequest(request.method, `/${request.url.path.join('/')}`, {
      query: sent(request.url.query),
      headers: Object.fromEntries(sent(request.header)),
      body: request.body.raw,
      files: filesIn(request.body.formdata),
      token: request.auth?.bearer?.[0]?.value,
    }),
  );
}

interface BrunoItem {
  items?: BrunoItem[];
  request: {
    method: string;
    url: string;
    params: Field[];
    headers: Field[];
    body: { mode: string; json: string | null; multipartForm: Field[] };
    auth: { bearer: { token: string } | null };
  };
}

interface BrunoConverter {
  openApiToBruno(document: object): BrunoItem | Promise<BrunoItem>;
}

/** Converts as Bruno imports. */
export async function toBruno(document: object): Promise<ConvertedRequest[]> {
  const converter = load('@usebruno/converters') as BrunoConverter;
  const collection = await converter.openApiToBruno(document);
  return leavesOf(collection, ({ items }) => items).map(({ request }) =>
    toRequest(request.method, request.url.replace('{{baseUrl}}', ''), {
      query: sent(request.params.filter(({ type }) => type === 'query')),
      headers: {
        ...Object.fromEntries(sent(request.headers)),
        // The program adds it to a body of this kind.
        ...(request.body.json === null ? {} : { 'Content-Type': 'application/json' }),
      },
      body: request.body.json ?? undefined,
      files: filesIn(request.body.multipartForm),
      token: request.auth.bearer?.token,
    }),
  );
}

/** The requests in the folders of a collection. */
function leavesOf<Item>(item: Item, childrenOf: (item: Item) => Item[] | undefined): Item[] {
  return childrenOf(item)?.flatMap((child) => leavesOf(child, childrenOf)) ?? [item];
}

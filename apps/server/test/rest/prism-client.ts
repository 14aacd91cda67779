import type { ErrorCode } from '@matinee/api';
import { startPayingServer } from '../server.ts';
import type { TestServer } from '../server.ts';
import { posterForm } from '../surfaces.ts';
import type { Input } from '../world.ts';
import { freshDocument, operationsOf } from './document.ts';
import type { Json } from './document.ts';
import { startProxy, violationsOf } from './prism.ts';
import type { Proxy, Violations } from './prism.ts';

/** An operation of the document. */
export interface Operation {
  route: string;
  operation: Json;
}

interface Parameter {
  name: string;
  in: string;
}

export interface AskOptions {
  input: Input;
  token?: string | undefined;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** Replaces the body that the input would make. */
  body?: string | FormData;
  /** The URL of another proxy. */
  base?: string;
}

export interface Answer extends Violations {
  /** `201 ok` or `404 NOT_FOUND`. */
  outcome: string;
}

/** A server behind the validating proxy. */
export class WatchedServer {
  readonly server: TestServer;
  readonly document: Json;
  readonly operations: ReadonlyMap<string, Operation>;
  /** The error codes that were returned, by operation. */
  readonly seen = new Map<string, Set<string>>();
  readonly #proxy: Proxy;

  private constructor(server: TestServer, document: Json, proxy: Proxy) {
    this.server = server;
    this.document = document;
    this.operations = operationsOf(document);
    this.#proxy = proxy;
  }

  static async start(): Promise<WatchedServer> {
    const [document, server] = await Promise.all([freshDocument(), startPayingServer()]);
    // A default response would hide a status that the route does not document.
    for (const { operation } of operationsOf(document).values()) {
      delete (operation.responses as Json).default;
    }
    return new WatchedServer(server, document, await startProxy(document, `${server.url}/api/v1`));
  }

  async close(): Promise<void> {
    await this.#proxy.close();
    await this.server.close();
  }

  get url(): string {
    return this.#proxy.url;
  }

  find(operationId: string): Operation {
    const operation = this.operations.get(operationId);
    if (!operation) {
      throw new Error(`The document has no ${operationId}`);
    }
    return operation;
  }

  parametersOf({ operation: { parameters = [] } }: Operation): Parameter[] {
    return (parameters as unknown[]).map((each) => this.#resolve(each) as Json & Parameter);
  }

  /** The codes that the document says an operation can fail with. */
  codesOf({ operation }: Operation): string[] {
    const answers = Object.entries(operation.responses as Json);
    const failures = answers.filter(([status]) => Number(status) >= 400);
    return failures.flatMap(([, response]) => {
      const { content } = this.#resolve(response) as { content: Record<string, { schema: Json }> };
      const envelope = this.#resolve(content['application/json']?.schema);
      const { error } = envelope.properties as { error: Json & { oneOf?: Json[] } };
      return (error.oneOf ?? [error]).map((each) => {
        const { code } = this.#resolve(each).properties as { code: { enum: [string] } };
        return code.enum[0];
      });
    });
  }

  /** Calls an operation through the proxy, with path, query and body from the document. */
  send(operationId: string, { input, token, ...options }: AskOptions): Promise<Response> {
    const operation = this.find(operationId);
    const [method = '', template = ''] = operation.route.split(' ');
    const left = new Map(Object.entries(input));
    const take = (key: string) => {
      const value = left.get(key);
      left.delete(key);
      return value;
    };
    const path = template.replace(/\{(\w+)\}/g, (_match, key: string) => String(take(key)));
    const url = new URL(`${options.base ?? this.url}${path}`);
    for (const { name, in: place } of this.parametersOf(operation)) {
      const values = place === 'query' && left.has(name) ? [take(name)].flat() : [];
      values.forEach((value) => url.searchParams.append(name, String(value)));
    }
    Object.entries(options.query ?? {}).forEach(([key, value]) => url.searchParams.set(key, value));
    const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
    // What no parameter names is a key of the security scheme.
    if (method === 'GET') {
      left.forEach((value, key) => url.searchParams.set(key, String(value)));
    }
    let body: string | FormData | null = options.body ?? null;
    if (body === null && isUpload(operation)) {
      body = posterForm();
    } else if (body === null && left.size > 0 && method !== 'GET') {
      headers.set('content-type', 'application/json');
      body = JSON.stringify(Object.fromEntries(left));
    }
    Object.entries(options.headers ?? {}).forEach(([name, value]) => headers.set(name, value));
    return fetch(url, { method, headers, body });
  }

  /** Calls an operation, and remembers the error code. */
  async ask(operationId: string, options: AskOptions): Promise<Answer> {
    const response = await this.send(operationId, options);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    const { error } = JSON.parse(isJson ? text : '{}') as { error?: { code: ErrorCode } };
    if (error) {
      const codes = this.seen.get(operationId) ?? new Set();
      this.seen.set(operationId, codes.add(error.code));
    }
    return { outcome: `${response.status} ${error?.code ?? 'ok'}`, ...violationsOf(response) };
  }

  /** Follows a reference; other values are returned as they are. */
  #resolve(value: unknown): Json {
    const { $ref } = value as { $ref?: string };
    if ($ref === undefined) {
      return value as Json;
    }
    return $ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at[key] as Json, this.document);
  }
}

export const isUpload = ({ route }: Operation) => route.endsWith('/poster');

import { fullFormats } from 'ajv-formats/dist/formats.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Json } from '../rest/document.ts';

/** An operation of the document. */
export interface Operation {
  operationId: string;
  method: string;
  /** `/movies/{movieId}` */
  path: string;
  parameters: Parameter[];
  /** Schema of the JSON body. */
  body: Json | undefined;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema: Json;
}

/** What came back. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

interface Described {
  parameters?: Json[];
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, Json>;
  operationId: string;
}

/**
 * The document as a judge of answers. Objects are closed: a key that it does not name must not
 * leave the server, although clients have to put up with it.
 */
export class Contract {
  readonly operations: Operation[];
  readonly #document: Json;
  readonly #described = new Map<string, Described>();
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, formats: fullFormats });

  constructor(document: Json) {
    this.#document = closed(document) as Json;
    this.#ajv.addSchema({ ...this.#document, $id: 'document' });
    const paths = this.#document.paths as Record<string, Record<string, Described>>;
    this.operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => {
        this.#described.set(described.operationId, described);
        return this.#toOperation(method.toUpperCase(), path, described);
      }),
    );
  }

  /**
   * @param operationId the operation that was asked; undefined when the request fits none
   * @returns what is wrong with the answer, in words
   */
  problemsOf(operationId: string | undefined, { status, headers, text }: Answer): string[] {
    if (status >= 500) {
      return [`status ${status}`];
    }
    if (headers['x-request-id'] === undefined) {
      return ['no X-Request-Id'];
    }
    if (status === 304 || status === 204) {
      return text === '' ? [] : [`a ${status} with a body`];
    }
    // Headers that are too long are refused before the route is known.
    const isUnrouted = operationId === undefined || status === 431;
    const name = isUnrouted ? 'Failure' : this.#responseOf(operationId, status);
    if (name === undefined) {
      return [`status ${status} is not in the document`];
    }
    const [type = ''] = String(headers['content-type']).split(';');
    if (type !== 'application/json' && this.#isFile(operationId, { status, type })) {
      return [];
    }
    if (headers['content-type'] !== 'application/json; charset=utf-8') {
      return [`content type ${String(headers['content-type'])}`];
    }
    return this.#validate(name, text);
  }

  /** Whether the document says that this answer is a file or a stream of that type. */
  #isFile(
    operationId: string | undefined,
    { status, type }: { status: number; type: string },
  ): boolean {
    const response = this.#described.get(operationId ?? '')?.responses[String(status)];
    const content = (response?.content ?? {}) as Json;
    return type in content;
  }

  #validate(pointer: string, text: string): string[] {
    let validate = this.#validators.get(pointer);
    if (!validate) {
      const where = pointer === 'Failure' ? '/components/schemas/Failure' : pointer;
      validate = this.#ajv.compile({ $ref: `document#${where}` });
      this.#validators.set(pointer, validate);
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return ['the body is not JSON'];
    }
    return validate(value)
      ? []
      : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
  }

  /** A pointer to the schema of that answer. */
  #responseOf(operationId: string, status: number): string | undefined {
    const described = this.#described.get(operationId);
    const response = described?.responses[String(status)];
    if (!described || !response) {
      return undefined;
    }
    if (typeof response.$ref === 'string') {
      return `${response.$ref.slice(1)}/content/application~1json/schema`;
    }
    const { method, path } = this.#find(operationId);
    const route = `${path.replaceAll('/', '~1')}/${method.toLowerCase()}`;
    // The pointer stands in a URI fragment.
    const pointer = route.replaceAll('{', '%7B').replaceAll('}', '%7D');
    return `/paths/${pointer}/responses/${status}/content/application~1json/schema`;
  }

  #find(operationId: string): Operation {
    return this.operations.find((each) => each.operationId === operationId) as Operation;
  }

  #toOperation(method: string, path: string, described: Described): Operation {
    const { operationId, parameters = [], requestBody } = described;
    return {
      operationId,
      method,
      path,
      parameters: parameters.map((each) => this.resolve(each) as unknown as Parameter),
      body: requestBody?.content['application/json']?.schema,
    };
  }

  /** Follows a `$ref` into the document. */
  resolve(value: Json): Json {
    if (typeof value.$ref !== 'string') {
      return value;
    }
    const keys = value.$ref.slice(2).split('/');
    return keys.reduce<Json>((part, key) => part[key] as Json, this.#document);
  }
}

/** The same schemas, with no room for keys that they do not name. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(closed);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const object = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, closed(part)]),
  );
  const isOpen = [object.type].flat().includes('object') && object.properties !== undefined;
  return isOpen ? { additionalProperties: false, ...object } : object;
}

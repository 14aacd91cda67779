import { Agent, request } from 'node:http';

/* Requests of customers over REST, on connections that are kept. */

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

export interface Request {
  method: string;
  path: string;
  token?: string | undefined;
  key?: string | undefined;
  /** The address of the customer, as a proxy would report it. */
  address?: string | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

export interface Reply {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  data: Record<string, unknown>;
  code: string | undefined;
  details: Record<string, unknown>;
  /** The body as it came. */
  text: string;
}

/** One request over REST. Rejects when the connection breaks before the answer is there. */
export async function exchange(server: string, asked: Request): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const headers = {
    ...(asked.token === undefined ? {} : { authorization: `Bearer ${asked.token}` }),
    ...(asked.key === undefined ? {} : { 'idempotency-key': asked.key }),
    ...(asked.address === undefined ? {} : { 'x-forwarded-for': asked.address }),
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  };
  const { method, signal } = asked;
  const options = { method, headers, agent, ...(signal ? { signal } : {}) };
  const sent = request(`${server}/api/v1${asked.path}`, options, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.once('error', reject);
    response.once('close', () => reject(new Error('The answer was cut off')));
    response.once('end', () => {
      const { statusCode: status = 0, complete } = response;
      if (complete) {
        resolve({ status, headers: response.headers, text, ...parse(text) });
      }
    });
  });
  sent.once('error', reject);
  sent.end(body);
  return promise;
}

function parse(text: string): Pick<Reply, 'data' | 'code' | 'details'> {
  const json = (text === '' ? {} : JSON.parse(text)) as {
    data?: Record<string, unknown>;
    error?: { code: string; details: Record<string, unknown> };
  };
  return { data: json.data ?? {}, code: json.error?.code, details: json.error?.details ?? {} };
}

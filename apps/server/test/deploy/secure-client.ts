import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/* HTTPS to proxies with a self-signed certificate, which `fetch` refuses. */

/** What a request is made of. */
export interface Asked {
  method?: string;
  token?: string;
  body?: unknown;
  /** A body that is no JSON; `headers` has its type. */
  bytes?: Buffer;
  headers?: Record<string, string>;
}

/** A response whose body is still to come. */
export async function open(url: string, asked: Asked = {}): Promise<IncomingMessage> {
  const { body, bytes, token, headers = {} } = asked;
  const method = asked.method ?? (body === undefined ? 'GET' : 'POST');
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      rejectUnauthorized: false,
      agent: false,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    sent.once('response', resolve);
    sent.once('error', reject);
    sent.end(body === undefined ? bytes : JSON.stringify(body));
  });
}

/** A response, with its body read as JSON. */
export async function call(url: string, asked: Asked = {}) {
  const response = await open(url, asked);
  const content = await text(response);
  return {
    status: response.statusCode,
    headers: response.headers,
    body: JSON.parse(content) as { data?: unknown; error?: unknown },
  };
}

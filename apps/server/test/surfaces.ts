import { procedureInfos } from '@matinee/api';
import superjson from 'superjson';
import type { SuperJSONResult } from 'superjson';
import type { Input } from './world.ts';

/** A call without a client library in between. */
export interface Call {
  input?: Input;
  authorization?: string | undefined;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** `201 ok` or `404 NOT_FOUND`. */
  outcome: string;
}

export interface RestAnswer extends Answer {
  body: {
    success: boolean;
    data?: unknown;
    error?: { code: string; message: string; details: unknown; requestId: string };
  };
}

/** A failure on tRPC's wire. */
export interface TrpcFailure {
  message: string;
  data: { appCode: string; httpStatus: number };
}

export interface TrpcAnswer extends Answer {
  value?: unknown;
  failure?: TrpcFailure | undefined;
}

/** Puts an input into the path of a route. @returns the path, and the input that is left */
export function fillPath(template: string, input: Input): { path: string; left: Input } {
  const left = { ...input };
  const path = template.replace(/\{(\w+)\}/g, (_match, key: string) => {
    const value = String(left[key]);
    delete left[key];
    return value;
  });
  return { path, left };
}

/**
 * Calls a route. The input that the path does not name goes into the query or the body. When none is
 * left, the request has no body, or an empty object with `emptyBody`.
 */
export async function callRest(
  serverUrl: string,
  route: string,
  { input = {}, authorization, emptyBody = false }: Call & { emptyBody?: boolean },
): Promise<RestAnswer> {
  const [method = '', template = ''] = route.split(' ');
  const { path, left } = fillPath(template, input);
  const url = new URL(`${serverUrl}/api/v1${path}`);
  const headers = new Headers(authorization ? { authorization } : {});
  let sent: string | FormData | null = null;
  if (path.endsWith('/poster')) {
    sent = posterForm();
  } else if (method === 'GET' || method === 'DELETE') {
    for (const [key, value] of Object.entries(left)) {
      [value].flat().forEach((each) => url.searchParams.append(key, String(each)));
    }
  } else if (emptyBody || Object.keys(left).length > 0) {
    headers.set('content-type', 'application/json');
    sent = JSON.stringify(left);
  }
  const response = await fetch(url, { method, headers, body: sent });
  const body = await bodyOf(response);
  const { status } = response;
  return {
    status,
    headers: response.headers,
    outcome: `${status} ${body.error?.code ?? 'ok'}`,
    body,
  };
}

/** The body of an answer; of a stream its first event, and of a file its bytes. */
async function bodyOf(response: Response): Promise<RestAnswer['body']> {
  const type = response.headers.get('content-type') ?? '';
  if (type === 'text/event-stream') {
    return firstOf(response);
  }
  if (!type.startsWith('application/json')) {
    return { success: true, data: new Uint8Array(await response.arrayBuffer()) };
  }
  return (await response.json()) as RestAnswer['body'];
}

/** The first event of a plain stream, as if it were an answer. */
async function firstOf(response: Response): Promise<RestAnswer['body']> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const [, data] = /^data: (.+)\n/m.exec(text) ?? [];
    if (data !== undefined) {
      return { success: true, data: JSON.parse(data) as unknown };
    }
  }
  return { success: false };
}

/** Calls a procedure over tRPC. Of a subscription the first event counts. */
export async function callTrpc(
  serverUrl: string,
  name: string,
  { input = {}, authorization }: Call,
): Promise<TrpcAnswer> {
  const url = new URL(`${serverUrl}/trpc/${name}`);
  const headers = new Headers(authorization ? { authorization } : {});
  const json = superjson.stringify(input);
  const type = procedureInfos.get(name)?.type;
  if (type === 'mutation') {
    headers.set('content-type', 'application/json');
    return trpcAnswer(await fetch(url, { method: 'POST', headers, body: json }));
  }
  url.searchParams.set('input', json);
  headers.set('accept', type === 'subscription' ? 'text/event-stream' : '*/*');
  const response = await fetch(url, { headers });
  return type === 'subscription' ? firstEvent(response) : trpcAnswer(response);
}

async function trpcAnswer(response: Response): Promise<TrpcAnswer> {
  const { result, error } = (await response.json()) as {
    result?: { data: SuperJSONResult };
    error?: { json: TrpcFailure };
  };
  const { status, headers } = response;
  const outcome = `${status} ${error?.json.data.appCode ?? 'ok'}`;
  const value: unknown = result && superjson.deserialize(result.data);
  return { status, headers, outcome, value, failure: error?.json };
}

async function firstEvent(response: Response): Promise<Answer> {
  const { status, headers, body } = response;
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString();
    const [, refusal] = /^event: serialized-error\ndata: (.+)\n/m.exec(text) ?? [];
    if (refusal !== undefined) {
      const { data } = (JSON.parse(refusal) as { json: TrpcFailure }).json;
      return { status, headers, outcome: `${data.httpStatus} ${data.appCode}` };
    }
    if (text.includes('"type":"snapshot"')) {
      return { status, headers, outcome: `${status} ok` };
    }
  }
  return { status, headers, outcome: `${status} without an event` };
}

/**
 * A WebP of one pixel whose every byte is ASCII, written by hand: a proxy that reads all bodies but
 * JSON as text would break any other picture.
 */
const picture = Buffer.from(
  '5249464618000000574542505650384c0b0000002f000000002840010a100100',
  'hex',
).toString();

/** What the upload takes: a form with a picture. */
export function posterForm(file = picture): FormData {
  const form = new FormData();
  form.set('file', new Blob([file], { type: 'image/webp' }), 'poster.webp');
  return form;
}

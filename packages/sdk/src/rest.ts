import { readRestAnswer } from './answer.ts';
import { newIdempotencyKey, performCall } from './call.ts';
import type { MutationOptions } from './call.ts';
import { performRequest } from './http.ts';
import type { Settings } from './settings.ts';

/** A route of the REST API. */
export interface RestRequest {
  /** `GET` if left out. */
  method?: string | undefined;
  /** With a slash in front, and a query if there is one: `/movies?genre=Drama`. `/api/v1` may be left out. */
  path: string;
  /** Sent as JSON; a `FormData` as it is. */
  body?: unknown;
  /** What errors and the log call it; the method and the path if left out. */
  name?: string | undefined;
}

/** Calls a route by its path: what a newer server has, and this client does not know yet. */
export interface Requests {
  /**
   * Sends a request to a route of the REST API, with the token, the retries, the idempotency key and
   * the errors of every other call. The answer is the `data` of the response; dates are texts in it.
   *
   * @throws MatineeError
   *
   * @example
   * ```ts
   * const answer = await matinee.request({ path: '/movies?genre=Drama' });
   * console.log(answer);
   * ```
   */
  readonly request: (input: RestRequest, options?: MutationOptions) => Promise<unknown>;
}

export async function performRest(
  settings: Settings,
  { method = 'GET', path, body, name = `${method} ${path.replace(/\?.*/, '')}` }: RestRequest,
  options: MutationOptions = {},
): Promise<unknown> {
  const isForm = body instanceof FormData;
  const key = method === 'GET' ? undefined : (options.idempotencyKey ?? newIdempotencyKey());
  const headers = {
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
  };
  const content = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
  return performCall(settings, {
    path: name,
    input: { path },
    options,
    send: async (signal) => {
      const { onResponse } = options;
      const url = `${settings.url}/api/v1${path.replace(/^\/api\/v1(?=\/)/, '')}`;
      const request = { method, url, headers, ...content, paths: [name], signal, onResponse };
      const [outcome] = await performRequest(settings, request, (head, text) => [
        readRestAnswer(head, text),
      ]);
      return outcome;
    },
  });
}

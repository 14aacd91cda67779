import { isDeepStrictEqual } from 'node:util';
import type { Params } from './stripe-params.ts';

/** A response. */
export interface Kept {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

interface KeyedRequest {
  key: string | undefined;
  path: string;
  params: Params;
}

/** The responses that Stripe keeps for idempotency keys. */
export class StripeKeys {
  readonly #kept = new Map<string, { path: string; params: Params; response: Kept }>();

  /**
   * Runs a request, or returns what is kept for its key. A request with wrong parameters is not kept, because it
   * was never executed.
   */
  once(request: KeyedRequest, run: () => { kept: Kept; sent: Kept }): Kept {
    const { key, path, params } = request;
    if (key === undefined) {
      return run().sent;
    }
    const earlier = this.#kept.get(key);
    if (!earlier) {
      const { kept, sent } = run();
      if (kept.status !== 400 && kept.status !== 404) {
        this.#kept.set(key, { path, params, response: structuredClone(kept) });
      }
      return sent;
    }
    if (earlier.path !== path || !isDeepStrictEqual(earlier.params, params)) {
      const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}'.`;
      return { status: 400, body: { error: { type: 'idempotency_error', message } } };
    }
    const { response } = earlier;
    const headers = { ...response.headers, 'idempotent-replayed': 'true' };
    return { ...response, headers };
  }
}

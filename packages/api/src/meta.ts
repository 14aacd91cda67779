import type { ErrorCode } from './errors.ts';

/** How a procedure looks as a REST route; read by trpc-to-openapi and by the host's bridge. */
export interface OpenApiMeta {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: `/${string}`;
  tags: string[];
  summary: string;
  description: string;
}

/**
 * Who may call: anyone whose token, if one comes along, is good; signed-in users; administrators.
 * `credentials`: those who have no token yet; whatever token comes along is ignored.
 */
export type Access = 'credentials' | 'public' | 'user' | 'admin';

/** What is known of a procedure beside its types. */
export interface Meta {
  /** Set by the ladder in `trpc.ts`. */
  access?: Access;
  openapi?: OpenApiMeta;
  /** Refusals of the procedure's own, beside those that its access and its input bring. */
  refusals?: ErrorCode[];
  /** The status of a REST success; 200 unless said otherwise. */
  successStatus?: 201;
  /** The sentence of a REST success. */
  message?: string;
  /** REST: the answer carries an `ETag` of everything but `now`. */
  etag?: true;
  /** Input keys that may differ between repetitions under one idempotency key. */
  notCompared?: string[];
  /** The statement that does the work keeps the idempotency key itself. */
  keepsOwnKey?: true;
}

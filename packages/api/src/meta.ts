/** How a procedure looks as a REST route; read by trpc-to-openapi and by the host's bridge. */
export interface OpenApiMeta {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: `/${string}`;
  tags: string[];
  summary: string;
  description?: string;
  /** False: no token needed. */
  protect: boolean;
  successDescription?: string;
}

/** What is known of a procedure beside its types. */
export interface Meta {
  openapi?: OpenApiMeta;
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

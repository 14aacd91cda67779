import type { ErrorCode } from './errors.ts';

/*
 * What a request brings, in plain types: the router's declarations, and with them the SDK's, stay
 * free of the server's packages.
 */

declare const opaque: unique symbol;

/** The running product, as `createApp` returns it; the routers alone look inside. */
export interface AppHandle {
  readonly [opaque]: 'matinee';
}

/** How a request reached the product. */
export type Surface = 'rest' | 'trpc';

/** What is left of a limit that a call has counted for; the caller's own, so the caller may know it. */
export interface LimitNote {
  /** The name of the limit. */
  readonly name: string;
  /** Calls that it admits, */
  readonly quota: number;
  /** within this time. */
  readonly windowSeconds: number;
  /** Calls that are left, */
  readonly remaining: number;
  /** until it is full again. */
  readonly resetSeconds: number;
}

/** What is noted of a call beside its value; the host turns it into headers and log lines. */
export interface ResponseNotes {
  idempotencyReplayed: boolean;
  /** The limits that the call has counted for, in their order. */
  limits?: readonly LimitNote[];
  /** The user that the token names. */
  userId?: string;
  /** The API key that calls, or has called in vain. */
  apiKeyId?: string;
  /** The id of the account that a refused caller tried to use. */
  subject?: string;
  /** The first procedure that was called. */
  procedure?: string;
  /** The code of the first failure. */
  failure?: ErrorCode;
  /** Whether that failure has been counted, as one of a procedure. */
  isCounted?: boolean;
}

/** Everything that a procedure may know of its request. */
export interface RequestContext {
  readonly app: AppHandle;
  /** The `Authorization` header as it came. */
  readonly authorization: string | undefined;
  /** The `Idempotency-Key` header as it came. */
  readonly idempotencyKey: string | undefined;
  readonly requestId: string;
  /** Address of the client; proxies are removed already. */
  readonly remoteAddress: string;
  /** The `User-Agent` header as it came. */
  readonly userAgent?: string | undefined;
  readonly notes: ResponseNotes;
  /** Undefined for calls that the host makes by itself. */
  readonly surface?: Surface | undefined;
  /** Begins a call when few enough others of its request run; without it, at once. */
  readonly takeTurns?: (<Result>(call: () => Promise<Result>) => Promise<Result>) | undefined;
}

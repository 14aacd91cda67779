import type { EntityManager } from '@mikro-orm/postgresql';
import type { App } from './app.ts';
import type { Actor } from './auth/api-key.ts';
import type { Sites } from './auth/rights.ts';
import type { Caller, Claimant } from './auth/session.ts';
import type { ResponseNotes } from './context.ts';
import type { Database } from './db/query.ts';
import type { SeatsChange } from './observer.ts';

/** What a service works with: the request, the product, and a unit of work of its own. */
export interface ServiceContext extends Database {
  readonly app: App;
  readonly em: EntityManager;
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly userAgent: string | undefined;
  readonly caller: Actor | undefined;
  /** What the response's headers will report; the host reads it. */
  readonly notes: ResponseNotes;
  /** Whether this call has put a fact into the outbox. */
  readonly facts: { written: boolean };
  /** What this call has changed; reported when it has succeeded. */
  readonly changes: SeatsChange[];
  /** Set when the request carries a key and the procedure's own statement keeps it. */
  readonly idempotency: IdempotencyKey | undefined;
}

/** The same for what a signed-in user or an API key does. */
export interface ActorContext extends ServiceContext {
  readonly caller: Actor;
}

/** The same for procedures that need a signed-in user. */
export interface UserContext extends ActorContext {
  readonly caller: Caller;
}

/** The same for procedures that need a right at a site. */
export interface StaffContext extends ActorContext {
  /** Where the caller has the right of the procedure. */
  readonly sites: Sites;
}

/** The same for procedures whose own statement checks the session. */
export interface ClaimantContext extends Omit<ServiceContext, 'caller'> {
  readonly caller: Claimant;
  /** Whether the statement has found the session alive. */
  readonly session: { isChecked: boolean };
}

/** An `Idempotency-Key` header, and the keyed hash of the input that came with it. */
export interface IdempotencyKey {
  readonly key: string;
  readonly fingerprint: string;
}

/** The database, outside any transaction: for work that no request asked for. */
export function databaseOf({ orm, pool }: Pick<App, 'orm' | 'pool'>): Database {
  return { em: orm.em.fork(), pool };
}

/** A context for one call, with a unit of work of its own. */
export function serviceContext(
  app: App,
  request: Pick<ServiceContext, 'requestId' | 'remoteAddress' | 'notes'> &
    Partial<Pick<ServiceContext, 'userAgent'>>,
): ServiceContext {
  return {
    app,
    em: app.orm.em.fork(),
    pool: app.pool,
    requestId: request.requestId,
    remoteAddress: request.remoteAddress,
    userAgent: request.userAgent,
    caller: undefined,
    notes: request.notes,
    facts: { written: false },
    changes: [],
    idempotency: undefined,
  };
}

import { createHmac } from 'node:crypto';
import { middlewareMarker } from '@trpc/server/unstable-core-do-not-import';
import superjson from 'superjson';
import type { SuperJSONResult } from 'superjson';
import type { RequestContext } from './context.ts';
import { inTransaction, query, queryOne } from './db/query.ts';
import { ConflictError, StateError, ValidationError } from './errors.ts';
import type { Meta } from './meta.ts';
import type { ServiceContext } from './trpc.ts';

/** The part of tRPC's middleware options that is needed here. */
interface Options<Result> {
  ctx: RequestContext;
  input: unknown;
  path: string;
  meta: Meta | undefined;
  next(options?: { ctx: object }): Promise<Result>;
}

/** What the database function `idempotency_begin` and those that call it answer. */
export type IdempotencyOutcome =
  | { outcome: 'in_progress' }
  | { outcome: 'key_reused' }
  | { outcome: 'replayed'; answer: unknown };

type MiddlewareResult = { ok: boolean; data?: unknown };

/** Carries a refusal out of the transaction, which rolls back on its way. */
class Refused extends Error {
  readonly result: unknown;

  constructor(result: unknown) {
    super('refused');
    this.result = result;
  }
}

/**
 * Runs a mutation so that the same key has one effect and one answer, for 24 hours: the answer is
 * stored in the transaction of the effect. Only successes are kept.
 *
 * @throws ValidationError for a key that is not 1 to 255 printable ASCII characters
 * @throws StateError `IDEMPOTENCY_KEY_REUSED` when procedure or input differ from the first time
 * @throws ConflictError `IDEMPOTENCY_CONFLICT` while the first request is still running
 */
export async function runIdempotently<Result>(
  options: Options<Result>,
  service: ServiceContext,
): Promise<Result> {
  const { ctx, input, path, meta } = options;
  if (ctx.idempotencyKey === undefined || !service.caller) {
    return options.next();
  }
  const idempotency = {
    key: assertKey(ctx.idempotencyKey),
    fingerprint: fingerprintOf(compared(input, meta), service.app.fingerprintKey),
  };
  if (meta?.keepsOwnKey) {
    return options.next({ ctx: { idempotency } });
  }
  const scope = [service.caller.id, idempotency.key, path, idempotency.fingerprint];
  return inTransaction(service, async (tx) => {
    const { begun } = await queryOne<{ begun: IdempotencyOutcome | null }>(
      tx,
      'select idempotency_begin($1, $2, $3, $4) as begun',
      scope,
    );
    if (begun) {
      const answer = replayedAnswer(begun, ctx) as SuperJSONResult;
      const data: unknown = superjson.deserialize(answer);
      return { ok: true, data, ctx, marker: middlewareMarker } as Result;
    }
    const result = await options.next({ ctx: { em: tx.em } });
    const { ok, data } = result as MiddlewareResult;
    if (!ok) {
      throw new Refused(result);
    }
    const answer = superjson.stringify(data);
    await query(tx, 'select idempotency_store($1, $2, $3, $4, $5)', [...scope, answer]);
    return result;
  }).catch((thrown: unknown) => {
    if (thrown instanceof Refused) {
      return thrown.result as Result;
    }
    throw thrown;
  });
}

/** The stored answer of a replay, or the refusal. Notes the replay for the response's header. */
export function replayedAnswer(
  begun: IdempotencyOutcome,
  ctx: Pick<RequestContext, 'notes'>,
): unknown {
  if (begun.outcome === 'in_progress') {
    throw new ConflictError('IDEMPOTENCY_CONFLICT');
  }
  if (begun.outcome === 'key_reused') {
    throw new StateError('IDEMPOTENCY_KEY_REUSED');
  }
  ctx.notes.idempotencyReplayed = true;
  return begun.answer;
}

function assertKey(key: string): string {
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    const message = 'Must be 1 to 255 printable ASCII characters';
    throw new ValidationError([{ path: ['Idempotency-Key'], message }]);
  }
  return key;
}

function compared(input: unknown, meta: Meta | undefined): unknown {
  const left = meta?.notCompared;
  return left
    ? { ...(input as object), ...Object.fromEntries(left.map((key) => [key, null])) }
    : input;
}

/** Keyed: an input may hold a password, and the hash of a password can be searched for. */
function fingerprintOf(input: unknown, key: Buffer): string {
  return createHmac('sha256', key).update(canonicalJson(input)).digest('base64url');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

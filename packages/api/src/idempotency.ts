import { createHmac } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import superjson from 'superjson';
import type { SuperJSONResult } from 'superjson';
import type { z } from 'zod';
import type { RequestContext } from './context.ts';
import { inTransaction, query, queryOne, statement } from './db/query.ts';
import { jsonOf } from './db/row.ts';
import { ConflictError, StateError, ValidationError } from './errors.ts';
import type { IdempotencyOutcome } from './idempotency-outcome.ts';
import type { ClaimantContext, IdempotencyKey, ActorContext } from './service-context.ts';

/*
 * Makes a mutation repeatable: the same key has one effect and one answer, for 24 hours. Only
 * successes are kept; after a refusal the key is free. Each form wraps a resolver, so that what is
 * compared is the parsed input:
 *
 * - `idempotent`: key, effect and answer in one transaction.
 * - `idempotentInSteps`: for work that waits for anything but the database.
 * - `keepsOwnKey`: the procedure's one statement keeps the key itself.
 */

/** The context of a signed-in caller's mutation. */
type CallContext = (ActorContext | ClaimantContext) & Pick<RequestContext, 'idempotencyKey'>;

/** What tRPC passes to a resolver. */
interface Call<Context, Input> {
  ctx: Context;
  input: Input;
  path: string;
}

interface Options<Input> {
  /** Input keys that may differ between repetitions under one key. */
  notCompared?: readonly (keyof Input & string)[];
}

/**
 * Runs a resolver in one transaction with its key. The answer is parsed and stored before the
 * commit.
 *
 * @param answer the procedure's output schema
 * @throws ValidationError for a key that is not 1 to 255 printable ASCII characters
 * @throws StateError `IDEMPOTENCY_KEY_REUSED` when procedure or input differ from the first time
 * @throws ConflictError `IDEMPOTENCY_CONFLICT` while the first request is still running
 * @throws RateLimitedError when the account has used too many keys in a day
 */
export function idempotent<Context extends CallContext, Input, Answer>(
  answer: z.ZodType<Answer>,
  resolve: (work: Call<Context, Input>) => Promise<Answer>,
  options: Options<Input> = {},
) {
  return async ({ ctx, input, path }: Call<Context, Input>): Promise<Answer> => {
    const idempotency = keyOf(ctx, input, options);
    if (!idempotency) {
      return resolve({ ctx, input, path });
    }
    const scope = [ctx.caller.id, idempotency.key, path, idempotency.fingerprint];
    const work = () =>
      inTransaction(ctx, async (tx) => {
        const { begun } = await queryOne(tx, beginKey, scope);
        if (begun) {
          return readAnswer(answer, replayedAnswer(begun, ctx));
        }
        const value = answer.parse(await resolve({ ctx: tx, input, path }));
        await query(tx, storeAnswer, [...scope, superjson.stringify(value)]);
        return value;
      });
    return ctx.app.idempotencyRoom.keep(ctx.caller.id, work);
  };
}

/**
 * Runs a mutation in two steps: `prepare` waits, without a transaction, for a hash or for another
 * system; `effect` writes, in one transaction with the answer. The key is reserved for 60 seconds
 * meanwhile: a second request is refused, and after a crash the key is free when they have passed.
 * Everything that `prepare` causes elsewhere needs a key of its own, because it may run again.
 *
 * @throws as `idempotent`
 */
export function idempotentInSteps<Context extends CallContext, Input, Answer, Prepared>(
  answer: z.ZodType<Answer>,
  steps: {
    prepare: (work: Call<Context, Input>) => Promise<Prepared>;
    effect: (work: Call<Context, Input>, prepared: Prepared) => Promise<Answer>;
  },
) {
  return async ({ ctx, input, path }: Call<Context, Input>): Promise<Answer> => {
    const idempotency = keyOf(ctx, input, {});
    if (!idempotency) {
      const prepared = await steps.prepare({ ctx, input, path });
      return inTransaction(ctx, (tx) => steps.effect({ ctx: tx, input, path }, prepared));
    }
    const { key, fingerprint } = idempotency;
    const work = async () => {
      const scope = [ctx.caller.id, key, path, fingerprint];
      const { begun, lease } = await queryOne(ctx, reserveKey, [...scope, reservedSeconds]);
      if (begun) {
        return readAnswer(answer, replayedAnswer(begun, ctx));
      }
      const reservation = [ctx.caller.id, key, lease];
      try {
        const prepared = await steps.prepare({ ctx, input, path });
        return await inTransaction(ctx, async (tx) => {
          const value = answer.parse(await steps.effect({ ctx: tx, input, path }, prepared));
          const settled = await query(tx, settleKey, [...reservation, superjson.stringify(value)]);
          if (settled.length === 0) {
            // It took so long that another request with this key has taken over.
            throw new ConflictError('IDEMPOTENCY_CONFLICT');
          }
          return value;
        });
      } catch (refusal) {
        await query(ctx, releaseKey, reservation);
        throw refusal;
      }
    };
    return ctx.app.idempotencyRoom.keep(ctx.caller.id, work);
  };
}

/** How long a key is reserved for the steps of a mutation. */
const reservedSeconds = 60;

/** Hands the key on to a resolver whose own statement keeps it. @throws as `idempotent` */
export function keepsOwnKey<Context extends CallContext, Input, Answer>(
  resolve: (work: Call<Context, Input>) => Promise<Answer>,
) {
  return async ({ ctx, input, path }: Call<Context, Input>): Promise<Answer> => {
    const idempotency = keyOf(ctx, input, {});
    const work = () => resolve({ ctx: { ...ctx, idempotency }, input, path });
    return idempotency ? ctx.app.idempotencyRoom.keep(ctx.caller.id, work) : work();
  };
}

/** The stored answer of a replay, or the refusal. Notes the replay for the response's header. */
export function replayedAnswer(
  begun: IdempotencyOutcome,
  { notes }: Pick<RequestContext, 'notes'>,
): unknown {
  if (begun.outcome === 'in_progress') {
    throw new ConflictError('IDEMPOTENCY_CONFLICT');
  }
  if (begun.outcome === 'key_reused') {
    throw new StateError('IDEMPOTENCY_KEY_REUSED');
  }
  notes.idempotencyReplayed = true;
  return begun.answer;
}

const beginKey = statement('select idempotency_begin($1, $2, $3, $4) as begun', {
  begun: jsonOf<IdempotencyOutcome | null>({ nullable: true }),
});

const storeAnswer = statement('select idempotency_store($1, $2, $3, $4, $5)::text as stored', {
  stored: 'text?',
});

const reserveKey = statement('select begun, lease from idempotency_reserve($1, $2, $3, $4, $5)', {
  begun: jsonOf<IdempotencyOutcome | null>({ nullable: true }),
  lease: 'instant?',
});

/** The reservation is recognised by its end: a request that has taken over has another. */
const ownReservation = 'user_id = $1 and key = $2 and leased_until = $3 and answer is null';

const settleKey = statement(
  `update idempotency_keys set answer = $4, leased_until = null, created_at = clock_timestamp()
   where ${ownReservation} returning key`,
  { key: 'text' },
);

const releaseKey = statement(`delete from idempotency_keys where ${ownReservation}`);

/** Answers are stored as superjson, which keeps dates. */
function readAnswer<Answer>(schema: z.ZodType<Answer>, stored: unknown): Answer {
  return schema.parse(superjson.deserialize(stored as SuperJSONResult));
}

function keyOf<Input>(
  { idempotencyKey: key, app }: CallContext,
  input: Input,
  { notCompared = [] }: Options<Input>,
): IdempotencyKey | undefined {
  if (key === undefined) {
    return undefined;
  }
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    const message = 'must have 1 to 255 printable ASCII characters';
    throw new ValidationError([{ path: ['Idempotency-Key'], message }]);
  }
  const left = Object.fromEntries(notCompared.map((name) => [name, null]));
  const compared = notCompared.length === 0 ? input : { ...input, ...left };
  return { key, fingerprint: fingerprintOf(compared, app.fingerprintKey) };
}

/** Keyed: an input may hold a password, and the plain hash of a password can be searched for. */
function fingerprintOf(input: unknown, key: KeyObject): string {
  return createHmac('sha256', key).update(canonicalJson(input)).digest('base64url');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

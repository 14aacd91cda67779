import type { z } from 'zod';
import type { RequestContext } from '../context.ts';
import { inTransaction } from '../db/query.ts';
import { idempotent } from '../idempotency.ts';
import type { ServiceContext, ActorContext } from '../service-context.ts';
import { writeEntry } from './write.ts';
import type { Entry } from './write.ts';

/** Writes what the caller has done, and a line of the log. */
export async function record(ctx: ServiceContext, entry: Entry): Promise<void> {
  const { requestId, remoteAddress } = ctx;
  await writeEntry(ctx, entry, { remoteAddress });
  const { data: _data, ...fields } = entry;
  ctx.app.log.info({ ...fields, outcome: 'done', address: remoteAddress, requestId }, 'security');
}

/** The context of an administrator's mutation. */
type AdminContext = ActorContext & Pick<RequestContext, 'idempotencyKey'>;

/** What a resolver works with. */
interface Work<Context, Input> {
  ctx: Context;
  input: Input;
  path: string;
}

interface Options<Input> {
  /** The key of the input that names what it is done to; without one, the answer's id is taken. */
  subject?: keyof Input & string;
  /** Input keys that may differ between repetitions under one idempotency key. */
  notCompared?: readonly (keyof Input & string)[];
}

/**
 * Runs an administrator's mutation: its effect, its entry in the audit log and its idempotency key
 * are one transaction.
 *
 * @param answer the procedure's output schema
 * @throws as `idempotent`
 */
export function audited<Context extends AdminContext, Input extends object, Answer extends object>(
  answer: z.ZodType<Answer>,
  resolve: (work: Work<Context, Input>) => Promise<Answer>,
  { subject, ...options }: Options<Input> = {},
): (call: Work<Context, Input>) => Promise<Answer> {
  const withEntry = ({ ctx, input, path }: Work<Context, Input>): Promise<Answer> =>
    inTransaction(ctx, async (tx) => {
      const value = await resolve({ ctx: tx, input, path });
      const named = subject === undefined ? idOf(value) : input[subject];
      const rest = Object.entries(input).filter(([key]) => key !== subject);
      await record(tx, {
        action: path,
        actorId: ctx.caller.id,
        subject: typeof named === 'string' ? named : null,
        data: Object.fromEntries(rest),
      });
      return value;
    });
  return idempotent<Context, Input, Answer>(answer, withEntry, options);
}

function idOf(answer: object): unknown {
  return 'id' in answer ? answer.id : undefined;
}

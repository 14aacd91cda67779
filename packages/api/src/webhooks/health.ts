import { inTransaction, query, statement } from '../db/query.ts';
import { enqueue } from '../outbox/enqueue.ts';
import type { ServiceContext } from '../service-context.ts';
import type { Webhook } from './schema.ts';

const succeed = statement(
  `update webhook_endpoints set failing_since = null,
     last_success_at = date_trunc('milliseconds', clock_timestamp())
   where id = $1`,
);

/** Notes that an endpoint has received an event. */
export async function noteSuccess(ctx: ServiceContext, endpointId: string): Promise<void> {
  await query(ctx, succeed, [endpointId]);
}

const fail = statement(
  `update webhook_endpoints set failing_since = coalesce(failing_since,
     date_trunc('milliseconds', clock_timestamp()))
   where id = $1 and disabled_at is null
   returning failing_since <= clock_timestamp() - interval '5 days' as "isHopeless"`,
  { isHopeless: 'bool?' },
);

/** Notes that an endpoint has failed; after five days without one success it is disabled. */
export async function noteFailure(ctx: ServiceContext, endpointId: string): Promise<void> {
  const [failed] = await query(ctx, fail, [endpointId]);
  if (failed?.isHopeless) {
    await disableWebhook(ctx, endpointId, 'failing');
  }
}

const disable = statement(
  `update webhook_endpoints set disabled_reason = $2,
     disabled_at = date_trunc('milliseconds', clock_timestamp())
   where id = $1 and disabled_at is null
   returning disabled_at as "disabledAt"`,
  { disabledAt: 'instant?' },
);

const administrators = statement(
  `select id from users where role = 'admin' and disabled_at is null order by id`,
  { id: 'uuid' },
);

/** Disables an endpoint, once, and writes a fact for each administrator, who receives a mail. */
export async function disableWebhook(
  ctx: ServiceContext,
  endpointId: string,
  reason: Exclude<Webhook['disabledReason'], null>,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const [disabled] = await query(tx, disable, [endpointId, reason]);
    if (!disabled) {
      return;
    }
    const since = disabled.disabledAt?.getTime();
    const readers = await query(tx, administrators);
    await enqueue(
      tx,
      readers.map(({ id: userId }) => ({
        kind: 'webhook.disabled',
        subject: `${endpointId}:${since}:${userId}`,
        payload: { endpointId, userId },
      })),
    );
  });
  ctx.app.log.warn({ webhook: endpointId, reason }, 'A webhook endpoint was disabled');
}

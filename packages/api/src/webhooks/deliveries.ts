import { randomUUID } from 'node:crypto';
import { given, selection } from '../db/conditions.ts';
import { query, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { noSuch, ValidationError } from '../errors.ts';
import { enqueue } from '../outbox/enqueue.ts';
import type { FactKind, Facts } from '../outbox/facts.ts';
import { enqueueTo } from '../outbox/targets.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ServiceContext } from '../service-context.ts';
import { getWebhook } from './endpoints.ts';
import { readEvent } from './event-data.ts';
import type { WebhookEvent } from './events.ts';
import { mostReplays } from './schema.ts';
import type {
  ListWebhookDeliveries,
  Replayed,
  ReplayWebhook,
  WebhookDelivery,
  WebhookDeliveryId,
} from './schema.ts';

/** The name under which `consequences.ts` has it: deliveries carry it. */
const consequence = 'sendWebhook';

const state = `case when d.done_at is not null then 'done' when d.dead_at is not null then 'dead'
  else 'open' end`;

type LoggedAttempt = Omit<WebhookDelivery['attempts'][number], 'at'> & { at: string };

const deliveryRow = {
  id: 'uuid',
  type: 'text',
  state: textOf<WebhookDelivery['state']>(),
  timestamp: 'instant',
  availableAt: 'instant',
  doneAt: 'instant?',
  lastError: 'text?',
  createdAt: 'instant',
  attempts: jsonOf<LoggedAttempt[]>(),
} as const;

const deliveries = selection({
  columns: deliveryRow,
  fixed: 2,
  text: (conditions) => `
    select d.id, o.kind as type, ${state} as state, o.created_at as timestamp,
      d.available_at as "availableAt", d.done_at as "doneAt", d.last_error as "lastError",
      d.created_at as "createdAt", (
        select coalesce(json_agg(json_build_object('at', a.at, 'durationMs', a.duration_ms,
          'isReplay', a.is_replay, 'status', a.status, 'answer', a.answer, 'error', a.error)
          order by a.at desc, a.id desc), '[]'::json)
        from webhook_attempts a where a.delivery_id = d.id) as attempts
    from deliveries d join outbox o on o.id = d.outbox_id
    where d.target = $1 and d.target <> '' and d.consequence = '${consequence}' and ${conditions}
    order by d.created_at desc, d.id desc limit $2`,
  conditions: {
    id: 'd.id = $1',
    state: `${state} = $1`,
    after: '(d.created_at, d.id) < ($1::timestamptz, $2::uuid)',
  },
});

/** The events for an endpoint with the attempts to send them, newest first. @throws NotFoundError */
export async function listWebhookDeliveries(
  ctx: ServiceContext,
  input: ListWebhookDeliveries,
): Promise<Page<WebhookDelivery>> {
  const after = readInstantCursor(input.cursor);
  await getWebhook(ctx, input.webhookId);
  const conditions = { state: given(input.state), after };
  const bound = deliveries.where([input.webhookId, input.limit + 1], conditions);
  return toPage(await query(ctx, ...bound), input.limit, {
    keyOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    toItem: toDelivery,
  });
}

async function getDelivery(
  ctx: ServiceContext,
  { webhookId, deliveryId }: WebhookDeliveryId,
): Promise<WebhookDelivery> {
  const bound = deliveries.where([webhookId, 1], { id: given(deliveryId) });
  const [row] = await query(ctx, ...bound);
  if (!row) {
    throw noSuch('delivery');
  }
  return toDelivery(row);
}

const factOfDelivery = statement(
  `select o.kind, o.payload, o.created_at as "createdAt"
   from deliveries d join outbox o on o.id = d.outbox_id
   where d.id = $2 and d.target = $1 and d.consequence = '${consequence}'`,
  { kind: textOf<FactKind>(), payload: jsonOf<Facts[FactKind]>(), createdAt: 'instant' },
);

/**
 * What is sent for a delivery, as it would be sent now.
 *
 * @throws NotFoundError also when what it is about is gone
 */
export async function readWebhookEvent(
  ctx: ServiceContext,
  { webhookId, deliveryId }: WebhookDeliveryId,
): Promise<WebhookEvent> {
  await getWebhook(ctx, webhookId);
  const [fact] = await query(ctx, factOfDelivery, [webhookId, deliveryId]);
  const event = fact && (await readEvent(ctx, fact));
  if (!event) {
    throw noSuch('delivery');
  }
  return event;
}

/** Sends an endpoint a `ping`, once, also one that is disabled. @throws NotFoundError */
export async function testWebhook(
  ctx: ServiceContext,
  webhookId: string,
): Promise<WebhookDelivery> {
  await getWebhook(ctx, webhookId);
  const fact = {
    kind: 'ping',
    subject: randomUUID(),
    payload: { endpointId: webhookId },
  } as const;
  const deliveryId = await enqueueTo(ctx, fact, { consequence, target: webhookId });
  return getDelivery(ctx, { webhookId, deliveryId });
}

const replayable = selection({
  columns: { id: 'uuid' },
  fixed: 2,
  text: (conditions) => `
    select d.id from deliveries d join outbox o on o.id = d.outbox_id
    where d.target = $1 and d.target <> '' and d.consequence = '${consequence}' and ${conditions}
    order by d.created_at, d.id limit $2`,
  conditions: {
    deliveryId: 'd.id = $1',
    failed: 'd.dead_at is not null',
    happened: 'o.created_at >= $1::timestamptz and o.created_at < $2::timestamptz',
  },
});

/**
 * Sends deliveries again, once each, whatever became of them, also to an endpoint that is disabled.
 *
 * @throws ValidationError unless one delivery, a time or the failed ones are named
 * @throws NotFoundError for the endpoint, and for a delivery that it does not have
 */
export async function replayWebhooks(tx: ServiceContext, input: ReplayWebhook): Promise<Replayed> {
  assertOneKind(input);
  const { webhookId, deliveryId, from, to, failed } = input;
  await getWebhook(tx, webhookId);
  const bound = replayable.where([webhookId, mostReplays], {
    deliveryId: given(deliveryId),
    failed: failed && [],
    happened: from && to && [from, to],
  });
  const found = await query(tx, ...bound);
  if (deliveryId !== undefined && found.length === 0) {
    throw noSuch('delivery', 'deliveryId');
  }
  await enqueue(
    tx,
    found.map(({ id }) => ({
      kind: 'webhook.replayed',
      subject: `${id}:${randomUUID()}`,
      payload: { endpointId: webhookId, deliveryId: id },
    })),
  );
  return { replayed: found.length };
}

function assertOneKind({ deliveryId, from, to, failed }: ReplayWebhook): void {
  const isRange = from !== undefined && to !== undefined;
  if (!isRange && (from ?? to) !== undefined) {
    const [named, missing] = from === undefined ? ['to', 'from'] : ['from', 'to'];
    throw new ValidationError([{ path: [missing], message: `is required with ${named}` }]);
  }
  const kinds = [deliveryId !== undefined, isRange, failed === true].filter(Boolean).length;
  if (kinds !== 1) {
    const message =
      kinds === 0
        ? 'is required without failed, or from and to'
        : 'must not be given with failed, or from and to';
    throw new ValidationError([{ path: ['deliveryId'], message }]);
  }
}

function toDelivery({
  createdAt: _createdAt,
  attempts,
  ...row
}: RowOf<typeof deliveryRow>): WebhookDelivery {
  return { ...row, attempts: attempts.map((each) => ({ ...each, at: new Date(each.at) })) };
}

import { v7 } from 'uuid';
import { given, selection } from '../db/conditions.ts';
import { query, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { noSuch, ValidationError } from '../errors.ts';
import { dropDeliveriesTo } from '../outbox/targets.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { Deleted } from '../schema.ts';
import type { ServiceContext } from '../service-context.ts';
import { urlRefusal } from './address.ts';
import type { CreateWebhook, ListWebhooks, UpdateWebhook, Webhook } from './schema.ts';
import { addSecret, replaceSecret } from './secrets.ts';

const webhookRow = {
  id: 'uuid',
  url: 'text?',
  events: jsonOf<string[]>(),
  description: 'text?',
  disabledAt: 'instant?',
  disabledReason: textOf<Webhook['disabledReason']>({ nullable: true }),
  failingSince: 'instant?',
  lastSuccessAt: 'instant?',
  createdAt: 'instant',
  updatedAt: 'instant',
} as const;

const endpoints = selection({
  columns: webhookRow,
  fixed: 1,
  text: (conditions) => `
    select id, url, to_json(events) as events, description, disabled_at as "disabledAt",
      disabled_reason as "disabledReason", failing_since as "failingSince",
      last_success_at as "lastSuccessAt", created_at as "createdAt", updated_at as "updatedAt"
    from webhook_endpoints where ${conditions} order by created_at desc, id desc limit $1`,
  conditions: {
    id: 'id = $1',
    after: '(created_at, id) < ($1::timestamptz, $2::uuid)',
  },
});

/** Where events are sent, newest first. */
export async function listWebhooks(
  ctx: ServiceContext,
  input: ListWebhooks,
): Promise<Page<Webhook>> {
  const after = readInstantCursor(input.cursor);
  const bound = endpoints.where([input.limit + 1], { after });
  return toPage(await query(ctx, ...bound), input.limit, {
    keyOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    toItem: toWebhook,
  });
}

/** One endpoint. @throws NotFoundError */
export async function getWebhook(ctx: ServiceContext, webhookId: string): Promise<Webhook> {
  const [row] = await query(ctx, ...endpoints.where([1], { id: given(webhookId) }));
  if (!row) {
    throw noSuch('webhook');
  }
  return toWebhook(row);
}

const insertEndpoint = statement(
  `insert into webhook_endpoints (id, url, events, description, disabled_at, disabled_reason)
   values ($1, $2, $3, $4, case when not $5 then date_trunc('milliseconds', clock_timestamp()) end,
     case when not $5 then 'administrator' end)`,
);

/** Makes an endpoint with its secret. @throws ValidationError for a URL that events are not sent to */
export async function createWebhook(tx: ServiceContext, input: CreateWebhook): Promise<Webhook> {
  assertUrl(tx, input.url);
  const id = v7();
  const { url, events, description = null, enabled } = input;
  await query(tx, insertEndpoint, [id, url, distinct(events), description, enabled]);
  await addSecret(tx, id);
  return getWebhook(tx, id);
}

/** Attempts and expanding facts wait, and so do other edits. */
const endpointForUpdate = statement('select url from webhook_endpoints where id = $1 for update', {
  url: 'text?',
});

const updateEndpoint = statement(
  `update webhook_endpoints set url = coalesce($2, url), events = coalesce($3, events),
     description = case when $4 then $5 else description end,
     disabled_at = case $6::boolean when true then null when false
       then coalesce(disabled_at, date_trunc('milliseconds', clock_timestamp()))
       else disabled_at end,
     disabled_reason = case $6 when true then null when false
       then coalesce(disabled_reason, 'administrator') else disabled_reason end,
     failing_since = case when $6 then null else failing_since end,
     updated_at = date_trunc('milliseconds', clock_timestamp())
   where id = $1`,
);

/**
 * Changes an endpoint; its secret stays.
 *
 * @throws NotFoundError
 * @throws ValidationError for a URL that events are not sent to, and for one of an endpoint without any
 */
export async function updateWebhook(tx: ServiceContext, input: UpdateWebhook): Promise<Webhook> {
  const { webhookId, url, events, description, enabled } = input;
  const before = await holdWebhook(tx, webhookId);
  if (url !== undefined) {
    assertUrl(tx, url);
    if (before.url === null) {
      const message = 'must be left out: this endpoint sends nothing';
      throw new ValidationError([{ path: ['url'], message }]);
    }
  }
  await query(tx, updateEndpoint, [
    webhookId,
    url ?? null,
    events === undefined ? null : distinct(events),
    description !== undefined,
    description ?? null,
    enabled ?? null,
  ]);
  return getWebhook(tx, webhookId);
}

const deleteEndpoint = statement('delete from webhook_endpoints where id = $1');

/** Deletes an endpoint; what is open for it is given up. @throws NotFoundError */
export async function deleteWebhook(tx: ServiceContext, webhookId: string): Promise<Deleted> {
  await holdWebhook(tx, webhookId);
  await dropDeliveriesTo(tx, webhookId);
  await query(tx, deleteEndpoint, [webhookId]);
  return { id: webhookId, archived: false };
}

/** Makes a new secret for an endpoint; the one before signs for another day. @throws NotFoundError */
export async function rotateSecret(tx: ServiceContext, webhookId: string): Promise<Webhook> {
  await holdWebhook(tx, webhookId);
  await replaceSecret(tx, webhookId);
  return getWebhook(tx, webhookId);
}

/** The endpoint's row, FOR UPDATE. @throws NotFoundError */
async function holdWebhook(tx: ServiceContext, webhookId: string): Promise<{ url: string | null }> {
  const [row] = await query(tx, endpointForUpdate, [webhookId]);
  if (!row) {
    throw noSuch('webhook');
  }
  return row;
}

function assertUrl({ app: { config } }: ServiceContext, url: string | null): void {
  const { allowPrivate } = config.webhooks;
  const isProduction = config.environment === 'production';
  const message = url === null ? undefined : urlRefusal(url, { allowPrivate, isProduction });
  if (message !== undefined) {
    throw new ValidationError([{ path: ['url'], message }]);
  }
}

/** `*` makes the others superfluous. */
function distinct(events: readonly string[]): string[] {
  return events.includes('*') ? ['*'] : [...new Set(events)];
}

function toWebhook(row: RowOf<typeof webhookRow>): Webhook {
  return { ...row, enabled: row.disabledAt === null };
}

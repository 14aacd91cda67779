import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { query, queryOne, statement } from '../db/query.ts';
import type { ServiceContext } from '../service-context.ts';
import type { Webhook, WebhookWithSecret } from './schema.ts';
import { writtenSecret } from './sign.ts';

const secretBytes = 32;

const insertSecret = statement(
  'insert into webhook_secrets (id, endpoint_id, sealed) values ($1, $2, $3)',
);

/** Makes the secret of an endpoint that has none, in the transaction of `tx`. */
export async function addSecret(tx: ServiceContext, endpointId: string): Promise<void> {
  const sealed = tx.app.webhookSecrets.seal(randomBytes(secretBytes), endpointId);
  await query(tx, insertSecret, [v7(), endpointId, sealed]);
}

/** Two sign, and not three: the one before the last ends now. */
const expireSecrets = statement(
  `with ended as (delete from webhook_secrets where endpoint_id = $1 and expires_at is not null)
   update webhook_secrets
   set expires_at = date_trunc('milliseconds', clock_timestamp()) + interval '24 hours'
   where endpoint_id = $1 and expires_at is null`,
);

/** Makes a new secret; the one before signs for another day. The caller holds the endpoint. */
export async function replaceSecret(tx: ServiceContext, endpointId: string): Promise<void> {
  await query(tx, expireSecrets, [endpointId]);
  await addSecret(tx, endpointId);
}

const presentSecret = statement(
  'select sealed from webhook_secrets where endpoint_id = $1 and expires_at is null',
  { sealed: 'text' },
);

/** The present secret of an endpoint, as its receiver is given it. */
async function shownSecret(ctx: ServiceContext, endpointId: string): Promise<string> {
  const { sealed } = await queryOne(ctx, presentSecret, [endpointId]);
  const opened = ctx.app.webhookSecrets.open(sealed, endpointId);
  if (!opened) {
    throw new Error(`The secret of the webhook ${endpointId} cannot be decrypted.`);
  }
  return writtenSecret(opened.content);
}

const activeSecrets = statement(
  `select id, sealed from webhook_secrets
   where endpoint_id = $1 and (expires_at is null or expires_at > clock_timestamp())
   order by expires_at desc nulls first`,
  { id: 'uuid', sealed: 'text' },
);

const reseal = statement('update webhook_secrets set sealed = $2 where id = $1');

/**
 * The secrets that sign for an endpoint now, the present one first. What a secret of before has
 * encrypted is encrypted anew; what no secret of the configuration opens is left out.
 */
export async function signingSecrets(ctx: ServiceContext, endpointId: string): Promise<Buffer[]> {
  const box = ctx.app.webhookSecrets;
  const secrets: Buffer[] = [];
  for (const { id, sealed } of await query(ctx, activeSecrets, [endpointId])) {
    const opened = box.open(sealed, endpointId);
    if (opened?.isOld) {
      await query(ctx, reseal, [id, box.seal(opened.content, endpointId)]);
    }
    secrets.push(...(opened ? [opened.content] : []));
  }
  return secrets;
}

/**
 * Adds the present secret to the answer of a mutation. Outside of it: an answer is stored with its
 * idempotency key, and a secret must not be.
 */
export function withSecret<Call extends { ctx: ServiceContext }>(
  mutate: (call: Call) => Promise<Webhook>,
): (call: Call) => Promise<WebhookWithSecret> {
  return async (call) => {
    const webhook = await mutate(call);
    return { ...webhook, secret: await shownSecret(call.ctx, webhook.id) };
  };
}

import type { App } from '../app.ts';
import { query, statement } from '../db/query.ts';
import type { Fact } from '../outbox/facts.ts';
import { databaseOf } from '../service-context.ts';
import type { ServiceContext } from '../service-context.ts';
import { attemptById, attemptByRef, isOpened } from './attempts.ts';
import type { OpenedAttempt } from './attempts.ts';
import { openIncident } from './incidents.ts';
import { ProviderError } from './provider.ts';
import type { Observed, ProviderName, RawWebhook } from './provider.ts';
import { lookAndSettle, settle } from './settle.ts';

/** One statement: the message and the fact that follows from it. */
const keepEvent = statement(
  `with event as (
     insert into provider_events (provider, event_id, kind, ref)
     values ($1, $2, left($3, 100), $4) on conflict do nothing returning event_id
   )
   insert into outbox (id, kind, key, payload, created_at)
   select gen_random_uuid(), 'provider.reported', 'provider.reported:' || $1 || ':' || event_id,
     jsonb_build_object('provider', $1::text, 'ref', $4::text), clock_timestamp()
   from event where $4::text is not null
   on conflict (key) do nothing`,
);

/**
 * Keeps a provider's message, once, and returns: a worker fetches what it is about. Messages that come
 * twice, late or in another order end the same.
 *
 * @throws WebhookRefused when the provider has not signed it
 */
export async function receiveEvent(
  app: App,
  provider: ProviderName,
  request: RawWebhook,
): Promise<void> {
  const { eventId, kind, ref } = await app.payments.get(provider).parseWebhook(request);
  await query(databaseOf(app), keepEvent, [provider, eventId, kind, ref]);
  app.outbox.wake();
}

/** Fetches the payment that a provider's message was about, and settles it. */
export async function settleReported(
  { app, ...ctx }: ServiceContext,
  { payload: { provider, ref } }: Fact<'provider.reported'>,
): Promise<string | undefined> {
  const known = await attemptByRef(ctx, provider, ref);
  if (known && isOpened(known)) {
    await lookAndSettle(app, known);
    return undefined;
  }
  // Its row does not have the name yet, or it is not ours.
  try {
    return await settleUnnamed(app, provider, await app.payments.get(provider).retrieve(ref));
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'not_found') {
      return 'the provider has no such payment';
    }
    throw error;
  }
}

const nameAttempt = statement(
  `update payments set provider = $2, provider_ref = $3, updated_at = clock_timestamp()
   where id = $1 and provider_ref is null`,
);

/**
 * Settles a payment that the provider has and our rows do not name: by the id in its metadata.
 *
 * @returns a note when it is not ours
 */
export async function settleUnnamed(
  app: App,
  provider: ProviderName,
  observed: Observed,
): Promise<string | undefined> {
  if (observed.paymentId === null) {
    return 'a payment of another system';
  }
  const attempt = await attemptById(databaseOf(app), observed.paymentId);
  if (!attempt) {
    if (observed.status === 'succeeded') {
      await openIncident(app, 'unknown_payment', {
        subject: `${provider}:${observed.ref}`,
        data: { provider, ref: observed.ref, received: observed.received },
      });
    }
    return 'a payment that this database does not have';
  }
  // Without the name nothing could be asked or returned later.
  await query(databaseOf(app), nameAttempt, [attempt.id, provider, observed.ref]);
  const opened: OpenedAttempt = { ...attempt, provider, ref: observed.ref };
  await settle(app, opened, observed);
  return undefined;
}

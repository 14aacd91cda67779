import { v7 } from 'uuid';
import { query, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import type { FactKind, Facts } from '../outbox/facts.ts';
import { LaterFailure, PermanentFailure } from '../outbox/retries.ts';
import { markRecovered } from '../outbox/targets.ts';
import type { AtEndpoints } from '../outbox/worker.ts';
import type { ServiceContext } from '../service-context.ts';
import { readEvent } from './event-data.ts';
import type { EventFact } from './event-data.ts';
import type { EventType } from './events.ts';
import { disableWebhook, noteFailure, noteSuccess } from './health.ts';
import { signingSecrets } from './secrets.ts';
import { Unreachable } from './sender.ts';
import type { WebhookAnswer } from './sender.ts';
import { signedHeaders } from './sign.ts';

/** A body is smaller than this, in bytes: what receivers accept. */
const largestBody = 20_000;

/** An endpoint may ask to be left alone for as long as the schedule waits at most, in seconds. */
const longestRetryAfter = 24 * 60 * 60;

/** How much of a reason is kept, in characters. */
const longestError = 500;

/** What an attempt is about. */
interface Message {
  /** Of the delivery that is attempted or replayed: the id of all its attempts. */
  deliveryId: string;
  endpoint: { id: string; url: string };
  fact: EventFact;
  isReplay: boolean;
}

/** How an attempt ended: with an answer, without one, or before it was made. */
type Outcome =
  | { kind: 'answered'; answer: WebhookAnswer }
  | { kind: 'unreachable'; reason: string; isForbidden: boolean }
  | { kind: 'gone' };

const endpointById = statement(
  `select id, url, disabled_at is not null as "isDisabled" from webhook_endpoints where id = $1`,
  { id: 'uuid', url: 'text?', isDisabled: 'bool?' },
);

const deletedNote = 'the endpoint was deleted';
const goneNote = 'what it is about is gone';

/**
 * Sends an event to an endpoint.
 *
 * @throws PermanentFailure when the endpoint is disabled, or has answered 410
 * @throws LaterFailure when the endpoint has named a time
 */
export const sendWebhook: AtEndpoints<EventType> = {
  atEndpoints: async (ctx, fact, { id: deliveryId, target }) => {
    const [endpoint] = await query(ctx, endpointById, [target]);
    if (!endpoint) {
      return deletedNote;
    }
    // A test is for finding out whether an endpoint can be enabled.
    if (endpoint.isDisabled && fact.kind !== 'ping') {
      throw new PermanentFailure('the endpoint is disabled');
    }
    const { id, url } = endpoint;
    if (url === null) {
      return 'a client reads it';
    }
    const message = { deliveryId, endpoint: { id, url }, fact, isReplay: false };
    return judge(ctx, message, await attempt(ctx, message));
  },
};

const original = statement(
  `select o.kind, o.payload, o.created_at as "createdAt"
   from deliveries d join outbox o on o.id = d.outbox_id where d.id = $1 and d.target = $2`,
  { kind: textOf<FactKind>(), payload: jsonOf<Facts[FactKind]>(), createdAt: 'instant' },
);

/**
 * Sends an event again, once: whether it arrives changes nothing of what is known of the endpoint,
 * which may be disabled. A delivery that had failed for good is done when it arrives.
 */
export const replayWebhook: AtEndpoints<'webhook.replayed'> = {
  atEndpoints: async (ctx, { payload: { deliveryId } }, { target }) => {
    const [endpoint] = await query(ctx, endpointById, [target]);
    const [fact] = await query(ctx, original, [deliveryId, target]);
    if (!endpoint?.url || !fact) {
      return deletedNote;
    }
    const { id, url } = endpoint;
    const message = { deliveryId, endpoint: { id, url }, fact, isReplay: true };
    const outcome = await attempt(ctx, message);
    if (outcome.kind === 'gone') {
      return goneNote;
    }
    const error = errorOf(outcome);
    if (error === undefined) {
      await markRecovered(ctx, deliveryId);
    }
    return error;
  },
};

/** One attempt, with its entry in the log of attempts. */
async function attempt(ctx: ServiceContext, message: Message): Promise<Outcome> {
  const event = await readEvent(ctx, message.fact);
  if (!event) {
    return { kind: 'gone' };
  }
  const body = JSON.stringify(event);
  const bytes = Buffer.byteLength(body);
  if (bytes >= largestBody) {
    throw new PermanentFailure(`the body would have ${bytes} bytes, and may have ${largestBody}`);
  }
  const secrets = await signingSecrets(ctx, message.endpoint.id);
  if (secrets.length === 0) {
    throw new PermanentFailure('the secret cannot be decrypted: make a new one');
  }
  const at = new Date();
  const began = performance.now();
  const outcome = await post(ctx, { ...message, body, secrets, at });
  await writeAttempt(ctx, message, { at, durationMs: performance.now() - began, outcome });
  return outcome;
}

async function post(
  { app }: ServiceContext,
  message: Message & { body: string; secrets: Buffer[]; at: Date },
): Promise<Exclude<Outcome, { kind: 'gone' }>> {
  const { deliveryId: id, endpoint, body, secrets, at } = message;
  const headers = {
    'content-type': 'application/json',
    'user-agent': `Matinee/${app.config.version}`,
    ...signedHeaders({ id, at, body }, secrets),
  };
  try {
    const answer = await app.webhooks.send({ url: endpoint.url, headers, body });
    return { kind: 'answered', answer };
  } catch (error) {
    if (!(error instanceof Unreachable)) {
      throw error;
    }
    return { kind: 'unreachable', reason: error.message, isForbidden: error.isForbidden };
  }
}

const insertAttempt = statement(
  `insert into webhook_attempts
     (id, delivery_id, at, duration_ms, is_replay, status, answer, error)
   values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

async function writeAttempt(
  ctx: ServiceContext,
  { deliveryId, isReplay }: Message,
  made: { at: Date; durationMs: number; outcome: Exclude<Outcome, { kind: 'gone' }> },
): Promise<void> {
  const { at, durationMs, outcome } = made;
  const error = errorOf(outcome);
  const answer = outcome.kind === 'answered' ? outcome.answer : undefined;
  ctx.app.observer.webhookAttempted(outcomeName(outcome, error), durationMs / 1_000);
  await query(ctx, insertAttempt, [
    v7(),
    deliveryId,
    at,
    Math.round(durationMs),
    isReplay,
    answer?.status ?? null,
    answer?.text ?? null,
    error?.slice(0, longestError) ?? null,
  ]);
}

function outcomeName(
  outcome: Exclude<Outcome, { kind: 'gone' }>,
  error: string | undefined,
): 'delivered' | 'refused' | 'unreachable' | 'forbidden' {
  if (outcome.kind === 'unreachable') {
    return outcome.isForbidden ? 'forbidden' : 'unreachable';
  }
  return error === undefined ? 'delivered' : 'refused';
}

/** Why an attempt failed; undefined when it did not. */
function errorOf(outcome: Exclude<Outcome, { kind: 'gone' }>): string | undefined {
  if (outcome.kind === 'unreachable') {
    return outcome.reason;
  }
  const { status } = outcome.answer;
  return status >= 200 && status < 300 ? undefined : `the endpoint answered ${status}`;
}

/** What an attempt says about the endpoint, and when the next one comes. */
async function judge(
  ctx: ServiceContext,
  { endpoint, fact }: Message,
  outcome: Outcome,
): Promise<string | undefined> {
  if (outcome.kind === 'gone') {
    return goneNote;
  }
  const error = errorOf(outcome);
  if (error === undefined) {
    await noteSuccess(ctx, endpoint.id);
    return undefined;
  }
  const answer = outcome.kind === 'answered' ? outcome.answer : undefined;
  if (answer?.status === 410) {
    await disableWebhook(ctx, endpoint.id, 'gone');
    throw new PermanentFailure(error);
  }
  // Nobody waits three days for the result of a test.
  if (fact.kind === 'ping') {
    throw new PermanentFailure(error);
  }
  await noteFailure(ctx, endpoint.id);
  const seconds = answer && retryAfterOf(answer, ctx.app.clock());
  throw seconds === undefined ? new Error(error) : new LaterFailure(error, seconds);
}

/** Seconds that an endpoint asks to wait; undefined when it does not, or not in a form of HTTP. */
function retryAfterOf({ status, retryAfter }: WebhookAnswer, now: Date): number | undefined {
  if (retryAfter === undefined || ![429, 503].includes(status)) {
    return undefined;
  }
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - now.getTime()) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), longestRetryAfter);
}

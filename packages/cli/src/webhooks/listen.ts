import { setTimeout as delay } from 'node:timers/promises';
import type { Inputs, Matinee, WebhookDelivery, WebhookEvent } from '@matinee/sdk';
import { signWebhook } from '@matinee/sdk/webhooks';
import { usageError } from '../failure.ts';
import { onInterrupt } from '../interrupt.ts';
import { localTime } from '../output/time.ts';
import type { Session } from '../session.ts';
import { BookingTail } from '../watch/booking-tail.ts';

export interface ListenOptions {
  forward?: string;
  events?: Inputs['admin']['webhooks']['create']['events'];
  json?: boolean;
}

/** How long the command waits between two readings. */
const everyMs = 1_000;

/** A receiver on this machine is given as long as the server gives one. */
const patienceMs = 15_000;

/** What the command works with until it ends. */
interface Listening {
  session: Session;
  options: ListenOptions;
  matinee: Matinee;
  webhookId: string;
  secret: string;
}

/**
 * Shows events as they come until Ctrl-C ends the command. The server cannot reach this machine, so the
 * command makes an endpoint without a URL, reads its deliveries, and deletes it at the end. After a
 * crash the server deletes it within a day.
 */
export async function listen(session: Session, options: ListenOptions): Promise<void> {
  if (options.forward !== undefined && !/^https?:\/\/./.test(options.forward)) {
    throw usageError('--forward takes a URL, such as http://localhost:3000/matinee');
  }
  const matinee = await session.matinee();
  const { events = ['*'] } = options;
  const description = 'matinee webhooks listen';
  const made = await matinee.admin.webhooks.create({ url: null, events, description });
  const { id: webhookId, secret } = made;
  const remove = async () => {
    await matinee.admin.webhooks.delete({ webhookId });
  };
  const forget = onInterrupt(remove);
  try {
    if (options.forward !== undefined) {
      session.talk(`Events are signed with ${secret}`);
    }
    session.talk('Waiting for events. Ctrl-C ends.');
    await follow({ session, options, matinee, webhookId, secret });
  } finally {
    forget();
    await remove();
  }
}

async function follow(listening: Listening): Promise<void> {
  const { matinee, webhookId } = listening;
  const tail = new BookingTail(async (cursor) => {
    const page = cursor === undefined ? {} : { cursor };
    const found = await matinee.admin.webhooks.deliveries({ webhookId, ...page });
    const items = found.items.map((each) => ({ ...each, createdAt: each.timestamp }));
    return { items, nextCursor: found.nextCursor };
  });
  await tail.start(0);
  for (;;) {
    await delay(everyMs);
    for (const delivery of await tail.next()) {
      await pass(listening, delivery);
    }
  }
}

/** Shows one event, and forwards it. */
async function pass(listening: Listening, { id, type }: WebhookDelivery): Promise<void> {
  const { session, options, matinee, webhookId, secret } = listening;
  const { isMatineeError } = await import('@matinee/sdk');
  let event: WebhookEvent;
  try {
    event = await matinee.admin.webhooks.event({ webhookId, deliveryId: id });
  } catch (error) {
    if (isMatineeError(error) && error.code === 'NOT_FOUND') {
      session.talk(`${type}: what it is about is gone.`);
      return;
    }
    throw error;
  }
  const answer =
    options.forward === undefined ? '' : await forward(options.forward, { id, event, secret });
  if (options.json) {
    session.writeJsonLine(event);
  } else {
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const about = 'id' in event.data ? event.data.id : '';
    session.write([localTime(event.timestamp, zone), type, about, answer].join('  ').trimEnd());
  }
}

/** Sends an event as the server would. @returns the status, or why there is none */
async function forward(
  url: string,
  { id, event, secret }: { id: string; event: WebhookEvent; secret: string },
): Promise<string> {
  const body = JSON.stringify(event);
  const headers = {
    'content-type': 'application/json',
    ...(await signWebhook({ id, body }, secret)),
  };
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal,
    });
    await response.body?.cancel();
    return `→ ${response.status}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return `→ ${cause instanceof Error ? cause.message : message}`;
  }
}

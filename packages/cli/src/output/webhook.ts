import type { Webhook, WebhookDelivery, WebhookWithSecret } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn } from './short-id.ts';
import { relativeTime } from './time.ts';

/** The columns of a list of webhooks. */
export function webhookLayout(now: Date, paint: Paint): Layout<Webhook> {
  return {
    noun: 'webhook',
    columns: [
      idColumn(),
      { title: 'URL', value: urlOf, shrinks: 'in the middle' },
      { title: 'EVENTS', value: (webhook) => webhook.events.join(' '), shrinks: true },
      {
        title: 'STATE',
        value: stateOf,
        paint: (text, webhook) => (isWell(webhook) ? paint.green(text) : paint.red(text)),
      },
      {
        title: 'LAST SUCCESS',
        value: ({ lastSuccessAt }) => lastSuccessAt && relativeTime(lastSuccessAt, now),
        piped: (webhook) => webhook.lastSuccessAt,
        drops: 1,
      },
    ],
    csv: [
      { name: 'id', value: (webhook) => webhook.id },
      { name: 'url', value: (webhook) => webhook.url },
      { name: 'events', value: (webhook) => webhook.events.join(' ') },
      { name: 'description', value: (webhook) => webhook.description },
      { name: 'enabled', value: (webhook) => webhook.enabled },
      { name: 'disabledAt', value: (webhook) => webhook.disabledAt },
      { name: 'disabledReason', value: (webhook) => webhook.disabledReason },
      { name: 'failingSince', value: (webhook) => webhook.failingSince },
      { name: 'lastSuccessAt', value: (webhook) => webhook.lastSuccessAt },
      { name: 'createdAt', value: (webhook) => webhook.createdAt },
    ],
  };
}

/** Formats a webhook, one fact per line, with its secret if it is known. */
export function showWebhook(webhook: Webhook | WebhookWithSecret, paint: Paint): string {
  return details(
    [
      ['URL', urlOf(webhook)],
      ['Events', webhook.events.join(', ')],
      ['Description', webhook.description],
      ['State', stateOf(webhook)],
      ['Last success', webhook.lastSuccessAt],
      ['Id', webhook.id],
      ['Secret', 'secret' in webhook ? webhook.secret : null],
    ],
    paint,
  );
}

/** The columns of a list of deliveries of a webhook. */
export function webhookDeliveryLayout(now: Date, paint: Paint): Layout<WebhookDelivery> {
  const colours = { open: paint.yellow, done: paint.green, dead: paint.red };
  return {
    noun: 'delivery',
    plural: 'deliveries',
    columns: [
      idColumn(),
      {
        title: 'STATE',
        value: (delivery) => delivery.state,
        paint: (text, delivery) => colours[delivery.state](text),
      },
      { title: 'TYPE', value: (delivery) => delivery.type },
      {
        title: 'HAPPENED',
        value: ({ timestamp }) => relativeTime(timestamp, now),
        piped: (delivery) => delivery.timestamp,
      },
      {
        title: 'TRIES',
        value: (delivery) => delivery.attempts.length,
        align: 'right',
        drops: 1,
      },
      { title: 'STATUS', value: (delivery) => delivery.attempts[0]?.status, drops: 2 },
      { title: 'LAST ERROR', value: (delivery) => delivery.lastError, shrinks: true },
    ],
    csv: [
      { name: 'id', value: (delivery) => delivery.id },
      { name: 'type', value: (delivery) => delivery.type },
      { name: 'state', value: (delivery) => delivery.state },
      { name: 'timestamp', value: (delivery) => delivery.timestamp },
      { name: 'attempts', value: (delivery) => delivery.attempts.length },
      { name: 'status', value: (delivery) => delivery.attempts[0]?.status },
      { name: 'lastError', value: (delivery) => delivery.lastError },
      { name: 'availableAt', value: (delivery) => delivery.availableAt },
      { name: 'doneAt', value: (delivery) => delivery.doneAt },
    ],
  };
}

function urlOf({ url }: Webhook): string {
  return url ?? '(a command that listens)';
}

function isWell({ enabled, failingSince }: Webhook): boolean {
  return enabled && failingSince === null;
}

function stateOf({ disabledReason, failingSince }: Webhook): string {
  if (disabledReason !== null) {
    return disabledReason === 'administrator' ? 'disabled' : `disabled (${disabledReason})`;
  }
  return failingSince === null ? 'enabled' : 'failing';
}

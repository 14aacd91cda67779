import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id } from '../columns.ts';
import { Delivery } from './delivery.ts';

const WebhookAttemptSchema = defineEntity({
  name: 'WebhookAttempt',
  tableName: 'webhook_attempts',
  indexes: [{ name: 'idx_webhook_attempts_at', properties: ['at'] }],
  properties: {
    id: id(),
    delivery: () =>
      p
        .manyToOne(Delivery)
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('webhook_attempts_delivery_fk')
        .index('idx_webhook_attempts_delivery'),
    /** When it began. */
    at: createdAt(),
    durationMs: p.integer(),
    isReplay: p.boolean().default(false),
    /** Of the answer; null when there was none. */
    status: p.smallint().nullable(),
    /** Its first kilobyte. */
    answer: p.text().nullable(),
    /** Why it failed; null when it did not. */
    error: p.string().length(500).nullable(),
  },
});

/** One attempt to send an event to an endpoint. */
export class WebhookAttempt extends WebhookAttemptSchema.class {}
WebhookAttemptSchema.setClass(WebhookAttempt);

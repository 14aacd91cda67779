import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';

/** Why an endpoint receives nothing: by an administrator, by its answer 410, after days of failures. */
export const disabledReasons = ['administrator', 'gone', 'failing'] as const;

const WebhookEndpointSchema = defineEntity({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoints',
  indexes: [{ name: 'idx_webhook_endpoints_created', properties: ['createdAt', 'id'] }],
  checks: [
    {
      name: 'webhook_endpoints_disabled_with_reason',
      expression: '(disabled_at is null) = (disabled_reason is null)',
    },
  ],
  properties: {
    id: id(),
    /** Null: nothing is sent; a client reads the events. */
    url: p.string().length(2_000).nullable(),
    /** Types of events, or `*`. */
    events: p.array().columnType('text[]'),
    description: p.string().length(500).nullable(),
    disabledAt: instant().nullable(),
    disabledReason: p.enum(disabledReasons).nullable(),
    /** The first failed attempt since the last success. */
    failingSince: instant().nullable(),
    lastSuccessAt: instant().nullable(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
});

/** Where events are sent. */
export class WebhookEndpoint extends WebhookEndpointSchema.class {}
WebhookEndpointSchema.setClass(WebhookEndpoint);

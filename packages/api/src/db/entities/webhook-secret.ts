import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';
import { WebhookEndpoint } from './webhook-endpoint.ts';

const WebhookSecretSchema = defineEntity({
  name: 'WebhookSecret',
  tableName: 'webhook_secrets',
  properties: {
    id: id(),
    endpoint: () =>
      p
        .manyToOne(WebhookEndpoint)
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('webhook_secrets_endpoint_fk')
        .index('idx_webhook_secrets_endpoint'),
    /** Encrypted; see `webhooks/secrets.ts`. */
    sealed: p.string().length(200),
    /** Null: the present one. The one before it signs as well, until then. */
    expiresAt: instant().nullable(),
    createdAt: createdAt(),
  },
});

/** What signs the events of an endpoint. */
export class WebhookSecret extends WebhookSecretSchema.class {}
WebhookSecretSchema.setClass(WebhookSecret);

import { defineEntity, p } from '@mikro-orm/core';
import { createdAt } from '../columns.ts';

/** Who takes money online, and tells of it. */
const providers = ['stripe', 'paypal'] as const;
export type ProviderName = (typeof providers)[number];

const ProviderEventSchema = defineEntity({
  name: 'ProviderEvent',
  tableName: 'provider_events',
  indexes: [{ name: 'idx_provider_events_received', properties: ['receivedAt'] }],
  properties: {
    provider: p.enum(providers).primary(),
    eventId: p.string().length(255).primary(),
    kind: p.string().length(100),
    /** The payment it is about, as the provider names it. */
    ref: p.string().length(255).nullable(),
    receivedAt: createdAt(),
  },
});

/** A provider's message that was received and verified: each has one effect. */
export class ProviderEvent extends ProviderEventSchema.class {}
ProviderEventSchema.setClass(ProviderEvent);

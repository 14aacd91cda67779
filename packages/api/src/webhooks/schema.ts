import { z } from 'zod';
import { disabledReasons } from '../db/entities/webhook-endpoint.ts';
import {
  Count,
  idOf,
  Instant,
  InstantInput,
  outputIdOf,
  outputText,
  page,
  pageInput,
  optionalText,
  visible,
} from '../schema.ts';
import { eventTypes } from './events.ts';
import type { EventType } from './events.ts';

const subscribable = eventTypes.filter((type) => type !== 'ping') as [
  Exclude<EventType, 'ping'>,
  ...Exclude<EventType, 'ping'>[],
];

const EventFilter = z.enum(['*', ...subscribable]);

const Events = z
  .array(EventFilter)
  .min(1)
  .max(subscribable.length)
  .meta({
    description: 'Types of events; `["*"]`: all, those that later versions add as well.',
    examples: [['reservation.confirmed', 'reservation.cancelled']],
  });

const Url = z.string().trim().min(1).max(2_000).check(visible());

const description = optionalText(500).meta({ description: 'For people: what it is for.' });

export const CreateWebhook = z.strictObject({
  url: Url.nullable().meta({
    description:
      'Where events are sent: `https`, on a public address. `null`: nowhere, for a client that reads ' +
      'them with `admin.webhooks.deliveries`; such an endpoint is deleted after a day.',
    examples: ['https://shop.example.com/matinee'],
  }),
  events: Events,
  description,
  enabled: z.boolean().default(true).meta({ description: 'Whether it receives events.' }),
});
export type CreateWebhook = z.infer<typeof CreateWebhook>;

export const WebhookId = z.strictObject({ webhookId: idOf('webhook') });
export type WebhookId = z.infer<typeof WebhookId>;

export const UpdateWebhook = z.strictObject({
  webhookId: idOf('webhook'),
  url: Url.meta({ description: 'Where events are sent.' }).optional(),
  events: Events.optional(),
  description,
  enabled: z
    .boolean()
    .meta({ description: '`true` enables it again, with its days of failures forgotten.' })
    .optional(),
});
export type UpdateWebhook = z.infer<typeof UpdateWebhook>;

export const ListWebhooks = z.strictObject({ ...pageInput });
export type ListWebhooks = z.infer<typeof ListWebhooks>;

const DisabledReason = z.enum(disabledReasons).meta({ id: 'WebhookDisabledReason' });

const webhook = {
  id: outputIdOf('webhook'),
  url: z.string().nullable().meta({ description: 'Where events are sent; `null`: nowhere.' }),
  events: z
    .array(z.string())
    .meta({ description: 'Types of events, or `*`.', examples: [['reservation.confirmed']] }),
  description: z.string().nullable().meta({ description: 'What it is for.' }),
  enabled: z.boolean().meta({ description: 'Whether it receives events.' }),
  disabledAt: Instant.nullable().meta({ description: 'Since when it receives nothing.' }),
  disabledReason: DisabledReason.nullable().meta({
    description:
      '`administrator`: on request; `gone`: it answered 410; `failing`: five days without a success.',
  }),
  failingSince: Instant.nullable().meta({
    description: 'The first failed attempt since the last success.',
  }),
  lastSuccessAt: Instant.nullable().meta({ description: 'The last attempt that succeeded.' }),
  createdAt: Instant.meta({ description: 'When it was made.' }),
  updatedAt: Instant.meta({ description: 'When it was changed by a person.' }),
};

export const Webhook = z.object(webhook).meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof Webhook>;

export const WebhookPage = page(Webhook);

export const WebhookWithSecret = z
  .object({
    ...webhook,
    secret: outputText(
      'Signs the events of this endpoint. It is shown in this response and never again.',
    ),
  })
  .meta({ id: 'WebhookWithSecret' });
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>;

const DeliveryState = z.enum(['open', 'done', 'dead']);

export const ListWebhookDeliveries = z.strictObject({
  webhookId: idOf('webhook'),
  state: DeliveryState.meta({ description: 'Deliveries in this state.' }).optional(),
  ...pageInput,
});
export type ListWebhookDeliveries = z.infer<typeof ListWebhookDeliveries>;

const WebhookAttempt = z
  .object({
    at: Instant.meta({ description: 'When it began.' }),
    durationMs: Count.meta({ description: 'How long it took, in milliseconds.' }),
    isReplay: z.boolean().meta({ description: 'Whether an administrator asked for it.' }),
    status: Count.nullable().meta({ description: 'Of the answer; `null`: there was none.' }),
    answer: z.string().nullable().meta({ description: 'The first kilobyte of the answer.' }),
    error: z.string().nullable().meta({ description: 'Why it failed; `null`: it did not.' }),
  })
  .meta({ id: 'WebhookAttempt' });

export const WebhookDelivery = z
  .object({
    id: outputIdOf('delivery').meta({
      description: 'Id of the delivery: the header `webhook-id` of all its attempts.',
    }),
    type: z.string().meta({ description: 'What happened.', examples: ['reservation.confirmed'] }),
    state: DeliveryState.meta({
      description:
        '`open`: waits for its next attempt; `dead`: there is none. A delivery that is done can be ' +
        'replayed for 30 days.',
    }),
    timestamp: Instant.meta({ description: 'When it happened.' }),
    availableAt: Instant.meta({ description: 'The next attempt of an open delivery.' }),
    doneAt: Instant.nullable().meta({ description: 'When it arrived, or was given up.' }),
    lastError: z.string().nullable().meta({
      description: 'Why the last attempt failed, or a note on one that had nothing to do.',
    }),
    attempts: z
      .array(WebhookAttempt)
      .meta({ description: 'The attempts of the last 30 days, newest first.' }),
  })
  .meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

export const WebhookDeliveryPage = page(WebhookDelivery);

export const WebhookDeliveryId = z.strictObject({
  webhookId: idOf('webhook'),
  deliveryId: idOf('delivery'),
});
export type WebhookDeliveryId = z.infer<typeof WebhookDeliveryId>;

/** More than one call can send again are left to the next call. */
export const mostReplays = 10_000;

export const ReplayWebhook = z.strictObject({
  webhookId: idOf('webhook'),
  deliveryId: idOf('delivery').meta({ description: 'This delivery, and nothing else.' }).optional(),
  from: InstantInput.meta({
    description: 'Everything that happened at this instant or later; with `to`.',
  }).optional(),
  to: InstantInput.meta({
    description: 'Everything that happened before this instant; with `from`.',
  }).optional(),
  failed: z
    .literal(true)
    .meta({ description: 'Everything that has failed for good, and nothing else.' })
    .optional(),
});
export type ReplayWebhook = z.infer<typeof ReplayWebhook>;

export const Replayed = z
  .object({
    replayed: Count.meta({
      description: `Deliveries that are sent again, once each; at most ${mostReplays} in one call, the oldest first.`,
    }),
  })
  .meta({ id: 'WebhookReplay' });
export type Replayed = z.infer<typeof Replayed>;

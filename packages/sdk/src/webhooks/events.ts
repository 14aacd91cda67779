import type { WebhookEvent } from '../types.ts';

export type { WebhookEvent };

/** The types of events of this version. */
export type WebhookEventType = WebhookEvent['type'];

/** The event of one type: `WebhookEventOf<'reservation.confirmed'>`. */
export type WebhookEventOf<Type extends WebhookEventType> = Extract<WebhookEvent, { type: Type }>;

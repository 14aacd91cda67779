import { z } from 'zod';
import { CheckIn } from '../check-ins/schema.ts';
import { Incident } from '../incidents/schema.ts';
import { Movie } from '../movies/schema.ts';
import { Payment } from '../payments/schema.ts';
import { Reservation } from '../reservations/schema.ts';
import { Instant, outputIdOf } from '../schema.ts';
import { Showtime } from '../showtimes/schema.ts';

const Ping = z
  .object({ webhookId: outputIdOf('webhook') })
  .meta({ id: 'WebhookPing', description: 'What `admin.webhooks.test` sends.' });

/** The types of events, and what happened. */
export const eventMeanings = {
  'showtime.created': 'A show was scheduled.',
  'showtime.updated': 'A show was changed: its time, theater, movie or prices.',
  'showtime.cancelled': 'A show was cancelled, and its reservations with it.',
  'reservation.pending': 'A customer has seats and is to pay for them.',
  'reservation.confirmed': 'Seats were sold.',
  'reservation.seats_cancelled': 'Some seats of a reservation were given back.',
  'reservation.cancelled': 'A reservation has ended.',
  'payment.succeeded': 'A payment was made.',
  'payment.failed': 'An attempt to pay was declined. The customer can try again.',
  'payment.refunded': 'Money was returned.',
  'payment.disputed': 'A customer has disputed a payment, or a bank has decided about it.',
  'ticket.checked_in': 'A ticket was admitted at the door.',
  'movie.updated': 'A movie was changed.',
  'incident.opened': 'There is a difference about money for a person to judge.',
  ping: 'An administrator tests the endpoint.',
} as const;

export type EventType = keyof typeof eventMeanings;

export const eventTypes = Object.keys(eventMeanings) as EventType[];

/** @param data what the event is about, as REST returns it to an administrator */
function eventOf<Type extends EventType, Data extends z.ZodType>(type: Type, data: Data) {
  return z
    .object({
      type: z.literal(type).meta({ description: eventMeanings[type] }),
      timestamp: Instant.meta({ description: 'When it happened.' }),
      data: data.meta({ description: 'What it is about, as it was at the attempt.' }),
    })
    .meta({ id: eventName(type) });
}

/** The name of the schema of a type: `ReservationSeatsCancelledEvent`. */
export function eventName(type: EventType): string {
  const words = type.split(/[._]/).map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Event`;
}

/** The body of a webhook. */
export const WebhookEvent = z
  .discriminatedUnion('type', [
    eventOf('showtime.created', Showtime),
    eventOf('showtime.updated', Showtime),
    eventOf('showtime.cancelled', Showtime),
    eventOf('reservation.pending', Reservation),
    eventOf('reservation.confirmed', Reservation),
    eventOf('reservation.seats_cancelled', Reservation),
    eventOf('reservation.cancelled', Reservation),
    eventOf('payment.succeeded', Payment),
    eventOf('payment.failed', Payment),
    eventOf('payment.refunded', Payment),
    eventOf('payment.disputed', Payment),
    eventOf('ticket.checked_in', CheckIn),
    eventOf('movie.updated', Movie),
    eventOf('incident.opened', Incident),
    eventOf('ping', Ping),
  ])
  .meta({ id: 'WebhookEvent' });
export type WebhookEvent = z.infer<typeof WebhookEvent>;

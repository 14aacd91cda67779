import type { ParameterObject, PathItemObject } from 'openapi3-ts/oas31';
import { eventMeanings, eventName, eventTypes } from '../webhooks/events.ts';
import type { EventType } from '../webhooks/events.ts';

/** A recorded response of REST, in its envelope. */
type Recorded = (operationId: string) => { response?: unknown };

/** Which recorded response shows the data of each type of event. */
const shownBy: Readonly<Record<EventType, string>> = {
  'showtime.created': 'showtimesCreate',
  'showtime.updated': 'showtimesUpdate',
  'showtime.cancelled': 'showtimesCancel',
  'reservation.pending': 'reservationsGet',
  'reservation.confirmed': 'reservationsGet',
  'reservation.seats_cancelled': 'reservationsGet',
  'reservation.cancelled': 'reservationsCancel',
  'payment.succeeded': 'paymentsGet',
  'payment.failed': 'paymentsGet',
  'payment.refunded': 'adminPaymentsRefund',
  'payment.disputed': 'paymentsGet',
  'ticket.checked_in': 'checkInsList',
  'movie.updated': 'moviesUpdate',
  'incident.opened': 'adminIncidentsList',
  ping: 'adminWebhooksEvent',
};

const headers: readonly (readonly [name: string, description: string, example: string])[] = [
  [
    'webhook-id',
    'Id of the delivery: the same for its repetitions and replays. Ignore what you know already.',
    '019ac0de-0000-7000-8000-000000000001',
  ],
  ['webhook-timestamp', 'When the attempt was made, in seconds since 1970.', '1795197600'],
  [
    'webhook-signature',
    'A signature by each secret of the endpoint: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in ' +
      'base64, with a space between two.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ],
];

/** What endpoints of webhooks are sent, by type of event: the part `webhooks` of the document. */
export function webhookOperations(recorded: Recorded): Record<string, PathItemObject> {
  return Object.fromEntries(eventTypes.map((type) => [type, webhookOf(type, recorded)]));
}

function webhookOf(type: EventType, recorded: Recorded): PathItemObject {
  const schema = { $ref: `#/components/schemas/${eventName(type)}` };
  const example = { type, timestamp: '2026-11-20T18:00:00.000Z', data: dataOf(type, recorded) };
  return {
    post: {
      operationId: `on${eventName(type)}`,
      tags: ['admin'],
      summary: eventMeanings[type],
      description:
        'Signed by Standard Webhooks 1.0.0. Any answer but 2xx is a failure, and the event is sent ' +
        'again; 410 disables the endpoint.',
      security: [],
      parameters: headers.map(toParameter),
      requestBody: { required: true, content: { 'application/json': { schema, example } } },
      responses: {
        '2XX': { description: 'You have the event. Answer within 15 seconds.' },
        410: { description: 'You want no events any more: the endpoint is disabled.' },
      },
    },
  };
}

function toParameter([name, description, example]: (typeof headers)[number]): ParameterObject {
  return {
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string', examples: [example] },
  };
}

function dataOf(type: EventType, recorded: Recorded): unknown {
  const { data } = (recorded(shownBy[type]).response ?? {}) as { data?: unknown };
  const shown = (data ?? {}) as Record<string, unknown>;
  switch (type) {
    case 'ping':
      return shown['data'];
    case 'showtime.cancelled':
      return shown['showtime'];
    case 'ticket.checked_in':
    case 'incident.opened':
      return (shown['items'] as unknown[] | undefined)?.[0];
    case 'reservation.pending':
      return { ...shown, status: 'pending' };
    case 'reservation.seats_cancelled':
      return shown;
    case 'payment.failed':
      return { ...shown, status: 'open', lastError: 'Your card was declined.' };
    default:
      return data;
  }
}

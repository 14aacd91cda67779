import type { Incident } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn, shortId } from './short-id.ts';
import { relativeTime } from './time.ts';

/** The columns of a list of incidents. */
export function incidentLayout(now: Date, paint: Paint): Layout<Incident> {
  return {
    noun: 'incident',
    columns: [
      idColumn(),
      {
        title: 'STATE',
        value: stateOf,
        paint: (text, incident) => (incident.resolvedAt ? paint.green(text) : paint.red(text)),
      },
      { title: 'KIND', value: (incident) => incident.kind },
      {
        title: 'PAYMENT',
        value: ({ paymentId }) => paymentId && shortId(paymentId),
        piped: (incident) => incident.paymentId,
        drops: 2,
      },
      { title: 'AMOUNT', value: (incident) => incident.data.amount, align: 'right', drops: 1 },
      {
        title: 'OPENED',
        value: (incident) => relativeTime(incident.openedAt, now),
        piped: (incident) => incident.openedAt,
      },
      {
        title: 'NOTE',
        value: (incident) => incident.resolution ?? incident.data.reason,
        shrinks: true,
        drops: 3,
      },
    ],
    csv: [
      { name: 'id', value: (incident) => incident.id },
      { name: 'state', value: stateOf },
      { name: 'kind', value: (incident) => incident.kind },
      { name: 'paymentId', value: (incident) => incident.paymentId },
      { name: 'reservationId', value: (incident) => incident.reservationId },
      { name: 'data', value: (incident) => JSON.stringify(incident.data) },
      { name: 'openedAt', value: (incident) => incident.openedAt },
      { name: 'resolvedAt', value: (incident) => incident.resolvedAt },
      { name: 'resolution', value: (incident) => incident.resolution },
    ],
  };
}

/** Formats an incident, one fact per line. */
export function showIncident(incident: Incident, paint: Paint): string {
  const { data } = incident;
  return details(
    [
      ['Kind', incident.kind],
      ['State', stateOf(incident)],
      ['Provider', data.provider],
      ['Provider’s payment', data.ref],
      ['Provider’s status', data.status],
      ['Amount', withCurrency(data.amount, data.currency)],
      ['Received', withCurrency(data.received, data.receivedCurrency)],
      ['Provider’s refund', data.refund],
      ['Refund id', data.refundId],
      ['Reason', data.reason],
      ['Opened', incident.openedAt],
      ['Resolved', incident.resolvedAt],
      ['Resolution', incident.resolution],
      ['Id', incident.id],
      ['Payment id', incident.paymentId],
      ['Reservation id', incident.reservationId],
    ],
    paint,
  );
}

function stateOf({ resolvedAt }: Incident): 'open' | 'resolved' {
  return resolvedAt ? 'resolved' : 'open';
}

function withCurrency(amount: string | undefined, currency = ''): string | undefined {
  return amount === undefined ? undefined : `${amount} ${currency}`.trim();
}

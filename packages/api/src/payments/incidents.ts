import type { App } from '../app.ts';
import { query, statement } from '../db/query.ts';
import { databaseOf } from '../service-context.ts';

const open = statement('select open_incident($1, $2, $3, $4, clock_timestamp())::text as opened', {
  opened: 'text?',
});

/** Reports a difference about money that a person has to judge, once for each subject. */
export async function openIncident(
  app: App,
  kind: 'unknown_payment' | 'provider_differs',
  incident: { subject: string; paymentId?: string; data: object },
): Promise<void> {
  const { subject, paymentId = null, data } = incident;
  await query(databaseOf(app), open, [kind, subject, paymentId, JSON.stringify(data)]);
  app.log.warn({ kind, subject, paymentId }, 'An incident was opened; see `matinee incidents`');
}

import { z } from 'zod';
import { idOf, Instant, outputIdOf, page, pageInput, text } from '../schema.ts';
import { typeNames } from '../type-names.ts';

const kinds = [
  'amount_mismatch',
  'paid_without_seats',
  'unknown_payment',
  'refund_elsewhere',
  'dispute',
  'provider_differs',
] as const;

const IncidentKind = z.enum(kinds);

export const ListIncidents = z.strictObject({
  state: z.enum(['open', 'resolved']).meta({ description: 'Incidents in this state.' }).optional(),
  kind: IncidentKind.meta({ description: 'Incidents of this kind.' }).optional(),
  siteId: idOf('site').optional(),
  ...pageInput,
});
export type ListIncidents = z.infer<typeof ListIncidents>;

export const ResolveIncident = z.strictObject({
  incidentId: idOf('incident'),
  resolution: text(500).meta({ description: 'What was found and done.' }),
});
export type ResolveIncident = z.infer<typeof ResolveIncident>;

const IncidentData = z
  .object({
    provider: z.string().meta({ description: 'Who has the payment.' }),
    ref: z.string().meta({ description: 'The provider’s name of the payment.' }),
    status: z.string().meta({ description: 'Where the provider has it.' }),
    amount: z.string().meta({ description: 'What was asked for, returned or disputed.' }),
    currency: z.string().meta({ description: 'The currency that was asked for.' }),
    received: z.string().meta({ description: 'What the provider has received.' }),
    receivedCurrency: z.string().meta({ description: 'The currency that was paid.' }),
    refund: z.string().meta({ description: 'The provider’s name of the refund.' }),
    refundId: z.string().meta({ description: 'Our id of the refund.' }),
    reason: z.string().meta({ description: 'What the provider said.' }),
  })
  .partial()
  .register(typeNames, { name: 'IncidentData' });

export const Incident = z
  .object({
    id: outputIdOf('incident'),
    kind: IncidentKind.meta({
      description:
        '`amount_mismatch`: another amount or currency was paid, and is returned. ' +
        '`paid_without_seats`: such a payment could not be returned. `unknown_payment`: the provider ' +
        'has a payment that this database does not have. `refund_elsewhere`: money was returned in ' +
        'the provider’s own pages. `dispute`: a customer has disputed the payment. ' +
        '`provider_differs`: another difference from the provider.',
    }),
    paymentId: outputIdOf('payment')
      .nullable()
      .meta({ description: 'The payment, if it is ours.' }),
    reservationId: outputIdOf('reservation')
      .nullable()
      .meta({ description: 'The reservation that it was for.' }),
    data: IncidentData.meta({ description: 'What a person needs to judge it.' }),
    openedAt: Instant.meta({ description: 'When it was noticed.' }),
    resolvedAt: Instant.nullable().meta({ description: 'When it was resolved.' }),
    resolution: z.string().nullable().meta({ description: 'What was found and done.' }),
  })
  .meta({ id: 'Incident' });
export type Incident = z.infer<typeof Incident>;

export const IncidentPage = page(Incident);

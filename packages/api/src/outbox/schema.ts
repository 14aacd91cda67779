import { z } from 'zod';
import { Count, IdEnding, idOf, Instant, outputIdOf, page, pageInput } from '../schema.ts';

const DeliveryState = z.enum(['open', 'done', 'dead']);

export const ListDeliveries = z.strictObject({
  state: DeliveryState.meta({ description: 'Deliveries in this state.' }).optional(),
  idEndsWith: IdEnding.optional(),
  ...pageInput,
});
export type ListDeliveries = z.infer<typeof ListDeliveries>;

export const DeliveryId = z.strictObject({ deliveryId: idOf('delivery') });

/** Something that follows from a fact: a mail that is to be sent, for instance. */
export const Delivery = z
  .object({
    id: outputIdOf('delivery'),
    fact: z
      .object({
        id: outputIdOf('fact'),
        kind: z.string().meta({
          description: 'What kind of thing happened.',
          examples: ['reservation.confirmed'],
        }),
        key: z.string().meta({ description: 'Kind and subject; unique.' }),
      })
      .meta({ description: 'What happened.' }),
    consequence: z
      .string()
      .meta({ description: 'What follows from it.', examples: ['sendConfirmation'] }),
    target: z
      .string()
      .meta({ description: 'Who receives it, when there are several; else empty.' }),
    state: DeliveryState.meta({
      description: '`open`: waits for its next attempt; `dead`: given up, see `lastError`.',
    }),
    attempts: Count.meta({ description: 'How many times it was tried.' }),
    lastError: z.string().nullable().meta({
      description: 'Why the last attempt failed, or a note on one that had nothing to do.',
    }),
    availableAt: Instant.meta({ description: 'The next attempt of an open delivery.' }),
    doneAt: Instant.nullable().meta({ description: 'When it was done.' }),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryPage = page(Delivery);

import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { adminProcedure } from '../trpc.ts';
import { Delivery, DeliveryId, DeliveryPage, ListDeliveries } from './schema.ts';
import { dropDelivery, listDeliveries, retryDelivery } from './service.ts';

export const outboxRouter = {
  /** What follows from bookings and cancellations: mails and the like, newest first. */
  list: adminProcedure
    .meta(
      route(
        'GET /admin/outbox',
        'List deliveries',
        'What follows from bookings and cancellations, such as mails; newest first.',
      ),
    )
    .input(ListDeliveries)
    .output(DeliveryPage)
    .query(({ ctx, input }) => listDeliveries(ctx, input)),

  /** Makes a delivery due now, also one that was given up. */
  retry: adminProcedure
    .meta({
      ...route(
        'POST /admin/outbox/{deliveryId}/retry',
        'Retry a delivery',
        'It is attempted immediately, with all its attempts before it.',
      ),
      message: 'Delivery is due.',
    })
    .input(DeliveryId)
    .output(Delivery)
    .mutation(
      audited(Delivery, ({ ctx, input }) => retryDelivery(ctx, input.deliveryId), {
        subject: 'deliveryId',
      }),
    ),

  /** Gives a delivery up. */
  drop: adminProcedure
    .meta({
      ...route(
        'POST /admin/outbox/{deliveryId}/drop',
        'Drop a delivery',
        'It is not attempted again and counts as done.',
      ),
      message: 'Delivery dropped.',
    })
    .input(DeliveryId)
    .output(Delivery)
    .mutation(
      audited(Delivery, ({ ctx, input }) => dropDelivery(ctx, input.deliveryId), {
        subject: 'deliveryId',
      }),
    ),
};

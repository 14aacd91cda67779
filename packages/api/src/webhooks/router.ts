import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { Deleted } from '../schema.ts';
import { adminProcedure } from '../trpc.ts';
import {
  listWebhookDeliveries,
  readWebhookEvent,
  replayWebhooks,
  testWebhook,
} from './deliveries.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  rotateSecret,
  updateWebhook,
} from './endpoints.ts';
import { WebhookEvent } from './events.ts';
import {
  CreateWebhook,
  ListWebhookDeliveries,
  ListWebhooks,
  Replayed,
  ReplayWebhook,
  UpdateWebhook,
  Webhook,
  WebhookDelivery,
  WebhookDeliveryId,
  WebhookDeliveryPage,
  WebhookId,
  WebhookPage,
  WebhookWithSecret,
} from './schema.ts';
import { withSecret } from './secrets.ts';

export const webhooksRouter = {
  /** Where events are sent, newest first. */
  list: adminProcedure
    .meta(route('GET /admin/webhooks', 'List webhooks', 'Where events are sent, newest first.'))
    .input(ListWebhooks)
    .output(WebhookPage)
    .query(({ ctx, input }) => listWebhooks(ctx, input)),

  /** One endpoint, without its secret. */
  get: adminProcedure
    .meta({
      ...route(
        'GET /admin/webhooks/{webhookId}',
        'Read a webhook',
        'Where it is, what it receives, and whether it works; without its secret.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(WebhookId)
    .output(Webhook)
    .query(({ ctx, input }) => getWebhook(ctx, input.webhookId)),

  /** Makes an endpoint; the answer has the secret that its events are signed with. */
  create: adminProcedure
    .meta({
      ...route(
        'POST /admin/webhooks',
        'Make a webhook',
        'Events are sent to its URL from now on. Keep the `secret` of the response: it is not shown ' +
          'again. A private address, a port below 1024 other than that of the protocol, and a URL with ' +
          'a password are refused.',
      ),
      successStatus: 201,
      message: 'Webhook created.',
    })
    .input(CreateWebhook)
    .output(WebhookWithSecret)
    .mutation(withSecret(audited(Webhook, ({ ctx, input }) => createWebhook(ctx, input)))),

  /** Changes an endpoint; its secret stays. */
  update: adminProcedure
    .meta({
      ...route(
        'PUT /admin/webhooks/{webhookId}',
        'Change a webhook',
        'What is left out stays as it is, and so does the secret. `enabled: true` enables an endpoint ' +
          'that was disabled.',
      ),
      message: 'Webhook changed.',
      refusals: ['NOT_FOUND'],
    })
    .input(UpdateWebhook)
    .output(Webhook)
    .mutation(
      audited(Webhook, ({ ctx, input }) => updateWebhook(ctx, input), { subject: 'webhookId' }),
    ),

  /** Deletes an endpoint; what is open for it is given up. */
  delete: adminProcedure
    .meta({
      ...route(
        'DELETE /admin/webhooks/{webhookId}',
        'Delete a webhook',
        'Events that were not sent yet are given up.',
      ),
      message: 'Webhook deleted.',
      refusals: ['NOT_FOUND'],
    })
    .input(WebhookId)
    .output(Deleted)
    .mutation(
      audited(Deleted, ({ ctx, input }) => deleteWebhook(ctx, input.webhookId), {
        subject: 'webhookId',
      }),
    ),

  /** Sends an endpoint a `ping`, also one that is disabled. */
  test: adminProcedure
    .meta({
      ...route(
        'POST /admin/webhooks/{webhookId}/test',
        'Test a webhook',
        'Sends an event of the type `ping`, once, also to an endpoint that is disabled. Its attempt is ' +
          'in the list of deliveries a moment later.',
      ),
      message: 'Ping is due.',
      refusals: ['NOT_FOUND'],
    })
    .input(WebhookId)
    .output(WebhookDelivery)
    .mutation(
      audited(WebhookDelivery, ({ ctx, input }) => testWebhook(ctx, input.webhookId), {
        subject: 'webhookId',
      }),
    ),

  /** Makes a new secret; the one before signs for another day. */
  rotateSecret: adminProcedure
    .meta({
      ...route(
        'POST /admin/webhooks/{webhookId}/rotate-secret',
        'Replace the secret of a webhook',
        'For 24 hours events are signed with the new secret and with the one before. Keep the `secret` ' +
          'of the response: it is not shown again.',
      ),
      message: 'Secret replaced.',
      refusals: ['NOT_FOUND'],
    })
    .input(WebhookId)
    .output(WebhookWithSecret)
    .mutation(
      withSecret(
        audited(Webhook, ({ ctx, input }) => rotateSecret(ctx, input.webhookId), {
          subject: 'webhookId',
        }),
      ),
    ),

  /** The events for an endpoint, with the attempts to send them. */
  deliveries: adminProcedure
    .meta({
      ...route(
        'GET /admin/webhooks/{webhookId}/deliveries',
        'List the deliveries of a webhook',
        'Newest first, each with its attempts and the first kilobyte of their answers. Deliveries are ' +
          'kept for 30 days.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(ListWebhookDeliveries)
    .output(WebhookDeliveryPage)
    .query(({ ctx, input }) => listWebhookDeliveries(ctx, input)),

  /** What is sent for a delivery, as it would be sent now. */
  event: adminProcedure
    .meta({
      ...route(
        'GET /admin/webhooks/{webhookId}/deliveries/{deliveryId}/event',
        'Read the event of a delivery',
        'The body as it would be sent now. 404 also when what it is about is gone.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(WebhookDeliveryId)
    .output(WebhookEvent)
    .query(({ ctx, input }) => readWebhookEvent(ctx, input)),

  /** Sends deliveries again: one, those of a time, or all that have failed. */
  replay: adminProcedure
    .meta({
      ...route(
        'POST /admin/webhooks/{webhookId}/replay',
        'Replay deliveries of a webhook',
        'One by `deliveryId`, what happened between `from` and `to`, or with `failed` everything that ' +
          'has failed for good. Each is sent once, with its id of before and signed with the present ' +
          'secret, also to an endpoint that is disabled.',
      ),
      message: 'Deliveries are sent again.',
      refusals: ['NOT_FOUND'],
    })
    .input(ReplayWebhook)
    .output(Replayed)
    .mutation(
      audited(Replayed, ({ ctx, input }) => replayWebhooks(ctx, input), { subject: 'webhookId' }),
    ),
};

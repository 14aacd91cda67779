import {
  sendEmailProof,
  sendPasswordChanged,
  sendPasswordReset,
  sendSecondFactorChanged,
} from './notifications/account-mails.ts';
import { sendPhoneCode } from './notifications/phone-code.ts';
import { sendReminder, sendReminderText } from './notifications/reminders.ts';
import {
  sendCancellation,
  sendConfirmation,
  sendNewSeats,
  sendNewTickets,
  sendPartialCancellation,
} from './notifications/reservation-mails.ts';
import { sendWebhookDisabled } from './notifications/webhook-mails.ts';
import type { Consequences } from './outbox/worker.ts';
import { endUnwanted } from './payments/expire.ts';
import { settleReported } from './payments/inbox.ts';
import { sendRefund } from './payments/refund.ts';
import { replayWebhook, sendWebhook } from './webhooks/send.ts';

/**
 * What follows from which fact. Read it like `router.ts`: the only place that knows. A consequence
 * runs in a worker, may run twice, and has one effect; its name is stored with its deliveries, so
 * renaming one strands those that are open.
 */
export const consequences = {
  'reservation.confirmed': { sendConfirmation, sendWebhook },
  'reservation.cancelled': { sendCancellation, sendWebhook },
  'reservation.seats_cancelled': { sendPartialCancellation, sendWebhook },
  'reservation.reseated': { sendNewSeats },
  'tickets.reissued': { sendNewTickets },
  'password_reset.requested': { sendPasswordReset },
  'password.changed': { sendPasswordChanged },
  'second_factor.changed': { sendSecondFactorChanged },
  'email_proof.requested': { sendEmailProof },
  'reminder.due': { sendReminder, sendReminderText },
  'phone_proof.requested': { sendPhoneCode },
  'payment.unwanted': { endUnwanted },
  'refund.due': { sendRefund },
  'provider.reported': { settleReported },
  'showtime.created': { sendWebhook },
  'showtime.updated': { sendWebhook },
  'showtime.cancelled': { sendWebhook },
  'movie.updated': { sendWebhook },
  'reservation.pending': { sendWebhook },
  'payment.succeeded': { sendWebhook },
  'payment.failed': { sendWebhook },
  'payment.refunded': { sendWebhook },
  'payment.disputed': { sendWebhook },
  'ticket.checked_in': { sendWebhook },
  'incident.opened': { sendWebhook },
  ping: { sendWebhook },
  'webhook.replayed': { replayWebhook },
  'webhook.disabled': { sendWebhookDisabled },
} satisfies Consequences;

/*
 * The public face of the product: the host, and nothing else, imports from here.
 */
export { clientOf } from './address.ts';
export { createApp } from './app.ts';
export type { App } from './app.ts';
export { mayCall } from './auth/api-key.ts';
export { demoAccountsActive, demoPassword } from './auth/demo-accounts.ts';
export { createFirstAdmin } from './auth/first-admin.ts';
export { Config } from './config.ts';
export { consequences } from './consequences.ts';
export type { AppHandle, RequestContext, ResponseNotes, Surface } from './context.ts';
export { migrate, pendingMigrations } from './db/migrate.ts';
export { timeLimits } from './db/orm.ts';
export { deprecationHeaders } from './deprecation.ts';
export type { ReplicaFigures, ReplicaState } from './db/replica.ts';
export { seedDemo } from './demo/seed.ts';
export {
  AppError,
  AuthenticationError,
  errorCodes,
  errors,
  noSuch,
  NotFoundError,
  RequestError,
  UnavailableError,
  ValidationError,
} from './errors.ts';
export type { DetailsOf, ErrorCode } from './errors.ts';
export { takeTurn } from './fair-turns.ts';
export { toAppError, toTrpcError } from './funnel.ts';
export { forgetGuests, retireClaims, sweep } from './housekeeping.ts';
export { unknownField } from './issues.ts';
export { LastingProblem } from './lasting-problem.ts';
export type { Log } from './log.ts';
export { isForSignedIn } from './meta.ts';
export type { Access, Meta, OpenApiMeta } from './meta.ts';
export { isPosterNamed, listPosterUrls } from './movies/service.ts';
export type { Mail, Mailer } from './notifications/mailer.ts';
export { noMailer } from './notifications/mailer.ts';
export { noTexter } from './notifications/texter.ts';
export type { TextMessage, Texter } from './notifications/texter.ts';
export { baseUrl } from './auth/mailed-links.ts';
export { stopTexts } from './auth/phone.ts';
export type { EndedCall, Observer, ScannedCode, SeatsChange } from './observer.ts';
export { writeReminders } from './notifications/reminders.ts';
export { PermanentFailure } from './outbox/retries.ts';
export { outboxStanding } from './outbox/service.ts';
export type { OutboxStanding } from './outbox/service.ts';
export { OutboxWorker } from './outbox/worker.ts';
export type { DeliveryOutcome } from './outbox/worker.ts';
export { hostProcedureInfos, procedureInfos } from './procedure-info.ts';
export type { ProcedureInfo } from './procedure-info.ts';
export { appRouter, hostRouter } from './router.ts';
export type { DrawnSeats, LiveSeats, SeatsEvent } from './seats/schema.ts';
export type { SnapshotStore } from './shared-snapshots.ts';
export { countRecommendations } from './discovery/pairs.ts';
export { applyZoneData } from './showtimes/local-times.ts';
export { expirePayments } from './payments/expire.ts';
export { receiveEvent } from './payments/inbox.ts';
export { ProviderError, WebhookRefused } from './payments/provider.ts';
export type {
  ClientAction,
  NewPayment,
  NewRefund,
  Observed,
  ObservedRefund,
  PaymentProvider,
  ProviderEvent,
  ProviderName,
  RawWebhook,
} from './payments/provider.ts';
export { compareWithProviders, reconcilePayments } from './payments/reconcile.ts';
export { moneyStanding } from './payments/standing.ts';
export type { MoneyStanding } from './payments/standing.ts';
export { isPublicAddress, urlRefusal } from './webhooks/address.ts';
export type { AddressRules } from './webhooks/address.ts';
export { patienceSeconds, Unreachable } from './webhooks/sender.ts';
export type { WebhookAnswer, WebhookRequest, WebhookSender } from './webhooks/sender.ts';
export { lastJobRuns, settingWarnings } from './status/service.ts';
export { drawSeats } from './theaters/seat-picture.ts';
export type { PicturedSeat, SeatPicture } from './theaters/seat-picture.ts';
export { qrCode } from './tickets/picture.ts';
export type { TicketText } from './tickets/schema.ts';
export type { PrintedTicket, TicketPrinter, TicketSheet } from './tickets/sheet.ts';
export type { AppRouter, Procedures } from './router.ts';
export { inSpan } from './tracing.ts';

/*
 * The public face of the product: the host, and nothing else, imports from here.
 */
export { type App, createApp, type Log } from './app.ts';
export { createFirstAdmin } from './auth/first-admin.ts';
export { Config } from './config.ts';
export type { AppHandle, RequestContext, ResponseNotes } from './context.ts';
export { demoAccountsActive, seedDemo } from './db/seed.ts';
export { migrate, pendingMigrations } from './db/migrate.ts';
export {
  AppError,
  type DetailsOf,
  type ErrorCode,
  errorStatus,
  NotFoundError,
  RequestError,
  ValidationError,
} from './errors.ts';
export { toAppError, toTrpcError } from './funnel.ts';
export { sweep } from './housekeeping.ts';
export type { Meta, OpenApiMeta } from './meta.ts';
export { listPosterUrls } from './movies/service.ts';
export { openApiDocument } from './openapi/document.ts';
export { appRouter, type AppRouter, hostRouter, type Procedures } from './router.ts';

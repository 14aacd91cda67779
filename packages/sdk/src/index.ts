export type * from './api.ts';
export type { DetailsByCode } from './error-details.ts';
export type * from './types.ts';
export type { RawResponse } from './answer.ts';
export { newIdempotencyKey } from './call.ts';
export type { CallOptions, MutationOptions } from './call.ts';
export { createMatinee } from './create-matinee.ts';
export {
  type ClientErrorCode,
  type ErrorCode,
  type ErrorDetails,
  isMatineeError,
  MatineeError,
  type MatineeErrorCode,
} from './errors.ts';
export type { EventSourceConstructor, EventSourceLike } from './event-source.ts';
export type { LiveState, SeatsHandlers, WatchSeatsInput } from './live.ts';
export { seatsLockedWith } from './love-seats.ts';
export type { LogEntry } from './log.ts';
export type { Items, List, Page } from './paging.ts';
export type { UploadPosterInput } from './poster.ts';
export type { TicketFileInput, TicketPictureInput } from './ticket-files.ts';
export type { RestRequest } from './rest.ts';
export { procedures } from './procedures.ts';
export { type LockOptions, type SeatMapState, SeatMapStore } from './seat-map-store.ts';
export {
  browserSession,
  memorySession,
  type SessionStore,
  type StoredSession,
} from './session-store.ts';
export type { Fetch, MatineeOptions } from './settings.ts';
export type * from './shapes.ts';

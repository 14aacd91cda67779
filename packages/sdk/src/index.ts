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
export type { LiveState, SeatsEvent, SeatsHandlers, WatchSeatsInput } from './live.ts';
export type { LogEntry } from './log.ts';
export type { List, Matinee } from './matinee.ts';
export type { Items } from './paging.ts';
export type { UploadPosterInput } from './poster.ts';
export type { Page } from './procedures.ts';
export { type SeatMapState, SeatMapStore } from './seat-map-store.ts';
export type { Fetch, MatineeOptions } from './settings.ts';
export type * from './shapes.ts';

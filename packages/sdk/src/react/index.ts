/*
 * The modules of hooks and components say `use client` themselves, so that a server component can
 * import the query options from the same package.
 */
export { MatineeProvider, useMatinee } from './context.tsx';
export { matineeQueries } from './queries.ts';
export type {
  InfiniteQueryOptions,
  ListOf,
  MatineeQueries,
  MutationOf,
  MutationOptionsOf,
  QueryOf,
  QueryOptions,
} from './queries.ts';
export { SeatPicker } from './seat-picker.tsx';
export type { SeatPickerProps } from './seat-picker.tsx';
export type { SeatPickerOverrides, SeatPickerTexts } from './texts.ts';
export { useSeatMap, useSeatMapStore } from './use-seat-map.ts';
export { useSeatSelection } from './use-seat-selection.ts';
export type { SeatSelection, SeatSelectionOptions } from './use-seat-selection.ts';
export type { TicketChoice } from './use-tickets.ts';

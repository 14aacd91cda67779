/** The part of an `EventSource` that is used here. */
export interface EventSourceLike {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: EventLike) => void): void;
  close(): void;
}

/** What its events carry. */
export interface EventLike {
  readonly data?: unknown;
  readonly lastEventId?: string;
}

export type EventSourceConstructor = new (url: string, init?: never) => EventSourceLike;

/** The platform's, or the package's where it has none: Node. Loaded when somebody watches. */
export async function loadEventSource(): Promise<EventSourceConstructor> {
  const { EventSource } = globalThis as { EventSource?: EventSourceConstructor };
  return EventSource ?? (await import('eventsource')).EventSource;
}

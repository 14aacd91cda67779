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

/**
 * The platform's, or the package's where it has none: Node. Loaded when somebody watches.
 *
 * @throws Error where there is neither, nor an answer that can be read while it arrives
 */
export async function loadEventSource(): Promise<EventSourceConstructor> {
  const platform = globalThis as { EventSource?: EventSourceConstructor; ReadableStream?: object };
  if (platform.EventSource) {
    return platform.EventSource;
  }
  // React Native: its `fetch` answers when a stream has ended, and this one never does.
  if (!platform.ReadableStream) {
    throw new Error('Responses have no streams on this platform.');
  }
  return (await import('eventsource')).EventSource;
}

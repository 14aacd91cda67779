import { once } from 'node:events';
import { appRouter, toAppError } from '@matinee/api';
import type { AppError } from '@matinee/api';
import type { Response } from 'express';

/** How a surface writes a live feed. Bytes that many viewers get are one Buffer. */
export interface EventWire {
  /** Sent first, so that proxies pass the response on. */
  greeting: Buffer;
  /** Sent after a silence, so that neither side takes the connection for dead. */
  ping: Buffer;
  /** Sent when the feed is over. */
  farewell: Buffer;
  bytesOf(event: unknown): Buffer;
  /** Sent when the feed breaks off. */
  failureOf(failure: AppError): Buffer;
}

/** A feed, and the viewer's end of it. */
interface Feed {
  wire: EventWire;
  begin: () => Promise<AsyncIterable<unknown>>;
  /** Aborted when the viewer has left. */
  over: AbortSignal;
}

const pingMs = appRouter._def._config.sse?.ping?.intervalMs ?? 15_000;

/**
 * Sends a feed as server-sent events.
 *
 * A viewer who reads slowly is waited for: nothing is queued here, and the feed goes on from the last
 * event that the viewer was sent.
 */
export async function streamEvents(res: Response, { wire, begin, over }: Feed): Promise<void> {
  res.writeHead(200, eventHeaders);
  const timer = setInterval(() => res.write(wire.ping), pingMs);
  try {
    res.write(wire.greeting);
    flattenHeader(res);
    for await (const event of await begin()) {
      timer.refresh();
      if (!res.write(wire.bytesOf(event)) && !over.aborted) {
        await once(res, 'drain', { signal: over });
      }
    }
    res.write(wire.farewell);
  } catch (error) {
    // A viewer who has left gets nothing.
    if (!over.aborted) {
      res.write(wire.failureOf(toAppError(error)));
    }
  } finally {
    clearInterval(timer);
    res.end();
  }
}

/**
 * Node keeps the header of a response while it lasts, as a rope: the 80 or so strings that it was joined
 * from, two kilobytes for each viewer. V8 makes one string of a rope when it reads it as a number.
 * `_header` is Node's own; without it nothing happens.
 */
function flattenHeader(res: Response): void {
  Number((res as { _header?: string })._header);
}

/** Headers of a stream that proxies must pass on as it comes. */
export const eventHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform, no-store',
  'X-Accel-Buffering': 'no',
};

/**
 * Aborted when the connection has been closed. `on`, here and where else a response is followed: it closes
 * once, and `once` would keep three more objects for each viewer.
 */
export function closingOf(res: Response): AbortSignal {
  const over = new AbortController();
  res.on('close', () => over.abort());
  return over.signal;
}

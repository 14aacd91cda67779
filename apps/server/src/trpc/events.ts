import { once } from 'node:events';
import { appRouter, toAppError } from '@matinee/api';
import type { RequestContext } from '@matinee/api';
import { callTRPCProcedure, isTrackedEnvelope } from '@trpc/server';
import type { Request, Response } from 'express';
import { oncePer } from '../shared-answer.ts';
import { callsOf } from './calls.ts';
import { failureWire } from './failure-wire.ts';

const { transformer, sse } = appRouter._def._config;
const pingMs = sse?.ping?.intervalMs ?? 15_000;

const connected = eventOf({ event: 'connected', data: JSON.stringify(sse?.client ?? {}) });
const ping = eventOf({ event: 'ping', data: '' });
const returned = eventOf({ event: 'return', data: '' });

/**
 * Serves a subscription as server-sent events, byte for byte as tRPC's stock adapter does, which
 * serializes each event for each viewer. Here an event that many viewers get is one Buffer.
 *
 * A viewer who reads slowly is waited for: nothing is queued here, and the subscription goes on from
 * the last event that the viewer was sent.
 */
export async function serveEvents(
  req: Request,
  { res, ctx }: { res: Response; ctx: RequestContext },
): Promise<void> {
  const calls = callsOf(req);
  const path = calls.names[0] ?? '';
  const over = new AbortController();
  res.once('close', () => over.abort());
  res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-transform, no-store',
    'X-Accel-Buffering': 'no',
  });
  const timer = setInterval(() => res.write(ping), pingMs);
  try {
    res.write(connected);
    const events = await callTRPCProcedure({
      router: appRouter,
      path,
      type: 'subscription',
      ctx,
      getRawInput: async () => resumed(req, calls.inputOf(0)),
      signal: over.signal,
      batchIndex: 0,
    });
    for await (const event of events as AsyncIterable<unknown>) {
      timer.refresh();
      if (!res.write(bufferOf(event)) && !over.signal.aborted) {
        await once(res, 'drain', { signal: over.signal });
      }
    }
    res.write(returned);
  } catch (error) {
    // Whoever has left is told nothing.
    if (!over.signal.aborted) {
      const data = failureWire(toAppError(error), path, ctx);
      res.write(eventOf({ event: 'serialized-error', data }));
    }
  } finally {
    clearInterval(timer);
    res.end();
  }
}

/** The input; an `EventSource` that reconnects by itself names the last event in a header. */
function resumed(req: Request, sent: unknown): unknown {
  const input = sent === undefined ? undefined : transformer.input.deserialize(sent);
  const { lastEventId = req.query['Last-Event-Id'] } = req.query;
  const since = req.get('last-event-id') ?? lastEventId;
  if (since === undefined || since === '') {
    return input;
  }
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isObject ? { ...input, lastEventId: since } : (input ?? { lastEventId: since });
}

/** An event as bytes; those of a tracked event are made once for all viewers. */
function bufferOf(event: unknown): Buffer {
  if (!isTrackedEnvelope(event)) {
    return eventOf({ data: JSON.stringify(transformer.output.serialize(event)) });
  }
  const [id, value] = event;
  return oncePer(value as object, 'event', () =>
    eventOf({ data: JSON.stringify(transformer.output.serialize(value)), id }),
  );
}

function eventOf({ event, data, id }: { event?: string; data: string; id?: string }): Buffer {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}\n`]),
    `data: ${data}\n`,
    ...(id === undefined ? [] : [`id: ${id}\n`]),
  ];
  return Buffer.from(`${lines.join('')}\n\n`);
}

import { appRouter } from '@matinee/api';
import type { AppError, RequestContext } from '@matinee/api';
import { callTRPCProcedure, isTrackedEnvelope } from '@trpc/server';
import type { Request, Response } from 'express';
import { closingOf, streamEvents } from '../event-stream.ts';
import { oncePer } from '../shared-answer.ts';
import { callsOf } from './calls.ts';
import { failureWire } from './failure-wire.ts';

const { transformer, sse } = appRouter._def._config;

const wire = {
  greeting: eventOf({ event: 'connected', data: JSON.stringify(sse?.client ?? {}) }),
  ping: eventOf({ event: 'ping', data: '' }),
  farewell: eventOf({ event: 'return', data: '' }),
  bytesOf,
};

/**
 * Serves a subscription as server-sent events, byte for byte as tRPC's stock adapter does, which
 * serializes each event for each viewer. Here an event that many viewers get is one Buffer.
 */
export async function serveEvents(
  req: Request,
  { res, ctx }: { res: Response; ctx: RequestContext },
): Promise<void> {
  const calls = callsOf(req);
  const path = calls.names[0] ?? '';
  const over = closingOf(res);
  const begin = async () =>
    (await callTRPCProcedure({
      router: appRouter,
      path,
      type: 'subscription',
      ctx,
      getRawInput: async () => resumed(req, calls.inputOf(0)),
      signal: over,
      batchIndex: 0,
    })) as AsyncIterable<unknown>;
  const failureOf = (failure: AppError) => {
    ctx.notes.failure ??= failure.code;
    return eventOf({ event: 'serialized-error', data: failureWire(failure, path, ctx) });
  };
  await streamEvents(res, { wire: { ...wire, failureOf }, begin, over });
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
function bytesOf(event: unknown): Buffer {
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

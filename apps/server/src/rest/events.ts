import { hostProcedureInfos, hostRouter, toAppError } from '@matinee/api';
import type { App, AppError, LiveSeats, SeatsEvent } from '@matinee/api';
import { callTRPCProcedure } from '@trpc/server';
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { closingOf, eventHeaders, streamEvents } from '../event-stream.ts';
import type { EventWire } from '../event-stream.ts';
import { contextOf, sendFailure } from '../request.ts';
import { oncePer } from '../shared-answer.ts';
import { refuseMethod } from './bridge.ts';
import { inputOf } from './input.ts';

const name = 'showtimes.events';
const path = '/showtimes/:showtimeId/events';

/**
 * `GET /showtimes/{showtimeId}/events`: the live map of `showtimes.onSeatsChanged` for any client of
 * server-sent events. Each event is plain JSON.
 */
export function seatEvents(app: App): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(path, (req: Request, res: Response) => serveSeatEvents(app, req, res));
  router.all(path, refuseMethod(['GET']));
  return router;
}

/** @throws nothing: a refusal has a status, and a failure later is an event */
export async function serveSeatEvents(app: App, req: Request, res: Response): Promise<void> {
  const over = closingOf(res);
  let leave = () => {};
  try {
    leave = app.viewers.enter(req.address);
    const events = await eventsFor(app, req, over);
    // Refusals come with the first value, before the stream begins.
    const { isOver } = ((await events.next()) as IteratorYieldResult<LiveSeats>).value;
    if (isOver || req.method === 'HEAD') {
      await events.return?.();
      // To an `EventSource`, 204 means that it must not come again.
      res.writeHead(isOver ? 204 : 200, isOver ? { 'Cache-Control': 'no-store' } : eventHeaders);
      res.end();
      return;
    }
    await streamEvents(res, {
      wire: { ...wire, failureOf: (failure) => failureOf(failure, req.requestId) },
      begin: async () => ({ [Symbol.asyncIterator]: () => events }),
      over,
    });
  } catch (error) {
    refuse(app, res, error);
  } finally {
    leave();
  }
}

async function eventsFor(
  app: App,
  req: Request,
  signal: AbortSignal,
): Promise<AsyncIterator<unknown>> {
  const events: unknown = await callTRPCProcedure({
    router: hostRouter,
    path: name,
    type: 'subscription',
    ctx: contextOf(app, req),
    getRawInput: async () => resumed(req),
    signal,
    batchIndex: 0,
  });
  return (events as AsyncIterable<unknown>)[Symbol.asyncIterator]();
}

/** The input; an `EventSource` that reconnects by itself names the last event in a header. */
function resumed(req: Request): unknown {
  const input = hostProcedureInfos.get(name)?.input as z.ZodObject | undefined;
  const sent = inputOf({ input, openapi: { method: 'GET' } }, req) as object;
  const since = req.get('last-event-id') ?? '';
  return since === '' ? sent : { ...sent, lastEventId: since };
}

function refuse(app: App, res: Response, error: unknown): void {
  const failure = toAppError(error);
  if (failure.status >= 500) {
    const { requestId } = res.req;
    const fields = { err: failure.cause ?? failure, requestId, procedure: name };
    app.log.error(fields, `${name} failed: ${failure.code}`);
  }
  sendFailure(res, failure);
}

/** A comment, which every client ignores. */
const ping = Buffer.from(': ping\n\n');

const wire: Omit<EventWire, 'failureOf'> = {
  greeting: ping,
  ping,
  farewell: Buffer.from('event: end\ndata: {}\n\n'),
  bytesOf: (event) => bytesOf(event as SeatsEvent),
};

/** An event as bytes, which are made once for all viewers. */
function bytesOf(event: SeatsEvent): Buffer {
  return oncePer(event, 'rest event', () =>
    Buffer.from(`id: ${event.version}\ndata: ${JSON.stringify(event)}\n\n`),
  );
}

/** After it the stream ends, and an `EventSource` connects again. */
function failureOf({ code, message, details }: AppError, requestId: string): Buffer {
  const error = JSON.stringify({ code, message, details, requestId });
  return Buffer.from(`event: failure\ndata: ${error}\n\n`);
}

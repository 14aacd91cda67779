import type { OperationObject, SchemaObject } from 'openapi3-ts/oas31';
import { z } from 'zod';
import type { Meta, OpenApiMeta } from '../meta.ts';
import { SeatsEvent } from '../seats/schema.ts';
import { eventSamples } from './code-samples.ts';
import { failureResponses, failuresOf } from './failures.ts';
import { parameter, successHeaders } from './headers.ts';
import { open } from './portable.ts';

/** The live map as plain server-sent events, which trpc-to-openapi does not describe. */
export const seatEvents: OpenApiMeta = {
  method: 'GET',
  path: '/showtimes/{showtimeId}/events',
  tags: ['showtimes'],
  summary: 'Watch the seats',
  description: [
    'A stream of server-sent events (`text/event-stream`), for `EventSource` and any other client ' +
      'of such streams. The first event is a `snapshot` of all seats; each `change` follows within ' +
      'a second. Seats are the same for every viewer.',
    '**Events.** `data` is JSON. Events without a name are snapshots and changes. `end` is the ' +
      'last event: the show has started, or was cancelled or deleted; close the connection then. ' +
      '`failure` has `code`, `message`, `details` and `requestId`; the stream breaks off after it, ' +
      'and you should connect again.',
    '**Resuming.** The `id` of an event is the version of the seat map. An `EventSource` sends the ' +
      'last one in `Last-Event-ID` when it connects again; other clients may send it in ' +
      '`lastEventId`. The changes since then follow, or a snapshot if they are no longer known. ' +
      'After the end of the show the response is 204, and an `EventSource` does not return.',
    '**Silence.** A comment (a line that begins with a colon) is sent after 15 seconds without an ' +
      'event. Take a connection that is silent for 40 seconds for dead.',
  ].join('\n\n'),
};

/** What is known of the route as of a procedure. */
export const eventsMeta: Meta = { access: 'public', refusals: ['RATE_LIMITED'] };

interface Recorded {
  parameters?: Record<string, unknown>;
  response?: unknown;
}

/** @param recorded the example: an id, and the text of a stream */
export function eventsOperation({ parameters, response }: Recorded): OperationObject {
  const { tags, summary, description } = seatEvents;
  return {
    operationId: 'showtimesEvents',
    summary,
    description,
    tags,
    security: [{}, { bearer: [] }],
    'x-codeSamples': eventSamples({ openapi: seatEvents, parameters }),
    parameters: [
      {
        name: 'showtimeId',
        in: 'path',
        required: true,
        description: 'Id of the showtime.',
        schema: { type: 'string', format: 'uuid', examples: [parameters?.showtimeId] },
      },
      {
        name: 'lastEventId',
        in: 'query',
        description: 'The `id` of the last event that you have; the header takes precedence.',
        schema: { type: 'string', maxLength: 100 },
      },
      {
        name: 'Last-Event-ID',
        in: 'header',
        description: 'The `id` of the last event that you have. An `EventSource` sends it itself.',
        schema: { type: 'string', maxLength: 100 },
      },
      parameter('RequestId'),
    ],
    responses: {
      200: {
        description: 'The events, until the show starts.',
        headers: successHeaders({}),
        content: { 'text/event-stream': { schema: open(streamSchema()), example: response } },
      },
      204: {
        description: 'The show is over, and you have every event.',
        headers: successHeaders({}),
      },
      ...failureResponses(failuresOf(eventsMeta, seatEvents)),
    },
  };
}

/** The stream is text; `contentSchema` is the schema of the JSON in `data`. */
function streamSchema(): SchemaObject & { contentSchema: SchemaObject } {
  const { $schema: _dialect, ...event } = z.toJSONSchema(SeatsEvent);
  return {
    type: 'string',
    description: 'Server-sent events; the content is the `data` of each snapshot and change.',
    contentMediaType: 'text/event-stream',
    contentSchema: event as SchemaObject,
  };
}

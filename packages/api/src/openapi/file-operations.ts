import type { OperationObject } from 'openapi3-ts/oas31';
import { isForSignedIn } from '../meta.ts';
import type { Meta, OpenApiMeta } from '../meta.ts';
import { fileSamples } from './code-samples.ts';
import { failureResponses, failuresOf } from './failures.ts';
import { parameter, successHeaders } from './headers.ts';

/** A file, which trpc-to-openapi does not describe. */
export interface FileRoute {
  /** Its function in the SDK. */
  name:
    | 'tickets.pdf'
    | 'tickets.calendar'
    | 'tickets.picture'
    | 'theaters.picture'
    | 'showtimes.picture';
  openapi: OpenApiMeta;
  mediaType: string;
  /** The end of the file's name. */
  extension: string;
  meta: Meta;
}

/** Admitted to tickets are the callers of `tickets.list`, and the token of a mailed link. */
const meta: Meta = { access: 'user', right: 'read', refusals: ['LINK_INVALID'] };

const how =
  'Your own; administrators may read any, staff those of their sites. A mailed link carries a token ' +
  'that reads the files of one reservation without an access token: send it as `link`. API keys need ' +
  'the scope `read`.';

const aboutPictures =
  'As SVG, the same for everyone: for an `<img>`, or to be written into a page, which can set the colours. Each ' +
  'seat has its id in `data-seat-id`, and a title. The query is ignored. Send the `ETag` back in ' +
  '`If-None-Match` to get 304 while nothing has changed.';

export const fileRoutes: readonly FileRoute[] = [
  {
    name: 'tickets.pdf',
    openapi: {
      method: 'GET',
      path: '/reservations/{reservationId}/tickets.pdf',
      tags: ['reservations'],
      summary: 'Download the tickets',
      description: `As PDF, one page for each seat that is still sold. ${how}`,
    },
    mediaType: 'application/pdf',
    extension: 'pdf',
    meta,
  },
  {
    name: 'tickets.calendar',
    openapi: {
      method: 'GET',
      path: '/reservations/{reservationId}/calendar.ics',
      tags: ['reservations'],
      summary: 'Download the show for a calendar',
      description:
        'As iCalendar, in UTC. A later download replaces the event, and cancels it when the ' +
        `reservation has ended. ${how}`,
    },
    mediaType: 'text/calendar',
    extension: 'ics',
    meta,
  },
  {
    name: 'tickets.picture',
    openapi: {
      method: 'GET',
      path: '/reservations/{reservationId}/tickets/{seatId}.svg',
      tags: ['reservations'],
      summary: 'Draw the QR code of a ticket',
      description: `As SVG, with the white margin that scanners need. ${how}`,
    },
    mediaType: 'image/svg+xml',
    extension: 'svg',
    meta,
  },
  {
    name: 'theaters.picture',
    openapi: {
      method: 'GET',
      path: '/theaters/{theaterId}/seats.svg',
      tags: ['theaters'],
      summary: 'Draw the seats of a theater',
      description: `Its present layout. ${aboutPictures}`,
    },
    mediaType: 'image/svg+xml',
    extension: 'svg',
    meta: { access: 'public' },
  },
  {
    name: 'showtimes.picture',
    openapi: {
      method: 'GET',
      path: '/showtimes/{showtimeId}/seats.svg',
      tags: ['showtimes'],
      summary: 'Draw the seats of a showtime',
      description:
        'What is free, locked, sold and not for sale; at most 250 ms old. The `ETag` is the `version` of the ' +
        `seat map. ${aboutPictures}`,
    },
    mediaType: 'image/svg+xml',
    extension: 'svg',
    meta: { access: 'public' },
  },
];

/** @param sent the ids of the recorded example */
export function fileOperation(
  { name, openapi, mediaType, extension, meta: known }: FileRoute,
  sent: Readonly<Record<string, unknown>> = {},
): OperationObject {
  const { tags, summary, description, path } = openapi;
  const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, id = '']) => id);
  const isSignedIn = isForSignedIn(known.access);
  const headers = successHeaders({ replay: false, etag: !isSignedIn });
  return {
    operationId: name.replace(/\.(\w)/, (_match, letter: string) => letter.toUpperCase()),
    summary,
    description,
    tags,
    security: isSignedIn
      ? [{ bearer: [] }, { password: [] }, { mailedLink: [] }]
      : [{}, { bearer: [] }, { password: [] }],
    'x-codeSamples': fileSamples({ name, openapi, isSignedIn, parameters: sent }, extension),
    parameters: [
      ...ids.map((id) => ({
        name: id,
        in: 'path' as const,
        required: true,
        description: `Id of the ${id.slice(0, -2)}.`,
        schema: { type: 'string' as const, format: 'uuid', examples: [sent[id]] },
      })),
      parameter('RequestId'),
      ...(isSignedIn ? [] : [parameter('IfNoneMatch')]),
    ],
    responses: {
      200: {
        description: 'The file.',
        headers,
        content: { [mediaType]: { schema: { type: 'string' } } },
      },
      ...(isSignedIn
        ? {}
        : { 304: { description: 'Nothing has changed since that `ETag`.', headers } }),
      ...failureResponses(failuresOf(known, openapi)),
    },
  };
}

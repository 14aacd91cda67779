import type { OperationObject } from 'openapi3-ts/oas31';
import type { Meta, OpenApiMeta } from '../meta.ts';
import { fileSamples } from './code-samples.ts';
import { failureResponses, failuresOf } from './failures.ts';
import { parameter } from './headers.ts';

/** A file of tickets, which trpc-to-openapi does not describe. */
export interface FileRoute {
  /** Its function in the SDK. */
  name: 'tickets.pdf' | 'tickets.calendar' | 'tickets.picture';
  openapi: OpenApiMeta;
  mediaType: string;
  /** The end of the file's name. */
  extension: string;
  meta: Meta;
}

/** Admitted are the callers of `tickets.list`, and the token of a mailed link. */
const meta: Meta = { access: 'user', right: 'read', refusals: ['LINK_INVALID'] };

const how =
  'Your own; administrators may read any, staff those of their sites. A mailed link carries a token ' +
  'that reads the files of one reservation without an access token: send it as `link`. API keys need ' +
  'the scope `read`.';

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
];

/** @param sent the ids of the recorded example */
export function fileOperation(
  { name, openapi, mediaType, extension, meta: known }: FileRoute,
  sent: Readonly<Record<string, unknown>> = {},
): OperationObject {
  const { tags, summary, description, path } = openapi;
  const ids = ['reservationId', 'seatId'].filter((id) => path.includes(`{${id}}`));
  return {
    operationId: name.replace(/\.(\w)/, (_match, letter: string) => letter.toUpperCase()),
    summary,
    description,
    tags,
    security: [{ bearer: [] }, { password: [] }, { mailedLink: [] }],
    'x-codeSamples': fileSamples({ name, openapi, isSignedIn: true, parameters: sent }, extension),
    parameters: [
      ...ids.map((id) => ({
        name: id,
        in: 'path' as const,
        required: true,
        description: `Id of the ${id.slice(0, -2)}.`,
        schema: { type: 'string' as const, format: 'uuid', examples: [sent[id]] },
      })),
      parameter('RequestId'),
    ],
    responses: {
      200: {
        description: 'The file.',
        headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } },
        content: { [mediaType]: { schema: { type: 'string' } } },
      },
      ...failureResponses(failuresOf(known, openapi)),
    },
  };
}

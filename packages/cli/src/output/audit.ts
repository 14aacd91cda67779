import type { AuditEvent } from '@matinee/sdk';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { shortId } from './short-id.ts';
import { relativeTime } from './time.ts';

/** The columns of the audit log. */
export function auditLayout(now: Date, paint: Paint): Layout<AuditEvent> {
  return {
    noun: 'entry',
    plural: 'entries',
    columns: [
      { title: 'WHEN', value: (event) => relativeTime(event.at, now), piped: (event) => event.at },
      {
        title: 'WHO',
        value: (event) => emailOf(event) ?? keyOf(event) ?? '–',
        piped: (event) => emailOf(event) ?? keyOf(event),
        shrinks: true,
      },
      { title: 'ACTION', value: (event) => event.action },
      {
        title: 'SUBJECT',
        value: ({ subject }) => subject && shortId(subject),
        piped: (event) => event.subject,
        drops: 2,
      },
      { title: 'FROM', value: (event) => event.remoteAddress, drops: 1 },
      {
        title: 'RESULT',
        value: (event) => codeOf(event) ?? 'done',
        paint: (text, event) => (codeOf(event) === undefined ? text : paint.red(text)),
      },
    ],
    csv: [
      { name: 'id', value: (event) => event.id },
      { name: 'at', value: (event) => event.at },
      { name: 'actorId', value: ({ actor }) => (actor && 'id' in actor ? actor.id : undefined) },
      { name: 'actorEmail', value: emailOf },
      { name: 'action', value: (event) => event.action },
      { name: 'subject', value: (event) => event.subject },
      { name: 'remoteAddress', value: (event) => event.remoteAddress },
      { name: 'data', value: (event) => JSON.stringify(event.data) },
      { name: 'apiKeyId', value: apiKeyIdOf },
    ],
  };
}

function emailOf({ actor }: AuditEvent): string | null | undefined {
  return actor && 'id' in actor ? actor.email : undefined;
}

function apiKeyIdOf({ actor }: AuditEvent): string | undefined {
  return actor && 'apiKeyId' in actor ? actor.apiKeyId : undefined;
}

/** An API key as a person sees it: `key 4f8a21`. */
function keyOf(event: AuditEvent): string | undefined {
  const id = apiKeyIdOf(event);
  return id && `key ${shortId(id)}`;
}

/** The code of a refusal. */
function codeOf({ data }: AuditEvent): string | undefined {
  return typeof data['code'] === 'string' ? data['code'] : undefined;
}

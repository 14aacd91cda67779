import type { Session } from '@matinee/sdk';
import type { Layout } from './list.ts';
import { idColumn } from './short-id.ts';
import { relativeTime } from './time.ts';

/** The columns of a list of the caller's sessions. */
export function sessionLayout(now: Date): Layout<Session> {
  return {
    noun: 'session',
    columns: [
      idColumn(),
      {
        title: 'LAST USED',
        value: (session) => relativeTime(session.lastUsedAt, now),
        piped: (session) => session.lastUsedAt,
      },
      {
        title: 'SINCE',
        value: (session) => relativeTime(session.createdAt, now),
        piped: (session) => session.createdAt,
        drops: 1,
      },
      { title: 'THIS ONE', value: (session) => (session.current ? 'yes' : '') },
      { title: 'CLIENT', value: (session) => session.userAgent, shrinks: true },
    ],
    csv: [
      { name: 'id', value: (session) => session.id },
      { name: 'lastUsedAt', value: (session) => session.lastUsedAt },
      { name: 'createdAt', value: (session) => session.createdAt },
      { name: 'current', value: (session) => session.current },
      { name: 'userAgent', value: (session) => session.userAgent },
    ],
  };
}

import type { User } from '@matinee/sdk';
import { details } from './details.ts';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn } from './short-id.ts';

/** The columns of a list of accounts. */
export const userLayout: Layout<User> = {
  noun: 'user',
  columns: [
    idColumn(),
    { title: 'E-MAIL', value: (user) => user.email, shrinks: true },
    { title: 'NAME', value: nameOf, shrinks: true, drops: 1 },
    { title: 'ROLE', value: (user) => user.role, drops: 3 },
    { title: 'STATE', value: (user) => (user.disabledAt ? 'disabled' : 'active'), drops: 2 },
  ],
  csv: [
    { name: 'id', value: (user) => user.id },
    { name: 'email', value: (user) => user.email },
    { name: 'firstName', value: (user) => user.firstName },
    { name: 'lastName', value: (user) => user.lastName },
    { name: 'role', value: (user) => user.role },
    { name: 'emailVerifiedAt', value: (user) => user.emailVerifiedAt },
    { name: 'locale', value: (user) => user.locale },
    { name: 'disabledAt', value: (user) => user.disabledAt },
    { name: 'createdAt', value: (user) => user.createdAt },
  ],
};

/** Formats an account, one fact per line. */
export function showUser(user: User, paint: Paint): string {
  return details(
    [
      ['E-mail', user.email],
      ['Name', nameOf(user)],
      ['Role', user.role],
      ['Address proven', user.emailVerifiedAt],
      ['Language', user.locale],
      ['Disabled', user.disabledAt],
      ['Since', user.createdAt],
      ['Id', user.id],
    ],
    paint,
  );
}

function nameOf({ firstName, lastName }: User): string {
  return [firstName, lastName].filter(Boolean).join(' ');
}

import type { Site, StaffRole } from '@matinee/sdk';
import type { Layout } from './list.ts';
import { shortId } from './short-id.ts';

/**
 * The columns of a list of roles.
 *
 * @param sites to name the sites of the roles by
 */
export function staffLayout(sites: readonly Site[]): Layout<StaffRole> {
  const names = new Map(sites.map(({ id, name }) => [id, name]));
  const placeOf = ({ siteId }: StaffRole) =>
    siteId === null ? 'all sites' : (names.get(siteId) ?? shortId(siteId));
  return {
    noun: 'role',
    columns: [
      { title: 'E-MAIL', value: ({ user }) => user.email, shrinks: true },
      { title: 'ROLE', value: ({ role }) => role },
      { title: 'SITE', value: placeOf, piped: ({ siteId }) => siteId ?? 'all', shrinks: true },
      {
        title: 'USER',
        value: ({ user }) => shortId(user.id),
        piped: ({ user }) => user.id,
        drops: 1,
      },
    ],
    csv: [
      { name: 'userId', value: ({ user }) => user.id },
      { name: 'email', value: ({ user }) => user.email },
      { name: 'role', value: ({ role }) => role },
      { name: 'siteId', value: ({ siteId }) => siteId },
    ],
  };
}

import type { Role } from '../db/entities/user.ts';
import { ForbiddenError } from '../errors.ts';
import type { NotFoundError } from '../errors.ts';

/** What a member of staff, or an API key, may be allowed to do at a site. */
export const rights = ['manage', 'sell', 'read', 'check_in'] as const;
export type Right = (typeof rights)[number];

export const siteRoles = ['manager', 'box_office', 'gate'] as const;
export type SiteRole = (typeof siteRoles)[number];

const rightsOf: Readonly<Record<SiteRole, readonly Right[]>> = {
  manager: ['manage', 'sell', 'read', 'check_in'],
  box_office: ['sell', 'read', 'check_in'],
  gate: ['check_in'],
};

/** A role at a site, or rights one by one, as API keys have them; `siteId` null: at all sites. */
export type Grant = { readonly siteId: string | null } & (
  | { readonly role: SiteRole }
  | { readonly rights: readonly Right[] }
);

/** Who asks: administrators have every right everywhere, staff and API keys what they were granted. */
export interface RightsHolder {
  readonly role: Role;
  readonly grants: readonly Grant[];
}

/** The ids of sites; null: all of them. */
export type Sites = readonly string[] | null;

/** The sites at which somebody has a right. */
export function sitesWith({ role, grants }: RightsHolder, right: Right): Sites {
  if (role === 'admin') {
    return null;
  }
  const given = grants.filter((grant) =>
    ('role' in grant ? rightsOf[grant.role] : grant.rights).includes(right),
  );
  const siteIds = given.flatMap(({ siteId }) => siteId ?? []);
  return siteIds.length < given.length ? null : siteIds;
}

/** Whether a site is one of these. */
export function isAmong(sites: Sites, siteId: string): boolean {
  return sites === null || sites.includes(siteId);
}

/**
 * The failure for a right that somebody lacks at a site: where they have no role at all, what they
 * asked for does not exist to them.
 *
 * @param absent the failure for something that does not exist
 */
export function lackOfRight(
  { grants }: RightsHolder,
  siteId: string,
  absent: NotFoundError,
): NotFoundError | ForbiddenError {
  const hasRole = grants.some((grant) => grant.siteId === null || grant.siteId === siteId);
  return hasRole ? new ForbiddenError() : absent;
}

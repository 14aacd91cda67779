import type { Role } from '../db/entities/user.ts';
import { ForbiddenError } from '../errors.ts';
import type { NotFoundError } from '../errors.ts';

/** What a member of staff may be allowed to do at a site. */
export type Right = 'manage' | 'sell' | 'read' | 'check_in';

export const siteRoles = ['manager', 'box_office', 'gate'] as const;
export type SiteRole = (typeof siteRoles)[number];

const rightsOf: Readonly<Record<SiteRole, readonly Right[]>> = {
  manager: ['manage', 'sell', 'read', 'check_in'],
  box_office: ['sell', 'read', 'check_in'],
  gate: ['check_in'],
};

/** A role at a site; `siteId` null: at all of them. */
export interface Grant {
  readonly siteId: string | null;
  readonly role: SiteRole;
}

/** Who asks: administrators have every right everywhere, staff what they were granted. */
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
  const given = grants.filter((grant) => rightsOf[grant.role].includes(right));
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

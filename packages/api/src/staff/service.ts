import type { SiteRole } from '../auth/rights.ts';
import { given, selection } from '../db/conditions.ts';
import { query, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { noSuch } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';
import type { GrantRole, ListStaff, RevokeRole, StaffRoles } from './schema.ts';
import { holdSite } from './site.ts';

const roles = selection({
  columns: {
    userId: 'uuid',
    email: 'text',
    siteId: 'uuid?',
    role: textOf<SiteRole>(),
  },
  fixed: 0,
  text: (conditions) => `
    select u.id as "userId", u.email, g.site_id as "siteId", g.role
    from site_roles g join users u on u.id = g.user_id
    where ${conditions} order by lower(u.email), u.id, g.site_id nulls first`,
  conditions: {
    userId: 'u.id = $1',
    siteId: 'g.site_id = $1 or g.site_id is null',
  },
});

async function readRoles(
  ctx: ServiceContext,
  filters: { userId?: string | undefined; siteId?: string | undefined },
): Promise<StaffRoles> {
  const bound = roles.where([], {
    userId: given(filters.userId),
    siteId: given(filters.siteId),
  });
  return (await query(ctx, ...bound)).map(({ userId: id, email, ...role }) => ({
    user: { id, email },
    ...role,
  }));
}

/** Who may do what, at one site or at all. @throws NotFoundError */
export async function listStaff(ctx: ServiceContext, { siteId }: ListStaff): Promise<StaffRoles> {
  if (siteId !== undefined) {
    await holdSite(ctx, siteId);
  }
  return readRoles(ctx, { siteId });
}

/** Two who change the roles of one user wait for one another here. */
const userForUpdate = statement(
  `select id from users where id = $1 and role <> 'guest' for update`,
  { id: 'uuid' },
);

async function lockUser(tx: ServiceContext, userId: string): Promise<void> {
  if ((await query(tx, userForUpdate, [userId])).length === 0) {
    throw noSuch('user');
  }
}

const putRole = statement(
  `insert into site_roles (id, user_id, site_id, role) values (gen_random_uuid(), $1, $2, $3)
   on conflict (user_id, site_id) do update set role = excluded.role`,
);

const removeRoles = statement(
  'delete from site_roles where user_id = $1 and ($2::uuid is null or site_id = $2)',
);

/** A user with a role at a site is `staff`; administrators stay what they are. */
const setRole = statement(
  `update users set updated_at = date_trunc('milliseconds', clock_timestamp()),
     role = case when exists (select from site_roles where user_id = $1) then 'staff' else 'user' end
   where id = $1 and role in ('user', 'staff')`,
);

/**
 * Gives a user a role at a site, or at all of them; it replaces the one that the user had there.
 * Holds from the next request on. Runs in a transaction.
 *
 * @returns all roles of the user
 * @throws NotFoundError
 */
export async function grantRole(
  tx: ServiceContext,
  { userId, siteId, role }: GrantRole,
): Promise<StaffRoles> {
  await lockUser(tx, userId);
  if (siteId !== null) {
    await holdSite(tx, siteId);
  }
  await query(tx, putRole, [userId, siteId, role]);
  await query(tx, setRole, [userId]);
  return readRoles(tx, { userId });
}

/**
 * Takes roles from a user; the last one makes the user a customer again. Runs in a transaction.
 *
 * @returns the roles that are left
 * @throws NotFoundError
 */
export async function revokeRole(
  tx: ServiceContext,
  { userId, siteId }: RevokeRole,
): Promise<StaffRoles> {
  await lockUser(tx, userId);
  await query(tx, removeRoles, [userId, siteId ?? null]);
  await query(tx, setRole, [userId]);
  return readRoles(tx, { userId });
}

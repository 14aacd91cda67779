import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { adminProcedure } from '../trpc.ts';
import { GrantRole, ListStaff, RevokeRole, StaffRoles } from './schema.ts';
import { grantRole, listStaff, revokeRole } from './service.ts';

export const staffRouter = {
  /** Who may do what at which site. */
  list: adminProcedure
    .meta({
      ...route(
        'GET /admin/staff',
        'List staff',
        'Who may do what at which site, by e-mail address. With `siteId`: at that site, those with a ' +
          'role at all sites included.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(ListStaff)
    .output(StaffRoles)
    .query(({ ctx, input }) => listStaff(ctx, input)),

  /** Gives a user a role at a site; returns all roles of the user. */
  grant: adminProcedure
    .meta({
      ...route(
        'PUT /admin/staff/{userId}',
        'Give a role at a site',
        'Replaces the role that the user had there. The first role makes a `user` `staff`. Holds from ' +
          'the next request on.',
      ),
      message: 'Role given.',
    })
    .input(GrantRole)
    .output(StaffRoles)
    .mutation(
      audited(StaffRoles, ({ ctx, input }) => grantRole(ctx, input), { subject: 'userId' }),
    ),

  /** Takes a user's role at a site, or all roles; returns those that are left. */
  revoke: adminProcedure
    .meta({
      ...route(
        'DELETE /admin/staff/{userId}',
        'Take a role',
        'At one site, or every role. The last one makes `staff` a `user` again.',
      ),
      message: 'Role taken.',
    })
    .input(RevokeRole)
    .output(StaffRoles)
    .mutation(
      audited(StaffRoles, ({ ctx, input }) => revokeRole(ctx, input), { subject: 'userId' }),
    ),
};

import { z } from 'zod';
import { siteRoles } from '../auth/rights.ts';
import { idOf, outputIdOf, outputText } from '../schema.ts';

const SiteRole = z.enum(siteRoles).meta({
  description: '`manager`: all rights; `box_office`: sell, read and check in; `gate`: check in.',
});

export const ListStaff = z.strictObject({
  siteId: idOf('site').meta({ description: 'Who may do something at this site.' }).optional(),
});
export type ListStaff = z.infer<typeof ListStaff>;

export const GrantRole = z.strictObject({
  userId: idOf('user'),
  siteId: idOf('site').nullable().meta({ description: 'The site; `null`: all sites.' }),
  role: SiteRole,
});
export type GrantRole = z.infer<typeof GrantRole>;

export const RevokeRole = z.strictObject({
  userId: idOf('user'),
  siteId: idOf('site')
    .meta({ description: 'The role at this site; left out: every role, that at all sites too.' })
    .optional(),
});
export type RevokeRole = z.infer<typeof RevokeRole>;

const StaffRole = z
  .object({
    user: z
      .object({ id: outputIdOf('user'), email: outputText('The e-mail address.') })
      .meta({ description: 'Who has the role.' }),
    siteId: outputIdOf('site').nullable().meta({ description: 'Where; `null`: at all sites.' }),
    role: SiteRole,
  })
  .meta({ id: 'StaffRole' });

/** Who may do what where, by e-mail address. */
export const StaffRoles = z.array(StaffRole).meta({ id: 'StaffRoles' });
export type StaffRoles = z.infer<typeof StaffRoles>;

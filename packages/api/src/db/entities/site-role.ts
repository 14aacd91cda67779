import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id } from '../columns.ts';
import { Site } from './site.ts';
import { User } from './user.ts';

const SiteRoleSchema = defineEntity({
  name: 'SiteRole',
  tableName: 'site_roles',
  indexes: [
    {
      name: 'site_roles_user_site_unique',
      expression:
        'create unique index "site_roles_user_site_unique" on "site_roles" ("user_id", "site_id") ' +
        'nulls not distinct',
    },
  ],
  properties: {
    id: id(),
    user: () =>
      p
        .manyToOne(User)
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('site_roles_user_fk')
        .index(false),
    /** Null: all sites. */
    site: () =>
      p
        .manyToOne(Site)
        .nullable()
        .deleteRule('cascade')
        .updateRule('no action')
        .foreignKeyName('site_roles_site_fk')
        .index(false),
    role: p.enum(['manager', 'box_office', 'gate'] as const),
    createdAt: createdAt(),
  },
});

/** What a member of staff may do at a site. */
export class SiteRole extends SiteRoleSchema.class {}
SiteRoleSchema.setClass(SiteRole);

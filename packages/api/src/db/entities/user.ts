import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, id, instant } from '../columns.ts';

export const roles = ['admin', 'user', 'guest', 'staff'] as const;
export type Role = (typeof roles)[number];

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'users',
  indexes: [
    {
      name: 'users_email_unique',
      expression: 'create unique index "users_email_unique" on "users" (lower("email"))',
    },
    {
      name: 'idx_users_created',
      expression: 'create index "idx_users_created" on "users" ("created_at", "id")',
    },
  ],
  properties: {
    id: id(),
    /**
     * Of a guest, who has none: the id. Servers of the release before need a value; everything that
     * leaves the product has `null` instead.
     */
    email: p.string().length(255),
    passwordHash: p.string().length(255).hidden(),
    firstName: p.string().length(100).nullable(),
    lastName: p.string().length(100).nullable(),
    role: p.enum(roles).default('user'),
    /** When its owner has shown that mail to the address arrives. */
    emailVerifiedAt: instant().nullable(),
    /** The language of mails, as a BCP 47 tag. */
    locale: p.string().length(35).nullable(),
    /** Of an authenticator app, encrypted; in use once `secondFactorAt` is set. */
    secondFactorSecret: p.string().length(255).nullable().hidden(),
    /** Since when signing in needs a code. */
    secondFactorAt: instant().nullable(),
    /** The step of the last code of the app: no code is taken twice. */
    secondFactorStep: p.integer().default(0),
    /** Recovery codes that were used, a bit for each. */
    secondFactorUsed: p.integer().default(0),
    disabledAt: instant().nullable(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
});

/** A person with an account, or a guest. `email` is unique without regard to case. */
export class User extends UserSchema.class {}
UserSchema.setClass(User);

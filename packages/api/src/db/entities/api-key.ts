import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, instant } from '../columns.ts';
import { Site } from './site.ts';
import { User } from './user.ts';

const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  uniques: [{ name: 'api_keys_digest_unique', properties: ['digest'] }],
  checks: [
    {
      name: 'api_keys_scopes_known',
      expression: `cardinality(scopes) > 0 and scopes <@ '{manage,sell,read,check_in}'::text[]`,
    },
  ],
  properties: {
    /** A row of its own that no one signs in to: what names an actor, names the key by it. */
    account: () =>
      p
        .oneToOne(User)
        .primary()
        .joinColumn('id')
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('api_keys_account_fk'),
    name: p.string().length(100),
    /** The SHA-256 of the key, which is stored nowhere. */
    digest: p.blob(),
    /** The last characters of the key, by which a person recognises it. */
    ending: p.string().length(6),
    scopes: p.array().columnType('text[]'),
    /** Null: all sites. */
    site: () =>
      p
        .manyToOne(Site)
        .nullable()
        .deleteRule('restrict')
        .updateRule('no action')
        .foreignKeyName('api_keys_site_fk')
        .index(false),
    /** The key outlives the rights of who made it, and the account. */
    createdBy: () =>
      p
        .manyToOne(User)
        .joinColumn('created_by')
        .nullable()
        .deleteRule('set null')
        .updateRule('no action')
        .foreignKeyName('api_keys_created_by_fk')
        .index(false),
    createdAt: createdAt(),
    /** Null: never. */
    expiresAt: instant().nullable(),
    /** Written at most once a minute. */
    lastUsedAt: instant().nullable(),
    revokedAt: instant().nullable(),
  },
});

/** A secret with which a program calls, with rights at a site or at all. */
export class ApiKey extends ApiKeySchema.class {}
ApiKeySchema.setClass(ApiKey);

import { createHmac, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { App } from '../app.ts';
import { digestOfKey, shownCharacters, writeKey } from '../auth/key-text.ts';
import { noPassword } from '../auth/password.ts';
import { rights } from '../auth/rights.ts';
import { given, selection } from '../db/conditions.ts';
import { databaseNow, query, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { noSuch, ValidationError } from '../errors.ts';
import type { ServiceContext, UserContext } from '../service-context.ts';
import { holdSite } from '../staff/site.ts';
import type { ApiKey, ApiKeyId, ApiKeys, CreateApiKey, MadeApiKey, NewApiKey } from './schema.ts';

const keyRow = {
  id: 'uuid',
  name: 'text',
  ending: 'text',
  scopes: jsonOf<ApiKey['scopes']>(),
  siteId: 'uuid?',
  createdById: 'uuid?',
  email: 'text?',
  createdAt: 'instant',
  expiresAt: 'instant?',
  lastUsedAt: 'instant?',
  revokedAt: 'instant?',
} as const;

const keys = selection({
  columns: keyRow,
  fixed: 0,
  text: (conditions) => `
    select k.id, k.name, k.ending, to_json(k.scopes) as scopes, k.site_id as "siteId",
      u.id as "createdById",
      case when u.role <> 'guest' then u.email end as email, k.created_at as "createdAt", k.expires_at as "expiresAt",
      k.last_used_at as "lastUsedAt", k.revoked_at as "revokedAt"
    from api_keys k left join users u on u.id = k.created_by
    where ${conditions} order by k.created_at desc, k.id desc`,
  conditions: { id: 'k.id = $1' },
});

/** All API keys, newest first, those that have ended too. */
export async function listApiKeys(ctx: ServiceContext): Promise<ApiKeys> {
  return (await query(ctx, ...keys.where([], {}))).map(toApiKey);
}

/**
 * The row of a key among the users: a guest to whom no password fits, older than all whom
 * `forgetGuests` looks at, on servers of every release.
 */
const insertAccount = statement(
  `insert into users (id, email, password_hash, role, last_name, created_at)
   values ($1::uuid, $1::uuid::text, '${noPassword}', 'guest', $2, 'epoch')`,
);

const insertKey = statement(
  `insert into api_keys
     (id, name, digest, ending, scopes, site_id, created_by, expires_at, created_at)
   values ($1, $2, $3, $4, $5::text[], $6, $7, $8, date_trunc('milliseconds', clock_timestamp()))`,
);

/**
 * Makes an API key. Runs in a transaction.
 *
 * @returns the seed of the key: `revealKey` makes the key of it
 * @throws ValidationError for an end that has passed
 * @throws NotFoundError
 */
export async function createApiKey(
  tx: UserContext,
  { name, scopes, siteId, expiresAt }: CreateApiKey,
): Promise<MadeApiKey> {
  if (expiresAt && expiresAt <= (await databaseNow(tx))) {
    throw new ValidationError([{ path: ['expiresAt'], message: 'must be in the future' }]);
  }
  if (siteId !== undefined) {
    await holdSite(tx, siteId);
  }
  const made = { id: v7(), seed: randomBytes(32).toString('base64url') };
  const { key } = revealKey(tx, made);
  await query(tx, insertAccount, [made.id, name]);
  await query(tx, insertKey, [
    made.id,
    name,
    digestOfKey(key),
    key.slice(-shownCharacters),
    rights.filter((right) => scopes.includes(right)),
    siteId ?? null,
    tx.caller.id,
    expiresAt ?? null,
  ]);
  return made;
}

/**
 * The key of a seed. A seed that is kept for a repetition is of no use without the secret of the
 * configuration.
 */
export function revealKey(
  { app }: { app: Pick<App, 'apiKeySecret'> },
  { id, seed }: MadeApiKey,
): NewApiKey {
  const secret = createHmac('sha256', app.apiKeySecret).update(seed, 'base64url').digest();
  return { id, key: writeKey(secret) };
}

const revoke = statement(
  `update api_keys
   set revoked_at = coalesce(revoked_at, date_trunc('milliseconds', clock_timestamp()))
   where id = $1 returning id`,
  { id: 'uuid' },
);

/**
 * Ends an API key, from the next request on; one that has been revoked stays as it is. Runs in a
 * transaction.
 *
 * @throws NotFoundError
 */
export async function revokeApiKey(tx: ServiceContext, { apiKeyId }: ApiKeyId): Promise<ApiKey> {
  if ((await query(tx, revoke, [apiKeyId])).length === 0) {
    throw noSuch('API key');
  }
  return toApiKey(await queryOne(tx, ...keys.where([], { id: given(apiKeyId) })));
}

function toApiKey({ createdById, email, ...row }: RowOf<typeof keyRow>): ApiKey {
  const createdBy = createdById !== null && email !== null ? { id: createdById, email } : null;
  return { ...row, createdBy };
}

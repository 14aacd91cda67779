import type { ApiKey, Site } from '@matinee/sdk';
import type { Layout } from './list.ts';
import type { Paint } from './paint.ts';
import { idColumn, shortId } from './short-id.ts';
import { relativeTime } from './time.ts';

/**
 * The columns of a list of API keys.
 *
 * @param sites to name the sites of the keys by
 */
export function apiKeyLayout(
  sites: readonly Site[],
  { now, paint }: { now: Date; paint: Paint },
): Layout<ApiKey> {
  const names = new Map(sites.map(({ id, name }) => [id, name]));
  const placeOf = ({ siteId }: ApiKey) =>
    siteId === null ? 'all sites' : (names.get(siteId) ?? shortId(siteId));
  const stateOf = ({ revokedAt, expiresAt }: ApiKey) => {
    const hasExpired = expiresAt !== null && expiresAt <= now;
    return revokedAt === null ? (hasExpired ? 'expired' : 'active') : 'revoked';
  };
  const colours = { active: paint.green, expired: paint.yellow, revoked: paint.red };
  return {
    noun: 'API key',
    columns: [
      idColumn(),
      { title: 'NAME', value: ({ name }) => name, shrinks: true },
      {
        title: 'KEY',
        value: ({ ending }) => `…${ending}`,
        piped: ({ ending }) => ending,
        drops: 1,
      },
      { title: 'SCOPES', value: ({ scopes }) => scopes.join(',') },
      { title: 'SITE', value: placeOf, piped: ({ siteId }) => siteId ?? 'all', shrinks: true },
      { title: 'STATE', value: stateOf, paint: (text, key) => colours[stateOf(key)](text) },
      {
        title: 'USED',
        value: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : relativeTime(lastUsedAt, now)),
        piped: ({ lastUsedAt }) => lastUsedAt,
        drops: 2,
      },
    ],
    csv: [
      { name: 'id', value: ({ id }) => id },
      { name: 'name', value: ({ name }) => name },
      { name: 'ending', value: ({ ending }) => ending },
      { name: 'scopes', value: ({ scopes }) => scopes.join(' ') },
      { name: 'siteId', value: ({ siteId }) => siteId },
      { name: 'state', value: stateOf },
      { name: 'createdBy', value: ({ createdBy }) => createdBy?.email },
      { name: 'createdAt', value: ({ createdAt }) => createdAt },
      { name: 'expiresAt', value: ({ expiresAt }) => expiresAt },
      { name: 'lastUsedAt', value: ({ lastUsedAt }) => lastUsedAt },
      { name: 'revokedAt', value: ({ revokedAt }) => revokedAt },
    ],
  };
}

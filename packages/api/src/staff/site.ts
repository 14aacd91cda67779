import { query, statement } from '../db/query.ts';
import { noSuch } from '../errors.ts';
import type { ServiceContext } from '../service-context.ts';

const heldSite = statement(
  'select id from sites where id = $1 and archived_at is null for key share',
  { id: 'uuid' },
);

/**
 * The site that a body names: it is not deleted before the transaction ends.
 *
 * @throws NotFoundError
 */
export async function holdSite(tx: ServiceContext, siteId: string): Promise<void> {
  if ((await query(tx, heldSite, [siteId])).length === 0) {
    throw noSuch('site', 'siteId');
  }
}

const site = statement('select id from sites where id = $1 and archived_at is null', {
  id: 'uuid',
});

/** The site that a list is asked for, if it is. @throws NotFoundError */
export async function assertSite(ctx: ServiceContext, siteId: string | undefined): Promise<void> {
  if (siteId !== undefined && (await query(ctx, site, [siteId])).length === 0) {
    throw noSuch('site');
  }
}

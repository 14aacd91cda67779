import { query, statement } from '../db/query.ts';
import type { ServiceContext } from '../service-context.ts';

/*
 * Addresses whose mail server has refused a mail for good. They get no reminders and no news; mails about
 * bookings and accounts are still tried. A mark goes when a mail arrives, or its owner proves the address.
 */

const find = statement('select refusal from refused_addresses where address = lower($1)', {
  refusal: 'text',
});

/** What the mail server of an address reported; undefined for an address that is not marked. */
export async function findRefusal(
  ctx: Pick<ServiceContext, 'em' | 'pool'>,
  address: string,
): Promise<string | undefined> {
  return (await query(ctx, find, [address]))[0]?.refusal;
}

const mark = statement(
  `insert into refused_addresses (address, refused_at, refusal)
   values (lower($1), clock_timestamp(), left($2, 500))
   on conflict (address) do update set refused_at = excluded.refused_at, refusal = excluded.refusal`,
);

/** Marks an address. @param refusal what its mail server reported */
export async function markRefused(
  ctx: ServiceContext,
  address: string,
  refusal: string,
): Promise<void> {
  await query(ctx, mark, [address, refusal]);
}

const unmark = statement('delete from refused_addresses where address = lower($1)');

/** Removes the mark of an address: mail arrives there. */
export async function unmarkRefused(ctx: ServiceContext, address: string): Promise<void> {
  await query(ctx, unmark, [address]);
}

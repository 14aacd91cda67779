import { listAudit } from '../audit/service.ts';
import { getNotifications } from '../auth/notification-settings.ts';
import { getMe } from '../auth/service.ts';
import { listSessions } from '../auth/sessions.ts';
import { databaseNow, query, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { Page } from '../paging.ts';
import { listLocks, listReservations } from '../reservations/read.ts';
import type { UserContext } from '../service-context.ts';
import type { AccountExport } from './schema.ts';

/** Items of each list; more than a person has. */
const most = 10_000;
const pageSize = 100;

const scansOf = statement(
  `select c.id, r.id as "reservationId", c.seat_id as "seatId", c.type, c.result,
     c.created_at as at
   from check_ins c
   join reservations r on r.id = c.reservation_id and r.showtime_id = c.showtime_id
   where r.user_id = $1 order by c.created_at desc, c.id desc limit $2`,
  {
    id: 'uuid',
    reservationId: 'uuid',
    seatId: 'uuid?',
    type: 'text',
    result: 'text',
    at: 'instant',
  },
);

const contactsOf = statement(
  `select id as "reservationId", contact_phone as "contactPhone", locale
   from reservations where user_id = $1 and coalesce(contact_phone, locale) is not null
   order by created_at desc, id desc limit $2`,
  { reservationId: 'uuid', contactPhone: 'text?', locale: 'text?' },
);

const grantsOf = statement(
  `select coalesce(json_agg(json_build_object('siteId', site_id, 'role', role)), '[]') as grants
   from site_roles where user_id = $1`,
  { grants: jsonOf<AccountExport['staffRoles']>() },
);

/** Everything that is kept about the caller. Secrets are not: a password and tokens are hashes and numbers. */
export async function exportData(ctx: UserContext): Promise<AccountExport> {
  const { id } = ctx.caller;
  const [granted] = await query(ctx, grantsOf, [id]);
  return {
    exportedAt: await databaseNow(ctx),
    user: await getMe(ctx),
    sessions: await listSessions(ctx),
    staffRoles: [...(granted?.grants ?? [])],
    reservations: await everyPage((page) => listReservations(ctx, { when: 'all', ...page })),
    contacts: await query(ctx, contactsOf, [id, most]),
    notifications: await getNotifications(ctx),
    locks: await listLocks(ctx),
    checkIns: await query(ctx, scansOf, [id, most]),
    auditEvents: await everyPage((page) => listAudit(ctx, { actorId: id, ...page })),
  };
}

/** The items of all pages, at most 10,000. */
export async function everyPage<Item>(
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await read({ limit: pageSize, ...(cursor ? { cursor } : {}) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && items.length < most);
  return items;
}

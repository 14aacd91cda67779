import { endOf, startOf } from '../days.ts';
import { given, selection } from '../db/conditions.ts';
import { query } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ServiceContext } from '../service-context.ts';
import type { AuditEvent, ListAudit } from './schema.ts';

const events = selection({
  columns: {
    id: 'uuid',
    at: 'instant',
    action: 'text',
    actorId: 'uuid?',
    apiKeyId: 'uuid?',
    email: 'text?',
    subject: 'text?',
    data: jsonOf<Record<string, unknown>>(),
    remoteAddress: 'text',
  },
  fixed: 1,
  text: (conditions) => `
    select e.id, e.at, e.action, e.actor_id as "actorId", k.id as "apiKeyId",
      case when u.role <> 'guest' then u.email end as email, e.subject, e.data,
      e.remote_address as "remoteAddress"
    from audit_events e left join users u on u.id = e.actor_id
    left join api_keys k on k.id = e.actor_id
    where ${conditions} order by e.at desc, e.id desc limit $1`,
  conditions: {
    actorId: 'e.actor_id = $1',
    action: 'e.action = $1',
    subject: 'e.subject = $1',
    from: 'e.at >= $1',
    to: 'e.at < $1',
    after: '(e.at, e.id) < ($1::timestamptz, $2::uuid)',
  },
});

/** The audit log, newest first. */
export async function listAudit(ctx: ServiceContext, input: ListAudit): Promise<Page<AuditEvent>> {
  const filters = {
    actorId: given(input.actorId),
    action: given(input.action),
    subject: given(input.subject),
    from: given(input.from && startOf(input.from)),
    to: given(input.to && endOf(input.to)),
    after: readInstantCursor(input.cursor),
  };
  const rows = await query(ctx, ...events.where([input.limit + 1], filters));
  return toPage(rows, input.limit, {
    keyOf: ({ at, id }) => [at.getTime(), id],
    toItem: ({ actorId, apiKeyId, email, ...event }) => {
      const user = actorId === null ? null : { id: actorId, email };
      return { ...event, actor: apiKeyId === null ? user : { apiKeyId } };
    },
  });
}

import { given, selection } from '../db/conditions.ts';
import { query, statement } from '../db/query.ts';
import { jsonOf, textOf } from '../db/row.ts';
import { noSuch } from '../errors.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { Page } from '../paging.ts';
import type { ActorContext, ServiceContext, StaffContext } from '../service-context.ts';
import type { Incident, ListIncidents, ResolveIncident } from './schema.ts';

const incidentRow = {
  id: 'uuid',
  kind: textOf<Incident['kind']>(),
  paymentId: 'uuid?',
  reservationId: 'uuid?',
  data: jsonOf<Incident['data']>(),
  openedAt: 'instant',
  resolvedAt: 'instant?',
  resolution: 'text?',
} as const;

const incidents = selection({
  columns: incidentRow,
  fixed: 1,
  text: (conditions) => `
    select i.id, i.kind, i.payment_id as "paymentId", p.reservation_id as "reservationId", i.data,
      i.opened_at as "openedAt", i.resolved_at as "resolvedAt", i.resolution
    from incidents i
    left join payments p on p.id = i.payment_id
    left join theaters h on h.id = p.theater_id
    where ${conditions} order by i.opened_at desc, i.id desc limit $1`,
  conditions: {
    id: 'i.id = $1',
    open: 'i.resolved_at is null',
    resolved: 'i.resolved_at is not null',
    kind: 'i.kind = $1',
    siteId: 'h.site_id = $1',
    sites: 'h.site_id = any($1)',
    after: '(i.opened_at, i.id) < ($1::timestamptz, $2::uuid)',
  },
});

/** Differences about money at the caller's sites, newest first; those of no site are administrators'. */
export async function listIncidents(
  ctx: StaffContext,
  input: ListIncidents,
): Promise<Page<Incident>> {
  const after = readInstantCursor(input.cursor);
  const bound = incidents.where([input.limit + 1], {
    ...(input.state === undefined ? {} : { [input.state]: [] }),
    kind: given(input.kind),
    siteId: given(input.siteId),
    sites: given(ctx.sites ?? undefined),
    after,
  });
  return toPage(await query(ctx, ...bound), input.limit, {
    keyOf: ({ openedAt, id }) => [openedAt.getTime(), id],
    toItem: (row) => row,
  });
}

/** One incident. @throws NotFoundError */
export async function getIncident(ctx: ServiceContext, incidentId: string): Promise<Incident> {
  const [incident] = await query(ctx, ...incidents.where([1], { id: [incidentId] }));
  if (!incident) {
    throw noSuch('incident');
  }
  return incident;
}

const resolve = statement(
  `update incidents set resolution = $2, resolved_by = $3,
     resolved_at = date_trunc('milliseconds', clock_timestamp())
   where id = $1 returning id`,
  { id: 'uuid' },
);

/** Notes what became of an incident; one that is resolved may be described anew. @throws NotFoundError */
export async function resolveIncident(
  ctx: ActorContext,
  { incidentId, resolution }: ResolveIncident,
): Promise<Incident> {
  const [resolved] = await query(ctx, resolve, [incidentId, resolution, ctx.caller.id]);
  if (!resolved) {
    throw noSuch('incident');
  }
  return getIncident(ctx, incidentId);
}

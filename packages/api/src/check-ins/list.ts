import { selection } from '../db/conditions.ts';
import { databaseNow, query, queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import { noSuch } from '../errors.ts';
import { readInstantCursor, toPage } from '../paging.ts';
import type { StaffContext } from '../service-context.ts';
import { listTicketKeys } from '../tickets/list.ts';
import { toScanResult } from './scan.ts';
import type {
  CheckIn,
  CheckInPage,
  FindTickets,
  FoundTickets,
  ListCheckIns,
  Manifest,
  ManifestOf,
} from './schema.ts';

/** A scan with what only lists show. */
const answer = `(check_in_answer(c.id)::jsonb || jsonb_build_object('gate', c.gate,
  'deviceId', c.device_id, 'endedAt', c.ended_at, 'undoneAt', c.undone_at,
  'undoReason', c.undo_reason, 'isForced', c.is_forced, 'isLetIn', c.is_let_in))`;

export const checkInById = statement(
  `select ${answer} as answer from check_ins c where c.id = $1`,
  {
    answer: jsonOf<unknown>({ nullable: true }),
  },
);

/** A scan as the database lists it. */
export function toCheckIn(answered: unknown): CheckIn {
  const scan = answered as CheckIn;
  const { endedAt, undoneAt } = scan;
  return {
    ...scan,
    ...toScanResult(scan),
    endedAt: endedAt && new Date(endedAt),
    undoneAt: undoneAt && new Date(undoneAt),
  };
}

const scansOfShow = selection({
  columns: { id: 'uuid', createdAt: 'instant', answer: jsonOf<unknown>({ nullable: true }) },
  fixed: 2,
  text: (conditions) => `
    select c.id, c.created_at as "createdAt", ${answer} as answer
    from check_ins c where c.showtime_id = $1 and ${conditions}
    order by c.created_at desc, c.id desc limit $2`,
  conditions: { after: '(c.created_at, c.id) < ($1::timestamptz, $2::uuid)' },
});

/** Whether somebody has come with a ticket, and whether they are inside. */
const counts = statement(
  `select count(*)::int as expected, count(*) filter (where c.has_come)::int as admitted,
     count(*) filter (where c.is_inside)::int as inside
   from reservations r
   join reservation_seats l on l.reservation_id = r.id and l.cancelled_at is null
   cross join lateral (
     select count(*) > 0 as has_come, count(*) filter (where ended_at is null) > 0 as is_inside
     from check_ins
     where reservation_id = l.reservation_id and seat_id = l.seat_id and type = 'entry'
       and result = 'admitted' and undone_at is null) c
   where r.showtime_id = $1 and r.status = 'confirmed'`,
  { expected: 'int', admitted: 'int', inside: 'int' },
);

/** The scans of a show, newest first, and how many have come. @throws NotFoundError */
export async function listCheckIns(ctx: StaffContext, input: ListCheckIns): Promise<CheckInPage> {
  const { showtimeId, limit } = input;
  await readShow(ctx, showtimeId);
  const after = readInstantCursor(input.cursor);
  const bound = scansOfShow.where([showtimeId, limit + 1], { after });
  const scans = toPage(await query(ctx, ...bound), limit, {
    keyOf: ({ createdAt, id }) => [createdAt.getTime(), id],
    toItem: (row) => toCheckIn(row.answer),
  });
  return { ...scans, ...(await queryOne(ctx, counts, [showtimeId])) };
}

const showById = statement(
  `select t.id, m.title as movie, h.name as theater, t.start_time as "startTime",
     t.start_time - interval '30 minutes' as "opensAt", t.end_time as "endTime"
   from showtimes t
   join movies m on m.id = t.movie_id
   join theaters h on h.id = t.theater_id
   where t.id = $1 and t.archived_at is null`,
  {
    id: 'uuid',
    movie: 'text',
    theater: 'text',
    startTime: 'instant',
    opensAt: 'instant',
    endTime: 'instant',
  },
);

async function readShow(ctx: StaffContext, showtimeId: string) {
  const [show] = await query(ctx, showById, [showtimeId]);
  if (!show) {
    throw noSuch('showtime');
  }
  return show;
}

type ListedTicket = Omit<Manifest['tickets'][number], 'usedAt'> & { usedAt?: string };

/** 12 bytes are enough to tell the tickets of one show from each other and from guesses. */
const validTickets = statement(
  `select coalesce(json_agg(json_strip_nulls(json_build_object(
       'id', translate(encode(substr(sha256(uuid_send(l.reservation_id) || uuid_send(l.seat_id)
           || decode(lpad(to_hex((l.ticket_version - 1) % 255 + 1), 2, '0'), 'hex')), 1, 12),
         'base64'), '+/', '-_'),
       'row', s.row_label, 'seat', s.seat_number, 'type', k.code, 'reference', r.reference,
       'usedAt', c.scanned_at,
       'attention', case when json_array_length(look.at) > 0 then look.at end))
     order by s.row_index, s.position), '[]'::json) as tickets
   from reservations r
   join showtimes t on t.id = r.showtime_id and t.cancelled_at is null
   join reservation_seats l on l.reservation_id = r.id and l.cancelled_at is null
   join seats s on s.id = l.seat_id
   join ticket_types k on k.id = l.ticket_type_id
   left join check_ins c on c.reservation_id = r.id and c.seat_id = l.seat_id
     and c.type = 'entry' and c.result = 'admitted' and c.ended_at is null
   cross join lateral (select ticket_attention(r.id, l.seat_id) as at) look
   where r.showtime_id = $1 and r.status = 'confirmed'`,
  { tickets: jsonOf<ListedTicket[]>() },
);

const typesOfShow = statement(
  `select code, name from ticket_types
   where id in (
     select l.ticket_type_id from reservations r
     join reservation_seats l on l.reservation_id = r.id and l.cancelled_at is null
     where r.showtime_id = $1 and r.status = 'confirmed')
   order by sort_order, code`,
  { code: 'text', name: 'text' },
);

/** What a door needs to know of a show to go on without a network. @throws NotFoundError */
export async function readManifest(
  ctx: StaffContext,
  { showtimeId }: ManifestOf,
): Promise<Manifest> {
  const keys = await listTicketKeys(ctx);
  const { id: _id, ...show } = await readShow(ctx, showtimeId);
  const now = await databaseNow(ctx);
  const { tickets } = await queryOne(ctx, validTickets, [showtimeId]);
  const ticketTypes = await query(ctx, typesOfShow, [showtimeId]);
  return {
    showtimeId,
    ...show,
    now,
    keys,
    ticketTypes,
    tickets: tickets.map(({ usedAt, ...ticket }) =>
      usedAt === undefined ? ticket : { ...ticket, usedAt: new Date(usedAt) },
    ),
  };
}

const ticketsLike = statement(
  `select r.reference, who.name as "customerName", s.row_label || s.seat_number as seat,
     json_build_object('id', k.id, 'code', k.code, 'name', k.name) as "ticketType",
     c.scanned_at as "usedAt"
   from reservations r
   join users u on u.id = r.user_id
   join reservation_seats l on l.reservation_id = r.id and l.cancelled_at is null
   join seats s on s.id = l.seat_id
   join ticket_types k on k.id = l.ticket_type_id
   left join check_ins c on c.reservation_id = r.id and c.seat_id = l.seat_id
     and c.type = 'entry' and c.result = 'admitted' and c.ended_at is null
   cross join lateral (
     select coalesce(r.customer_name, nullif(concat_ws(' ', u.first_name, u.last_name), '')) as name) who
   cross join (select regexp_replace(upper($2), '[\\s/,-]+', '', 'g') as mark) typed
   where r.showtime_id = $1 and r.status = 'confirmed' and (
     upper(s.row_label || s.seat_number) = typed.mark
     or r.reference || upper(s.row_label || s.seat_number) = typed.mark
     or length(typed.mark) >= 4 and position(typed.mark in r.reference) > 0
     or position(search_key($2) in search_key(who.name)) > 0)
   order by r.reference, s.row_index, s.position limit 50`,
  {
    reference: 'text',
    customerName: 'text?',
    seat: 'text',
    ticketType: jsonOf<FoundTickets[number]['ticketType']>(),
    usedAt: 'instant?',
  },
);

/**
 * The tickets of a show by a part of the name, by seat, by four characters of the reference, or by reference
 * and seat, for customers who have nothing to scan; at most 50.
 *
 * @throws NotFoundError
 */
export async function findTickets(
  ctx: StaffContext,
  { showtimeId, q }: FindTickets,
): Promise<FoundTickets> {
  await readShow(ctx, showtimeId);
  return query(ctx, ticketsLike, [showtimeId, q]);
}

import { Migration } from '@mikro-orm/migrations';

/*
 * Every step is a statement of its own, is done in a moment or holds no lock that a buyer waits for,
 * and does nothing when it is repeated: `migrate` begins again when a step could not get its lock.
 */

/** `check_ins` has no rows: nothing has written it before. */
const steps = [
  `create table if not exists ticket_keys (
     kid smallint not null primary key, public_key char(43) not null, seed char(43),
     retired_at timestamptz(3), created_at timestamptz(3) not null default now(),
     constraint ticket_keys_kid_is_byte check (kid >= 1 and kid <= 255))`,
  `alter table check_ins add column if not exists is_let_in boolean not null default false,
     add column if not exists is_forced boolean not null default false,
     add column if not exists undone_at timestamptz(3),
     add column if not exists undo_reason varchar(500),
     add column if not exists undone_by uuid`,
  'alter table check_ins drop constraint if exists check_ins_undone_by_fk',
  `alter table check_ins add constraint check_ins_undone_by_fk
     foreign key (undone_by) references users (id) on update no action on delete restrict not valid`,
  'alter table check_ins validate constraint check_ins_undone_by_fk',
  'alter table check_ins drop constraint if exists check_ins_undone_with_words',
  `alter table check_ins add constraint check_ins_undone_with_words
     check ((undone_at is null) = (undo_reason is null) and (undone_at is null) = (undone_by is null))`,
  'create index if not exists idx_check_ins_ticket on check_ins (reservation_id, seat_id)',
  `create index if not exists idx_check_ins_come on check_ins (showtime_id, reservation_id, seat_id)
     where type = 'entry' and result = 'admitted' and undone_at is null`,
];

const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.check_in(p_id uuid, p_nonce text, p_operator uuid, p_sites uuid[], p_reservation uuid, p_seat uuid, p_version integer, p_showtime uuid, p_type text, p_at timestamp with time zone, p_is_forced boolean, p_is_offline boolean, p_refusal text, p_gate text, p_device text)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
declare
  v_known check_ins%rowtype;
  v_ticket record;
  v_inside uuid;
  v_judged timestamptz;
  v_result text;
  v_reason text;
  v_is_early_or_late boolean;
  v_id uuid;
begin
  if not p_is_offline and p_showtime is not null and not exists (
    select from showtimes where id = p_showtime and archived_at is null)
  then
    return null;
  end if;
  -- Scans of one reservation, its cancellation and its moves wait for one another here.
  perform from reservations where id = p_reservation for no key update;
  select * into v_known from check_ins where nonce = p_nonce;
  if found and not exists (
    select from theaters where id = v_known.theater_id and not site_id = any(p_sites))
  then
    if p_is_offline then
      perform check_in_told_late(v_known, p_refusal);
    end if;
    return check_in_answer(v_known.id);
  elsif found then
    -- Of a device at another site that has the same name, and the same mark.
    p_nonce := p_nonce || ':' || p_operator;
  end if;

  select t.id as showtime_id, t.theater_id, h.site_id, t.start_time, t.end_time, r.status,
      t.cancelled_at is not null or r.status = 'cancelled' or l.cancelled_at is not null as is_cancelled,
      (l.ticket_version - 1) % 255 + 1 as version
    into v_ticket
    from reservations r
    join showtimes t on t.id = r.showtime_id
    join theaters h on h.id = t.theater_id
    left join reservation_seats l on l.reservation_id = r.id and l.seat_id = p_seat
    where r.id = p_reservation;
  p_at := least(p_at, clock_timestamp());
  -- A door that asks is judged by this clock.
  v_judged := case when p_is_offline then p_at else clock_timestamp() end;
  v_is_early_or_late := p_type = 'entry' and (v_judged > v_ticket.end_time
    or v_judged < v_ticket.start_time - interval '30 minutes');
  v_reason := case
    when p_reservation is null then 'invalid_code'
    when v_ticket.showtime_id is null then 'unknown'
    when not v_ticket.site_id = any(p_sites) then 'wrong_site'
    when v_ticket.showtime_id <> p_showtime then 'wrong_show'
    when p_refusal is not null then p_refusal
    when v_ticket.is_cancelled then 'cancelled'
    when v_ticket.status = 'pending' then 'unpaid'
    when v_ticket.version is distinct from coalesce(p_version, v_ticket.version)
      or v_ticket.version is null then 'void'
    when not v_is_early_or_late or p_is_forced then null
    when v_judged > v_ticket.end_time then 'too_late'
    else 'too_early'
  end;

  if v_reason is not null then
    v_result := 'refused';
  elsif p_is_offline then
    -- Found out by the caller, who replays all that is known of the ticket.
    v_result := 'already_admitted';
  else
    -- A door that asks comes after all that is known, whatever its clock says.
    select max(greatest(ended_at, scanned_at, p_at)) into p_at
      from (
        select ended_at, scanned_at from check_ins
          where reservation_id = p_reservation and seat_id = p_seat and is_let_in
            and undone_at is null
        union all select null, p_at) known;
    select id into v_inside from check_ins
      where reservation_id = p_reservation and seat_id = p_seat
        and type = 'entry' and result = 'admitted' and ended_at is null;
    v_result := case
      when p_type = 'exit' then case when v_inside is null then 'refused' else 'admitted' end
      when v_inside is null or p_is_forced then 'admitted'
      else 'already_admitted' end;
    v_reason := case when v_result = 'refused' then 'not_inside' end;
    if v_result = 'admitted' then
      update check_ins set ended_at = p_at where id = v_inside;
    end if;
  end if;

  insert into check_ins (id, nonce, reservation_id, seat_id, theater_id, showtime_id, type, result,
      reason, gate, device_id, scanned_at, ended_at, is_let_in, is_forced, actor_id)
    values (p_id, p_nonce, p_reservation, p_seat, v_ticket.theater_id,
      coalesce(p_showtime, v_ticket.showtime_id), p_type, v_result, v_reason, p_gate, p_device, p_at,
      case when p_type = 'exit' then p_at end,
      v_result = 'admitted' or p_is_offline and p_refusal is null,
      p_is_forced and v_result = 'admitted' and (v_is_early_or_late or v_inside is not null), p_operator)
    on conflict (nonce) do nothing
    returning id into v_id;
  return check_in_answer(coalesce(v_id, (select id from check_ins where nonce = p_nonce)));
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.check_in_answer(p_check_in uuid)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select json_build_object('id', c.id, 'result', c.result, 'type', c.type, 'at', c.scanned_at,
      'reason', c.reason, 'isForced', c.is_forced,
      'first', (
        select json_build_object('at', f.scanned_at, 'gate', f.gate, 'deviceId', f.device_id)
          from check_ins f
          where c.result = 'already_admitted'
            and f.reservation_id = c.reservation_id and f.seat_id = c.seat_id
            and f.type = 'entry' and f.result = 'admitted' and f.undone_at is null
          order by f.ended_at is not null, f.scanned_at desc limit 1),
      'reference', ticket.reference, 'seat', ticket.seat, 'ticketType', ticket.type,
      'showtime', ticket.show, 'attention', coalesce(ticket.attention, '[]'::json))
    from check_ins c
    left join lateral (
      select r.reference,
          json_build_object('id', s.id, 'rowLabel', s.row_label, 'seatNumber', s.seat_number,
            'seatType', s.seat_type) as seat,
          case when k.id is not null
            then json_build_object('id', k.id, 'code', k.code, 'name', k.name) end as type,
          json_build_object('id', t.id, 'movie', m.title, 'theater', h.name,
            'startTime', t.start_time) as show,
          ticket_attention(l.reservation_id, l.seat_id) as attention
        from reservations r
        join showtimes t on t.id = r.showtime_id
        join movies m on m.id = t.movie_id
        join theaters h on h.id = t.theater_id
        join seats s on s.id = c.seat_id
        left join reservation_seats l on l.reservation_id = r.id and l.seat_id = c.seat_id
        left join ticket_types k on k.id = l.ticket_type_id
        where r.id = c.reservation_id and c.reason is distinct from 'wrong_site') ticket on true
    where c.id = p_check_in
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.check_in_told_late(p_scan check_ins, p_refusal text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if p_refusal is null and not p_scan.is_let_in then
    update check_ins set is_let_in = true where id = p_scan.id;
  elsif p_refusal is not null and p_scan.is_let_in then
    update check_ins
      set is_let_in = false, result = 'refused', reason = p_refusal,
        ended_at = coalesce(ended_at, scanned_at)
      where id = p_scan.id;
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.move_seats(p_operator uuid, p_reservation uuid, p_from uuid[], p_to uuid[], p_is_waived boolean)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_sale reservations%rowtype;
  v_length interval;
  v_now timestamptz;
  v_refusal json;
  v_sold uuid[];
  v_moves jsonb;
  v_difference numeric;
  v_taken integer;
  v_inside uuid[];
begin
  select * into v_sale from reservations where id = p_reservation;
  perform from seat_claims
    where showtime_id = v_sale.showtime_id and seat_id = any(p_from || p_to)
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  select end_time - start_time into v_length from showtimes where id = v_sale.showtime_id;
  v_refusal := booking_refusal(v_sale.showtime_id, p_to, v_now - v_length);
  if v_refusal is not null then return v_refusal; end if;

  select jsonb_agg(jsonb_build_object('from', l.seat_id, 'to', m.new_id, 'price', n.price,
        'discount', n.discount, 'before', l.price, 'taxRate', l.tax_rate_bp,
        'type', l.ticket_type_id, 'version', latest.version % 32767 + 1, 'lockedAt', c.locked_at)),
      sum(n.price - l.price)
    into v_moves, v_difference
    from unnest(p_from, p_to) as m (old_id, new_id)
    join reservation_seats l on l.reservation_id = p_reservation and l.seat_id = m.old_id
    join seats a on a.id = m.old_id
    join seats b on b.id = m.new_id
    left join seat_claims c on c.showtime_id = v_sale.showtime_id and c.seat_id = m.old_id
    -- Above all others: a seat that is taken again later has no code that was there before.
    cross join (
      select max(ticket_version) as version from reservation_seats
        where reservation_id = p_reservation) latest
    cross join lateral (
      -- A type that has left the list costs as much more as the first type does.
      select coalesce(
          list_price(v_sale.showtime_id, l.ticket_type_id, b.seat_type)
            - list_price(v_sale.showtime_id, l.ticket_type_id, a.seat_type),
          seat_price(b.seat_type, t.price, t.premium_price, t.vip_price)
            - seat_price(a.seat_type, t.price, t.premium_price, t.vip_price)) as more,
          exists (
            select from payments
              where showtime_id = t.id and reservation_id = p_reservation and tender = 'comp') as is_free
        from showtimes t where t.id = v_sale.showtime_id) change
    cross join lateral (
      select case when is_free then l.price
          when more >= 0 then l.price + case when p_is_waived then 0 else more end
          else greatest(l.price + least(l.discount + more, 0), 0) end as price,
        case
          when is_free or more < 0 then greatest(l.discount + more, 0)
          when p_is_waived then l.discount + more
          else l.discount end as discount) n;

  delete from seat_claims
    where showtime_id = v_sale.showtime_id and seat_id = any(p_from)
      and reservation_id = p_reservation;
  with taken as (
    insert into seat_claims as c
        (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
      select v_sale.showtime_id, m."to", v_sale.theater_id, v_sale.user_id, m.price,
          coalesce(m."lockedAt", v_sale.created_at), p_reservation
        from jsonb_to_recordset(v_moves) as m ("to" uuid, price numeric, "lockedAt" timestamptz)
        join seats s on s.id = m."to" and not s.out_of_order
        order by m."to"
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = null, price = excluded.price,
        price_list_id = null, locked_at = excluded.locked_at, expires_at = null,
        hard_cap_at = null, paying_id = null, kind = 'lock', block_id = null,
        reservation_id = excluded.reservation_id
        where claim_is_open(c, p_operator, v_now)
      returning c.seat_id)
  select count(*) into v_taken from taken;
  if v_taken < cardinality(p_to) then
    select array_agg(seat_id) into v_sold from seat_claims
      where showtime_id = v_sale.showtime_id and seat_id = any(p_to)
        and reservation_id <> p_reservation;
    if v_sold is not null then
      return block_refusal(v_sale.showtime_id, v_sold);
    end if;
    return json_build_object('outcome', 'seats_unavailable',
      'seats', seats_taken(v_sale.showtime_id, p_to, p_reservation));
  end if;
  delete from reservation_seats where reservation_id = p_reservation and seat_id = any(p_from);
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price, discount,
      ticket_type_id, tax_rate_bp, tax, ticket_version)
    select p_reservation, m."to", v_sale.showtime_id, v_sale.theater_id, m.price, m.discount,
        m.type, m."taxRate", contained_tax(m.price, m."taxRate"), m.version
      from jsonb_to_recordset(v_moves) as m ("to" uuid, price numeric, discount numeric, type uuid,
        "taxRate" smallint, version smallint);
  -- The scans of a holder move along, and the new ticket lets nobody else in. Seats may be swapped, so
  -- who is inside is noted, and inside again when all scans have moved.
  with ended as (
    update check_ins set ended_at = v_now
      where reservation_id = p_reservation and seat_id = any(p_from)
        and type = 'entry' and result = 'admitted' and ended_at is null
      returning id)
  select array_agg(id) into v_inside from ended;
  update check_ins c set seat_id = m.new_id from unnest(p_from, p_to) as m (old_id, new_id)
    where c.reservation_id = p_reservation and c.seat_id = m.old_id;
  update check_ins set ended_at = null where id = any(v_inside);
  update reservations set total_price = total_price + v_difference, updated_at = v_now
    where id = p_reservation;
  return json_build_object('outcome', 'ok', 'answer', json_build_object(
    'difference', v_difference::numeric(12, 2)::text,
    'moves', (
      select json_agg(json_build_object('from', m."from", 'to', m."to",
            'before', m.before::numeric(12, 2)::text, 'price', m.price::numeric(12, 2)::text))
        from jsonb_to_recordset(v_moves) as m ("from" uuid, "to" uuid, before numeric, price numeric))));
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.replay_check_ins(p_reservation uuid, p_seat uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  -- Nobody is inside meanwhile: the index allows one at a time.
  update check_ins set ended_at = scanned_at
    where reservation_id = p_reservation and seat_id = p_seat and type = 'entry'
      and result = 'admitted' and undone_at is null and ended_at is null;
  update check_ins c set result = told.result, reason = told.reason, ended_at = told.ended_at
    from (
      select id, case
          when type = 'exit' and not is_somebody_inside then 'refused'
          when type = 'entry' and is_somebody_inside and not is_forced then 'already_admitted'
          else 'admitted' end as result,
        case when type = 'exit' and not is_somebody_inside then 'not_inside' end as reason,
        case when type = 'exit' then scanned_at
          when is_forced or not is_somebody_inside then next_end end as ended_at
      from (
        select id, type, scanned_at, is_forced,
          coalesce(lag(type) over in_time = 'entry', false) as is_somebody_inside,
          min(scanned_at) filter (where type = 'exit' or is_forced) over (
            in_time rows between 1 following and unbounded following) as next_end
        from check_ins
        where reservation_id = p_reservation and seat_id = p_seat and undone_at is null and is_let_in
          and (result <> 'refused' or reason = 'not_inside')
        window in_time as (order by scanned_at, created_at, id)) scan) told
    where c.id = told.id
      and (c.result, c.reason, c.ended_at) is distinct from (told.result, told.reason, told.ended_at);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.take_back_check_ins(p_reservation uuid, p_seats uuid[], p_reason text, p_by uuid, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  update check_ins
    set undone_at = p_now, undo_reason = p_reason, undone_by = p_by,
      ended_at = coalesce(ended_at, p_now)
    where reservation_id = p_reservation and (p_seats is null or seat_id = any(p_seats))
      and type = 'entry' and is_let_in and undone_at is null
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.ticket_attention(p_reservation uuid, p_seat uuid)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(json_agg(word order by place) filter (where applies), '[]'::json)
    from reservation_seats l
    join showtimes t on t.id = l.showtime_id
    join movies m on m.id = t.movie_id
    join seats s on s.id = l.seat_id
    join ticket_types k on k.id = l.ticket_type_id
    cross join lateral (values
      (1, 'check_age', m.minimum_age is not null and m.age_rule <> 'advisory'),
      (2, 'proof', k.proof = 'gate'),
      (3, 'dispute', exists (
        select from payments p
          where p.showtime_id = l.showtime_id and p.reservation_id = l.reservation_id
            and p.dispute in ('open', 'lost'))),
      (4, 'wheelchair', s.features @> array['wheelchair'])) as words (place, word, applies)
    where l.reservation_id = p_reservation and l.seat_id = p_seat
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.upload_check_ins(p_operator uuid, p_sites uuid[], p_scans jsonb)
 RETURNS json
 LANGUAGE plpgsql
AS $function$
declare
  v_scan record;
  v_ids uuid[] := '{}';
begin
  -- All at once and in one order: two devices with the same tickets wait, and never deadlock.
  perform from reservations
    where id in (select (each->>'reservationId')::uuid from jsonb_array_elements(p_scans) as each)
    order by id for no key update;
  for v_scan in
    select each.* from jsonb_array_elements(p_scans) with ordinality as list (scan, place)
      cross join lateral jsonb_to_record(scan) as each (id uuid, nonce text, "reservationId" uuid,
        "seatId" uuid, version integer, "showtimeId" uuid, type text, at timestamptz, refusal text,
        gate text, "deviceId" text)
      order by place
  loop
    v_ids := v_ids || (check_in(v_scan.id, v_scan.nonce, p_operator, p_sites, v_scan."reservationId",
      v_scan."seatId", v_scan.version, v_scan."showtimeId", v_scan.type, v_scan.at, false, true,
      v_scan.refusal, v_scan.gate, v_scan."deviceId")->>'id')::uuid;
  end loop;
  -- Once for each ticket, however many scans there are of it.
  perform replay_check_ins(reservation_id, seat_id)
    from (
      select distinct reservation_id, seat_id from check_ins
        where id = any(v_ids) and reservation_id = any(
          select (each->>'reservationId')::uuid from jsonb_array_elements(p_scans) as each)
          and seat_id is not null) ticket;
  return (
    select json_agg(check_in_answer(id) order by place)
      from unnest(v_ids) with ordinality as each (id, place));
end $function$
`,
];

/** The keys of tickets, and the door. */
export class Tickets extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    // A function may call one that is created after it.
    const loose = 'set check_function_bodies = off';
    for (const statement of [...steps, loose, ...functions]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}

import { Migration } from '@mikro-orm/migrations';

/** Each can be repeated, and holds its lock for itself alone. */
const steps = [
  `create table if not exists "webhook_endpoints" ("id" uuid not null, "url" varchar(2000) null,
     "events" text[] not null, "description" varchar(500) null, "disabled_at" timestamptz(3) null,
     "disabled_reason" text null, "failing_since" timestamptz(3) null,
     "last_success_at" timestamptz(3) null, "created_at" timestamptz(3) not null default now(),
     "updated_at" timestamptz(3) not null default now(), primary key ("id"),
     constraint "webhook_endpoints_disabled_with_reason"
       check ((disabled_at is null) = (disabled_reason is null)),
     constraint "webhook_endpoints_disabled_reason_check"
       check ("disabled_reason" in ('administrator', 'gone', 'failing')))`,
  `create index if not exists "idx_webhook_endpoints_created"
     on "webhook_endpoints" ("created_at", "id")`,
  `create table if not exists "webhook_secrets" ("id" uuid not null, "endpoint_id" uuid not null,
     "sealed" varchar(200) not null, "expires_at" timestamptz(3) null,
     "created_at" timestamptz(3) not null default now(), primary key ("id"),
     constraint "webhook_secrets_endpoint_fk" foreign key ("endpoint_id")
       references "webhook_endpoints" ("id") on update no action on delete cascade)`,
  'create index if not exists "idx_webhook_secrets_endpoint" on "webhook_secrets" ("endpoint_id")',
  `create table if not exists "webhook_attempts" ("id" uuid not null, "delivery_id" uuid not null,
     "at" timestamptz(3) not null default now(), "duration_ms" int not null,
     "is_replay" boolean not null default false, "status" smallint null, "answer" text null,
     "error" varchar(500) null, primary key ("id"),
     constraint "webhook_attempts_delivery_fk" foreign key ("delivery_id")
       references "deliveries" ("id") on update no action on delete cascade)`,
  // As `outbox` and `deliveries`: each row is inserted once and deleted a month later.
  `alter table "webhook_attempts" set (autovacuum_vacuum_scale_factor = 0.02,
     autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.05)`,
  'create index if not exists "idx_webhook_attempts_delivery" on "webhook_attempts" ("delivery_id")',
  'create index if not exists "idx_webhook_attempts_at" on "webhook_attempts" ("at")',
  'alter table "outbox" add column if not exists "kept_until" timestamptz(3) null',
  // A build that was cut off leaves an index that is not valid.
  'drop index if exists "idx_deliveries_target_open"',
  `create index concurrently "idx_deliveries_target_open"
     on "deliveries" ("target", "available_at", "id")
     where "done_at" is null and "dead_at" is null and "target" <> ''`,
  'drop index if exists "idx_deliveries_target_created"',
  `create index concurrently "idx_deliveries_target_created"
     on "deliveries" ("target", "created_at", "id") where "target" <> ''`,
];

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.note_fact(p_kind text, p_subject text, p_payload jsonb, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
AS $function$
  with noted as (
    insert into outbox (id, kind, key, payload, created_at)
      select gen_random_uuid(), p_kind, p_kind || ':' || p_subject, p_payload, p_now
        where exists (
          select from webhook_endpoints
            where disabled_at is null and (p_kind = any(events) or '*' = any(events)))
      on conflict (key) do nothing
      returning id)
  select exists (select from noted)
$function$
`,
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
  if v_id is not null and p_type = 'entry' and v_result = 'admitted' then
    perform note_fact('ticket.checked_in', v_id::text, jsonb_build_object('checkInId', v_id),
      clock_timestamp());
  end if;
  return check_in_answer(coalesce(v_id, (select id from check_ins where nonce = p_nonce)));
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.open_incident(p_kind text, p_subject text, p_payment uuid, p_data jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  with opened as (
    insert into incidents (id, kind, key, payment_id, data, opened_at)
      values (gen_random_uuid(), p_kind, p_kind || ':' || p_subject, p_payment, p_data, p_now)
      on conflict (key) do nothing
      returning id)
  select note_fact('incident.opened', id::text, jsonb_build_object('incidentId', id), p_now)
    from opened
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.replay_check_ins(p_reservation uuid, p_seat uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_noted integer;
begin
  -- Nobody is inside meanwhile: the index allows one at a time.
  update check_ins set ended_at = scanned_at
    where reservation_id = p_reservation and seat_id = p_seat and type = 'entry'
      and result = 'admitted' and undone_at is null and ended_at is null;
  with judged as (
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
        and (c.result, c.reason, c.ended_at) is distinct from (told.result, told.reason, told.ended_at)
      returning c.id, c.type, c.result)
  select count(*) into v_noted
    from judged
    cross join lateral note_fact('ticket.checked_in', id::text,
      jsonb_build_object('checkInId', id), clock_timestamp())
    where type = 'entry' and result = 'admitted';
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.request_refund(p_payment uuid, p_amount numeric, p_at_most boolean, p_cause text, p_reason text, p_actor uuid, OUT amount numeric, OUT remaining numeric)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_paid payments%rowtype;
  v_refund uuid := gen_random_uuid();
  v_now timestamptz;
  v_shift uuid;
  v_is_done boolean;
begin
  -- Two refunds of one payment meet here.
  select * into v_paid from payments where id = p_payment for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  remaining := v_paid.captured
    - (select coalesce(sum(f.amount), 0) from refunds f
        where f.payment_id = p_payment and f.status <> 'failed')
    - case when v_paid.dispute = 'lost' then v_paid.disputed else 0 end;
  amount := case
    when p_amount <= remaining then p_amount
    when p_at_most then greatest(remaining, 0) end;
  if amount > 0 then
    if v_paid.provider = 'desk' and p_cause not in ('show_cancelled', 'exchanged') then
      select f.id into v_shift
        from shifts f join theaters h on h.site_id = f.site_id
        where h.id = v_paid.theater_id and f.operator_id = p_actor and f.closed_at is null
        for share of f;
    end if;
    v_is_done := v_shift is not null or p_cause = 'exchanged';
    insert into refunds (id, payment_id, amount, currency, status, cause, reason, requested_by,
        shift_id, created_at, settled_at)
      values (v_refund, p_payment, amount, coalesce(v_paid.captured_currency, v_paid.currency),
        case when v_is_done then 'succeeded' else 'pending' end, p_cause, p_reason, p_actor,
        v_shift, v_now, case when v_is_done then v_now end);
    if v_shift is not null then
      perform note_fact('payment.refunded', p_payment || ':' || v_refund,
        jsonb_build_object('paymentId', p_payment), v_now);
    end if;
    if v_paid.provider = 'desk' or v_is_done then return; end if;
    insert into outbox (id, kind, key, payload, created_at)
      values (gen_random_uuid(), 'refund.due', 'refund.due:' || v_refund,
        jsonb_build_object('refundId', v_refund), v_now);
  end if;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.reserve_seats(p_session uuid, p_token_ends timestamp with time zone, p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_reservation uuid, p_reference text, p_payment uuid, p_window_seconds double precision, p_minimum numeric, p_expected numeric, p_contact jsonb, p_max_reserved integer, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_show record;
  v_locks record;
  v_terms record;
  v_site record;
  v_result json;
  v_now timestamptz;
  v_role text;
  v_reserved bigint;
  v_total numeric;
begin
  if not (sessions_live(array[p_session], array[p_user], array[p_token_ends]))[1] then
    return json_build_object('outcome', 'session_over');
  end if;
  if p_key is not null then
    v_result := idempotency_begin(p_user, p_key, 'reservations.create', p_fingerprint);
    if v_result is not null then return v_result; end if;
  end if;

  select theater_id, start_time, cancelled_at, currency into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  select role into v_role from users where id = p_user and disabled_at is null for no key update;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;
  perform from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  select count(*) as live,
      (array_agg(paying_id) filter (where paying_id is not null))[1] as paying
    into v_locks
    from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null and kind = 'lock'
      and expires_at > v_now;
  if v_locks.live < cardinality(p_seats) or v_locks.paying is not null
      or v_show.cancelled_at is not null or v_show.start_time <= v_now then
    v_result := booking_refusal(p_showtime, p_seats, v_now);
    if v_result is null and v_locks.paying is not null then
      v_result := json_build_object('outcome', 'payment_pending',
        'reservationId', v_locks.paying);
    end if;
    return coalesce(v_result, json_build_object('outcome', 'lock_expired',
      'seats', locks_missing(p_user, p_showtime, p_seats, v_now)));
  end if;
  if p_max_reserved is not null and v_role not in ('admin', 'staff') then
    select coalesce(sum(seat_count), 0) into v_reserved from reservations
      where user_id = p_user and showtime_id = p_showtime and status <> 'cancelled';
    if v_reserved + cardinality(p_seats) > p_max_reserved then
      return json_build_object('outcome', 'seat_limit', 'scope', 'showtime',
        'limit', p_max_reserved, 'locked', v_reserved, 'requested', cardinality(p_seats));
    end if;
  end if;
  v_terms := purchase_terms(p_user, p_showtime, p_seats, p_types, v_now);
  if v_terms.refusal is not null then
    return v_terms.refusal;
  end if;
  v_total := v_terms.total + v_terms.fees;
  if p_expected <> v_total then
    return json_build_object('outcome', 'price_changed', 'expected', p_expected::text,
      'actual', v_total::text);
  end if;

  if p_payment is null or v_total = 0 then
    v_result := confirm_seats(p_user, p_showtime, p_seats, p_types, p_reservation, p_reference,
      p_max_reserved, null, null);
    if v_result->>'outcome' <> 'ok' then return v_result; end if;
  elsif v_total < p_minimum then
    return json_build_object('outcome', 'amount_too_small', 'minimum', p_minimum::text,
      'currency', v_show.currency);
  else
    select i.refund_policy into v_site
      from theaters h join sites i on i.id = h.site_id where h.id = v_show.theater_id;
    insert into reservations (id, reference, user_id, theater_id, showtime_id, status, total_price,
        fees, seat_count, currency, payment_deadline, refund_policy, created_at, updated_at)
      values (p_reservation, p_reference, p_user, v_show.theater_id, p_showtime, 'pending',
        v_terms.total, v_terms.fees, cardinality(p_seats), v_show.currency,
        v_now + make_interval(secs => p_window_seconds), v_site.refund_policy, v_now, v_now)
      on conflict (reference) do nothing;
    if not found then
      return json_build_object('outcome', 'reference_taken');
    end if;
    insert into reservation_events
        (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
      values (v_show.theater_id, p_showtime, p_reservation, 'pending', p_user, v_now);
    insert into payments (id, theater_id, showtime_id, reservation_id, status, amount, currency,
        created_at, updated_at)
      values (p_payment, v_show.theater_id, p_showtime, p_reservation, 'open', v_total,
        v_show.currency, v_now, v_now);
    perform note_fact('reservation.pending', p_reservation::text,
      jsonb_build_object('reservationId', p_reservation), v_now);
    insert into reservation_seats
        (reservation_id, seat_id, showtime_id, theater_id, price, ticket_type_id, tax_rate_bp, tax)
      select p_reservation, seat_id, p_showtime, v_show.theater_id, price, ticket_type_id,
          tax_rate_bp, contained_tax(price, tax_rate_bp)
        from unnest(v_terms.seats, v_terms.prices, v_terms.types, v_terms.tax_rates)
          as l (seat_id, price, ticket_type_id, tax_rate_bp);
    update seat_claims c set paying_id = p_reservation, price = rs.price,
        expires_at = v_now + make_interval(secs => p_window_seconds + 60)
      from reservation_seats rs
      where rs.reservation_id = p_reservation and c.showtime_id = p_showtime
        and c.seat_id = rs.seat_id;
  end if;
  update reservations set contact_email = p_contact->>'email',
      contact_phone = p_contact->>'phone', locale = p_contact->>'locale'
    where id = p_reservation and p_contact is not null;

  v_result := reservation_answer(p_reservation);
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'reservations.create', p_fingerprint, v_result::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_result);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.sell_at_desk(p_operator uuid, p_customer uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_reservation uuid, p_reference text, p_payment uuid, p_tender text, p_shift uuid, p_contact jsonb, p_reason text, p_credit numeric)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_show record;
  v_terms record;
  v_refusal json;
  v_now timestamptz;
  v_sold integer;
  v_total numeric;
  v_due numeric;
begin
  select t.theater_id, t.currency, t.start_time, t.end_time, i.refund_policy,
      make_interval(mins => i.late_sales_minutes) as late
    into v_show
    from showtimes t join theaters h on h.id = t.theater_id join sites i on i.id = h.site_id
    where t.id = p_showtime and t.archived_at is null
    for key share of t;
  perform from users where id = any(array[p_operator, p_customer]) order by id for no key update;
  -- Locks in the order of the ids, as every buyer takes them; the clock comes after.
  perform from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  v_refusal := booking_refusal(p_showtime, p_seats, v_now - v_show.late);
  if v_refusal is not null then return v_refusal; end if;
  if v_show.end_time <= v_now then
    return json_build_object('outcome', 'showtime_started', 'startTime', v_show.start_time);
  end if;
  v_terms := purchase_terms(p_operator, p_showtime, p_seats, p_types, v_now);
  if v_terms.refusal is not null then return v_terms.refusal; end if;
  v_total := case p_tender when 'comp' then 0 else v_terms.total end;

  insert into reservations (id, reference, user_id, theater_id, showtime_id, status, total_price,
      seat_count, currency, channel, customer_name, contact_email, refund_policy, created_at,
      updated_at)
    values (p_reservation, p_reference, p_customer, v_show.theater_id, p_showtime, 'confirmed',
      v_total, cardinality(p_seats), v_show.currency,
      case when exists (select from api_keys where id = p_operator) then 'api' else 'desk' end,
      p_contact->>'name', p_contact->>'email', v_show.refund_policy, v_now, v_now)
    on conflict (reference) do nothing;
  if not found then
    return json_build_object('outcome', 'reference_taken');
  end if;
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price, discount,
      ticket_type_id, tax_rate_bp, tax)
    select p_reservation, l.seat_id, p_showtime, v_show.theater_id, p.price, l.price - p.price,
        l.ticket_type_id, l.tax_rate_bp, contained_tax(p.price, l.tax_rate_bp)
      from unnest(v_terms.seats, v_terms.prices, v_terms.types, v_terms.tax_rates)
        as l (seat_id, price, ticket_type_id, tax_rate_bp)
      cross join lateral (select case p_tender when 'comp' then 0 else l.price end as price) p;
  with sold as (
    insert into seat_claims as c
        (showtime_id, seat_id, theater_id, user_id, price, locked_at, reservation_id)
      select p_showtime, rs.seat_id, rs.theater_id, p_customer, rs.price, v_now, p_reservation
        from reservation_seats rs join seats s on s.id = rs.seat_id and not s.out_of_order
        where rs.reservation_id = p_reservation
        order by rs.seat_id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = null, price = excluded.price,
        price_list_id = null, locked_at = excluded.locked_at, expires_at = null,
        hard_cap_at = null, paying_id = null, kind = 'lock', block_id = null,
        reservation_id = excluded.reservation_id
        where claim_is_open(c, p_operator, v_now)
      returning c.seat_id)
  select count(*) into v_sold from sold;
  if v_sold < cardinality(p_seats) then
    return json_build_object('outcome', 'seats_unavailable',
      'seats', seats_taken(p_showtime, p_seats, p_reservation));
  end if;
  if p_credit > 0 and v_total > 0 then
    insert into payments (id, theater_id, showtime_id, reservation_id, provider, tender, status,
        amount, currency, captured, created_at, updated_at, succeeded_at)
      values (gen_random_uuid(), v_show.theater_id, p_showtime, p_reservation, 'desk', 'exchange',
        'succeeded', least(p_credit, v_total), v_show.currency, least(p_credit, v_total), v_now, v_now,
        v_now);
  end if;
  v_due := v_total - coalesce(p_credit, 0);
  if v_due > 0 and p_tender is null and p_payment is not null then
    return json_build_object('outcome', 'tender_needed', 'amount', v_due::text);
  end if;
  if p_payment is not null and (v_due > 0 or p_credit is null) then
    insert into payments (id, theater_id, showtime_id, reservation_id, provider, tender, shift_id,
        status, amount, currency, captured, created_at, updated_at, succeeded_at)
      values (p_payment, v_show.theater_id, p_showtime, p_reservation, 'desk', p_tender, p_shift,
        'succeeded', v_due, v_show.currency, v_due, v_now, v_now, v_now);
    perform note_fact('payment.succeeded', p_payment::text,
      jsonb_build_object('paymentId', p_payment), v_now);
  end if;
  insert into reservation_events
      (theater_id, showtime_id, reservation_id, step, actor_id, reason, created_at)
    values (v_show.theater_id, p_showtime, p_reservation, 'confirmed', p_operator, p_reason, v_now);
  insert into outbox (id, kind, key, payload, created_at)
    values (p_reservation, 'reservation.confirmed', 'reservation.confirmed:' || p_reservation,
      jsonb_build_object('reservationId', p_reservation), v_now);
  return json_build_object('outcome', 'ok', 'answer', reservation_answer(p_reservation));
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.settle_payment(p_payment uuid, p_observed jsonb, p_max_seconds double precision, OUT outcome text, OUT seats integer)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_paid payments%rowtype;
  v_reservation reservations%rowtype;
  v_now timestamptz;
begin
  select * into v_paid from payments where id = p_payment;
  select * into v_reservation from reservations where id = v_paid.reservation_id;
  -- The house's order of row locks; the payment belongs to its reservation.
  perform from showtimes where id = v_reservation.showtime_id for key share;
  perform from users where id = v_reservation.user_id for no key update;
  select * into v_reservation from reservations where id = v_reservation.id for update;
  select * into v_paid from payments where id = p_payment for update;
  v_now := date_trunc('milliseconds', clock_timestamp());

  if v_paid.status = 'succeeded' then
    outcome := 'already';
  elsif p_observed->>'status' = 'succeeded' then
    update payments set status = 'succeeded', captured = (p_observed->>'received')::numeric,
        captured_currency = nullif(p_observed->>'currency', currency),
        last_error = null, succeeded_at = v_now, updated_at = v_now
      where id = p_payment
      returning * into v_paid;
    perform note_fact('payment.succeeded', p_payment::text,
      jsonb_build_object('paymentId', p_payment), v_now);
    if v_paid.captured <> v_paid.amount or v_paid.captured_currency is not null then
      outcome := 'mismatch';
    else
      outcome := settle_reservation(v_reservation, v_now);
    end if;
    if outcome in ('gone', 'mismatch') then
      perform return_all(v_paid, outcome, v_now);
      if v_reservation.status = 'pending' then
        perform end_reservation(v_reservation.id,
          case outcome when 'gone' then 'seats_gone' else 'payment_expired' end, null, v_now);
        perform free_paying(v_reservation.id, v_reservation.showtime_id, p_max_seconds);
      end if;
    end if;
    -- Another attempt to pay for the same reservation must not succeed as well.
    insert into outbox (id, kind, key, payload, created_at)
      select gen_random_uuid(), 'payment.unwanted', 'payment.unwanted:' || v_reservation.id,
          jsonb_build_object('reservationId', v_reservation.id), v_now
        from payments
        where showtime_id = v_reservation.showtime_id and reservation_id = v_reservation.id
          and status in ('open', 'processing')
      on conflict (key) do nothing;
  else
    outcome := p_observed->>'status';
    update payments set status = outcome, last_error = left(p_observed->>'lastError', 500),
        updated_at = v_now
      where id = p_payment and status <> 'cancelled'
        and (status, last_error) is distinct from (outcome, left(p_observed->>'lastError', 500));
    if found and p_observed->>'lastError' is not null then
      perform note_fact('payment.failed', p_payment || ':' || extract(epoch from v_now),
        jsonb_build_object('paymentId', p_payment), v_now);
    end if;
  end if;
  perform settle_refunds(v_paid, v_reservation, p_observed, v_now);
  seats := v_reservation.seat_count;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.settle_refunds(p_paid payments, p_reservation reservations, p_observed jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_seen record;
  v_ours refunds%rowtype;
  v_dispute text := p_observed->'dispute'->>'status';
  v_disputed numeric := (p_observed->'dispute'->>'amount')::numeric;
  v_lost numeric;
begin
  for v_seen in
    select * from jsonb_to_recordset(coalesce(p_observed->'refunds', '[]')) as r (
      ref text, "refundId" text, status text, amount numeric, reason text)
  loop
    select * into v_ours from refunds
      where payment_id = p_paid.id and (id::text = v_seen."refundId" or provider_ref = v_seen.ref);
    if not found then
      insert into refunds (id, payment_id, amount, currency, status, cause, reason, provider_ref,
          created_at, settled_at)
        values (gen_random_uuid(), p_paid.id, v_seen.amount,
          coalesce(p_paid.captured_currency, p_paid.currency), v_seen.status, 'elsewhere',
          v_seen.reason, v_seen.ref, p_now, case when v_seen.status <> 'pending' then p_now end);
      perform open_incident('refund_elsewhere', v_seen.ref, p_paid.id,
        jsonb_build_object('refund', v_seen.ref, 'amount', v_seen.amount::text), p_now);
      if v_seen.status = 'succeeded' then
        perform note_fact('payment.refunded', p_paid.id || ':' || v_seen.ref,
          jsonb_build_object('paymentId', p_paid.id), p_now);
      end if;
      if v_seen.status <> 'failed' then
        perform log_money(p_reservation, 'refunded', -v_seen.amount,
          jsonb_build_object('refund', v_seen.ref), p_now);
      end if;
    elsif v_ours.status <> 'pending' and v_seen.status = 'pending' then
      -- An observation that a newer one has overtaken.
      continue;
    elsif v_ours.status <> v_seen.status or v_ours.provider_ref is null then
      update refunds set status = v_seen.status, provider_ref = v_seen.ref,
          settled_at = case when v_seen.status <> 'pending' then p_now end
        where id = v_ours.id;
      if v_seen.status = 'succeeded' and v_ours.status <> 'succeeded' then
        perform note_fact('payment.refunded', p_paid.id || ':' || v_ours.id,
          jsonb_build_object('paymentId', p_paid.id), p_now);
      end if;
      if v_seen.status = 'failed' and v_ours.status <> 'failed' then
        perform refund_is_lost(v_ours, v_seen.reason, p_now);
      elsif v_ours.status = 'failed' and v_seen.status <> 'failed' then
        -- It was given up, and made nevertheless.
        perform log_money(p_reservation, 'refunded', -v_ours.amount,
          jsonb_build_object('refundId', v_ours.id), p_now);
      end if;
    end if;
  end loop;

  if v_dispute is not null
      and (v_dispute, v_disputed) is distinct from (p_paid.dispute, p_paid.disputed) then
    update payments set dispute = v_dispute, disputed = v_disputed, updated_at = p_now
      where id = p_paid.id;
    perform note_fact('payment.disputed', concat_ws(':', p_paid.id, v_dispute, v_disputed),
      jsonb_build_object('paymentId', p_paid.id), p_now);
    perform open_incident('dispute', p_paid.id::text, p_paid.id,
      jsonb_build_object('amount', v_disputed::text), p_now);
    v_lost := case when v_dispute = 'lost' then v_disputed else 0 end
      - case when p_paid.dispute = 'lost' then p_paid.disputed else 0 end;
    if v_lost <> 0 then
      perform log_money(p_reservation,
        case when v_lost > 0 then 'charged_back' else 'charge_back_won' end, -v_lost, '{}', p_now);
    end if;
  end if;
end $function$
`,
];

/** Where events are sent, what signs them, the attempts, and the facts that webhooks alone need. */
export class Webhooks extends Migration {
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

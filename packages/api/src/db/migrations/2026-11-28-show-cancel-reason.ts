import { Migration } from '@mikro-orm/migrations';

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats_straight(p_live boolean[], p_users uuid[], p_showtimes uuid[], p_seats text[], p_reservations uuid[], p_references text[], p_max_reserved integer, p_keys text[], p_fingerprints text[], OUT places integer[], OUT answers json[])
 RETURNS record
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  v_free boolean[];
  v_first boolean[];
  v_now timestamptz;
begin
  v_first := batch_first(p_users, p_showtimes, p_seats);
  v_free := idempotency_claim(p_users, p_keys);
  -- The house's order of row locks. The claims wait for a transaction that takes over an expired
  -- lock or sweeps it; the clock comes after.
  perform from showtimes where id = any(p_showtimes) order by id for key share;
  perform from users where id = any(p_users) order by id for no key update;
  perform from (
      select user_id, showtime_id, unnest(seats::uuid[]) as seat_id
        from unnest(p_users, p_showtimes, p_seats) as u (user_id, showtime_id, seats)
        order by 2, 3) w
    cross join lateral (
      select from seat_claims
        where showtime_id = w.showtime_id and seat_id = w.seat_id
          and user_id = w.user_id and reservation_id is null
        for update) c;
  v_now := date_trunc('milliseconds', clock_timestamp());

  with call as materialized (
      select c.*, t.theater_id, t.start_time, t.end_time, t.currency, m.id as movie_id, m.title,
          h.name as theater_name
        from (
          select place, user_id, showtime_id, seats::uuid[] as seats, reservation_id, reference,
              key, fingerprint
            from unnest(p_live, v_first, v_free, p_users, p_showtimes, p_seats, p_reservations,
                p_references, p_keys, p_fingerprints)
              with ordinality
              as u (live, first, free, user_id, showtime_id, seats, reservation_id, reference,
                key, fingerprint, place)
            where live and first and free) c
        cross join lateral (
          select theater_id, movie_id, start_time, end_time, currency from showtimes
            where id = c.showtime_id and archived_at is null and cancelled_at is null
              and start_time > v_now
            offset 0) t
        cross join lateral (
          select role from users where id = c.user_id and disabled_at is null offset 0) u
        cross join lateral (select id, title from movies where id = t.movie_id offset 0) m
        cross join lateral (select name from theaters where id = t.theater_id offset 0) h
        where (c.key is null or not exists (
            select from idempotency_keys where user_id = c.user_id and key = c.key))
          and (p_max_reserved is null or u.role = 'admin'
            or p_max_reserved >= cardinality(c.seats) + (
              select coalesce(sum(seat_count), 0) from reservations
                where user_id = c.user_id and showtime_id = c.showtime_id
                  and status = 'confirmed'))),
    seat as materialized (
      select call.place, call.reservation_id, call.showtime_id, call.theater_id,
          l.seat_id, l.price, s.row_label, s.seat_number, s.row_index, s.position, s.seat_type
        from call
        cross join unnest(call.seats) as wanted
        cross join lateral (
          select seat_id, price from seat_claims
            where showtime_id = call.showtime_id and seat_id = wanted
              and user_id = call.user_id and reservation_id is null and expires_at > v_now
            offset 0) l
        cross join lateral (
          select row_label, seat_number, row_index, position, seat_type from seats
            where id = wanted
            offset 0) s),
    basket as materialized (
      select place, count(*) as seats, sum(price)::numeric(12, 2) as total_price,
          json_agg(json_build_object(
              'id', seat_id, 'rowLabel', row_label, 'seatNumber', seat_number,
              'rowIndex', row_index, 'position', position, 'seatType', seat_type,
              'price', price::text)
            order by row_index, position) as items
        from seat group by place),
    bought as (
      insert into reservations (id, reference, user_id, theater_id, showtime_id, status,
          total_price, seat_count, currency, created_at, updated_at)
        select c.reservation_id, c.reference, c.user_id, c.theater_id, c.showtime_id, 'confirmed',
            b.total_price, b.seats, c.currency, v_now, v_now
          from call c join basket b using (place)
          where b.seats = cardinality(c.seats)
        on conflict (reference) do nothing
        returning id, user_id, theater_id, showtime_id),
    -- A reservation is confirmed once, so its id serves for the fact as well.
    fact as (
      insert into outbox (id, kind, key, payload, created_at)
        select id, 'reservation.confirmed', 'reservation.confirmed:' || id,
            jsonb_build_object('reservationId', id), v_now
          from bought),
    event as (
      insert into reservation_events
          (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
        select theater_id, showtime_id, id, 'confirmed', user_id, v_now from bought),
    sold as (
      update seat_claims c set reservation_id = s.reservation_id, expires_at = null, client = null
        from bought join seat s on s.reservation_id = bought.id
        where c.showtime_id = s.showtime_id and c.seat_id = s.seat_id),
    ticket as (
      insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
        select s.reservation_id, s.seat_id, s.showtime_id, s.theater_id, s.price
          from bought join seat s on s.reservation_id = bought.id),
    answer as materialized (
      select c.place, c.user_id, c.key, c.fingerprint, json_build_object(
            'id', c.reservation_id, 'reference', c.reference, 'status', 'confirmed',
            'showtime', json_build_object(
              'id', c.showtime_id, 'startTime', c.start_time, 'endTime', c.end_time,
              'movie', json_build_object('id', c.movie_id, 'title', c.title),
              'theater', json_build_object('id', c.theater_id, 'name', c.theater_name)),
            'seats', b.items,
            'totalPrice', b.total_price::text, 'currency', c.currency,
            'createdAt', v_now, 'cancelledAt', null, 'showCancelReason', null) as answer
        from bought
        join call c on c.reservation_id = bought.id
        join basket b using (place)),
    kept as (
      insert into idempotency_keys (user_id, key, procedure, fingerprint, answer, created_at)
        select user_id, key, 'reservations.create', fingerprint, answer::text, v_now
          from answer where key is not null)
  select coalesce(array_agg(place), '{}'), array_agg(answer) into places, answers from answer;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.reservation_answer(p_reservation uuid)
 RETURNS json
 LANGUAGE sql
 STABLE
AS $function$
  select json_build_object(
      'id', r.id, 'reference', r.reference, 'status', r.status,
      'showtime', json_build_object(
        'id', t.id, 'startTime', t.start_time, 'endTime', t.end_time,
        'movie', json_build_object('id', m.id, 'title', m.title),
        'theater', json_build_object('id', h.id, 'name', h.name)),
      'seats', (
        select json_agg(json_build_object(
            'id', s.id, 'rowLabel', s.row_label, 'seatNumber', s.seat_number,
            'rowIndex', s.row_index, 'position', s.position, 'seatType', s.seat_type,
            'price', rs.price::text) order by s.row_index, s.position)
          from reservation_seats rs join seats s on s.id = rs.seat_id
          where rs.reservation_id = r.id),
      'totalPrice', r.total_price::text, 'currency', r.currency,
      'createdAt', r.created_at, 'cancelledAt', r.cancelled_at,
      'showCancelReason', t.cancel_reason)
    from reservations r
    join showtimes t on t.id = r.showtime_id
    join movies m on m.id = t.movie_id
    join theaters h on h.id = t.theater_id
    where r.id = p_reservation
$function$
`,
];

/** A reservation reads why its show was cancelled. Replaces two functions and touches no row. */
export class ShowCancelReason extends Migration {
  override up(): void {
    // A function may call one that is created after it.
    this.addSql('set local check_function_bodies = off');
    for (const statement of functions) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}

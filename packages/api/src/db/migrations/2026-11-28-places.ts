import { Migration } from '@mikro-orm/migrations';

/*
 * Every step is a statement of its own, is done at once or holds no lock that a buyer waits for, and
 * does nothing when it is repeated: `migrate` begins again when a step could not get its lock.
 */

const columns = [
  'alter table reservations add column if not exists theater_id uuid',
  `alter table reservation_events
     add column if not exists showtime_id uuid, add column if not exists theater_id uuid`,
];

/** Servers of the release before write no theater. */
const triggers = ['reservations', 'reservation_events'].map(
  (table) => `create or replace trigger ${table}_place before insert on ${table}
     for each row when (new.theater_id is null) execute function reservation_place()`,
);

/** Fills the new columns, some thousand rows to a transaction. */
const fills = [
  fill(
    'reservations',
    'id',
    `update reservations r set theater_id = t.theater_id from showtimes t
     where r.theater_id is null and t.id = r.showtime_id`,
  ),
  fill(
    'reservation_events',
    'reservation_id',
    `update reservation_events r set theater_id = t.theater_id, showtime_id = t.showtime_id
     from reservations t where r.theater_id is null and t.id = r.reservation_id`,
  ),
];

function fill(table: string, key: string, update: string): string {
  return `do $$
    declare
      v_from uuid := '00000000-0000-0000-0000-000000000000';
      v_to uuid;
    begin
      loop
        select ${key} into v_to from (
            select ${key} from ${table} where ${key} > v_from order by ${key} limit 2000) part
          order by ${key} desc limit 1;
        exit when v_to is null;
        ${update} and r.${key} > v_from and r.${key} <= v_to;
        commit;
        v_from := v_to;
      end loop;
    end $$`;
}

const notNull = [
  ['reservations', 'theater_id'],
  ['reservation_events', 'theater_id'],
  ['reservation_events', 'showtime_id'],
].flatMap(([table = '', column = '']) => {
  const name = `${table}_${column}_there`;
  return [
    unless(
      name,
      `alter table ${table} add constraint ${name} check (${column} is not null) not valid`,
    ),
    `alter table ${table} validate constraint ${name}`,
    // Believes the validated constraint instead of reading the table.
    `alter table ${table} alter column ${column} set not null`,
    `alter table ${table} drop constraint ${name}`,
  ];
});

const key = [
  // What an attempt that was cut off has left behind.
  `do $$ begin
     if exists (select from pg_index
         where indexrelid = to_regclass('reservations_place_unique') and not indisvalid) then
       drop index reservations_place_unique;
     end if;
   end $$`,
  `create unique index concurrently if not exists reservations_place_unique
     on reservations (showtime_id, id, theater_id) include (status, seat_count, total_price)`,
  unless(
    'reservations_place_unique',
    `alter table reservations add constraint reservations_place_unique
       unique using index reservations_place_unique`,
  ),
];

const toReservation = `foreign key (theater_id, showtime_id, reservation_id)
  references reservations (theater_id, showtime_id, id) on update no action on delete restrict`;
const toShowtime = `foreign key (theater_id, showtime_id)
  references showtimes (theater_id, id) on update no action on delete restrict`;

const foreignKeys = [
  ['reservations', toShowtime],
  ['seat_claims', toReservation],
  ['reservation_seats', toReservation],
  ['reservation_events', toReservation],
].flatMap(([table = '', definition = '']) => [
  unless(
    `${table}_place_fk`,
    `alter table ${table} add constraint ${table}_place_fk ${definition} not valid`,
  ),
  `alter table ${table} validate constraint ${table}_place_fk`,
]);

/** What the new keys imply, and the users' keys whose rows are locked by whoever writes. */
const superfluous = [
  'alter table reservations drop constraint if exists reservations_showtime_fk',
  'alter table seat_claims drop constraint if exists seat_claims_reservation_fk',
  'alter table reservation_seats drop constraint if exists reservation_seats_reservation_fk',
  'alter table reservation_seats drop constraint if exists reservation_seats_showtime_fk',
  'alter table reservation_events drop constraint if exists reservation_events_reservation_fk',
  'alter table reservations drop constraint if exists reservations_showtime_unique',
  'alter table seat_claims drop constraint if exists seat_claims_user_fk',
  'alter table idempotency_keys drop constraint if exists idempotency_keys_user_fk',
];

/** A statement that adds a constraint, unless it is there. */
function unless(constraint: string, statement: string): string {
  return `do $$ begin
    if not exists (select from pg_constraint where conname = '${constraint}') then
      ${statement};
    end if;
  end $$`;
}

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats(p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text, p_key text, p_fingerprint text)
 RETURNS json
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_show record;
  v_locks record;
  v_refusal json;
  v_answer json;
  v_now timestamptz;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'reservations.create', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;

  select theater_id, start_time, cancelled_at, currency into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  perform from users where id = p_user and disabled_at is null for key share;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;
  -- Waits for a transaction that takes over an expired lock or sweeps it; the clock comes after.
  perform from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  select count(*) as live, sum(price) as total into v_locks
    from seat_claims
    where showtime_id = p_showtime and seat_id = any(p_seats)
      and user_id = p_user and reservation_id is null and expires_at > v_now;
  if v_locks.live < cardinality(p_seats) or v_show.cancelled_at is not null
      or v_show.start_time <= v_now then
    v_refusal := booking_refusal(p_showtime, p_seats, v_now);
    return coalesce(v_refusal, json_build_object('outcome', 'lock_expired',
      'seats', locks_missing(p_user, p_showtime, p_seats, v_now)));
  end if;

  with bought as (
    insert into reservations (id, reference, user_id, theater_id, showtime_id, status, total_price,
        seat_count, currency, created_at, updated_at)
      values (p_reservation, p_reference, p_user, v_show.theater_id, p_showtime, 'confirmed',
        v_locks.total, cardinality(p_seats), v_show.currency, v_now, v_now)
      on conflict (reference) do nothing
      returning id),
  -- A reservation is confirmed once, so its id serves for the fact as well.
  fact as (
    insert into outbox (id, kind, key, payload, created_at)
      select id, 'reservation.confirmed', 'reservation.confirmed:' || id,
        jsonb_build_object('reservationId', id), v_now from bought)
  insert into reservation_events
      (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
    select v_show.theater_id, p_showtime, id, 'confirmed', p_user, v_now from bought;
  if not found then
    return json_build_object('outcome', 'reference_taken');
  end if;
  with sold as (
    update seat_claims set reservation_id = p_reservation, expires_at = null
      where showtime_id = p_showtime and seat_id = any(p_seats)
      returning seat_id, theater_id, price)
  insert into reservation_seats (reservation_id, seat_id, showtime_id, theater_id, price)
    select p_reservation, seat_id, p_showtime, theater_id, price from sold;

  v_answer := reservation_answer(p_reservation);
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'reservations.create', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.confirm_seats_straight(p_live boolean[], p_users uuid[], p_showtimes uuid[], p_seats text[], p_reservations uuid[], p_references text[], p_keys text[], p_fingerprints text[], OUT places integer[], OUT answers json[])
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
  perform from users where id = any(p_users) order by id for key share;
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
          select from users where id = c.user_id and disabled_at is null offset 0) u
        cross join lateral (select id, title from movies where id = t.movie_id offset 0) m
        cross join lateral (select name from theaters where id = t.theater_id offset 0) h
        where c.key is null or not exists (
            select from idempotency_keys where user_id = c.user_id and key = c.key)),
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
      update seat_claims c set reservation_id = s.reservation_id, expires_at = null
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
            'createdAt', v_now, 'cancelledAt', null) as answer
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
CREATE OR REPLACE FUNCTION public.reservation_place()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_table_name = 'reservations' then
    select theater_id into new.theater_id from showtimes where id = new.showtime_id;
  else
    select theater_id, showtime_id into new.theater_id, new.showtime_id
      from reservations where id = new.reservation_id;
  end if;
  return new;
end $function$
`,
];

/**
 * The theater goes through reservations and their steps, and keys have three columns: a purchase of two
 * seats makes fourteen foreign key checks instead of twenty, and every table that grows with sales can
 * be split by theater. Writes every reservation and every step once; buyers go on buying meanwhile.
 */
export class Places extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    const steps = [...columns, ...functions, ...triggers, ...fills, ...notNull, ...key];
    for (const statement of [...steps, ...foreignKeys, ...superfluous]) {
      this.addSql(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}

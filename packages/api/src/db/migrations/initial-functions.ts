/*
 * The database functions of the first migration. Never edited once landed: a change is a new file
 * with a new version, installed by a new migration.
 *
 * Order of row locks, the same everywhere: showtime, user, reservation, claims by seat id.
 * - The showtime is locked FOR KEY SHARE: buyers do not wait for each other, an editor's FOR UPDATE
 *   waits for all of them and they for it.
 * - The user is locked FOR NO KEY UPDATE: the user's own parallel requests queue up here, which is
 *   what keeps the cap, and a disabling waits for what is under way.
 * - The clock is read in a statement of its own after the row locks are held; what it is compared
 *   with cannot change any more.
 */

/**
 * The planner would make a new plan for each array of seats, which takes longer than running it; and
 * a table that was empty when it was last analysed would be read as a whole until the next time.
 */
const planning = 'set plan_cache_mode = force_generic_plan set enable_seqscan = off';

/**
 * Starts a request that carries an idempotency key. Null: go ahead, and store the answer with
 * `idempotency_store`. Otherwise the outcome to return: `replayed`, `key_reused` or `in_progress`.
 */
const idempotencyBegin = /* sql */ `
create function idempotency_begin(
  p_user uuid, p_key text, p_procedure text, p_fingerprint text
) returns json language plpgsql volatile as $$
declare
  v_stored idempotency_keys%rowtype;
begin
  -- An advisory lock answers at once; the primary key would make the second request wait.
  if not pg_try_advisory_xact_lock(hashtextextended(p_user::text || ':' || p_key, 0)) then
    return json_build_object('outcome', 'in_progress');
  end if;
  select * into v_stored from idempotency_keys
    where user_id = p_user and key = p_key and created_at > clock_timestamp() - interval '24 hours';
  if not found then
    return null;
  end if;
  if v_stored.procedure <> p_procedure or v_stored.fingerprint <> p_fingerprint then
    return json_build_object('outcome', 'key_reused');
  end if;
  return json_build_object('outcome', 'replayed', 'answer', v_stored.answer::json);
end $$;`;

/** Keeps a success, in the transaction of its effect. */
const idempotencyStore = /* sql */ `
create function idempotency_store(
  p_user uuid, p_key text, p_procedure text, p_fingerprint text, p_answer text
) returns void language sql volatile as $$
  insert into idempotency_keys (user_id, key, procedure, fingerprint, answer, created_at)
  values (p_user, p_key, p_procedure, p_fingerprint, p_answer, clock_timestamp())
  on conflict (user_id, key) do update set
    procedure = excluded.procedure, fingerprint = excluded.fingerprint,
    answer = excluded.answer, created_at = excluded.created_at
$$;`;

/**
 * Why a booking cannot be, in the order in which refusals are told; null when nothing stops it. For
 * the way out only: who gets through has found all of it out on the way.
 */
const bookingRefusal = /* sql */ `
create function booking_refusal(p_showtime uuid, p_seats uuid[], p_now timestamptz)
returns json language plpgsql stable as $$
declare
  v_show showtimes%rowtype;
  v_missing json;
begin
  select * into v_show from showtimes where id = p_showtime and archived_at is null;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  select json_agg(wanted) into v_missing from unnest(p_seats) wanted
    where not exists (
      select from seats
      where id = wanted and theater_id = v_show.theater_id and archived_at is null);
  if v_missing is not null then
    return json_build_object('outcome', 'seats_not_found', 'seatIds', v_missing);
  end if;
  if v_show.cancelled_at is not null then
    return json_build_object('outcome', 'showtime_cancelled');
  end if;
  if v_show.start_time <= p_now then
    return json_build_object('outcome', 'showtime_started', 'startTime', v_show.start_time);
  end if;
  return null;
end $$;`;

/** Every seat of those wanted that the user cannot lock at this moment, and why; null when none. */
const seatConflicts = /* sql */ `
create function seat_conflicts(p_user uuid, p_showtime uuid, p_seats uuid[])
returns json language sql volatile as $$
  select json_agg(
      json_build_object('seatId', s.id, 'reason', case
        when c.reservation_id is not null then 'reserved'
        when c.seat_id is not null then 'locked'
        else 'blocked' end)
      order by s.row_index, s.position)
    from seats s
    left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = s.id
      and (c.reservation_id is not null or c.expires_at > clock_timestamp())
    where s.id = any(p_seats)
      and (c.reservation_id is not null or c.user_id <> p_user
        or (c.seat_id is null and s.out_of_order))
$$;`;

/** The answer to locking and extending: the user's live locks among the seats asked for. */
const seatLockAnswer = /* sql */ `
create function seat_lock_answer(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_max_seconds double precision, p_now timestamptz,
  out held bigint, out answer json
) language sql stable as $$
  select count(*), json_build_object(
      'showtimeId', p_showtime,
      'now', p_now,
      'seats', json_agg(json_build_object(
          'seatId', c.seat_id,
          'price', c.price::text,
          'expiresAt', c.expires_at,
          'maxExpiresAt', c.locked_at + make_interval(secs => p_max_seconds))
        order by s.row_index, s.position),
      'totalPrice', sum(c.price)::text,
      'currency', (select currency from showtimes where id = p_showtime),
      'expiresAt', min(c.expires_at),
      'maxExpiresAt', min(c.locked_at) + make_interval(secs => p_max_seconds))
    from seat_claims c
    join seats s on s.id = c.seat_id
    where c.showtime_id = p_showtime and c.seat_id = any(p_seats)
      and c.user_id = p_user and c.reservation_id is null and c.expires_at > p_now
$$;`;

/**
 * Locks seats for a user: all or none. Returns `{ outcome, … }`; a refusal is a value and not an
 * SQL error, because the driver throws the connection away on every error.
 */
const lockSeats = /* sql */ `
create function lock_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[],
  p_ttl_seconds double precision, p_max_seconds double precision, p_max_seats integer,
  p_key text, p_fingerprint text
) returns json language plpgsql volatile ${planning} as $$
declare
  v_show record;
  v_seen record;
  v_refusal json;
  v_began timestamptz;
  v_now timestamptz;
  v_taken uuid[];
  v_got record;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.lockSeats', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;

  select theater_id, start_time, cancelled_at, price, premium_price, vip_price into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  perform from users where id = p_user and disabled_at is null for no key update;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;

  for v_attempt in 1..5 loop
    -- Who is too late leaves after this read and has written nothing.
    select count(s.id) as known,
        count(*) filter (where c.user_id = p_user and c.reservation_id is null) as kept,
        bool_or(c.user_id <> p_user or c.reservation_id is not null
          or (c.seat_id is null and s.out_of_order)) as conflict,
        (select count(*) from seat_claims
          where user_id = p_user and showtime_id = p_showtime and reservation_id is null
            and expires_at > clock_timestamp()) as mine
      into v_seen
      from unnest(p_seats) wanted
      left join seats s
        on s.id = wanted and s.theater_id = v_show.theater_id and s.archived_at is null
      left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = wanted
        and (c.reservation_id is not null or c.expires_at > clock_timestamp());
    if v_seen.known < cardinality(p_seats) or v_show.cancelled_at is not null
        or v_show.start_time <= clock_timestamp() then
      return booking_refusal(p_showtime, p_seats, clock_timestamp());
    end if;
    if v_seen.mine - v_seen.kept + cardinality(p_seats) > p_max_seats then
      return json_build_object('outcome', 'seat_limit',
        'limit', p_max_seats, 'locked', v_seen.mine, 'requested', cardinality(p_seats));
    end if;
    if v_seen.conflict then
      v_refusal := seat_conflicts(p_user, p_showtime, p_seats);
      if v_refusal is not null then
        return json_build_object('outcome', 'seats_unavailable', 'seats', v_refusal);
      end if;
    end if;

    -- Seats in the order of their ids, so that two who cross wait and never deadlock. First-time
    -- lockers of one seat meet at the primary key; the WHERE sees the row that won, after the wait.
    v_began := date_trunc('milliseconds', clock_timestamp());
    with taken as (
      insert into seat_claims as c
        (showtime_id, seat_id, theater_id, user_id, price, locked_at, expires_at)
      select p_showtime, s.id, v_show.theater_id, p_user,
          case s.seat_type
            when 'premium' then coalesce(v_show.premium_price, v_show.price)
            when 'vip' then coalesce(v_show.vip_price, v_show.price)
            else v_show.price end,
          v_began, v_began + make_interval(secs => p_ttl_seconds)
        from seats s
        where s.id = any(p_seats)
        order by s.id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, price = excluded.price,
        locked_at = excluded.locked_at, expires_at = excluded.expires_at
        where c.reservation_id is null and c.expires_at <= clock_timestamp()
      returning c.seat_id)
    select coalesce(array_agg(seat_id), '{}') into v_taken from taken;

    v_now := date_trunc('milliseconds', clock_timestamp());
    if v_now - v_began > interval '50 milliseconds' then
      -- The statement waited for somebody: the ten minutes begin when the seats were had.
      update seat_claims set locked_at = v_now,
          expires_at = v_now + make_interval(secs => p_ttl_seconds)
        where showtime_id = p_showtime and seat_id = any(v_taken);
    end if;
    v_got := seat_lock_answer(p_user, p_showtime, p_seats, p_max_seconds, v_now);
    if v_got.held = cardinality(p_seats) and v_show.start_time > v_now then
      if p_key is not null then
        perform idempotency_store(
          p_user, p_key, 'showtimes.lockSeats', p_fingerprint, v_got.answer::text);
      end if;
      return json_build_object('outcome', 'ok', 'answer', v_got.answer);
    end if;

    -- All or none: what was taken was free or expired before, which is the same.
    delete from seat_claims where showtime_id = p_showtime and seat_id = any(v_taken);
  end loop;
  return json_build_object('outcome', 'busy');
end $$;`;

/** Gives a user's live seat locks a fresh TTL, up to the hard cap of each seat. */
const extendLock = /* sql */ `
create function extend_lock(
  p_user uuid, p_showtime uuid, p_seats uuid[],
  p_ttl_seconds double precision, p_max_seconds double precision,
  p_key text, p_fingerprint text
) returns json language plpgsql volatile ${planning} as $$
declare
  v_refusal json;
  v_answer json;
  v_now timestamptz;
  v_seats uuid[];
  v_gain interval;
  v_cap timestamptz;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.extendLock', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;
  perform from showtimes where id = p_showtime for key share;
  perform from users where id = p_user for no key update;
  perform from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  v_refusal := booking_refusal(p_showtime, p_seats, v_now);
  if v_refusal is not null then return v_refusal; end if;
  v_refusal := locks_missing(p_user, p_showtime, p_seats, v_now);
  if v_refusal is not null then
    return json_build_object('outcome', 'lock_expired', 'seats', v_refusal);
  end if;

  select array_agg(seat_id),
      max(least(v_now + make_interval(secs => p_ttl_seconds),
        locked_at + make_interval(secs => p_max_seconds)) - expires_at),
      min(locked_at) + make_interval(secs => p_max_seconds)
    into v_seats, v_gain, v_cap
    from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and (p_seats is null or seat_id = any(p_seats)) and expires_at > v_now;
  if v_gain < interval '1 second' then
    return json_build_object('outcome', 'extension_limit', 'maxExpiresAt', v_cap);
  end if;
  update seat_claims set expires_at = greatest(expires_at,
      least(v_now + make_interval(secs => p_ttl_seconds),
        locked_at + make_interval(secs => p_max_seconds)))
    where showtime_id = p_showtime and seat_id = any(v_seats);
  v_answer := (seat_lock_answer(p_user, p_showtime, v_seats, p_max_seconds, v_now)).answer;
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'showtimes.extendLock', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $$;`;

/**
 * Of the seats given, those that the user has no live lock on, and why; null when there is none.
 * Without seats: an empty list when the user has no live lock on the showtime at all.
 */
const locksMissing = /* sql */ `
create function locks_missing(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_now timestamptz
) returns json language plpgsql volatile as $$
declare
  v_missing json;
begin
  if p_seats is null then
    perform from seat_claims
      where user_id = p_user and showtime_id = p_showtime and reservation_id is null
        and expires_at > p_now
      limit 1;
    return case when found then null else '[]'::json end;
  end if;
  select json_agg(json_build_object('seatId', wanted, 'reason',
      case when c.seat_id is null then 'not_locked' else 'expired' end) order by position)
    into v_missing
    from unnest(p_seats) with ordinality as w (wanted, position)
    left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = wanted
      and c.user_id = p_user and c.reservation_id is null
    where c.seat_id is null or c.expires_at <= p_now;
  return v_missing;
end $$;`;

/** Gives seats back. Seats that the user has no lock on are passed over. */
const unlockSeats = /* sql */ `
create function unlock_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_key text, p_fingerprint text
) returns json language plpgsql volatile ${planning} as $$
declare
  v_refusal json;
  v_answer json;
  v_now timestamptz;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.unlockSeats', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;
  perform from showtimes where id = p_showtime and archived_at is null for key share;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  perform from users where id = p_user for no key update;
  perform from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and (p_seats is null or seat_id = any(p_seats))
    order by seat_id for update;
  v_now := clock_timestamp();
  with freed as (
    delete from seat_claims
    where showtime_id = p_showtime and user_id = p_user and reservation_id is null
      and (p_seats is null or seat_id = any(p_seats))
    returning seat_id, expires_at)
  select json_build_object('seatIds',
      coalesce(json_agg(seat_id order by seat_id) filter (where expires_at > v_now), '[]'::json))
    into v_answer from freed;
  if p_key is not null then
    perform idempotency_store(
      p_user, p_key, 'showtimes.unlockSeats', p_fingerprint, v_answer::text);
  end if;
  return json_build_object('outcome', 'ok', 'answer', v_answer);
end $$;`;

/** The public value of a reservation. */
const reservationAnswer = /* sql */ `
create function reservation_answer(p_reservation uuid) returns json language sql stable as $$
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
      'createdAt', r.created_at, 'cancelledAt', r.cancelled_at)
    from reservations r
    join showtimes t on t.id = r.showtime_id
    join movies m on m.id = t.movie_id
    join theaters h on h.id = t.theater_id
    where r.id = p_reservation
$$;`;

/** Turns live seat locks into a reservation: all the seats given, or nothing. */
const confirmSeats = /* sql */ `
create function confirm_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_reservation uuid, p_reference text,
  p_key text, p_fingerprint text
) returns json language plpgsql volatile ${planning} as $$
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

  select start_time, cancelled_at, currency into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  perform from users where id = p_user and disabled_at is null for key share;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;
  -- Waits for whoever is taking over an expired lock, or sweeping it; the clock comes after.
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
    insert into reservations (id, reference, user_id, showtime_id, status, total_price, seat_count,
        currency, created_at, updated_at)
      values (p_reservation, p_reference, p_user, p_showtime, 'confirmed', v_locks.total,
        cardinality(p_seats), v_show.currency, v_now, v_now)
      on conflict (reference) do nothing
      returning id)
  insert into reservation_events (reservation_id, step, actor_id, created_at)
    select id, 'confirmed', p_user, v_now from bought;
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
end $$;`;

/** In the order in which they can be created. */
export const functionsV1 = [
  idempotencyBegin,
  idempotencyStore,
  bookingRefusal,
  seatConflicts,
  locksMissing,
  seatLockAnswer,
  lockSeats,
  extendLock,
  unlockSeats,
  reservationAnswer,
  confirmSeats,
];
